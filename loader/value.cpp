// value.cpp - the memory behind results of dynamic calls.
#include <cstdlib>

#include <rtffi/rtffi.h>

namespace {

// Frees what one value has, but for a list with values in it, which is the answer.
rt_value *free_or_open(rt_value &value) {
    const bool has_memory = value.type >= RT_TEXT && value.type <= RT_VALUES;
    if (!has_memory || (value.flags & RT_VALUE_OWNED) == 0) {
        return nullptr;
    }
    auto *memory = const_cast<void *>(value.payload.pointer);
    if (value.type == RT_VALUES && memory != nullptr && value.size != 0) {
        return static_cast<rt_value *>(memory);
    }
    std::free(memory);
    return nullptr;
}

} // namespace

// Lists may lie in lists as deep as memory is, so the way back is kept in them and not on the stack: the value whose list
// is open holds the one above it and its own place among its neighbours.
extern "C" void rt_value_clear(rt_value *value) {
    if (value == nullptr) {
        return;
    }
    rt_value *above = nullptr;
    uint64_t left = value->size;
    for (rt_value *list = free_or_open(*value); list != nullptr;) {
        if (left != 0) {
            rt_value &item = list[--left];
            if (rt_value *inner = free_or_open(item); inner != nullptr) {
                const uint64_t place = left;
                left = item.size;
                item.payload.pointer = above;
                item.size = place;
                above = &item;
                list = inner;
            }
            continue;
        }
        std::free(list);
        list = nullptr;
        if (above != nullptr) {
            left = above->size;
            list = above - left;
            above = static_cast<rt_value *>(const_cast<void *>(above->payload.pointer));
        }
    }
    *value = rt_none();
}
