#include "operator_guards.hpp"

#include <algorithm>
#include <string_view>

#include "process.hpp"

#include <rtffi/plugin.hpp>

namespace rt::libtorch {

namespace {

// TorchScript's remainder of integers divides without looking: by 0, and where the quotient overflows, the processor ends the process.
void check_remainder(const Guard &, const c10::FunctionSchema &, ::torch::jit::Stack &stack) {
    const std::int64_t divisor = stack.back().toInt();
    if (divisor == 0) {
        throw Error(RT_E_CALLEE, "ZeroDivisionError: integer division or modulo by zero", "value");
    }
    if (divisor == -1) {
        stack.back() = std::int64_t{1}; // the remainder is 0 with either
    }
}

bool has_zero(const c10::IValue &value) {
    if (value.isIntList()) {
        const auto list = value.toIntList();
        return std::any_of(list.begin(), list.end(), [](std::int64_t number) { return number == 0; });
    }
    return value.isInt() && value.toInt() == 0;
}

void check_divisors(const Guard &self, const c10::FunctionSchema &schema, ::torch::jit::Stack &stack) {
    for (const std::size_t position : self.divisors) {
        if (has_zero(stack[position])) {
            throw Error(RT_E_ARGUMENT, schema.arguments()[position].name() + " is 0, which LibTorch would divide by",
                        "division_by_zero");
        }
    }
}

struct Divisor {
    std::string_view operator_name; // of all overloads, without `aten::`
    std::string_view parameter;
};
// What LibTorch 1.13 or 2.13 divides by without looking; all else is an error of its own there.
constexpr Divisor divisors[] = {
    {"_dyn_quant_matmul_4bit", "block_size"},
    {"_dyn_quant_pack_4bit_weight", "block_size"},
    {"_native_multi_head_attention", "num_head"},
    {"_nnpack_spatial_convolution", "stride"},
    {"_transform_bias_rescale_qkv", "num_heads"},
    {"mkldnn_max_pool2d", "stride"},
    {"mkldnn_max_pool3d", "stride"},
    {"native_channel_shuffle", "groups"},
};

} // namespace

Guard guard_for(const c10::FunctionSchema &schema) {
    Guard guard;
    std::string_view name = schema.name();
    if (!name.starts_with("aten::")) {
        return guard;
    }
    name.remove_prefix(6);
    if (name == "remainder" && schema.overload_name() == "int") {
        guard.check = check_remainder;
        return guard;
    }
    for (const Divisor &divisor : divisors) {
        for (std::size_t i = 0; divisor.operator_name == name && i < schema.arguments().size(); i++) {
            if (schema.arguments()[i].name() == divisor.parameter) {
                guard.check = check_divisors;
                guard.divisors.push_back(i);
            }
        }
    }
    return guard;
}

} // namespace rt::libtorch
