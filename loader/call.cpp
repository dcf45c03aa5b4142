#include "call.hpp"

#include <algorithm>
#include <vector>

#include "error.hpp"
#include "record.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

std::string plural(std::size_t n) { return std::to_string(n) + (n == 1 ? " argument" : " arguments"); }

bool has_default(const Parameter &parameter) { return !parameter.fallback.empty(); }

rt_status wrong_count(const Record &record, std::size_t got) {
    const SignatureInfo &info = *record.info;
    const std::size_t most = info.parameters.size();
    std::size_t least = most;
    while (least > 0 && has_default(info.parameters[least - 1])) {
        least--;
    }
    const std::string expected = least == most ? plural(most) : joined({std::to_string(least), " to ", plural(most)});
    return fail(RT_E_ARGUMENT, "argument_count",
                joined({"expected ", expected, ", got ", std::to_string(got), "; the function is `", info.text, "`"}),
                record.name);
}

std::string not_given(const SignatureInfo &info, std::size_t parameter) {
    return joined(
        {"the parameter '", info.parameters[parameter].name, "' is not given; the function is `", info.text, "`"});
}

} // namespace

rt_status complete(const rt_function *self, const rt_value *args, size_t count, rt_value *result) {
    return guarded("rt_call", [&]() -> rt_status {
        const Record &record = record_of(self);
        const SignatureInfo &info = *record.info;
        const std::size_t expected = info.parameters.size();
        // With the right count already, calling the entry again would never end.
        if (count >= expected || (args == nullptr && count != 0)) {
            return wrong_count(record, count);
        }
        for (std::size_t i = count; i < expected; i++) {
            if (!has_default(info.parameters[i])) {
                return fail(RT_E_ARGUMENT, "argument_count", not_given(info, i), record.name);
            }
        }
        std::vector<rt_value> full(args, args + count);
        full.insert(full.end(), info.defaults.begin() + static_cast<std::ptrdiff_t>(count), info.defaults.end());
        return rt_call(self, full.data(), full.size(), result);
    });
}

namespace {

// Which parameter a named argument is for; npos with the error set.
std::size_t parameter_for(const Record &record, const char *name) {
    const SignatureInfo &info = *record.info;
    const std::size_t index = info.find(name);
    if (index == SignatureInfo::npos) {
        NearestText nearest(name);
        for (const Parameter &p : info.parameters) {
            nearest.offer(p.name);
        }
        fail(
            RT_E_ARGUMENT, "unknown_parameter",
            joined({"no parameter is named '", name, "'", nearest.suggestion(), "; the function is `", info.text, "`"}),
            record.name);
    }
    return index;
}

rt_status call_overloads(const Record &record, const rt_value *args, const char *const *names, size_t count,
                         rt_value *result) {
    for (std::size_t i = 1; i < count; i++) {
        if (names[i] == nullptr && names[i - 1] != nullptr) {
            return fail(
                RT_E_ARGUMENT, "argument_order",
                joined({"a positional argument follows a named one; the function is `", record.info->text, "`"}),
                record.name);
        }
        for (std::size_t j = 0; names[i] != nullptr && j < i; j++) {
            if (names[j] != nullptr && std::string_view(names[i]) == names[j]) {
                return fail(RT_E_ARGUMENT, "argument_twice",
                            joined({"the parameter '", names[i], "' is given twice; the function is `",
                                    record.info->text, "`"}),
                            record.name);
            }
        }
    }
    return record.named.load(std::memory_order_acquire)(&record, args, names, count, result);
}

} // namespace

} // namespace rt::core

using namespace rt::core;

extern "C" rt_status rt_call_named(const rt_function *function, const rt_value *args, const char *const *names,
                                   size_t count, rt_value *result) {
    return guarded("rt_call_named", [&]() -> rt_status {
        if (result != nullptr) {
            *result = rt_none();
        }
        if (function == nullptr || result == nullptr || ((args == nullptr || names == nullptr) && count != 0)) {
            return fail(RT_E_ARGUMENT, nullptr, "rt_call_named: function, args, names or result is null");
        }
        const Record &record = record_of(function);
        const SignatureInfo &info = *record.info;
        if (info.variadic) {
            return call_overloads(record, args, names, count, result);
        }
        std::vector<rt_value> full = info.defaults;
        std::vector<bool> given(full.size(), false);
        bool keyword_seen = false;
        for (std::size_t i = 0; i < count; i++) {
            if (names[i] == nullptr && keyword_seen) {
                return fail(RT_E_ARGUMENT, "argument_order",
                            "a positional argument follows a named one; the function is `" + info.text + "`",
                            record.name);
            }
            if (names[i] == nullptr && i >= info.positional) {
                return fail(RT_E_ARGUMENT, "argument_count",
                            joined({"at most ", plural(info.positional), " can be given by position; the function is `",
                                    info.text, "`"}),
                            record.name);
            }
            keyword_seen = names[i] != nullptr;
            const std::size_t at = names[i] == nullptr ? i : parameter_for(record, names[i]);
            if (at == SignatureInfo::npos) {
                return RT_E_ARGUMENT;
            }
            if (given[at]) {
                return fail(RT_E_ARGUMENT, "argument_twice",
                            joined({"the parameter '", info.parameters[at].name, "' is given twice; the function is `",
                                    info.text, "`"}),
                            record.name);
            }
            given[at] = true;
            full[at] = args[i];
        }
        for (std::size_t i = 0; i < full.size(); i++) {
            if (!given[i] && !has_default(info.parameters[i])) {
                return fail(RT_E_ARGUMENT, "argument_missing", not_given(info, i), record.name);
            }
        }
        return rt_call(function, full.data(), full.size(), result);
    });
}
