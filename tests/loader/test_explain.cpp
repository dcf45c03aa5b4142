// Why a plugin or a function is or is not there: rt_discover, rt_inspect, rt_explain.
#include <set>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "support/child.hpp"
#include "support/support.hpp"

using nlohmann::json;
using test::contains;
using test::expect;
using test::passes;

namespace {

json taken(rt_status status, rt_value &text) {
    REQUIRE(status == RT_OK);
    const json document = json::parse(std::string(static_cast<const char *>(text.payload.pointer), text.size));
    rt_value_clear(&text);
    return document;
}

json explained(const std::string &name) { return json::parse(test::explanation_of(name.c_str())); }

json inspected(const std::string &path) {
    rt_value text = rt_none();
    const rt_status status = rt_inspect(path.c_str(), &text);
    return taken(status, text);
}

json discovered() {
    rt_value text = rt_none();
    const rt_status status = rt_discover(&text);
    return taken(status, text);
}

// The check of a document that failed, or null.
json failed_check(const json &document) {
    for (const json &check : document["checks"]) {
        if (!check["ok"]) {
            return check;
        }
    }
    return {};
}

void fails(const std::string &path, const char *id, const char *cause, const char *detail) {
    INFO(path);
    const json document = inspected(path);
    CHECK(document["ok"] == false);
    const json check = failed_check(document);
    REQUIRE(check.is_object());
    CHECK(check["id"] == id);
    CHECK(check["cause"] == cause);
    CHECK_MESSAGE(contains(check["detail"].get<std::string>(), detail), check["detail"]);
    CHECK(check["hint"].get<std::string>().size() > 10);
}

} // namespace

TEST_CASE("a good plugin passes every check without being loaded") {
    const std::string path = test::plugin_path("hook_a");
    const json document = inspected(path);
    CHECK(document["ok"] == true);
    CHECK(document["name"] == "hook_a");
    CHECK(document["version"] == "1.0.0");
    CHECK(document["abi"] == "1");
    // In the order that the compiler wrote them in.
    CHECK(document["functions"].get<std::set<json>>() == json::parse(R"([
        {"name": "hook_a_make", "signature": "hook_a_make() -> Hooked_hook_a", "doc": "Makes an object.", "group": ""},
        {"name": "hook_a_answer", "signature": "hook_a_answer() -> i64", "doc": "42.", "group": ""}])")
                                                             .get<std::set<json>>());
    std::vector<std::string> ids;
    for (const json &check : document["checks"]) {
        ids.push_back(check["id"]);
        CHECK_MESSAGE(check["ok"] == true, check.dump());
    }
    CHECK(ids == std::vector<std::string>{"file", "trust", "format", "architecture", "plugin", "abi", "dependencies"});
    bool needs_libc = false;
    for (const json &dependency : document["dependencies"]) {
        CHECK_MESSAGE(dependency["path"].is_string(), dependency.dump());
        needs_libc = needs_libc || dependency["library"] == "libc.so.6";
    }
    CHECK(needs_libc);
}

TEST_CASE("each check fails for a file made to fail it") {
    const test::TempFolder folder;
    const std::string good = test::read_file(test::plugin_path("hook_a"));
    fails(folder.file("absent.so"), "file", "not_found", "No such file");
    fails(folder.path().string(), "file", "not_a_file", "is not a regular file");
    fails(folder.write("text.so", "hello, this is text"), "format", "not_elf", "is not an ELF file");
    fails(folder.write("cut.so", good.substr(0, 3000)), "format", "truncated", "is truncated or damaged");
    std::string other = good;
    other[18] = '\xb7'; // e_machine: AArch64
    fails(folder.write("other.so", other), "architecture", "wrong_architecture", "another architecture");
    fails(test::library_path("plain"), "plugin", "not_a_plugin", "no notes of rtffi");
    fails(test::plugin_path("no_plugin"), "plugin", "no_plugin_record",
          "the notes of 1 rtffi functions, but none of a plugin");
    fails(test::plugin_path("two_of_one_name"), "functions", "two_of_one_name", "named twice_registered");
    fails(test::plugin_path("future_abi"), "abi", "abi_version", "version 2 of the binary interface");
    fails(test::plugin_path("needs_nonsense"), "needs", "bad_needs", "`variant ~ 1`");
    std::string alone = test::read_file(test::plugin_path("singleton"));
    const std::string_view needed = "libfakesingleton.so.1";
    for (std::size_t at = alone.find(needed); at != std::string::npos; at = alone.find(needed, at)) {
        alone.replace(at, needed.size(), "libmissing_thing.so.1");
    }
    fails(folder.write("alone.so", alone), "dependencies", "missing_library",
          ("searched: its run path (" + folder.path().string()).c_str());
}

