// 32 threads that open, call and close the same ten plugins: RTFFI_FAULT_STORM_SECONDS long.
#include <array>
#include <atomic>
#include <chrono>
#include <random>

#include <doctest/doctest.h>

#include "fault.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Stormed {
    const char *plugin;
    const char *function; // without parameters
    std::int64_t answer;
};
constexpr std::array<Stormed, 10> plugins = {{
    {"hook_a", "hook_a_answer", 42},
    {"hook_b", "hook_b_answer", 42},
    {"hook_c", "hook_c_answer", 42},
    {"hook_d", "hook_d_answer", 42},
    {"storm_0", "storm_0_answer", 0},
    {"storm_1", "storm_1_answer", 1},
    {"storm_2", "storm_2_answer", 2},
    {"storm_3", "storm_3_answer", 3},
    {"storm_4", "storm_4_answer", 4},
    {"storm_5", "storm_5_answer", 5},
}};

std::string path_of(const Stormed &one) {
    const std::string name = one.plugin;
    return name.starts_with("storm") ? faults::plugin_path(name) : test::plugin_path(name);
}

// The answer, or an error that says that the plugin was closed meanwhile.
bool answers(const Stormed &one, bool open) {
    const rt_function *function = rt_lookup(one.function);
    if (function == nullptr) {
        return !open && test::last_error().code == RT_E_NOT_FOUND;
    }
    rt_value result = rt_none();
    const rt_status status = rt_call(function, nullptr, 0, &result);
    return status == RT_OK ? result.payload.integer == one.answer
                           : !open && status == RT_E_UNAVAILABLE && test::last_error().cause == "closed";
}

} // namespace

TEST_CASE(
    "32 threads open, call and close ten plugins, and each call is answered rightly or with the documented error") {
    const faults::Registry before = faults::registry();
    const auto end = Clock::now() + std::chrono::seconds(RTFFI_FAULT_STORM_SECONDS);
    std::atomic<long> rounds{0};
    std::atomic<long> wrong{0};
    test::on_threads(32, [&](int thread) {
        std::mt19937 random(static_cast<unsigned>(thread));
        long mine = 0;
        while (Clock::now() < end) {
            const Stormed &one = plugins[random() % plugins.size()];
            test::Opened plugin(path_of(one));
            const bool fine = plugin.handle != 0 && answers(one, true) && plugin.close() == RT_OK &&
                              answers(plugins[random() % plugins.size()], false);
            wrong += fine ? 0 : 1;
            mine++;
        }
        rounds += mine;
    });
    CHECK(wrong == 0);
    CHECK(rounds > 32);
    CHECK(faults::registry() == before);
    faults::count("a thread that opens, calls and closes plugins beside 31 others", 32, wrong == 0 ? 32 : 0);
}
