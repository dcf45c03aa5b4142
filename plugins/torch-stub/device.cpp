// device.cpp - where tensors are: on the CPU.
#include "device.hpp"

#include <charconv>

#include "../torch/device_arguments.hpp"
#include "functions.hpp"

namespace rt::stub {

namespace {

// "cpu", or "cpu:1": a kind of device, and the number of one of them as LibTorch writes it.
bool is_device(std::string_view text, std::string_view kind) {
    constexpr int most = 127; // LibTorch's numbers have 8 bits
    if (!text.starts_with(kind)) {
        return false;
    }
    const std::string_view rest = text.substr(kind.size());
    int number = 0;
    const char *const end = rest.data() + rest.size();
    return rest.empty() || (rest.size() > 1 && std::from_chars(rest.data() + 1, end, number).ptr == end &&
                            number <= most && ":" + std::to_string(number) == rest);
}

} // namespace

void require_cpu(std::string_view device) {
    if (device == "cpu" || device == "cpu:0") {
        return;
    }
    if (is_device(device, "cuda")) {
        no_device();
    }
    if (is_device(device, "cpu")) {
        libtorch::refuse_device(device);
    }
    libtorch::refuse_device_name(device);
}

TorchTensor rt_torch_torchtensor_cuda(const TorchTensor &, std::int32_t) { no_device(); }
TorchTensor rt_torch_torchtensor_cpu(const TorchTensor &tensor) { return tensor; }
bool rt_torch_torchtensor_is_cuda(const TorchTensor &) { return false; }
std::int32_t rt_torch_torchtensor_device(const TorchTensor &) { return -1; }
TorchTensor rt_torch_torchtensor_clone(const TorchTensor &tensor) {
    return computed(elementwise({&tensor}, tensor.dtype()), {&tensor});
}
TorchTensor rt_torch_torchtensor_to_device(const TorchTensor &tensor, std::string_view device, bool) {
    require_cpu(device);
    return tensor;
}
void rt_torch_torchtensor_free(libtorch::Owned<TorchTensor> tensor) { tensor.free(); }

} // namespace rt::stub
