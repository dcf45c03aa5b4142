#include "stub.hpp"

#include <algorithm>
#include <cstdlib>

#include "text.hpp"

namespace rt::core {

bool is_stub(const Metadata &metadata) { return metadata.value("variant") == "stub"; }

bool requires_real(const std::string &plugin, int flags) {
    if ((flags & RT_DLOPEN_REQUIRE_REAL) != 0) {
        return true;
    }
    // secure_getenv: a set-user-ID program is not told by its caller what to need.
    const char *value = secure_getenv("RTFFI_REQUIRE");
    std::string list = value != nullptr ? value : "";
    // Whatever it was separated by, a demand must not be overlooked for that.
    std::replace_if(
        list.begin(), list.end(), [](char c) { return std::string_view(" \t\n:;").find(c) != std::string_view::npos; },
        ',');
    const std::vector<std::string> names = split(list, ',');
    return std::find(names.begin(), names.end(), plugin) != names.end();
}

bool refuses_file(const std::string &path, int flags) {
    if ((flags & RT_DLOPEN_REQUIRE_REAL) == 0 && secure_getenv("RTFFI_REQUIRE") == nullptr) {
        return false; // the file is not read twice for nothing
    }
    Metadata metadata;
    return read_metadata(path, metadata) && is_stub(metadata) && requires_real(metadata.value("name"), flags);
}

Outcome stub_refused(const std::string &path, const Outcome &why) {
    const std::string refusal =
        joined({"the stub ", path,
                " is refused, because the host asked for the real plugin (RT_DLOPEN_REQUIRE_REAL, or "
                "RTFFI_REQUIRE)"});
    if (why) {
        return {RT_E_UNAVAILABLE, "stub", refusal};
    }
    return {why.code, why.cause, joined({why.message, "; ", refusal})};
}

Outcome why_taken(const Candidate &candidate, const Outcome &first) {
    if (!first || !is_stub(*candidate.metadata)) {
        return first;
    }
    return {RT_E_NOT_FOUND, "only_a_stub",
            joined({"no other variant of '", candidate.value("name"), "' was found; ", what_was_searched()})};
}

} // namespace rt::core
