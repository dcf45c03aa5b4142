#include "allocations.hpp"

#include <dlfcn.h>

namespace faults {

void arm(long count) {
    static const auto function = reinterpret_cast<void (*)(long)>(dlsym(RTLD_DEFAULT, "failing_malloc_arm"));
    test::expect(function != nullptr, "failing_malloc is preloaded");
    function(count);
}

bool disarm() {
    static const auto function = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "failing_malloc_disarm"));
    return function() != 0;
}

rt_status status_of(bool fine) {
    rt_error error = {};
    error.struct_size = sizeof error;
    return fine ? RT_OK : rt_last_error(&error);
}

bool sweep_survives(const char *name, const std::string &plugin_path) {
    return child_survives(name,
                          {"LD_PRELOAD=" + test::library_path("failing_malloc"), "RTFFI_PLUGIN_PATH=" + plugin_path});
}

} // namespace faults
