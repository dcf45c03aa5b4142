// tensor.hpp - what every file of the plugin starts from: the classes of its handles and the names they go by.
//
// Include this before anything else of the plugin: it declares the classes that RT_FUNCTION needs to see first, and
// names the guard that each call of this plugin runs under (process.hpp).
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Stream.h>

#include <vector>

#include "process.hpp"

namespace rt::libtorch {

// What functions with several results give, such as svd: read with rt_torch_tuple_size and rt_torch_tuple_get.
struct Tuple {
    std::vector<at::Tensor> tensors;
};

// A queue of work on a device: CUDA's, or that of a registered PrivateUse1 device.
struct Stream {
    c10::Stream stream;
};

} // namespace rt::libtorch

// A tensor is one counted pointer, and its owners move it by copying its bytes: it lies in the handle's own cell.
template <> inline constexpr bool rt::stored_inline<at::Tensor> = true;

RT_DECLARE_CLASS(at::Tensor, "TorchTensor")
RT_DECLARE_CLASS(rt::libtorch::Tuple, "TorchTuple")
RT_DECLARE_CLASS(rt::libtorch::Stream, "TorchStream")
