// trace.hpp - where handles were made, when RTFFI_TRACE_HANDLES=1.
#pragma once

#include <string>
#include <vector>

namespace rt::core {

// Whether tracing is on; read from the environment once.
bool tracing() noexcept;

// The calling stack as a null-terminated array, or null; free_trace frees it (null is allowed).
void **capture_trace() noexcept;
void free_trace(void **trace) noexcept;

// One line a frame, the innermost first, frames of librtffi.so itself left out.
std::vector<std::string> trace_lines(void *const *trace);

} // namespace rt::core
