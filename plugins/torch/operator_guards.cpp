#include "operator_guards.hpp"

#include <rtffi/plugin.hpp>

#include <string_view>

namespace rt::libtorch {

namespace {

// TorchScript's remainder of integers divides without looking: by 0, and where the quotient overflows, the processor ends the process.
void guard_remainder(const c10::FunctionSchema &, ::torch::jit::Stack &stack) {
    const std::int64_t divisor = stack.back().toInt();
    if (divisor == 0) {
        throw Error(RT_E_CALLEE, "ZeroDivisionError: integer division or modulo by zero", "value");
    }
    if (divisor == -1) {
        stack.back() = std::int64_t{1}; // the remainder is 0 with either
    }
}

struct Entry {
    std::string_view name;     // without `aten::`
    std::string_view overload; // "*": all of them
    Guard guard;
};
constexpr Entry entries[] = {
    {"remainder", "int", guard_remainder},
};

} // namespace

Guard guard_for(const c10::FunctionSchema &schema) {
    std::string_view name = schema.name();
    if (!name.starts_with("aten::")) {
        return nullptr;
    }
    name.remove_prefix(6);
    for (const Entry &entry : entries) {
        if (entry.name == name && (entry.overload == "*" || entry.overload == schema.overload_name())) {
            return entry.guard;
        }
    }
    return nullptr;
}

} // namespace rt::libtorch
