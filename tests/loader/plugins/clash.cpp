// clash.cpp - registers `clash_free`, `clash_taken` and the class Tracked: the second and the third may be somebody's already.
#include <rtffi/plugin.hpp>

namespace {

std::int64_t one() { return 1; }

} // namespace

RT_PLUGIN("clash", "1.0.0", "Clashes with others")
RT_FUNCTION(one, "clash_free() -> i64", "1.")
RT_FUNCTION(one, "clash_taken() -> i64", "1.")
