// fake_device.hpp - a kind of device that this program registers with LibTorch as its PrivateUse1: two devices whose memory is the
// host's and whose operations are the CPU's. Their streams and events compute nothing, and note what was asked of them:
//
//     const H stream = call<H>("rt_torch_stream_create", 1);
//     call("rt_torch_torchstream_sync", stream);
//     CHECK(asked() == Requests{"create stream 1:1", "synchronize stream 1:1"});
//
// fake_device.cpp has the guard (devices, streams, events), fake_memory.cpp allocators, fake_kernels.cpp operators, fake_hooks.cpp
// what LibTorch 2.x wants beside.
#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/Device.h>
#include <c10/core/Stream.h>

#include <cstdint>
#include <string>
#include <vector>

namespace fake_device {

inline constexpr c10::DeviceType kind = c10::DeviceType::PrivateUse1;
inline constexpr c10::DeviceIndex devices = 2;
inline constexpr const char *name = "privateuseone";

// Registers it. Once, before anything asks LibTorch for its devices.
void install();

// What was asked of streams and events, of copies and of pinned memory since the last call, from any thread. "1:3" is stream 3 of device 1.
using Requests = std::vector<std::string>;
Requests asked();
void note(const std::string &request);

// Starts anew: nothing was asked, streams and events are numbered from 1, this thread's current ones are device 0 and streams 0.
void reset();

// While it is busy, no stream and no event is done.
void set_busy(bool busy);
// What its clock shows, in milliseconds, when the next events are recorded.
void set_clock(double milliseconds);

// Of the calling thread.
c10::Device current_device();
c10::StreamId current_stream(c10::DeviceIndex device);

// How many events live.
std::int64_t live_events();

// Memory of a device, and the host's memory that is pinned for it.
c10::Allocator *allocator();
c10::DataPtr allocate(c10::Device device, std::size_t bytes);
c10::Allocator *pinned_allocator();
bool is_pinned(const void *memory);

// What LibTorch 2.x asks of a kind of device beside; nothing in 1.13.
void register_hooks();

} // namespace fake_device
