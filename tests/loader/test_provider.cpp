// Providers: plugins that resolve names by a prefix. plugins/provider.cpp says what each name does.
#include <array>

#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/support.hpp"

using test::call;

namespace {

struct Provider {
    test::Opened plugin{test::plugin_path("provider")};
    static std::int64_t asked() { return call("provider_asked", {}).payload.integer; }
};

} // namespace

TEST_CASE_FIXTURE(Provider, "a name under a provider's prefix is resolved once and then found without asking") {
    const std::int64_t before = asked();
    const rt_function *record = rt_lookup("provided::add.7");
    REQUIRE(record != nullptr);
    CHECK(asked() == before + 1);
    CHECK(std::string(record->signature) == "provided::add.7(x: i64) -> i64");
    CHECK((record->native == nullptr));
    CHECK(call("provided::add.7", {rt_i64(35)}).payload.integer == 42);
    for (int i = 0; i < 100; i++) {
        CHECK(rt_lookup("provided::add.7") == record);
    }
    const rt_function *bound = nullptr;
    CHECK(rt_bind("provided::add.7", "f(x: i64) -> i64", 0, &bound) == RT_OK);
    CHECK(bound == record);
    CHECK(asked() == before + 1);
    rt_function_info info = {};
    info.struct_size = sizeof info;
    CHECK(rt_function_describe(record, &info) == RT_OK);
    CHECK(std::string(info.doc) == "Adds a number.");
    CHECK(std::string(info.plugin) == "provider");
}

TEST_CASE_FIXTURE(Provider, "many threads that ask for one name at once get one record") {
    const std::int64_t before = asked();
    std::array<const rt_function *, 8> found = {};
    test::on_threads(8, [&](int i) { found[static_cast<std::size_t>(i)] = rt_lookup("provided::add.1234"); });
    for (const rt_function *record : found) {
        CHECK(record == found[0]);
    }
    CHECK(found[0] != nullptr);
    CHECK(asked() == before + 1);
}

TEST_CASE_FIXTURE(Provider,
                  "a name the resolver does not know is not found, and one under another prefix is not asked for") {
    const std::int64_t before = asked();
    CHECK(rt_lookup("provided::unknown") == nullptr);
    CHECK(test::last_error().code == RT_E_NOT_FOUND);
    CHECK(asked() == before + 1);
    CHECK(rt_lookup("provide::add.1") == nullptr);
    CHECK(rt_lookup("provided:") == nullptr);
    CHECK(asked() == before + 1);
}

TEST_CASE_FIXTURE(Provider,
                  "a resolver that fails, throws or gives nonsense is the look-up's error, and others still resolve") {
    CHECK(rt_lookup("provided::fail") == nullptr);
    CHECK(test::last_error().code == RT_E_UNAVAILABLE);
    CHECK(test::last_error().message == "the schema is not readable");
    CHECK(test::last_error().cause == "no_schema");
    CHECK(rt_lookup("provided::near") == nullptr);
    CHECK(test::last_error().code == RT_E_NOT_FOUND);
    CHECK(test::last_error().message == "no provided::near; did you mean provided::add.1?");
    CHECK(rt_lookup("provided::throw") == nullptr);
    CHECK(test::last_error().code == RT_E_CALLEE);
    CHECK(test::last_error().message == "resolver: the resolver tripped");
    CHECK(rt_lookup("provided::wrong") == nullptr);
    CHECK(test::last_error().message ==
          "asked for provided::wrong, the resolver gave `provided::right(x: i64) -> i64`");
    CHECK(test::last_error().cause == "resolver");
    CHECK(rt_lookup("provided::broken") == nullptr);
    CHECK(test::last_error().code == RT_E_SIGNATURE);
    const rt_function *record = nullptr;
    CHECK(rt_bind("provided::fail", nullptr, 0, &record) == RT_E_UNAVAILABLE);
    CHECK(record == nullptr);
    CHECK(rt_lookup("provided::add.2") != nullptr);
}

