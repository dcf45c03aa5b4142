#define HOOK_NAME "hook_d"
#include "hook.hpp"
