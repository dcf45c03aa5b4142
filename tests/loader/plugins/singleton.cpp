// singleton.cpp - needs a library of which a process can bear one copy only.
#include <rtffi/plugin.hpp>

extern "C" int fake_singleton_answer(void);

static std::int64_t answer() { return fake_singleton_answer(); }

RT_PLUGIN("singleton", "1.0.0", "Needs the only copy")
RT_PLUGIN_KEY("singletons", "libfakesingleton.so")
RT_FUNCTION(answer, "singleton_answer() -> i64", "What the library says.")
