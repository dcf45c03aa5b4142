// host_errors.hpp - what the tests of rtffi/host.hpp ask of errors.
#pragma once

#include <string_view>

#include <doctest/doctest.h>

#include <rtffi/host.hpp>

// What `body` throws.
template <class Body> rt::Error error_of(Body body) {
    try {
        body();
    } catch (const rt::Error &error) {
        return error;
    }
    FAIL("no error was thrown");
    return rt::Error(RT_OK, "");
}

inline constexpr bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}
