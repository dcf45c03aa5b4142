// events.cpp - marks in the work of streams, to wait for and to measure between.
#include "event.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "arguments.hpp"
#include "current_stream.hpp"
#include "device_support.hpp"
#include "version.hpp"

#undef RT_GROUP
#define RT_GROUP "streams"

namespace rt::libtorch {

Event::~Event() {
    if (mark_.event != nullptr) {
        guard_.destroyEvent(mark_.event, mark_.device);
    }
}

void Event::record(const c10::Stream &stream) {
    const std::lock_guard lock(mutex_);
    const auto flag = timing_ ? c10::EventFlag::BACKEND_DEFAULT : c10::EventFlag::PYTORCH_DEFAULT;
    guard_.record(&mark_.event, stream, mark_.device, flag);
    mark_.device = stream.device_index();
    mark_.recorded = true;
}

Event::Mark Event::mark() const {
    const std::lock_guard lock(mutex_);
    return mark_;
}

void Event::block(const c10::Stream &stream) const {
    if (const Mark now = mark(); now.recorded) {
        guard_.block(now.event, stream);
    }
}

bool Event::query() const {
    const Mark now = mark();
    return !now.recorded || guard_.queryEvent(now.event);
}

void Event::synchronize() const {
    const Mark now = mark();
    if (!now.recorded || synchronize_event(guard_, now.event)) {
        return;
    }
    // A LibTorch that cannot wait can still be asked.
    constexpr std::chrono::microseconds longest(1000);
    for (std::chrono::microseconds pause(10); !guard_.queryEvent(now.event); pause = std::min(2 * pause, longest)) {
        std::this_thread::sleep_for(pause);
    }
}

void Event::check_measurable(const char *name) const {
    if (!timing_) {
        refuse(str(name, " is an event that does not measure: make it with rt_torch_event_create(true)"));
    }
    if (!mark().recorded) {
        refuse(str(name, " is an event that was not recorded: rt_torch_torchevent_record comes first"));
    }
    if (!query()) {
        refuse(str(name, " is an event that the device has not come to: wait for it with rt_torch_torchevent_sync"));
    }
}

double Event::elapsed_ms(const Event &end) const {
    check_measurable("handle");
    end.check_measurable("end");
    const Mark first = mark();
    const std::optional<double> elapsed = elapsed_milliseconds(guard_, first.event, end.mark().event, first.device);
    if (!elapsed) {
        throw Error(RT_E_UNAVAILABLE,
                    "this LibTorch (" TORCH_VERSION
                    ") tells the time between events to programs built with CUDA only: use 2.9 or newer");
    }
    return *elapsed;
}

namespace {

TorchEvent create(bool enable_timing) {
    const c10::Device device = accelerator_device(-1, "events need");
    return {std::make_unique<Event>(device.type(), enable_timing)};
}

void record(const TorchEvent &handle, const Stream *stream) { handle.event->record(stream_or_current(stream)); }

void wait(const TorchEvent &handle, const Stream *stream) { handle.event->block(stream_or_current(stream)); }

double elapsed_time(const TorchEvent &handle, const TorchEvent &end) { return handle.event->elapsed_ms(*end.event); }

} // namespace

RT_CLASS(TorchEvent, "TorchEvent", "A mark in the work of a stream, to wait for or to measure from.")

RT_FUNCTION(create, "rt_torch_event_create(enable_timing: bool = false) -> TorchEvent",
            "An event, which marks nothing yet; with timing, time can be measured between it and another one.")
RT_FUNCTION(record, "rt_torch_torchevent_record(handle: TorchEvent, stream: TorchStream?)",
            "Marks what the stream has been given so far, and from then on nothing else; without a stream that of the "
            "thread's current one. The device is that of the first stream for good.")
RT_FUNCTION(
    wait, "rt_torch_torchevent_wait(handle: TorchEvent, stream: TorchStream?)",
    "What the stream is given from now on begins when what the event marks is computed; without a stream that of "
    "the thread's current one. Does not wait itself.")
RT_FUNCTION(
    +[](const TorchEvent &handle) { return handle.event->query(); },
    "rt_torch_torchevent_query(handle: TorchEvent) -> bool",
    "Whether what the event marks was computed; true for one that marks nothing.")
RT_FUNCTION_FLAGS(
    +[](const TorchEvent &handle) { handle.event->synchronize(); }, "rt_torch_torchevent_sync(handle: TorchEvent)",
    "Waits until what the event marks is computed.", RT_FUNCTION_BLOCKS)
RT_FUNCTION(
    elapsed_time, "rt_torch_torchevent_elapsed_time(handle: TorchEvent, end: TorchEvent) -> f64",
    "The milliseconds between what two events mark. Both must be made with timing, recorded and computed. Needs "
    "LibTorch 2.x.")

} // namespace rt::libtorch
