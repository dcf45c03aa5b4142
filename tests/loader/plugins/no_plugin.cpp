// no_plugin.cpp - a function, and RT_PLUGIN forgotten.
#include <rtffi/plugin.hpp>

static std::int64_t lonely() { return 1; }

RT_FUNCTION(lonely, "lonely_function() -> i64", "1.")
