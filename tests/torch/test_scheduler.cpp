// Schedulers: learning rates beside those of Python's torch (the tables below are 2.13's), and of LibTorch's own StepLR.
#include <torch/optim/schedulers/step_lr.h>
#include <torch/optim/sgd.h>

#include "optimizers.hpp"

namespace torch_test::test_scheduler {

namespace {

const double nan = std::nan("");

// The metrics of the plateau's tables.
const Values metrics{1.0, 0.9, 0.95, 0.95, 0.95, 0.5, 0.49999, 0.5, 0.5, 0.5, 0.5, 0.5};

Values last_lr(const H &scheduler) { return call<Values>("rt_torch_scheduler_last_lr", scheduler); }
void step_scheduler(const H &scheduler) { call("rt_torch_scheduler_step", scheduler); }
void step_metric(const H &scheduler, double metric) { call("rt_torch_scheduler_step_metric", scheduler, metric); }

template <class... A> H schedule(const char *name, const H &optimizer, const A &...options) {
    return call<H>(std::string("rt_torch_scheduler_") + name, optimizer, options...);
}

void check_rate(const H &optimizer, double wanted) { CHECK(std::abs(learning_rate(optimizer) - wanted) < 1e-12); }

// From 0.5 on, the rate at first and after each step.
template <class... A> void check_rates(const Values &wanted, const char *name, const A &...options) {
    CAPTURE(name);
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.5);
    const H scheduler = schedule(name, optimizer, options...);
    check_rate(optimizer, wanted[0]);
    for (std::size_t i = 1; i < wanted.size(); i++) {
        CAPTURE(i);
        step_scheduler(scheduler);
        check_rate(optimizer, wanted[i]);
        CHECK(last_lr(scheduler) == Values{learning_rate(optimizer)});
    }
}

template <class... A> void check_plateau(const Values &wanted, const A &...options) {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.5);
    const H scheduler = schedule("reduce_lr_on_plateau", optimizer, options...);
    check_rate(optimizer, wanted[0]);
    for (std::size_t i = 0; i < metrics.size(); i++) {
        CAPTURE(i);
        step_metric(scheduler, metrics[i]);
        check_rate(optimizer, wanted[i + 1]);
    }
}

} // namespace

TEST_CASE_FIXTURE(Torch, "step_lr multiplies by gamma every step_size steps") {
    check_rates({0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125, 0.0625, 0.0625}, "step_lr", 3, 0.5);
    check_rates({0.5, 0.05, 0.005}, "step_lr", 1);
}

// In C++ LibTorch takes its first step for the beginning, and so multiplies one step later than Python's torch.
TEST_CASE_FIXTURE(Torch, "step_lr is LibTorch's StepLR, a step ahead") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.5);
    const H scheduler = schedule("step_lr", optimizer, 4, 0.75);
    torch::optim::SGD other({at_tensor({1}).requires_grad_()}, torch::optim::SGDOptions(0.5));
    torch::optim::StepLR direct(other, 4, 0.75);
    direct.step();
    for (int i = 0; i < 50; i++) {
        step_scheduler(scheduler);
        direct.step();
        CHECK(learning_rate(optimizer) == other.param_groups()[0].options().get_lr());
    }
}

TEST_CASE_FIXTURE(Torch, "cosine_annealing_lr goes down half a cosine, and up again") {
    check_rates({0.5, 0.4414213562373095, 0.3, 0.15857864376269054, 0.1, 0.15857864376269049, 0.3, 0.4414213562373096,
                 0.5, 0.4414213562373096, 0.3, 0.1585786437626907, 0.1},
                "cosine_annealing_lr", 4, 0.1);
    check_rates({0.5, 0.25, 0.0, 0.25}, "cosine_annealing_lr", 2);
    check_rates({0.5, 0.0, 0.5, 0.0}, "cosine_annealing_lr", 1);
}

TEST_CASE_FIXTURE(Torch, "linear_lr warms up from a third, or from another part to another") {
    check_rates(
        {0.16666666666666666, 0.23333333333333334, 0.3, 0.36666666666666675, 0.43333333333333346, 0.5, 0.5, 0.5},
        "linear_lr");
    check_rates({0.1, 0.15, 0.2, 0.25, 0.3, 0.3, 0.3}, "linear_lr", 0.2, 0.6, 4);
}

TEST_CASE_FIXTURE(Torch, "reduce_lr_on_plateau reduces where the metric does not become better any more") {
    check_plateau({0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625, 0.03125},
                  arg("factor") = 0.5, arg("patience") = 1);
    check_plateau({0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.125, 0.0625, 0.0625, 0.03125, 0.03125, 0.015625},
                  arg("factor") = 0.5, arg("patience") = 1, arg("threshold") = 0.2, arg("threshold_mode") = "abs");
    check_plateau({0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2}, "max", 0.5, 1,
                  arg("cooldown") = 2, arg("min_lr") = 0.2);
    check_plateau({0.5, 0.5, 0.25, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125}, "max", 0.5, 0,
                  0.01, "abs", arg("eps") = 0.1);
}

TEST_CASE_FIXTURE(Torch, "a metric that is no number is not better than any") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.5);
    const H scheduler = schedule("reduce_lr_on_plateau", optimizer, "min", 0.5, 0);
    step_metric(scheduler, nan);
    check_rate(optimizer, 0.25);
    step_metric(scheduler, 1);
    check_rate(optimizer, 0.25);
}

