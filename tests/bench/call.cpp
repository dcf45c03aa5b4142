// call.cpp - what a call costs: by function pointer, through rtffi's entries, through tvm-ffi.
#include <cstdio>
#include <cstdlib>

#include <rtffi/host.hpp>

#include "bound.hpp"
#include "measure.hpp"
#include "peers.hpp"

namespace {

using bench::bind;
using bench::native;

void dynamic_calls(const rt_function *function, const rt_value *args, std::int64_t repetitions) {
    rt_value result{};
    for (std::int64_t i = 0; i < repetitions; i++) {
        rt_call(function, args, 2, &result);
        bench::keep(result.payload.integer);
    }
}

} // namespace

int main(int argc, char **argv) {
    static const rt_function *add = bind("bench_add");
    static const rt_function *add_objects = bind("bench_add_objects");
    static const auto pointer = native<double (*)(double, double)>("bench_add_f64");
    static const rt::Function<double(double, double)> function("bench_add_f64");
    static const auto objects_pointer = native<std::int64_t (*)(std::int64_t, std::int64_t)>("bench_add_objects");
    static const auto make = native<std::int64_t (*)(std::int64_t)>("bench_number");
    static const std::int64_t a = make(3);
    static const std::int64_t b = make(4);
    static const rt_value integers[] = {rt_i64(3), rt_i64(4)};
    static const rt_value handles[] = {rt_handle(a), rt_handle(b)};

    std::vector<bench::Variant> variants = {
        {"function pointer (f64, f64)",
         [](std::int64_t n) {
             for (std::int64_t i = 0; i < n; i++) {
                 bench::keep(pointer(3, 4));
             }
         }},
        {"rt::Function (f64, f64)",
         [](std::int64_t n) {
             for (std::int64_t i = 0; i < n; i++) {
                 bench::keep(function(3, 4));
             }
         },
         "function pointer (f64, f64)", 1.2},
        {"rt::Function::unchecked (f64, f64)",
         [](std::int64_t n) {
             for (std::int64_t i = 0; i < n; i++) {
                 bench::keep(function.unchecked(3, 4));
             }
         },
         "function pointer (f64, f64)", 1.1},
        {"rt_call (i64, i64)", [](std::int64_t n) { dynamic_calls(add, integers, n); }},
        {"rt_call (handle, handle)", [](std::int64_t n) { dynamic_calls(add_objects, handles, n); }},
        {"function pointer (handle, handle)",
         [](std::int64_t n) {
             for (std::int64_t i = 0; i < n; i++) {
                 bench::keep(objects_pointer(a, b));
             }
         }},
        {"make and free a handle",
         [](std::int64_t n) {
             for (std::int64_t i = 0; i < n; i++) {
                 rt_handle_free(make(i));
             }
         }},
    };
    if (bench::add_call_peers(variants)) {
        variants[3].baseline = "tvm-ffi (int, int)";
        variants[3].limit = 0.55;
        variants[4].baseline = "tvm-ffi (object, object)";
        variants[4].limit = 0.80;
    }
    return bench::compare(argc, argv, "calls", std::move(variants), {});
}
