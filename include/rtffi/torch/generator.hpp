// SPDX-License-Identifier: Apache-2.0
// generator.hpp - generators of random numbers, their seeds, and where they are in their sequences.
#ifndef RTFFI_TORCH_GENERATOR_HPP
#define RTFFI_TORCH_GENERATOR_HPP

#include "tensor.hpp"

namespace rt::torch {

// A generator for one device; copies are the same one. Methods of Tensor such as normal_ take one, and operators without a method are
// given it by rt::call: rt::call<rt::Handle>("aten::randperm", 10, rt::arg("generator") = generator).
class Generator {
  public:
    // One of its own, which begins as after manual_seed.
    explicit Generator(std::int64_t seed, const Device &device = kCPU)
        : handle_(api::generator_create(seed, device.str())) {}
    // Takes over a handle of class TorchGenerator.
    explicit Generator(Handle handle) noexcept : handle_(std::move(handle)) {}
    Generator(Generator &&) noexcept = default;
    Generator &operator=(Generator &&) noexcept = default;
    Generator(const Generator &other) : handle_(other.handle_.clone()) {}
    Generator &operator=(const Generator &other) { return *this = Generator(other); }

    // Makes the numbers that follow those of the seed.
    void set_current_seed(std::int64_t seed) const { api::generator_manual_seed(handle(), seed); }
    void manual_seed(std::int64_t seed) const { set_current_seed(seed); }
    // A seed that nobody foresees, which it is given.
    std::int64_t seed() const { return api::generator_seed(handle()); }
    // The seed that it was given last.
    std::int64_t current_seed() const { return api::generator_initial_seed(handle()); }
    std::int64_t initial_seed() const { return current_seed(); }
    // The device that it is for. Throws for one of another kind than these two.
    Device device() const { return Device(api::generator_device(handle())); }
    // Where in its sequence it is: a tensor of uint8 on the CPU, a copy.
    Tensor get_state() const { return Tensor(Handle(api::generator_get_state(handle()))); }
    void set_state(const Tensor &state) const { api::generator_set_state(handle(), state.handle()); }

    // Borrowed: it stays this object's.
    std::int64_t handle() const noexcept { return handle_.get(); }

  private:
    Handle handle_;
};

// The device's, which functions without one take their numbers from.
inline Generator default_generator(const Device &device = kCPU) {
    return Generator(Handle(api::generator_default(device.str())));
}

// Its state.
inline Tensor get_rng_state(const Device &device = kCPU) { return default_generator(device).get_state(); }
inline void set_rng_state(const Tensor &state, const Device &device = kCPU) {
    default_generator(device).set_state(state);
}

} // namespace rt::torch

#endif
