// autograd_anomaly.cpp - looking for what goes wrong in a backward pass.
#include "tensor.hpp"

#include <torch/csrc/autograd/anomaly_mode.h>

#undef RT_GROUP
#define RT_GROUP "autograd"

namespace rt::libtorch {

using torch::autograd::AnomalyMode;

RT_FUNCTION(
    +[](bool enabled, bool check_nan) { AnomalyMode::set_enabled(enabled, check_nan); },
    "rt_torch_autograd_set_detect_anomaly(enabled: bool, check_nan: bool = true)",
    "Whether operations from now on remember where they were called, which the host's log is told when their backward "
    "fails, and whether a NaN in a gradient is such a failure, as torch.autograd.set_detect_anomaly. For the whole process; "
    "slow.")
RT_FUNCTION(
    +[] { return AnomalyMode::is_enabled(); }, "rt_torch_autograd_is_anomaly_enabled() -> bool",
    "Whether rt_torch_autograd_set_detect_anomaly is in force.")
RT_FUNCTION(
    +[] { return AnomalyMode::should_check_nan(); }, "rt_torch_autograd_is_anomaly_check_nan_enabled() -> bool",
    "What rt_torch_autograd_set_detect_anomaly was given for check_nan.")

} // namespace rt::libtorch
