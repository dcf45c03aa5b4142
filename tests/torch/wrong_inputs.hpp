// wrong_inputs.hpp - what wrong inputs are answered with, beyond what support.hpp asks: causes, and wrong handles in places
// where 0 is a good one, in lists, and in native calls.
#pragma once

#include "support.hpp"

namespace torch_test {

// `body` throws an rt::Error of that cause.
template <class Body> void expect_cause(std::string_view cause, Body body) {
    std::string got = "no error";
    try {
        body();
    } catch (const rt::Error &error) {
        got = error.cause();
    }
    CHECK_MESSAGE(got == cause, "the cause is ", got);
}

struct WrongHandle {
    std::int64_t handle;
    const char *text; // in the message
};

// Each sort of handle that is no tensor's and no stream's. `stranger` is a live handle of another class.
inline std::vector<WrongHandle> wrong_handles(std::int64_t stranger, bool zero_is_wrong) {
    std::vector<WrongHandle> all = {{freed_handle(), "freed"}, {-1, "handle"}, {stranger, rt_handle_class(stranger)}};
    if (zero_is_wrong) {
        all.push_back({0, "0"});
    }
    return all;
}

// The function refuses the arguments, and names itself and the argument of that index.
inline void check_refuses(const char *name, const std::vector<rt_value> &arguments, std::size_t index,
                          const char *text) {
    rt_value result{};
    const rt_status got = rt_call(rt_lookup(name), arguments.data(), arguments.size(), &result);
    const rt::Value owner(result);
    const std::string message = last_message();
    check_error(got, message, RT_E_HANDLE, std::string(name) + ": argument " + std::to_string(index + 1) + " (");
    check_error(got, message, RT_E_HANDLE, text);
}

} // namespace torch_test
