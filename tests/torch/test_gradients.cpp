// Gradients of some tensors for others, and backward with all its arguments.
#include "support.hpp"

#include <torch/csrc/autograd/autograd.h>

#include "autograd_support.hpp"

namespace torch_test::test_gradients {

TEST_CASE_FIXTURE(Torch, "gradients gives what a derivative worked out by hand is, and leaves the leaves alone") {
    const H x = parameter({1, 2, 3});
    const std::vector<H> found = gradients(list(sum(cube(x))), list(x));
    REQUIRE(found.size() == 1);
    check_values(found[0], {3, 12, 27}); // 3 x^2
    CHECK_FALSE(grad(x));
}

TEST_CASE_FIXTURE(Torch, "with create_graph the second and the third derivative of x^3 are 6 x and 6") {
    const H x = parameter({1, 2, -3});
    const H first = std::move(gradients(list(sum(cube(x))), list(x), {}, false, true)[0]);
    CHECK(requires_grad(first));
    const H second = std::move(gradients(list(sum(first)), list(x), {}, false, true)[0]);
    check_values(second, {6, 12, -18});
    check_values(gradients(list(sum(second)), list(x))[0], {6, 6, 6});
}

TEST_CASE_FIXTURE(Torch, "without create_graph a gradient cannot be differentiated") {
    const H x = parameter({2});
    const H first = std::move(gradients(list(sum(cube(x))), list(x))[0]);
    CHECK_FALSE(requires_grad(first));
    expect_error(RT_E_ARGUMENT, "outputs[0] does not require gradients", [&] { gradients(list(first), list(x)); });
}

TEST_CASE_FIXTURE(Torch, "several outputs and inputs, with gradients of the outputs, are LibTorch's own") {
    const at::Tensor a = at_tensor({1, -2, 3}).requires_grad_();
    const at::Tensor b = at_tensor({0.5, 4, -1}).requires_grad_();
    const at::Tensor weights = at_tensor({1, 10, 100});
    const auto want = torch::autograd::grad({a * b, (a * a).sum()}, {a, b}, {weights, {}});

    const H x = parameter({1, -2, 3});
    const H y = parameter({0.5, 4, -1});
    const std::vector<H> found =
        gradients(list(mul(x, y), sum(mul(x, x))), list(x, y), list(tensor({1, 10, 100}), H()));
    REQUIRE(found.size() == 2);
    check_same(found[0], want[0]);
    check_same(found[1], want[1]);
}

TEST_CASE_FIXTURE(Torch, "gradients are taken for computed tensors, too, and for one input twice") {
    const H x = parameter({2});
    const H y = cube(x);
    const std::vector<H> found = gradients(list(sum(mul(y, y))), list(y, x, y));
    check_values(found[0], {16});  // 2 y
    check_values(found[1], {192}); // 6 x^5
    check_values(found[2], {16});
}

TEST_CASE_FIXTURE(Torch, "an input that was not used is an error that names it, or none") {
    const H x = parameter({2});
    const H other = parameter({3});
    const H y = sum(cube(x));
    expect_error(RT_E_ARGUMENT, "inputs[1] was not used to compute the outputs",
                 [&] { gradients(list(y), list(x, other), {}, true); });
    const std::vector<H> found = gradients(list(y), list(x, other), {}, false, false, true);
    check_values(found[0], {12});
    CHECK_FALSE(found[1]);
}

TEST_CASE_FIXTURE(Torch, "the native call gives none as 0, takes it so, and sets no error") {
    const H x = parameter({2});
    const H other = parameter({3});
    const H y = sum(cube(x));
    const auto entry = native<const std::int64_t *(const std::int64_t *, std::size_t, const std::int64_t *, std::size_t,
                                                   const std::int64_t *, std::size_t, bool, bool, bool, std::size_t *)>(
        "rt_torch_autograd_gradients");
    const std::int64_t outputs[] = {y.get()};
    const std::int64_t inputs[] = {other.get(), x.get()};
    const std::int64_t ones[] = {0};
    std::size_t count = 0;
    *rt_error_location() = RT_OK;
    const std::int64_t *found = entry(outputs, 1, inputs, 2, ones, 1, false, false, true, &count);
    CHECK(*rt_error_location() == RT_OK);
    REQUIRE(count == 2);
    CHECK(found[0] == 0);
    check_values(H(found[1]), {12});
}

TEST_CASE_FIXTURE(Torch, "a list of which some are none may also come as an array of values") {
    const H x = parameter({2}, {});
    const H y = sum(cube(x));
    const rt_value given[] = {rt_none(), rt_handle(scalar(10).release())};
    const H owner(given[1].payload.integer);
    const std::int64_t outputs[] = {y.get(), y.get()};
    const std::int64_t inputs[] = {x.get()};
    check_values(call<std::vector<H>>("rt_torch_autograd_gradients", std::span<const std::int64_t>(outputs),
                                      std::span<const std::int64_t>(inputs), rt_memory(RT_VALUES, given, 2))[0],
                 {12 + 120});
    const rt_value number[] = {rt_none(), rt_f64(1)};
    expect_error(RT_E_TYPE, "argument 3 (grad_outputs)", [&] {
        call("rt_torch_autograd_gradients", std::span<const std::int64_t>(outputs),
             std::span<const std::int64_t>(inputs), rt_memory(RT_VALUES, number, 2));
    });
}

TEST_CASE_FIXTURE(Torch, "a graph is gone after its gradients unless it is retained") {
    const H x = parameter({2});
    const H y = sum(cube(x));
    check_values(gradients(list(y), list(x), {}, true)[0], {12});
    check_values(gradients(list(y), list(x))[0], {12});
    expect_error(RT_E_CALLEE, "Trying to backward through the graph a second time",
                 [&] { gradients(list(y), list(x)); });
}

TEST_CASE_FIXTURE(Torch, "gradients refuses lists that do not go together, and says which") {
    const H x = parameter({1, 2});
    const H y = mul(x, x);
    const auto refused = [&](const std::vector<H> &outputs, const std::vector<H> &inputs,
                             const std::vector<H> &grad_outputs, const char *text) {
        expect_error(RT_E_ARGUMENT, text, [&] { gradients(outputs, inputs, grad_outputs, true); });
    };
    refused({}, list(x), {}, "outputs is empty");
    refused(list(y), {}, list(tensor({1, 1})), "inputs is empty");
    refused(list(tensor({1})), list(x), {}, "outputs[0] does not require gradients");
    refused(list(y), list(x, tensor({1})), list(tensor({1, 1})), "inputs[1] does not require gradients");
    refused(list(y), list(x), {}, "outputs[0] is of float32 and shape [2], and only one real number");
    refused(list(y), list(x), list(H()), "give grad_outputs[0]");
    refused(list(y), list(x), list(tensor({1, 1}), tensor({1})), "grad_outputs has 2 tensors, and outputs 1");
    refused(list(y), list(x), list(tensor({1, 1, 1})), "grad_outputs[0] is of float32 and shape [3]");
    refused(list(y), list(x), list(to_dtype(tensor({1, 1}), "float64")), "grad_outputs[0] is of float64");
    check_values(gradients(list(y), list(x), list(tensor({1, 1})))[0], {2, 4}); // the graph is as it was
}

TEST_CASE_FIXTURE(Torch, "gradients refuses wrong handles in each of its lists") {
    const H x = parameter({1}, {});
    const H y = mul(x, x);
    const H stranger = call<H>("rt_torch_module_relu");
    for (const std::int64_t wrong : {freed_handle(), std::int64_t{0}, stranger.get()}) {
        const std::int64_t wrong_list[] = {wrong};
        const std::int64_t outputs[] = {y.get()};
        const std::int64_t inputs[] = {x.get()};
        const std::span<const std::int64_t> bad(wrong_list), from(outputs), to(inputs);
        expect_error(RT_E_HANDLE, "argument 1 (outputs)", [&] { call("rt_torch_autograd_gradients", bad, to); });
        expect_error(RT_E_HANDLE, "argument 2 (inputs)", [&] { call("rt_torch_autograd_gradients", from, bad); });
        if (wrong != 0) {
            expect_error(RT_E_HANDLE, "argument 3 (grad_outputs)",
                         [&] { call("rt_torch_autograd_gradients", from, to, bad); });
        }
    }
}

TEST_CASE_FIXTURE(Torch, "backward_with adds the gradients of several tensors, each with its own") {
    const H x = parameter({1, 2});
    backward_with(list(mul(x, x), sum(x)), list(tensor({1, 10}), H()));
    check_values(grad(x), {3, 41}); // 2 x w + 1
}

TEST_CASE_FIXTURE(Torch, "backward_with retains the graph, and builds one of the gradients, if asked") {
    const H x = parameter({2}, {});
    const H y = cube(x);
    backward_with(list(y), {}, true);
    backward_with(list(y), {}, false, true);
    const H first = grad(x);
    check_values(first, {24}); // twice 3 x^2
    CHECK(requires_grad(first));
    check_values(gradients(list(first), list(x))[0], {12}); // 6 x, of the one with a graph
    // A leaf and its gradient's graph own each other until the gradient goes.
    call("rt_torch_optim_zero_grad", call<H>("rt_torch_optim_sgd", numbers_of(list(x)), 0.1));
}

TEST_CASE_FIXTURE(Torch, "backward_with leaves gradients with the inputs alone, where there are some") {
    const H x = parameter({2}, {});
    const H w = parameter({5}, {});
    const H y = mul(x, x);
    backward_with(list(mul(y, w)), {}, false, false, list(w, y));
    check_values(grad(w), {4});
    check_values(grad(y), {5}); // no leaf, and yet
    CHECK_FALSE(grad(x));
}

TEST_CASE_FIXTURE(Torch, "backward_with refuses what it cannot do, and leaves no gradient") {
    const H x = parameter({1, 2});
    const H y = mul(x, x);
    expect_error(RT_E_ARGUMENT, "tensors is empty", [&] { backward_with({}); });
    expect_error(RT_E_ARGUMENT, "tensors[1] does not require gradients",
                 [&] { backward_with(list(y, tensor({1})), list(tensor({1, 1}), H())); });
    expect_error(RT_E_ARGUMENT, "tensors[0] is of float32 and shape [2]", [&] { backward_with(list(y)); });
    expect_error(RT_E_ARGUMENT, "inputs[0] does not require gradients",
                 [&] { backward_with(list(sum(y)), {}, false, false, list(tensor({1}))); });
    CHECK_FALSE(grad(x));
    backward_with(list(y), list(tensor({1, 1})));
    check_values(grad(x), {2, 4});
}

} // namespace torch_test::test_gradients
