// module_move.cpp - a module's tensors go to another device, also to one that Module::to refuses.
#include "module_move.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace rt::libtorch {

namespace {

using Move = std::pair<at::Tensor, at::Tensor>; // a tensor, and what it is to be

bool is_private(c10::Device device) { return device.type() == c10::DeviceType::PrivateUse1; }

void plan(std::vector<Move> &moves, const at::Tensor &tensor, c10::Device device) {
    if (tensor.defined() && tensor.device() != device) {
        moves.emplace_back(tensor, tensor.detach().to(device));
    }
}

// As Tensor::set_data, which does not let tensors go between the CPU and a PrivateUse1 device.
void become(const at::Tensor &tensor, const at::Tensor &other) {
    tensor.unsafeGetTensorImpl()->shallow_copy_from(other.getIntrusivePtr());
    if (tensor.requires_grad()) {
        // It would collect gradients of the device where the tensor was.
        ::torch::autograd::AutogradMeta *meta = ::torch::autograd::impl::get_autograd_meta(tensor);
        const std::lock_guard lock(meta->mutex_);
        meta->grad_accumulator_.reset();
    }
}

} // namespace

void move_to(::torch::nn::Module &module, c10::Device device) {
    std::vector<at::Tensor> tensors = module.parameters();
    const std::vector<at::Tensor> buffers = module.buffers();
    tensors.insert(tensors.end(), buffers.begin(), buffers.end());
    if (!is_private(device) &&
        std::ranges::none_of(tensors, [](const at::Tensor &t) { return t.defined() && is_private(t.device()); })) {
        module.to(device);
        return;
    }
    const at::NoGradGuard no_grad;
    std::vector<Move> moves;
    for (const at::Tensor &tensor : tensors) {
        plan(moves, tensor, device);
        if (tensor.defined() && tensor.is_leaf()) {
            plan(moves, tensor.grad(), device);
        }
    }
    for (const auto &[tensor, there] : moves) {
        become(tensor, there);
    }
}

} // namespace rt::libtorch
