// RT_DLCLOSE_UNMAP: code that leaves the process, what is left of it, and why it does not leave.
#include <dlfcn.h>

#include <cmath>
#include <semaphore>
#include <thread>

#include <doctest/doctest.h>

#include <rtffi/host.hpp>

#include "support/host_errors.hpp"
#include "support/support.hpp"

using test::call;

namespace {

bool is_mapped(const std::string &path) { return contains(test::read_file("/proc/self/maps"), path + "\n"); }

std::string state_at(const std::string &path) {
    for (const rt::PluginInfo &plugin : rt::Registry::plugins()) {
        if (plugin.path == path) {
            return plugin.state;
        }
    }
    return "unknown";
}

// A plugin of a test in a folder of its own, so that no other test has it open or pinned.
struct Copy {
    explicit Copy(const std::string &name) : path(folder.add(test::plugin_path(name), "librtffi_" + name + ".so")) {
        handle = rt_dlopen(path.c_str(), 0);
        REQUIRE_MESSAGE(handle != 0, rt_dlerror());
    }
    rt_status unmap() const { return rt_dlclose_ex(handle, RT_DLCLOSE_UNMAP); }
    // Puts another file in its place.
    void replace(const std::string &by) const {
        std::filesystem::rename(folder.add(test::plugin_path(by), "newer"), path);
    }

    test::TempFolder folder;
    std::string path;
    std::int64_t handle = 0;
};

// Closing with RT_DLCLOSE_UNMAP closes it, and says why its code is there still.
void stays(const Copy &plugin, const char *cause, const char *why) {
    INFO(plugin.path);
    CHECK(plugin.unmap() == RT_E_UNAVAILABLE);
    const test::LastError error = test::last_error();
    CHECK(error.cause == cause);
    CHECK_MESSAGE(contains(error.message, plugin.path + " is closed, but its code stays mapped: "), error.message);
    CHECK_MESSAGE(contains(error.message, why), error.message);
    CHECK_MESSAGE(contains(error.message, ". To do: "), error.message);
    CHECK(error.message.size() > error.message.find("To do: ") + 15);
    CHECK(is_mapped(plugin.path));
    CHECK(state_at(plugin.path) == "retired");
    CHECK(plugin.unmap() == RT_E_HANDLE);
}

// Closing with RT_DLCLOSE_UNMAP is refused, and nothing happened.
void refused(std::int64_t handle, const char *cause, const char *why) {
    CHECK(rt_dlclose_ex(handle, RT_DLCLOSE_UNMAP) == RT_E_BUSY);
    CHECK(test::last_error().cause == cause);
    CHECK_MESSAGE(contains(test::last_error().message, why), test::last_error().message);
    CHECK(rt_dlsym(handle, "no_such_symbol") == 0);
    CHECK(test::last_error().code == RT_E_NOT_FOUND); // the library is open
}

} // namespace

TEST_CASE("a plugin that says so is unmapped, and its new file is loaded through the records of the old one") {
    const Copy plugin("unmappable");
    const rt_function *answer = rt_lookup("unmappable_answer");
    const rt::Function<std::int64_t()> bound("unmappable_answer");
    const rt::Function<std::int64_t()> from_provider("unmappable::anything");
    CHECK(bound() == 1);
    CHECK(from_provider() == 1);
    REQUIRE_MESSAGE(plugin.unmap() == RT_OK, rt_dlerror());
    CHECK(!is_mapped(plugin.path));
    CHECK(state_at(plugin.path) == "closed");

    plugin.replace("unmappable_new");
    test::Opened newer(plugin.path);
    REQUIRE_MESSAGE(newer.handle != 0, rt_dlerror());
    CHECK(rt_lookup("unmappable_answer") == answer);
    CHECK(bound() == 2);
    CHECK(from_provider() == 2);
    CHECK(rt_dlclose_ex(newer.handle, RT_DLCLOSE_UNMAP) == RT_OK);
    newer.handle = 0;
}

