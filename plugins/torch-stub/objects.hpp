// objects.hpp - what the stub's handles hold: the classes of the torch plugin, without numbers.
#pragma once

#include "../torch/owned.hpp"

#include "grad_scaler.hpp"
#include "module.hpp"
#include "optim.hpp"
#include "scheduler.hpp"
#include "tensor.hpp"

namespace rt::stub {

// What functions with several results give.
struct TorchTuple {
    std::vector<TorchTensor> tensors;
};

// There is never one of these two: no device has a stream, and no file can be read.
struct TorchStream {};
struct TorchScriptModule {};

} // namespace rt::stub

RT_DECLARE_CLASS(rt::stub::TorchTensor, "TorchTensor")
RT_DECLARE_CLASS(rt::stub::TorchTuple, "TorchTuple")
RT_DECLARE_CLASS(rt::stub::TorchStream, "TorchStream")
RT_DECLARE_CLASS(rt::stub::TorchModule, "TorchModule")
RT_DECLARE_CLASS(rt::stub::TorchOptimizer, "TorchOptimizer")
RT_DECLARE_CLASS(rt::stub::TorchScheduler, "TorchScheduler")
RT_DECLARE_CLASS(rt::stub::TorchGradScaler, "TorchGradScaler")
RT_DECLARE_CLASS(rt::stub::TorchScriptModule, "TorchScriptModule")
