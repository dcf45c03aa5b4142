// module_dtype.cpp - a module's tensors in another dtype.
#include "module.hpp"

#include <ATen/ATen.h>

#include <utility>
#include <vector>

#include "dtype.hpp"
#include "module_arguments.hpp"

#undef RT_GROUP
#define RT_GROUP "module"

namespace rt::libtorch {

namespace {

using at::Tensor;

bool is_differentiable(const Tensor &tensor) { return tensor.is_floating_point() || tensor.is_complex(); }

// LibTorch's own `to` would convert whole numbers, too, such as num_batches_tracked, and leaves gradients behind. It is called all
// the same, since an LSTM does more there than other modules.
void to_dtype(const TorchModule &module, std::string_view name) {
    const at::ScalarType dtype = dtype_named(name);
    check_module_dtype(name, at::isFloatingType(dtype) || at::isComplexType(dtype));
    std::vector<std::pair<Tensor, Tensor>> whole_numbers; // the tensor, and what is in it
    for (const auto &tensors : {module.base().parameters(), module.base().buffers()}) {
        for (const Tensor &tensor : tensors) {
            if (tensor.defined() && !is_differentiable(tensor)) {
                whole_numbers.emplace_back(tensor, tensor.detach());
            }
        }
    }
    module.base().to(dtype);
    for (const auto &[tensor, numbers] : whole_numbers) {
        tensor.set_data(numbers);
    }
    for (const Tensor &parameter : module.base().parameters()) {
        if (parameter.defined() && is_differentiable(parameter) && parameter.grad().defined()) {
            parameter.mutable_grad().set_data(parameter.grad().to(dtype));
        }
    }
}

} // namespace

RT_FUNCTION(
    to_dtype, "rt_torch_module_to_dtype(module: TorchModule, dtype: text)",
    "Converts parameters, their gradients and buffers to a floating or complex dtype; whole numbers and bools stay. Handles to "
    "them stay valid; an optimiser's own tensors stay as they are, so make it afterwards.")

} // namespace rt::libtorch
