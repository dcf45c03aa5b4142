#include "dlopen_cause.hpp"

#include <array>

namespace rt::core {

namespace {

struct Meaning {
    std::string_view words; // of glibc's dlerror
    const char *cause;
};

constexpr std::array meanings = {
    Meaning{"cannot open shared object file: No such file", "missing_library"},
    Meaning{"cannot open shared object file: Permission denied", "not_permitted"},
    Meaning{"cannot open shared object file: Too many open files", "too_many_files"},
    Meaning{"undefined symbol: ", "undefined_symbol"},
    Meaning{"' not found (required by ", "missing_version"},
    Meaning{"cannot allocate memory in static TLS block", "static_tls"},
    Meaning{"cannot allocate ", "no_memory"}, // "... version reference table", ...
    Meaning{"cannot create ", "no_memory"},   // "... shared object descriptor", "... scope list", ...
    Meaning{"out of memory", "no_memory"},
    Meaning{"failed to map segment from shared object: Operation not permitted", "not_permitted"},
    Meaning{"failed to map segment", "no_memory"},
    Meaning{"invalid ELF header", "damaged_library"},
    Meaning{"file too short", "damaged_library"},
    Meaning{"wrong ELF class", "damaged_library"},
    Meaning{"cannot read file data", "damaged_library"},
    Meaning{"ELF file", "damaged_library"}, // "... version does not match", "... data encoding not little-endian"
};

} // namespace

const char *cause_of_dlopen_error(std::string_view text) {
    for (const Meaning &meaning : meanings) {
        if (text.find(meaning.words) != std::string_view::npos) {
            return meaning.cause;
        }
    }
    // A reason is missing where there was no memory for the file's name.
    return text.ends_with("cannot open shared object file") ? "no_memory" : "dlopen";
}

} // namespace rt::core
