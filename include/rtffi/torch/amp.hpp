// SPDX-License-Identifier: Apache-2.0
// amp.hpp - mixed precision: autocast for the forward pass, GradScaler for float16's gradients.
//
//     amp::GradScaler scaler;
//     Tensor loss;
//     { autocast half("cuda", float16); loss = criterion(model(x), y); }
//     adam.zero_grad(); scaler.scale(loss).backward(); scaler.step(adam); scaler.update();
#ifndef RTFFI_TORCH_AMP_HPP
#define RTFFI_TORCH_AMP_HPP

#include "optim.hpp"

namespace rt::torch {

// While one lives, operations of this thread on that kind of device that gain by it, such as linear and conv2d, compute in
// bfloat16 or float16. They nest; one that is not enabled stops the others meanwhile.
class autocast {
  public:
    explicit autocast(const char *device_type = "cpu", const DType &dtype = bfloat16, bool enabled = true) {
        api::autocast_begin(device_type, dtype.name(), enabled);
    }
    autocast(const autocast &) = delete;
    autocast &operator=(const autocast &) = delete;
    ~autocast() {
        try {
            api::autocast_end();
        } catch (const Error &) { // nothing can be done about it here
        }
    }
};

namespace amp {

using torch::autocast;

struct GradScalerOptions {
    double init_scale = 65536;
    double growth_factor = 2;
    double backoff_factor = 0.5;
    std::int64_t growth_interval = 2000;
    bool enabled = true;
};

// Scales losses, so that small gradients survive float16, as torch.amp.GradScaler. Move-only.
class GradScaler {
  public:
    explicit GradScaler(GradScalerOptions o = {})
        : handle_(
              api::grad_scaler_create(o.init_scale, o.growth_factor, o.backoff_factor, o.growth_interval, o.enabled)) {}

    // The loss times the scale: call backward on that.
    Tensor scale(const Tensor &loss) const { return Tensor(Handle(api::grad_scaler_scale(handle(), loss.handle()))); }
    // Divides the gradients by the scale, to clip them, say; once between updates.
    void unscale_(const optim::Optimizer &optimizer) const { api::grad_scaler_unscale(handle(), optimizer.handle()); }
    // Unscales the gradients, unless that was done, and takes the step if all are finite; whether it did.
    bool step(const optim::Optimizer &optimizer) const { return api::grad_scaler_step(handle(), optimizer.handle()); }
    // Ends an iteration: chooses the next scale.
    void update() const { api::grad_scaler_update(handle()); }
    double get_scale() const { return api::grad_scaler_get_scale(handle()); }
    // Scale, growth factor, backoff factor, growth interval, and how many updates were without infinities.
    std::vector<double> state_dict() const {
        const auto borrowed = api::grad_scaler_state(handle());
        return std::vector<double>(borrowed.begin(), borrowed.end());
    }
    void load_state_dict(const std::vector<double> &state) const { api::grad_scaler_load_state(handle(), state); }

    // Borrowed: it stays this object's.
    std::int64_t handle() const noexcept { return handle_.get(); }

  private:
    Handle handle_;
};

} // namespace amp

// Its name in Python until 2.3.
namespace cuda::amp {
using torch::amp::GradScaler;
using torch::amp::GradScalerOptions;
} // namespace cuda::amp

} // namespace rt::torch

#endif