TEST_CASE_FIXTURE(Provider, "a resolver may look names up, also under its own prefix") {
    const rt_function *inner = nullptr;
    const test::HostFunction hook("provider_hook()", [&](auto...) {
        inner = rt_lookup("provided::add.99");
        CHECK(rt_lookup("provided::unknown") == nullptr);
        return rt_status{RT_OK};
    });
    CHECK(rt_lookup("provided::hook") != nullptr);
    CHECK(inner != nullptr);
    CHECK(rt_lookup("provided::add.99") == inner);
}

TEST_CASE_FIXTURE(Provider, "a resolver that looks up what it is asked for gets an error, and no endless recursion") {
    CHECK(rt_lookup("provided::self") == nullptr);
    CHECK(test::last_error().code == RT_E_BUSY);
    CHECK(test::last_error().cause == "resolver_cycle");
    CHECK(test::last_error().message == "the resolver of 'provided::' asks for what it is looking for, provided::self");
    CHECK(rt_lookup("provided::add.98") != nullptr);
}

TEST_CASE_FIXTURE(Provider, "a variadic function gets what it is given, by position and by name") {
    const rt_function *record = rt_lookup("provided::count");
    REQUIRE(record != nullptr);
    const rt_value args[] = {rt_i64(1), rt_none(), rt_f64(2)};
    rt_value result = {};
    CHECK(rt_call(record, args, 3, &result) == RT_OK);
    CHECK(result.payload.integer == 3);
    CHECK(rt_call(record, nullptr, 0, &result) == RT_OK);
    CHECK(result.payload.integer == 0);
    const char *names[] = {nullptr, "alpha", "beta"};
    CHECK(rt_call_named(record, args, names, 3, &result) == RT_OK);
    CHECK(result.payload.integer == 203);
    const char *misplaced[] = {"alpha", nullptr, nullptr};
    CHECK(rt_call_named(record, args, misplaced, 3, &result) == RT_E_ARGUMENT);
    CHECK(test::last_error().cause == "argument_order");
    const char *twice[] = {nullptr, "alpha", "alpha"};
    CHECK(rt_call_named(record, args, twice, 3, &result) == RT_E_ARGUMENT);
    CHECK(test::last_error().cause == "argument_twice");
    // Any declaration agrees: what it takes is for its overloads to say.
    const rt_function *bound = nullptr;
    CHECK(rt_bind("provided::count", "f(a: i64, b: [f64]) -> text", 0, &bound) == RT_OK);
    CHECK(bound == record);
    CHECK(rt_bind("provider_asked", "f(...) -> i64", 0, &bound) == RT_E_SIGNATURE);
}

TEST_CASE_FIXTURE(Provider, "a variadic function without an entry for named arguments is refused") {
    CHECK(rt_lookup("provided::half") == nullptr);
    CHECK(test::last_error().cause == "bad_description");
    CHECK(test::contains(test::last_error().message, "`provided::half(...) -> any`"));
}

TEST_CASE_FIXTURE(Provider, "a closed plugin's variadic function says so, and works again when it is back") {
    const rt_function *record = rt_lookup("provided::count");
    const rt_value argument = rt_i64(1);
    const char *name = "x";
    rt_value result = {};
    REQUIRE(plugin.close() == RT_OK);
    CHECK(rt_call_named(record, &argument, &name, 1, &result) == RT_E_UNAVAILABLE);
    CHECK(test::last_error().cause == "closed");
    const test::Opened again(test::plugin_path("provider"));
    CHECK(rt_call_named(record, &argument, &name, 1, &result) == RT_OK);
    CHECK(result.payload.integer == 101);
}

TEST_CASE_FIXTURE(Provider, "the provider of `::` has the qualified names that no other prefix begins") {
    CHECK(rt_lookup("somebody::else") == nullptr);
    const test::Opened mirror(test::plugin_path("provider_mirror"));
    CHECK(rt_lookup("somebody::else") != nullptr);
    CHECK(rt_lookup("provided::unknown") == nullptr); // which has a provider of its own
    CHECK(rt_lookup("unqualified") == nullptr);
}

TEST_CASE_FIXTURE(Provider, "a prefix is somebody's once") {
    test::TempFolder folder;
    const std::string copy = folder.add(test::plugin_path("provider"), "librtffi_second.so");
    CHECK(rt_dlopen(copy.c_str(), 0) == 0);
    CHECK(test::last_error().code == RT_E_BUSY);
    CHECK(rt_lookup("provided::add.3") != nullptr);
}