TEST_CASE("functions of an unmapped plugin are errors, native, dynamic and bound") {
    const Copy plugin("unmappable");
    const rt_function *answer = rt_lookup("unmappable_answer");
    const rt_function *half = rt_lookup("unmappable_half");
    const rt_function *text = rt_lookup("unmappable_text");
    const rt_function *make = rt_lookup("unmappable_make");
    const rt_function *resolved = rt_lookup("unmappable::one");
    const rt::Function<double(double)> bound_half("unmappable_half");
    const rt::Function<std::string()> bound_text("unmappable_text");
    REQUIRE(resolved != nullptr);
    REQUIRE(plugin.unmap() == RT_OK);

    for (const rt_function *function : {answer, half, text, make, resolved}) {
        INFO(function->name);
        rt_value result = rt_i64(7);
        CHECK(rt_call(function, nullptr, 0, &result) == RT_E_UNAVAILABLE);
        CHECK(result.type == RT_NONE);
        CHECK(test::last_error().cause == "closed");
        CHECK(test::last_error().plugin == "unmappable");
        CHECK(rt_lookup(function->name) == nullptr);
    }
    const rt_value argument = rt_i64(1);
    const char *const name = "value";
    rt_value result = rt_none();
    CHECK(rt_call_named(make, &argument, &name, 1, &result) == RT_E_UNAVAILABLE);
    *rt_error_location() = RT_OK;
    CHECK(test::native<std::int64_t()>(answer)() == 0);
    CHECK(*rt_error_location() == RT_E_UNAVAILABLE);
    CHECK(std::isnan(test::native<double(double)>(half)(1)));
    CHECK(test::native<const char *()>(text)() == nullptr);
    CHECK(test::native<std::int64_t(std::int64_t)>(make)(1) == 0);
    CHECK(error_of([&] { bound_half(1); }).code() == RT_E_UNAVAILABLE);
    CHECK(error_of([&] { bound_text(); }).code() == RT_E_UNAVAILABLE);
    CHECK(rt_dlsym(plugin.handle, "unmappable_answer") == 0);
    CHECK(test::last_error().code == RT_E_HANDLE);
    CHECK(rt_dlclose(plugin.handle) == RT_E_HANDLE);
}

TEST_CASE("what was had from an unmapped plugin stays good: results, errors, descriptions, freed handles") {
    const Copy plugin("unmappable");
    const rt_function *greeting = rt_lookup("unmappable_greeting");
    const rt_function *resolved = rt_lookup("unmappable::two");
    rt_value owned = call("unmappable_text", {});
    const char *borrowed = test::native<const char *()>("unmappable_text")();
    const std::int64_t object = call("unmappable_make", {rt_i64(5)}).payload.integer;
    const char *class_name = rt_handle_class(object);
    CHECK(call("unmappable_value", {rt_handle(object)}).payload.integer == 5);
    CHECK(rt_handle_free(object) == RT_OK);
    rt_error error = {};
    error.struct_size = sizeof error;
    rt_value nothing = rt_none();
    REQUIRE(rt_call_ex(rt_lookup("unmappable_fail"), nullptr, 0, &nothing, &error) == RT_E_CALLEE);
    REQUIRE(plugin.unmap() == RT_OK);

    CHECK(contains(test::last_error().message, "a message from code that will be gone"));
    CHECK(test::last_error().function == "unmappable_fail");
    CHECK(test::last_error().cause == "its_cause");
    CHECK(contains(error.message, "a message from code that will be gone"));
    CHECK(std::string_view(error.cause) == "its_cause");
    rt_error_clear(&error);
    CHECK(contains(borrowed, "of answer 1"));
    CHECK(contains(static_cast<const char *>(owned.payload.pointer), "of answer 1"));
    rt_value_clear(&owned);
    CHECK(std::string_view(class_name) == "Unmappable");
    CHECK(rt_handle_class(object) == nullptr);
    CHECK(rt_handle_free(object) == RT_E_HANDLE);

    rt_function_info info = {};
    info.struct_size = sizeof info;
    REQUIRE(rt_function_describe(greeting, &info) == RT_OK);
    CHECK(std::string_view(info.name) == "unmappable_greeting");
    CHECK(std::string_view(info.signature) == "unmappable_greeting(name: text = \"you\") -> text");
    CHECK(std::string_view(info.doc) == "A greeting.");
    CHECK(std::string_view(info.group) == "Things that go");
    CHECK(std::string_view(info.plugin) == "unmappable");
    REQUIRE(rt_function_describe(resolved, &info) == RT_OK);
    CHECK(std::string_view(info.doc) == "What the provider gave.");
    rt_value report = rt_none();
    CHECK(rt_handle_report(&report) == RT_OK);
    rt_value_clear(&report);
}

TEST_CASE("a library with plain symbols is unmapped, too") {
    const test::TempFolder folder;
    const std::string path = folder.add(test::library_path("plain"), "libplain_unmapped.so");
    const std::int64_t handle = rt_dlopen(path.c_str(), 0);
    CHECK(is_mapped(path));
    CHECK(rt_dlclose_ex(handle, RT_DLCLOSE_UNMAP) == RT_OK);
    CHECK(!is_mapped(path));
    CHECK(rt_dlsym(handle, "plain_answer") == 0);
    CHECK(test::last_error().code == RT_E_HANDLE);
}

