// trace.hpp - where handles were made, when RTFFI_TRACE_HANDLES=1.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rt::core {

// Whether tracing is on: RTFFI_TRACE_HANDLES when the core was loaded.
extern const bool tracing;

// Keeps the calling stack as the place where a handle was made, until it is forgotten.
void note_trace(std::int64_t handle) noexcept;
void forget_trace(std::int64_t handle) noexcept;

// The place as one line a frame, the innermost first, frames of librtffi.so itself left out; empty where none is known.
std::vector<std::string> trace_lines(std::int64_t handle);

} // namespace rt::core
