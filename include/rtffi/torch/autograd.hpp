// autograd.hpp - NoGrad: a stretch of code without autograd.
#ifndef RTFFI_TORCH_AUTOGRAD_HPP
#define RTFFI_TORCH_AUTOGRAD_HPP

#include "api.hpp"

namespace rt::torch {

// While one lives, operations of this thread are not recorded for backward. They nest.
class NoGrad {
  public:
    NoGrad() { api::no_grad_begin(); }
    NoGrad(const NoGrad &) = delete;
    NoGrad &operator=(const NoGrad &) = delete;
    ~NoGrad() {
        try {
            api::no_grad_end();
        } catch (const Error &) { // nothing can be done about it here
        }
    }
};

// Its names in LibTorch's C++ API and in Python.
using NoGradGuard = NoGrad;
using no_grad = NoGrad;

} // namespace rt::torch

#endif
