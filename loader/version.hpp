// version.hpp - versions of plugins, "1.2.10", and the ranges that others ask for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"

namespace rt::core {

// Number by number, from the left; a missing number is 0, and "1.0-rc1" is before "1.0". Less than 0, 0, more than 0.
int compare_versions(std::string_view a, std::string_view b);

// One plugin that another needs: "geometry", "geometry >= 1.2", "geometry >= 1.2, < 2".
struct Need {
    std::string name;
    std::string text; // as written

    struct Bound {
        std::string comparison; // ">=", ">", "<=", "<", "="
        std::string version;
    };
    std::vector<Bound> bounds;

    bool satisfied_by(std::string_view version) const;
};

// The key `needs` of a plugin's record: needs separated by semicolons.
Outcome parse_needs(std::string_view text, std::vector<Need> &out);

} // namespace rt::core
