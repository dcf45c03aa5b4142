// grad_arguments.cpp - what can be said of clipping and scaling of gradients without LibTorch.
#include "grad_arguments.hpp"

#include <algorithm>
#include <cmath>

namespace rt::libtorch {

namespace {

constexpr std::size_t state_numbers = 5;

void check_above(const char *name, double value, double least) {
    if (!(value > least && std::isfinite(value))) {
        refuse(str(name, " is ", value, ": it must be a finite number above ", least));
    }
    check_float32(name, value);
}

std::int64_t whole(const char *name, double value) {
    constexpr double most = 2147483647;
    if (!(value >= 0 && value <= most && std::floor(value) == value)) {
        refuse(str(name, " is ", value, ": it must be a whole number from 0 to ", static_cast<std::int64_t>(most)));
    }
    return static_cast<std::int64_t>(value);
}

} // namespace

void check_clip_norm(double max_norm, double norm_type) {
    if (!(max_norm >= 0)) {
        refuse(str("max_norm is ", max_norm, ": it must be 0 or more"));
    }
    if (!(norm_type > 0)) {
        refuse(str("norm_type is ", norm_type, ": it must be above 0; inf is the largest element"));
    }
}

void check_clip_value(double clip_value) {
    if (!(clip_value >= 0)) {
        refuse(str("clip_value is ", clip_value, ": it must be 0 or more"));
    }
}

void check_scaler_state(const ScalerState &state) {
    check_above("scale", state.scale, 0);
    check_above("growth_factor", state.growth_factor, 1);
    if (!(state.backoff_factor > 0 && state.backoff_factor < 1)) {
        refuse(str("backoff_factor is ", state.backoff_factor, ": it must be above 0, and less than 1"));
    }
    check_size("growth_interval", state.growth_interval);
}

std::vector<double> numbers_of(const ScalerState &state) {
    return {state.scale, state.growth_factor, state.backoff_factor, static_cast<double>(state.growth_interval),
            static_cast<double>(state.growth_tracker)};
}

ScalerState scaler_state_of(std::span<const double> numbers) {
    if (numbers.size() != state_numbers) {
        refuse(str("state has ", numbers.size(), " numbers: rt_torch_grad_scaler_state gives ", state_numbers));
    }
    const ScalerState state{numbers[0], numbers[1], numbers[2], whole("growth_interval", numbers[3]),
                            whole("growth_tracker", numbers[4])};
    check_scaler_state(state);
    return state;
}

ScalerState updated(ScalerState state, bool found_infinite) {
    const auto times = [&](double factor) { return static_cast<double>(static_cast<float>(state.scale * factor)); };
    if (found_infinite) {
        state.scale = times(state.backoff_factor);
        state.growth_tracker = 0;
    } else if (++state.growth_tracker == state.growth_interval) {
        const double grown = times(state.growth_factor);
        state.scale = std::isfinite(grown) ? grown : state.scale;
        state.growth_tracker = 0;
    }
    return state;
}

const ScalerStages::Stage *ScalerStages::find(const std::shared_ptr<void> &optimizer) const {
    const auto found = std::ranges::find_if(stages_, [&](const Stage &s) { return s.optimizer.lock() == optimizer; });
    return found != stages_.end() ? &*found : nullptr;
}

void ScalerStages::check_unscale(const std::shared_ptr<void> &optimizer) const {
    if (const Stage *stage = find(optimizer)) {
        refuse(stage->stepped ? "the optimiser has stepped already: unscale before rt_torch_grad_scaler_step"
                              : "the optimiser's gradients were unscaled already since the last "
                                "rt_torch_grad_scaler_update: another time would divide them twice");
    }
}

void ScalerStages::unscaled(const std::shared_ptr<void> &optimizer, bool found_infinite) {
    stages_.push_back({optimizer, found_infinite, false});
}

bool ScalerStages::must_unscale(const std::shared_ptr<void> &optimizer) const {
    const Stage *stage = find(optimizer);
    if (stage != nullptr && stage->stepped) {
        refuse("the optimiser has stepped already since the last rt_torch_grad_scaler_update");
    }
    return stage == nullptr;
}

bool ScalerStages::found_infinite(const std::shared_ptr<void> &optimizer) const {
    return find(optimizer)->found_infinite;
}

void ScalerStages::stepped(const std::shared_ptr<void> &optimizer) {
    for (Stage &stage : stages_) {
        stage.stepped = stage.stepped || stage.optimizer.lock() == optimizer;
    }
}

bool ScalerStages::update() {
    if (stages_.empty()) {
        refuse("no gradients were looked at since the last update: call rt_torch_grad_scaler_step, or _unscale, first");
    }
    const bool found = std::ranges::any_of(stages_, &Stage::found_infinite);
    stages_.clear();
    return found;
}

void refuse_without_gradients() {
    refuse(
        "none of the optimiser's parameters has a gradient: call rt_torch_autograd_backward on the scaled loss first");
}

void refuse_float16_gradients() {
    refuse(
        "a parameter is of float16, and so is its gradient, which cannot be unscaled without loss: keep parameters in "
        "float32, and compute in float16 by rt_torch_autocast_begin");
}

} // namespace rt::libtorch
