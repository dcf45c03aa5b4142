// Which LibTorch this is, its random numbers and its threads.
#include "support.hpp"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <thread>

#include "../../plugins/torch/libtorch_version.hpp"

namespace torch_test::test_info {

namespace {

std::int64_t threads() { return call<std::int64_t>("rt_torch_get_num_threads"); }
void set_threads(std::int64_t count) { call("rt_torch_set_num_threads", count); }

// "2.13" of "2.13.0+cpu"
std::string without_patch(const std::string &version) {
    return version.substr(0, version.find('.', version.find('.') + 1));
}

// Puts back the number of threads that the other tests run with.
struct KeepThreads {
    int before = at::get_num_threads();
    ~KeepThreads() { at::set_num_threads(before); }
};

} // namespace

TEST_CASE_FIXTURE(Torch, "LibTorch is available") {
    CHECK(call<bool>("rt_torch_available"));
    CHECK(native<bool()>("rt_torch_available")());
}

TEST_CASE_FIXTURE(Torch,
                  "the version is that of the LibTorch in use, of which the headers may have another patch level") {
    const std::string version = call<std::string>("rt_torch_version");
    CHECK(without_patch(version) == without_patch(TORCH_VERSION));
    CHECK(contains(at::show_config(), "TORCH_VERSION=" + version + ","));
    CHECK(std::count(version.begin(), version.end(), '.') >= 2);
    CHECK(std::isdigit(static_cast<unsigned char>(version.front())) != 0);
    CHECK(native<const char *()>("rt_torch_version")() == version);
}

TEST_CASE_FIXTURE(Torch, "how LibTorch was built is said in its own words") {
    CHECK(call<std::string>("rt_torch_show_config") == at::show_config());
    CHECK(native<const char *()>("rt_torch_show_config")() == at::show_config());
}

TEST_CASE_FIXTURE(Torch, "functions without parameters refuse arguments") {
    expect_error(RT_E_ARGUMENT, "rt_torch_show_config", [] { call("rt_torch_show_config", 1); });
    expect_error(RT_E_ARGUMENT, "rt_torch_available", [] { call("rt_torch_available", 1); });
    expect_error(RT_E_ARGUMENT, "rt_torch_version", [] { call("rt_torch_version", 1); });
    expect_error(RT_E_ARGUMENT, "rt_torch_cuda_available", [] { call("rt_torch_cuda_available", 1); });
    expect_error(RT_E_ARGUMENT, "rt_torch_get_num_threads", [] { call("rt_torch_get_num_threads", 1); });
}

TEST_CASE_FIXTURE(Torch, "the same seed gives the same random numbers, those of LibTorch") {
    const auto draw = [](std::int64_t seed) {
        call("rt_torch_manual_seed", seed);
        return call<H>("rt_torch_tensor_randn", Dims{5});
    };
    const H first = draw(42);
    check_same(draw(42), read(first));
    CHECK_FALSE(read(draw(43)).equal(read(first)));
    at::manual_seed(42);
    check_same(first, at::randn({5}));
    draw(-1);
    expect_error(RT_E_TYPE, "argument 1 (seed)", [] { call("rt_torch_manual_seed", "now"); });
}

TEST_CASE_FIXTURE(Torch, "the number of threads is LibTorch's own, set and read") {
    const KeepThreads keep;
    for (const std::int64_t count : {1, 3}) {
        set_threads(count);
        CHECK(threads() == count);
        CHECK(at::get_num_threads() == count);
    }
}

TEST_CASE_FIXTURE(Torch, "a number of threads that is none is refused, and changes nothing") {
    const KeepThreads keep;
    set_threads(2);
    const std::int64_t most = std::max(64U, 4 * std::thread::hardware_concurrency());
    const std::string text =
        "the number of threads must be from 1 to " + std::to_string(most) + " on this machine, and ";
    expect_error(RT_E_ARGUMENT, text + "not 0", [] { set_threads(0); });
    expect_error(RT_E_ARGUMENT, text + "not " + std::to_string(most + 1), [&] { set_threads(most + 1); });
    expect_error(RT_E_ARGUMENT, "and not -4", [] { set_threads(-4); });
    expect_error(RT_E_ARGUMENT, "the number of threads", [] { set_threads(std::numeric_limits<std::int64_t>::max()); });
    expect_native_error(RT_E_ARGUMENT, "and not 0", [] { native<void(std::int64_t)>("rt_torch_set_num_threads")(0); });
    CHECK(threads() == 2);
}

TEST_CASE("a LibTorch is of the version that the plugin was built for where major and minor agree") {
    using rt::libtorch::same_release;
    CHECK(same_release("1.13.1", "1.13.0"));
    CHECK(same_release("2.13.0+cpu", "2.13.0"));
    CHECK(same_release("2.14.0a0+git1234567", "2.14.1"));
    CHECK(same_release("2.1", "2.1.0"));
    CHECK_FALSE(same_release("2.12.0", "2.13.0"));
    CHECK_FALSE(same_release("1.13.0", "2.13.0"));
    CHECK_FALSE(same_release("2.1.0", "2.10.0")); // no text that begins with the other
    CHECK_FALSE(same_release("2.10.0", "2.1.0"));
    CHECK_FALSE(same_release("2", "2.1.0"));
}

} // namespace torch_test::test_info
