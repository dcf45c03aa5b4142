#include "unload_warnings.hpp"

#include <iterator>

#include "dlopen_error.hpp"
#include "pins.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

struct Facts {
    Pins pins;
    std::uint64_t thread_local_size;
};

struct Kind {
    const char *id;
    bool of_unmapping; // not of loading, too
    bool pins;         // for certain
    bool (*applies)(const Facts &);
    std::string (*detail)(const Facts &);
};

constexpr Kind kinds[] = {
    {"nodelete", true, true, [](const Facts &f) { return f.pins.nodelete; },
     [](const Facts &) -> std::string {
         return "it is linked with -z nodelete, so that its code stays in the process when it is closed";
     }},
    {"unique_symbols", true, true, [](const Facts &f) { return f.pins.unique_symbols != 0; },
     [](const Facts &f) {
         return joined({"it defines symbols of which a process has one for ever (STB_GNU_UNIQUE; ",
                        std::to_string(f.pins.unique_symbols), ", such as ", f.pins.unique_symbol,
                        "), so that its code stays in the process when it is closed"});
     }},
    {"thread_local_destructor", true, false, [](const Facts &f) { return f.pins.thread_local_destructors; },
     [](const Facts &) -> std::string {
         return "it has thread_local objects with destructors (it imports __cxa_thread_atexit), so that its code stays "
                "in the process until the threads that used them have ended";
     }},
    {"thread_keys", true, false, [](const Facts &f) { return f.pins.thread_keys; },
     [](const Facts &) -> std::string {
         return "it imports pthread_key_create: a key with a destructor that outlives the plugin's code crashes the "
                "first thread that ends";
     }},
    {"static_tls", false, false, [](const Facts &f) { return f.pins.static_thread_locals; },
     [](const Facts &f) {
         return joined(
             {"it takes ", std::to_string(f.thread_local_size),
              " bytes of the thread-local memory that is set aside when the program starts (DF_STATIC_TLS): of it all "
              "libraries that are loaded later have about 1.6 KB, and unloading does not always give it back"});
     }},
};

} // namespace

std::vector<Warning> unload_warnings(const ElfFile &file, const Metadata &metadata) {
    ElfDynamic dynamic;
    Facts facts{{}, file.thread_local_size()};
    if (!file.dynamic(dynamic)) {
        return {};
    }
    find_pins(dynamic, facts.pins);
    const bool says_unmap = metadata.value("unmap") == "yes";
    // Nothing comes of the rest where the author had it linked to stay.
    const bool meant_to_stay = facts.pins.nodelete && !says_unmap;
    std::vector<Warning> warnings;
    for (const Kind &kind : kinds) {
        if (kind.applies(facts) && !(meant_to_stay && kind.of_unmapping)) {
            warnings.push_back({kind.id, !(kind.pins && says_unmap), kind.detail(facts), hint_for(kind.id, metadata)});
        }
    }
    return warnings;
}

} // namespace rt::core
