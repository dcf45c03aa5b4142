// LibTorch's exceptions as the host sees them: a status, a cause, one line.
#include "support.hpp"

#include <thread>

namespace torch_test::test_error {

namespace {

struct Failed {
    rt_status code;
    std::string message, cause, function;
};

template <class Body> Failed failure_of(Body body) {
    try {
        body();
    } catch (const rt::Error &error) {
        return {error.code(), error.what(), error.cause(), error.function()};
    }
    FAIL("it should have failed");
    return {};
}

void mismatched_matmul() { call("rt_torch_torchtensor_matmul", tensor({1, 2}, {1, 2}), tensor({1, 2, 3}, {1, 3})); }

} // namespace

TEST_CASE_FIXTURE(Torch, "an error of LibTorch's is RT_E_CALLEE with its function and LibTorch's own words") {
    const Failed failed = failure_of(mismatched_matmul);
    CHECK(failed.code == RT_E_CALLEE);
    CHECK(failed.cause == "libtorch");
    CHECK(failed.function == "rt_torch_torchtensor_matmul");
    CHECK(failed.message == "rt_torch_torchtensor_matmul: mat1 and mat2 shapes cannot be multiplied (1x2 and 1x3)");
}

TEST_CASE_FIXTURE(Torch, "a message is one line, without LibTorch's back trace") {
    for (const auto &body :
         {+[] { mismatched_matmul(); }, +[] { call("rt_torch_torchtensor_softmax", tensor({1}), 5); },
          +[] { call("rt_torch_torchtensor_inverse", tensor({0, 0, 0, 0}, {2, 2})); },
          +[] { call("rt_torch_torchtensor_reshape", tensor({1}), Dims{2}); }}) {
        const Failed failed = failure_of(body);
        CAPTURE(failed.message);
        CHECK_FALSE(contains(failed.message, "\n"));
        CHECK_FALSE(contains(failed.message, "frame #"));
        CHECK_FALSE(contains(failed.message, "Exception raised from"));
    }
}

TEST_CASE_FIXTURE(Torch, "the cause tells programs what sort of error it was") {
    const H x = parameter({1});
    for (const Failed &failed : {
             failure_of([&] { call("rt_torch_torchtensor_softmax", x, 5); }),
             failure_of([&] { call("rt_torch_torchtensor_slice", x, 5, 0, 1, 1); }),
             failure_of([&] { call("rt_torch_torchtensor_gather", x, 0, tensor({1})); }),
             failure_of([&] { call("rt_torch_torchtensor_index_select", x, 0, tensor({-1})); }),
             failure_of([&] { call("rt_torch_autograd_remove_hook", x, 0); }),
         }) {
        CAPTURE(failed.message);
        CHECK(failed.code == RT_E_ARGUMENT);
        CHECK(failed.cause == "index");
    }
    CHECK(failure_of([] { call("rt_torch_torchtensor_inverse", tensor({0, 0, 0, 0}, {2, 2})); }).cause == "linalg");
    CHECK(failure_of([] { call("rt_torch_torchtensor_cuda", tensor({1}), std::int64_t{1} << 40); }).code ==
          RT_E_ARGUMENT);
}

TEST_CASE_FIXTURE(Torch, "memory that LibTorch cannot have is RT_E_MEMORY, and everything goes on") {
    const H column = call<H>("rt_torch_tensor_zeros", Dims{1 << 23, 1});
    const H row = call<H>("rt_torch_torchtensor_t", column);
    // 2^46 numbers: more than an address space holds, whatever the machine.
    const Failed failed = failure_of([&] { call("rt_torch_torchtensor_matmul", column, row); });
    CHECK(failed.code == RT_E_MEMORY);
    CHECK(failed.cause == "out_of_memory");
    CHECK(contains(failed.message, "matmul: can't allocate memory: you tried to allocate 281474976710656 bytes"));
    check_values(tensor({1}), {1});
}

TEST_CASE_FIXTURE(Torch, "dims that no memory can hold are RT_E_MEMORY before LibTorch is asked") {
    for (const Dims &dims : {Dims{std::int64_t{1} << 62}, Dims{std::int64_t{1} << 40, std::int64_t{1} << 40}}) {
        const Failed failed = failure_of([&] { call("rt_torch_tensor_zeros", dims); });
        CHECK(failed.code == RT_E_MEMORY);
        CHECK(failed.cause == "out_of_memory");
    }
}

TEST_CASE_FIXTURE(Torch, "an error is the calling thread's own") {
    expect_native_error(RT_E_HANDLE, "rt_torch_torchtensor_neg", [] {
        native<std::int64_t(std::int64_t)>("rt_torch_torchtensor_neg")(0);
        std::thread([] { CHECK(failure_of(mismatched_matmul).code == RT_E_CALLEE); }).join();
    });
}

TEST_CASE_FIXTURE(Torch, "an error leaves what went in as it was") {
    const H x = parameter({1, 2}, {1, 2});
    expect_error(RT_E_CALLEE, "cannot be multiplied",
                 [&] { call("rt_torch_torchtensor_matmul", x, tensor({1, 2, 3}, {1, 3})); });
    check_values(x, {1, 2});
    backward(call<H>("rt_torch_loss_mse", x, tensor({0, 0}, {1, 2})));
    check_values(grad(x), {1, 2});
}

} // namespace torch_test::test_error
