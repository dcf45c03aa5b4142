// Generators of random numbers: seeds, and where they are in their sequences.
#include "autograd_support.hpp"

namespace torch_test::test_generator {

namespace {

H drawn(const H &generator) { return call<H>("aten::randperm.generator", 100, arg("generator") = generator); }

} // namespace

TEST_CASE_FIXTURE(Torch, "a generator gives LibTorch's numbers of its seed, and those that follow a state again") {
    const H generator = call<H>("rt_torch_generator_create", 5);
    CHECK(call<std::int64_t>("rt_torch_generator_initial_seed", generator) == 5);
    at::Generator direct = at::detail::createCPUGenerator(5);
    check_same(drawn(generator), at::randperm(100, direct));
    const H state = call<H>("rt_torch_generator_get_state", generator);
    const H next = drawn(generator);
    check_same(next, at::randperm(100, direct));
    call("rt_torch_generator_set_state", generator, state);
    check_same(drawn(generator), read(next));
    call("rt_torch_generator_manual_seed", generator, 5);
    direct.set_current_seed(5);
    check_same(drawn(generator), at::randperm(100, direct));
}

TEST_CASE_FIXTURE(Torch, "generators are independent of each other and of the default one") {
    const H one = call<H>("rt_torch_generator_create", 1);
    const H two = call<H>("rt_torch_generator_create", 1);
    call("rt_torch_manual_seed", 9);
    const H first = call<H>("rt_torch_tensor_rand", Dims{4});
    drawn(one);
    call("rt_torch_manual_seed", 9);
    drawn(one);
    check_same(call<H>("rt_torch_tensor_rand", Dims{4}), read(first));
    CHECK_FALSE(read(drawn(one)).equal(read(drawn(two))));
    CHECK(call<std::int64_t>("rt_torch_generator_initial_seed", call<H>("rt_torch_generator_default")) == 9);
}

TEST_CASE_FIXTURE(Torch, "a seed that nobody foresees is told, and makes the same numbers again") {
    const H generator = call<H>("rt_torch_generator_create", 5);
    const auto seed = call<std::int64_t>("rt_torch_generator_seed", generator);
    CHECK(call<std::int64_t>("rt_torch_generator_initial_seed", generator) == seed);
    CHECK(call<std::int64_t>("rt_torch_generator_seed", generator) != seed);
    call("rt_torch_generator_manual_seed", generator, seed);
    const H numbers = drawn(generator);
    check_same(drawn(call<H>("rt_torch_generator_create", seed)), read(numbers));
}

TEST_CASE_FIXTURE(Torch, "a state that is none is refused, and leaves the generator where it was") {
    const H generator = call<H>("rt_torch_generator_create", 5);
    const H before = call<H>("rt_torch_generator_get_state", generator);
    expect_error(RT_E_CALLEE, "tate", [&] { call("rt_torch_generator_set_state", generator, tensor({1, 2})); });
    expect_error(RT_E_CALLEE, "size",
                 [&] { call("rt_torch_generator_set_state", generator, to_dtype(tensor({1, 2}), "uint8")); });
    check_same(call<H>("rt_torch_generator_get_state", generator), read(before));
}

TEST_CASE_FIXTURE(Torch, "a generator is for the CPU unless another device is named, which must be there") {
    CHECK(call<std::string>("rt_torch_generator_device", call<H>("rt_torch_generator_create", 5, "cpu")) == "cpu");
    CHECK(call<std::string>("rt_torch_generator_device", call<H>("rt_torch_generator_default")) == "cpu");
    check_same(drawn(call<H>("rt_torch_generator_create", 5, arg("device") = "cpu")),
               at::randperm(100, at::detail::createCPUGenerator(5)));
    for (const char *name : {"gpu", "", "cuda:x"}) {
        expect_error(RT_E_ARGUMENT, "it must be cpu, cuda, or a numbered one such as cuda:1",
                     [&] { call("rt_torch_generator_create", 5, name); });
        expect_error(RT_E_ARGUMENT, "it must be cpu, cuda, or a numbered one such as cuda:1",
                     [&] { call("rt_torch_generator_default", name); });
    }
    if (!call<bool>("rt_torch_cuda_available")) {
        expect_error(RT_E_UNAVAILABLE, "LibTorch finds no CUDA device",
                     [] { call("rt_torch_generator_create", 5, "cuda"); });
    }
}

} // namespace torch_test::test_generator
