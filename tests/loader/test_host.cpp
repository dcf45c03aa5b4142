// rtffi/host.hpp: binding, calling, errors. The sample plugins geometry (C++) and text (C) stand for any plugin.
#include <cmath>
#include <thread>

#include <pthread.h>

#include <doctest/doctest.h>

#include <rtffi/host.hpp>

// A program may be host and plugin in one.
#include <rtffi/plugin.hpp>

#include "support/child.hpp"
#include "support/host_errors.hpp"
#include "support/support.hpp"

namespace {

const std::vector<double> square{0, 0, 2, 0, 2, 2, 0, 2};

// A function of this host that has a dynamic entry only, taken back at the end of the test.
class Published {
  public:
    Published(const char *signature, rt_dynamic_entry entry) {
        rt_function_desc desc{};
        desc.struct_size = sizeof desc;
        desc.signature = signature;
        desc.dynamic = entry;
        REQUIRE(rt_register(&desc, &record_) == RT_OK);
    }
    Published(const Published &) = delete;
    Published &operator=(const Published &) = delete;
    ~Published() { rt_unregister(record_); }

  private:
    const rt_function *record_ = nullptr;
};

} // namespace

TEST_CASE("a function's C++ type becomes a signature when it compiles") {
    using Many =
        rt::Function<void(bool, std::int32_t, std::int64_t, double, void *, const char *, const std::string &)>;
    static_assert(std::string_view(Many::signature()) ==
                  "f(a0: bool, a1: i32, a2: i64, a3: f64, a4: ptr, a5: text, a6: text)");
    using Arrays =
        rt::Function<std::vector<double>(std::span<const std::int64_t>, std::span<const bool>, std::span<double>,
                                         std::span<const std::byte>, std::span<std::byte>)>;
    static_assert(std::string_view(Arrays::signature()) ==
                  "f(a0: [i64], a1: [bool], a2: mut [f64], a3: bytes, a4: mut bytes) -> [f64]");
    static_assert(std::string_view(rt::Function<std::string_view()>::signature()) == "f() -> text");
    using Eleven = rt::Function<bool(bool, bool, bool, bool, bool, bool, bool, bool, bool, bool, bool)>;
    static_assert(contains(Eleven::signature(), ", a10: bool) -> bool"));
    static_assert(rt::parse_signature(Eleven::signature()).error == nullptr);
    static_assert(rt::parse_signature(Arrays::signature()).error == nullptr);
}

TEST_CASE("rt::Function loads the plugin that has the function, and calls it") {
    const rt::Function<double(double, double)> hypotenuse("geo_hypotenuse");
    CHECK(hypotenuse(3, 4) == 5);
    CHECK(hypotenuse.unchecked(6, 8) == 10);
    CHECK(std::string_view(hypotenuse.record()->name) == "geo_hypotenuse");
    const auto copy = hypotenuse;
    CHECK(copy(5, 12) == 13);
}

TEST_CASE("a type that does not agree with the registered signature is refused, with both texts") {
    const rt::Error error = error_of([] { rt::Function<double(double)> wrong("geo_hypotenuse"); });
    CHECK(error.code() == RT_E_SIGNATURE);
    CHECK(contains(error.what(), "geo_hypotenuse(a: f64, b: f64) -> f64"));
    CHECK(contains(error.what(), "(a0: f64) -> f64"));
}

TEST_CASE("a name that no plugin has is RT_E_NOT_FOUND") {
    const rt::Error error = error_of([] { rt::Function<void()> missing("geo_hypotenuze"); });
    CHECK(error.code() == RT_E_NOT_FOUND);
    CHECK(contains(error.what(), "geo_hypotenuze"));
    CHECK(error_of([] { rt::call("nobody_has_this"); }).code() == RT_E_NOT_FOUND);
}

TEST_CASE("arrays, filled-in memory, texts and handles travel through rt::Function") {
    CHECK(rt::Function<double(std::span<const double>)>("geo_area")(square) == 4);

    const rt::Function<void(std::span<const double>, std::span<const double>, std::span<double>)> midpoint(
        "geo_midpoint");
    std::vector<double> middle(2);
    midpoint(std::vector<double>{0, 0}, std::vector<double>{4, 2}, middle);
    CHECK(middle == std::vector<double>{2, 1});

    const rt::Handle polygon(rt::Function<std::int64_t(std::span<const double>)>("geo_polygon")(square));
    CHECK(std::string_view(polygon.class_name()) == "Polygon");
    const rt::Function<std::vector<double>(std::int64_t)> corners("geo_polygon_corners");
    CHECK(corners(polygon.get()) == square);
    const rt::Function<std::string(std::int64_t, std::int64_t)> describe("geo_polygon_describe");
    CHECK(describe(polygon.get(), 1) == "polygon with 4 corners, area 4.0");

    CHECK(rt::Function<std::int64_t(const char *)>("text_word_count")("a plugin in C") == 4);
    CHECK(rt::Function<std::int64_t(const std::string &)>("text_word_count")("two words") == 2);
    CHECK(rt::Function<std::int64_t(std::span<const std::int64_t>)>("text_sum")(std::vector<std::int64_t>{1, 2, 39}) ==
          42);
}

