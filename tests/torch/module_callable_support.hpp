// module_callable_support.hpp - modules of callables, and hooks, as the tests make them.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "autograd_support.hpp"

namespace torch_test {

using Handles = std::vector<H>;
using Names = std::vector<std::string>;

// Gets the module, borrowed, and one or two lists of tensors, of which some may be none.
using ForwardBody = std::function<Handles(std::int64_t module, const Handles &inputs)>;
using HookBody = std::function<Handles(std::int64_t module, const Handles &first, const Handles &second)>;

inline constexpr const char *module_forward_type = "fn(module: TorchModule, inputs: [TorchTensor?]) -> [TorchTensor]";

inline H forward_callable(ForwardBody body, std::uint64_t flags = 0) {
    return rt::make_callable(
        module_forward_type,
        [body = std::move(body)](std::span<const rt_value> arguments) {
            return body(arguments[0].payload.integer, shared(arguments[1]));
        },
        flags);
}

// Names as the registry takes them; the texts are borrowed.
class TextList {
  public:
    explicit TextList(const Names &names) {
        for (const std::string &name : names) {
            values_.push_back(rt_memory(RT_TEXT, name.data(), name.size()));
        }
    }
    rt_value value() const { return rt_memory(RT_VALUES, values_.data(), values_.size()); }

  private:
    std::vector<rt_value> values_;
};

struct Parts {
    Names parameter_names = {};
    Handles parameters = {};
    Names buffer_names = {};
    Handles buffers = {};
    Names module_names = {};
    Handles modules = {};
    std::string name = "Module";
    bool copyable = true;
};

inline H make_callable_module(const H &forward, const Parts &parts) {
    return call<H>("rt_torch_module_create", forward, TextList(parts.parameter_names).value(),
                   numbers_of(parts.parameters), TextList(parts.buffer_names).value(), numbers_of(parts.buffers),
                   TextList(parts.module_names).value(), numbers_of(parts.modules), parts.name, parts.copyable);
}
inline H make_callable_module(ForwardBody body, const Parts &parts = {}) {
    return make_callable_module(forward_callable(std::move(body)), parts);
}

inline H part(const char *function, std::int64_t module, const char *name) {
    return call<H>(std::string("rt_torch_module_") + function, rt_handle(module), name);
}

// x * scale + shift, of a parameter and a buffer.
inline Handles scale_and_shift(std::int64_t module, const Handles &inputs) {
    return list(call<H>("rt_torch_torchtensor_add", mul(inputs[0], part("parameter", module, "scale")),
                        part("buffer", module, "shift")));
}
inline H scaling_module() {
    return make_callable_module(scale_and_shift, {.parameter_names = {"scale"},
                                                  .parameters = list(tensor({2, 3})),
                                                  .buffer_names = {"shift"},
                                                  .buffers = list(tensor({10, 20}))});
}

inline H sequential_of(const std::vector<std::int64_t> &modules) {
    return call<H>("rt_torch_module_sequential", modules);
}
inline H run_module(const H &module, const H &input) { return call<H>("rt_torch_module_forward", module, input); }

// All tensors of what the module gives.
inline Handles run_all(const H &module, const Handles &inputs) {
    std::vector<rt_value> values;
    for (const H &input : inputs) {
        values.push_back(rt_handle(input.get()));
    }
    const rt::Value result = call("rt_torch_module_call", module, rt_memory(RT_VALUES, values.data(), values.size()));
    Handles all;
    if (result.raw().type == RT_HANDLE) {
        all.push_back(result.as<H>());
    }
    for (std::size_t i = 0; result.raw().type == RT_VALUES && i < result.size(); i++) {
        all.push_back(result[i].as<H>());
    }
    return all;
}

inline Names names_of(const char *function, const H &module) { return call(function, module)[0].as<Names>(); }

inline std::int64_t add_hook(const char *kind, const H &module, const H &callable) {
    return call<std::int64_t>(std::string("rt_torch_module_register_") + kind + "_hook", module, callable);
}
// `kind` is forward_pre, forward or full_backward.
inline std::int64_t add_hook(const std::string &kind, const H &module, HookBody body, std::uint64_t flags = 0) {
    const char *lists = kind == "forward_pre" ? "inputs: [TorchTensor?]"
                        : kind == "forward"   ? "inputs: [TorchTensor?], outputs: [TorchTensor?]"
                                              : "grad_inputs: [TorchTensor?], grad_outputs: [TorchTensor?]";
    const std::string type = std::string("fn(module: TorchModule, ") + lists + ") -> [TorchTensor?]";
    return add_hook(kind.c_str(), module,
                    rt::make_callable(
                        type.c_str(),
                        [body = std::move(body)](std::span<const rt_value> arguments) {
                            return body(arguments[0].payload.integer, shared(arguments[1]),
                                        arguments.size() > 2 ? shared(arguments[2]) : Handles());
                        },
                        flags));
}

} // namespace torch_test
