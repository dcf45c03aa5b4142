// handle.hpp - the handle table: what an int64_t handle stands for, and how long it lives.
//
// `owners` in a slot's state says how many rt_handle_free are still due, pins how many calls use the object now.
// The last free makes the slot *dead* with the next generation at once (every later use is an error) and leaves it
// *pending*; whoever then sees that no pin is left, the freeing thread or the last one to unpin, destroys the object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <rtffi/plugin.h>
#include <rtffi/rtffi.h>

#include "slot.hpp"

namespace rt::core {

// The handle of a slot's present generation.
std::int64_t handle_of(const Slot &slot) noexcept;

// Makes a handle that no scope frees.
std::int64_t create_unscoped(const rt_class *class_, void *object);

// The table's functions as hosts and plugins know them: see plugin.h.
std::int64_t handle_create(const rt_class *class_, void *object);
void **handle_pin(std::int64_t handle, const rt_class *class_);
void handle_unpin(void **cell);
void handle_collect(void **cell);

// As rt_handle_free, for the classes that it refuses.
rt_status handle_free_any(std::int64_t handle);

// How a handle looks to an error message: "was freed", "is a TorchTuple, not a TorchTensor", ...
std::string describe_bad_handle(std::int64_t handle, const rt_class *expected);

// The class of a live handle, or null.
const rt_class *class_of(std::int64_t handle) noexcept;

// Visits every live slot, also those freed but pinned. `visit` may not make or free handles.
void each_live_slot(void (*visit)(void *context, const Slot &slot), void *context);

// How many handles of a plugin's classes are alive; `detail` gets a text such as "3 TorchTensor, 1 TorchModule".
std::size_t live_handles_of(const rt_plugin *plugin, std::string *detail);

} // namespace rt::core
