// device.hpp - CUDA devices and streams.
#ifndef RTFFI_TORCH_DEVICE_HPP
#define RTFFI_TORCH_DEVICE_HPP

#include "tensor.hpp"

namespace rt::torch {

namespace cuda {

// Whether LibTorch can use a CUDA device here and now.
inline bool is_available() { return api::cuda_available(); }
inline std::int64_t device_count() { return api::cuda_device_count(); }
// Bytes that tensors take on the device; -1 is the current one.
inline std::int64_t memory_allocated(std::int32_t device = -1) { return api::cuda_memory_allocated(device); }
inline std::int64_t max_memory_allocated(std::int32_t device = -1) { return api::cuda_max_memory_allocated(device); }
// Gives memory that no tensor uses back to the device.
inline void empty_cache() { api::cuda_empty_cache(); }

} // namespace cuda

// A queue of work on a device. Throws where there is no device with streams.
class Stream {
  public:
    explicit Stream(std::int32_t device = -1) : handle_(api::stream_create(device)) {}

    // Waits until all work in it is done.
    void synchronize() const { api::stream_sync(handle()); }
    // Whether all work in it is done.
    bool query() const { return api::stream_query(handle()); }
    // Borrowed: it stays this object's.
    std::int64_t handle() const noexcept { return handle_.get(); }

  private:
    Handle handle_;
};

namespace cuda {

using torch::Stream;

} // namespace cuda

inline Tensor Tensor::to(const Device &where, const Stream &stream) const {
    return own(api::to_stream(handle(), where.is_cpu() ? -1 : where.index(), stream.handle()));
}

} // namespace rt::torch

#endif
