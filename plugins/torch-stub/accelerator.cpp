// accelerator.cpp - devices beside the CPU, their streams and their memory: there are none.
#include "../torch/device_arguments.hpp"
#include "functions.hpp"

namespace rt::stub {

std::string rt_torch_accelerator_type() { return ""; }
std::int64_t rt_torch_accelerator_device_count() { return 0; }
std::int32_t rt_torch_accelerator_current_device() { no_device(); }
void rt_torch_accelerator_set_current_device(std::int32_t) { no_device(); }
void rt_torch_accelerator_synchronize(std::int32_t) { no_device(); }

bool rt_torch_cuda_available() { return false; }
std::int64_t rt_torch_cuda_device_count() { return 0; }
std::string rt_torch_cuda_device_name(std::int32_t) { no_device(); }
std::int64_t rt_torch_cuda_device_total_memory(std::int32_t) { no_device(); }
std::vector<std::int64_t> rt_torch_cuda_device_capability(std::int32_t) { no_device(); }
std::int64_t rt_torch_cuda_device_multi_processor_count(std::int32_t) { no_device(); }

TorchStream rt_torch_stream_create(std::int32_t) { no_device(); }
TorchStream rt_torch_stream_current(std::int32_t) { no_device(); }
TorchStream rt_torch_stream_default(std::int32_t) { no_device(); }
void rt_torch_stream_set_current(const TorchStream &) { no_device(); }
void rt_torch_stream_begin(const TorchStream &) { no_device(); }
void rt_torch_stream_end() { libtorch::check_stream_end(false); }
void rt_torch_torchstream_sync(const TorchStream &) { no_device(); }
bool rt_torch_torchstream_query(const TorchStream &) { no_device(); }
void rt_torch_torchstream_wait(const TorchStream &, const TorchStream &) { no_device(); }
std::int32_t rt_torch_torchstream_device(const TorchStream &) { no_device(); }
std::int64_t rt_torch_torchstream_id(const TorchStream &) { no_device(); }
void rt_torch_torchstream_free(libtorch::Owned<TorchStream> stream) { stream.free(); }
void rt_torch_torchtensor_record_stream(const TorchTensor &, const TorchStream &) { no_device(); }
TorchTensor rt_torch_torchtensor_to_stream(const TorchTensor &, std::int32_t, const TorchStream *) { no_device(); }

TorchEvent rt_torch_event_create(bool) { no_device(); }
void rt_torch_torchevent_record(const TorchEvent &, const TorchStream *) { no_device(); }
void rt_torch_torchevent_wait(const TorchEvent &, const TorchStream *) { no_device(); }
bool rt_torch_torchevent_query(const TorchEvent &) { no_device(); }
void rt_torch_torchevent_sync(const TorchEvent &) { no_device(); }
double rt_torch_torchevent_elapsed_time(const TorchEvent &, const TorchEvent &) { no_device(); }

std::int64_t rt_torch_cuda_memory_allocated(std::int32_t) { no_device(); }
std::int64_t rt_torch_cuda_max_memory_allocated(std::int32_t) { no_device(); }
void rt_torch_cuda_empty_cache() {}
std::tuple<std::vector<std::string>, std::vector<std::int64_t>> rt_torch_accelerator_memory_stats(std::int32_t) {
    no_device();
}
std::int64_t rt_torch_accelerator_memory_stat(std::int32_t, std::string_view) { no_device(); }
std::vector<std::int64_t> rt_torch_accelerator_memory_info(std::int32_t) { no_device(); }
void rt_torch_accelerator_reset_peak_memory_stats(std::int32_t) { no_device(); }
void rt_torch_accelerator_reset_accumulated_memory_stats(std::int32_t) { no_device(); }
void rt_torch_accelerator_empty_cache() {}
TorchTensor rt_torch_torchtensor_pin_memory(const TorchTensor &) { no_device(); }
bool rt_torch_torchtensor_is_pinned(const TorchTensor &) { return false; }

} // namespace rt::stub
