// Generators of devices: seeds and states, each device's its own.
#include "support.hpp"

using namespace torch_test;

namespace {

const std::string first = std::string(fake_device::name) + ":0";
const std::string second = std::string(fake_device::name) + ":1";
constexpr bool has_generators = RT_LIBTORCH_AT_LEAST(2, 1);

std::int64_t initial_seed(const H &generator) {
    return call<std::int64_t>("rt_torch_generator_initial_seed", generator);
}

} // namespace

TEST_SUITE("device") {

    TEST_CASE_FIXTURE(Device, "a device's generator has a seed and a state, and another device's stays as it is") {
        if (!has_generators) {
            expect_error(RT_E_UNAVAILABLE, "has generators for the CPU and CUDA only",
                         [] { call("rt_torch_generator_default", second); });
            return;
        }
        const H one = call<H>("rt_torch_generator_default", first);
        const H other = call<H>("rt_torch_generator_default", second);
        CHECK(call<std::string>("rt_torch_generator_device", other) == second);
        call("rt_torch_generator_manual_seed", one, 3);
        call("rt_torch_generator_manual_seed", other, 4);
        CHECK(initial_seed(one) == 3);
        CHECK(initial_seed(other) == 4);
        CHECK(initial_seed(call<H>("rt_torch_generator_default", fake_device::name)) == 3); // the current one's
        const H state = call<H>("rt_torch_generator_get_state", other);
        CHECK(device_of(state) == -1);
        call("rt_torch_generator_manual_seed", other, 5);
        call("rt_torch_generator_set_state", other, state);
        CHECK(initial_seed(other) == 4);
        const auto unforeseen = call<std::int64_t>("rt_torch_generator_seed", other);
        CHECK(initial_seed(other) == unforeseen);
        expect_error(RT_E_CALLEE, "a state has 16 bytes",
                     [&] { call("rt_torch_generator_set_state", other, to_dtype(tensor({1}), "uint8")); });
    }

    TEST_CASE_FIXTURE(Device, "a generator of its own for a device is independent of the device's") {
        if (!has_generators) {
            expect_error(RT_E_UNAVAILABLE, "LibTorch 2.x", [] { call("rt_torch_generator_create", 5, second); });
            return;
        }
        const H shared = call<H>("rt_torch_generator_default", second);
        call("rt_torch_generator_manual_seed", shared, 1);
        const H own = call<H>("rt_torch_generator_create", 9, second);
        CHECK(call<std::string>("rt_torch_generator_device", own) == second);
        CHECK(initial_seed(own) == 9);
        CHECK(initial_seed(shared) == 1);
    }

    TEST_CASE_FIXTURE(Device, "a generator is for a device that is there") {
        CHECK(call<std::string>("rt_torch_generator_device", call<H>("rt_torch_generator_create", 1, "cpu")) == "cpu");
        const char *const name = "rt_torch_generator_default";
        expect_error(RT_E_UNAVAILABLE, "CUDA", [&] { call(name, "cuda"); });
        expect_error(RT_E_ARGUMENT, "there is no device 2", [&] { call(name, std::string(fake_device::name) + ":2"); });
        expect_error(RT_E_ARGUMENT, "device is \"gpu\"", [&] { call(name, "gpu"); });
        expect_error(RT_E_ARGUMENT, "device is \"gpu\"", [] { call("rt_torch_generator_create", 1, "gpu"); });
    }

} // TEST_SUITE
