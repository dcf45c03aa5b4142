// generator.cpp - generators of random numbers, for the operators that take one.
#include "value.hpp"

#include "device_support.hpp"
#include "version.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>

#include <mutex>

#undef RT_GROUP
#define RT_GROUP "random"

namespace rt::libtorch {

namespace {

at::Generator default_of(c10::Device device) {
    if (device.type() == c10::DeviceType::PrivateUse1 && !has_privateuse1_generators) {
        throw Error(RT_E_UNAVAILABLE, "this LibTorch (" TORCH_VERSION
                                      ") has generators for the CPU and CUDA only: devices such as " +
                                          device.str() + " have them in LibTorch 2.x");
    }
    return at::globalContext().defaultGenerator(device);
}

at::Generator default_generator(std::string_view device) { return default_of(device_named(device)); }

// A generator is used under its own mutex, as LibTorch's operators do.
template <class Use> auto locked(const at::Generator &generator, Use use) {
    at::Generator same = generator;
    const std::lock_guard lock(same.mutex());
    return use(same);
}

// Of other devices than the CPU LibTorch tells programs built for them alone how to make one; but any can be copied.
at::Generator make(std::int64_t seed, std::string_view device_name) {
    const auto number = static_cast<std::uint64_t>(seed);
    const c10::Device device = device_named(device_name);
    if (device.is_cpu()) {
        return at::detail::createCPUGenerator(number);
    }
    at::Generator made = locked(default_of(device), [](at::Generator &g) { return g.clone(); });
    made.set_current_seed(number);
    return made;
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

RT_FUNCTION(make, "rt_torch_generator_create(seed: i64, device: text = \"cpu\") -> TorchGenerator",
            "A generator of its own for cpu, cuda or cuda:1, which begins as after rt_torch_generator_manual_seed.")
RT_FUNCTION(default_generator, "rt_torch_generator_default(device: text = \"cpu\") -> TorchGenerator",
            "The device's generator, which functions without one take their numbers from.")
RT_FUNCTION(
    +[](const at::Generator &generator) { return generator.device().str(); },
    "rt_torch_generator_device(generator: TorchGenerator) -> text", "The device that it is for, such as cpu or cuda:0.")
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
