#include "computing_state.hpp"

#include <ATen/ATen.h>
#include <ATen/Context.h>

#include <algorithm>
#include <mutex>

#include "version.hpp"

namespace rt::libtorch {

RandomState::RandomState(const std::vector<at::Tensor> &tensors) {
    std::vector<c10::Device> devices{at::kCPU};
    for (const at::Tensor &tensor : tensors) {
        if (tensor.is_cuda() && std::ranges::find(devices, tensor.device()) == devices.end()) {
            devices.push_back(tensor.device());
        }
    }
    for (const c10::Device device : devices) {
        at::Generator generator = at::globalContext().defaultGenerator(device);
        const std::lock_guard lock(generator.mutex());
        states_.emplace_back(generator, generator.get_state());
    }
}

void RandomState::restore() const {
    for (const auto &[generator, state] : states_) {
        at::Generator same = generator;
        const std::lock_guard lock(same.mutex());
        same.set_state(state);
    }
}

AutocastState::AutocastState() {
    for (const c10::DeviceType type : {c10::DeviceType::CPU, c10::DeviceType::CUDA}) {
        kinds_.push_back({type, autocast_enabled(type), autocast_dtype(type)});
    }
}

void AutocastState::restore() const {
    for (const Kind &kind : kinds_) {
        set_autocast_enabled(kind.type, kind.enabled);
        set_autocast_dtype(kind.type, kind.dtype);
    }
}

} // namespace rt::libtorch