TEST_CASE("unknown flags of closing are refused") {
    const test::Opened plain(test::library_path("plain"));
    CHECK(rt_dlclose_ex(plain.handle, 1) == RT_E_ARGUMENT);
    CHECK(test::last_error().message == "rt_dlclose_ex: unknown flags 1; RT_DLCLOSE_UNMAP is the one there is");
    CHECK(rt_dlsym(plain.handle, "plain_answer") != 0);
}

TEST_CASE("functions that a host published from a library's code are taken back when it goes, and so is its log sink") {
    const test::TempFolder folder;
    test::Opened plain(folder.add(test::library_path("plain"), "libplain_publishing.so"));
    rt_function_desc desc = {};
    desc.struct_size = sizeof desc;
    desc.signature = "published_from_plain() -> i64";
    desc.dynamic = reinterpret_cast<rt_dynamic_entry>(rt_dlsym(plain.handle, "plain_entry"));
    const rt_function *function = nullptr;
    REQUIRE(rt_register(&desc, &function) == RT_OK);
    int logged = 0;
    rt_log_set(reinterpret_cast<rt_log_sink>(rt_dlsym(plain.handle, "plain_sink")), &logged);
    const test::Opened logging(test::plugin_path("logging"));
    const auto log_debug = [] { call("log_message", {rt_i64(RT_LOG_DEBUG), rt_text("quiet")}); };
    log_debug();
    CHECK(logged == 1);
    CHECK(call("published_from_plain", {}).payload.integer == 41);
    REQUIRE(plain.close() == RT_OK);

    log_debug();
    CHECK(logged == 1);
    CHECK(rt_lookup("published_from_plain") == nullptr);
    rt_value result = rt_none();
    CHECK(rt_call(function, nullptr, 0, &result) == RT_E_UNAVAILABLE);
    CHECK(test::last_error().message == "published_from_plain: the host took this function back");
    CHECK(rt_unregister(function) == RT_E_NOT_FOUND);
    rt_log_set(nullptr, nullptr);
}

TEST_CASE("closing is refused while callables live whose code would go") {
    const test::TempFolder folder;
    test::Opened plain(folder.add(test::library_path("plain"), "libplain_callable.so"));
    const auto entry = reinterpret_cast<rt_dynamic_entry>(rt_dlsym(plain.handle, "plain_entry"));
    const std::int64_t callable = rt_callable("fn() -> i64", entry, nullptr, nullptr, 0);
    REQUIRE(callable != 0);
    refused(plain.handle, "live_handles", "1 handle of it alive (1 Callable); free them first");
    CHECK(rt_dlclose(plain.handle) == RT_E_BUSY);
    rt_value result = rt_none();
    CHECK(rt_callable_call(callable, nullptr, 0, &result) == RT_OK);
    rt_handle_free(callable);
    CHECK(plain.close() == RT_OK);
}

TEST_CASE("unmapping is refused while objects of the plugin live") {
    const Copy plugin("unmappable");
    const std::int64_t object = call("unmappable_make", {rt_i64(5)}).payload.integer;
    refused(plugin.handle, "live_handles",
            "the plugin 'unmappable' cannot be closed: 1 handle of it alive (1 Unmappable)");
    CHECK(call("unmappable_value", {rt_handle(object)}).payload.integer == 5);
    rt_handle_free(object);
    CHECK(plugin.unmap() == RT_OK);
}

TEST_CASE("unmapping is refused while others have the plugin open, and nothing is counted") {
    const Copy plugin("unmappable");
    {
        const test::Opened again(plugin.path);
        refused(plugin.handle, "opened_again", "unmappable is open 2 times, and the last close alone can unmap it");
        refused(plugin.handle, "opened_again", "is open 2 times");
    }
    CHECK(plugin.unmap() == RT_OK);
    CHECK(!is_mapped(plugin.path));
}

TEST_CASE("unmapping is refused while another plugin needs it") {
    const Copy plugin("unmappable");
    {
        const test::Opened needing(test::plugin_path("needs_unmappable"));
        REQUIRE_MESSAGE(needing.handle != 0, rt_dlerror());
        refused(plugin.handle, "opened_again", "so does what an open plugin needs");
    }
    CHECK(plugin.unmap() == RT_OK);
}

