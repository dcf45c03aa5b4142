// device.cpp - where tensors are: on the CPU. Streams and the memory of devices, which are not there either.
#include "functions.hpp"

namespace rt::stub {

TorchTensor rt_torch_torchtensor_cuda(const TorchTensor &, std::int32_t) { no_device(); }
TorchTensor rt_torch_torchtensor_cpu(const TorchTensor &tensor) { return tensor; }
bool rt_torch_torchtensor_is_cuda(const TorchTensor &) { return false; }
std::int32_t rt_torch_torchtensor_device(const TorchTensor &) { return -1; }
TorchTensor rt_torch_torchtensor_clone(const TorchTensor &tensor) {
    return computed(elementwise({&tensor}, tensor.dtype()), {&tensor});
}
std::int64_t rt_torch_cuda_device_count() { return 0; }
bool rt_torch_cuda_available() { return false; }

TorchStream rt_torch_stream_create(std::int32_t) { no_device(); }
void rt_torch_torchstream_sync(const TorchStream &) { no_device(); }
bool rt_torch_torchstream_query(const TorchStream &) { no_device(); }
void rt_torch_torchstream_free(libtorch::Owned<TorchStream> stream) { stream.free(); }
TorchTensor rt_torch_torchtensor_to_stream(const TorchTensor &, std::int32_t, const TorchStream *) { no_device(); }

void rt_torch_torchtensor_free(libtorch::Owned<TorchTensor> tensor) { tensor.free(); }
std::int64_t rt_torch_cuda_memory_allocated(std::int32_t) { no_device(); }
std::int64_t rt_torch_cuda_max_memory_allocated(std::int32_t) { no_device(); }
void rt_torch_cuda_empty_cache() {}

} // namespace rt::stub
