// two_of_one_name.cpp - registers one name twice.
#include <rtffi/plugin.hpp>

static std::int64_t one() { return 1; }

RT_PLUGIN("two_of_one_name", "1.0.0", "One name twice")
RT_FUNCTION(one, "twice_registered() -> i64", "1.")
RT_FUNCTION(one, "twice_registered() -> i64", "1.")
