#include "pins.hpp"

#include <cxxabi.h>

#include "malloced_text.hpp"

namespace rt::core {

namespace {

std::string readable(std::string_view symbol) {
    int status = 0;
    const MallocedText text(abi::__cxa_demangle(std::string(symbol).c_str(), nullptr, nullptr, &status));
    return text != nullptr ? text.get() : std::string(symbol);
}

} // namespace

bool find_pins(const ElfDynamic &dynamic, Pins &out) {
    out.nodelete = (dynamic.value(DT_FLAGS_1) & DF_1_NODELETE) != 0;
    out.static_thread_locals = (dynamic.value(DT_FLAGS) & DF_STATIC_TLS) != 0;
    return dynamic.each_symbol([&](const Elf64_Sym &symbol, std::string_view name) {
        if (symbol.st_shndx == SHN_UNDEF) {
            // libstdc++'s, and glibc's, which it calls.
            out.thread_local_destructors =
                out.thread_local_destructors || name == "__cxa_thread_atexit" || name == "__cxa_thread_atexit_impl";
            out.thread_keys = out.thread_keys || name == "pthread_key_create";
        } else if (ELF64_ST_BIND(symbol.st_info) == STB_GNU_UNIQUE) {
            out.unique_symbol = out.unique_symbols++ == 0 ? readable(name) : out.unique_symbol;
        }
    });
}

} // namespace rt::core