CHILD("explain/absent") {
    const test::TempFolder folder;
    folder.add(test::plugin_path("hook_a"), "librtffi_hook_a.so");
    rt_search_path_add(folder.path().c_str());
    const json plugin = explained("hook_b");
    expect(plugin["ok"] == false && plugin["state"] == "not_found", plugin.dump());
    expect(plugin["near"][0] == "hook_a" && plugin["hint"] == "did you mean hook_a?", plugin.dump());
    expect(plugin["searched"][0]["folder"] == folder.path().string(), plugin.dump());
    expect(plugin["searched"][0]["from"] == "host" && plugin["searched"][0]["state"] == "ok", plugin.dump());
    expect(plugin["searched"][0]["files"] == 1, plugin.dump());
    const json function = explained("hook_a_anser");
    expect(function["kind"] == "function" && function["near"][0] == "hook_a_answer", function.dump());
    expect(rt_lookup("hook_a_answer") == nullptr, "nothing was loaded");
}
TEST_CASE("what is not there is explained with the folders searched and near names") { passes("explain/absent"); }

CHILD("explain/states") {
    const test::TempFolder folder;
    const std::string first = folder.add(test::plugin_path("variant_1_9"), "b.so");
    const std::string second = folder.add(test::plugin_path("variant_1_0"), "a.so");
    rt_search_path_add(folder.path().c_str());
    json why = explained("variant");
    expect(why["ok"] == true && why["kind"] == "plugin" && why["state"] == "available", why.dump());
    expect(why["candidates"][0]["path"] == first && why["candidates"][0]["chosen"] == true, why.dump());
    expect(why["candidates"][1]["path"] == second && why["candidates"][1]["reason"] == "an older version than " + first,
           why.dump());
    why = explained("variant_which");
    expect(why["kind"] == "function" && why["state"] == "available", why.dump());
    {
        const test::Opened old(second);
        why = explained("variant");
        expect(why["state"] == "loaded" && why["candidates"][1]["chosen"] == true, why.dump());
        expect(why["candidates"][0]["reason"] == second + " is loaded already", why.dump());
        why = explained("variant_which");
        expect(why["state"] == "registered" && why["ok"] == true, why.dump());
    }
    const json all = discovered();
    expect(all[0]["path"] == first && all[0]["chosen"] == true, all.dump());
    expect(all[1]["path"] == second && all[1]["chosen"] == false, all.dump());
}
TEST_CASE("of several files the explanation says which one is taken and why not the others") {
    passes("explain/states");
}

CHILD("explain/failed") {
    const test::TempFolder folder;
    folder.add(test::plugin_path("half_registered"), "half.so");
    rt_search_path_add(folder.path().c_str());
    expect(explained("half_registered")["state"] == "available", "nothing in the file tells");
    expect(rt_dlopen("half_registered", 0) == 0, "its init fails");
    const json why = explained("half_registered");
    expect(why["ok"] == false && why["state"] == "failed", why.dump());
    expect(contains(why["answer"].get<std::string>(), "the moon is not full"), why.dump());
}
TEST_CASE("a plugin whose load failed is explained with the error of that load") { passes("explain/failed"); }