TEST_CASE_FIXTURE(Torch, "a warm-up and a cosine multiply, and both start from the rate before the first") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.5);
    const H warm_up = schedule("linear_lr", optimizer, 0.25, 1.0, 3);
    const H cosine = schedule("cosine_annealing_lr", optimizer, 6);
    check_rate(optimizer, 0.125);
    for (const double wanted : {0.23325317547305485, 0.28125, 0.25, 0.12500000000000006, 0.03349364905389032, 0.0,
                                0.03349364905389032, 0.125, 0.25}) {
        step_scheduler(warm_up);
        step_scheduler(cosine);
        check_rate(optimizer, wanted);
    }
}

TEST_CASE_FIXTURE(Torch, "each group goes its own way, also one that came later") {
    const H a = parameter({1});
    const H b = parameter({1});
    const H c = parameter({1});
    const H optimizer = make("sgd", a, 0.5);
    call("rt_torch_optim_add_group", optimizer, ids_of(b), 0.25);
    const H scheduler = schedule("cosine_annealing_lr", optimizer, 2);
    CHECK(last_lr(scheduler) == Values{0.5, 0.25});
    step_scheduler(scheduler);
    call("rt_torch_optim_add_group", optimizer, ids_of(c), 1.0);
    step_scheduler(scheduler);
    const Values rates = last_lr(scheduler);
    REQUIRE(rates.size() == 3);
    for (const double rate : rates) {
        CHECK(std::abs(rate) < 1e-12);
    }
}

TEST_CASE_FIXTURE(Torch, "a step of the optimiser goes as far as its scheduler lets it") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.25);
    const H scheduler = schedule("step_lr", optimizer, 1, 0.5);
    descend(optimizer, w);
    check_values(w, {0.5});
    step_scheduler(scheduler);
    descend(optimizer, w);
    check_values(w, {0.375});
}

TEST_CASE_FIXTURE(Torch, "a scheduler keeps its optimiser alive") {
    H scheduler;
    {
        const H w = parameter({1});
        scheduler = schedule("step_lr", make("sgd", w, 0.5), 1);
    }
    step_scheduler(scheduler);
    CHECK(last_lr(scheduler)[0] == doctest::Approx(0.05));
}

TEST_CASE_FIXTURE(Torch, "schedulers' options out of range are refused by name, and leave the rate as it is") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.5);
    const auto refused = [&](const char *text, const char *name, const auto &...options) {
        expect_error(RT_E_ARGUMENT, text, [&] { schedule(name, optimizer, options...); });
        CHECK(learning_rate(optimizer) == 0.5);
    };
    refused("step_size is 0", "step_lr", 0);
    refused("gamma is -1", "step_lr", 1, -1.0);
    refused("gamma is inf", "step_lr", 1, std::numeric_limits<double>::infinity());
    refused("t_max is -2", "cosine_annealing_lr", -2);
    refused("eta_min is nan", "cosine_annealing_lr", 1, nan);
    refused("start_factor is 0: it must be above 0, and 1 at most", "linear_lr", 0.0);
    refused("start_factor is 1.5", "linear_lr", 1.5);
    refused("end_factor is 2: it must be from 0 to 1", "linear_lr", 0.5, 2.0);
    refused("total_iters is 0", "linear_lr", 0.5, 1.0, 0);
    refused("mode is \"best\\n\": it must be min or max", "reduce_lr_on_plateau", "best\n");
    refused("threshold_mode is \"\": it must be rel or abs", "reduce_lr_on_plateau", arg("threshold_mode") = "");
    refused("factor is 1: it must be 0 or more, and less than 1", "reduce_lr_on_plateau", arg("factor") = 1.0);
    refused("patience is -1", "reduce_lr_on_plateau", arg("patience") = -1);
    refused("cooldown is -1", "reduce_lr_on_plateau", arg("cooldown") = -1);
    refused("min_lr is nan", "reduce_lr_on_plateau", arg("min_lr") = nan);
}

TEST_CASE_FIXTURE(Torch, "the step that is not the scheduler's own is refused, with the name of the one that is") {
    const H w = parameter({1});
    const H optimizer = make("sgd", w, 0.5);
    const H plateau = schedule("reduce_lr_on_plateau", optimizer);
    expect_error(RT_E_ARGUMENT, "call rt_torch_scheduler_step_metric", [&] { step_scheduler(plateau); });
    const H plain = schedule("step_lr", optimizer, 1);
    expect_error(RT_E_ARGUMENT, "call rt_torch_scheduler_step", [&] { step_metric(plain, 1); });
    CHECK(learning_rate(optimizer) == 0.5);
    step_scheduler(plain);
    CHECK(learning_rate(optimizer) == doctest::Approx(0.05));
}

TEST_CASE_FIXTURE(Torch, "scheduler functions refuse wrong handles, and say which argument it was") {
    const H w = parameter({1});
    for (const char *name : {"rt_torch_scheduler_step", "rt_torch_scheduler_last_lr"}) {
        refuses_wrong_handles(name, {rt_handle(0)}, 0, w.get());
    }
    refuses_wrong_handles("rt_torch_scheduler_step_lr", {rt_handle(0), rt_i64(1)}, 0, w.get());
}

} // namespace torch_test::test_scheduler
