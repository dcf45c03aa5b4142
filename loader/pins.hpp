// pins.hpp - what keeps the code of a library in memory when it is closed, or makes it dangerous to take it out: told from
// its dynamic section and its symbols, of the file or of the image in this process.
#pragma once

#include <cstdint>
#include <string>

#include "elf_dynamic.hpp"

namespace rt::core {

struct Pins {
    bool nodelete = false;                 // DF_1_NODELETE
    std::string unique_symbol;             // the first that it defines with STB_GNU_UNIQUE; "": none
    std::size_t unique_symbols = 0;        // how many
    bool thread_local_destructors = false; // it imports what C++ compilers register them with
    bool thread_keys = false;              // it imports pthread_key_create
    bool static_thread_locals = false;     // DF_STATIC_TLS
};

// False where the symbols cannot be read; what was found so far is there.
bool find_pins(const ElfDynamic &dynamic, Pins &out);

} // namespace rt::core
