// SPDX-License-Identifier: Apache-2.0
// stream.hpp - streams, queues of work on a device, and events, marks in them:
//
//     const Stream copies;
//     Event done;
//     { const StreamGuard here(copies); there = batch.pin_memory().to("cuda", true); done.record(); }
//     done.wait(); // what this thread gives its current stream from now on begins after the copy
//
// They are CUDA's; where there is no CUDA device, those of a device that a program registered with LibTorch as PrivateUse1, else an
// error (RT_E_UNAVAILABLE, cause "no_device"). Streams and events may be used from any thread; the current stream is each thread's own.
#ifndef RTFFI_TORCH_STREAM_HPP
#define RTFFI_TORCH_STREAM_HPP

#include "tensor.hpp"

namespace rt::torch {

class Event;

// A queue of work on a device. Throws where there is no device with streams.
class Stream {
  public:
    // A new one; device -1 is the current one.
    explicit Stream(std::int32_t device = -1) : handle_(api::stream_create(device)) {}
    // Takes over a handle of class TorchStream.
    explicit Stream(Handle handle) noexcept : handle_(std::move(handle)) {}

    // Waits until all work in it is done.
    void synchronize() const { api::stream_sync(handle()); }
    // Whether all work in it is done.
    bool query() const { return api::stream_query(handle()); }
    // What it is given from now on begins when the other has done what it has been given so far, or what the event marks is done.
    void wait_stream(const Stream &other) const { api::stream_wait(handle(), other.handle()); }
    void wait_event(const Event &event) const;
    // Marks what it has been given so far.
    Event record_event() const;

    std::int32_t device_index() const { return api::stream_device(handle()); }
    // LibTorch's number of it, on its device.
    std::int64_t id() const { return api::stream_id(handle()); }
    bool operator==(const Stream &other) const { return device_index() == other.device_index() && id() == other.id(); }
    // Borrowed: it stays this object's.
    std::int64_t handle() const noexcept { return handle_.get(); }

  private:
    Handle handle_;
};

// A mark in the work of a stream. Move-only.
class Event {
  public:
    // With timing, elapsed_time can be asked for.
    explicit Event(bool enable_timing = false) : handle_(api::event_create(enable_timing)) {}

    // Marks what the stream, or the thread's current one, has been given so far, and from then on nothing else.
    void record() const { api::event_record(handle(), 0); }
    void record(const Stream &stream) const { api::event_record(handle(), stream.handle()); }
    // What the stream, or the thread's current one, is given from now on begins when what it marks is done.
    void wait() const { api::event_wait(handle(), 0); }
    void wait(const Stream &stream) const { api::event_wait(handle(), stream.handle()); }
    // Whether what it marks is done; true where it marks nothing.
    bool query() const { return api::event_query(handle()); }
    // Waits until it is.
    void synchronize() const { api::event_sync(handle()); }
    // The milliseconds from what this one marks to what `end` marks; both made with timing, recorded and done. LibTorch 2.x has it.
    double elapsed_time(const Event &end) const { return api::event_elapsed_time(handle(), end.handle()); }
    // Borrowed: it stays this object's.
    std::int64_t handle() const noexcept { return handle_.get(); }

  private:
    Handle handle_;
};

inline void Stream::wait_event(const Event &event) const { event.wait(*this); }

inline Event Stream::record_event() const {
    Event event;
    event.record(*this);
    return event;
}

// While one lives, this thread's work goes to the stream, and the stream's device is its current one.
class StreamGuard {
  public:
    explicit StreamGuard(const Stream &stream) { api::stream_begin(stream.handle()); }
    StreamGuard(const StreamGuard &) = delete;
    StreamGuard &operator=(const StreamGuard &) = delete;
    ~StreamGuard() {
        try {
            api::stream_end();
        } catch (const Error &) { // nothing can be done about it here
        }
    }
};

inline Tensor Tensor::to(const Device &where, const Stream &stream) const {
    return own(api::to_stream(handle(), where.is_cpu() ? -1 : where.index(), stream.handle()));
}
inline void Tensor::record_stream(const Stream &stream) const { api::record_stream(handle(), stream.handle()); }

} // namespace rt::torch

#endif
