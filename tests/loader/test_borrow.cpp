// Results of native calls are borrowed: two slots a thread, used in turn, and others for callbacks.
#include <array>
#include <fstream>

#include <doctest/doctest.h>

#include "support/support.hpp"

using test::native;

namespace {

struct NativeValues {
    test::Opened values{test::plugin_path("values")};
    const std::int64_t *(*reversed)(const std::int64_t *, std::size_t, std::size_t *) =
        native<const std::int64_t *(const std::int64_t *, std::size_t, std::size_t *)>("v_reversed");
    const char *(*twice)(const char *) = native<const char *(const char *)>("v_twice");
    double (*apply)(std::int64_t, double) = native<double(std::int64_t, double)>("v_apply");
};

} // namespace

TEST_CASE_FIXTURE(NativeValues, "a result may be the argument of the next call: reversed(reversed(x))") {
    std::array<std::int64_t, 1000> numbers = {};
    for (std::size_t i = 0; i < numbers.size(); i++) {
        numbers[i] = static_cast<std::int64_t>(i);
    }
    std::size_t count = 0;
    const std::int64_t *once = reversed(numbers.data(), numbers.size(), &count);
    const std::int64_t *back = reversed(once, count, &count);
    CHECK(std::equal(numbers.begin(), numbers.end(), back));
    // A third call, whose argument is the second's result, is right, too.
    const std::int64_t *again = reversed(back, count, &count);
    CHECK(std::equal(numbers.rbegin(), numbers.rend(), again));
    CHECK(std::string(twice(twice(twice("ab")))) == "abababababababab");
}

TEST_CASE_FIXTURE(NativeValues, "a result lives through the next call and dies with the one after it") {
    const char *first = twice("first");
    const char *second = twice("second");
    CHECK(std::string(first) == "firstfirst");
    const char *third = twice("third");
    CHECK(std::string(second) == "secondsecond");
    CHECK(std::string(third) == "thirdthird");
    CHECK(third == first); // the slot is used again
}

TEST_CASE_FIXTURE(NativeValues, "a thread does not keep the memory of one large result for ever") {
    const auto resident_pages = [] {
        long total = 0;
        long resident = 0;
        std::ifstream("/proc/self/statm") >> total >> resident;
        return resident;
    };
    const std::string large(std::size_t{1} << 26, 'x');
    CHECK(std::string_view(twice(large.c_str())).size() == std::size_t{1} << 27);
    const long with_large = resident_pages();
    twice("a");
    twice("b");
    CHECK(resident_pages() < with_large - (1 << 14)); // 2^26 bytes of 2^27 at least
}

TEST_CASE_FIXTURE(NativeValues, "each thread has slots of its own") {
    const char *mine = twice("mine");
    test::on_threads(4, [&](int index) {
        for (int i = 0; i < 1000; i++) {
            const std::string text = std::to_string(index) + "." + std::to_string(i) + ",";
            CHECK(std::string(twice(text.c_str())) == text + text);
        }
    });
    CHECK(std::string(mine) == "minemine");
}

TEST_CASE_FIXTURE(NativeValues, "a callback's native calls leave the caller's results alone, at any depth") {
    struct Context {
        NativeValues *values;
        std::int64_t self = 0;
    } context{this};
    // Calls itself through v_apply until x is 0, and at each depth looks at its own results before and after.
    context.self = rt_callable(
        "fn(x: f64) -> f64",
        [](const rt_function *function, const rt_value *args, std::size_t, rt_value *result) -> rt_status {
            const auto *c = static_cast<const Context *>(function->context);
            const double x = args[0].payload.number;
            const std::string text = "depth " + std::to_string(x) + ";";
            const char *one = c->values->twice(text.c_str());
            const char *two = c->values->twice("two");
            const double deeper = x > 0 ? c->values->apply(c->self, x - 1) : 0;
            CHECK(std::string(one) == text + text);
            CHECK(std::string(two) == "twotwo");
            *result = rt_f64(deeper + 1);
            return RT_OK;
        },
        &context, nullptr, 0);
    REQUIRE(context.self != 0);
    const char *one = twice("one");
    const char *two = twice("two");
    CHECK(apply(context.self, 20) == 21);
    CHECK(std::string(one) == "oneone");
    CHECK(std::string(two) == "twotwo");
    CHECK(rt_handle_free(context.self) == RT_OK);
}
