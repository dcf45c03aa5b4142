// What a process may run out of beside memory: file descriptors, and room on the disk.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include <doctest/doctest.h>

#include "fault.hpp"

using test::expect;

namespace {

// Takes all file descriptors but `left`.
class Descriptors {
  public:
    explicit Descriptors(std::size_t left) {
        const rlimit limit = {256, 256};
        expect(setrlimit(RLIMIT_NOFILE, &limit) == 0, "descriptors are limited");
        for (int one = open("/dev/null", O_RDONLY | O_CLOEXEC); one >= 0;
             one = open("/dev/null", O_RDONLY | O_CLOEXEC)) {
            taken_.push_back(one);
        }
        expect(errno == EMFILE, "there are no more");
        for (; left > 0; left--) {
            give_one_back();
        }
    }
    Descriptors(const Descriptors &) = delete;
    Descriptors &operator=(const Descriptors &) = delete;
    ~Descriptors() {
        while (!taken_.empty()) {
            give_one_back();
        }
    }

  private:
    void give_one_back() {
        close(taken_.back());
        taken_.pop_back();
    }
    std::vector<int> taken_;
};

} // namespace

CHILD("resources/descriptors") {
    const test::TempFolder folder;
    const std::string path = folder.add(test::plugin_path("hook_a"), "librtffi_hook_a.so");
    rt_search_path_add(folder.path().c_str());
    const faults::Registry before = faults::registry();
    for (std::size_t left = 0; left < 3; left++) {
        const Descriptors descriptors(left);
        for (const char *what : {"hook_a", path.c_str()}) {
            const test::Opened plugin(what);
            if (left == 0) {
                expect(plugin.handle == 0, "nothing can be read");
                expect(test::last_error().cause == "too_many_files", test::last_error().cause + " for " + what);
                expect(test::contains(test::last_error().message, "ulimit -n"), "and it is said what to do");
            }
        }
        const rt_function *record = nullptr;
        const rt_status status = rt_bind("hook_a_make", nullptr, 0, &record);
        expect(left > 0 || status == RT_E_LOAD, "nothing can be looked for");
        rt_value text = rt_none();
        expect(rt_discover(&text) == RT_OK || test::last_error().cause == "too_many_files", "a scan says so, too");
        rt_value_clear(&text);
        if (left == 0) {
            expect(faults::registry() == before, "nothing of it is there");
        }
    }
    const test::Opened plugin("hook_a");
    expect(plugin.handle != 0, "with descriptors it is found as ever: " + test::last_error().message);
    faults::report("no file descriptors left", 3, 3);
}
TEST_CASE("without file descriptors a scan and a load say so, and work when there are some") {
    CHECK(faults::child_survives("resources/descriptors"));
}

// tests/faults/plugins/full_disk.c is preloaded.
CHILD("resources/full_disk") {
    const auto fill = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "full_disk_fill"));
    expect(fill != nullptr, "full_disk is preloaded");
    const test::TempFolder folder;
    const std::string bad = folder.add(test::plugin_path("harmful"), "librtffi_harmful.so");
    const std::string good = folder.add(test::plugin_path("hook_a"), "librtffi_hook_a.so");
    const faults::Registry before = faults::registry();
    fill(1);
    setenv("RTFFI_TEST_HARM", "abort", 1);
    for (const char *text : {"when it was tried", "in an earlier check"}) { // remembered by this process alone
        expect(rt_dlopen(bad.c_str(), RT_DLOPEN_PROBE) == 0 && test::last_error().cause == "probe_crashed" &&
                   test::contains(test::last_error().message, text),
               test::last_error().message);
    }
    expect(faults::registry() == before, "nothing of it is there");
    setenv("RTFFI_TEST_HARM", "none", 1);
    const test::Opened plugin(good, RT_DLOPEN_PROBE);
    expect(plugin.handle != 0, "what is good opens");
    faults::report("a full disk", 3, 3);
    fill(0);
}
TEST_CASE("on a full disk plugins are tried and opened as ever, and only this process remembers") {
    const test::TempFolder cache;
    CHECK(faults::child_survives("resources/full_disk",
                                 {"LD_PRELOAD=" RTFFI_FAULT_PLUGINS "/libfull_disk.so",
                                  "XDG_CACHE_HOME=" + cache.path().string(), "RTFFI_PROBE_TIMEOUT=60"}));
}