TEST_CASE("a borrowed result outlives one more call, and may be its argument") {
    const rt::Function<const char *(const char *)> reversed("text_reversed");
    const char *once = reversed("abc");
    CHECK(std::string_view(once) == "cba");
    CHECK(std::string_view(reversed(once)) == "abc");
    const rt::Handle polygon = rt::call<rt::Handle>("geo_polygon", square);
    const rt::Function<std::span<const double>(std::int64_t)> corners("geo_polygon_corners");
    const std::span<const double> borrowed = corners(polygon.get());
    CHECK(borrowed.size() == 8);
    CHECK(rt::Function<double(std::span<const double>)>("geo_area")(borrowed) == 4);
}

TEST_CASE("a failure inside a function is thrown with code, message, function and plugin") {
    const rt::Function<std::int64_t(std::span<const double>)> polygon("geo_polygon");
    const rt::Error error = error_of([&] { polygon(std::vector<double>{1, 2, 3}); });
    CHECK(error.code() == RT_E_ARGUMENT);
    CHECK(contains(error.what(), "a polygon needs x and y of at least 3 corners, got 3 numbers"));
    CHECK(std::string_view(error.function()) == "geo_polygon");
    CHECK(std::string_view(error.plugin()) == "geometry");

    const rt::Function<double(std::int64_t)> area("geo_polygon_area");
    const rt::Error freed = error_of([&] {
        const std::int64_t handle = polygon(square);
        rt_handle_free(handle);
        area(handle);
    });
    CHECK(freed.code() == RT_E_HANDLE);
    CHECK(contains(freed.what(), "freed"));
    CHECK(std::isnan(area.unchecked(0)));

    const rt::Function<void(std::span<const double>, std::span<const double>, std::span<double>)> midpoint(
        "geo_midpoint");
    std::vector<double> short_memory(1);
    CHECK(error_of([&] { midpoint(square, square, short_memory); }).code() == RT_E_ARGUMENT);
    CHECK(error_of([] {
              rt::Function<std::int64_t(const std::string &)>("text_word_count")(std::string("a\0b", 3));
          }).code() == RT_E_ARGUMENT);
}

TEST_CASE("unchecked calls never throw: a failure on this side of the call is the thread's error, too") {
    const rt::Function<std::int64_t(const std::string &)> words("text_word_count");
    CHECK(words.unchecked("two words") == 2);
    rt_thread_status = RT_OK;
    CHECK(words.unchecked(std::string("a\0b", 3)) == 0);
    CHECK(rt_thread_status == RT_E_ARGUMENT);
    CHECK(contains(rt_dlerror(), "a text with a NUL inside"));

    const Published wrong("host_test_wrong() -> f64",
                          [](const rt_function *, const rt_value *, std::size_t, rt_value *result) -> rt_status {
                              *result = rt_none();
                              return RT_OK;
                          });
    rt_thread_status = RT_OK;
    CHECK(std::isnan(rt::Function<double()>("host_test_wrong").unchecked()));
    CHECK(rt_thread_status == RT_E_TYPE);
}

// Cancels its thread, and stops there.
struct CancellingGuard {
    CancellingGuard() {
        pthread_cancel(pthread_self());
        pthread_testcancel();
    }
};

CHILD("host/cancelled_in_release") {
    pthread_t thread = {};
    const auto release = [](void *object) -> void * {
        rt::detail::guarded_release<std::string, CancellingGuard>(object);
        return nullptr;
    };
    std::string object = "left alone";
    test::expect(pthread_create(&thread, nullptr, release, &object) == 0, "the thread starts");
    void *result = nullptr;
    test::expect(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED, "the thread was cancelled");
}

TEST_CASE("a thread that is cancelled while an object is released is unwound through the release") {
    const test::ChildResult child = test::run_child("host/cancelled_in_release");
    CHECK_MESSAGE(child.status == 0, child.output);
}

TEST_CASE("an earlier error does not make a later call that gives 0 fail") {
    const rt::Function<double(std::int64_t)> area("geo_polygon_area");
    CHECK_THROWS_AS(area(0), rt::Error);
    CHECK(*rt_error_location() != RT_OK);
    CHECK(rt::Function<std::int64_t(const char *)>("text_word_count")("") == 0);
    CHECK(std::isnan(rt::Function<double(double, double)>("geo_hypotenuse")(NAN, 1)));
}

