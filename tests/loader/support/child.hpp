// child.hpp - tests that need a process of their own: an environment, a deadline, an end.
//
//     CHILD("fork/after_load") { expect(rt_dlopen(...) != 0, "it opens"); }
//     TEST_CASE("...") { test::passes("fork/after_load", {"RTFFI_LOAD_TIMEOUT=1"}); }
#pragma once

#include <string>
#include <vector>

namespace test {

struct ChildResult {
    int status = -1; // exit status; 128 and more: killed by that signal; 124: killed after the deadline
    std::string output;
};

// Runs the child body of that name in a fresh process of this program; `environment` holds NAME=VALUE texts.
ChildResult run_child(const std::string &name, const std::vector<std::string> &environment = {});

// The test that a child body is: it passes where that comes to its end.
void passes(const std::string &name, const std::vector<std::string> &environment = {});

// Settings with which a child's signals are its end, and no report of a sanitizer's, which exits then.
std::vector<std::string> signals_unhandled();

// Runs another program the same way.
ChildResult run_program(const std::vector<std::string> &arguments, const std::vector<std::string> &environment = {});

// Ends the child process with status 1 where `condition` does not hold; CHECK and REQUIRE do so, too.
void expect(bool condition, const std::string &what);

// What main does with `--child NAME`.
int child_main(const std::string &name);

struct ChildBody {
    ChildBody(const char *name, void (*body)());
};

} // namespace test

#define RTFFI_JOIN_(a, b) a##b
#define RTFFI_JOIN(a, b) RTFFI_JOIN_(a, b)
#define CHILD(name) CHILD_NUMBERED(name, RTFFI_JOIN(child_body_, __COUNTER__), RTFFI_JOIN(child_entry_, __COUNTER__))
#define CHILD_NUMBERED(name, function, entry)                                                                          \
    static void function();                                                                                            \
    static const test::ChildBody entry(name, function);                                                                \
    static void function()
