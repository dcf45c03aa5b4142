#include "figures.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <rtffi/host.hpp>

namespace rt::tools::report {

namespace {

constexpr const char *signature = "rtffi_report_sum(a: i64, b: i64) -> i64";
constexpr const char *name = "rtffi_report_sum";

std::int64_t sum(std::int64_t a, std::int64_t b) { return a + b; }

rt_status sum_dynamic(const rt_function *, const rt_value *args, std::size_t count, rt_value *result) {
    if (count != 2 || args[0].type != RT_INTEGER || args[1].type != RT_INTEGER) {
        *result = rt_none();
        return rt_fail(RT_E_TYPE, nullptr, "rtffi_report_sum: expected two integers");
    }
    *result = rt_i64(sum(args[0].payload.integer, args[1].payload.integer));
    return RT_OK;
}

// The function of this process that is called, as long as it is measured.
class Published {
  public:
    Published() {
        rt_function_desc desc = {};
        desc.struct_size = sizeof desc;
        desc.signature = signature;
        desc.native = reinterpret_cast<rt_native_entry>(sum);
        desc.dynamic = sum_dynamic;
        detail::check(rt_register(&desc, &function_));
    }
    Published(const Published &) = delete;
    Published &operator=(const Published &) = delete;
    ~Published() { rt_unregister(function_); }
    const rt_function *function() const { return function_; }

  private:
    const rt_function *function_ = nullptr;
};

// Keeps the compiler from leaving out what nobody reads.
template <class T> void keep(const T &value) { asm volatile("" : : "g"(value) : "memory"); }

struct Subject {
    const char *id;
    const char *what;
    std::function<rt_status(std::int64_t)> run; // so many times; a status that is no RT_OK where one failed
};

double seconds(const Subject &subject, std::int64_t calls) {
    const auto begin = std::chrono::steady_clock::now();
    detail::check(subject.run(calls));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Json measure(const Subject &subject) {
    constexpr double enough = 0.001; // of a round, beside which reading the clock is nothing
    constexpr int rounds = 15;
    std::int64_t calls = 16;
    while (seconds(subject, calls) < enough) {
        calls *= 2;
    }
    std::vector<double> times;
    for (int round = 0; round < rounds; round++) {
        times.push_back(seconds(subject, calls) * 1e9 / static_cast<double>(calls));
    }
    std::sort(times.begin(), times.end());
    return {{"id", subject.id},         {"what", subject.what}, {"nanoseconds", times[rounds / 2]},
            {"fastest", times.front()}, {"calls", calls},       {"rounds", rounds}};
}

// Runs `once` so many times, until it fails.
template <class Once> std::function<rt_status(std::int64_t)> repeated(Once once) {
    return [once](std::int64_t calls) {
        rt_status status = RT_OK;
        for (std::int64_t i = 0; i < calls && status == RT_OK; i++) {
            status = once(i);
        }
        return status;
    };
}

// The native entry, read from the record before each call, as a binding does.
rt_status call_native(const rt_function *function, std::int64_t i) {
    const auto entry = reinterpret_cast<std::int64_t (*)(std::int64_t, std::int64_t)>(
        __atomic_load_n(&function->native, __ATOMIC_ACQUIRE));
    keep(entry(i, 1));
    return RT_OK;
}

rt_status call_dynamic(const rt_function *function, std::int64_t i) {
    const rt_value args[] = {rt_i64(i), rt_i64(1)};
    rt_value result;
    return rt_call(function, args, 2, &result);
}

rt_status call_named(const rt_function *function, std::int64_t i) {
    static constexpr const char *names[] = {"b", "a"};
    const rt_value args[] = {rt_i64(i), rt_i64(1)};
    rt_value result;
    return rt_call_named(function, args, names, 2, &result);
}

rt_status make_and_free_handle() {
    const std::int64_t handle = rt_callable("fn(a: i64, b: i64) -> i64", sum_dynamic, nullptr, nullptr, 0);
    return rt_handle_free(handle); // of none it is RT_OK, and rt_callable fails for want of memory alone
}

} // namespace

Json figures() {
    const Published published;
    const rt_function *function = published.function();
    const std::int64_t callable = rt_callable("fn(a: i64, b: i64) -> i64", sum_dynamic, nullptr, nullptr, 0);
    const Subject subjects[] = {
        {"native", "A native call through the function's record",
         repeated([=](std::int64_t i) { return call_native(function, i); })},
        {"rt_call", "rt_call with two numbers", repeated([=](std::int64_t i) { return call_dynamic(function, i); })},
        {"rt_call_named", "rt_call_named with two keywords",
         repeated([=](std::int64_t i) { return call_named(function, i); })},
        {"rt_lookup", "rt_lookup of a name that is registered",
         repeated([](std::int64_t) { return rt_lookup(name) != nullptr ? RT_OK : RT_E_NOT_FOUND; })},
        {"rt_bind", "rt_bind, which checks the signature", repeated([](std::int64_t) {
             const rt_function *found = nullptr;
             return rt_bind(name, signature, RT_BIND_NO_LOAD, &found);
         })},
        {"handle", "Making a handle to a callable and freeing it",
         repeated([](std::int64_t) { return make_and_free_handle(); })},
        {"handle_clone", "rt_handle_clone and rt_handle_free",
         repeated([=](std::int64_t) { return rt_handle_free(rt_handle_clone(callable)); })},
    };
    Json list = Json::array();
    for (const Subject &subject : subjects) {
        list.push_back(measure(subject));
    }
    detail::check(rt_handle_free(callable));
    return list;
}

} // namespace rt::tools::report
