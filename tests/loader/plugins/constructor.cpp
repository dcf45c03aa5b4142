// constructor.cpp - a constructor of the file that calls the core while dlopen runs it: it opens the plugin whose path the
// environment variable RTFFI_TEST_OPEN holds, looks a name up, and publishes a function.
#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

#include <rtffi/plugin.hpp>

namespace {

std::int64_t opened = -1;
bool looked_up = false;
rt_status registered = RT_E_CALLEE;

rt_status seven(const rt_function *, const rt_value *, size_t, rt_value *result) {
    *result = {RT_INTEGER, 0, 0, {7}};
    return RT_OK;
}

template <class Type> Type *core(const char *name) { return reinterpret_cast<Type *>(dlsym(RTLD_DEFAULT, name)); }

struct Busy {
    Busy() {
        const char *path = std::getenv("RTFFI_TEST_OPEN");
        if (path != nullptr) {
            opened = core<std::int64_t(const char *, std::int64_t)>("rt_dlopen")(path, 0);
        }
        looked_up = core<const rt_function *(const char *)>("rt_lookup")("constructor_target") != nullptr;
        rt_function_desc desc{};
        desc.struct_size = sizeof desc;
        desc.signature = "constructor_seven() -> i64";
        desc.dynamic = seven;
        registered = core<rt_status(const rt_function_desc *, const rt_function **)>("rt_register")(&desc, nullptr);
    }
} busy;

std::int64_t opened_handle() { return opened; }
bool has_looked_up() { return looked_up; }
std::int64_t registered_status() { return registered; }

} // namespace

RT_PLUGIN("constructor", "1.0.0", "Works in its constructor")
RT_FUNCTION(opened_handle, "constructor_opened() -> i64", "What it opened.")
RT_FUNCTION(has_looked_up, "constructor_looked_up() -> bool", "Whether it found the name.")
RT_FUNCTION(registered_status, "constructor_registered() -> i64", "What registering gave.")
