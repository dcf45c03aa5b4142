// A plugin that is replaced on disk, unmapped and loaded anew, a thousand times: nothing grows.
#include <malloc.h>

#include <algorithm>

#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/support.hpp"

using test::call;

namespace {

struct Usage {
    std::ptrdiff_t mappings = 0;
    std::size_t heap = 0;
};

Usage usage() {
    const std::string maps = test::read_file("/proc/self/maps");
    const std::ptrdiff_t mappings = std::count(maps.begin(), maps.end(), '\n');
    return {mappings, mallinfo2().uordblks};
}

void use_all_of_it() {
    for (const char *name : {"unmappable_text", "unmappable_greeting"}) {
        rt_value text = call(name, {});
        rt_value_clear(&text);
    }
    rt_handle_free(call("unmappable_make", {rt_i64(1)}).payload.integer);
    call("unmappable::resolved", {});
    call("unmappable_fail", {}, RT_E_CALLEE);
}

} // namespace

// In a process of its own: nothing else allocates there.
CHILD("reload/thousand_times") {
    const test::TempFolder folder;
    const std::string path = folder.file("librtffi_unmappable.so");
    const rt_function *record = nullptr;
    Usage after_hundred;
    for (int round = 1; round <= 1000; round++) {
        const bool odd = round % 2 == 1;
        folder.add(test::plugin_path(odd ? "unmappable" : "unmappable_new"), "newer");
        std::filesystem::rename(folder.file("newer"), path);
        const std::int64_t handle = rt_dlopen(path.c_str(), 0);
        REQUIRE(handle != 0);
        const rt_function *answer = rt_lookup("unmappable_answer");
        record = record == nullptr ? answer : record;
        CHECK(answer == record);
        CHECK(call("unmappable_answer", {}).payload.integer == (odd ? 1 : 2));
        use_all_of_it();
        REQUIRE(rt_dlclose_ex(handle, RT_DLCLOSE_UNMAP) == RT_OK);
        if (round == 100) {
            after_hundred = usage();
        }
    }
    const Usage after_thousand = usage();
    test::expect(after_thousand.mappings == after_hundred.mappings,
                 "as many mappings after 1,000 reloads as after 100: " + std::to_string(after_hundred.mappings) +
                     ", not " + std::to_string(after_thousand.mappings));
    test::expect(after_thousand.heap == after_hundred.heap,
                 "as many bytes after 1,000 reloads as after 100: " + std::to_string(after_hundred.heap) + ", not " +
                     std::to_string(after_thousand.heap));
}
TEST_CASE("a plugin that is replaced on disk and loaded anew a thousand times grows neither mappings nor heap") {
    // What malloc keeps for each thread counts as in use.
    const test::ChildResult child =
        test::run_child("reload/thousand_times", {"GLIBC_TUNABLES=glibc.malloc.tcache_count=0"});
    CHECK_MESSAGE(child.status == 0, child.output);
}
