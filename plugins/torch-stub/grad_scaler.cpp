// grad_scaler.cpp - gradient scalers go their way as where all gradients are finite.
#include "functions.hpp"

namespace rt::stub {

namespace {

constexpr bool found_infinite = false;

void check_gradients(const Using &optimizer) {
    bool any = false;
    bool halves = false;
    for (const ParameterGroup &group : optimizer->groups) {
        for (const TorchTensor &parameter : group.parameters) {
            const std::lock_guard lock(parameter.state->mutex);
            any = any || parameter.state->grad != nullptr;
            halves = halves || (parameter.state->grad != nullptr && parameter.dtype() == Dtype::float16);
        }
    }
    if (!any) {
        libtorch::refuse_without_gradients();
    }
    if (halves) {
        libtorch::refuse_float16_gradients();
    }
}

} // namespace

TorchGradScaler rt_torch_grad_scaler_create(double init_scale, double growth_factor, double backoff_factor,
                                            std::int64_t growth_interval, bool enabled) {
    const libtorch::ScalerState state{init_scale, growth_factor, backoff_factor, growth_interval, 0};
    libtorch::check_scaler_state(state);
    return {std::make_shared<GradScaler>(state, enabled)};
}

TorchTensor rt_torch_grad_scaler_scale(const TorchGradScaler &self, const TorchTensor &loss) {
    require_floating(loss);
    return self.scaler->enabled ? computed(elementwise({&loss}, loss.dtype()), {&loss}) : loss;
}

void rt_torch_grad_scaler_unscale(const TorchGradScaler &self, const TorchOptimizer &optimizer) {
    const std::lock_guard lock(self.scaler->mutex);
    if (self.scaler->enabled) {
        self.scaler->stages.check_unscale(optimizer.state);
        check_gradients(Changing(optimizer));
        self.scaler->stages.unscaled(optimizer.state, found_infinite);
    }
}

bool rt_torch_grad_scaler_step(const TorchGradScaler &self, const TorchOptimizer &optimizer) {
    libtorch::check_step_without_closure(optimizer.state->method);
    const std::lock_guard lock(self.scaler->mutex);
    const Changing changing(optimizer);
    if (self.scaler->enabled) {
        if (self.scaler->stages.must_unscale(optimizer.state)) {
            check_gradients(changing);
            self.scaler->stages.unscaled(optimizer.state, found_infinite);
        }
        self.scaler->stages.stepped(optimizer.state);
    }
    return true;
}

void rt_torch_grad_scaler_update(const TorchGradScaler &self) {
    const std::lock_guard lock(self.scaler->mutex);
    if (self.scaler->enabled) {
        self.scaler->now = libtorch::updated(self.scaler->now, self.scaler->stages.update());
    }
}

double rt_torch_grad_scaler_get_scale(const TorchGradScaler &self) {
    const std::lock_guard lock(self.scaler->mutex);
    return self.scaler->enabled ? self.scaler->now.scale : 1;
}

std::vector<double> rt_torch_grad_scaler_state(const TorchGradScaler &self) {
    const std::lock_guard lock(self.scaler->mutex);
    return libtorch::numbers_of(self.scaler->now);
}

void rt_torch_grad_scaler_load_state(const TorchGradScaler &self, std::span<const double> numbers) {
    const libtorch::ScalerState loaded = libtorch::scaler_state_of(numbers);
    const std::lock_guard lock(self.scaler->mutex);
    self.scaler->now = loaded;
}

} // namespace rt::stub
