// module_call.cpp - running a module on all that its forward function takes: an LSTM's state, an attention's masks.
#include "make_module.hpp"

#include <vector>

#include "module_run.hpp"
#include "operator_results.hpp"

#undef RT_GROUP
#define RT_GROUP "module"

namespace rt::libtorch {

void refuse_input_count(const ::torch::nn::Module &module, std::size_t count, std::size_t most) {
    refuse(str("inputs has ", count, " values: a ", module.name(), " takes at least one and at most ", most));
}

void refuse_input(std::size_t index, const rt_value &value, const std::string &wanted) {
    if (const char *damage = damage_of(value)) {
        refuse(str("inputs[", index, "]: ", damage));
    }
    if (dead_handle(value)) {
        throw Error(RT_E_HANDLE, str("inputs[", index, "] is no live handle: ", wanted, " is needed"));
    }
    throw Error(RT_E_TYPE, str("inputs[", index, "] is of another type than is needed: ", wanted));
}

void refuse_single_input(const ::torch::nn::Module &module) {
    refuse("a " + module.name() +
           " takes or gives more than one tensor: run it with rt_torch_module_call, whose inputs are a list, and so a "
           "Sequential that begins or ends with it");
}

namespace {

rt_value call(const TorchModule &module, std::span<const rt_value> inputs) {
    rt_value result = {};
    give_result(run(module, inputs), result);
    return result;
}

} // namespace

RT_FUNCTION_FLAGS(
    call, "rt_torch_module_call(module: TorchModule, inputs: [any]) -> any",
    "Runs the module on all that its forward function takes, in LibTorch's order; none stands for a tensor that is left "
    "out, and so does the end of the list. Several results are a tuple.",
    RT_FUNCTION_CALLS_BACK)

} // namespace rt::libtorch
