#define HOOK_NAME "hook_a"
#include "hook.hpp"
