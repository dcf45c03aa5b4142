// Living in somebody's process: another LibTorch, fork, exit, warnings. Each in a process of its own, process_host.
#include "support.hpp"

#include <c10/core/Allocator.h>
#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "../../plugins/torch/version.hpp"
#include "../loader/support/child.hpp"

namespace torch_test::test_process {

namespace {

const std::string folder = RTFFI_TEST_PROCESS;

test::ChildResult host(const std::string &situation, const std::string &argument = "",
                       std::vector<std::string> environment = {}) {
    environment.emplace_back("OPENBLAS_NUM_THREADS=1"); // OpenBLAS would start its threads as it is loaded
    return test::run_program({folder + "/process_host", situation, argument}, environment);
}

void check_ended_well(const test::ChildResult &result) {
    CHECK_MESSAGE(result.status == 0, "status ", result.status, ", output: ", result.output);
}

// The file that `function`, of LibTorch's, lies in.
std::filesystem::path file_of(const void *function) {
    Dl_info info{};
    REQUIRE(dladdr(function, &info) != 0);
    return info.dli_fname;
}

// What stands in `text` between the two, which must be there.
std::string between(const std::string &text, const std::string &before, const std::string &after) {
    const std::size_t begin = text.find(before);
    REQUIRE_MESSAGE(begin != std::string::npos, text);
    const std::size_t end = text.find(after, begin + before.size());
    REQUIRE_MESSAGE(end != std::string::npos, text);
    return text.substr(begin + before.size(), end - begin - before.size());
}

void check_refused_beside(const std::string &library, const void *function_of_ours) {
    const std::string other = folder + "/" + library;
    const test::ChildResult result = host("load_beside", other);
    check_ended_well(result);
    CHECK(contains(result.output, "RT_E_UNAVAILABLE second_copy: "));
    CHECK(contains(result.output, "another copy of " + library + " is in the process already (" + other + ")"));
    CHECK(std::filesystem::equivalent(between(result.output, " needs ", ";"), file_of(function_of_ours)));
    CHECK(contains(result.output, "loaded afterwards"));
}

constexpr const char *warning = "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed";

struct Collected final : rt::libtorch::WarningReceiver {
    void take(const std::string &message) override { text += message; }
    std::string text;
};

} // namespace

TEST_CASE("another libtorch_cpu in the process: the plugin is refused with both paths, and the process goes on") {
    check_refused_beside("libtorch_cpu.so", reinterpret_cast<const void *>(&at::show_config));
}

TEST_CASE("another libc10 in the process: the plugin is refused with both paths, and the process goes on") {
    check_refused_beside("libc10.so", reinterpret_cast<const void *>(&c10::GetAllocator));
}

TEST_CASE_FIXTURE(Torch, "the plugin's own LibTorch in the process, as here, is no reason to refuse it") {
    CHECK(call<bool>("rt_torch_available"));
}

TEST_CASE("a child forked after parallel work computes, on one thread, and cannot ask for more") {
    const test::ChildResult result = host("fork_after_parallel_work");
    check_ended_well(result);
    CHECK(contains(result.output, "child: 1 thread\n"));
    CHECK(contains(result.output,
                   "child: forked: rt_torch_set_num_threads: this process was forked from one whose threads"));
    CHECK(contains(result.output, "child ended with 0\n"));
    CHECK(contains(result.output, "parent: 4 threads\n"));
}

TEST_CASE("a child forked while there was one thread only has all of LibTorch's threads to come") {
    const test::ChildResult result = host("fork_while_alone");
    check_ended_well(result);
    CHECK(contains(result.output, "child: 2 threads\n"));
    CHECK(contains(result.output, "child ended with 0\n"));
}

TEST_CASE("main may return while a thread computes: the process ends well, and the thread's next call is an error") {
    for (int i = 0; i < 3; i++) {
        const test::ChildResult result = host("exit_while_computing");
        check_ended_well(result);
        CHECK(contains(result.output, "RT_E_UNAVAILABLE exiting: "));
        CHECK(contains(result.output, "the process is exiting and LibTorch is being taken down"));
    }
}

TEST_CASE("main may return while a thread is inside one call of several seconds: exit waits for it") {
    const test::ChildResult result = host("one_long_call_at_exit");
    CHECK(result.status == 3);
    CHECK(result.output == "main returns\nthe long call goes to its end\n");
}

TEST_CASE("a call that does not end in time is left behind, with a message and the status that main returned") {
    const test::ChildResult result = host("endless_call_at_exit", "", {"RTFFI_TORCH_EXIT_SECONDS=1"});
    CHECK(result.status == 7);
    CHECK(contains(result.output, "rtffi: torch: a call into LibTorch has not ended 1 s after exit was "
                                  "called: the process ends now, without the exit handlers that are left."));
    CHECK(contains(result.output, "what standard output still held\n"));
}

TEST_CASE("the plugin is closed only when nothing of it is alive, and computes when it is opened again") {
    const test::ChildResult result = host("close_and_open_again");
    check_ended_well(result);
    CHECK(contains(result.output,
                   "RT_E_BUSY: the plugin 'torch' cannot be closed: 3 handles of it alive (1 TorchModule, "
                   "2 TorchTensor); free them first"));
    CHECK(contains(result.output,
                   "RT_E_BUSY: the plugin 'torch' cannot be closed: 1 handle of it alive (1 TorchTensor)"));
    CHECK(contains(result.output, "closed: RT_E_UNAVAILABLE, gone\n"));
    CHECK(contains(result.output, "the same record\nRT_OK: \nthe same record\nRT_OK: \nthe same record\nRT_OK: \n"));
}

TEST_CASE("exit inside a callback ends the process well") {
    const test::ChildResult result = host("exit_from_callback");
    check_ended_well(result);
    CHECK(result.output == "in the callback\n");
}

TEST_CASE("LibTorch's warnings arrive at the host's log from every thread, and nowhere else") {
    const test::ChildResult result = host("warn_to_sink");
    check_ended_well(result);
    CHECK(contains(result.output, std::string("sink: 2 torch: ") + warning));
    // All of the output is the two warnings at the sink.
    const std::string half = result.output.substr(0, result.output.size() / 2);
    CHECK(result.output == half + half);
    CHECK(half.rfind("sink: ") == 0);
}

TEST_CASE("without a sink of the host's LibTorch's warnings are the log's lines on standard error") {
    const test::ChildResult result = host("warn_without_sink");
    check_ended_well(result);
    CHECK(result.output.rfind(std::string("rtffi: warning: torch: ") + warning, 0) == 0);
}

TEST_CASE_FIXTURE(Torch, "a thread whose warnings go where its program sent them keeps that") {
    std::thread([] {
        Collected collected;
        auto *before = rt::libtorch::warning_functions::get_warning_handler();
        rt::libtorch::warning_functions::set_warning_handler(&collected);
        const H x = parameter({1}, {});
        CHECK_FALSE(grad(call<H>("rt_torch_torchtensor_mul", x, x)));
        rt::libtorch::warning_functions::set_warning_handler(before);
        CHECK(contains(collected.text, warning));
    }).join();
}

} // namespace torch_test::test_process
