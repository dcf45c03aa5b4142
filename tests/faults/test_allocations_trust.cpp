// Each allocation under rules of trust fails once: what is demanded is neither forgotten nor demanded by half, and no sealed copy
// of what was not loaded stays.
#include <cstdlib>
#include <sstream>

#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "../loader/support/trust.hpp"
#include "allocations.hpp"

using faults::status_of;
using test::expect;

namespace {

// RT_E_LOAD is the dynamic linker's.
void is_for_want_of_memory(rt_status status) {
    expect(status == RT_E_MEMORY || (status == RT_E_LOAD && test::last_error().cause == "no_memory"),
           "status " + std::to_string(status) + " is for want of memory");
}

// Whether the code of a sealed copy is in the process. (What is checked of a copy is mapped, too, but not to be executed.)
bool copy_is_loaded() {
    std::istringstream maps(test::read_file("/proc/self/maps"));
    for (std::string line; std::getline(maps, line);) {
        if (test::contains(line, " r-xp ") && test::contains(line, "/memfd:")) {
            return true;
        }
    }
    return false;
}

// What a failure must leave as it was.
struct Before {
    faults::Registry registry = faults::registry();
    std::size_t descriptors = test::descriptors();
    void holds() const {
        expect(faults::registry() == registry, "the registry is as it was");
        // A plugin that was mapped and did not start stays mapped, and with it its copy and the original; no more of them.
        expect(test::descriptors() == descriptors + (copy_is_loaded() ? 2 : 0), "nothing else stays open");
    }
};

// As a sweep, but each failure in a forked child, where libsodium is not open and nothing demanded yet.
template <class Operation, class Check> void sweep_in_children(const char *what, Operation operation, Check check) {
    constexpr int none_failed = 2; // 1 is that of `expect`
    const Before before;
    const auto child = [&](int count) {
        faults::arm(count);
        const rt_status status = operation();
        if (!faults::disarm()) {
            expect(status == RT_OK, std::string(what) + " without a failure");
            return none_failed;
        }
        if (status != RT_OK) {
            is_for_want_of_memory(status);
            before.holds();
        }
        check(status);
        return 0;
    };
    for (int count = 0;; count++) {
        const pid_t pid = fork();
        if (pid == 0) {
            _exit(child(count));
        }
        int status = -1;
        expect(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) != 1,
               std::string(what) + ", allocation " + std::to_string(count));
        if (WEXITSTATUS(status) == none_failed) {
            expect(count > 30, "there were allocations to fail");
            faults::report(std::string("an allocation in ") + what + " that fails", count, count);
            return;
        }
    }
}

// A demand that could not be made for want of memory is not made: a file that does not keep it opens.
void sweep_of_demanding(const char *what, std::int64_t rule, const char *list) {
    const test::Listed files;
    const std::string other = files.add("values");
    sweep_in_children(
        what, [&] { return rt_trust_require(rule, list); },
        [&](rt_status status) {
            if (status == RT_OK) {
                test::refused(other, rule == RT_TRUST_DIGESTS ? "bad_digest" : "no_signature");
            } else {
                test::opens(other);
            }
        });
}

// Loads of a plugin in one process, each of which fails at another allocation.
struct Loads {
    Before before;
    std::string path;  // keeps what is demanded
    std::string other; // does not: with `cause`
    const char *cause;
    std::int64_t library = 0;

    rt_status operator()() {
        library = rt_dlopen(path.c_str(), 0);
        return status_of(library != 0);
    }
    void unmap() const { expect(rt_dlclose_ex(library, RT_DLCLOSE_UNMAP) == RT_OK, "it is unmapped"); }
    void check(rt_status status) const {
        if (status == RT_OK) {
            expect(test::call("unmappable_answer", {}).payload.integer == 1, "it works");
            unmap();
        } else {
            is_for_want_of_memory(status);
        }
        before.holds();
        test::refused(other, cause); // what is demanded still is
    }
    void check_end() const {
        unmap();
        expect(!test::mapped("/memfd:"), "no copy is left");
        before.holds();
    }
};

void sweep_of_loading(const char *what, Loads loads) {
    const auto load = [&] { return loads(); };
    const auto check = [&](rt_status status) { loads.check(status); };
    expect(faults::sweep(what, load, check) > 50, "there were allocations to fail");
    loads.check_end();
    // Containers grow in the first rounds; what leaks grows in each of them.
    constexpr int rounds = 12;
    std::size_t heap = 0;
    for (int i = 0; i < rounds && heap != mallinfo2().uordblks; i++) {
        heap = mallinfo2().uordblks;
        faults::fail_each(what, load, check);
        loads.check_end();
    }
    expect(heap == mallinfo2().uordblks, "there is a round that leaves the heap as it was");
}

// The user's own lists, of one file that has both: its digest and a signature.
struct OwnLists {
    test::Listed files;
    test::Keys keys{"key"};
    std::string path = files.add("unmappable");
    OwnLists() {
        std::filesystem::create_directories(files.folder.path() / "rtffi/trust/keys");
        files.folder.write("rtffi/trust/digests", test::sums({path}));
        std::filesystem::copy_file(keys.pub, files.folder.path() / "rtffi/trust/keys/one.pub");
        keys.sign(path);
        expect(setenv("XDG_CONFIG_HOME", files.folder.path().c_str(), 1) == 0, "its folder is the user's");
    }
};

} // namespace

CHILD("allocations/demand") {
    const OwnLists own;
    const std::string list = own.files.folder.file("rtffi/trust/digests");
    sweep_of_demanding("rt_trust_require of digests", RT_TRUST_DIGESTS, list.c_str());
    sweep_of_demanding("rt_trust_require of the user's keys", RT_TRUST_KEYS, nullptr);
}
TEST_CASE("each allocation of demanding fails once, and nothing is demanded then") {
    CHECK(faults::sweep_survives("allocations/demand"));
}

CHILD("allocations/demand_of_environment") {
    const OwnLists own;
    const std::string other = own.files.add("values");
    expect(setenv("RTFFI_TRUST_REQUIRE", "digests:keys", 1) == 0, "both are demanded");
    sweep_in_children(
        "rt_dlopen under RTFFI_TRUST_REQUIRE", [&] { return status_of(rt_dlopen(own.path.c_str(), 0) != 0); },
        [&](rt_status) { test::refused(other, "bad_digest"); });
}
TEST_CASE("each allocation of the first load fails once, and what the environment demands is demanded all the same") {
    CHECK(faults::sweep_survives("allocations/demand_of_environment"));
}

CHILD("allocations/listed") {
    const test::Listed files;
    const std::string path = files.listed("unmappable");
    sweep_of_loading("rt_dlopen of a listed file", {{}, path, files.add("values"), "bad_digest"});
}
CHILD("allocations/signed") {
    const OwnLists own;
    own.keys.demand();
    sweep_of_loading("rt_dlopen of a signed file", {{}, own.path, own.files.add("values"), "no_signature"});
}
TEST_CASE("each allocation of loading a sealed copy fails once, and nothing is left") {
    CHECK(faults::sweep_survives("allocations/listed"));
    CHECK(faults::sweep_survives("allocations/signed"));
}