TEST_CASE("a plugin that does not say that it may be unmapped is retired, and can be opened again") {
    const Copy plugin("values");
    stays(plugin, "unmap_not_allowed", "write RT_UNMAPPABLE in one of the plugin's source files");
    const test::Opened again(plugin.path);
    CHECK(again.handle != 0);
    CHECK(call("v_half", {rt_f64(3)}).payload.number == 1.5);
}

TEST_CASE("a plugin linked or opened with nodelete stays, and is told so") {
    const Copy linked("unmappable_nodelete");
    stays(linked, "nodelete", "it is linked with -z nodelete");
    const test::TempFolder folder;
    const std::string path = folder.add(test::plugin_path("unmappable"), "kept.so");
    const std::int64_t handle = rt_dlopen(path.c_str(), RTLD_NODELETE);
    CHECK(rt_dlclose_ex(handle, RT_DLCLOSE_UNMAP) == RT_E_UNAVAILABLE);
    CHECK(test::last_error().cause == "nodelete");
    CHECK(contains(test::last_error().message, "it was opened with RTLD_NODELETE"));
}

TEST_CASE("a plugin with unique symbols stays, and one of them is named") {
    const Copy plugin("unmappable_unique");
    CHECK(call("unique_touch", {}).payload.integer == 1);
    stays(plugin, "unique_symbols", "of which a process has one for ever (STB_GNU_UNIQUE), such as ");
    const test::Opened again(plugin.path);
    CHECK(call("unique_touch", {}).payload.integer == 2); // the old image
}

TEST_CASE("a plugin with a thread_local object stays until the object's thread has ended") {
    const Copy plugin("unmappable_thread_local");
    std::binary_semaphore used{0};
    std::binary_semaphore closed{0};
    std::thread user([&] {
        call("thread_local_touch", {});
        used.release();
        closed.acquire();
    });
    used.acquire();
    stays(plugin, "thread_local_destructor", "a thread that still runs has a thread_local object of it");
    closed.release();
    user.join();
    const std::int64_t again = rt_dlopen(plugin.path.c_str(), 0);
    REQUIRE(again != 0);
    CHECK(rt_dlclose_ex(again, RT_DLCLOSE_UNMAP) == RT_OK);
    CHECK(!is_mapped(plugin.path));
}

TEST_CASE("a plugin that something else has open stays, and its new file is refused until it is closed there") {
    const Copy plugin("unmappable");
    void *elsewhere = dlopen(plugin.path.c_str(), RTLD_NOW);
    REQUIRE(elsewhere != nullptr);
    stays(plugin, "open_elsewhere", "something else in the process has it open");
    plugin.replace("unmappable_new");
    CHECK(rt_dlopen(plugin.path.c_str(), 0) == 0);
    CHECK(test::last_error().cause == "file_changed");
    CHECK(contains(test::last_error().message, "is another file than the one that was loaded from there"));
    CHECK(rt_lookup("unmappable_answer") == nullptr);
    dlclose(elsewhere);
    const std::int64_t newer = rt_dlopen(plugin.path.c_str(), 0);
    REQUIRE_MESSAGE(newer != 0, rt_dlerror());
    CHECK(call("unmappable_answer", {}).payload.integer == 2);
    CHECK(rt_dlclose_ex(newer, RT_DLCLOSE_UNMAP) == RT_OK);
}

TEST_CASE("a plugin that was retired and not unmapped keeps its new file out") {
    const Copy plugin("unmappable");
    REQUIRE(rt_dlclose(plugin.handle) == RT_OK);
    CHECK(is_mapped(plugin.path));
    plugin.replace("unmappable_new");
    CHECK(rt_dlopen(plugin.path.c_str(), 0) == 0);
    CHECK(test::last_error().cause == "file_changed");
    CHECK(contains(test::last_error().message, "start the process anew to use it"));
}

TEST_CASE("a plugin whose shutdown leaves objects stays, since they could not be destroyed") {
    const Copy plugin("unmappable_leaving");
    stays(plugin, "live_handles", "its shutdown left 1 handle of it alive (1 Leaving)");
}

TEST_CASE("rt::Library closes with flags, and is closed where the code could not go") {
    const test::TempFolder folder;
    rt::Library plugin(folder.add(test::plugin_path("unmappable_nodelete"), "library.so"));
    CHECK(std::string(error_of([&] { plugin.close(RT_DLCLOSE_UNMAP); }).cause()) == "nodelete");
    CHECK(plugin.handle() == 0);
}
