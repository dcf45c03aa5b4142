// tracked.hpp - the plugin `tracked`, whose objects count how many were made and destroyed, opened for a test.
#pragma once

#include <cstdint>

#include "support.hpp"

namespace test {

struct Tracked {
    Opened plugin{plugin_path("tracked")};
    std::int64_t (*make)(std::int64_t) = native<std::int64_t(std::int64_t)>("tracked_make");
    std::int64_t (*value)(std::int64_t) = native<std::int64_t(std::int64_t)>("tracked_value");
    std::int64_t (*hold)(std::int64_t, void *) = native<std::int64_t(std::int64_t, void *)>("tracked_hold");
    std::int64_t (*made)() = native<std::int64_t()>("tracked_made");
    std::int64_t (*destroyed)() = native<std::int64_t()>("tracked_destroyed");
    std::int64_t made_before = made();
    std::int64_t destroyed_before = destroyed();

    std::int64_t made_since() const { return made() - made_before; }
    std::int64_t destroyed_since() const { return destroyed() - destroyed_before; }
    std::int64_t alive() const { return made_since() - destroyed_since(); }
};

} // namespace test
