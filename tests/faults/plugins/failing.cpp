// failing.cpp - an init that returns an error and says nothing (FAILING 0), or throws (FAILING 1).
#include <stdexcept>

#include <rtffi/plugin.hpp>

static rt_status init(const rt_host *, rt_plugin *) {
    if (FAILING == 1) {
        throw std::runtime_error("thrown in init");
    }
    return RT_E_CALLEE;
}

extern "C" __attribute__((visibility("default")))
const rt_plugin_descriptor rt_plugin_entry = {sizeof(rt_plugin_descriptor), RT_ABI_VERSION, init, nullptr};
RT_NOTE(RT_NOTE_PLUGIN, "name=failing\0version=1.0.0\0doc=Fails in init\0abi=1")
