// Modules in another dtype.
#include "module_callable_support.hpp"

namespace torch_test::test_module_dtype {

namespace {

void to_dtype_of(const H &module, const char *dtype) { call("rt_torch_module_to_dtype", module, dtype); }

} // namespace

TEST_CASE_FIXTURE(Torch, "a module's floating tensors become another dtype in place, its whole numbers do not") {
    const H norm = call<H>("rt_torch_module_batch_norm2d", 2);
    const H module = sequential_of({norm.get()});
    const H weight = part("parameter", module.get(), "0.weight");
    const H mean = part("buffer", module.get(), "0.running_mean");
    const H image = to_dtype(from_at(at::randn({2, 2, 3, 3})), "float64");
    run_module(norm, to_dtype(image, "float32"));
    to_dtype_of(module, "float64");
    CHECK(dtype_of(weight) == "float64"); // the same tensor as before
    CHECK(dtype_of(mean) == "float64");
    CHECK(requires_grad(weight));
    const H batches = part("buffer", module.get(), "0.num_batches_tracked");
    CHECK(dtype_of(batches) == "int64");
    check_values(batches, {1});
    CHECK(dtype_of(run_module(module, image)) == "float64");
    check_values(batches, {2});
    to_dtype_of(module, "float32");
    check_values(batches, {2});
    CHECK(dtype_of(run_module(module, to_dtype(image, "float32"))) == "float32");
}

TEST_CASE_FIXTURE(Torch, "gradients become the dtype of their parameters, and training goes on") {
    const H module = call<H>("rt_torch_module_linear", 2, 1);
    const H x = tensor({1, 2}, {1, 2});
    backward(sum(run_module(module, x)));
    const H weight = part("parameter", module.get(), "weight");
    to_dtype_of(module, "float64");
    CHECK(dtype_of(grad(weight)) == "float64");
    check_values(grad(weight), {1, 2});
    backward(sum(run_module(module, to_dtype(x, "float64"))));
    check_values(grad(weight), {2, 4});
}

TEST_CASE_FIXTURE(Torch, "an LSTM and a module of a callable go along") {
    const H lstm = call<H>("torch::nn::LSTM", 2, 3);
    to_dtype_of(lstm, "float64");
    const H x = to_dtype(from_at(at::randn({4, 1, 2})), "float64");
    const rt_value input = rt_handle(x.get());
    const rt::Value result = call("rt_torch_module_call", lstm, rt_memory(RT_VALUES, &input, 1));
    CHECK(dtype_of(result[0].as<H>()) == "float64");

    const H scaling = scaling_module();
    to_dtype_of(scaling, "bfloat16");
    CHECK(dtype_of(run_module(scaling, to_dtype(tensor({1, 1}), "bfloat16"))) == "bfloat16");
}

TEST_CASE_FIXTURE(Torch, "a module is of a floating or complex dtype") {
    const H module = call<H>("rt_torch_module_linear", 2, 1);
    for (const char *dtype : {"int64", "bool", "uint8"}) {
        expect_error(RT_E_ARGUMENT, std::string("dtype is ") + dtype + ": a module is computed with in a floating",
                     [&] { to_dtype_of(module, dtype); });
    }
    expect_error(RT_E_ARGUMENT, "double", [&] { to_dtype_of(module, "double"); });
    CHECK(dtype_of(part("parameter", module.get(), "weight")) == "float32");
    to_dtype_of(module, "complex64");
    CHECK(dtype_of(part("parameter", module.get(), "weight")) == "complex64");
    const H stranger = tensor({1});
    refuses_wrong_handles("rt_torch_module_to_dtype", {rt_handle(0), rt_text("float64")}, 0, stranger.get());
}

} // namespace torch_test::test_module_dtype
