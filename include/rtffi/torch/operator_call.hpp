// SPDX-License-Identifier: Apache-2.0
// operator_call.hpp - functions of the registry that are called dynamically, such as operators by name: bound at their first call.
#ifndef RTFFI_TORCH_OPERATOR_CALL_HPP
#define RTFFI_TORCH_OPERATOR_CALL_HPP

#include <algorithm>
#include <initializer_list>
#include <tuple>

#include "api.hpp"
#include "scalar.hpp"

namespace rt::torch::detail {

// Arguments as rt_values that borrow from them.
inline rt_value operand(std::int64_t number) { return rt_i64(number); }
inline rt_value operand(double number) { return rt_f64(number); }
inline rt_value operand(bool flag) { return rt_bool(flag); }
inline rt_value operand(std::string_view text) { return rt_memory(RT_TEXT, text.data(), text.size()); }
inline rt_value operand(const rt_value &value) { return value; }
inline rt_value operand(const DType &dtype) { return operand(std::string_view(dtype.name())); }
inline rt_value operand(const Scalar &number) { return number.value(); }
inline rt_value operand(const IntArrayRef &list) { return rt_i64_array(list.begin(), list.size()); }
inline rt_value operand(const OptionalIntArrayRef &list) { return list.has_value() ? operand(*list) : rt_none(); }
template <rt::detail::HasHandle T> rt_value operand(const T &object) { return rt_handle(object.handle()); }
template <class T> rt_value operand(const std::optional<T> &maybe) { return maybe ? operand(*maybe) : rt_none(); }

// What api.hpp's functions are for those with a native entry. Threads may race for the first call.
class Operator {
  public:
    constexpr explicit Operator(const char *name) noexcept : name_(name) {}

    // Arguments by position, all of them. What the result owns is the caller's. Throws Error.
    template <class... A> rt_value operator()(const A &...arguments) const { return run({operand(arguments)...}); }

  private:
    rt_value run(std::initializer_list<rt_value> arguments) const {
        const rt_function *bound = record_.load(std::memory_order_acquire);
        if (bound == nullptr) [[unlikely]] {
            bound = bind();
        }
        rt_value result{};
        rt::detail::check(rt_call(bound, arguments.begin(), arguments.size(), &result));
        return result;
    }
    const rt_function *bind() const {
        api::load();
        const rt_function *found = nullptr;
        rt::detail::check(rt_bind(name_, nullptr, 0, &found));
        record_.store(found, std::memory_order_release);
        return found;
    }

    mutable std::atomic<const rt_function *> record_{nullptr};
    const char *name_;
};

template <std::size_t Size> struct OperatorName {
    consteval OperatorName(const char (&name)[Size]) { std::copy_n(name, Size, text); }
    char text[Size];
};
// The one of that name: operator_named<"aten::sin.default">(x).
template <OperatorName Name> inline constinit const Operator operator_named{Name.text};

// Results, of which each takes over what the rt_value owns.
template <class T> T as_tensor(const rt_value &result) {
    if (result.type != RT_HANDLE) [[unlikely]] {
        Value(result).as<Handle>(); // none is an undefined tensor, all else an error
        return T();
    }
    return T(Handle(result.payload.integer));
}
template <class T> std::vector<T> as_tensors(const rt_value &result) {
    const Value owner(result);
    std::vector<T> tensors;
    if (result.type == RT_VALUES) { // a tuple
        for (std::size_t i = 0; i < owner.size(); i++) {
            tensors.emplace_back(owner[i].as<Handle>());
        }
        return tensors;
    }
    for (Handle &handle : owner.as<std::vector<Handle>>()) {
        tensors.emplace_back(std::move(handle));
    }
    return tensors;
}
template <class T> std::tuple<T, T> as_two_tensors(const rt_value &result) {
    std::vector<T> tensors = as_tensors<T>(result);
    return {std::move(tensors[0]), std::move(tensors[1])};
}

} // namespace rt::torch::detail

#endif
