#include "child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string_view>

#include <doctest/doctest.h>

#include <rtffi/rtffi.h>

namespace test {

namespace {

std::map<std::string, void (*)()> &bodies() {
    static std::map<std::string, void (*)()> map;
    return map;
}

[[noreturn]] void end_child(const std::string &what) {
    const char *error = rt_dlerror();
    std::fprintf(stderr, "%s; last error: %s\n", what.c_str(), error != nullptr ? error : "none");
    std::fflush(stderr);
    _exit(1);
}

// Everything the child writes, until it closes its end or the deadline has passed.
std::string drain(int descriptor, std::chrono::steady_clock::time_point deadline, bool &late) {
    std::string output;
    char buffer[4096];
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd ready = {descriptor, POLLIN, 0};
        if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) == 0) {
            late = true;
            return output;
        }
        const ssize_t got = read(descriptor, buffer, sizeof buffer);
        if (got <= 0) {
            return output;
        }
        output.append(buffer, static_cast<std::size_t>(got));
    }
}

} // namespace

ChildBody::ChildBody(const char *name, void (*body)()) { bodies().emplace(name, body); }

int child_main(const std::string &name) {
    const auto found = bodies().find(name);
    if (found == bodies().end()) {
        std::fprintf(stderr, "no child body named %s\n", name.c_str());
        return 2;
    }
    // The same checks as in a test case; the first that fails ends the child.
    doctest::Context context;
    context.setAsDefaultForAssertsOutOfTestCases();
    context.setAssertHandler([](const doctest::AssertData &data) {
        end_child(std::string(data.m_file) + ":" + std::to_string(data.m_line) + ": " + data.m_expr + " is not so");
    });
    found->second();
    return 0;
}

void expect(bool condition, const std::string &what) {
    if (!condition) {
        end_child("expected: " + what);
    }
}

ChildResult run_program(const std::vector<std::string> &arguments, const std::vector<std::string> &environment) {
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    std::vector<char *> argv;
    for (const std::string &argument : arguments) {
        argv.push_back(const_cast<char *>(argument.c_str()));
    }
    argv.push_back(nullptr);
    // One setting of each name: of two, getenv takes the first and the dynamic linker the last.
    std::vector<char *> envp;
    for (const std::string &setting : environment) {
        envp.push_back(const_cast<char *>(setting.c_str()));
    }
    for (char **at = environ; *at != nullptr; at++) {
        const std::string_view setting = *at;
        const std::string_view name = setting.substr(0, setting.find('=') + 1);
        if (std::none_of(environment.begin(), environment.end(),
                         [&](const std::string &other) { return other.starts_with(name); })) {
            envp.push_back(*at);
        }
    }
    envp.push_back(nullptr);
    pid_t pid = 0;
    REQUIRE(posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), envp.data()) == 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);

    ChildResult result;
    bool late = false;
    result.output = drain(ends[0], std::chrono::steady_clock::now() + std::chrono::seconds(120), late);
    if (late) {
        kill(pid, SIGKILL);
    }
    int status = 0;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    close(ends[0]);
    result.status = late ? 124 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

std::vector<std::string> signals_unhandled() {
    std::vector<std::string> settings;
    for (const char *options : {"ASAN_OPTIONS", "TSAN_OPTIONS"}) {
        const char *set = std::getenv(options);
        settings.push_back(std::string(options) + "=" + (set != nullptr ? set : "") +
                           ":handle_segv=0:handle_sigbus=0:handle_abort=0:use_sigaltstack=0");
    }
    return settings;
}

ChildResult run_child(const std::string &name, const std::vector<std::string> &environment) {
    return run_program({"/proc/self/exe", "--child", name}, environment);
}

void passes(const std::string &name, const std::vector<std::string> &environment) {
    const ChildResult result = run_child(name, environment);
    CHECK_MESSAGE(result.status == 0, name, ": ", result.status, ": ", result.output);
}

} // namespace test
