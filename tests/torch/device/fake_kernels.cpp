// fake_kernels.cpp - the device's operators: memory, copies and views; every other one is computed on the CPU.
#include "fake_device.hpp"

#include <ATen/ATen.h>
#include <ATen/native/CPUFallback.h>
#include <torch/library.h>

#include "../../../plugins/torch/version.hpp"

using at::Tensor;

namespace {

using Sizes = at::IntArrayRef;
template <class T> using Maybe = c10::optional<T>;

c10::Device resolved(const Maybe<c10::Device> &device) {
    return device && device->has_index() ? *device : fake_device::current_device();
}

Tensor make(Sizes sizes, Sizes strides, const Maybe<at::ScalarType> &dtype, const Maybe<c10::Device> &device) {
    const at::ScalarType type = dtype.value_or(at::kFloat);
    std::int64_t elements = 1;
    for (std::size_t i = 0; i < sizes.size(); i++) {
        elements = sizes[i] == 0 ? 0 : elements + (sizes[i] - 1) * strides[i];
        if (elements == 0) {
            break;
        }
    }
    const std::size_t bytes = static_cast<std::size_t>(elements) * c10::elementSize(type);
    c10::Storage storage(c10::Storage::use_byte_size_t(), bytes, fake_device::allocate(resolved(device), bytes),
                         fake_device::allocator(), /*resizable=*/true);
    Tensor tensor = at::detail::make_tensor<c10::TensorImpl>(
        std::move(storage), c10::DispatchKeySet(c10::DispatchKey::PrivateUse1), c10::scalarTypeToTypeMeta(type));
    tensor.unsafeGetTensorImpl()->set_sizes_and_strides(sizes, strides);
    return tensor;
}

Tensor empty_strided(Sizes sizes, Sizes strides, Maybe<at::ScalarType> dtype, Maybe<at::Layout>,
                     Maybe<c10::Device> device, Maybe<bool>) {
    return make(sizes, strides, dtype, device);
}

Tensor empty(Sizes sizes, Maybe<at::ScalarType> dtype, Maybe<at::Layout>, Maybe<c10::Device> device, Maybe<bool>,
             Maybe<at::MemoryFormat> format) {
    const Tensor like = at::empty(sizes, at::TensorOptions(at::kMeta), format);
    return make(sizes, like.strides(), dtype, device);
}

// The same memory as a tensor of the CPU.
Tensor on_host(const Tensor &tensor) {
    return tensor.is_cpu() ? tensor
                           : at::from_blob(tensor.data_ptr(), tensor.sizes(), tensor.strides(),
                                           at::TensorOptions(tensor.scalar_type()));
}

Tensor copy_from(const Tensor &from, const Tensor &to, bool non_blocking) {
    const c10::Device device = to.is_cpu() ? from.device() : to.device();
    fake_device::note((non_blocking ? "begin copy on " : "copy on ") + std::to_string(device.index()) + ":" +
                      std::to_string(fake_device::current_stream(device.index())));
    on_host(to).copy_(on_host(from));
    return to;
}

const Tensor &resize_to(const Tensor &tensor, Sizes sizes, Maybe<at::MemoryFormat>) {
    const std::size_t bytes =
        static_cast<std::size_t>(c10::multiply_integers(sizes)) * static_cast<std::size_t>(tensor.itemsize());
    if (bytes > tensor.storage().nbytes()) {
        tensor.storage().set_data_ptr(fake_device::allocate(tensor.device(), bytes));
        tensor.storage().set_nbytes(bytes);
    }
    tensor.unsafeGetTensorImpl()->set_sizes_contiguous(sizes);
    return tensor; // NOLINT(bugprone-return-const-ref-from-parameter): the operator's own signature
}

Tensor copy_from_and_resize(const Tensor &from, const Tensor &to) {
    if (from.sizes() != to.sizes()) {
        resize_to(to, from.sizes(), c10::nullopt);
    }
    on_host(to).copy_(on_host(from));
    return to;
}

Tensor view(const Tensor &tensor, Sizes sizes) { return at::native::view(tensor, sizes); }
Tensor as_strided(const Tensor &tensor, Sizes sizes, Sizes strides, Maybe<std::int64_t> offset) {
    return at::native::as_strided_tensorimpl(tensor, sizes, strides, offset);
}
Tensor reshape_alias(const Tensor &tensor, Sizes sizes, Sizes strides) {
    return at::native::as_strided_tensorimpl(tensor, sizes, strides, tensor.storage_offset());
}

#if !RT_LIBTORCH_AT_LEAST(2, 9)
// Later LibTorch asks the hooks.
bool is_pinned(const Tensor &tensor, Maybe<c10::Device>) { return fake_device::is_pinned(tensor.storage().data()); }
Tensor pin_memory(const Tensor &tensor, Maybe<c10::Device>) {
    c10::Allocator *allocator = fake_device::pinned_allocator();
    const std::size_t bytes = tensor.nbytes();
    c10::Storage storage(c10::Storage::use_byte_size_t(), bytes, allocator->allocate(bytes), allocator, false);
    Tensor pinned = at::empty({0}, tensor.options()).set_(storage, 0, tensor.sizes());
    pinned.copy_(tensor);
    return pinned;
}
#endif

void on_cpu(const c10::OperatorHandle &op, torch::jit::Stack *stack) { at::native::cpu_fallback(op, stack); }

} // namespace

TORCH_LIBRARY_IMPL(aten, PrivateUse1, library) {
    library.impl("empty.memory_format", empty);
    library.impl("empty_strided", empty_strided);
    library.impl("_copy_from", copy_from);
    library.impl("_copy_from_and_resize", copy_from_and_resize);
    library.impl("resize_", resize_to);
    library.impl("view", view);
    library.impl("as_strided", as_strided);
    library.impl("_reshape_alias", reshape_alias);
#if !RT_LIBTORCH_AT_LEAST(2, 9)
    library.impl("is_pinned", is_pinned);
    library.impl("_pin_memory", pin_memory);
#endif
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, library) { library.fallback(torch::CppFunction::makeFromBoxedFunction<&on_cpu>()); }
