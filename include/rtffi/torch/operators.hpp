// operators.hpp - arithmetic and comparison operators of tensors, with tensors and with numbers.
//
// A number keeps the tensor's dtype as torch does: a whole number leaves an integer tensor whole, a floating one makes it
// float32. `a += b` stands for `a = a + b`: it makes a new tensor, and other copies of `a` keep the old one.
#ifndef RTFFI_TORCH_OPERATORS_HPP
#define RTFFI_TORCH_OPERATORS_HPP

#include "creation.hpp"

namespace rt::torch {

namespace detail {

// A number as a tensor without dimensions, which takes part in arithmetic on any device without raising the dtype.
template <Number T> Tensor scalar(T value) {
    using Wide = std::conditional_t<std::is_floating_point_v<T>, double, std::int64_t>;
    const Wide wide = static_cast<Wide>(value);
    return from_span<Wide>({&wide, 1}, {});
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

inline Tensor operator+(const Tensor &a, const Tensor &b) { return a.add(b); }
inline Tensor operator-(const Tensor &a, const Tensor &b) { return a.sub(b); }
inline Tensor operator*(const Tensor &a, const Tensor &b) { return a.mul(b); }
inline Tensor operator/(const Tensor &a, const Tensor &b) { return a.div(b); }
inline Tensor operator-(const Tensor &a) { return a.neg(); }
inline Tensor operator+(const Tensor &a) { return a; }

template <Number T> Tensor operator+(const Tensor &a, T b) {
    return detail::as_double<T>(a) ? Tensor(Handle(api::add_scalar(a.handle(), static_cast<double>(b))))
                                   : a.add(detail::scalar(b));
}
template <Number T> Tensor operator*(const Tensor &a, T b) {
    return detail::as_double<T>(a) ? Tensor(Handle(api::mul_scalar(a.handle(), static_cast<double>(b))))
                                   : a.mul(detail::scalar(b));
}
template <Number T> Tensor operator-(const Tensor &a, T b) { return a.sub(detail::scalar(b)); }
template <Number T> Tensor operator/(const Tensor &a, T b) { return a.div(detail::scalar(b)); }
template <Number T> Tensor operator+(T a, const Tensor &b) { return b + a; }
template <Number T> Tensor operator*(T a, const Tensor &b) { return b * a; }
template <Number T> Tensor operator-(T a, const Tensor &b) { return detail::scalar(a).sub(b); }
template <Number T> Tensor operator/(T a, const Tensor &b) { return detail::scalar(a).div(b); }

template <class T> Tensor &operator+=(Tensor &a, const T &b) { return a = a + b; }
template <class T> Tensor &operator-=(Tensor &a, const T &b) { return a = a - b; }
template <class T> Tensor &operator*=(Tensor &a, const T &b) { return a = a * b; }
template <class T> Tensor &operator/=(Tensor &a, const T &b) { return a = a / b; }

// Comparisons give a tensor of bool.
inline Tensor operator==(const Tensor &a, const Tensor &b) { return a.eq(b); }
inline Tensor operator!=(const Tensor &a, const Tensor &b) { return a.ne(b); }
inline Tensor operator<(const Tensor &a, const Tensor &b) { return a.lt(b); }
inline Tensor operator<=(const Tensor &a, const Tensor &b) { return a.le(b); }
inline Tensor operator>(const Tensor &a, const Tensor &b) { return a.gt(b); }
inline Tensor operator>=(const Tensor &a, const Tensor &b) { return a.ge(b); }
template <Number T> Tensor operator==(const Tensor &a, T b) { return a.eq(detail::scalar(b)); }
template <Number T> Tensor operator!=(const Tensor &a, T b) { return a.ne(detail::scalar(b)); }
template <Number T> Tensor operator<(const Tensor &a, T b) { return a.lt(detail::scalar(b)); }
template <Number T> Tensor operator<=(const Tensor &a, T b) { return a.le(detail::scalar(b)); }
template <Number T> Tensor operator>(const Tensor &a, T b) { return a.gt(detail::scalar(b)); }
template <Number T> Tensor operator>=(const Tensor &a, T b) { return a.ge(detail::scalar(b)); }

// Whether two tensors have the same sizes and equal elements.
inline bool equal(const Tensor &a, const Tensor &b) {
    return a.shape() == b.shape() && (a == b).to(int64).sum().item<std::int64_t>() == a.numel();
}
// Whether every |a - b| <= atol + rtol |b|.
inline bool allclose(const Tensor &a, const Tensor &b, double rtol = 1e-5, double atol = 1e-8) {
    const Tensor near = (a - b).abs() <= b.abs() * rtol + atol;
    return near.to(int64).sum().item<std::int64_t>() == near.numel();
}

} // namespace rt::torch

#endif
