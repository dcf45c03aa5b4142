// info.cpp - which LibTorch this is, and its settings.
#include "tensor.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>

#include "arguments.hpp"
#include "fork.hpp"
#include "version.hpp"

#undef RT_GROUP
#define RT_GROUP "info"

namespace rt::libtorch {

namespace {

// The version of the library in use, which may be newer than the headers (Debian's 1.13.1 comes with those of 1.13.0).
std::string version() {
    const std::string running = version_in_process();
    return running.empty() ? TORCH_VERSION : running;
}

void set_num_threads(std::int64_t count) {
    check_thread_count(count);
    if (count > 1 && lost_threads_in_fork()) {
        throw Error(RT_E_UNAVAILABLE,
                    "this process was forked from one whose threads are gone here, so LibTorch must keep to one: fork "
                    "before the first computation, or start a new program",
                    "forked");
    }
    at::set_num_threads(static_cast<int>(count));
}

} // namespace

// As the stub answers them, which is registered with these texts, too.
RT_FUNCTION(
    +[] { return true; }, "rt_torch_available() -> bool",
    "Whether LibTorch is there; false in the stub, which knows shapes but no numbers.")
RT_FUNCTION(version, "rt_torch_version() -> text", "LibTorch's version, such as 2.13.0; empty where it is not there.")
RT_FUNCTION(at::show_config, "rt_torch_show_config() -> text",
            "How LibTorch was built: its BLAS, its CUDA, its compiler; empty where it is not there.")
RT_FUNCTION(
    +[] { return std::string(); }, "rt_torch_why_unavailable() -> text",
    "Why LibTorch is not there, and how to get it; empty where it is.")

#undef RT_GROUP
#define RT_GROUP "tensor"

RT_FUNCTION(
    +[](std::int64_t seed) { at::manual_seed(static_cast<std::uint64_t>(seed)); }, "rt_torch_manual_seed(seed: i64)",
    "Seeds the random numbers of all devices, so that a program gives the same results again.")
RT_FUNCTION(
    +[]() -> std::int64_t { return at::get_num_threads(); }, "rt_torch_get_num_threads() -> i64",
    "How many threads an operation on the CPU is shared out to.")
RT_FUNCTION(set_num_threads, "rt_torch_set_num_threads(count: i64)",
            "Sets how many threads an operation on the CPU is shared out to: at most four for each that the hardware "
            "has, and 64 on small machines.")

} // namespace rt::libtorch
