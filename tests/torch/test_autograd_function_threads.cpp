// Functions of the user's on several threads, and inside each other.
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

#include "autograd_function_support.hpp"

namespace torch_test::test_autograd_function_threads {

namespace {

// LibTorch's threads let go of a backward pass a moment after it has ended.
void wait_for_handles(std::int64_t count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (rt_handle_count() != count && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
    }
}

} // namespace

TEST_CASE_FIXTURE(Torch, "a function of this thread's is refused when another thread runs backward") {
    const H x = parameter({2}, {});
    const H mine = std::move(my_cube(list(x))[0]);
    const H any = std::move(my_cube(list(x), RT_FUNCTION_ANY_THREAD)[0]);
    std::thread([&] {
        expect_error(RT_E_UNAVAILABLE, "may be called by the thread that made it alone", [&] { backward(mine); });
        backward(any);
    }).join();
    check_values(grad(x), {12});
}

TEST_CASE_FIXTURE(Torch, "two threads use one function at once, each with its own record") {
    const H forward = callable(forward_type, cube_forward, RT_FUNCTION_ANY_THREAD);
    const H back = callable(backward_type, cube_backward, RT_FUNCTION_ANY_THREAD);
    std::atomic<int> right{0};
    const auto work = [&](double value) {
        for (int i = 0; i < 50; i++) {
            const H x = parameter({value}, {});
            backward(apply(list(x), forward, back)[0]);
            const double got = call<double>("rt_torch_torchtensor_item", grad(x));
            right += std::abs(got - 3 * value * value) < 1e-4 ? 1 : 0;
        }
    };
    std::thread one(work, 2.0);
    std::thread two(work, 3.0);
    one.join();
    two.join();
    CHECK(right == 100);
}

TEST_CASE_FIXTURE(Torch, "functions inside forward callables, a hundred deep, give and differentiate") {
    const H x = parameter({1}, {});
    const std::function<Handles(const H &, int)> nested = [&](const H &input, int depth) {
        return apply(
            list(input),
            [&nested, depth](std::int64_t, const Handles &inputs) {
                return depth == 0 ? list(mul(inputs[0], 1)) : nested(inputs[0], depth - 1);
            },
            [](std::int64_t, const Handles &gradients) { return list(mul(gradients[0], 2)); });
    };
    const Handles y = nested(x, 100);
    check_values(y[0], {1});
    backward(y[0]);
    check_values(grad(x), {2}); // the outermost's own
}

TEST_CASE_FIXTURE(Torch, "backward passes inside backward callables, a hundred deep, cross LibTorch's own threads") {
    const std::int64_t before = rt_handle_count();
    {
        const H x = parameter({3}, {});
        std::vector<H> passes(100);
        std::atomic<int> done{0};
        for (std::size_t i = 0; i < passes.size(); i++) {
            passes[i] = with_backward(
                x,
                [&, i](std::int64_t, const Handles &gradients) {
                    if (i + 1 < passes.size()) {
                        backward(passes[i + 1]);
                    }
                    done++;
                    return list(gradients[0]);
                },
                RT_FUNCTION_ANY_THREAD);
        }
        backward(passes[0]);
        CHECK(done == 100);
        check_values(grad(x), {100});
    }
    wait_for_handles(before);
}

} // namespace torch_test::test_autograd_function_threads
