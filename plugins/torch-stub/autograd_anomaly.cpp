// autograd_anomaly.cpp - looking for anomalies in backward passes: it is turned on and off, and there are none without numbers.
#include "functions.hpp"

#include <atomic>

namespace rt::stub {

namespace {

std::atomic<bool> detects{false};
std::atomic<bool> checks_nan{true};

} // namespace

void rt_torch_autograd_set_detect_anomaly(bool enabled, bool check_nan) {
    detects = enabled;
    checks_nan = check_nan;
}

bool rt_torch_autograd_is_anomaly_enabled() { return detects; }
bool rt_torch_autograd_is_anomaly_check_nan_enabled() { return checks_nan; }

} // namespace rt::stub
