// Streams, events, memory and generators of CUDA devices, on a machine that has one: run by `./dev gpu-check`. See main.cpp.
#include "support.hpp"

#include <torch/version.h>

namespace torch_test::test_cuda_streams {

namespace {

constexpr bool is_2_9 = TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 9);

H to_cuda(const H &x) { return call<H>("rt_torch_torchtensor_cuda", x, 0); }
std::int64_t id_of(const H &stream) { return call<std::int64_t>("rt_torch_torchstream_id", stream); }
H current() { return call<H>("rt_torch_stream_current", -1); }

} // namespace

TEST_SUITE("device") {

    TEST_CASE_FIXTURE(Torch, "with CUDA: the accelerator is CUDA's device, which is waited for") {
        CHECK(call<std::string>("rt_torch_accelerator_type") == "cuda");
        CHECK(call<std::int64_t>("rt_torch_accelerator_device_count") ==
              call<std::int64_t>("rt_torch_cuda_device_count"));
        CHECK(call<std::int32_t>("rt_torch_accelerator_current_device") == 0);
        call("rt_torch_accelerator_set_current_device", 0);
        call("rt_torch_accelerator_synchronize", -1);
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: the driver says what the device is") {
        CHECK_FALSE(call<std::string>("rt_torch_cuda_device_name", 0).empty());
        CHECK(call<std::int64_t>("rt_torch_cuda_device_total_memory", 0) > 0);
        CHECK(call<Dims>("rt_torch_cuda_device_capability", 0).at(0) >= 3);
        CHECK(call<std::int64_t>("rt_torch_cuda_device_multi_processor_count", -1) > 0);
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: a stream is current from its begin to its end") {
        const H before = current();
        const H stream = call<H>("rt_torch_stream_create", 0);
        call("rt_torch_stream_begin", stream);
        CHECK(id_of(current()) == id_of(stream));
        const H there = to_cuda(tensor({1, 2}));
        const H sum = call<H>("rt_torch_torchtensor_add", there, there);
        call("rt_torch_stream_end");
        CHECK(id_of(current()) == id_of(before));
        call("rt_torch_torchstream_wait", current(), stream);
        check_values(sum, {2, 4});
        call("rt_torch_torchtensor_record_stream", sum, stream);
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: events order streams, are waited for, and measure") {
        const H one = call<H>("rt_torch_stream_create", 0);
        const H other = call<H>("rt_torch_stream_create", 0);
        const H start = call<H>("rt_torch_event_create", true);
        const H end = call<H>("rt_torch_event_create", true);
        const H x = to_cuda(call<H>("rt_torch_tensor_ones", Dims{1024, 1024}));
        call("rt_torch_torchstream_wait", one, current());
        call("rt_torch_torchevent_record", start, one);
        call("rt_torch_stream_begin", one);
        const H product = call<H>("rt_torch_torchtensor_matmul", x, x);
        call("rt_torch_stream_end");
        call("rt_torch_torchevent_record", end, one);
        call("rt_torch_torchevent_wait", end, other);
        call("rt_torch_torchstream_sync", other);
        call("rt_torch_torchevent_sync", end);
        CHECK(call<bool>("rt_torch_torchevent_query", end));
        if constexpr (is_2_9) {
            CHECK(call<double>("rt_torch_torchevent_elapsed_time", start, end) > 0);
        } else {
            CHECK(call<bool>("rt_torch_torchevent_query", start));
        }
        CHECK(call<double>("rt_torch_torchtensor_max", product) == 1024);
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: copies from pinned memory are not waited for") {
        const H pinned = call<H>("rt_torch_torchtensor_pin_memory", call<H>("rt_torch_tensor_arange", 0.0, 1e6, 1.0));
        CHECK(call<bool>("rt_torch_torchtensor_is_pinned", pinned));
        const H there = call<H>("rt_torch_torchtensor_to_device", pinned, "cuda", true);
        call("rt_torch_accelerator_synchronize", 0);
        check_same(there, read(pinned));
        call("rt_torch_torchtensor_copy_non_blocking_", there, pinned);
        check_same(there, read(pinned)); // reading waits
        CHECK_FALSE(call<bool>("rt_torch_torchtensor_is_pinned", there));
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: statistics of memory follow tensors") {
        const auto stat = [](const char *name) {
            return call<std::int64_t>("rt_torch_accelerator_memory_stat", 0, name);
        };
        if constexpr (is_2_9) {
            const std::int64_t before = stat("allocated_bytes.all.current");
            const H there = to_cuda(call<H>("rt_torch_tensor_zeros", Dims{1024, 1024}));
            CHECK(stat("allocated_bytes.all.current") >= before + 4 * 1024 * 1024);
            CHECK(stat("reserved_bytes.all.current") >= stat("allocated_bytes.all.current"));
            call("rt_torch_accelerator_reset_peak_memory_stats", 0);
            CHECK(stat("allocated_bytes.all.peak") == stat("allocated_bytes.all.current"));
            call("rt_torch_accelerator_empty_cache");
        } else {
            expect_error(RT_E_UNAVAILABLE, "use 2.9 or newer", [&] { stat("num_ooms"); });
        }
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: a generator of the device gives its numbers again from a state") {
        const H generator = call<H>("rt_torch_generator_create", 5, "cuda:0");
        CHECK(call<std::string>("rt_torch_generator_device", generator) == "cuda:0");
        const auto drawn = [&] {
            return read(
                call<H>("aten::rand.generator", Dims{16}, arg("generator") = generator, arg("device") = "cuda:0"));
        };
        const H state = call<H>("rt_torch_generator_get_state", generator);
        const at::Tensor first = drawn();
        CHECK_FALSE(drawn().equal(first));
        call("rt_torch_generator_set_state", generator, state);
        CHECK(drawn().equal(first));
        call("rt_torch_generator_manual_seed", generator, 5);
        CHECK(drawn().equal(first));
    }

    TEST_CASE_FIXTURE(Torch, "with CUDA: a module trains on the device") {
        const H module = call<H>("rt_torch_module_linear", 2, 1);
        const H weight = call<H>("rt_torch_module_parameter", module, "weight");
        call("rt_torch_module_to_device", module, "cuda");
        const H sgd = call<H>("rt_torch_optim_sgd", std::vector<std::int64_t>{weight.get()}, 0.1);
        const H x = to_cuda(tensor({1, 0, 0, 1}, {2, 2}));
        const H y = to_cuda(tensor({1, -1}, {2, 1}));
        const auto loss = [&] {
            return call<H>("rt_torch_loss_mse", call<H>("rt_torch_module_forward", module, x), y);
        };
        const double before = call<double>("rt_torch_torchtensor_item", loss());
        for (int i = 0; i < 20; i++) {
            call("rt_torch_optim_zero_grad", sgd);
            backward(loss());
            call("rt_torch_optim_step", sgd);
        }
        CHECK(call<bool>("rt_torch_torchtensor_is_cuda", weight));
        CHECK(call<double>("rt_torch_torchtensor_item", loss()) < before);
    }

} // TEST_SUITE

} // namespace torch_test::test_cuda_streams
