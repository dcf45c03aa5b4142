// rust.hpp - the run-time part of the binding for Rust: the sources below rust/, one after the other.
#pragma once

namespace rt::tools::bind {

extern const char *const rust_runtime;

} // namespace rt::tools::bind
