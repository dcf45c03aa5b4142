// Sums, means, extremes: of all elements as numbers, and along a dimension as tensors.
#include "against_libtorch.hpp"

namespace torch_test::test_reductions {

namespace {

struct Whole {
    const char *name;
    at::Tensor (*direct)(const at::Tensor &);
};
constexpr Whole to_number[] = {
    {"rt_torch_torchtensor_sum", [](const at::Tensor &a) { return at::sum(a); }},
    {"rt_torch_torchtensor_mean", [](const at::Tensor &a) { return at::mean(a); }},
    {"rt_torch_torchtensor_std", [](const at::Tensor &a) { return at::std(a, true); }},
    {"rt_torch_torchtensor_var", [](const at::Tensor &a) { return at::var(a, true); }},
};
constexpr Whole extremes[] = {
    {"rt_torch_torchtensor_max", [](const at::Tensor &a) { return at::max(a); }},
    {"rt_torch_torchtensor_min", [](const at::Tensor &a) { return at::min(a); }},
};
constexpr Whole to_scalar[] = {
    {"rt_torch_torchtensor_sum_all", [](const at::Tensor &a) { return at::sum(a); }},
    {"rt_torch_torchtensor_mean_all", [](const at::Tensor &a) { return at::mean(a); }},
};

struct Along {
    const char *name;
    at::Tensor (*direct)(const at::Tensor &, std::int64_t dim, bool keepdim);
};
constexpr Along sums[] = {
    {"rt_torch_torchtensor_sum_dim",
     [](const at::Tensor &a, std::int64_t dim, bool keep) { return at::sum(a, dim, keep); }},
    {"rt_torch_torchtensor_mean_dim",
     [](const at::Tensor &a, std::int64_t dim, bool keep) { return at::mean(a, dim, keep); }},
};
constexpr Along places[] = {
    {"rt_torch_torchtensor_argmax",
     [](const at::Tensor &a, std::int64_t dim, bool keep) { return at::argmax(a, dim, keep); }},
    {"rt_torch_torchtensor_argmin",
     [](const at::Tensor &a, std::int64_t dim, bool keep) { return at::argmin(a, dim, keep); }},
};

struct WithPlaces {
    const char *name;
    std::tuple<at::Tensor, at::Tensor> (*direct)(const at::Tensor &, std::int64_t dim, bool keepdim);
};
constexpr WithPlaces with_places[] = {
    {"rt_torch_torchtensor_max_dim",
     [](const at::Tensor &a, std::int64_t dim, bool keep) { return at::max(a, dim, keep); }},
    {"rt_torch_torchtensor_min_dim",
     [](const at::Tensor &a, std::int64_t dim, bool keep) { return at::min(a, dim, keep); }},
};

constexpr const char *along_names[] = {
    "rt_torch_torchtensor_sum_dim", "rt_torch_torchtensor_mean_dim", "rt_torch_torchtensor_argmax",
    "rt_torch_torchtensor_argmin",  "rt_torch_torchtensor_max_dim",  "rt_torch_torchtensor_min_dim",
};

at::Tensor cube() {
    at::manual_seed(23);
    return at::randn({2, 3, 4});
}

H tuple_get(const H &tuple, std::int64_t index) { return call<H>("rt_torch_tuple_get", tuple, index); }

} // namespace

TEST_CASE_FIXTURE(Torch, "numbers of all elements that anyone can work out") {
    const H x = tensor({1, 2, 3, 6}, {2, 2});
    check_number(12, "rt_torch_torchtensor_sum", x);
    check_number(3, "rt_torch_torchtensor_mean", x);
    check_number(6, "rt_torch_torchtensor_max", x);
    check_number(1, "rt_torch_torchtensor_min", x);
    check_number(14.0 / 3, "rt_torch_torchtensor_var", x); // (4 + 1 + 0 + 9) / (4 - 1)
    check_number(std::sqrt(14.0 / 3), "rt_torch_torchtensor_std", x);
    check_values(call<H>("rt_torch_torchtensor_sum_all", x), {12});
    check_values(call<H>("rt_torch_torchtensor_mean_all", x), {3});
}

TEST_CASE_FIXTURE(Torch, "reductions along a dimension that anyone can work out") {
    const H x = tensor({1, 5, 3, 6, 2, 4}, {2, 3});
    check_values(call<H>("rt_torch_torchtensor_sum_dim", x, 0, false), {7, 7, 7});
    check_values(call<H>("rt_torch_torchtensor_mean_dim", x, 1, false), {3, 4});
    check_values(call<H>("rt_torch_torchtensor_argmax", x, 1, false), {1, 0});
    check_values(call<H>("rt_torch_torchtensor_argmin", x, 0, false), {0, 1, 0});
    CHECK(shape_of(call<H>("rt_torch_torchtensor_sum_dim", x, 1, true)) == Dims{2, 1});
    const H highest = call<H>("rt_torch_torchtensor_max_dim", x, 1, false);
    check_values(tuple_get(highest, 0), {5, 6});
    check_values(tuple_get(highest, 1), {1, 0});
    const H lowest = call<H>("rt_torch_torchtensor_min_dim", x, 0, true);
    CHECK(shape_of(tuple_get(lowest, 0)) == Dims{1, 3});
    check_values(tuple_get(lowest, 0), {1, 2, 3});
    check_values(tuple_get(lowest, 1), {0, 1, 0});
}

TEST_CASE_FIXTURE(Torch, "reductions to a number give LibTorch's of all kinds of tensors, NaN of nothing") {
    for (const at::Tensor &x : all_kinds()) {
        CAPTURE(x.sizes());
        for (const auto &[name, direct] : to_number) {
            check_number(direct(x).item<double>(), name, from_at(x));
        }
        for (const auto &[name, direct] : to_scalar) {
            check_direct(name, std::tuple(x), direct);
        }
        for (const auto &[name, direct] : extremes) {
            if (x.numel() != 0) {
                check_number(direct(x).item<double>(), name, from_at(x));
            }
        }
    }
    check_number(0, "rt_torch_torchtensor_sum", tensor({}, {0}));
    check_number(not_a_number, "rt_torch_torchtensor_mean", tensor({}, {0}));
    check_number(not_a_number, "rt_torch_torchtensor_std", scalar(3)); // n - 1 is 0
}

TEST_CASE_FIXTURE(Torch, "reductions along any dimension give LibTorch's, with and without it") {
    for (const at::Tensor &x : {cube(), matrix().to(at::kDouble), at_tensor({2}, {}), at_tensor({}, {2, 0})}) {
        const std::int64_t dims = std::max<std::int64_t>(x.dim(), 1);
        for (std::int64_t dim = -dims; dim < dims; dim++) {
            for (const bool keep : {false, true}) {
                CAPTURE(dim);
                CAPTURE(keep);
                for (const auto &[name, direct] : sums) {
                    check_direct(
                        name, std::tuple(x), [&](const at::Tensor &a) { return direct(a, dim, keep); }, dim, keep);
                }
                if (x.dim() != 0 && x.size(dim) == 0) {
                    continue; // nothing is the largest of nothing: see below
                }
                for (const auto &[name, direct] : places) {
                    check_direct(
                        name, std::tuple(x), [&](const at::Tensor &a) { return direct(a, dim, keep); }, dim, keep);
                }
                for (const auto &[name, direct] : with_places) {
                    CAPTURE(name);
                    const auto [values, indices] = direct(x, dim, keep);
                    for (const H &tuple :
                         {call<H>(name, from_at(x), dim, keep), call_native<H>(name, from_at(x), dim, keep)}) {
                        CHECK(call<std::int64_t>("rt_torch_tuple_size", tuple) == 2);
                        check_same(tuple_get(tuple, 0), values);
                        check_same(tuple_get(tuple, 1), indices);
                    }
                }
            }
        }
    }
}

TEST_CASE_FIXTURE(Torch, "reductions do not care how the elements lie in memory") {
    const H turned = column_major(positive());
    for (const auto &[name, direct] : to_number) {
        check_number(direct(positive()).item<double>(), name, turned);
    }
    for (const auto &[name, direct] : sums) {
        check_same(call<H>(name, turned, 1, false), direct(positive(), 1, false));
    }
    for (const auto &[name, direct] : places) {
        check_same(call<H>(name, turned, 0, false), direct(positive(), 0, false));
    }
}

TEST_CASE_FIXTURE(Torch, "whole numbers and bools are summed as int64, and their extremes are numbers") {
    const H whole = to_dtype(tensor({1, -7, 3}), "int64");
    check_number(-3, "rt_torch_torchtensor_sum", whole);
    check_number(3, "rt_torch_torchtensor_max", whole);
    check_number(-7, "rt_torch_torchtensor_min", whole);
    const H flags = to_dtype(tensor({1, 0, 1}), "bool");
    check_number(2, "rt_torch_torchtensor_sum", flags);
    check_number(1, "rt_torch_torchtensor_max", flags);
    CHECK(dtype_of(call<H>("rt_torch_torchtensor_sum_all", flags)) == "int64");
    check_values(call<H>("rt_torch_torchtensor_sum_dim", flags, 0, false), {2});
}

TEST_CASE_FIXTURE(Torch, "a NaN is the largest and the smallest") {
    const H x = tensor({1, not_a_number, 3});
    for (const auto &[name, direct] : extremes) {
        check_number(not_a_number, name, x);
    }
    for (const auto &[name, direct] : places) {
        check_values(call<H>(name, x, 0, false), {1});
    }
}

TEST_CASE_FIXTURE(Torch, "reductions that give tensors can be differentiated") {
    for (const auto &[name, direct] : to_scalar) {
        check_gradients(name, std::tuple(cube()), direct);
    }
    for (const auto &[name, direct] : sums) {
        for (const bool keep : {false, true}) {
            check_gradients(name, std::tuple(cube()), [&](const at::Tensor &a) { return direct(a, 1, keep); }, 1, keep);
        }
    }
    for (const auto &[name, direct] : with_places) {
        CAPTURE(name);
        const at::Tensor wanted = cube().requires_grad_();
        const at::Tensor values = std::get<0>(direct(wanted, -1, false));
        (values * weights_for(values)).sum().backward();
        const H x = leaf(cube());
        backward(weighted_sum(tuple_get(call<H>(name, x, -1, false), 0)));
        check_same(grad(x), wanted.grad());
    }
    const H x = parameter({1, 2, 3, 4});
    backward(call<H>("rt_torch_torchtensor_mean_all", x));
    check_values(grad(x), {0.25, 0.25, 0.25, 0.25});
}

TEST_CASE_FIXTURE(Torch, "numbers of tensors that require gradients leave none") {
    const H x = parameter({1, 2});
    for (const auto &[name, direct] : to_number) {
        check_number(direct(at_tensor({1, 2})).item<double>(), name, x);
    }
    CHECK_FALSE(grad(x));
    CHECK_FALSE(call<bool>("rt_torch_autograd_requires_grad", call<H>("rt_torch_torchtensor_argmax", x, 0, false)));
}

TEST_CASE_FIXTURE(Torch, "extremes of nothing are refused") {
    const H nothing = tensor({}, {2, 0});
    for (const auto &[name, direct] : extremes) {
        refused<double>(RT_E_ARGUMENT, "the tensor is empty, of shape [2, 0]", name, nothing);
    }
    for (const auto &[name, direct] : places) {
        refused(RT_E_ARGUMENT, "Expected reduction dim 1 to have non-zero size", name, nothing, 1, false);
    }
    for (const auto &[name, direct] : with_places) {
        refused(RT_E_ARGUMENT, "Expected reduction dim 1 to have non-zero size", name, nothing, 1, true);
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "dimensions that there are not are refused") {
    for (const char *name : along_names) {
        for (const std::int64_t dim : {std::int64_t{2}, std::int64_t{-3}, most, least}) {
            CAPTURE(dim);
            refused(RT_E_ARGUMENT, "Dimension out of range", name, from_at(matrix()), dim, false);
        }
        refused(RT_E_ARGUMENT, "Dimension out of range", name, scalar(1), 1, true);
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "a complex tensor is no number, and has no largest element") {
    const H complex = to_dtype(tensor({1, 2}), "complex64");
    for (const std::span<const Whole> group : {std::span<const Whole>(to_number), std::span<const Whole>(extremes)}) {
        for (const auto &[name, direct] : group) {
            refused<double>(RT_E_ARGUMENT, "the tensor is complex (ComplexFloat)", name, complex);
        }
    }
    for (const char *name : {"rt_torch_torchtensor_argmax", "rt_torch_torchtensor_argmin",
                             "rt_torch_torchtensor_max_dim", "rt_torch_torchtensor_min_dim"}) {
        refused(RT_E_CALLEE, "omplex", name, complex, 0, false); // does not support complex, or ComplexFloat
    }
    check_values(call<H>("rt_torch_torchtensor_abs", call<H>("rt_torch_torchtensor_sum_dim", complex, 0, false)), {3});
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "means and deviations of whole numbers are refused") {
    const H whole = to_dtype(tensor({1, 2}), "int64");
    constexpr const char *text = "the tensor is of int64, and this needs floating numbers: convert it with "
                                 "rt_torch_torchtensor_to_dtype";
    refused(RT_E_ARGUMENT, text, "rt_torch_torchtensor_mean_all", whole);
    refused(RT_E_ARGUMENT, text, "rt_torch_torchtensor_mean_dim", whole, 0, false);
    for (const char *name : {"rt_torch_torchtensor_mean", "rt_torch_torchtensor_std", "rt_torch_torchtensor_var"}) {
        refused<double>(RT_E_ARGUMENT, text, name, whole);
    }
    refused<double>(RT_E_ARGUMENT, "the tensor is of bool", "rt_torch_torchtensor_mean", to_dtype(whole, "bool"));
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "a dimension is a whole number and keepdim a bool") {
    const H x = tensor({1, 2});
    for (const char *name : along_names) {
        CAPTURE(name);
        expect_error(RT_E_TYPE, "argument 2 (dim): expected i64, got a double", [&] { call(name, x, 0.0, false); });
        expect_error(RT_E_TYPE, "argument 3 (keepdim): expected bool, got a double", [&] { call(name, x, 0, 1.0); });
        expect_error(RT_E_ARGUMENT, "argument 3 (keepdim): a bool is 0 or 1", [&] { call(name, x, 0, 2); });
        expect_error(RT_E_ARGUMENT, "is not given", [&] { call(name, x); });
    }
    check_usable();
}

} // namespace torch_test::test_reductions
