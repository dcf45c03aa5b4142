// unload_warnings.hpp - what a plugin's file tells of its end: what will keep its code in memory, or crash the host where it goes.
#pragma once

#include <string>
#include <vector>

#include "elf_file.hpp"
#include "metadata.hpp"

namespace rt::core {

struct Warning {
    const char *id; // "nodelete", "unique_symbols", "thread_local_destructor", "thread_keys", "static_tls"
    bool ok;        // false where the plugin says that it may be unmapped, and cannot be
    std::string detail;
    std::string hint;
};

// None where there is nothing to be said.
std::vector<Warning> unload_warnings(const ElfFile &file, const Metadata &metadata);

} // namespace rt::core
