// against_libtorch.hpp - checks functions of the registry against LibTorch called directly: their values through both
// entries, and their gradients.
//
//     check_direct("rt_torch_torchtensor_softmax", std::tuple(x), [](const at::Tensor &a) { return at::softmax(a, 1); }, 1);
#pragma once

#include <array>
#include <cmath>
#include <limits>
#include <tuple>

#include "support.hpp"

namespace torch_test {

inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t huge = std::int64_t{1} << 40;

// ---- Native calls with the arguments of a dynamic one ------------------------------------------------------------------

inline std::int64_t native_argument(const H &handle) { return handle.get(); }
inline std::int64_t native_argument(std::int64_t number) { return number; }
inline std::int64_t native_argument(int number) { return number; }
inline double native_argument(double number) { return number; }
inline bool native_argument(bool flag) { return flag; }
inline std::span<const std::int64_t> native_argument(const Dims &dims) { return dims; }
inline std::span<const double> native_argument(const Values &values) { return values; }

// As call<R>, through the native entry.
template <class R, class... A> R call_native(const char *name, const A &...arguments) {
    using Result = std::conditional_t<std::is_same_v<R, H>, std::int64_t, R>;
    const Function<Result(decltype(native_argument(arguments))...)> function(name);
    return R(function(native_argument(arguments)...));
}

// Both entries refuse it with that status and a message with `text` in it.
template <class R = H, class... A>
void refused(rt_status status, std::string_view text, const char *name, const A &...arguments) {
    CAPTURE(name);
    expect_error(status, text, [&] { call(name, arguments...); });
    expect_error(status, text, [&] { call_native<R>(name, arguments...); });
}

// ---- Values and gradients ----------------------------------------------------------------------------------------------

// The function of the tensors and `rest` gives what `direct` gives of the tensors.
template <class Direct, class... T, class... Rest>
void check_direct(const char *name, const std::tuple<T...> &inputs, const Direct &direct, const Rest &...rest) {
    CAPTURE(name);
    const at::Tensor want = std::apply(direct, inputs);
    const auto through_both = [&](const T &...input) {
        check_same(call<H>(name, from_at(input)..., rest...), want);
        check_same(call_native<H>(name, from_at(input)..., rest...), want);
    };
    std::apply(through_both, inputs);
}

inline H leaf(const at::Tensor &values) {
    H handle = from_at(values);
    call("rt_torch_autograd_set_requires_grad", handle, true);
    return handle;
}

// Numbers that differ, so that no gradient comes out right by symmetry.
inline at::Tensor weights_for(const at::Tensor &result) {
    return at::arange(1, static_cast<double>(result.numel()) + 1, result.options()).reshape(result.sizes());
}

// sum(result * weights) as a tensor to go backward from.
inline H weighted_sum(const H &result) {
    const at::Tensor weights = weights_for(read(result));
    return call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_mul", result, from_at(weights)));
}

// backward leaves the same gradients as LibTorch's own, with each of the tensors.
template <class Direct, class... T, class... Rest>
void check_gradients(const char *name, const std::tuple<T...> &inputs, const Direct &direct, const Rest &...rest) {
    CAPTURE(name);
    const auto make = [](const T &...input) { return std::array{input.detach().clone().requires_grad_()...}; };
    const auto make_handles = [](const T &...input) { return std::array{leaf(input)...}; };
    const auto apply = [&](const auto &...parameter) { return call<H>(name, parameter..., rest...); };

    const auto leaves = std::apply(make, inputs);
    const at::Tensor want = std::apply(direct, leaves);
    (want * weights_for(want)).sum().backward();

    const auto parameters = std::apply(make_handles, inputs);
    backward(weighted_sum(std::apply(apply, parameters)));
    for (std::size_t i = 0; i < leaves.size(); i++) {
        CAPTURE(i);
        check_same(grad(parameters[i]), leaves[i].grad());
    }
}

// A function with an f64 result gives that number through both entries.
template <class... A> void check_number(double want, const char *name, const A &...arguments) {
    CAPTURE(name);
    for (const double got : {call<double>(name, arguments...), call_native<double>(name, arguments...)}) {
        const bool same =
            (std::isnan(want) && std::isnan(got)) || got == want || got == doctest::Approx(want).epsilon(close_enough);
        CHECK_MESSAGE(same, c10::str("got ", got, ", wanted ", want));
    }
}

// ---- Inputs worth trying -----------------------------------------------------------------------------------------------

inline at::Tensor matrix() { return at_tensor({-2, -0.5, 0, 0.25, 1, 3}, {2, 3}); }
inline at::Tensor positive() { return at_tensor({0.5, 1, 1.5, 2, 4, 7}, {2, 3}); }

// Some of every kind: empty, without dimensions, of several, float64, and numbers that are none.
inline std::vector<at::Tensor> all_kinds() {
    return {
        matrix(),
        positive(),
        at_tensor({0.75}, {}),
        at_tensor({}, {0}),
        at_tensor({}, {2, 0, 3}),
        at_tensor({not_a_number, infinity, -infinity, -0.0, 1e30, 1e-30}),
        at::arange(24, at::kFloat).reshape({2, 3, 4}),
        matrix().to(at::kDouble),
    };
}

// The same numbers as the matrix, whose memory is in column-major order.
inline H column_major(const at::Tensor &values) {
    return call<H>("rt_torch_torchtensor_transpose", from_at(values.transpose(0, 1)), 0, 1);
}

// What was refused has left everything usable.
inline void check_usable() {
    check_values(call<H>("rt_torch_torchtensor_add", tensor({1, 2}), tensor({3, 4})), {4, 6});
    const H x = parameter({2, 3});
    backward(call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_mul", x, x)));
    check_values(grad(x), {4, 6});
}

} // namespace torch_test
