// lookup.cpp - what finding one name among 5,000 costs: rt_lookup, dlsym in a library of as many symbols, tvm-ffi.
#include <dlfcn.h>

#include <cstdio>
#include <string>
#include <vector>

#include <rtffi/rtffi.h>

#include "measure.hpp"
#include "peers.hpp"

namespace {

constexpr int count = 5000; // as in names.py, which makes the library

rt_status nothing(const rt_function *, const rt_value *, size_t, rt_value *result) {
    *result = rt_none();
    return RT_OK;
}

void publish(const std::string &name) {
    const std::string signature = name + "(a: i64, b: i64) -> i64";
    rt_function_desc desc = {};
    desc.struct_size = sizeof desc;
    desc.signature = signature.c_str();
    desc.dynamic = nothing;
    if (rt_register(&desc, nullptr) != RT_OK) {
        std::fprintf(stderr, "bench: %s\n", rt_dlerror());
    }
}

} // namespace

int main(int argc, char **argv) {
    static std::vector<std::string> names;
    static std::vector<const char *> order;
    static std::vector<const char *> few; // in the processor's caches, as a program's own names are
    // All made before the first is published: side by side, as a program's literals are.
    for (int i = 0; i < count; i++) {
        names.push_back("rt_bench_symbol_number_" + std::to_string(i));
    }
    for (const std::string &name : names) {
        publish(name);
    }
    static void *library = dlopen(RTFFI_BENCH_NAMES, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr || dlsym(library, names.back().c_str()) == nullptr) {
        std::fprintf(stderr, "bench: %s\n", dlerror());
        return 1;
    }
    // 37 and 5,000 have no common factor: every name comes up, in an order no prefetcher guesses.
    for (std::size_t i = 0; i < count; i++) {
        order.push_back(names[i * 37 % count].c_str());
    }
    few.assign(order.begin(), order.begin() + 100);
    std::vector<bench::Variant> variants = {
        {"rt_lookup",
         [](std::int64_t n) { bench::each(order, n, [](const char *name) { bench::keep(rt_lookup(name)); }); }},
        {"rt_lookup, the same 100 names",
         [](std::int64_t n) { bench::each(few, n, [](const char *name) { bench::keep(rt_lookup(name)); }); }},
        {"dlsym",
         [](std::int64_t n) { bench::each(order, n, [](const char *name) { bench::keep(dlsym(library, name)); }); }},
    };
    variants[0].limit_ns = 20;
    if (bench::add_lookup_peers(variants, order)) {
        variants[0].baseline = variants.back().name;
    }
    return bench::compare(argc, argv, "look-ups among 5,000 names", std::move(variants), {});
}
