// SPDX-License-Identifier: Apache-2.0
// test_plugin.hpp - the plugin under test, what a call failed with, and what a block left alive.
#ifndef RTFFI_DETAIL_TEST_PLUGIN_HPP
#define RTFFI_DETAIL_TEST_PLUGIN_HPP

#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include "host_call.hpp"
#include "host_registry.hpp"

namespace rt::test {

// A plugin's file, opened for the length of a test.
class Plugin {
  public:
    // Throws what rt_dlopen reports.
    explicit Plugin(const std::filesystem::path &file) : library_(std::filesystem::absolute(file).string()) {
        const std::string path = std::filesystem::canonical(file).string();
        for (const PluginInfo &info : Registry::plugins()) {
            if (info.path == path) {
                name_ = info.name;
            }
        }
    }

    const std::string &name() const noexcept { return name_; }
    std::vector<FunctionInfo> functions() const {
        std::vector<FunctionInfo> own;
        for (FunctionInfo &function : Registry::functions()) {
            if (function.plugin == name_) {
                own.push_back(std::move(function));
            }
        }
        return own;
    }
    // Closes it. Throws RT_E_BUSY while objects of it live.
    void close() { library_.close(); }

  private:
    Library library_;
    std::string name_;
};

// What a block failed with; code RT_OK where it did not.
struct Failure {
    rt_status code = RT_OK;
    std::string cause;
    std::string message;
};

// Runs `body` and returns the rt::Error that it threw. Memory that ran out in the test itself counts as RT_E_MEMORY.
template <class Body> Failure failure_of(Body body) {
    try {
        body();
        return {};
    } catch (const Error &error) {
        return {error.code(), error.cause(), error.what()};
    } catch (const std::bad_alloc &) {
        return {RT_E_MEMORY, "", "memory is exhausted in the test itself"};
    }
}

// Counts handles from its making on: CHECK(leaks.found() == "").
class Leaks {
  public:
    // "", or how many handles more are alive now and, as JSON, which; RTFFI_TRACE_HANDLES=1 adds the calls that made them.
    std::string found() const {
        const std::int64_t more = rt_handle_count() - before_;
        if (more == 0) {
            return "";
        }
        rt_value report{};
        detail::check(rt_handle_report(&report));
        const Value owned(report);
        return std::to_string(more) + " more handles are alive than before; all that are: " + owned.as<std::string>();
    }

  private:
    std::int64_t before_ = rt_handle_count();
};

// What a series of trials found. `tried` tells a test that there were any.
struct Report {
    int tried = 0;
    std::vector<std::string> problems;

    // "" where all is well, else a line for each problem.
    std::string text() const {
        std::string lines;
        for (const std::string &problem : problems) {
            lines += problem + "\n";
        }
        return lines;
    }
};

} // namespace rt::test

#endif
