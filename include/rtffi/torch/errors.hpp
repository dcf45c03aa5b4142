// SPDX-License-Identifier: Apache-2.0
// errors.hpp - LibTorch's exceptions by their names there: catch (const torch::IndexError &), or torch::Error for all.
//
// `what` is LibTorch's first line, behind the name of the function that failed; `cause` and `code` tell programs in other languages the
// same. Of the CPU's memory LibTorch has no exception of its own: it is OutOfMemoryError here, too. See ../detail/host_errors.hpp.
#ifndef RTFFI_TORCH_ERRORS_HPP
#define RTFFI_TORCH_ERRORS_HPP

#include "../detail/host_errors.hpp"

namespace rt::torch {

using rt::Error;
using rt::IndexError;
using rt::LinAlgError;
using rt::NotImplementedError;
using rt::OutOfMemoryError;
using rt::TypeError;
using rt::ValueError;

} // namespace rt::torch

#endif
