// event.hpp - a mark in the work of a stream: what a TorchEvent handle holds.
#pragma once

#include "tensor.hpp"

#include <c10/core/impl/VirtualGuardImpl.h>

#include <memory>
#include <mutex>

namespace rt::libtorch {

// May be used by several threads at once. c10::Event may not, and in 1.13 it can neither be waited for nor measure.
class Event {
  public:
    Event(c10::DeviceType type, bool timing) : guard_(type), timing_(timing) {}
    Event(const Event &) = delete;
    Event &operator=(const Event &) = delete;
    ~Event();

    // Marks what the stream has been given so far. Again: marks that from now on, and no longer what it marked.
    void record(const c10::Stream &stream);
    // What the stream is given from now on waits for what is marked. Without a mark it does nothing, nor do the next two.
    void block(const c10::Stream &stream) const;
    // Whether what is marked was computed; true without a mark.
    bool query() const;
    // Waits for that.
    void synchronize() const;
    // The milliseconds from this mark to that of `end`. Throws unless both have one, were made for timing, and are computed.
    double elapsed_ms(const Event &end) const;

  private:
    struct Mark {
        void *event = nullptr; // the device's own, made where it is first recorded
        c10::DeviceIndex device = -1;
        bool recorded = false;
    };

    Mark mark() const;
    void check_measurable(const char *name) const;

    c10::impl::VirtualGuardImpl guard_;
    bool timing_;
    mutable std::mutex mutex_; // guards what follows; never held while the device is waited for
    Mark mark_;
};

struct TorchEvent {
    std::unique_ptr<Event> event;
};

} // namespace rt::libtorch

RT_DECLARE_CLASS(rt::libtorch::TorchEvent, "TorchEvent")