CHILD("explain/by_file_name") {
    const test::TempFolder folder;
    const std::string good = test::read_file(test::plugin_path("hook_a"));
    const std::string cut = folder.write("librtffi_hook_a.so", good.substr(0, 3000));
    const std::string text = folder.write("librtffi_words.so", "no library at all");
    const std::string plain = folder.add(test::library_path("plain"), "librtffi_plain.so");
    rt_search_path_add(folder.path().c_str());
    const auto is_the_answer = [](const char *name, const std::string &path, const char *cause) {
        const json why = explained(name);
        expect(why["kind"] == "plugin" && why["state"] == "unusable" && why["cause"] == cause, why.dump());
        expect(why["candidates"][0]["path"] == path && why["hint"].get<std::string>().size() > 10, why.dump());
        expect(rt_dlopen(name, 0) == 0, path);
        const test::LastError error = test::last_error();
        expect(error.code == RT_E_LOAD && error.cause == cause, error.cause + ": " + error.message);
        expect(contains(error.message, path) && contains(error.message, "To do: "), error.message);
    };
    is_the_answer("hook_a", cut, "truncated");
    is_the_answer("words", text, "not_elf");
    is_the_answer("plain", plain, "not_a_plugin");
    expect(explained("hook_b")["state"] == "not_found", "other names are not there");

    const test::TempFolder later;
    const std::string whole = later.add(test::plugin_path("hook_a"), "librtffi_hook_a.so");
    setenv("RTFFI_PLUGIN_PATH", later.path().c_str(), 1);
    const json why = explained("hook_a");
    expect(why["ok"] == true && why["candidates"][0]["path"] == whole, why.dump());
    expect(why["candidates"][1]["path"] == cut && why["candidates"][1]["state"] == "unusable", why.dump());
    const test::Opened opened("hook_a");
    expect(opened.handle != 0, "and it does not stand in the way of one that is whole: " + test::last_error().message);
}
TEST_CASE("a file that has the asked plugin's file name and is damaged, or none, is the answer where nothing else is") {
    passes("explain/by_file_name", {"RTFFI_PLUGIN_PATH="});
}

TEST_CASE("rt_inspect warns of what will keep a file's code in memory, and fails what contradicts the plugin") {
    const auto warnings_of = [](const std::string &path) { return inspected(path)["warnings"]; };
    CHECK(warnings_of(test::plugin_path("unmappable")).empty());
    CHECK(inspected(test::plugin_path("unmappable"))["unmap"] == "yes");
    CHECK(inspected(test::plugin_path("values"))["unmap"] == "");
    const json nodelete = warnings_of(test::plugin_path("unmappable_nodelete"));
    REQUIRE(nodelete.size() == 1);
    CHECK(nodelete[0]["id"] == "nodelete");
    CHECK(nodelete[0]["ok"] == false); // it says RT_UNMAPPABLE
    CHECK(contains(nodelete[0]["detail"].get<std::string>(), "it is linked with -z nodelete"));
    CHECK(contains(nodelete[0]["hint"].get<std::string>(), "link it without -z nodelete"));
    const json unique = warnings_of(test::plugin_path("unmappable_unique"));
    REQUIRE(unique.size() == 1);
    CHECK(unique[0]["id"] == "unique_symbols");
    CHECK(unique[0]["ok"] == false);
    const json local = warnings_of(test::plugin_path("unmappable_thread_local"));
    REQUIRE(local.size() == 1);
    CHECK(local[0]["id"] == "thread_local_destructor");
    CHECK(local[0]["ok"] == true); // its threads may have ended
    CHECK(warnings_of("/no/such/file.so").empty());
}

TEST_CASE("null, empty and impossible names are answered with an error or a document") {
    rt_value text = rt_i64(7);
    CHECK(rt_explain(nullptr, &text) == RT_E_ARGUMENT);
    CHECK(rt_explain("", &text) == RT_E_ARGUMENT);
    CHECK(rt_explain("x", nullptr) == RT_E_ARGUMENT);
    CHECK(rt_inspect(nullptr, &text) == RT_E_ARGUMENT);
    CHECK(rt_discover(nullptr) == RT_E_ARGUMENT);
    const json odd = explained("\xff\xfe not UTF-8");
    CHECK(odd["ok"] == false);
    CHECK(explained(std::string(100000, 'x'))["ok"] == false);
    CHECK(explained("./" + std::string(100000, 'x'))["ok"] == false);
}
