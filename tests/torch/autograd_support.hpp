// autograd_support.hpp - what the tests of gradients share.
#pragma once

#include <utility>

#include "support.hpp"

namespace torch_test {

inline H mul(const H &a, const H &b) { return call<H>("rt_torch_torchtensor_mul", a, b); }
inline H mul(const H &a, double b) { return call<H>("rt_torch_torchtensor_mul_scalar", a, b); }
inline H cube(const H &x) { return mul(mul(x, x), x); }
inline H sum(const H &x) { return call<H>("rt_torch_torchtensor_sum_all", x); }
inline bool requires_grad(const H &x) { return call<bool>("rt_torch_autograd_requires_grad", x); }

// Owners of the same tensors; an empty handle stays one.
template <class... T> std::vector<H> list(const T &...tensors) {
    std::vector<H> all;
    (all.push_back(tensors.clone()), ...);
    return all;
}

inline std::vector<std::int64_t> numbers_of(const std::vector<H> &handles) {
    std::vector<std::int64_t> numbers;
    for (const H &handle : handles) {
        numbers.push_back(handle.get());
    }
    return numbers;
}

// Owners of what a list of handles holds, which is its receiver's to free or the caller's to keep.
inline std::vector<H> shared(const rt_value &array) {
    std::vector<H> handles;
    for (std::size_t i = 0; i < array.size; i++) {
        handles.push_back(H::share(static_cast<const std::int64_t *>(array.payload.pointer)[i]));
    }
    return handles;
}

inline std::vector<H> gradients(const std::vector<H> &outputs, const std::vector<H> &inputs,
                                const std::vector<H> &grad_outputs = {}, bool retain_graph = false,
                                bool create_graph = false, bool allow_unused = false) {
    return call<std::vector<H>>("rt_torch_autograd_gradients", numbers_of(outputs), numbers_of(inputs),
                                numbers_of(grad_outputs), retain_graph, create_graph, allow_unused);
}

inline void backward_with(const std::vector<H> &tensors, const std::vector<H> &grad_tensors = {},
                          bool retain_graph = false, bool create_graph = false, const std::vector<H> &inputs = {}) {
    call("rt_torch_autograd_backward_with", numbers_of(tensors), numbers_of(grad_tensors), retain_graph, create_graph,
         numbers_of(inputs));
}

} // namespace torch_test
