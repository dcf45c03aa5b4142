#include "hints.hpp"

#include <array>

namespace rt::core {

namespace {

struct Hint {
    std::string_view cause;
    const char *text;
};

constexpr std::array hints = {
    Hint{"not_found", "give the path of a file that exists, or put its folder on RTFFI_PLUGIN_PATH"},
    Hint{"not_provided", "rtffi list PREFIX lists what there is, such as rtffi list aten::"},
    Hint{"other_file_first", "remove the file that comes first, or have the folder of the other before it"},
    Hint{"not_readable", "make the file and the folders above it readable for this user"},
    Hint{"not_a_file", "give the path of the plugin file itself"},
    Hint{"not_elf", "this is no shared library: build the plugin anew, or look whether a download was cut off"},
    Hint{"truncated", "the file is incomplete: copy or build it anew"},
    Hint{"too_large", "no plugin says so much of itself: build the file anew"},
    Hint{"wrong_architecture", "use a plugin that was built for this machine"},
    Hint{"not_a_library", "build the plugin with -shared -fPIC"},
    Hint{"not_a_plugin", "it has no rtffi notes: build it with RT_PLUGIN, and link it without stripping .note.rtffi"},
    Hint{"no_plugin_record", "write RT_PLUGIN(\"name\", \"1.0.0\", \"what it is\") in one of its source files"},
    Hint{"two_of_one_name", "give one of the two another name"},
    Hint{"abi_version", "update librtffi, or build the plugin anew with the headers of the one that is there"},
    Hint{"missing_library", "install the library, or put its folder on LD_LIBRARY_PATH before the program starts"},
    Hint{"undefined_symbol",
         "if the symbol is the plugin's own, a source file or a library was not linked in (-Wl,-z,defs tells when "
         "linking); else a library of another version than the plugin was built for is there: install the one it "
         "was built for, or build the plugin anew"},
    Hint{"missing_version", "the plugin was built on a newer system than this one: build it here"},
    Hint{"static_tls",
         "load the plugin earlier, or start the program with GLIBC_TUNABLES=glibc.rtld.optional_static_tls=16384"},
    Hint{"no_memory", "free memory, or raise the process's limits (ulimit -v)"},
    Hint{"too_many_files", "close files, or raise the limit (ulimit -n)"},
    Hint{"damaged_library", "a library that the plugin needs is damaged: install it anew"},
    Hint{"not_permitted", "make the file readable for this user, and its file system one that may be executed from"},
    Hint{"second_copy", "load this plugin before the other library, or use a plugin built for the copy that is there"},
    Hint{"missing_plugin", "put the plugin that it needs on the search path"},
    Hint{"load_cycle", "take one of these needs out: plugins that need each other cannot come first both"},
    Hint{"bad_needs", "mend the key `needs` in the plugin's source: RT_PLUGIN_KEY(\"needs\", \"other >= 1.0\")"},
    Hint{"metadata_mismatch", "build the plugin anew: its file and its code are of different versions"},
    Hint{"file_changed", "start the process anew to use the new file"},
    Hint{"unmap_not_allowed",
         "write RT_UNMAPPABLE in one of the plugin's source files, if it keeps what that promises"},
    Hint{"live_handles", "free them in the plugin's shutdown (rt_handle_report lists them)"},
    Hint{"nodelete", "link it without -z nodelete, and open it without RTLD_NODELETE; else start the process anew"},
    Hint{"unique_symbols",
         "link it with -Wl,--version-script=plugin.map, which is beside rtffi's headers, so that it exports its entry "
         "alone, or compile it with -fno-gnu-unique; else start the process anew"},
    Hint{"thread_local_destructor", "end the threads that used it, then open and close it once more"},
    Hint{
        "thread_keys",
        "delete its keys (pthread_key_delete) in the plugin's shutdown, or link it with -z nodelete, so that it stays"},
    Hint{"open_elsewhere", "close it there, then open and close it once more"},
    Hint{"probe_crashed", "run `rtffi verify FILE`: it says where, and forgets this where the file loads"},
    Hint{"probe_exited", "run `rtffi verify FILE`: it says where, and forgets this where the file loads"},
    Hint{"probe_timeout",
         "give it more time with RTFFI_PROBE_TIMEOUT, or run `rtffi verify FILE`, which says where it is"},
    Hint{"no_probe", "install rtffi-probe, which belongs to librtffi.so, or open the file without RT_DLOPEN_PROBE"},
    Hint{"name_clash", "load one of the two plugins only"},
};

} // namespace

const char *usual_hint(std::string_view cause) {
    for (const Hint &hint : hints) {
        if (hint.cause == cause) {
            return hint.text;
        }
    }
    return "";
}

} // namespace rt::core
