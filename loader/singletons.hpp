// singletons.hpp - libraries of which a process can bear one copy only.
//
// Two LibTorches in one process abort it inside dlopen. A plugin names such libraries in the key `singletons` of its
// record ("libc10.so libtorch_cpu.so"); before it is loaded, the copies already in the process are compared with those
// the dynamic linker would find for it.
#pragma once

#include <string>

#include "error.hpp"

namespace rt::core {

class ElfFile;

// Refuses, with both paths, where another copy is there already of what `file`, which lies at `path`, would bring.
Outcome check_singletons(const ElfFile &file, const std::string &path, const std::string &singletons);

// Two copies of librtffi.so have a registry each, and plugins loaded through one are unknown to the other: says so in the log, once.
void warn_of_second_core();

} // namespace rt::core
