// RT_DLOPEN_PROBE: files are tried in a process of their own, and what failed there is remembered.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "support/child.hpp"
#include "support/support.hpp"

using test::contains;
using test::expect;

namespace {

// The plugin that does harm, in a new file.
struct Harmful {
    test::TempFolder folder;
    std::string path = folder.add(test::plugin_path("harmful"), "librtffi_harmful.so");
};

void set_harm(const char *harm) { setenv("RTFFI_TEST_HARM", harm, 1); }

std::int64_t probed(const std::string &path) { return rt_dlopen(path.c_str(), RT_DLOPEN_PROBE); }

void fails(const std::string &path, const char *cause, const std::string &text) {
    INFO(text);
    expect(probed(path) == 0, "it does not open: " + text);
    const test::LastError error = test::last_error();
    expect(error.code == RT_E_LOAD && error.cause == cause, error.cause + " is not " + cause + ": " + error.message);
    expect(contains(error.message, path) && contains(error.message, text), error.message);
    expect(contains(error.message, ". To do: "), error.message);
    expect(rt_lookup("harmful_one") == nullptr, "nothing of it is there");
}

// Of a file that does harm when it is tried; afterwards it would do none.
void fails_and_is_remembered(const std::string &path) {
    set_harm("crash");
    fails(path, "probe_crashed", "when it was tried in a process of its own: it was ended by SIGSEGV");
    set_harm("none");
    fails(path, "probe_crashed", "in an earlier check: it was ended by SIGSEGV");
}

void opens_after_trial(const std::string &path) {
    const std::int64_t handle = probed(path);
    expect(handle != 0, "it opens");
    expect(rt_dlclose(handle) == RT_OK, "it closes");
}

// As a plugin that failed.
nlohmann::json is_explained(const char *name, const char *text) {
    const auto why = nlohmann::json::parse(test::explanation_of(name));
    expect(why["ok"] == false && why["state"] == "failed", why.dump());
    expect(contains(why["answer"].get<std::string>(), text), why.dump());
    return why;
}

// Runs the child with a cache of its own.
void passes_with(const std::string &cache, const char *name, std::vector<std::string> environment = {}) {
    environment.push_back("XDG_CACHE_HOME=" + cache);
    for (const std::string &setting : test::signals_unhandled()) {
        environment.push_back(setting);
    }
    const test::ChildResult result = test::run_child(name, environment);
    CHECK_MESSAGE(result.status == 0, result.status, ": ", result.output);
}
void passes_with_new_cache(const char *name, const std::vector<std::string> &environment = {}) {
    const test::TempFolder cache;
    passes_with(cache.path().string(), name, environment);
}

// The one file in the cache.
std::filesystem::path kept_in(const std::filesystem::path &cache) {
    for (const auto &entry : std::filesystem::directory_iterator(cache / "rtffi" / "failed-trials")) {
        return entry.path();
    }
    return "";
}

} // namespace

CHILD("probe/harm") {
    struct Case {
        const char *harm;
        const char *cause;
        const char *text;
    };
    constexpr Case cases[] = {
        {"crash", "probe_crashed",
         " crashed when it was tried in a process of its own: it was ended by SIGSEGV (Segmentation fault)"},
        {"abort", "probe_crashed", "it was ended by SIGABRT (Aborted); it printed: harmful: this is the end"},
        {"throw", "probe_crashed", "thrown by a constructor"},
        {"exit", "probe_exited",
         " ended its process when it was tried in a process of its own: it ended itself with status 3"},
        {"leave quietly", "probe_exited", "it ended itself with status 0"},
        {"crash in init", "probe_crashed", "it was ended by SIGBUS"},
    };
    for (const Case &one : cases) {
        const Harmful plugin;
        set_harm(one.harm);
        fails(plugin.path, one.cause, one.text);
        set_harm("none");
        fails(plugin.path, one.cause, " in an earlier check: it ");
        const test::Opened without_trial(plugin.path);
        expect(without_trial.handle != 0, "without the flag nothing that is remembered is asked");
    }
}
TEST_CASE("a file that crashes, throws or ends its process while it is loaded is an error, and is remembered") {
    passes_with_new_cache("probe/harm");
}

