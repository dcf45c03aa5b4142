// Names and records: looking up, publishing from the host, taking back, coming back.
#include <semaphore>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "support/support.hpp"

using test::contains;

namespace {

rt_status seven(const rt_function *, const rt_value *, std::size_t, rt_value *result) {
    *result = rt_i64(7);
    return RT_OK;
}

rt_function_desc describe(const char *signature) {
    rt_function_desc desc = {};
    desc.struct_size = sizeof desc;
    desc.signature = signature;
    desc.dynamic = seven;
    return desc;
}

} // namespace

TEST_CASE("a published function is found and called, and gone when it is taken back") {
    rt_function_desc desc = describe("reg_seven() -> i64");
    desc.doc = "Seven.";
    desc.group = "Numbers";
    desc.flags = RT_FUNCTION_BLOCKS;
    const rt_function *record = nullptr;
    REQUIRE(rt_register(&desc, &record) == RT_OK);
    CHECK(rt_lookup("reg_seven") == record);
    CHECK(std::string(record->name) == "reg_seven");
    CHECK(std::string(record->signature) == "reg_seven() -> i64");
    rt_function_info info = {};
    info.struct_size = sizeof info;
    REQUIRE(rt_function_describe(record, &info) == RT_OK);
    CHECK(info.function == record);
    CHECK(std::string(info.doc) == "Seven.");
    CHECK(std::string(info.group) == "Numbers");
    CHECK(std::string(info.plugin) == "host");
    CHECK(info.flags == RT_FUNCTION_BLOCKS);
    CHECK(test::call("reg_seven", {}).payload.integer == 7);

    REQUIRE(rt_unregister(record) == RT_OK);
    CHECK(rt_lookup("reg_seven") == nullptr);
    CHECK(rt_unregister(record) == RT_E_NOT_FOUND);
}

TEST_CASE("a record that was taken back is a stub that says so, and the same record comes back to life") {
    rt_function_desc desc = describe("reg_revived() -> i64");
    const rt_function *record = nullptr;
    REQUIRE(rt_register(&desc, &record) == RT_OK);
    REQUIRE(rt_unregister(record) == RT_OK);
    rt_value result = rt_i64(1);
    CHECK(rt_call(record, nullptr, 0, &result) == RT_E_UNAVAILABLE);
    CHECK(result.type == RT_NONE);
    CHECK(test::last_error().message == "reg_revived: the host took this function back");
    CHECK(test::last_error().function == "reg_revived");
    CHECK(test::last_error().cause == "closed");
    CHECK((record->native == nullptr)); // it never had one

    const rt_function *again = nullptr;
    REQUIRE(rt_register(&desc, &again) == RT_OK);
    CHECK(again == record);
    REQUIRE(rt_call(record, nullptr, 0, &result) == RT_OK);
    CHECK(result.payload.integer == 7);
    CHECK(rt_unregister(record) == RT_OK);
}

TEST_CASE("a changed signature gets a new record, and the old one stays a stub") {
    rt_function_desc first = describe("reg_changed() -> i64");
    rt_function_desc second = describe("reg_changed(x: i64 = 1) -> i64");
    const rt_function *old_record = nullptr;
    const rt_function *new_record = nullptr;
    REQUIRE(rt_register(&first, &old_record) == RT_OK);
    REQUIRE(rt_unregister(old_record) == RT_OK);
    REQUIRE(rt_register(&second, &new_record) == RT_OK);
    CHECK(new_record != old_record);
    CHECK(rt_lookup("reg_changed") == new_record);
    rt_value result = {};
    CHECK(rt_call(old_record, nullptr, 0, &result) == RT_E_UNAVAILABLE);
    REQUIRE(rt_unregister(new_record) == RT_OK);
    REQUIRE(rt_register(&first, &new_record) == RT_OK);
    CHECK(new_record == old_record);
    REQUIRE(rt_unregister(old_record) == RT_OK);
}

TEST_CASE("a call that is inside a function of the host keeps its context when another takes the name") {
    struct Gate {
        std::binary_semaphore inside{0};
        std::binary_semaphore replaced{0};
    } static gate;
    const auto context_of = [](const rt_function *self, const rt_value *args, std::size_t,
                               rt_value *result) -> rt_status {
        if (args[0].payload.integer != 0) {
            gate.inside.release();
            gate.replaced.acquire();
        }
        *result = rt_i64(*static_cast<std::int64_t *>(self->context));
        return RT_OK;
    };
    std::int64_t one = 1;
    std::int64_t two = 2;
    rt_function_desc desc = describe("reg_context(wait: i64) -> i64");
    desc.dynamic = context_of;
    desc.context = &one;
    const rt_function *first = nullptr;
    const rt_function *second = nullptr;
    REQUIRE(rt_register(&desc, &first) == RT_OK);
    std::int64_t seen = 0;
    std::thread caller([&] { seen = test::call("reg_context", {rt_i64(1)}).payload.integer; });
    gate.inside.acquire();
    REQUIRE(rt_unregister(first) == RT_OK);
    desc.context = &two;
    REQUIRE(rt_register(&desc, &second) == RT_OK);
    CHECK(test::call("reg_context", {rt_i64(0)}).payload.integer == 2);
    gate.replaced.release();
    caller.join();
    CHECK(seen == 1);
    CHECK(first != second);
    REQUIRE(rt_unregister(second) == RT_OK);
    desc.context = &one;
    REQUIRE(rt_register(&desc, &second) == RT_OK);
    CHECK(first == second);
    REQUIRE(rt_unregister(second) == RT_OK);
}

