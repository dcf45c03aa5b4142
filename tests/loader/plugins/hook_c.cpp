#define HOOK_NAME "hook_c"
#include "hook.hpp"
