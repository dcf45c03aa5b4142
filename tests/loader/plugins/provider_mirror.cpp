// provider_mirror.cpp - a second provider, whose resolver calls the host's `mirror_hook`.
#include <string>

#include <rtffi/plugin.hpp>

namespace {

rt_status zero(const rt_function *, const rt_value *, size_t, rt_value *result) {
    *result = {RT_INTEGER, 0, 0, {0}};
    return RT_OK;
}

rt_status resolve(void *, const char *name, rt_function_desc *out) {
    static std::string signature;
    const rt_function *hook = rt::detail::host->lookup("mirror_hook");
    rt_value result{};
    if (hook != nullptr) {
        hook->dynamic(hook, nullptr, 0, &result);
    }
    signature = std::string(name) + "() -> i64";
    out->signature = signature.c_str();
    out->dynamic = zero;
    return RT_OK;
}

} // namespace

RT_PROVIDER("mirror::", resolve, nullptr, nullptr)
RT_PROVIDER("::", resolve, nullptr, nullptr)
RT_PLUGIN("provider_mirror", "1.0.0", "Resolves names by another prefix")
