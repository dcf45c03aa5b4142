// jit.cpp - models that Python's torch.jit.script or torch.jit.trace wrote to a file.
#include "tensor.hpp"

#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include "archive.hpp"
#include "arguments.hpp"
#include "device_support.hpp"
#include "error.hpp"

RT_DECLARE_CLASS(torch::jit::Module, "TorchScriptModule")

#undef RT_GROUP
#define RT_GROUP "jit"

namespace rt::libtorch {

namespace {

using ScriptModule = ::torch::jit::Module;

// A model saved on a GPU loads on a machine without one, onto the CPU.
ScriptModule load_where_possible(const std::string &file) {
    return cuda_device_count() == 0 ? ::torch::jit::load(file, c10::Device(at::kCPU)) : ::torch::jit::load(file);
}

ScriptModule load(std::string_view path) {
    const std::string file(path);
    check_file(file);
    try {
        check_archive(file);
        return load_where_possible(file);
    } catch (...) {
        const Failure failure = translate_exception();
        if (failure.code == RT_E_MEMORY) {
            throw;
        }
        throw Error(RT_E_CALLEE,
                    printable_path(file) + " is not a TorchScript file (" + failure.message +
                        "): write one in Python with torch.jit.script(model).save(path)",
                    "not_torchscript");
    }
}

at::Tensor forward(const ScriptModule &module, const at::Tensor &input) {
    const auto method = module.find_method("forward");
    if (!method) {
        refuse("the model has no method forward: give it one in Python before it is saved");
    }
    const c10::IValue result = (*method)({input});
    if (!result.isTensor()) {
        throw Error(RT_E_CALLEE,
                    "the model's result is of type " + result.type()->repr_str() +
                        ", and not one Tensor: wrap it in Python in a module whose forward returns one",
                    "not_a_tensor");
    }
    return result.toTensor();
}

} // namespace

RT_CLASS(ScriptModule, "TorchScriptModule", "A model that was written to a file by TorchScript.")

RT_FUNCTION_FLAGS(load, "rt_torch_jit_load(path: text) -> TorchScriptModule",
                  "Loads a model that Python saved with torch.jit; onto the CPU where there is no CUDA device.",
                  RT_FUNCTION_BLOCKS)
RT_FUNCTION(forward, "rt_torch_jit_forward(module: TorchScriptModule, input: TorchTensor) -> TorchTensor",
            "Runs the model's forward on a tensor.")

} // namespace rt::libtorch
