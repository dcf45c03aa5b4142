// Mixed precision: which dtype operations compute in, on this thread, until its end.
#include <thread>

#include "against_libtorch.hpp"
#include "wrong_inputs.hpp"

namespace torch_test::test_autocast {

namespace {

template <class... A> void begin(const A &...options) { call("rt_torch_autocast_begin", options...); }
void end() { call("rt_torch_autocast_end"); }

std::string dtype_of_product() {
    const H a = tensor({1, 2, 3, 4}, {2, 2});
    return dtype_of(call<H>("rt_torch_torchtensor_matmul", a, a));
}

} // namespace

TEST_CASE_FIXTURE(Torch, "inside autocast matrices are multiplied in bfloat16, and sums are as before") {
    CHECK(dtype_of_product() == "float32");
    begin();
    CHECK(dtype_of_product() == "bfloat16");
    const H a = tensor({1, 2, 3, 4}, {2, 2});
    CHECK(dtype_of(call<H>("rt_torch_torchtensor_add", a, a)) == "float32");
    const at::Tensor rounded = at_tensor({1, 2, 3, 4}, {2, 2}).to(at::kBFloat16);
    check_same(call<H>("rt_torch_torchtensor_matmul", a, a), rounded.matmul(rounded));
    end();
    CHECK(dtype_of_product() == "float32");
}

TEST_CASE_FIXTURE(Torch, "autocasts nest, and one that is not enabled stops it for a while") {
    begin("cpu", "bfloat16");
    begin("cpu", "bfloat16", false);
    CHECK(dtype_of_product() == "float32");
    begin();
    CHECK(dtype_of_product() == "bfloat16");
    end();
    CHECK(dtype_of_product() == "float32");
    end();
    CHECK(dtype_of_product() == "bfloat16");
    end();
    CHECK(dtype_of_product() == "float32");
}

TEST_CASE_FIXTURE(Torch, "autocast is this thread's alone, and its ends are, too") {
    begin();
    std::string elsewhere;
    rt_status status = RT_OK;
    std::thread([&] {
        elsewhere = dtype_of_product();
        try {
            end();
        } catch (const rt::Error &error) {
            status = error.code();
        }
    }).join();
    CHECK(elsewhere == "float32");
    CHECK(status == RT_E_ARGUMENT);
    end();
}

TEST_CASE_FIXTURE(Torch, "a thread that ends inside autocast leaves nothing to the next") {
    std::thread([] { begin(); }).join();
    std::thread([] {
        CHECK(dtype_of_product() == "float32");
        expect_error(RT_E_ARGUMENT, "there is no rt_torch_autocast_begin on this thread", [] { end(); });
    }).join();
}

TEST_CASE_FIXTURE(Torch, "a model trains inside autocast: its parameters and gradients stay in float32") {
    call("rt_torch_manual_seed", 1);
    const H model = call<H>("rt_torch_module_linear", 2, 1);
    const auto parameters = call<std::vector<H>>("rt_torch_module_parameters", model);
    const H optimizer = call<H>("rt_torch_optim_sgd", parameters, 0.1);
    const H x = tensor({0, 0, 0, 1, 1, 0, 1, 1}, {4, 2});
    const H y = tensor({1, 3, 0, 2}, {4, 1}); // 1 - a + 2 b
    double loss = 0;
    for (int i = 0; i < 300; i++) {
        begin();
        const H output = call<H>("rt_torch_module_forward", model, x);
        CHECK(dtype_of(output) == "bfloat16");
        end();
        const H error = call<H>("rt_torch_loss_mse", to_dtype(output, "float32"), y);
        call("rt_torch_optim_zero_grad", optimizer);
        backward(error);
        CHECK(dtype_of(grad(parameters[0])) == "float32");
        call("rt_torch_optim_step", optimizer);
        loss = call<double>("rt_torch_torchtensor_item", error);
    }
    CHECK(dtype_of(parameters[0]) == "float32");
    CHECK(loss < 1e-3);
}

TEST_CASE_FIXTURE(Torch, "devices and dtypes that autocast does not know are refused, and change nothing") {
    const auto refused = [](const char *text, const char *device, const char *dtype) {
        expect_error(RT_E_ARGUMENT, text, [&] { begin(device, dtype); });
        expect_error(RT_E_ARGUMENT, "there is no rt_torch_autocast_begin", [] { end(); });
        CHECK(dtype_of_product() == "float32");
    };
    refused("device is \"gpu\\n\": it must be cpu or cuda", "gpu\n", "bfloat16");
    refused("device is \"\"", "", "bfloat16");
    refused("device is \"cuda:0\": it must be cpu or cuda, the kind of device", "cuda:0", "bfloat16");
    refused("dtype is \"float32\": autocast computes in bfloat16 or float16", "cpu", "float32");
    refused("dtype is \"\"", "cpu", "");
    if (!call<bool>("rt_torch_cuda_available")) {
        expect_error(RT_E_UNAVAILABLE, "LibTorch finds no CUDA device", [] { begin("cuda", "float16"); });
        expect_cause("no_device", [] { begin("cuda"); });
        expect_error(RT_E_ARGUMENT, "there is no rt_torch_autocast_begin", [] { end(); });
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "float16 on the CPU is what this LibTorch makes of it") {
    rt_status status = RT_OK;
    try {
        begin("cpu", "float16");
    } catch (const rt::Error &error) {
        status = error.code();
        CHECK(contains(error.what(), "on the CPU this LibTorch's autocast computes in bfloat16"));
    }
    if (status == RT_OK) {
        CHECK(dtype_of_product() == "float16");
        end();
    }
    CHECK(dtype_of_product() == "float32");
}

} // namespace torch_test::test_autocast
