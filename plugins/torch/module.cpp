// module.cpp - what can be done with any module: run it, look at its tensors, change its mode.
#include "module.hpp"

#include <c10/util/StringUtil.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <string_view>
#include <unordered_set>

#include "checks.hpp"
#include "device_support.hpp"
#include "module_move.hpp"
#include "module_run.hpp"
#include "near_names.hpp"

#undef RT_GROUP
#define RT_GROUP "module"

namespace rt::libtorch {

namespace {

using Named = std::tuple<std::vector<std::string>, std::vector<at::Tensor>>;

// Each tensor once, under its first name: a module that is used twice does not count twice.
Named without_repeats(const ::torch::OrderedDict<std::string, at::Tensor> &tensors) {
    Named result;
    auto &[names, values] = result;
    std::unordered_set<const c10::TensorImpl *> seen;
    for (const auto &item : tensors) {
        if (item.value().defined() && seen.insert(item.value().unsafeGetTensorImpl()).second) {
            names.push_back(item.key());
            values.push_back(item.value());
        }
    }
    return result;
}

at::Tensor module_forward(const TorchModule &module, const at::Tensor &input) { return run(module, input); }

Named named_parameters(const TorchModule &module) { return without_repeats(module.base().named_parameters()); }

Named named_buffers(const TorchModule &module) { return without_repeats(module.base().named_buffers()); }

std::vector<at::Tensor> parameters(const TorchModule &module) { return std::get<1>(named_parameters(module)); }

// Also one that is there under another name, too.
at::Tensor tensor_named(const ::torch::OrderedDict<std::string, at::Tensor> &all, std::string_view name,
                        const char *kind) {
    const at::Tensor *found = all.find(std::string(name));
    if (found != nullptr && found->defined()) {
        return *found;
    }
    const std::vector<std::string> names = std::get<0>(without_repeats(all));
    if (names.empty()) {
        refuse(c10::str("this module has no ", kind, "s"));
    }
    refuse(c10::str("there is no ", kind, " \"", printable(name), "\": this module has ", listed(names, name)));
}

at::Tensor parameter(const TorchModule &module, std::string_view name) {
    return tensor_named(module.base().named_parameters(), name, "parameter");
}

at::Tensor buffer(const TorchModule &module, std::string_view name) {
    return tensor_named(module.base().named_buffers(), name, "buffer");
}

void train(const TorchModule &module, bool on) { module.base().train(on); }

void eval(const TorchModule &module) { module.base().eval(); }

bool is_training(const TorchModule &module) { return module.base().is_training(); }

void to_device(const TorchModule &module, std::string_view device) { move_to(module.base(), device_named(device)); }

void zero_grad(const TorchModule &module) { module.base().zero_grad(/*set_to_none=*/true); }

std::string to_text(const TorchModule &module) {
    std::ostringstream text;
    text << module.base();
    return text.str();
}

} // namespace

RT_CLASS(TorchModule, "TorchModule", "A layer or a stack of layers with its parameters, of torch::nn.")

RT_FUNCTION_FLAGS(module_forward, "rt_torch_module_forward(module: TorchModule, input: TorchTensor) -> TorchTensor",
                  "Runs the module on a tensor.", RT_FUNCTION_CALLS_BACK)
RT_FUNCTION(parameters, "rt_torch_module_parameters(module: TorchModule) -> [TorchTensor]",
            "What training changes, each tensor once; the handles share memory with the module.")
RT_FUNCTION(named_parameters, "rt_torch_module_named_parameters(module: TorchModule) -> ([text], [TorchTensor])",
            "The names of the parameters, such as 0.weight in a Sequential, and the parameters.")
RT_FUNCTION(named_buffers, "rt_torch_module_named_buffers(module: TorchModule) -> ([text], [TorchTensor])",
            "The names of the tensors that are state but not trained, such as running_mean, and the tensors.")
RT_FUNCTION(parameter, "rt_torch_module_parameter(module: TorchModule, name: text) -> TorchTensor",
            "The parameter of that name; the error for a wrong name lists the right ones.")
RT_FUNCTION(buffer, "rt_torch_module_buffer(module: TorchModule, name: text) -> TorchTensor",
            "The buffer of that name; the error for a wrong name lists the right ones.")
RT_FUNCTION(train, "rt_torch_module_train(module: TorchModule, on: bool = true)",
            "Sets the module and those inside it to training, or to evaluation.")
RT_FUNCTION(eval, "rt_torch_module_eval(module: TorchModule)", "Sets the module and those inside it to evaluation.")
RT_FUNCTION(is_training, "rt_torch_module_is_training(module: TorchModule) -> bool",
            "Whether the module is set to training.")
RT_FUNCTION(to_device, "rt_torch_module_to_device(module: TorchModule, device: text)",
            "Moves parameters and buffers to cpu, cuda or cuda:1; handles to them stay valid.")
RT_FUNCTION(zero_grad, "rt_torch_module_zero_grad(module: TorchModule)",
            "Drops the gradients of all parameters: rt_torch_autograd_grad gives 0 until the next backward pass.")
RT_FUNCTION(to_text, "rt_torch_module_to_text(module: TorchModule) -> text",
            "The module as LibTorch prints it, one line for each layer.")

} // namespace rt::libtorch