CHILD("probe/hang") {
    const Harmful plugin;
    set_harm("hang");
    fails(plugin.path, "probe_timeout",
          " did not come to an end when it was tried in a process of its own: it did not come to an end within 0.3 s");
    set_harm("none");
    fails(plugin.path, "probe_timeout", " did not come to an end in an earlier check");
    setenv("RTFFI_PROBE_TIMEOUT", "60", 1);
    opens_after_trial(plugin.path);
}
TEST_CASE("a file that does not come to its end is an error, until it is given more time") {
    passes_with_new_cache("probe/hang", {"RTFFI_PROBE_TIMEOUT=0.3"});
}

CHILD("probe/good") {
    set_harm("none");
    opens_after_trial(Harmful().path);
    opens_after_trial(test::library_path("plain"));
    const test::Opened by_name("geometry", RT_DLOPEN_PROBE);
    expect(by_name.handle != 0, "a plugin opens by its name");
    expect(probed(test::sample_path("geometry")) == by_name.handle, "one that is open is opened again");
    rt_dlclose(by_name.handle);
}
TEST_CASE("a file that loads in the trial is opened as ever") { passes_with_new_cache("probe/good"); }

CHILD("probe/own_errors") {
    const Harmful plugin;
    set_harm("fail in init");
    expect(probed(plugin.path) == 0, "init fails");
    expect(test::last_error().code == RT_E_UNAVAILABLE && test::last_error().cause == "no_day",
           test::last_error().message);
    set_harm("none");
    opens_after_trial(plugin.path);
    const std::string text = plugin.folder.write("text.so", "no library");
    expect(probed(text) == 0 && test::last_error().cause == "not_elf", test::last_error().message);
    expect(probed(plugin.folder.file("nothing.so")) == 0 && test::last_error().cause == "not_found",
           test::last_error().message);
}
TEST_CASE("an error that a load reports itself is reported as ever, and not remembered") {
    passes_with_new_cache("probe/own_errors");
}

CHILD("probe/needs") {
    const test::TempFolder folder;
    folder.add(test::plugin_path("variant_1_9"), "variant.so");
    folder.add(test::plugin_path("needs_some"), "needs_some.so");
    rt_search_path_add(folder.path().c_str());
    const test::Opened needing("needs_some", RT_DLOPEN_PROBE);
    expect(needing.handle != 0, "the trial finds what the host added to the search path");
}
TEST_CASE("the trial searches where the host does") { passes_with_new_cache("probe/needs"); }

CHILD("probe/changed") {
    const Harmful plugin;
    fails_and_is_remembered(plugin.path);
    std::filesystem::rename(plugin.folder.add(test::plugin_path("harmful"), "newer"), plugin.path);
    opens_after_trial(plugin.path);
}
TEST_CASE("a failure is remembered of that very file, not of another one in its place") {
    passes_with_new_cache("probe/changed");
}

CHILD("probe/first_process") {
    set_harm("crash");
    fails(std::getenv("RTFFI_TEST_FILE"), "probe_crashed", "when it was tried in a process of its own");
}
CHILD("probe/second_process") {
    set_harm("none");
    fails(std::getenv("RTFFI_TEST_FILE"), "probe_crashed", "in an earlier check: it was ended by SIGSEGV");
}
CHILD("probe/opens") {
    set_harm("none");
    opens_after_trial(std::getenv("RTFFI_TEST_FILE"));
}
TEST_CASE("another process knows of a failure by the user's cache, and by nothing else") {
    const Harmful plugin;
    const test::TempFolder cache;
    const std::string where = cache.path().string();
    const std::vector<std::string> file{"RTFFI_TEST_FILE=" + plugin.path};
    passes_with(where, "probe/first_process", file);
    passes_with(where, "probe/second_process", file);
    passes_with_new_cache("probe/opens", file); // with an empty cache
    CHECK((std::filesystem::status(cache.path() / "rtffi").permissions() & std::filesystem::perms::others_all) ==
          std::filesystem::perms::none);

    const std::string kept = kept_in(cache.path());
    const std::string content = test::read_file(kept);
    CHECK(contains(content, "probe_crashed\n"));
    for (const std::string &damaged :
         {std::string(), std::string("rtffi 2\n"), content.substr(0, content.size() / 3), std::string(100000, 'x'),
          std::string("\0\n\n\n\n", 5), content.substr(0, content.find('\n')) + "\nno_such_cause\n1\nstory"}) {
        INFO(damaged.substr(0, 100));
        cache.write("new", damaged);
        std::filesystem::rename(cache.path() / "new", kept);
        passes_with(where, "probe/opens", file);
    }
    cache.write("elsewhere", content);
    std::filesystem::remove(kept);
    std::filesystem::create_symlink(cache.path() / "elsewhere", kept);
    passes_with(where, "probe/opens", file);
    std::filesystem::remove(kept);
    std::filesystem::create_directory(kept);
    passes_with(where, "probe/opens", file);
}

