// host_errors.hpp - what the tests of rtffi/host.hpp ask of errors.
#pragma once

#include <doctest/doctest.h>

#include <rtffi/host.hpp>

#include "contains.hpp"

using test::contains;

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
