// Callables of the host's that see gradients on their way, on whatever thread LibTorch computes them.
#include "support.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>

namespace torch_test::test_autograd_hooks {

namespace {

constexpr const char *hook_type = "fn(grad: TorchTensor) -> TorchTensor?";

H mul(const H &a, double b) { return call<H>("rt_torch_torchtensor_mul_scalar", a, b); }

// `body` gets the gradient and gives a handle to a tensor, or an empty one for none.
template <class Body> H hook(const Body &body, std::uint64_t flags = 0) {
    return rt::make_callable(
        hook_type, [body](std::span<const rt_value> arguments) -> H { return body(arguments[0].payload.integer); },
        flags);
}

std::int64_t add_hook(const H &x, const H &callable) {
    return call<std::int64_t>("rt_torch_autograd_register_hook", x, callable);
}

struct Outcome {
    rt_status code = RT_OK;
    std::string message;
};

Outcome try_backward(const H &y) {
    try {
        backward(y);
    } catch (const rt::Error &error) {
        return {error.code(), error.what()};
    }
    return {};
}

// LibTorch's threads let go of a backward pass a moment after it has ended.
void wait_for_handles(std::int64_t count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (rt_handle_count() != count && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
    }
}

// A backward pass inside a hook inside a backward pass, `depth` deep. LibTorch moves the 60th to a thread of its own. The
// graphs are made beforehand: inside a backward pass nothing is recorded.
class Nested {
  public:
    Nested(std::size_t depth, std::uint64_t flags) {
        for (std::size_t i = 0; i < depth; i++) {
            const H x = parameter({1}, {});
            const H y = mul(x, 2);
            add_hook(y, hook(
                            [this, i](std::int64_t) {
                                elsewhere += std::this_thread::get_id() == main_ ? 0 : 1;
                                run(i + 1);
                                return H();
                            },
                            flags));
            passes_.push_back(mul(y, 3));
        }
    }
    void run(std::size_t level = 0) {
        if (level < passes_.size()) {
            backward(passes_[level]);
            done++;
        }
    }
    std::atomic<int> elsewhere{0}; // hooks on other threads than this one
    std::atomic<int> done{0};

