// grad_scaler.cpp - scaling of losses, so that small gradients survive float16: torch.amp.GradScaler, which LibTorch has in
// Python alone, from the operators that it is made of.
//
// Source: https://pytorch.org/docs/stable/amp.html#gradient-scaling and Micikevicius et al., Mixed Precision Training, arXiv
// 1710.03740, section 3.2.
#include "grad_scaler.hpp"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/GradMode.h>
#include <c10/core/TensorOptions.h>

#include <algorithm>
#include <functional>

#include "checks.hpp"
#include "optim_classes.hpp"

#undef RT_GROUP
#define RT_GROUP "amp"

namespace rt::libtorch {

namespace {

using Gradients = std::vector<at::Tensor>;

// LibTorch 1.13 has the two operators for CUDA alone.
bool has_kernel(const char *operation, const at::Tensor &on) {
    const auto found = c10::Dispatcher::singleton().findSchema({operation, ""});
    const auto key = c10::computeDispatchKey(c10::nullopt, on.layout(), on.device());
    return found && found->hasKernelForDispatchKey(key);
}

at::Tensor number_on(const at::Tensor &place, double value) {
    return at::full({1}, value, at::TensorOptions().dtype(at::kFloat).device(place.device()));
}

// Divides gradients of one device and dtype by the scale; whether one of them is infinite or NaN.
bool unscale_alike(const Gradients &gradients, double scale) {
    at::Tensor found_infinite = number_on(gradients[0], 0);
    const at::Tensor inverse = number_on(gradients[0], 1 / scale);
    if (has_kernel("aten::_amp_foreach_non_finite_check_and_unscale_", gradients[0])) {
        at::_amp_foreach_non_finite_check_and_unscale_(gradients, found_infinite, inverse);
        return found_infinite.item<float>() != 0;
    }
    bool found = false;
    for (const at::Tensor &gradient : gradients) {
        found = !gradient.isfinite().all().item<bool>() || found;
        gradient.mul_(inverse);
    }
    return found;
}

Gradients gradients_of(const Using &optimizer) {
    Gradients gradients;
    for (const auto &group : optimizer.groups()) {
        for (const at::Tensor &parameter : group.params()) {
            if (parameter.grad().defined()) {
                gradients.push_back(parameter.grad());
            }
        }
    }
    if (gradients.empty()) {
        refuse_without_gradients();
    }
    if (std::ranges::any_of(gradients, [](const at::Tensor &g) { return g.scalar_type() == at::kHalf; })) {
        refuse_float16_gradients();
    }
    return gradients;
}

bool unscale_all(const Using &optimizer, double scale) {
    const at::NoGradGuard no_grad;
    Gradients left = gradients_of(optimizer);
    bool found = false;
    while (!left.empty()) {
        const auto unlike = [&](const at::Tensor &g) {
            return g.device() != left[0].device() || g.scalar_type() != left[0].scalar_type();
        };
        const auto rest = std::partition(left.begin() + 1, left.end(), std::not_fn(unlike));
        found = unscale_alike(Gradients(left.begin(), rest), scale) || found;
        left.erase(left.begin(), rest);
    }
    return found;
}

TorchGradScaler create(double init_scale, double growth_factor, double backoff_factor, std::int64_t growth_interval,
                       bool enabled) {
    const ScalerState state{init_scale, growth_factor, backoff_factor, growth_interval, 0};
    check_scaler_state(state);
    return {std::make_shared<GradScaler>(state, enabled)};
}

at::Tensor scale(const TorchGradScaler &self, const at::Tensor &loss) {
    require_floating(loss);
    const std::lock_guard lock(self.scaler->mutex);
    return self.scaler->enabled ? loss.mul(number_on(loss, self.scaler->now.scale).squeeze()) : loss;
}

void unscale(const TorchGradScaler &self, const TorchOptimizer &of) {
    GradScaler &scaler = *self.scaler;
    const std::lock_guard lock(scaler.mutex);
    if (scaler.enabled) {
        scaler.stages.check_unscale(of.state);
        scaler.stages.unscaled(of.state, unscale_all(Changing(of), scaler.now.scale));
    }
}

bool step(const TorchGradScaler &self, const TorchOptimizer &of) {
    check_step_without_closure(of.state->of.method);
    GradScaler &scaler = *self.scaler;
    const std::lock_guard lock(scaler.mutex);
    const Changing optimizer(of);
    if (!scaler.enabled) {
        optimizer->step();
        return true;
    }
    if (scaler.stages.must_unscale(of.state)) {
        scaler.stages.unscaled(of.state, unscale_all(optimizer, scaler.now.scale));
    }
    const bool steps = !scaler.stages.found_infinite(of.state);
    if (steps) {
        optimizer->step();
    }
    scaler.stages.stepped(of.state);
    return steps;
}

ScalerState updated_by_libtorch(ScalerState state, bool found_infinite) {
    at::Tensor scale = at::full({1}, state.scale, at::kFloat);
    at::Tensor tracker = at::full({1}, state.growth_tracker, at::kInt);
    if (!has_kernel("aten::_amp_update_scale_", scale)) {
        return updated(state, found_infinite);
    }
    at::_amp_update_scale_(scale, tracker, number_on(scale, found_infinite ? 1 : 0), state.growth_factor,
                           state.backoff_factor, state.growth_interval);
    state.scale = scale.item<double>();
    state.growth_tracker = tracker.item<std::int64_t>();
    return state;
}

void update(const TorchGradScaler &self) {
    GradScaler &scaler = *self.scaler;
    const std::lock_guard lock(scaler.mutex);
    if (scaler.enabled) {
        scaler.now = updated_by_libtorch(scaler.now, scaler.stages.update());
    }
}

double get_scale(const TorchGradScaler &self) {
    const std::lock_guard lock(self.scaler->mutex);
    return self.scaler->enabled ? self.scaler->now.scale : 1;
}

std::vector<double> state(const TorchGradScaler &self) {
    const std::lock_guard lock(self.scaler->mutex);
    return numbers_of(self.scaler->now);
}

void load_state(const TorchGradScaler &self, std::span<const double> numbers) {
    const ScalerState loaded = scaler_state_of(numbers);
    const std::lock_guard lock(self.scaler->mutex);
    self.scaler->now = loaded;
}

} // namespace

RT_CLASS(TorchGradScaler, "TorchGradScaler", "Scales losses, so that small gradients survive float16.")

RT_FUNCTION(create,
            "rt_torch_grad_scaler_create(init_scale: f64 = 65536.0, growth_factor: f64 = 2.0, backoff_factor: f64 = "
            "0.5, growth_interval: i64 = 2000, enabled: bool = true) -> TorchGradScaler",
            "A gradient scaler, as torch.amp.GradScaler; one that is not enabled lets everything pass as it is.")
RT_FUNCTION(scale, "rt_torch_grad_scaler_scale(scaler: TorchGradScaler, loss: TorchTensor) -> TorchTensor",
            "The loss times the scale: call backward on that.")
RT_FUNCTION(
    unscale, "rt_torch_grad_scaler_unscale(scaler: TorchGradScaler, optimizer: TorchOptimizer)",
    "Divides the gradients of the optimiser's parameters by the scale, to clip them, say; once between updates.")
RT_FUNCTION(
    step, "rt_torch_grad_scaler_step(scaler: TorchGradScaler, optimizer: TorchOptimizer) -> bool",
    "Unscales the gradients, unless that was done, and takes the optimiser's step if all are finite; whether it "
    "did.")
RT_FUNCTION(
    update, "rt_torch_grad_scaler_update(scaler: TorchGradScaler)",
    "Ends an iteration: a smaller scale where gradients were infinite or NaN, a larger one after growth_interval "
    "iterations without any.")
RT_FUNCTION(get_scale, "rt_torch_grad_scaler_get_scale(scaler: TorchGradScaler) -> f64",
            "The scale; 1 of one that is not enabled.")
RT_FUNCTION(state, "rt_torch_grad_scaler_state(scaler: TorchGradScaler) -> [f64]",
            "Scale, growth factor, backoff factor, growth interval, and how many updates were without infinities.")
RT_FUNCTION(load_state, "rt_torch_grad_scaler_load_state(scaler: TorchGradScaler, state: [f64])",
            "Goes on from a state that rt_torch_grad_scaler_state gave.")

} // namespace rt::libtorch
