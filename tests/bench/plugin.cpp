// plugin.cpp - the functions that the benchmarks call, made with the SDK as any plugin's.
#include <rtffi/plugin.hpp>

struct Number {
    std::int64_t value;
};
RT_DECLARE_CLASS(Number, "BenchNumber")

namespace {

std::int64_t add(std::int64_t a, std::int64_t b) { return a + b; }
double add_numbers(double a, double b) { return a + b; }
Number make(std::int64_t value) { return {value}; }
std::int64_t add_objects(const Number &a, const Number &b) { return a.value + b.value; }

} // namespace

RT_PLUGIN("bench", "1.0.0", "Functions for the benchmarks")
RT_CLASS(Number, "BenchNumber", "A number behind a handle.")
RT_FUNCTION(add, "bench_add(a: i64, b: i64) -> i64", "Sum.")
RT_FUNCTION(add_numbers, "bench_add_f64(a: f64, b: f64) -> f64", "Sum.")
RT_FUNCTION(make, "bench_number(value: i64) -> BenchNumber", "A number behind a handle.")
RT_FUNCTION(add_objects, "bench_add_objects(a: BenchNumber, b: BenchNumber) -> i64", "Sum of the numbers behind.")
