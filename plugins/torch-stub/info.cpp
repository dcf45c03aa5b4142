// info.cpp - that there is no LibTorch, why, and settings that nothing depends on.
#include "functions.hpp"

#include <atomic>

namespace rt::stub {

namespace {

std::atomic<std::int64_t> threads = 1;

} // namespace

bool rt_torch_available() { return false; }
std::string rt_torch_version() { return ""; }
std::string rt_torch_show_config() { return ""; }
std::string rt_torch_why_unavailable() { return why_unavailable(); }

void rt_torch_manual_seed(std::int64_t) {}
std::int64_t rt_torch_get_num_threads() { return threads; }
void rt_torch_set_num_threads(std::int64_t count) {
    libtorch::check_thread_count(count);
    threads = count;
}

} // namespace rt::stub
