// operator.hpp - the operators of LibTorch's dispatcher: finding them by name, and what is known of each.
//
// Note [Names of operators]: `aten::add.Tensor` is one overload and `aten::cat.default` the one without a name, as in Python.
// `aten::add` is all overloads of that name, or, where there is one only, that one. Names are looked for in the dispatcher before
// LibTorch's symbol table sees them, for that keeps each text it was ever asked for.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/jit/runtime/operator.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator_guards.hpp"
#include "operator_parameter.hpp"

namespace rt::libtorch {

// One overload. Lives for ever. What a call needs to know of the schema is worked out once.
struct Operator {
    std::string name; // as it was asked for
    const c10::FunctionSchema *schema = nullptr;
    std::vector<SchemaParameter> parameters;
    std::string signature;
    bool variadic = false;
    bool takes_dimnames = false; // see takes_dimnames
    Guard guard;
    std::optional<c10::OperatorHandle> in_dispatcher;
    std::shared_ptr<::torch::jit::Operator> in_interpreter; // else: TorchScript's own, on numbers and lists

    void run(::torch::jit::Stack &stack) const;
};

// All overloads of a name, in the order in which Python tries them. Lives for ever.
struct OverloadSet {
    std::string name;
    std::string signature; // `aten::add(...) -> any`
    std::vector<Operator *> overloads;
};

// What a name stands for: one of the two, or none of them.
struct OperatorOrSet {
    Operator *one = nullptr;
    OverloadSet *set = nullptr;
};
OperatorOrSet find_operator(std::string_view name);

// Why there is no operator of that name, with the name nearest to it.
std::string no_such_operator(std::string_view name);

// The dispatcher's operators whose name begins so, sorted by name.
std::vector<std::string> operator_names(std::string_view begin);

// The schema of one of those.
const c10::FunctionSchema &dispatcher_schema(std::string_view name);

} // namespace rt::libtorch