TEST_CASE("a thousand times published and taken back, a function has one record") {
    rt_function_desc desc = describe("reg_thousand() -> i64");
    std::set<const rt_function *> records;
    for (int i = 0; i < 1000; i++) {
        const rt_function *record = nullptr;
        REQUIRE(rt_register(&desc, &record) == RT_OK);
        records.insert(record);
        REQUIRE(rt_unregister(record) == RT_OK);
    }
    CHECK(records.size() == 1);
}

TEST_CASE("a name is somebody's once") {
    const test::HostFunction first("reg_once() -> i64", [](auto...) { return rt_status{RT_OK}; });
    const rt_function *record = nullptr;
    rt_function_desc desc = describe("reg_once() -> i64");
    CHECK(rt_register(&desc, &record) == RT_E_BUSY);
    CHECK(test::last_error().cause == "name_clash");
    CHECK(test::last_error().message == "the function reg_once is registered already, by the plugin 'host'");
    desc.signature = "reg_once(x: i64) -> i64";
    CHECK(rt_register(&desc, &record) == RT_E_BUSY);
    CHECK(record == nullptr);
}

TEST_CASE("a description without what it needs is refused") {
    const rt_function *record = nullptr;
    CHECK(rt_register(nullptr, &record) == RT_E_ARGUMENT);
    CHECK(test::last_error().cause == "bad_description");
    rt_function_desc desc = describe(nullptr);
    CHECK(rt_register(&desc, &record) == RT_E_ARGUMENT);
    desc = describe("reg_incomplete()");
    desc.dynamic = nullptr;
    CHECK(rt_register(&desc, &record) == RT_E_ARGUMENT);
    desc = describe("reg_incomplete()");
    desc.struct_size = 8;
    CHECK(rt_register(&desc, &record) == RT_E_ARGUMENT);
    CHECK(test::last_error().message == "a function's description needs struct_size, a signature and a dynamic entry");
    CHECK(rt_lookup("reg_incomplete") == nullptr);
    // `out` may be null.
    desc = describe("reg_no_out()");
    REQUIRE(rt_register(&desc, nullptr) == RT_OK);
    REQUIRE(rt_unregister(rt_lookup("reg_no_out")) == RT_OK);
}

TEST_CASE("native C types that do not agree with the signature are refused") {
    rt_function_desc desc = describe("reg_types(x: f64, y: [i64]) -> f64");
    desc.native = reinterpret_cast<rt_native_entry>(+[](double x, const std::int64_t *, std::size_t) { return x; });
    const rt_function *record = nullptr;
    desc.native_types = "qQzd";
    CHECK(rt_register(&desc, &record) == RT_E_SIGNATURE);
    CHECK(test::last_error().message ==
          "reg_types: the C types given (qQzd) do not agree with the signature, which stands for "
          "(dQzd): `reg_types(x: f64, y: [i64]) -> f64`");
    desc.native_types = "dQzd";
    REQUIRE(rt_register(&desc, &record) == RT_OK);
    CHECK(test::native<double(double, const std::int64_t *, std::size_t)>(record)(2.5, nullptr, 0) == 2.5);
    REQUIRE(rt_unregister(record) == RT_OK);
}

TEST_CASE("a miss names what is near in spelling, and nothing where nothing is near") {
    const test::HostFunction f("reg_nearest_name() -> i64", [](auto...) { return rt_status{RT_OK}; });
    CHECK(rt_lookup("reg_nearest_nmae") == nullptr);
    CHECK(test::last_error().code == RT_E_NOT_FOUND);
    CHECK(
        test::last_error().message ==
        "no function named 'reg_nearest_nmae' is registered; did you mean reg_nearest_name? It is `reg_nearest_name() -> i64`");
    CHECK(rt_lookup("zzzzzzzzzzzzzzzzzzzzzzzz") == nullptr);
    CHECK(test::last_error().message == "no function named 'zzzzzzzzzzzzzzzzzzzzzzzz' is registered");
    CHECK(rt_lookup("") == nullptr);
    CHECK(rt_lookup(nullptr) == nullptr);
    CHECK(test::last_error().code == RT_E_ARGUMENT);
    CHECK(rt_lookup(std::string(1 << 20, 'x').c_str()) == nullptr);
}

