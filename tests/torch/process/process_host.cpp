// process_host.cpp - a host that does not link LibTorch, in situations a process gets into once. Its first argument is
// the situation; it prints what it saw, and exits 0 where nothing went wrong. See test_process.cpp.
#include <rtffi/host.hpp>

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace {

using rt::call;
using rt::Handle;
using Dims = std::vector<std::int64_t>;

constexpr std::int64_t side = 1000; // large enough for LibTorch to share the work out to its threads

[[noreturn]] void give_up(const std::string &what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    _exit(1);
}

void say(const std::string &line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

// side * side * side, by operations of several threads.
double compute() {
    const Handle ones = call<Handle>("rt_torch_tensor_ones", Dims{side, side});
    const Handle doubled = call<Handle>("rt_torch_torchtensor_add", ones, ones);
    const Handle product = call<Handle>("rt_torch_torchtensor_matmul", ones, doubled);
    return call<double>("rt_torch_torchtensor_sum", product) / 2;
}

void check_computing(const char *where) {
    const double got = compute();
    if (got != static_cast<double>(side * side * side)) {
        give_up(std::string(where) + " computed " + std::to_string(got));
    }
}

std::thread worker;
std::string worker_error;
std::atomic<int> rounds{0};

void compute_until_refused() {
    try {
        for (;;) {
            check_computing("the worker");
            rounds++;
        }
    } catch (const rt::Error &error) {
        worker_error = std::string(rt_status_name(error.code())) + " " + error.cause() + ": " + error.what();
    }
}

// A thread computes while main returns. Handlers run last in first out: this one after the plugin's and LibTorch's.
int exit_while_computing(const char *) {
    std::atexit([] {
        worker.join();
        say(worker_error);
    });
    check_computing("main");
    worker = std::thread(compute_until_refused);
    while (rounds < 2) {
        std::this_thread::yield();
    }
    return 0;
}

std::atomic<bool> inside{false};

// A thread of its own runs a backward pass, and `body` inside it.
void backward_on_a_thread(const std::function<void()> &body) {
    const Handle x = call<Handle>("rt_torch_tensor_ones", Dims{});
    call("rt_torch_autograd_set_requires_grad", x, true);
    const Handle hook = rt::make_callable(
        "fn(grad: TorchTensor) -> TorchTensor?",
        [body](std::span<const rt_value>) -> Handle {
            inside = true;
            body();
            return {};
        },
        RT_FUNCTION_ANY_THREAD);
    call("rt_torch_autograd_register_hook", x, hook);
    std::thread([result = call<Handle>("rt_torch_torchtensor_mul", x, x)] {
        call("rt_torch_autograd_backward", result);
    }).detach();
    while (!inside) {
        std::this_thread::yield();
    }
}

std::atomic<bool> returning{false};

// main returns while a thread is inside a call that takes three seconds more.
int one_long_call_at_exit(const char *) {
    backward_on_a_thread([] {
        while (!returning) {
            std::this_thread::yield();
        }
        std::this_thread::sleep_for(std::chrono::seconds(3));
        say("the long call goes to its end");
    });
    say("main returns");
    returning = true;
    return 3;
}

// main returns while a thread is inside a call that never ends.
int endless_call_at_exit(const char *) {
    backward_on_a_thread([] {
        for (;;) {
            pause();
        }
    });
    std::printf("what standard output still held\n");
    return 7;
}

void show_refusal(std::int64_t plugin) {
    rt_error error{};
    error.struct_size = sizeof error;
    const std::int32_t status = rt_dlclose(plugin);
    rt_last_error(&error);
    say(std::string(rt_status_name(status)) + ": " + (status == RT_OK ? "" : error.message));
}

// A retired plugin is opened again: LibTorch never left, and neither did what the plugin prepared.
int close_and_open_again(const char *) {
    const std::int64_t plugin = rt_dlopen("torch", 0);
    Handle tensor = call<Handle>("rt_torch_tensor_ones", Dims{2, 3});
    Handle other = call<Handle>("rt_torch_tensor_eye", 2);
    Handle module = call<Handle>("rt_torch_module_relu");
    show_refusal(plugin);
    if (call<double>("rt_torch_torchtensor_sum", tensor) != 6) {
        give_up("a refused close has changed something");
    }
    const rt_function *sum = rt_lookup("rt_torch_torchtensor_sum");
    module.reset();
    other.reset();
    show_refusal(plugin);
    const std::int64_t freed = tensor.get();
    tensor.reset();
    show_refusal(plugin);

    const rt_value argument = rt_handle(freed);
    rt_value result{};
    say(std::string("closed: ") + rt_status_name(rt_call(sum, &argument, 1, &result)) + ", " +
        (rt_lookup("rt_torch_torchtensor_sum") == nullptr ? "gone" : "there"));
    for (int i = 0; i < 3; i++) {
        const std::int64_t again = rt_dlopen("torch", 0);
        if (again == 0) {
            give_up(rt_dlerror());
        }
        check_computing("the plugin, opened again,");
        say(rt_lookup("rt_torch_torchtensor_sum") == sum ? "the same record" : "another record");
        show_refusal(again);
    }
    if (rt_dlopen("torch", 0) == 0) {
        give_up(rt_dlerror());
    }
    check_computing("the plugin, opened once more,");
    return 0;
}

// exit() inside a callback of LibTorch's, on the thread that is inside a call of the plugin.
int exit_from_callback(const char *) {
    const Handle x = call<Handle>("rt_torch_tensor_ones", Dims{});
    call("rt_torch_autograd_set_requires_grad", x, true);
    const Handle hook =
        rt::make_callable("fn(grad: TorchTensor) -> TorchTensor?", [](std::span<const rt_value>) -> Handle {
            say("in the callback");
            std::exit(0);
        });
    call("rt_torch_autograd_register_hook", x, hook);
    call("rt_torch_autograd_backward", call<Handle>("rt_torch_torchtensor_mul", x, x));
    give_up("exit returned");
}

int in_child() {
    alarm(100); // a child that hangs is killed
    check_computing("the child");
    say("child: " + std::to_string(call<std::int64_t>("rt_torch_get_num_threads")) + " thread");
    try {
        call("rt_torch_set_num_threads", 4);
    } catch (const rt::Error &error) {
        say(std::string("child: ") + error.cause() + ": " + error.what());
    }
    check_computing("the child, again");
    return 0;
}

int fork_after_parallel_work(const char *) {
    call("rt_torch_set_num_threads", 4);
    check_computing("the parent");
    const pid_t child = fork();
    if (child == 0) {
        return in_child();
    }
    int status = -1;
    waitpid(child, &status, 0);
    say("child ended with " + std::to_string(status));
    check_computing("the parent, after the fork");
    say("parent: " + std::to_string(call<std::int64_t>("rt_torch_get_num_threads")) + " threads");
    return 0;
}

// No thread is lost where there was one only.
int fork_while_alone(const char *) {
    call("rt_torch_set_num_threads", 1);
    check_computing("the parent");
    const pid_t child = fork();
    if (child == 0) {
        alarm(100);
        call("rt_torch_set_num_threads", 2);
        check_computing("the child");
        say("child: " + std::to_string(call<std::int64_t>("rt_torch_get_num_threads")) + " threads");
        return 0;
    }
    int status = -1;
    waitpid(child, &status, 0);
    say("child ended with " + std::to_string(status));
    return 0;
}

// LibTorch warns when the gradient of a computed tensor is asked for.
void cause_warning() {
    const Handle x = call<Handle>("rt_torch_tensor_ones", Dims{});
    call("rt_torch_autograd_set_requires_grad", x, true);
    call("rt_torch_autograd_grad", call<Handle>("rt_torch_torchtensor_mul", x, x));
}

int warn_to_sink(const char *) {
    rt_log_set([](void *, std::int32_t level, const char *plugin,
                  const char *message) { say("sink: " + std::to_string(level) + " " + plugin + ": " + message); },
               nullptr);
    cause_warning();
    std::thread(cause_warning).join();
    return 0;
}

int warn_without_sink(const char *) {
    cause_warning();
    return 0;
}

// `path` is another LibTorch.
int load_beside(const char *path) {
    void *other = dlopen(path, RTLD_NOW);
    if (other == nullptr) {
        give_up(dlerror());
    }
    if (rt_dlopen("torch", RT_DLOPEN_REQUIRE_REAL) != 0) {
        give_up("the plugin was loaded beside " + std::string(path));
    }
    rt_error error{};
    error.struct_size = sizeof error;
    rt_last_error(&error);
    say(std::string(rt_status_name(error.code)) + " " + error.cause + ": " + error.message);
    // Nothing of the refused plugin came in: without the other one it loads.
    dlclose(other);
    check_computing("the plugin, loaded later,");
    say("loaded afterwards");
    return 0;
}

const std::map<std::string, int (*)(const char *)> situations = {
    {"exit_while_computing", exit_while_computing}, {"one_long_call_at_exit", one_long_call_at_exit},
    {"endless_call_at_exit", endless_call_at_exit}, {"exit_from_callback", exit_from_callback},
    {"close_and_open_again", close_and_open_again}, {"fork_after_parallel_work", fork_after_parallel_work},
    {"fork_while_alone", fork_while_alone},         {"warn_to_sink", warn_to_sink},
    {"warn_without_sink", warn_without_sink},       {"load_beside", load_beside},
};

} // namespace

int main(int argc, char **argv) {
    try {
        return situations.at(argc > 1 ? argv[1] : "")(argc > 2 ? argv[2] : "");
    } catch (const std::exception &error) {
        give_up(error.what());
    }
}
