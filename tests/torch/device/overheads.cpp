// overheads.cpp - what the registry costs on a device, beside LibTorch's own C++ API: copies, launches of kernels, events. `./dev gpu-check`
// runs it on a machine with CUDA. With RTFFI_FAKE_DEVICE it measures the device of the tests, and with it itself.
//
// A run ends when the device has done all that was asked for, so that a launch that is slow to compute is not taken for a cheap one.
#include <ATen/ATen.h>
#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <cstdio>
#include <cstdlib>

#include <rtffi/host.hpp>

#include "../../../plugins/torch/version.hpp"
#include "../../bench/bound.hpp"
#include "../../bench/measure.hpp"

#ifdef RTFFI_FAKE_DEVICE
#include "fake_device.hpp"
#endif

namespace {

using bench::native;

constexpr int no_device = 3; // the exit status

struct Here {
    c10::Device device;
    std::string name; // for c10::Device and for the registry
    std::string title;
};

Here find_device() {
    const auto type = rt::call<std::string>("rt_torch_accelerator_type");
    if (type.empty()) {
        try {
            rt::call("rt_torch_accelerator_current_device");
        } catch (const rt::Error &error) {
            std::fprintf(stderr, "gpu_overheads: there is nothing to measure: %s\n", error.what());
        }
        std::exit(no_device);
    }
    std::string title = "overheads on " + type;
    if (type == "cuda") {
        const auto capability = rt::call<std::vector<std::int64_t>>("rt_torch_cuda_device_capability", 0);
        title = "overheads on " + rt::call<std::string>("rt_torch_cuda_device_name", 0) + ", compute capability " +
                std::to_string(capability.at(0)) + "." + std::to_string(capability.at(1)) + ", " +
                std::to_string(rt::call<std::int64_t>("rt_torch_cuda_device_total_memory", 0) >> 30) + " GiB";
    }
    const std::string name = type + ":0";
    return {c10::Device(name), name, title + ", LibTorch " + rt::call<std::string>("rt_torch_version")};
}

// The tensor that the handle stands for, as LibTorch has it.
struct Both {
    at::Tensor direct;
    std::int64_t handle;
};

void wait(c10::Device device) {
    const c10::impl::VirtualGuardImpl guard(device.type());
    guard.synchronizeStream(guard.getStream(device));
}

// Both end with waiting for the device.
template <class Operation>
bench::Variant direct(const std::string &name, const Here &here, const Operation &operation) {
    return {name, [operation, device = here.device](std::int64_t n) {
                for (std::int64_t i = 0; i < n; i++) {
                    bench::keep(operation());
                }
                wait(device);
            }};
}
template <class Operation>
bench::Variant registry(const std::string &name, const std::string &baseline, const Here &here,
                        const Operation &operation) {
    return {name,
            [operation, device = here.device](std::int64_t n) {
                for (std::int64_t i = 0; i < n; i++) {
                    rt_handle_free(operation());
                }
                wait(device);
            },
            baseline};
}

std::int64_t ones(std::int64_t count) {
    return rt::call<rt::Handle>("rt_torch_tensor_ones", std::vector{count}).release();
}
std::int64_t to_device(std::int64_t tensor, const std::string &device) {
    return rt::call<rt::Handle>("rt_torch_torchtensor_to_device", rt_handle(tensor), device).release();
}

void add_launches(std::vector<bench::Variant> &variants, const Here &here) {
    using Unary = std::int64_t (*)(std::int64_t);
    using Binary = std::int64_t (*)(std::int64_t, std::int64_t);
    static const Both a{at::ones({1024}).to(here.device), to_device(ones(1024), here.name)};
    static const auto add = native<Binary>("rt_torch_torchtensor_add");
    static const auto relu = native<Unary>("rt_torch_torchtensor_relu");
    variants.push_back(direct("at::add of 1,024 numbers", here, [] { return at::add(a.direct, a.direct); }));
    variants.push_back(
        registry("rt_torch_torchtensor_add", variants.back().name, here, [] { return add(a.handle, a.handle); }));
    variants.push_back(direct("at::relu of 1,024 numbers", here, [] { return at::relu(a.direct); }));
    variants.push_back(
        registry("rt_torch_torchtensor_relu", variants.back().name, here, [] { return relu(a.handle); }));
}

void add_copies(std::vector<bench::Variant> &variants, const Here &here) {
    static const auto copy =
        native<std::int64_t (*)(std::int64_t, const char *, bool)>("rt_torch_torchtensor_to_device");
    const auto add = [&](const std::string &what, const Both &both, bool non_blocking) {
        const c10::Device device = here.device;
        variants.push_back(direct("Tensor::to, " + what, here, [both, device, non_blocking] {
            return both.direct.to(device, both.direct.scalar_type(), non_blocking);
        }));
        variants.push_back(
            registry("rt_torch_torchtensor_to_device, " + what, variants.back().name, here,
                     [both, name = here.name, non_blocking] { return copy(both.handle, name.c_str(), non_blocking); }));
    };
    add("4 KiB", {at::ones({1 << 10}), ones(1 << 10)}, false);
    const std::int64_t large = ones(1 << 18);
    const std::int64_t pinned = rt::call<rt::Handle>("rt_torch_torchtensor_pin_memory", rt_handle(large)).release();
    const at::Tensor direct_pinned = at::ones({1 << 18}).pin_memory(rt::libtorch::pinning_for(here.device));
    add("1 MiB", {at::ones({1 << 18}), large}, false);
    add("1 MiB pinned", {direct_pinned, pinned}, true);
}

void add_events(std::vector<bench::Variant> &variants, const Here &here) {
    static const auto record = native<void (*)(std::int64_t, std::int64_t)>("rt_torch_torchevent_record");
    static c10::Event event(here.device.type());
    static const std::int64_t handle = rt::call<rt::Handle>("rt_torch_event_create").release();
    static const c10::Stream stream = c10::impl::VirtualGuardImpl(here.device.type()).getStream(here.device);
    static const std::int64_t own_stream = rt::call<rt::Handle>("rt_torch_stream_current", 0).release();
    variants.push_back(direct("c10::Event::record", here, [] {
        event.record(stream);
        return 0;
    }));
    variants.push_back(registry("rt_torch_torchevent_record", variants.back().name, here, [] {
        record(handle, own_stream);
        return std::int64_t{0};
    }));
}

} // namespace

int main(int argc, char **argv) {
#ifdef RTFFI_FAKE_DEVICE
    setenv("CUDA_VISIBLE_DEVICES", "", 1);
    fake_device::install();
#endif
    try {
        rt::Library("torch", RT_DLOPEN_REQUIRE_REAL).keep();
        const Here here = find_device();
        std::vector<bench::Variant> variants;
        add_launches(variants, here);
        add_copies(variants, here);
        add_events(variants, here);
        bench::Options options;
        options.instructions = false;
#ifdef RTFFI_FAKE_DEVICE
        options.repetitions = 3;
        options.processes = 1;
        options.rounds = 2;
#else
        options.repetitions = 500; // not more than a device lets wait at once
        options.processes = 5;
        options.rounds = 9;
#endif
        return bench::compare(argc, argv, here.title, std::move(variants), options);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "gpu_overheads: %s\n", error.what());
        return 2;
    }
}
