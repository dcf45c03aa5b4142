#include "fault.hpp"

#include <algorithm>

#include <doctest/doctest.h>

namespace faults {

Registry registry() {
    Registry now;
    rt_each_function(
        nullptr,
        [](void *context, const rt_function_info *info) {
            static_cast<Registry *>(context)->functions.emplace_back(info->signature);
            return true;
        },
        &now);
    rt_each_plugin(
        [](void *context, const rt_plugin_info *info) {
            if (std::string_view(info->state) == "active") {
                static_cast<Registry *>(context)->plugins.emplace_back(info->path);
            }
            return true;
        },
        &now);
    now.handles = rt_handle_count();
    return now;
}

bool survived(const std::string &kind, const Registry &before, bool survived) {
    const bool unchanged = registry() == before;
    CHECK_MESSAGE(unchanged, kind);
    count(kind, 1, survived && unchanged ? 1 : 0);
    return survived && unchanged;
}

bool refused(const std::string &kind, const std::string &path, std::initializer_list<std::string_view> causes,
             std::int64_t flags) {
    const Registry before = registry();
    const std::int64_t handle = rt_dlopen(path.c_str(), flags);
    const test::LastError error = test::last_error();
    const bool documented = handle == 0 && std::find(causes.begin(), causes.end(), error.cause) != causes.end() &&
                            test::contains(error.message, path);
    CHECK_MESSAGE(documented, kind, ": ", path, ": ", error.cause, ": ", error.message);
    if (handle != 0) {
        rt_dlclose(handle);
    }
    return survived(kind, before, documented);
}

bool child_survives(const char *name, const std::vector<std::string> &environment) {
    const test::ChildResult result = test::run_child(name, environment);
    count_reported(result.output);
    if (result.status != 0) { // whatever it was in, it did not get to say so
        count(std::string("a process that ended in ") + name, 1, 0);
    }
    CHECK_MESSAGE(result.status == 0, name, ": ", result.status, ": ", result.output);
    return result.status == 0;
}

std::string plugin_path(const std::string &name) {
    return std::string(RTFFI_FAULT_PLUGINS) + "/librtffi_" + name + ".so";
}

} // namespace faults
