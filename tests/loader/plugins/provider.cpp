// provider.cpp - a prefix resolver that counts how often it is asked. Names: `provided::add.N` adds N, `provided::fail` makes
// the resolver fail, `provided::near` say that it does not know it and what may be meant, `provided::throw` throw, `provided::wrong` answer with another name, `provided::broken` with a signature
// that does not parse, `provided::hook` call the host's `provider_hook` first,
// `provided::self` look up itself, `provided::count` answer with a variadic function that counts its arguments and their names, and
// `provided::half` with one that has no entry for named arguments; all others it does not know.
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <rtffi/plugin.hpp>

namespace {

std::atomic<std::int64_t> asked{0};
std::atomic<std::int64_t> inside{0};
std::atomic<std::int64_t> most_inside{0};

// Counts the threads that are inside the resolver at once; the core promises one.
struct Inside {
    Inside() {
        const std::int64_t now = ++inside;
        for (std::int64_t most = most_inside; now > most && !most_inside.compare_exchange_weak(most, now);) {
        }
    }
    ~Inside() { --inside; }
};

rt_status add(const rt_function *self, const rt_value *args, size_t count, rt_value *result) {
    *result = {RT_NONE, 0, 0, {0}};
    if (count != 1) {
        return rt::detail::host->complete(self, args, count, result);
    }
    *result = {RT_INTEGER, 0, 0, {args[0].payload.integer + reinterpret_cast<std::intptr_t>(self->context)}};
    return RT_OK;
}

rt_status count_all(const rt_function *, const rt_value *, size_t count, rt_value *result) {
    *result = {RT_INTEGER, 0, 0, {static_cast<std::int64_t>(count)}};
    return RT_OK;
}

// 100 for each argument with a name.
rt_status count_named(const rt_function *, const rt_value *, const char *const *names, size_t count, rt_value *result) {
    std::int64_t sum = static_cast<std::int64_t>(count);
    for (size_t i = 0; i < count; i++) {
        sum += names[i] != nullptr ? 100 : 0;
    }
    *result = {RT_INTEGER, 0, 0, {sum}};
    return RT_OK;
}

rt_status resolve(void *, const char *name, rt_function_desc *out) {
    static std::string signature; // without a lock: see rt_provider_desc.resolve
    asked++;
    const Inside counted;
    const std::string_view rest = std::string_view(name).substr(10);
    out->dynamic = add;
    if (rest == "fail") {
        return rt::detail::host->fail(nullptr, RT_E_UNAVAILABLE, "no_schema", "the schema is not readable");
    }
    if (rest == "near") {
        return rt::detail::host->fail(nullptr, RT_E_NOT_FOUND, "not_found",
                                      "no provided::near; did you mean provided::add.1?");
    }
    if (rest == "throw") {
        throw std::runtime_error("the resolver tripped");
    }
    if (rest == "wrong") {
        out->signature = "provided::right(x: i64) -> i64";
        return RT_OK;
    }
    if (rest == "broken") {
        out->signature = "provided::broken(x:";
        return RT_OK;
    }
    if (rest == "count" || rest == "half") {
        signature = std::string(name) + "(...) -> any";
        out->signature = signature.c_str();
        out->dynamic = count_all;
        out->named = rest == "count" ? count_named : nullptr;
        return RT_OK;
    }
    if (rest == "self") {
        return rt::detail::host->lookup(name) == nullptr ? *rt::detail::host->error_location() : rt_status{RT_E_CALLEE};
    }
    if (rest == "hook") {
        const rt_function *hook = rt::detail::host->lookup("provider_hook");
        rt_value result{};
        if (hook != nullptr) {
            hook->dynamic(hook, nullptr, 0, &result);
        }
    } else if (!rest.starts_with("add.")) {
        return RT_E_NOT_FOUND;
    }
    const long n = rest.starts_with("add.") ? std::strtol(rest.data() + 4, nullptr, 10) : 0;
    signature = std::string(name) + "(x: i64) -> i64";
    out->signature = signature.c_str();
    out->doc = "Adds a number.";
    out->context = reinterpret_cast<void *>(n);
    return RT_OK;
}

std::int64_t times_asked() { return asked; }
std::int64_t most_at_once() { return most_inside; }

// Lists add.2 before add.1; asked for `provided::fail`, fails; for `provided::crash`, crashes; for `provided::odd`, lists
// another's name.
rt_status each(void *, const char *begin, bool (*visit)(void *, const rt_function_desc *), void *data) {
    const Inside counted;
    const std::string_view text = begin;
    if (text == "provided::fail") {
        return rt::detail::host->fail(nullptr, RT_E_UNAVAILABLE, "no_schema", "the schemas are not readable");
    }
    if (text == "provided::crash") {
        std::raise(SIGSEGV);
    }
    rt_function_desc desc = {};
    desc.struct_size = sizeof desc;
    desc.doc = "Adds a number.";
    if (text == "provided::odd") {
        desc.signature = "provided::even() -> i64";
        visit(data, &desc);
        return RT_OK;
    }
    for (const char *signature : {"provided::add.2(x: i64) -> i64", "provided::add.1(x: i64) -> i64"}) {
        desc.signature = signature;
        if (std::string_view(signature).starts_with(text) && !visit(data, &desc)) {
            break;
        }
    }
    return RT_OK;
}

} // namespace

RT_PROVIDER("provided::", resolve, each, nullptr)

RT_PLUGIN("provider", "1.0.0", "Resolves names by a prefix")

RT_FUNCTION(times_asked, "provider_asked() -> i64", "How often the resolver was asked.")
RT_FUNCTION(most_at_once, "provider_most_at_once() -> i64", "How many calls of the resolver ran at once, at most.")
