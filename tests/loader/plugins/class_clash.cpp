// class_clash.cpp - registers a class of tracked.cpp's name.
#include <rtffi/plugin.hpp>

namespace {

struct Mine {
    std::int64_t value[3];
};
std::int64_t one() { return 1; }
Mine mine() { return {{7, 8, 9}}; }
std::int64_t value(const Mine &m) { return m.value[0]; }

} // namespace

RT_DECLARE_CLASS(Mine, "Tracked")
RT_CLASS(Mine, "Tracked", "Another's name.")
RT_PLUGIN("class_clash", "1.0.0", "Clashes with a class")
RT_FUNCTION(one, "class_clash_one() -> i64", "1.")
RT_FUNCTION(mine, "class_clash_make() -> Tracked", "Makes one.")
RT_FUNCTION(value, "class_clash_value(t: Tracked) -> i64", "Reads one.")
