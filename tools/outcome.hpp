// outcome.hpp - the core's own functions, called from the command: what they answer is thrown where it is an error.
#pragma once

#include <rtffi/host.hpp>
#include <string>

#include "../loader/canonical_path.hpp"

namespace rt::tools {

inline void check(const core::Outcome &outcome) {
    if (!outcome) {
        throw Error(outcome.code, outcome.message, outcome.cause.c_str());
    }
}

// The path without symbolic links, `.` and `..`.
inline std::string canonical(const std::string &path) {
    std::string result;
    check(core::canonical_path(path, result));
    return result;
}

} // namespace rt::tools
