// streams.cpp - queues of work on a device.
#include "device_support.hpp"

#include <ATen/ATen.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "owned.hpp"

#undef RT_GROUP
#define RT_GROUP "streams"

namespace rt::libtorch {

using at::Tensor;
using c10::impl::VirtualGuardImpl;

namespace {

Stream create(std::int32_t device_id) {
    const c10::Device device = stream_device(device_id);
    return {VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device)};
}

// Makes a stream and its device the thread's current ones, and puts back what was. c10::StreamGuard does the same, but
// lies in a header that differs between LibTorch's versions.
class OnStream {
  public:
    explicit OnStream(c10::Stream stream)
        : guard_(stream.device_type()), device_(guard_.exchangeDevice(stream.device())),
          stream_(guard_.exchangeStream(stream)) {}
    OnStream(const OnStream &) = delete;
    OnStream &operator=(const OnStream &) = delete;
    ~OnStream() {
        guard_.exchangeStream(stream_);
        guard_.uncheckedSetDevice(device_);
    }

  private:
    VirtualGuardImpl guard_;
    c10::Device device_;
    c10::Stream stream_;
};

Tensor to_stream(const Tensor &tensor, std::int32_t device_id, const Stream *stream) {
    c10::Device device = stream_device(device_id);
    if (stream != nullptr) {
        if (device_id == -1) {
            device = stream->stream.device();
        }
        if (stream->stream.device() != device) {
            throw Error(RT_E_ARGUMENT, "stream belongs to device " + std::to_string(stream->stream.device_index()) +
                                           ", and device_id is " + std::to_string(device_id));
        }
    }
    const VirtualGuardImpl guard(device.type());
    const OnStream here(stream != nullptr ? stream->stream : guard.getStream(device));
    Tensor moved = tensor.to(device, tensor.scalar_type(), /*non_blocking=*/true);
    if (tensor.device().type() == device.type() && tensor.has_storage()) {
        // The copy may still be reading when the caller frees the tensor: its memory is not to be given away before.
        guard.recordDataPtrOnStream(tensor.storage().data_ptr(), guard.getStream(device));
    }
    return moved;
}

void free_stream(Owned<Stream> stream) { stream.free(); }

} // namespace

RT_FUNCTION(create, "rt_torch_stream_create(device_id: i32) -> TorchStream",
            "A stream of a CUDA device (without one, of a PrivateUse1 device), -1 for the current one. What is put on "
            "one stream is computed in order; streams run beside each other.")
RT_FUNCTION_FLAGS(
    +[](const Stream &stream) { stream.stream.synchronize(); }, "rt_torch_torchstream_sync(handle: TorchStream)",
    "Waits until the stream has computed everything.", RT_FUNCTION_BLOCKS)
RT_FUNCTION(
    +[](const Stream &stream) { return stream.stream.query(); },
    "rt_torch_torchstream_query(handle: TorchStream) -> bool", "Whether the stream has computed everything.")
RT_FUNCTION(free_stream, "rt_torch_torchstream_free(handle: TorchStream?)",
            "Frees a handle to a stream; 0 does nothing. What is on the stream is still computed.")

#undef RT_GROUP
#define RT_GROUP "device"

RT_FUNCTION(to_stream,
            "rt_torch_torchtensor_to_stream(handle: TorchTensor, device_id: i32, stream: TorchStream?) -> TorchTensor",
            "The tensor on a device, by a copy that is put on the stream and not waited for; without a stream on the "
            "thread's current one.")

} // namespace rt::libtorch
