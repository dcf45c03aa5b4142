// fake_device.cpp - the guard of the device: which is current, its streams and its events.
#include "fake_device.hpp"

#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <atomic>
#include <mutex>
#include <utility>

namespace fake_device {

namespace {

using c10::Device;
using c10::DeviceIndex;
using c10::Stream;
using c10::StreamId;

std::mutex requests_mutex;
Requests requests; // guarded by it

std::atomic<StreamId> streams{0};
std::atomic<std::int64_t> events{0};
std::atomic<std::int64_t> living_events{0};
std::atomic<bool> is_busy{false};
std::atomic<double> clock_shows{0};

thread_local DeviceIndex this_device = 0;
thread_local StreamId this_stream[devices] = {0, 0};

struct Mark {
    std::int64_t number;
    bool timing;
    double recorded_at = 0;
};

std::string text_of(const Stream &stream) {
    return std::to_string(stream.device_index()) + ":" + std::to_string(stream.id());
}
std::string text_of(const void *event) {
    return event != nullptr ? std::to_string(static_cast<const Mark *>(event)->number) : "none";
}

struct Guard final : c10::impl::DeviceGuardImplInterface {
    c10::DeviceType type() const override { return kind; }
    Device exchangeDevice(Device device) const override {
        const Device before = getDevice();
        uncheckedSetDevice(device);
        return before;
    }
    Device getDevice() const override { return {kind, this_device}; }
    void setDevice(Device device) const override { uncheckedSetDevice(device); }
    void uncheckedSetDevice(Device device) const noexcept override { this_device = device.index(); }
    DeviceIndex deviceCount() const noexcept override { return devices; }

    Stream getStream(Device device) const noexcept override {
        const DeviceIndex index = device.has_index() ? device.index() : this_device;
        return Stream(Stream::UNSAFE, Device(kind, index), this_stream[index]);
    }
    Stream getDefaultStream(Device device) const override { return Stream(Stream::UNSAFE, device, 0); }
    Stream getStreamFromGlobalPool(Device device, bool) const override {
        const Stream made(Stream::UNSAFE, device, ++streams);
        note("create stream " + text_of(made));
        return made;
    }
    Stream exchangeStream(Stream stream) const noexcept override {
        const Stream before = getStream(stream.device());
        this_stream[stream.device_index()] = stream.id();
        return before;
    }
    bool queryStream(const Stream &) const override { return !is_busy; }
    void synchronizeStream(const Stream &stream) const override { note("synchronize stream " + text_of(stream)); }
    void recordDataPtrOnStream(const c10::DataPtr &, const Stream &stream) const override {
        note("keep memory for " + text_of(stream));
    }

    void record(void **event, const Stream &stream, const DeviceIndex device,
                const c10::EventFlag flag) const override {
        TORCH_CHECK(device == -1 || device == stream.device_index(), "the event is of device ",
                    static_cast<int>(device), ", and the stream of device ", static_cast<int>(stream.device_index()));
        if (*event == nullptr) {
            *event = new Mark{++events, flag == c10::EventFlag::BACKEND_DEFAULT};
            living_events++;
        }
        static_cast<Mark *>(*event)->recorded_at = clock_shows;
        note("record event " + text_of(*event) + " on " + text_of(stream));
    }
    void block(void *event, const Stream &stream) const override {
        note("stream " + text_of(stream) + " waits for event " + text_of(event));
    }
    bool queryEvent(void *) const override { return !is_busy; }
    void destroyEvent(void *event, const DeviceIndex) const noexcept override {
        delete static_cast<Mark *>(event);
        living_events--;
    }

    // Virtual in LibTorch 2.x; in 1.13 nobody calls them.
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winconsistent-missing-override"
#endif
    // NOLINTBEGIN(modernize-use-override)
    void synchronizeEvent(void *event) const { note("synchronize event " + text_of(event)); }
    void synchronizeDevice(const DeviceIndex device) const { note("synchronize device " + std::to_string(device)); }
    double elapsedTime(void *start, void *end, const DeviceIndex) const {
        const auto *first = static_cast<Mark *>(start);
        const auto *last = static_cast<Mark *>(end);
        TORCH_CHECK(first->timing && last->timing, "an event without timing measures nothing");
        return last->recorded_at - first->recorded_at;
    }
    // NOLINTEND(modernize-use-override)
#ifdef __clang__
#pragma clang diagnostic pop
#endif
};

} // namespace

void install() {
    static Guard guard;
    static const c10::impl::DeviceGuardImplRegistrar registrar(kind, &guard);
    c10::SetAllocator(kind, allocator());
    register_hooks();
}

Requests asked() {
    const std::lock_guard lock(requests_mutex);
    return std::exchange(requests, {});
}

void note(const std::string &request) {
    const std::lock_guard lock(requests_mutex);
    requests.push_back(request);
}

void reset() {
    asked();
    streams = 0;
    events = 0;
    set_busy(false);
    set_clock(0);
    this_device = 0;
    this_stream[0] = this_stream[1] = 0;
}

void set_busy(bool busy) { is_busy = busy; }
void set_clock(double milliseconds) { clock_shows = milliseconds; }
Device current_device() { return {kind, this_device}; }
StreamId current_stream(DeviceIndex device) { return this_stream[device]; }
std::int64_t live_events() { return living_events; }

} // namespace fake_device
