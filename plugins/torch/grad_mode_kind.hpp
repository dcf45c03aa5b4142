// grad_mode_kind.hpp - which modes of autograd a thread can be in.
#pragma once

namespace rt::libtorch {

// Each has a function that begins it and one that ends it: rt_torch_autograd_no_grad_begin, ...
enum class GradModeKind { no_grad, enable_grad, inference_mode };

} // namespace rt::libtorch