TEST_CASE("success leaves the last error alone") {
    const test::HostFunction f("reg_success() -> i64", [](auto...) { return rt_status{RT_OK}; });
    CHECK(rt_lookup("reg_no_such_name_at_all") == nullptr);
    const std::string before = test::last_error().message;
    CHECK(rt_lookup("reg_success") == f.record);
    CHECK(test::last_error().message == before);
}

TEST_CASE("5,000 names are all found, also while the table grows, and listed in the order of their names") {
    std::vector<const rt_function *> records;
    std::vector<std::string> names;
    for (int i = 0; i < 5000; i++) {
        names.push_back("reg_many_" + std::to_string(i * 7919 % 5000));
        const std::string signature = names.back() + "(x: i64) -> i64";
        const rt_function_desc desc = describe(signature.c_str());
        const rt_function *record = nullptr;
        REQUIRE(rt_register(&desc, &record) == RT_OK);
        records.push_back(record);
        REQUIRE(rt_lookup(names[static_cast<std::size_t>(i) / 2].c_str()) == records[static_cast<std::size_t>(i) / 2]);
    }
    bool all = true;
    for (std::size_t i = 0; i < names.size(); i++) {
        all = all && rt_lookup(names[i].c_str()) == records[i];
    }
    CHECK(all);
    std::vector<std::string> listed;
    REQUIRE(rt_each_function(
                "reg_many_",
                [](void *context, const rt_function_info *info) {
                    static_cast<std::vector<std::string> *>(context)->emplace_back(info->name);
                    return true;
                },
                &listed) == RT_OK);
    CHECK(listed.size() == 5000);
    CHECK(std::is_sorted(listed.begin(), listed.end()));
    int seen = 0;
    REQUIRE(rt_each_function(
                "reg_many_", [](void *context, const rt_function_info *) { return ++*static_cast<int *>(context) < 3; },
                &seen) == RT_OK);
    CHECK(seen == 3); // a visitor that returns false stops
    for (const rt_function *record : records) {
        REQUIRE(rt_unregister(record) == RT_OK);
    }
    CHECK(rt_lookup(names[0].c_str()) == nullptr);
    CHECK(rt_each_function(nullptr, nullptr, nullptr) == RT_E_ARGUMENT);
}

TEST_CASE("a visitor may register and take back while it visits") {
    const test::HostFunction f("reg_visited() -> i64", [](auto...) { return rt_status{RT_OK}; });
    rt_status inside = RT_E_CALLEE;
    REQUIRE(rt_each_function(
                "reg_visited",
                [](void *context, const rt_function_info *) {
                    const test::HostFunction g("reg_while_visiting()", [](auto...) { return rt_status{RT_OK}; });
                    *static_cast<rt_status *>(context) =
                        rt_lookup("reg_while_visiting") != nullptr ? RT_OK : RT_E_NOT_FOUND;
                    return true;
                },
                &inside) == RT_OK);
    CHECK(inside == RT_OK);
}

TEST_CASE("a plugin's functions and the plugin itself are listed") {
    const test::Opened geometry(test::sample_path("geometry"));
    REQUIRE(geometry.handle != 0);
    rt_function_info info = {};
    info.struct_size = sizeof info;
    REQUIRE(rt_function_describe(rt_lookup("geo_hypotenuse"), &info) == RT_OK);
    CHECK(std::string(info.plugin) == "geometry");
    CHECK(std::string(info.doc) == "Length of the hypotenuse.");
    bool seen = false;
    REQUIRE(rt_each_plugin(
                [](void *context, const rt_plugin_info *p) {
                    if (std::string(p->name) == "geometry") {
                        *static_cast<bool *>(context) = true;
                        CHECK(std::string(p->version) == "1.0.0");
                        CHECK(std::string(p->doc) == "Plane geometry: a sample plugin in C++");
                        CHECK(std::string(p->state) == "active");
                        CHECK(contains(p->path, "librtffi_geometry.so"));
                        CHECK(p->functions == 11);
                    }
                    return true;
                },
                &seen) == RT_OK);
    CHECK(seen);
    // An older caller's struct is filled as far as it goes.
    rt_function_info shorter = {};
    shorter.struct_size = offsetof(rt_function_info, doc);
    shorter.doc = "untouched";
    REQUIRE(rt_function_describe(rt_lookup("geo_hypotenuse"), &shorter) == RT_OK);
    CHECK(std::string(shorter.name) == "geo_hypotenuse");
    CHECK(std::string(shorter.doc) == "untouched");
    CHECK(shorter.struct_size == offsetof(rt_function_info, doc));
}
