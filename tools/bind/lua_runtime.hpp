// lua_runtime.hpp - what every Lua binding begins with, as Lua text: nothing but librtffi.so is needed beside the one file.
//
// Each part may use the local names of those before it.
#pragma once

namespace rt::tools::bind {

extern const char *const lua_core;      // the library, errors
extern const char *const lua_types;     // signatures and their types
extern const char *const lua_objects;   // objects of plugins
extern const char *const lua_values;    // values between Lua and C
extern const char *const lua_callables; // Lua functions that are called back
extern const char *const lua_calls;     // calls, scopes

} // namespace rt::tools::bind
