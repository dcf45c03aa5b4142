// SPDX-License-Identifier: Apache-2.0
// functions.hpp - torch's free functions, which are the methods of their first argument: torch::squeeze(x, 1) is x.squeeze(1).
#ifndef RTFFI_TORCH_FUNCTIONS_HPP
#define RTFFI_TORCH_FUNCTIONS_HPP

#include "operators.hpp"

namespace rt::torch {

#define RTFFI_TORCH_FUNCTION(name)                                                                                     \
    template <class... Rest>                                                                                           \
    auto name(const Tensor &self, const Rest &...rest) -> std::remove_cvref_t<decltype(self.name(rest...))> {          \
        return self.name(rest...);                                                                                     \
    }

RTFFI_TORCH_FUNCTION(add)
RTFFI_TORCH_FUNCTION(sub)
RTFFI_TORCH_FUNCTION(mul)
RTFFI_TORCH_FUNCTION(div)
RTFFI_TORCH_FUNCTION(pow)
RTFFI_TORCH_FUNCTION(neg)
RTFFI_TORCH_FUNCTION(abs)
RTFFI_TORCH_FUNCTION(sqrt)
RTFFI_TORCH_FUNCTION(square)
RTFFI_TORCH_FUNCTION(exp)
RTFFI_TORCH_FUNCTION(log)

RTFFI_TORCH_FUNCTION(eq)
RTFFI_TORCH_FUNCTION(ne)
RTFFI_TORCH_FUNCTION(lt)
RTFFI_TORCH_FUNCTION(le)
RTFFI_TORCH_FUNCTION(gt)
RTFFI_TORCH_FUNCTION(ge)
RTFFI_TORCH_FUNCTION(equal)
RTFFI_TORCH_FUNCTION(allclose)

RTFFI_TORCH_FUNCTION(relu)
RTFFI_TORCH_FUNCTION(sigmoid)
RTFFI_TORCH_FUNCTION(tanh)
RTFFI_TORCH_FUNCTION(leaky_relu)
RTFFI_TORCH_FUNCTION(gelu)
RTFFI_TORCH_FUNCTION(softmax)
RTFFI_TORCH_FUNCTION(log_softmax)

RTFFI_TORCH_FUNCTION(matmul)
RTFFI_TORCH_FUNCTION(mm)
RTFFI_TORCH_FUNCTION(dot)
RTFFI_TORCH_FUNCTION(transpose)
RTFFI_TORCH_FUNCTION(t)
RTFFI_TORCH_FUNCTION(inverse)
RTFFI_TORCH_FUNCTION(norm)
RTFFI_TORCH_FUNCTION(det)
RTFFI_TORCH_FUNCTION(svd)
RTFFI_TORCH_FUNCTION(eig)

RTFFI_TORCH_FUNCTION(sum)
RTFFI_TORCH_FUNCTION(mean)
RTFFI_TORCH_FUNCTION(max)
RTFFI_TORCH_FUNCTION(min)
RTFFI_TORCH_FUNCTION(argmax)
RTFFI_TORCH_FUNCTION(argmin)

RTFFI_TORCH_FUNCTION(squeeze)
RTFFI_TORCH_FUNCTION(unsqueeze)
RTFFI_TORCH_FUNCTION(flatten)

RTFFI_TORCH_FUNCTION(select)
RTFFI_TORCH_FUNCTION(slice)
RTFFI_TORCH_FUNCTION(narrow)
RTFFI_TORCH_FUNCTION(index_select)
RTFFI_TORCH_FUNCTION(gather)
RTFFI_TORCH_FUNCTION(chunk)

RTFFI_TORCH_FUNCTION(clone)
RTFFI_TORCH_FUNCTION(detach)
RTFFI_TORCH_FUNCTION(numel)

#undef RTFFI_TORCH_FUNCTION

// Lists in braces have no type that a template could take, and `std` is a namespace's name, too.
inline Tensor reshape(const Tensor &self, IntArrayRef sizes) { return self.reshape(sizes); }
inline Tensor permute(const Tensor &self, IntArrayRef dims) { return self.permute(dims); }
inline double std(const Tensor &self) { return self.std(); }
inline double var(const Tensor &self) { return self.var(); }
inline Tensor std(const Tensor &self, OptionalIntArrayRef dim, bool unbiased = true, bool keepdim = false) {
    return self.std(dim, unbiased, keepdim);
}
inline Tensor var(const Tensor &self, OptionalIntArrayRef dim, bool unbiased = true, bool keepdim = false) {
    return self.var(dim, unbiased, keepdim);
}

} // namespace rt::torch

#endif
