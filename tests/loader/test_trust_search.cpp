// Trust on the search path: what is refused gives way to what is not.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "support/child.hpp"
#include "support/trust.hpp"

using nlohmann::json;
using test::contains;
using test::expect;
using test::Scene;

CHILD("trust/search_path") {
    const Scene open_to_all;
    const Scene good;
    Scene::set_mode(open_to_all.above, 0777);
    std::filesystem::remove(good.path);
    rt_search_path_add(good.above.c_str());
    rt_search_path_add(open_to_all.above.c_str());
    expect(rt_dlopen("hook_a", 0) == 0, "the one that there is is refused");
    expect(test::last_error().code == RT_E_UNTRUSTED &&
               contains(test::last_error().message, open_to_all.above.string()),
           test::last_error().message);
    const rt_function *record = nullptr;
    expect(rt_bind("hook_a_answer", nullptr, 0, &record) == RT_E_UNTRUSTED, "and nothing loads it by itself");
    json why = json::parse(test::explanation_of("hook_a"));
    expect(why["ok"] == false && why["state"] == "unusable", why.dump());
    expect(contains(why["answer"].get<std::string>(), "everybody may write") &&
               contains(why["hint"].get<std::string>(), "chmod go-w"),
           why.dump());

    const std::string second = good.folder.add(test::plugin_path("hook_a"), "above/second.so");
    const test::Opened opened("hook_a");
    expect(opened.handle != 0, "the next one is taken: " + test::last_error().message);
    why = json::parse(test::explanation_of("hook_a"));
    expect(why["candidates"][1]["path"] == second && why["candidates"][1]["chosen"] == true, why.dump());
    const json refused_one = why["candidates"][0];
    expect(refused_one["state"] == "unusable" &&
               contains(refused_one["reason"].get<std::string>(), open_to_all.above.string()),
           why.dump());
    bool told = false;
    for (const json &check : refused_one["checks"]) {
        told = told || (check["id"] == "trust" && check["cause"] == "untrusted_mode" && check["ok"] == false);
    }
    expect(told, why.dump());
}
TEST_CASE("a folder of the search path that everybody may write gives way to the next, and the explanation says why") {
    test::passes_alone("trust/search_path");
}

CHILD("trust/function_elsewhere") {
    const Scene open_to_all;
    const Scene good;
    Scene::set_mode(open_to_all.above, 0777);
    std::filesystem::remove(good.path);
    std::filesystem::remove(open_to_all.path);
    // One function, in two plugins of different names.
    open_to_all.folder.add(test::plugin_path("half_registered"), "above/half.so");
    open_to_all.folder.add(test::plugin_path("values"), "above/a.so");
    rt_search_path_add(good.above.c_str());
    rt_search_path_add(open_to_all.above.c_str());
    good.folder.add(test::plugin_path("values"), "above/values.so");
    const rt_function *record = nullptr;
    expect(rt_bind("v_half", nullptr, 0, &record) == RT_OK, "it is had of the file that may be loaded");
}
TEST_CASE("a function is taken of the plugin that may be loaded") { test::passes_alone("trust/function_elsewhere"); }

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
