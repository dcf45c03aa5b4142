// operator_overload.hpp - the function that tells which overload of an operator a call takes, as the plugin and its stub register it.
#pragma once

#include <rtffi/plugin.h>

#define RT_OVERLOAD_SIGNATURE "rt_torch_operator_overload(...) -> any"
#define RT_OVERLOAD_DOC                                                                                                        \
    "The name of the overload that a call of an operator takes: of \"aten::add\", x, 2 it is \"aten::add.Scalar\". After the " \
    "operator's name come the arguments of the call, by position or by name. Nothing is called."

namespace rt::overload {

inline bool names_an_operator(const rt_value *args, size_t count) { return count != 0 && args[0].type == RT_TEXT; }
constexpr const char *no_name =
    "the first argument is an operator's name, such as \"aten::add\"; those of the call follow";

} // namespace rt::overload

// Registers the two entries. At namespace scope, once.
#define RT_OPERATOR_OVERLOAD(dynamic, named)                                                                           \
    static const rt_function_desc rt_overload_desc = {sizeof(rt_function_desc),                                        \
                                                      RT_OVERLOAD_SIGNATURE,                                           \
                                                      RT_OVERLOAD_DOC,                                                 \
                                                      "operators",                                                     \
                                                      nullptr,                                                         \
                                                      dynamic,                                                         \
                                                      nullptr,                                                         \
                                                      0,                                                               \
                                                      nullptr,                                                         \
                                                      named};                                                          \
    static const rt_record rt_overload_record = {RT_RECORD_FUNCTION, &rt_overload_desc, nullptr};                      \
    RT_RECORD(rt_overload_record)                                                                                      \
    RT_NOTE(RT_NOTE_FUNCTION, "sig=" RT_OVERLOAD_SIGNATURE "\0doc=" RT_OVERLOAD_DOC "\0group=operators\0flags=0")
