#define HOOK_NAME "hook_b"
#include "hook.hpp"