  private:
    std::thread::id main_ = std::this_thread::get_id();
    std::vector<H> passes_;
};

} // namespace

TEST_CASE_FIXTURE(Torch, "a hook sees the gradient, and one that gives none leaves it as it is") {
    const H x = parameter({1}, {});
    double seen = 0;
    add_hook(x, hook([&](std::int64_t gradient) {
                 seen = call<double>("rt_torch_torchtensor_item", rt_handle(gradient));
                 return H();
             }));
    backward(mul(x, 3));
    CHECK(seen == 3);
    check_values(grad(x), {3});
}

TEST_CASE_FIXTURE(Torch, "a tensor that a hook gives takes the gradient's place, and hooks run in turn") {
    const H x = parameter({1}, {});
    const auto times = [](double factor) {
        return hook([factor](std::int64_t gradient) {
            return call<H>("rt_torch_torchtensor_mul_scalar", rt_handle(gradient), factor);
        });
    };
    add_hook(x, times(10));
    add_hook(x, hook([](std::int64_t gradient) {
                 return call<H>("rt_torch_torchtensor_add_scalar", rt_handle(gradient), 1.0);
             }));
    backward(mul(x, 3));
    check_values(grad(x), {31}); // 3 * 10 + 1
}

TEST_CASE_FIXTURE(Torch, "a hook on a computed tensor changes what flows on from there") {
    const H x = parameter({1}, {});
    const H y = mul(x, 2);
    add_hook(y, hook([](std::int64_t) { return scalar(5); }));
    backward(mul(y, 3));
    check_values(grad(x), {10});
}

TEST_CASE_FIXTURE(Torch, "a hook may give its own argument back") {
    const H x = parameter({1}, {});
    add_hook(x, hook([](std::int64_t gradient) { return H::share(gradient); }));
    backward(mul(x, 3));
    check_values(grad(x), {3});
}

TEST_CASE_FIXTURE(Torch, "a removed hook is not called any more") {
    const H x = parameter({1}, {});
    int calls = 0;
    const auto count = [&calls](std::int64_t) {
        calls++;
        return H();
    };
    const std::int64_t first = add_hook(x, hook(count));
    add_hook(x, hook(count));
    backward(mul(x, 3));
    CHECK(calls == 2);
    call("rt_torch_autograd_remove_hook", x, first);
    backward(mul(x, 3));
    CHECK(calls == 3);
}

TEST_CASE_FIXTURE(Torch, "the callable lives as long as the tensor, and no longer") {
    std::weak_ptr<int> watch;
    {
        const H x = parameter({1}, {});
        auto owned = std::make_shared<int>(1);
        watch = owned;
        add_hook(x, hook([owned](std::int64_t) { return H(); }));
        owned.reset();
        CHECK_FALSE(watch.expired());
    }
    CHECK(watch.expired());
}

TEST_CASE_FIXTURE(Torch, "a failing hook's error is backward's, with its status and message") {
    const H x = parameter({1}, {});
    const std::int64_t position =
        add_hook(x, hook([](std::int64_t) -> H { throw rt::Error(RT_E_BUSY, "the gradient is not welcome today"); }));
    expect_error(RT_E_BUSY, "rt_torch_autograd_backward: the gradient is not welcome today",
                 [&] { backward(mul(x, 3)); });
    call("rt_torch_autograd_remove_hook", x, position);
    add_hook(x, hook([](std::int64_t) -> H { throw std::runtime_error("plainly wrong"); }));
    expect_error(RT_E_CALLEE, "plainly wrong", [&] { backward(mul(x, 3)); });
}

TEST_CASE_FIXTURE(Torch, "after a hook's failure the graph can be differentiated anew") {
    const H x = parameter({1}, {});
    bool fail = true;
    add_hook(x, hook([&fail](std::int64_t) -> H {
                 if (fail) {
                     throw std::runtime_error("once");
                 }
                 return {};
             }));
    CHECK(try_backward(mul(x, 3)).code == RT_E_CALLEE);
    fail = false;
    backward(mul(x, 3));
    check_values(grad(x), {3});
}

TEST_CASE_FIXTURE(Torch, "a hook that gives what is no tensor, or one of another shape, fails backward") {
    const auto refused = [](auto body, rt_status status, const char *text) {
        const H x = parameter({1}, {});
        add_hook(x, hook(body));
        expect_error(status, text, [&] { backward(mul(x, 3)); });
    };
    refused([](std::int64_t) { return call<H>("rt_torch_module_relu"); }, RT_E_HANDLE, "not a live TorchTensor");
    refused([](std::int64_t) { return tensor({1, 2}); }, RT_E_CALLEE, "size");
    const H x = parameter({1}, {});
    add_hook(x, rt::make_callable(hook_type, [](std::span<const rt_value>) { return 1.5; }));
    expect_error(RT_E_TYPE, "what it gave is a double, not TorchTensor?", [&] { backward(mul(x, 3)); });
}

TEST_CASE_FIXTURE(Torch, "hooks belong to tensors that require gradients, and to positions that were given") {
    expect_error(RT_E_CALLEE, "that doesn't require gradient",
                 [] { add_hook(tensor({1}), hook([](std::int64_t) { return H(); })); });
    const H x = parameter({1}, {});
    expect_error(RT_E_ARGUMENT, "position must be what rt_torch_autograd_register_hook gave, and not -1",
                 [&] { call("rt_torch_autograd_remove_hook", x, -1); });
    expect_error(RT_E_ARGUMENT, "the tensor has no hook at position 7",
                 [&] { call("rt_torch_autograd_remove_hook", x, 7); });
    expect_error(RT_E_HANDLE, "argument 2 (hook)", [&] { call("rt_torch_autograd_register_hook", x, x); });
}

TEST_CASE_FIXTURE(Torch, "a hook of this thread's is refused when another thread runs backward") {
    const H x = parameter({1}, {});
    int calls = 0;
    add_hook(x, hook([&calls](std::int64_t) {
                 calls++;
                 return H();
             }));
    Outcome outcome;
    std::thread([&] { outcome = try_backward(mul(x, 3)); }).join();
    check_error(outcome.code, outcome.message, RT_E_UNAVAILABLE, "may be called by the thread that made it alone");
    CHECK(calls == 0);
    backward(mul(x, 3)); // here it may
    CHECK(calls == 1);
}

TEST_CASE_FIXTURE(Torch, "a hook for any thread is called where backward runs") {
    const H x = parameter({1}, {});
    std::thread::id where;
    add_hook(x, hook(
                    [&where](std::int64_t) {
                        where = std::this_thread::get_id();
                        return scalar(7);
                    },
                    RT_FUNCTION_ANY_THREAD));
    std::thread::id other;
    std::thread([&] {
        other = std::this_thread::get_id();
        backward(mul(x, 3));
    }).join();
    CHECK(where == other);
    check_values(grad(x), {7});
}

TEST_CASE_FIXTURE(Torch,
                  "a deeply nested backward lands on LibTorch's own threads, and hooks for any thread follow it") {
    const std::int64_t before = rt_handle_count();
    {
        Nested nested(100, RT_FUNCTION_ANY_THREAD);
        nested.run();
        CHECK(nested.done == 100);
        CHECK(nested.elsewhere > 0);
    }
    wait_for_handles(before);
}

TEST_CASE_FIXTURE(
    Torch, "on LibTorch's own threads a hook of one thread is refused, and that is the outermost backward's error") {
    const std::int64_t before = rt_handle_count();
    {
        Nested nested(100, 0);
        expect_error(RT_E_UNAVAILABLE, "may be called by the thread that made it alone", [&] { nested.run(); });
        CHECK(nested.done == 0);
        CHECK(nested.elsewhere == 0);
        Nested shallow(10, 0); // all on this thread
        shallow.run();
        CHECK(shallow.done == 10);
    }
    wait_for_handles(before);
}

} // namespace torch_test::test_autograd_hooks
