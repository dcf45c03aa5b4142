// shared_memory.cpp - memory that a tensor and the host share: nothing is copied.
#include "tensor.hpp"

#include "callables.hpp"
#include "checks.hpp"
#include "dtype.hpp"
#include "tensor_arguments.hpp"

#include <ATen/ATen.h>

#include <atomic>
#include <exception>
#include <memory>

#undef RT_GROUP
#define RT_GROUP "tensor"

namespace rt::libtorch {

using at::Tensor;

namespace {

// The host's memory, until the last tensor over it goes.
struct Lease {
    Callable release;
    std::atomic<bool> is_taken{false}; // what failed before is the caller's own still

    void end() const noexcept {
        if (!is_taken) {
            return;
        }
        const KeepStatus keep;
        try {
            rt_value result = release.call({});
            detail::host->value_clear(&result);
        } catch (const std::exception &error) {
            log(2, std::string("the release of a tensor's memory failed: ") + error.what());
        }
    }
};

Tensor from_blob(std::span<std::byte> data, std::span<const std::int64_t> dims, std::span<const std::int64_t> strides,
                 std::string_view dtype_name, Callable release) {
    const at::ScalarType dtype = dtype_named(dtype_name);
    if (c10::isQIntType(dtype)) {
        refuse("a tensor of " + name_of(dtype) + " needs a scale as well, so it cannot be made of memory");
    }
    const std::size_t element = c10::elementSize(dtype);
    check_blob(dims, strides, element, name_of(dtype), data.size());
    if (reinterpret_cast<std::uintptr_t>(data.data()) % element != 0) {
        refuse("data does not lie at a multiple of " + std::to_string(element) + " bytes, the size of " +
               name_of(dtype));
    }
    // LibTorch lets nobody know when a tensor over null goes.
    static std::byte nothing{};
    std::byte *const memory = data.data() != nullptr ? data.data() : &nothing;
    const auto lease = std::make_shared<Lease>(std::move(release));
    const auto end = [lease](void *) { lease->end(); };
    const auto options = at::TensorOptions().dtype(dtype).device(at::kCPU);
    Tensor tensor = strides.empty() ? at::from_blob(memory, array(dims), end, options)
                                    : at::from_blob(memory, array(dims), array(strides), end, options);
    lease->is_taken = true;
    return tensor;
}

void *data_ptr(const Tensor &tensor) {
    if (tensor.layout() != at::kStrided || tensor.is_quantized() || !tensor.is_cpu()) {
        refuse("only a dense tensor on the CPU has memory that the host can read");
    }
    if (tensor.is_conj() || tensor.is_neg() || tensor._is_zerotensor()) {
        refuse("the elements of this tensor are computed when they are read: aten::resolve_conj, aten::resolve_neg or "
               "rt_torch_torchtensor_clone give one with memory of its own");
    }
    // A larger size would move the elements away from the host that has their address.
    tensor.storage().unsafeGetStorageImpl()->set_resizable(false);
    return tensor.data_ptr();
}

} // namespace

RT_FUNCTION(
    from_blob,
    "rt_torch_tensor_from_blob(data: mut bytes, dims: [i64], strides: [i64], dtype: text, release: fn()) -> TorchTensor",
    "A tensor of the caller's memory itself, which stays where it is until release is called, once, when the last "
    "tensor that shares it goes; that may be on any thread. strides count elements, and empty ones are those of "
    "elements side by side; bools must be 0 or 1. After an error the memory is the caller's, and release is not called.")
RT_FUNCTION(
    data_ptr, "rt_torch_torchtensor_data_ptr(handle: TorchTensor) -> ptr",
    "Where the first element of a dense tensor on the CPU lies, for as long as a tensor that shares the memory lives; null "
    "of one without elements. From then on the tensor cannot be made larger in place.")
RT_FUNCTION(
    +[](const Tensor &tensor) { return tensor.strides().vec(); },
    "rt_torch_torchtensor_strides(handle: TorchTensor) -> [i64]",
    "How many elements lie between neighbours along each dimension.")

} // namespace rt::libtorch