TEST_CASE("after its plugin was closed a function is an error, and works again when the plugin is back") {
    rt::Library library("text");
    const rt::Function<std::int64_t(const char *)> words("text_word_count");
    const rt::Function<std::string(const char *)> reversed("text_reversed");
    while (rt_lookup("text_word_count") != nullptr) { // opened by bindings before, each of which counts
        rt_dlclose(library.handle());
    }
    library.keep();
    const rt::Error error = error_of([&] { words("one two"); });
    CHECK(error.code() == RT_E_UNAVAILABLE);
    CHECK(std::string_view(error.function()) == "text_word_count");
    CHECK(contains(error.what(), "text_word_count"));
    CHECK(contains(error.what(), "closed"));
    CHECK_THROWS_AS(reversed("abc"), rt::Error);

    rt::Library again("text");
    again.keep();
    CHECK(words("one two") == 2);
}

TEST_CASE("a plugin whose handles are alive does not close") {
    rt::Library library("geometry");
    const rt::Handle polygon = rt::call<rt::Handle>("geo_polygon", square);
    rt::Error error(RT_OK, "");
    for (int i = 0; i < 1000 && error.code() == RT_OK; i++) { // every binding before has opened it once
        const std::int32_t status = rt_dlclose(library.handle());
        if (status != RT_OK) {
            error = error_of([&] { library.close(); });
        }
    }
    CHECK(error.code() == RT_E_BUSY);
    CHECK(contains(error.what(), "Polygon"));
    CHECK(rt::call<double>("geo_polygon_area", polygon) == 4);
    library.keep();
}

TEST_CASE("rt::Function calls what has a dynamic entry only") {
    const Published twice("host_test_twice(x: i64) -> i64",
                          [](const rt_function *, const rt_value *args, std::size_t, rt_value *result) -> rt_status {
                              *result = rt_i64(2 * args[0].payload.integer);
                              return RT_OK;
                          });
    const Published name("host_test_name() -> text",
                         [](const rt_function *, const rt_value *, std::size_t, rt_value *result) -> rt_status {
                             *result = rt_text("a name");
                             return RT_OK;
                         });
    const Published failing("host_test_failing(x: f64) -> f64",
                            [](const rt_function *, const rt_value *, std::size_t, rt_value *result) -> rt_status {
                                *result = rt_none();
                                return rt_fail(RT_E_CALLEE, "on_purpose", "it fails on purpose");
                            });
    CHECK(rt::Function<std::int64_t(std::int64_t)>("host_test_twice")(21) == 42);
    CHECK(rt::Function<std::int64_t(std::int64_t)>("host_test_twice").unchecked(21) == 42);
    CHECK(rt::Function<std::string()>("host_test_name")() == "a name");
    const rt::Error borrowed = error_of([] { rt::Function<const char *()>("host_test_name")(); });
    CHECK(borrowed.code() == RT_E_UNAVAILABLE);
    CHECK(contains(borrowed.what(), "std::string"));
    const rt::Function<double(double)> fails("host_test_failing");
    const rt::Error error = error_of([&] { fails(1); });
    CHECK(error.code() == RT_E_CALLEE);
    CHECK(std::string_view(error.cause()) == "on_purpose");
    CHECK(std::isnan(fails.unchecked(1)));
    CHECK(rt_thread_status == RT_E_CALLEE);
}

TEST_CASE("a lazily bound function binds at its first call, also from many threads at once") {
    static constinit const rt::LazyFunction<double(double, double)> hypotenuse{"geo_hypotenuse"};
    static constinit const rt::LazyFunction<void()> missing{"geo_missing"};
    std::atomic<int> right{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; i++) {
            threads.emplace_back([&] { right += hypotenuse(3, 4) == 5; });
        }
    }
    CHECK(right == 8);
    CHECK(error_of([] { missing(); }).code() == RT_E_NOT_FOUND);
    CHECK(error_of([] { missing(); }).code() == RT_E_NOT_FOUND);
}

TEST_CASE("a library that was closed, or moved from, has no addresses") {
    rt::Library library(test::library_path("plain"));
    CHECK(library.address<int()>("plain_answer")() == 41);
    const rt::Library moved(std::move(library));
    CHECK(moved.address<int()>("plain_answer")() == 41);
    // Handle 0 would mean every registered function.
    // NOLINTNEXTLINE(bugprone-use-after-move): that is what is tested
    CHECK(error_of([&] { library.address<int()>("plain_answer"); }).code() == RT_E_HANDLE);
    rt::Library closed(test::library_path("plain"));
    closed.close();
    CHECK(error_of([&] { closed.address<int()>("plain_answer"); }).code() == RT_E_HANDLE);
}
