// streams.cpp - queues of work on a device.
#include "current_stream.hpp"

#include <ATen/ATen.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "device_support.hpp"
#include "event.hpp"
#include "owned.hpp"

#undef RT_GROUP
#define RT_GROUP "streams"

namespace rt::libtorch {

using at::Tensor;
using c10::impl::VirtualGuardImpl;

namespace {

Stream create(std::int32_t device_id) {
    const c10::Device device = accelerator_device(device_id, "streams need");
    return {VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device)};
}

// What the one has still to do, marked by an event, is done before what the other is given from now on.
void wait(const Stream &stream, const Stream &other) {
    Event done(other.stream.device_type(), /*timing=*/false);
    done.record(other.stream);
    done.block(stream.stream);
}

// Memory that a stream still uses when the tensor goes is not to be given away before.
void record_stream(const Tensor &tensor, const Stream &stream) {
    if (tensor.device().type() == stream.stream.device_type() && tensor.has_storage()) {
        VirtualGuardImpl(stream.stream.device_type()).recordDataPtrOnStream(tensor.storage().data_ptr(), stream.stream);
    }
}

Tensor to_stream(const Tensor &tensor, std::int32_t device_id, const Stream *stream) {
    c10::Device device = accelerator_device(device_id, "streams need");
    if (stream != nullptr) {
        if (device_id == -1) {
            device = stream->stream.device();
        }
        if (stream->stream.device() != device) {
            throw Error(RT_E_ARGUMENT, "stream belongs to device " + std::to_string(stream->stream.device_index()) +
                                           ", and device_id is " + std::to_string(device_id));
        }
    }
    const Stream on{stream != nullptr ? stream->stream : VirtualGuardImpl(device.type()).getStream(device)};
    const OnStream here(on.stream);
    Tensor moved = tensor.to(device, tensor.scalar_type(), /*non_blocking=*/true);
    record_stream(tensor, on); // the copy may still be reading when the caller frees the tensor
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
RT_FUNCTION(
    wait, "rt_torch_torchstream_wait(handle: TorchStream, other: TorchStream)",
    "What is put on the stream from now on begins when the other has computed all that it has been given so far. "
    "Does not wait itself.")
RT_FUNCTION(
    +[](const Stream &stream) -> std::int32_t { return stream.stream.device_index(); },
    "rt_torch_torchstream_device(handle: TorchStream) -> i32", "The index of the stream's device.")
RT_FUNCTION(
    +[](const Stream &stream) { return static_cast<std::int64_t>(stream.stream.id()); },
    "rt_torch_torchstream_id(handle: TorchStream) -> i64",
    "LibTorch's number of the stream: two handles of one device with the same number are the same stream.")
RT_FUNCTION(free_stream, "rt_torch_torchstream_free(handle: TorchStream?)",
            "Frees a handle to a stream; 0 does nothing. What is on the stream is still computed.")
RT_FUNCTION(record_stream, "rt_torch_torchtensor_record_stream(handle: TorchTensor, stream: TorchStream)",
            "Tells that the stream uses the tensor: its memory is not used for something else before the stream has "
            "computed what it has been given so far. For tensors that were made on another stream; does nothing for "
            "tensors that are not on such a device.")

#undef RT_GROUP
#define RT_GROUP "device"

RT_FUNCTION(to_stream,
            "rt_torch_torchtensor_to_stream(handle: TorchTensor, device_id: i32, stream: TorchStream?) -> TorchTensor",
            "The tensor on a device, by a copy that is put on the stream and not waited for; without a stream on the "
            "thread's current one.")

} // namespace rt::libtorch
