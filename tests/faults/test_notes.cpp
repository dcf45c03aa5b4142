// What the notes of a plugin's file may say: too much, nonsense, or something else than its code.
#include <algorithm>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <rtffi/plugin.h>

#include "../loader/support/elf_image.hpp"
#include "fault.hpp"

using nlohmann::json;
using test::elf_note;

namespace {

const std::string nothing(1, '\0');

constexpr int many = RTFFI_FAULT_FUNCTIONS;
const std::string many_text = std::to_string(many);

std::string plugin_note(const std::string &more = "") {
    return elf_note(RT_NOTE_PLUGIN, "name=made" + nothing + "version=1.0.0" + nothing + "doc=Made by a test" + nothing +
                                        "abi=1" + nothing + more);
}
std::string function_note(const std::string &signature, const std::string &doc = "1.") {
    return elf_note(RT_NOTE_FUNCTION, "sig=" + signature + nothing + "doc=" + doc);
}

struct Made {
    test::TempFolder folder;
    std::string path;
    explicit Made(const std::string &notes)
        : path(folder.write("librtffi_made.so",
                            test::with_notes(test::read_file(test::plugin_path("future_abi")), notes))) {}
};

json inspected(const std::string &path) { return json::parse(test::inspection_of(path)); }

// The cause of the first check that fails, or "".
std::string failing(const json &document) {
    for (const json &check : document["checks"]) {
        if (!check["ok"]) {
            return check["cause"];
        }
    }
    return "";
}

} // namespace

TEST_CASE("a file that says it has a million functions is read, and its code is found to have none") {
    std::string notes = plugin_note();
    for (int i = 0; i < many; i++) {
        notes += function_note("f" + std::to_string(i) + "()->i64", "");
    }
    const Made file(notes);
    const json document = inspected(file.path);
    CHECK(document["functions"].size() == many);
    CHECK(faults::refused(many_text + " functions in the notes", file.path, {"abi_version"}));
    rt_search_path_add(file.folder.path().c_str());
    const faults::Registry before = faults::registry();
    const std::string last = "f" + std::to_string(many - 1);
    CHECK(rt_bind(last.c_str(), nullptr, 0, nullptr) == RT_E_ARGUMENT);
    const rt_function *record = nullptr;
    CHECK(rt_bind(last.c_str(), nullptr, 0, &record) == RT_E_LOAD);
    CHECK(faults::survived(many_text + " functions in the notes, one of them wanted", before, record == nullptr));
}

// In a process of its own: their names stay in the registry.
CHILD("notes/million_published") {
    const faults::Registry before = faults::registry();
    std::vector<const rt_function *> records(many);
    bool fine = true;
    for (int i = 0; i < many; i++) {
        const std::string signature = "million_" + std::to_string(i) + "() -> i64";
        rt_function_desc desc = {};
        desc.struct_size = sizeof desc;
        desc.signature = signature.c_str();
        desc.dynamic = [](const rt_function *, const rt_value *, std::size_t, rt_value *result) -> rt_status {
            *result = rt_i64(7);
            return RT_OK;
        };
        fine = fine && rt_register(&desc, &records[static_cast<std::size_t>(i)]) == RT_OK;
    }
    REQUIRE(fine);
    for (const int i : {0, 1, many / 2, many - 1}) {
        const std::string name = "million_" + std::to_string(i);
        CHECK(rt_lookup(name.c_str()) == records[static_cast<std::size_t>(i)]);
    }
    CHECK(rt_lookup(("million_" + std::to_string(many)).c_str()) == nullptr);
    std::reverse(records.begin(), records.end()); // the last one first
    for (const rt_function *record : records) {
        fine = fine && rt_unregister(record) == RT_OK;
    }
    CHECK(fine);
    REQUIRE(faults::registry() == before);
    faults::report(many_text + " functions published", 1, 1);
}
TEST_CASE("a million functions are published, found and taken back") {
    CHECK(faults::child_survives("notes/million_published"));
}

TEST_CASE("more notes than are read are refused") {
    const Made file(plugin_note() + function_note("f() -> i64", std::string(std::size_t{65} << 20, 'd')));
    CHECK(failing(inspected(file.path)) == "too_large");
    CHECK(faults::refused("65 MiB of notes", file.path, {"too_large"}));
}

TEST_CASE("names, signatures and docs of 64 KB are read, and the names found") {
    const std::string name(65536, 'n');
    const Made file(plugin_note() + function_note(name + "() -> i64", std::string(65536, 'd')));
    const json document = inspected(file.path);
    CHECK(document["functions"][0]["name"] == name);
    CHECK(document["functions"][0]["doc"].get<std::string>().size() == 65536);
    CHECK(faults::refused("a name of 64 KB", file.path, {"abi_version"}));
    const faults::Registry before = faults::registry();
    {
        const test::HostFunction function((name + "() -> i64").c_str(),
                                          [](const rt_value *, std::size_t, rt_value *result) {
                                              *result = rt_i64(9);
                                              return RT_OK;
                                          });
        CHECK(rt_lookup(name.c_str()) == function.record);
        CHECK(rt_lookup((name + "n").c_str()) == nullptr);
        CHECK(test::last_error().message.size() < 300000);
    }
    CHECK(faults::survived("a name of 64 KB published", before, true));
    const test::Opened none(std::string(65536, 'p'));
    CHECK(none.handle == 0);
}

TEST_CASE("notes that are not UTF-8 come out as replacement characters, and as names they are refused") {
    const Made file(plugin_note() + function_note("f() -> i64", "\xff\xfe caf\xe9"));
    CHECK(inspected(file.path)["functions"][0]["doc"] == "\uFFFD\uFFFD caf\uFFFD");
    CHECK(faults::refused("a doc that is not UTF-8", file.path, {"abi_version"}));
    const faults::Registry before = faults::registry();
    rt_function_desc desc = {};
    desc.struct_size = sizeof desc;
    desc.signature = "f\xff() -> i64";
    desc.dynamic = [](const rt_function *, const rt_value *, std::size_t, rt_value *) -> rt_status { return RT_OK; };
    CHECK(rt_register(&desc, nullptr) == RT_E_SIGNATURE);
    CHECK(faults::survived("a name that is not UTF-8", before, true));
}

TEST_CASE("duplicate names, and notes without a plugin's, are told before anything is loaded") {
    const Made twice(plugin_note() + function_note("f() -> i64") + function_note("f(x: i64) -> i64"));
    CHECK(failing(inspected(twice.path)) == "two_of_one_name");
    CHECK(faults::refused("two functions of one name", twice.path, {"abi_version"})); // its code is another's
    const test::TempFolder folder;
    const std::string good = test::read_file(test::plugin_path("two_of_one_name"));
    const std::string path = folder.write("librtffi_twice.so", good);
    CHECK(failing(inspected(path)) == "two_of_one_name");
    CHECK(faults::refused("two functions of one name", path, {"name_clash", "two_of_one_name"}));
    const Made without(function_note("f() -> i64"));
    CHECK(failing(inspected(without.path)) == "no_plugin_record");
    CHECK(faults::refused("functions without a plugin", without.path, {"no_metadata"}));
}

TEST_CASE("notes cut off anywhere are refused or passed over") {
    const std::string notes = plugin_note() + function_note("f() -> i64") + function_note("g(x: i64) -> i64");
    for (std::size_t size = 0; size < notes.size(); size++) {
        const Made file(notes.substr(0, size));
        inspected(file.path);
        REQUIRE(faults::refused("notes cut off at every byte", file.path, {"truncated", "no_metadata", "abi_version"}));
    }
}
