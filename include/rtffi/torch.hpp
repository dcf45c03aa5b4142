// SPDX-License-Identifier: Apache-2.0
// torch.hpp - LibTorch over the registry: tensors, autograd, modules, optimisers. Needs no LibTorch to build or to start.
//
//     #include <rtffi/torch.hpp>
//     namespace torch = rt::torch;
//     torch::manual_seed(1);
//     torch::nn::Sequential model(torch::nn::Linear(2, 8), torch::nn::Tanh(), torch::nn::Linear(8, 1));
//     torch::optim::Adam adam(model.parameters(), {.lr = 0.05});
//     torch::Tensor loss = torch::nn::MSELoss()(model(x), y);
//     adam.zero_grad(); loss.backward(); adam.step();
//
// The torch plugin is loaded at the first use of anything here; torch::available() asks without an exception, and
// torch::why_unavailable() says why not. Names and defaults are torch's own; what a function of torch's is called in Python
// or C++, it is called here. Failures throw rt::Error with LibTorch's message: torch::IndexError, torch::LinAlgError and the others of
// torch/errors.hpp where LibTorch has such a class.
//
// Threads: as in LibTorch. Different threads may use one tensor to read, or different tensors; NoGrad is per thread. A process
// that exits waits for the calls that are inside LibTorch, and leaves without further ado where one takes more than 60
// seconds longer (another number: RTFFI_TORCH_EXIT_SECONDS); join threads that compute before main returns.
#ifndef RTFFI_TORCH_HPP
#define RTFFI_TORCH_HPP

#if __cplusplus < 201709L // which gcc 10 calls C++20
#error "rtffi/torch.hpp needs C++20: compile with -std=c++20"
#else

#include "torch/amp.hpp"
#include "torch/api.hpp"
#include "torch/autograd.hpp"
#include "torch/autograd_function.hpp"
#include "torch/callables.hpp"
#include "torch/classes.hpp"
#include "torch/clip_grad.hpp"
#include "torch/creation.hpp"
#include "torch/cuda.hpp"
#include "torch/errors.hpp"
#include "torch/functional.hpp"
#include "torch/functions.hpp"
#include "torch/generator.hpp"
#include "torch/indexing.hpp"
#include "torch/jit.hpp"
#include "torch/layers.hpp"
#include "torch/lr_scheduler.hpp"
#include "torch/module.hpp"
#include "torch/module_function.hpp"
#include "torch/module_hooks.hpp"
#include "torch/module_parts.hpp"
#include "torch/operator_call.hpp"
#include "torch/operator_functions.hpp"
#include "torch/operator_methods.hpp"
#include "torch/operators.hpp"
#include "torch/optim.hpp"
#include "torch/results.hpp"
#include "torch/runtime.hpp"
#include "torch/scalar.hpp"
#include "torch/stream.hpp"
#include "torch/tensor.hpp"
#include "torch/tensor_methods.hpp"
#include "torch/types.hpp"

#endif

#endif
