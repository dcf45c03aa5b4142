// Looking for what goes wrong in a backward pass.
#include <torch/csrc/autograd/anomaly_mode.h>

#include "autograd_support.hpp"

namespace torch_test::test_autograd_anomaly {

namespace {

// Turned off again, and the log to whom it was, when it goes.
class Anomaly {
  public:
    explicit Anomaly(bool check_nan = true) {
        rt_log_set([](void *self, std::int32_t, const char *,
                      const char *message) { static_cast<Anomaly *>(self)->log += message; },
                   this);
        call("rt_torch_autograd_set_detect_anomaly", true, check_nan);
    }
    Anomaly(const Anomaly &) = delete;
    Anomaly &operator=(const Anomaly &) = delete;
    ~Anomaly() {
        call("rt_torch_autograd_set_detect_anomaly", false);
        rt_log_set(nullptr, nullptr);
    }
    std::string log;
};

H square_root(const H &x) { return call<H>("rt_torch_torchtensor_sqrt", x); }

// 0 times the infinite gradient of a square root at 0.
H not_a_number(const H &x) { return mul(square_root(mul(x, 0.0)), 0.0); }

bool enabled() { return call<bool>("rt_torch_autograd_is_anomaly_enabled"); }

} // namespace

TEST_CASE_FIXTURE(Torch, "a NaN in a gradient is an error with the operation's name, while anomalies are looked for") {
    const H x = parameter({1}, {});
    {
        const Anomaly anomaly;
        CHECK(enabled());
        CHECK(torch::autograd::AnomalyMode::is_enabled());
        const H y = not_a_number(x);
        expect_error(RT_E_CALLEE, "Function 'SqrtBackward0' returned nan values in its 0th output",
                     [&] { backward(y); });
        CHECK(contains(anomaly.log, "Error detected in SqrtBackward0"));
        CHECK_FALSE(grad(x));
    }
    CHECK_FALSE(enabled());
    backward(not_a_number(x)); // and not otherwise
    CHECK(read(grad(x)).isnan().item<bool>());
}

TEST_CASE_FIXTURE(Torch, "without check_nan the place of a failure is told, and NaN is a number") {
    const H x = parameter({1}, {});
    const Anomaly anomaly(false);
    CHECK(enabled());
    CHECK_FALSE(call<bool>("rt_torch_autograd_is_anomaly_check_nan_enabled"));
    backward(not_a_number(x));
    CHECK(read(grad(x)).isnan().item<bool>());

    const H y = mul(x, 2);
    const H z = mul(y, y);
    call("rt_torch_torchtensor_add_scalar_", y, 1.0);
    expect_error(RT_E_CALLEE, "modified by an inplace operation", [&] { backward(z); });
    CHECK(contains(anomaly.log, "Error detected in MulBackward0"));
}

} // namespace torch_test::test_autograd_anomaly