TEST_CASE("a provider that is closed leaves stubs, and resolves again when it is opened again") {
    test::Opened plugin(test::plugin_path("provider"));
    const rt_function *record = rt_lookup("provided::add.5");
    REQUIRE(record != nullptr);
    REQUIRE(plugin.close() == RT_OK);
    CHECK(rt_lookup("provided::add.5") == nullptr);
    const rt_value argument = rt_i64(1);
    rt_value result = {};
    CHECK(rt_call(record, &argument, 1, &result) == RT_E_UNAVAILABLE);
    CHECK(test::last_error().plugin == "provider");
    // So that whoever asks for the native entry takes the dynamic one, which finds the provider that came back.
    CHECK((record->native == nullptr));
    const test::Opened again(test::plugin_path("provider"));
    // Through the old record, which nobody has looked up since.
    CHECK(rt_call(record, &argument, 1, &result) == RT_OK);
    CHECK(result.payload.integer == 6);
    CHECK(rt_lookup("provided::add.5") == record);
}

TEST_CASE("a resolver that closes its own plugin resolves nothing any more") {
    test::Opened plugin(test::plugin_path("provider"));
    rt_status closed = RT_E_CALLEE;
    {
        const test::HostFunction hook("provider_hook()", [&](auto...) {
            closed = plugin.close();
            return rt_status{RT_OK};
        });
        CHECK(rt_lookup("provided::hook") == nullptr);
    }
    CHECK(closed == RT_OK);
    const test::Opened again(test::plugin_path("provider"));
    CHECK(rt_lookup("provided::add.6") != nullptr);
}

