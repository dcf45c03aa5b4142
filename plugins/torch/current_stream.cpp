// current_stream.cpp - the stream that a thread's work goes to: asked for, changed, and changed for a while.
#include "current_stream.hpp"

#include <c10/core/impl/VirtualGuardImpl.h>

#include "device_arguments.hpp"
#include "device_support.hpp"

#undef RT_GROUP
#define RT_GROUP "streams"

namespace rt::libtorch {

using c10::impl::VirtualGuardImpl;

StreamBefore make_current(const c10::Stream &stream) {
    const VirtualGuardImpl guard(stream.device_type());
    const c10::Device device = guard.exchangeDevice(stream.device());
    return {device, guard.exchangeStream(stream)};
}

void put_back(const StreamBefore &before) {
    const VirtualGuardImpl guard(before.stream.device_type());
    guard.exchangeStream(before.stream);
    guard.uncheckedSetDevice(before.device);
}

c10::Stream stream_or_current(const Stream *stream) {
    if (stream != nullptr) {
        return stream->stream;
    }
    const c10::Device device = accelerator_device(-1, "streams need");
    return VirtualGuardImpl(device.type()).getStream(device);
}

namespace {

Stream current(std::int32_t device_id) {
    const c10::Device device = accelerator_device(device_id, "streams need");
    return {VirtualGuardImpl(device.type()).getStream(device)};
}

Stream default_stream(std::int32_t device_id) {
    const c10::Device device = accelerator_device(device_id, "streams need");
    return {VirtualGuardImpl(device.type()).getDefaultStream(device)};
}

void set_current(const Stream &stream) { make_current(stream.stream); }

// Noting it may throw, so the place is made before the stream is the current one.
void begin(const Stream &stream) {
    std::vector<StreamBefore> &begun = this_thread->streams;
    begun.reserve(begun.size() + 1);
    begun.push_back(make_current(stream.stream));
}

void end() {
    std::vector<StreamBefore> &begun = this_thread->streams;
    check_stream_end(!begun.empty());
    const StreamBefore before = begun.back();
    begun.pop_back();
    put_back(before);
}

} // namespace

RT_FUNCTION(current, "rt_torch_stream_current(device_id: i32) -> TorchStream",
            "The stream that this thread's work on a device goes to, -1 for the current device.")
RT_FUNCTION(default_stream, "rt_torch_stream_default(device_id: i32) -> TorchStream",
            "The stream that is every thread's current one until it takes another, -1 for the current device.")
RT_FUNCTION(set_current, "rt_torch_stream_set_current(stream: TorchStream)",
            "From now on this thread's work goes to the stream, and the stream's device is its current one.")
RT_FUNCTION(begin, "rt_torch_stream_begin(stream: TorchStream)",
            "As rt_torch_stream_set_current, until the matching end; may be nested.")
RT_FUNCTION(
    end, "rt_torch_stream_end()",
    "Ends what the last rt_torch_stream_begin of this thread began: the device and its stream are those of before.")

} // namespace rt::libtorch
