// value.cpp - the memory behind results of dynamic calls.
#include <cstdlib>

#include <rtffi/rtffi.h>

extern "C" void rt_value_clear(rt_value *value) {
    if (value == nullptr) {
        return;
    }
    const bool has_memory = value->type >= RT_TEXT && value->type <= RT_VALUES;
    if (has_memory && (value->flags & RT_VALUE_OWNED) != 0) {
        auto *memory = const_cast<void *>(value->payload.pointer);
        if (value->type == RT_VALUES && memory != nullptr) {
            auto *items = static_cast<rt_value *>(memory);
            for (uint64_t i = 0; i < value->size; i++) {
                rt_value_clear(&items[i]);
            }
        }
        std::free(memory);
    }
    *value = rt_none();
}