CHILD("probe/no_cache") {
    const Harmful plugin;
    fails_and_is_remembered(plugin.path);
}
TEST_CASE("without a cache that can be written to, this process remembers") {
    passes_with("/proc/no/such/folder", "probe/no_cache");
    passes_with("relative", "probe/no_cache", {"HOME="});
}

CHILD("probe/explain") {
    const Harmful plugin;
    rt_search_path_add(plugin.folder.path().c_str());
    set_harm("crash");
    fails(plugin.path, "probe_crashed", "SIGSEGV");
    for (const char *name : {"harmful", "harmful_one", plugin.path.c_str()}) {
        is_explained(name, "crashed");
    }
}
CHILD("probe/explain_elsewhere") {
    const auto why =
        is_explained(std::getenv("RTFFI_TEST_FILE"),
                     "cannot be used: it crashed in an earlier check: it was ended by SIGSEGV (Segmentation fault)");
    expect(contains(why["hint"].get<std::string>(), "rtffi verify"), why.dump());
}
TEST_CASE("rt_explain says that a file crashed in an earlier check") {
    passes_with_new_cache("probe/explain");
    const Harmful plugin;
    const test::TempFolder cache;
    const std::vector<std::string> file{"RTFFI_TEST_FILE=" + plugin.path};
    passes_with(cache.path().string(), "probe/first_process", file);
    passes_with(cache.path().string(), "probe/explain_elsewhere", file);
}

CHILD("probe/sigchld") {
    set_harm("none");
    for (const auto handler : {SIG_IGN, +[](int) {
                                   const int before = errno;
                                   while (waitpid(-1, nullptr, WNOHANG) > 0) {
                                   }
                                   errno = before;
                               }}) {
        signal(SIGCHLD, handler);
        const Harmful good;
        opens_after_trial(good.path);
        const Harmful bad;
        set_harm("crash");
        fails(bad.path, "probe_crashed", "SIGSEGV");
        set_harm("none");
    }
}
TEST_CASE("a host that takes all children's ends itself gets the same answers") {
    passes_with_new_cache("probe/sigchld");
}

CHILD("probe/threads") {
    set_harm("none");
    const Harmful good;
    const test::TempFolder folder;
    test::on_threads(6, [&](int i) {
        if (i % 2 == 0) {
            const std::int64_t handle = probed(good.path);
            expect(handle != 0, "it opens");
        } else {
            const std::string path = folder.add(test::library_path("plain"), "plain" + std::to_string(i) + ".so");
            expect(probed(path) != 0, "a library opens");
        }
    });
}
TEST_CASE("files are tried from many threads at once") { passes_with_new_cache("probe/threads"); }

CHILD("probe/descriptors") {
    const Harmful plugin;
    REQUIRE(dup2(2, 200) == 200);
    set_harm("look for descriptor 200");
    opens_after_trial(plugin.path);
}
TEST_CASE("the trial has none of the host's files") { passes_with_new_cache("probe/descriptors"); }

CHILD("probe/missing") {
    set_harm("none");
    const Harmful plugin;
    expect(probed(plugin.path) == 0, "it is not opened without a trial");
    const test::LastError error = test::last_error();
    expect(error.code == RT_E_UNAVAILABLE && error.cause == "no_probe", error.message);
    expect(contains(error.message, "the program rtffi-probe is neither in ") &&
               contains(error.message, "or open the file without RT_DLOPEN_PROBE"),
           error.message);
    expect(rt_dlopen(plugin.path.c_str(), 0) != 0, "without a trial wanted it opens");
}
TEST_CASE("without the program that tries files nothing is opened, and the error says what is missing") {
    const test::TempFolder folder;
    folder.add(RTFFI_TEST_CORE, "librtffi.so.0");
    passes_with_new_cache("probe/missing", {"LD_LIBRARY_PATH=" + folder.path().string()});
}
