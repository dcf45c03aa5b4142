// Trust on the search path: what is preferred must be trusted, and nothing is taken in its place.
#include <initializer_list>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "support/child.hpp"
#include "support/trust.hpp"

using nlohmann::json;
using test::contains;
using test::expect;
using test::Scene;

namespace {

// Opening the name fails by a rule of trust, and the error says all of that.
void refused_by_name(const char *name, const char *cause, std::initializer_list<std::string> texts) {
    expect(rt_dlopen(name, 0) == 0, std::string(name) + " is not opened");
    const test::LastError error = test::last_error();
    expect(error.code == RT_E_UNTRUSTED && error.cause == cause, error.cause + ": " + error.message);
    for (const std::string &text : texts) {
        expect(contains(error.message, text), error.message + " has not: " + text);
    }
}

} // namespace

CHILD("trust/search_path") {
    const Scene open_to_all;
    const Scene good;
    rt_search_path_add(good.above.c_str());
    rt_search_path_add(open_to_all.above.c_str());
    Scene::set_mode(open_to_all.above, 0777);
    refused_by_name("hook_a", "untrusted_mode",
                    {open_to_all.path, "everybody may write " + open_to_all.above.string(), "To do: chmod go-w"});
    const rt_function *record = nullptr;
    expect(rt_bind("hook_a_answer", nullptr, 0, &record) == RT_E_UNTRUSTED, "nor does a bind load the next");
    const json why = json::parse(test::explanation_of("hook_a"));
    expect(why["ok"] == false && why["state"] == "unusable" && why["cause"] == "untrusted_mode", why.dump());
    expect(contains(why["answer"].get<std::string>(), "everybody may write") &&
               contains(why["hint"].get<std::string>(), "chmod go-w"),
           why.dump());
    const json &next = why["candidates"][1];
    expect(next["path"] == good.path && next["state"] == "available" && next["chosen"] == false, why.dump());
    expect(next["reason"] == open_to_all.path + " comes before it, and nothing is taken in place of a file that breaks "
                                                "a rule of trust",
           why.dump());
    Scene::set_mode(open_to_all.above, 0755);
    const test::Opened opened("hook_a");
    expect(opened.handle != 0, "it is loaded where that is mended: " + test::last_error().message);
}
TEST_CASE("nothing is loaded in place of a preferred file that breaks a rule of trust, and the explanation says so") {
    test::passes_alone("trust/search_path");
}

CHILD("trust/later") {
    const Scene open_to_all;
    const Scene good;
    Scene::set_mode(open_to_all.path, 0666);
    rt_search_path_add(open_to_all.above.c_str());
    rt_search_path_add(good.above.c_str());
    const json why = json::parse(test::explanation_of("hook_a"));
    expect(why["ok"] == true && why["candidates"][0]["chosen"] == true, why.dump());
    expect(why["candidates"][1]["state"] == "unusable" && why["candidates"][1]["cause"] == "untrusted_mode",
           why.dump());
    const test::Opened opened("hook_a");
    expect(opened.handle != 0, test::last_error().message);
}
TEST_CASE("a file that breaks a rule of trust changes nothing where another is preferred to it") {
    test::passes_alone("trust/later");
}

CHILD("trust/after_a_broken_one") {
    const test::TempFolder folder;
    folder.add(test::plugin_path("variant_1_10_broken"), "broken.so");
    const std::string stub = folder.add(test::plugin_path("variant_1_0_stub"), "stub.so");
    Scene::set_mode(stub, 0666);
    rt_search_path_add(folder.path().c_str());
    refused_by_name("variant", "untrusted_mode", {"everybody may write " + stub, "undefined symbol: no_library_has"});
}
TEST_CASE("a file that is next because the preferred one cannot be loaded must be trusted, too") {
    test::passes_alone("trust/after_a_broken_one");
}

CHILD("trust/function_elsewhere") {
    const Scene open_to_all;
    const Scene good;
    std::filesystem::remove(good.path);
    std::filesystem::remove(open_to_all.path);
    // The same functions, in two plugins of different names.
    std::string image = test::read_file(test::plugin_path("values"));
    constexpr std::string_view name("name=values\0", 12);
    const std::size_t at = image.find(name);
    expect(at != std::string::npos, "the plugin's note is found");
    const std::string first =
        open_to_all.folder.write("above/other.so", image.replace(at, name.size() - 1, "name=volume"));
    good.folder.add(test::plugin_path("values"), "above/values.so");
    Scene::set_mode(first, 0666);
    rt_search_path_add(good.above.c_str());
    rt_search_path_add(open_to_all.above.c_str());
    const rt_function *record = nullptr;
    expect(rt_bind("v_half", nullptr, 0, &record) == RT_E_UNTRUSTED,
           "not of another plugin than the first that has it");
    expect(contains(test::last_error().message, first), test::last_error().message);
    rt_search_path_add(good.above.c_str());
    expect(rt_bind("v_half", nullptr, 0, &record) == RT_OK, "unless that comes first: " + test::last_error().message);
}
TEST_CASE("a function is not taken of another plugin where the first that has it breaks a rule of trust") {
    test::passes_alone("trust/function_elsewhere");
}

CHILD("demands/no_downgrade") {
    const test::Listed files;
    const std::string real = files.add("variant_1_9");
    files.listed("variant_1_0_low");
    files.listed("variant_1_0_stub");
    rt_search_path_add(files.folder.path().c_str());
    refused_by_name("variant", "bad_digest", {real, "rtffi trust add"});
    std::filesystem::remove(real);
    const test::Opened opened("variant");
    expect(opened.handle != 0, "the lower one, where it is what would be chosen: " + test::last_error().message);
}
TEST_CASE("where digests are demanded, a file that is not listed does not give way to a lower variant or a stub") {
    test::passes_alone("demands/no_downgrade");
}

CHILD("demands/no_downgrade_of_signatures") {
    const test::Listed files;
    const test::Keys keys("maker");
    const std::string real = files.add("variant_1_9");
    keys.sign(files.add("variant_1_0_stub"));
    keys.demand();
    rt_search_path_add(files.folder.path().c_str());
    refused_by_name("variant", "no_signature", {real, "minisign -Sm"});
}
TEST_CASE("where signatures are demanded, a file without one does not give way to a stub") {
    test::passes_alone("demands/no_downgrade_of_signatures");
}

CHILD("trust/probe") {
    const Scene scene;
    Scene::set_mode(scene.path, 0666);
    expect(rt_dlopen(scene.path.c_str(), RT_DLOPEN_PROBE) == 0, "not loaded");
    expect(test::last_error().cause == "untrusted_mode", test::last_error().message);
    Scene::set_mode(scene.path, 0644);
    const test::Opened opened(scene.path, RT_DLOPEN_PROBE);
    expect(opened.handle != 0, test::last_error().message);
}
TEST_CASE("a file that is not trusted is not tried in a process of its own either") {
    const test::TempFolder cache;
    test::passes_alone("trust/probe", {"XDG_CACHE_HOME=" + cache.path().string()});
}
