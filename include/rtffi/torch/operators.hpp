// SPDX-License-Identifier: Apache-2.0
// operators.hpp - arithmetic and comparison operators of tensors, with tensors and with numbers.
//
// A number keeps the tensor's dtype as torch does: a whole number leaves an integer tensor whole, a floating one makes it
// float32. `a += b` is in place, as a.add_(b): whatever shares a's memory sees it.
#ifndef RTFFI_TORCH_OPERATORS_HPP
#define RTFFI_TORCH_OPERATORS_HPP

#include "creation.hpp"

namespace rt::torch {

namespace detail {

// A number as a tensor without dimensions that takes part in arithmetic on any device, and raises the dtype of `beside`
// no more than torch lets a number: tensors without dimensions give way to others, but not to each other.
template <Number T> Tensor scalar(T value, const Tensor &beside) {
    using Wide = std::conditional_t<std::is_floating_point_v<T>, double,
                                    std::conditional_t<std::is_same_v<T, bool>, bool, std::int64_t>>;
    const Wide wide = static_cast<Wide>(value);
    Tensor number = from_span<Wide>({&wide, 1}, {});
    if (beside.dim() != 0) {
        return number;
    }
    const DType dtype = beside.dtype();
    const bool fits = std::is_floating_point_v<T> ? dtype.is_floating_point() || dtype.is_complex()
                                                  : dtype != boolean || std::is_same_v<T, bool>;
    return number.to(fits ? dtype : default_dtype<T>());
}

// Whether the number may travel as an f64 without changing what comes out.
template <Number T> bool as_double(const Tensor &tensor) {
    if constexpr (std::is_floating_point_v<T>) {
        return true;
    } else {
        const DType dtype = tensor.dtype();
        return dtype.is_floating_point() || dtype.is_complex();
    }
}

} // namespace detail

// The methods of Tensor that take a number.
template <Number T> Tensor Tensor::add(T other) const {
    return detail::as_double<T>(*this) ? own(api::add_scalar(handle(), static_cast<double>(other)))
                                       : add(detail::scalar(other, *this));
}
template <Number T> Tensor Tensor::mul(T other) const {
    return detail::as_double<T>(*this) ? own(api::mul_scalar(handle(), static_cast<double>(other)))
                                       : mul(detail::scalar(other, *this));
}
template <Number T> const Tensor &Tensor::fill_(T value) const {
    constexpr std::int64_t exact = std::int64_t{1} << 53; // beyond, a double does not hold every whole number
    if constexpr (std::is_integral_v<T>) {
        const auto wide = static_cast<std::int64_t>(value);
        if ((wide > exact || wide < -exact) && dtype() == int64) {
            return copy_(detail::scalar(wide, *this));
        }
    }
    return api::fill_(handle(), static_cast<double>(value)), *this;
}

#define RTFFI_TORCH_WITH_NUMBER(name)                                                                                  \
    template <Number T> Tensor Tensor::name(T other) const { return name(detail::scalar(other, *this)); }
RTFFI_TORCH_WITH_NUMBER(sub)
RTFFI_TORCH_WITH_NUMBER(div)
RTFFI_TORCH_WITH_NUMBER(eq)
RTFFI_TORCH_WITH_NUMBER(ne)
RTFFI_TORCH_WITH_NUMBER(lt)
RTFFI_TORCH_WITH_NUMBER(le)
RTFFI_TORCH_WITH_NUMBER(gt)
RTFFI_TORCH_WITH_NUMBER(ge)
#undef RTFFI_TORCH_WITH_NUMBER

#define RTFFI_TORCH_WITH_NUMBER(name, scalar_name)                                                                     \
    template <Number T> const Tensor &Tensor::name(T other) const {                                                    \
        if (detail::as_double<T>(*this)) {                                                                             \
            return api::scalar_name(handle(), static_cast<double>(other)), *this;                                      \
        }                                                                                                              \
        return name(detail::scalar(other, *this));                                                                     \
    }
RTFFI_TORCH_WITH_NUMBER(add_, add_scalar_)
RTFFI_TORCH_WITH_NUMBER(sub_, sub_scalar_)
RTFFI_TORCH_WITH_NUMBER(mul_, mul_scalar_)
RTFFI_TORCH_WITH_NUMBER(div_, div_scalar_)
#undef RTFFI_TORCH_WITH_NUMBER

inline Tensor operator+(const Tensor &a, const Tensor &b) { return a.add(b); }
inline Tensor operator-(const Tensor &a, const Tensor &b) { return a.sub(b); }
inline Tensor operator*(const Tensor &a, const Tensor &b) { return a.mul(b); }
inline Tensor operator/(const Tensor &a, const Tensor &b) { return a.div(b); }
inline Tensor operator-(const Tensor &a) { return a.neg(); }
inline Tensor operator+(const Tensor &a) { return a; }

template <Number T> Tensor operator+(const Tensor &a, T b) { return a.add(b); }
template <Number T> Tensor operator-(const Tensor &a, T b) { return a.sub(b); }
template <Number T> Tensor operator*(const Tensor &a, T b) { return a.mul(b); }
template <Number T> Tensor operator/(const Tensor &a, T b) { return a.div(b); }
template <Number T> Tensor operator+(T a, const Tensor &b) { return b.add(a); }
template <Number T> Tensor operator-(T a, const Tensor &b) { return detail::scalar(a, b).sub(b); }
template <Number T> Tensor operator*(T a, const Tensor &b) { return b.mul(a); }
template <Number T> Tensor operator/(T a, const Tensor &b) { return detail::scalar(a, b).div(b); }

template <class T> const Tensor &operator+=(const Tensor &a, const T &b) { return a.add_(b); }
template <class T> const Tensor &operator-=(const Tensor &a, const T &b) { return a.sub_(b); }
template <class T> const Tensor &operator*=(const Tensor &a, const T &b) { return a.mul_(b); }
template <class T> const Tensor &operator/=(const Tensor &a, const T &b) { return a.div_(b); }

// Of whole numbers by their bits, of bools by and, or, exclusive or, not: (x > 0) & (x < 1).
inline Tensor operator&(const Tensor &a, const Tensor &b) { return a.bitwise_and(b); }
inline Tensor operator|(const Tensor &a, const Tensor &b) { return a.bitwise_or(b); }
inline Tensor operator^(const Tensor &a, const Tensor &b) { return a.bitwise_xor(b); }
inline Tensor operator~(const Tensor &a) { return a.bitwise_not(); }
template <Number T> Tensor operator&(const Tensor &a, T b) { return a.bitwise_and(b); }
template <Number T> Tensor operator|(const Tensor &a, T b) { return a.bitwise_or(b); }
template <Number T> Tensor operator^(const Tensor &a, T b) { return a.bitwise_xor(b); }
// What is left of a division, with the sign of the divisor, as in Python.
inline Tensor operator%(const Tensor &a, const Tensor &b) { return a.remainder(b); }
template <Number T> Tensor operator%(const Tensor &a, T b) { return a.remainder(b); }

// Comparisons give a tensor of bool.
inline Tensor operator==(const Tensor &a, const Tensor &b) { return a.eq(b); }
inline Tensor operator!=(const Tensor &a, const Tensor &b) { return a.ne(b); }
inline Tensor operator<(const Tensor &a, const Tensor &b) { return a.lt(b); }
inline Tensor operator<=(const Tensor &a, const Tensor &b) { return a.le(b); }
inline Tensor operator>(const Tensor &a, const Tensor &b) { return a.gt(b); }
inline Tensor operator>=(const Tensor &a, const Tensor &b) { return a.ge(b); }
template <Number T> Tensor operator==(const Tensor &a, T b) { return a.eq(b); }
template <Number T> Tensor operator!=(const Tensor &a, T b) { return a.ne(b); }
template <Number T> Tensor operator<(const Tensor &a, T b) { return a.lt(b); }
template <Number T> Tensor operator<=(const Tensor &a, T b) { return a.le(b); }
template <Number T> Tensor operator>(const Tensor &a, T b) { return a.gt(b); }
template <Number T> Tensor operator>=(const Tensor &a, T b) { return a.ge(b); }

inline bool Tensor::equal(const Tensor &other) const {
    return shape() == other.shape() && eq(other).to(int64).sum().item<std::int64_t>() == numel();
}
inline bool Tensor::allclose(const Tensor &other, double rtol, double atol) const {
    const Tensor near = (*this - other).abs() <= other.abs() * rtol + atol;
    return near.to(int64).sum().item<std::int64_t>() == near.numel();
}

} // namespace rt::torch

#endif
