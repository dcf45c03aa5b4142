// generator.cpp - generators of random numbers, for the operators that take one.
#include "value.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>

#include <mutex>

#undef RT_GROUP
#define RT_GROUP "random"

namespace rt::libtorch {

namespace {

at::Generator make(std::int64_t seed) { return at::detail::createCPUGenerator(static_cast<std::uint64_t>(seed)); }

at::Generator default_generator() { return at::globalContext().defaultGenerator(at::kCPU); }

// A generator is used under its own mutex, as LibTorch's operators do.
template <class Use> auto locked(const at::Generator &generator, Use use) {
    at::Generator same = generator;
    const std::lock_guard lock(same.mutex());
    return use(same);
}

void manual_seed(const at::Generator &generator, std::int64_t seed) {
    locked(generator, [&](at::Generator &g) { g.set_current_seed(static_cast<std::uint64_t>(seed)); });
}

std::int64_t seed(const at::Generator &generator) {
    return locked(generator, [](at::Generator &g) { return static_cast<std::int64_t>(g.seed()); });
}

std::int64_t initial_seed(const at::Generator &generator) {
    return locked(generator, [](at::Generator &g) { return static_cast<std::int64_t>(g.current_seed()); });
}

at::Tensor get_state(const at::Generator &generator) {
    return locked(generator, [](at::Generator &g) { return g.get_state(); });
}

void set_state(const at::Generator &generator, const at::Tensor &state) {
    locked(generator, [&](at::Generator &g) { g.set_state(state); });
}

} // namespace

RT_CLASS(at::Generator, "TorchGenerator", "A generator of random numbers.")

RT_FUNCTION(make, "rt_torch_generator_create(seed: i64) -> TorchGenerator",
            "A generator of its own on the CPU, which begins as after rt_torch_generator_manual_seed.")
RT_FUNCTION(default_generator, "rt_torch_generator_default() -> TorchGenerator",
            "The CPU's generator, which functions without one take their numbers from.")
RT_FUNCTION(manual_seed, "rt_torch_generator_manual_seed(generator: TorchGenerator, seed: i64)",
            "Makes the numbers that follow those of the seed.")
RT_FUNCTION(seed, "rt_torch_generator_seed(generator: TorchGenerator) -> i64",
            "Gives the generator a seed that nobody foresees, and tells it: the same bits as an i64.")
RT_FUNCTION(initial_seed, "rt_torch_generator_initial_seed(generator: TorchGenerator) -> i64",
            "The seed that the generator was given last.")
RT_FUNCTION(get_state, "rt_torch_generator_get_state(generator: TorchGenerator) -> TorchTensor",
            "Where in its sequence the generator is: a tensor of uint8, a copy.")
RT_FUNCTION(set_state, "rt_torch_generator_set_state(generator: TorchGenerator, state: TorchTensor)",
            "Puts the generator where rt_torch_generator_get_state found one.")

} // namespace rt::libtorch
