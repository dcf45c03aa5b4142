// Tuples: what functions with several results give.
#include "wrong_inputs.hpp"

namespace torch_test::test_tuple {

namespace {

std::int64_t size(const H &tuple) { return call<std::int64_t>("rt_torch_tuple_size", tuple); }
H get(const H &tuple, std::int64_t index) { return call<H>("rt_torch_tuple_get", tuple, index); }

// Values [2, 4], indices [1, 0].
H max_dim() { return call<H>("rt_torch_torchtensor_max_dim", tensor({1, 2, 4, 3}, {2, 2}), 1, false); }

} // namespace

TEST_CASE_FIXTURE(Torch, "a tuple has as many tensors as the function has results") {
    const H tuple = max_dim();
    CHECK(std::string_view(tuple.class_name()) == "TorchTuple");
    CHECK(size(tuple) == 2);
    CHECK(size(call<H>("rt_torch_torchtensor_svd", tensor({1, 0, 0, 1}, {2, 2}))) == 3);
    CHECK(native<std::int64_t(std::int64_t)>("rt_torch_tuple_size")(tuple.get()) == 2);
}

TEST_CASE_FIXTURE(Torch, "tuple_get gives a new handle, the caller's, that outlives the tuple") {
    H tuple = max_dim();
    const H first = get(tuple, 0);
    const H again = get(tuple, 0);
    CHECK(first.get() != again.get());
    const H indices(native<std::int64_t(std::int64_t, std::int64_t)>("rt_torch_tuple_get")(tuple.get(), 1));
    tuple.reset();
    check_values(first, {2, 4});
    check_values(again, {2, 4});
    check_values(indices, {1, 0});
    CHECK(dtype_of(indices) == "int64");
}

TEST_CASE_FIXTURE(Torch, "an index that the tuple does not have is refused with its size") {
    const H tuple = max_dim();
    expect_error(RT_E_ARGUMENT, "index 2 is out of range: the tuple has 2 tensors, counted from 0",
                 [&] { get(tuple, 2); });
    expect_error(RT_E_ARGUMENT, "index -1 is out of range", [&] { get(tuple, -1); });
    expect_native_error(RT_E_ARGUMENT, "index 9 is out of range", [&] {
        CHECK(native<std::int64_t(std::int64_t, std::int64_t)>("rt_torch_tuple_get")(tuple.get(), 9) == 0);
    });
    expect_cause("index", [&] { get(tuple, 2); });
}

TEST_CASE_FIXTURE(Torch, "a tuple is no tensor, and a tensor is no tuple") {
    const H tuple = max_dim();
    const H x = tensor({1});
    refuses_wrong_handles("rt_torch_tuple_size", {rt_handle(0)}, 0, x.get());
    refuses_wrong_handles("rt_torch_tuple_get", {rt_handle(0), rt_i64(0)}, 0, x.get());
    expect_error(RT_E_HANDLE, "TorchTuple", [&] { call("rt_torch_torchtensor_neg", tuple); });
}

} // namespace torch_test::test_tuple
