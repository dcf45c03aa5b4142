// SPDX-License-Identifier: Apache-2.0
// callables.hpp - tensors on their way into C++ functions that LibTorch calls, and out of them.
#ifndef RTFFI_TORCH_CALLABLES_HPP
#define RTFFI_TORCH_CALLABLES_HPP

#include <span>
#include <vector>

#include "tensor.hpp"

namespace rt::torch::detail {

// Arguments are borrowed from the caller: these are owners of their own.
inline std::vector<Tensor> shared(const rt_value &array) {
    std::vector<Tensor> tensors;
    for (std::size_t i = 0; i < array.size; i++) {
        tensors.emplace_back(Handle::share(static_cast<const std::int64_t *>(array.payload.pointer)[i]));
    }
    return tensors;
}

// A Tensor, or a list of them, as a callable gives it. An undefined one is none.
inline std::vector<Handle> given(std::span<const Tensor> tensors) {
    std::vector<Handle> handles;
    for (const Tensor &tensor : tensors) {
        handles.push_back(Handle::share(tensor.handle()));
    }
    return handles;
}
inline std::vector<Handle> given(const Tensor &tensor) { return given(std::span(&tensor, 1)); }

} // namespace rt::torch::detail

#endif
