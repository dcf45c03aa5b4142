// Gradients that are kept within bounds, by their common norm or one by one: beside torch::nn::utils.
#include <torch/types.h>
// It counts on <torch/types.h>.
#include <torch/nn/utils/clip_grad.h>

#include "against_libtorch.hpp"

namespace torch_test::test_clip_grad {

namespace {

// A parameter whose gradient has these values, and LibTorch's with the same.
H with_gradient(const at::Tensor &values) {
    H parameter = leaf(at::zeros_like(values));
    backward(call<H>("rt_torch_torchtensor_sum_all", call<H>("rt_torch_torchtensor_mul", parameter, from_at(values))));
    return parameter;
}
at::Tensor direct_with_gradient(const at::Tensor &values) {
    at::Tensor parameter = at::zeros_like(values).requires_grad_();
    parameter.mutable_grad() = values.clone();
    return parameter;
}

Dims handles(const std::vector<H> &parameters) {
    Dims all;
    for (const H &parameter : parameters) {
        all.push_back(parameter.get());
    }
    return all;
}

std::vector<at::Tensor> gradients() {
    return {at_tensor({3, -4, 0.5, 2}, {2, 2}), at_tensor({12, -1, 0}), at_tensor({-7}, {})};
}

template <class... A> double clip_norm(const std::vector<H> &parameters, const A &...options) {
    return call<double>("rt_torch_clip_grad_norm", handles(parameters), options...);
}
template <class... A> double clip_norm_of(const H &parameter, const A &...options) {
    return call<double>("rt_torch_clip_grad_norm", Dims{parameter.get()}, options...);
}
void clip_value(const std::vector<H> &parameters, double value) {
    call("rt_torch_clip_grad_value", handles(parameters), value);
}

struct Both {
    std::vector<H> parameters;
    std::vector<at::Tensor> direct;
    Both() {
        for (const at::Tensor &values : gradients()) {
            parameters.push_back(with_gradient(values));
            direct.push_back(direct_with_gradient(values));
        }
    }
    void check() const {
        for (std::size_t i = 0; i < direct.size(); i++) {
            check_same(grad(parameters[i]), direct[i].grad(), 0);
        }
    }
};

} // namespace

TEST_CASE_FIXTURE(Torch, "gradients are scaled to the norm by hand") {
    const H parameter = with_gradient(at_tensor({3, 4}));
    CHECK(clip_norm_of(parameter, 1.0) == 5);
    check_values(grad(parameter), {0.6, 0.8});
    CHECK(clip_norm_of(parameter, 2.0) == doctest::Approx(1));
    check_values(grad(parameter), {0.6, 0.8}); // a norm below the bound stays
}

TEST_CASE_FIXTURE(Torch, "clipping by a norm is that of torch::nn::utils, for every norm") {
    for (const double norm_type : {1.0, 2.0, 3.5, infinity}) {
        for (const double max_norm : {0.0, 1.0, 10.0, 100.0, infinity}) {
            CAPTURE(norm_type);
            CAPTURE(max_norm);
            const Both both;
            const double norm = clip_norm(both.parameters, max_norm, norm_type);
            CHECK(norm == torch::nn::utils::clip_grad_norm_(both.direct, max_norm, norm_type));
            both.check();
        }
    }
}

TEST_CASE_FIXTURE(Torch, "clipping by a value is that of torch::nn::utils") {
    for (const double value : {0.0, 0.75, 3.0, infinity}) {
        CAPTURE(value);
        const Both both;
        clip_value(both.parameters, value);
        torch::nn::utils::clip_grad_value_(both.direct, value);
        both.check();
    }
}

TEST_CASE_FIXTURE(Torch, "parameters without gradients are passed over, and of none the norm is 0") {
    const H none = parameter({1, 2});
    const H some = with_gradient(at_tensor({3, 4}));
    std::vector<H> both;
    both.push_back(H::share(none.get()));
    both.push_back(H::share(some.get()));
    CHECK(clip_norm(both, 1.0) == 5);
    CHECK_FALSE(grad(none));
    CHECK(call<double>("rt_torch_clip_grad_norm", Dims{none.get()}, 1.0) == 0);
    CHECK(call<double>("rt_torch_clip_grad_norm", Dims{}, 1.0) == 0);
    clip_value(both, 0.5);
    check_values(grad(some), {0.5, 0.5});
    call("rt_torch_clip_grad_value", Dims{}, 1.0);
}

TEST_CASE_FIXTURE(Torch, "a norm that is no number is an error where that is asked for, and scales nothing") {
    const H parameter = with_gradient(at_tensor({1, infinity}));
    expect_error(RT_E_CALLEE, "non-finite", [&] { clip_norm_of(parameter, 1.0, 2.0, true); });
    check_values(grad(parameter), {1, infinity});
    CHECK(clip_norm_of(parameter, 1.0) == infinity);
}

TEST_CASE_FIXTURE(Torch, "bounds that are none are refused by name, by both entries") {
    const H parameter = with_gradient(at_tensor({3, 4}));
    const Dims all{parameter.get()};
    refused<double>(RT_E_ARGUMENT, "max_norm is -1: it must be 0 or more", "rt_torch_clip_grad_norm", all, -1.0, 2.0,
                    false);
    refused<double>(RT_E_ARGUMENT, "max_norm is nan", "rt_torch_clip_grad_norm", all, not_a_number, 2.0, false);
    refused<double>(RT_E_ARGUMENT, "norm_type is 0: it must be above 0", "rt_torch_clip_grad_norm", all, 1.0, 0.0,
                    false);
    refused<double>(RT_E_ARGUMENT, "norm_type is nan", "rt_torch_clip_grad_norm", all, 1.0, not_a_number, false);
    expect_error(RT_E_ARGUMENT, "clip_value is -1", [&] { call("rt_torch_clip_grad_value", all, -1.0); });
    expect_error(RT_E_ARGUMENT, "clip_value is nan", [&] { call("rt_torch_clip_grad_value", all, not_a_number); });
    for (const std::int64_t wrong : {std::int64_t{0}, freed_handle()}) {
        expect_error(RT_E_HANDLE, "argument 1 (parameters)",
                     [&] { call("rt_torch_clip_grad_norm", Dims{parameter.get(), wrong}, 1.0); });
    }
    check_values(grad(parameter), {3, 4});
    check_usable();
}

} // namespace torch_test::test_clip_grad