// A plugin that is closed and opened again while its resolver runs: what is asked for then waits for that resolver.
CHILD("provider/reopened") {
    test::Opened plugin(test::plugin_path("provider"));
    std::atomic<bool> entered{false};
    std::atomic<bool> leave{false};
    const test::HostFunction hook("provider_hook()", [&](auto...) {
        entered = true;
        while (!leave) {
            std::this_thread::yield();
        }
        return rt_status{RT_OK};
    });
    std::thread first([&] { test::expect(rt_lookup("provided::hook") == nullptr, "its provider is gone"); });
    while (!entered) {
        std::this_thread::yield();
    }
    test::expect(plugin.close() == RT_OK, "closing does not wait for the resolver");
    const test::Opened again(test::plugin_path("provider"));
    std::thread second([&] { test::expect(rt_lookup("provided::add.5") != nullptr, "the new one resolves"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(100)); // long enough to get in, where nothing stops it
    leave = true;
    first.join();
    second.join();
    test::expect(test::call("provider_most_at_once", {}).payload.integer == 1, "the resolver is asked one by one");
}

TEST_CASE("a plugin that is opened again while its old resolver runs is not asked before that one has ended") {
    const test::ChildResult result = test::run_child("provider/reopened", {"RTFFI_LOAD_TIMEOUT=100"});
    CHECK_MESSAGE(result.status == 0, result.output);
}

// A resolver that waits for another thread, which wants a name from the same resolver.
CHILD("provider/timeout") {
    const test::Opened plugin(test::plugin_path("provider"));
    std::string inner;
    const test::HostFunction hook("provider_hook()", [&](auto...) {
        test::on_thread([&] {
            test::expect(rt_lookup("provided::add.8") == nullptr, "the look-up fails");
            inner = test::last_error().cause + "; " + test::last_error().message;
        });
        return rt_status{RT_OK};
    });
    test::expect(rt_lookup("provided::hook") != nullptr, "the outer look-up succeeds");
    test::expect(
        inner ==
            "resolver_timeout; the resolver of 'provided::' is busy on another thread; waited 0.2000 s (RTFFI_LOAD_TIMEOUT)",
        inner);
    test::expect(rt_lookup("provided::add.8") != nullptr, "and afterwards so does the other");
}

TEST_CASE("a resolver that waits for a thread which needs it does not hang: the other gets an error") {
    const test::ChildResult result = test::run_child("provider/timeout", {"RTFFI_LOAD_TIMEOUT=0.2"});
    CHECK_MESSAGE(result.status == 0, result.output);
}

// Two resolvers that each want a name of the other's, on two threads.
CHILD("provider/cycle") {
    const test::Opened provider(test::plugin_path("provider"));
    const test::Opened mirror(test::plugin_path("provider_mirror"));
    std::atomic<int> inside{0};
    std::atomic<int> cycles{0};
    const auto meet = [&](const char *other) {
        // Both resolvers are running before either asks the other.
        inside++;
        while (inside < 2) {
            std::this_thread::yield();
        }
        if (rt_lookup(other) == nullptr) {
            test::expect(test::last_error().cause == "resolver_cycle", test::last_error().message);
            test::expect(test::contains(test::last_error().message, "a cycle of resolvers: "), "the chain");
            cycles++;
        }
        return rt_status{RT_OK};
    };
    const test::HostFunction a("provider_hook()", [&](auto...) { return meet("mirror::zero"); });
    const test::HostFunction b("mirror_hook()", [&](auto...) { return meet("provided::add.9"); });
    test::on_threads(2, [&](int i) {
        test::expect(rt_lookup(i == 0 ? "provided::hook" : "mirror::one") != nullptr, "both resolve in the end");
    });
    test::expect(cycles == 1, "one of the two gets the error, " + std::to_string(cycles.load()));
}

TEST_CASE("of two resolvers that ask each other one gets an error that names the chain, and neither hangs") {
    const test::ChildResult result = test::run_child("provider/cycle", {"RTFFI_LOAD_TIMEOUT=100"});
    CHECK_MESSAGE(result.status == 0, result.output);
}

namespace {

struct Names {
    std::vector<std::string> names;
    std::size_t most = 100;
    static bool take(void *context, const rt_function_info *info) {
        auto &self = *static_cast<Names *>(context);
        CHECK((info->function == nullptr));
        CHECK(std::string(info->doc) == "Adds a number.");
        CHECK(std::string(info->plugin) == "provider");
        self.names.emplace_back(info->name);
        return self.names.size() < self.most;
    }
};

} // namespace

TEST_CASE_FIXTURE(Provider, "what a provider offers is listed in the order of the names, without resolving any") {
    const std::int64_t before = asked();
    Names all;
    CHECK(rt_each_provided("provided::", Names::take, &all) == RT_OK);
    CHECK(all.names == std::vector<std::string>{"provided::add.1", "provided::add.2"});
    Names one;
    CHECK(rt_each_provided("provided::add.2", Names::take, &one) == RT_OK);
    CHECK(one.names == std::vector<std::string>{"provided::add.2"});
    Names first{{}, 1};
    CHECK(rt_each_provided("provided::", Names::take, &first) == RT_OK);
    CHECK(first.names.size() == 1);
    CHECK(asked() == before);
}

TEST_CASE_FIXTURE(Provider, "a list that a provider cannot give is an error, and nothing is visited") {
    Names none;
    CHECK(rt_each_provided("provided::fail", Names::take, &none) == RT_E_UNAVAILABLE);
    CHECK(test::last_error().cause == "no_schema");
    CHECK(rt_each_provided("provided::odd", Names::take, &none) == RT_E_CALLEE);
    CHECK(test::last_error().message.find("listed `provided::even() -> i64`") != std::string::npos);
    CHECK(rt_each_provided(nullptr, Names::take, &none) == RT_E_ARGUMENT);
    CHECK(rt_each_provided("provided::", nullptr, &none) == RT_E_ARGUMENT);
    CHECK(none.names.empty());
}

TEST_CASE("a provider that lists nothing is passed over, and so is a prefix shorter than a provider's") {
    const test::Opened mirror(test::plugin_path("provider_mirror"));
    const test::Opened provider(test::plugin_path("provider"));
    Names none;
    CHECK(rt_each_provided("mirror::", Names::take, &none) == RT_OK);
    CHECK(rt_each_provided("provided", Names::take, &none) == RT_OK);
    CHECK(rt_each_provided("nobody::", Names::take, &none) == RT_OK);
    CHECK(none.names.empty());
}
