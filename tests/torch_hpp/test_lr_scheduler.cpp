// Schedulers by the names of torch.optim.lr_scheduler.
#include "support.hpp"

namespace lr_scheduler = torch::optim::lr_scheduler;

namespace {

torch::optim::SGD sgd_of(const torch::Tensor &parameter) { return torch::optim::SGD(std::vector{parameter}, 0.5); }

} // namespace

TEST_CASE("StepLR, CosineAnnealingLR and LinearLR set the learning rate") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({1}).requires_grad_();
    const torch::optim::SGD a = sgd_of(x);
    const lr_scheduler::StepLR step(a, {.step_size = 2, .gamma = 0.5});
    step.step();
    CHECK(a.lr() == 0.5);
    step.step();
    CHECK(a.lr() == 0.25);
    CHECK(step.get_last_lr() == std::vector{0.25});
    CHECK(torch::optim::StepLR(a, 1).get_last_lr() == std::vector{0.25}); // LibTorch's name and form

    const torch::optim::SGD b = sgd_of(x);
    const lr_scheduler::CosineAnnealingLR cosine(b, {.T_max = 2});
    cosine.step();
    CHECK(b.lr() == doctest::Approx(0.25));

    const torch::optim::SGD c = sgd_of(x);
    const lr_scheduler::LinearLR warm_up(c, {.start_factor = 0.5, .total_iters = 2});
    CHECK(c.lr() == 0.25);
    warm_up.step();
    CHECK(c.lr() == doctest::Approx(0.375));
}

TEST_CASE("ReduceLROnPlateau goes by a number") {
    const NoLeak no_leak;
    const torch::Tensor x = torch::ones({1}).requires_grad_();
    const torch::optim::SGD sgd = sgd_of(x);
    const lr_scheduler::ReduceLROnPlateau plateau(sgd, {.factor = 0.5, .patience = 0});
    plateau.step(1);
    CHECK(sgd.lr() == 0.5);
    plateau.step(1);
    CHECK(sgd.lr() == 0.25);
    CHECK(contains(error_of([&] { lr_scheduler::ReduceLROnPlateau(sgd, {.mode = "up"}); }).what(), "mode is \"up\""));
}
