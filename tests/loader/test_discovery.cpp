// Finding plugins: the order of the search path, and loading the plugin that has a function.
#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/support.hpp"

using test::contains;
using test::expect;

namespace {

std::string path_of(const char *name) {
    struct Search {
        std::string name;
        std::string path;
    } search{name, ""};
    rt_each_plugin(
        [](void *context, const rt_plugin_info *info) {
            auto *into = static_cast<Search *>(context);
            if (into->name == info->name && std::string(info->state) == "active") {
                into->path = info->path;
            }
            return true;
        },
        &search);
    return search.path;
}

void passes_with_path(const char *name, const std::string &plugin_path) {
    const test::ChildResult result = test::run_child(name, {"RTFFI_PLUGIN_PATH=" + plugin_path});
    CHECK_MESSAGE(result.status == 0, result.status, ": ", result.output);
}

} // namespace

CHILD("discovery/order") {
    test::TempFolder added_first;
    test::TempFolder added_last;
    test::TempFolder in_environment;
    setenv("RTFFI_PLUGIN_PATH", ("/no/such/folder::" + in_environment.path().string()).c_str(), 1);
    const std::string third = in_environment.add(test::plugin_path("hook_a"), "librtffi_z.so");
    expect(rt_search_path_add(added_first.path().c_str()) == RT_OK, "a folder is added");
    expect(rt_search_path_add("/no/such/folder/either") == RT_OK, "one that does not exist, too");
    expect(rt_search_path_add(added_last.path().c_str()) == RT_OK, "another one");
    {
        const test::Opened from_environment("hook_a");
        expect(path_of("hook_a") == third, "the environment's: " + path_of("hook_a"));
    }
    const std::string second = added_first.add(test::plugin_path("hook_a"), "librtffi_any_name.so");
    {
        const test::Opened from_first("hook_a");
        expect(path_of("hook_a") == second, "what the host added comes before the environment's: " + path_of("hook_a"));
    }
    const std::string first = added_last.add(test::plugin_path("hook_a"), "x.so");
    {
        const test::Opened from_last("hook_a");
        expect(path_of("hook_a") == first, "what was added last comes first: " + path_of("hook_a"));
    }
    expect(rt_search_path_add(added_first.path().c_str()) == RT_OK, "added again");
    {
        const test::Opened moved("hook_a");
        expect(path_of("hook_a") == second, "a folder that is added again moves to the front: " + path_of("hook_a"));
    }
}
TEST_CASE("the search path is what the host added, the last first, and then the environment's") {
    passes_with_path("discovery/order", "");
}

CHILD("discovery/users_folder") {
    const test::Opened plugin("values");
    expect(plugin.handle != 0, "the plugin in the user's folder opens by its name");
    const std::string searched = test::explanation_of("no_such_plugin");
    // After the folder beside the core, before the system's.
    const std::size_t beside = searched.find("/rtffi\"");
    const std::size_t users = searched.find("/rtffi/plugins\"");
    const std::size_t systems = searched.find("\"/usr/local/lib/rtffi/plugins\"");
    expect(beside < users && users < systems && systems != std::string::npos, searched);
}
TEST_CASE("a plugin in the user's data folder is found: of XDG_DATA_HOME, else of HOME") {
    test::TempFolder home;
    std::filesystem::create_directories(home.path() / "rtffi/plugins");
    std::filesystem::create_directories(home.path() / ".local/share/rtffi/plugins");
    static_cast<void>(home.add(test::plugin_path("values"), "rtffi/plugins/librtffi_values.so"));
    const std::string here = home.path().string();
    const auto found = [](const std::string &data, const std::string &folder) {
        return test::run_child("discovery/users_folder",
                               {"RTFFI_PLUGIN_PATH=", "XDG_DATA_HOME=" + data, "HOME=" + folder})
            .status;
    };
    CHECK(found(here, "/nonexistent") == 0);
    CHECK(found("", here) != 0);
    static_cast<void>(home.add(test::plugin_path("values"), ".local/share/rtffi/plugins/librtffi_values.so"));
    CHECK(found("", here) == 0);
    CHECK(found("not/absolute", here) == 0);
    CHECK(found("/nonexistent", here) != 0);
}

CHILD("discovery/open_one_stays") {
    // What is open is found by its name wherever it lies.
    const test::Opened by_path(test::plugin_path("hook_a"));
    const test::Opened by_name("hook_a");
    expect(by_name.handle == by_path.handle, "the same handle");
}
TEST_CASE("a plugin that is open is found by its name wherever it lies") {
    passes_with_path("discovery/open_one_stays", "");
}

CHILD("discovery/autoload") {
    const rt_function *record = nullptr;
    expect(rt_lookup("v_half") == nullptr, "a look-up loads nothing");
    expect(rt_bind("v_half", nullptr, RT_BIND_NO_LOAD, &record) == RT_E_NOT_FOUND, "nor does a bind that may not");
    expect(record == nullptr, "and gives nothing");
    expect(rt_bind("v_half", "f(x: f64) -> f64", 0, &record) == RT_OK, "a bind loads the plugin");
    expect(rt_lookup("v_half") == record, "whose function is registered now");
    expect(rt_lookup("v_twice") != nullptr, "with all others of the plugin");

    expect(rt_lookup("hook_a_answer") == nullptr, "not loaded yet");
    const std::int64_t address = rt_dlsym(0, "hook_a_answer");
    expect(address != 0, "rt_dlsym(0, ...) loads, too");
    expect(reinterpret_cast<std::int64_t (*)()>(address)() == 42, "and gives the native entry");

    expect(rt_bind("v_no_such_function", nullptr, 0, &record) == RT_E_NOT_FOUND, "what no plugin has is not found");
    expect(rt_dlsym(0, "v_no_such_function") == 0, "nor here");
    expect(rt_bind("v_half", "f(x: i64) -> f64", 0, &record) == RT_E_SIGNATURE, "the declaration is checked");
    expect(rt_bind(nullptr, nullptr, 0, &record) == RT_E_ARGUMENT, "a null name");
    expect(rt_bind("v_half", nullptr, 0, nullptr) == RT_E_ARGUMENT, "a null result");
    expect(rt_bind("v_half", nullptr, 1, &record) == RT_E_ARGUMENT, "unknown flags");
}
TEST_CASE("binding a function loads the plugin whose metadata has it") {
    passes_with_path("discovery/autoload", RTFFI_TEST_PLUGINS);
}

CHILD("discovery/near_name") {
    const rt_function *record = nullptr;
    expect(rt_bind("v_hafl", nullptr, 0, &record) == RT_E_NOT_FOUND, "a misspelt name is not found");
    const std::string bind = test::last_error().message;
    expect(contains(bind, "; did you mean v_half? It is `v_half(x: f64) -> f64`; searched: "), bind);
    expect(rt_dlsym(0, "hook_a_anwser") == 0, "nor here");
    const std::string dlsym = test::last_error().message;
    expect(contains(dlsym, "; did you mean hook_a_answer? It is `hook_a_answer() -> i64`; searched: "), dlsym);
    expect(rt_lookup("v_half") == nullptr, "and nothing is loaded for that");
}
TEST_CASE("a name that no plugin has is answered with the nearest that a plugin on the search path has") {
    passes_with_path("discovery/near_name", RTFFI_TEST_PLUGINS);
}

CHILD("discovery/autoload_provider") {
    const rt_function *record = nullptr;
    expect(rt_lookup("provided::add.7") == nullptr, "a look-up loads nothing");
    expect(rt_bind("provided::add.7", "f(x: i64) -> i64", 0, &record) == RT_OK,
           "a bind loads the provider of the name");
    expect(record == rt_lookup("provided::add.7"), "whose names are resolved from then on");
    expect(rt_bind("provided::nothing", nullptr, 0, &record) == RT_E_NOT_FOUND, "but for those it does not know");
    const std::string why = test::last_error().message;
    expect(contains(why, "the plugin 'provider' resolves such names, but does not know this one"), why);
    expect(test::last_error().cause == "not_provided", test::last_error().cause);
}
TEST_CASE("binding a name loads the plugin whose metadata has a provider of such names") {
    passes_with_path("discovery/autoload_provider", RTFFI_TEST_PLUGINS);
}

CHILD("discovery/autoload_fails") {
    const rt_function *record = nullptr;
    expect(rt_bind("half_one", nullptr, 0, &record) == RT_E_UNAVAILABLE, "the plugin's own error");
    expect(contains(test::last_error().message, "the moon is not full"), test::last_error().message);
    expect(rt_bind("promised_two", nullptr, 0, &record) == RT_E_LOAD, "or the loader's");
    expect(contains(test::last_error().message, "has a note but was not registered"), test::last_error().message);
}
TEST_CASE("where the plugin that has a function does not load, binding says why") {
    passes_with_path("discovery/autoload_fails", RTFFI_TEST_PLUGINS);
}

CHILD("discovery/autoload_from_threads") {
    test::on_threads(8, [](int) {
        const rt_function *record = nullptr;
        expect(rt_bind("v_half", nullptr, 0, &record) == RT_OK && record != nullptr, "each thread gets it");
    });
}
TEST_CASE("eight threads that bind at once load the plugin once") {
    passes_with_path("discovery/autoload_from_threads", RTFFI_TEST_PLUGINS);
}

CHILD("discovery/rubbish") {
    test::TempFolder folder;
    folder.write("text.so", "no library at all");
    folder.write("empty.so", "");
    folder.write("notes.txt", "not even called one");
    std::filesystem::create_directory(folder.path() / "folder.so");
    std::filesystem::create_symlink("/no/such/target.so", folder.path() / "dangling.so");
    std::filesystem::create_symlink("loop.so", folder.path() / "loop.so");
    folder.write("half.so", test::read_file(test::plugin_path("hook_b")).substr(0, 3000));
    std::filesystem::create_symlink(test::plugin_path("hook_a"), folder.path() / "good.so");
    rt_search_path_add(folder.path().c_str());
    const test::Opened good("hook_a");
    expect(good.handle != 0, "the one good file is found");
    expect(rt_dlopen("hook_b", 0) == 0, "the truncated one is not");
    const std::string message = test::last_error().message;
    expect(contains(message, folder.path().string()), "the message has the path searched: " + message);
    expect(contains(message, "half.so is truncated or damaged"), "and what is wrong with files on it: " + message);
    const rt_function *record = nullptr;
    expect(rt_bind("hook_b_answer", nullptr, 0, &record) == RT_E_NOT_FOUND, "nor is a function of it");
    const std::string why = test::last_error().message;
    expect(contains(why, "no function named 'hook_b_answer' is registered, nor has it a plugin on the search path"),
           why);
    expect(contains(why, folder.path().string()) && contains(why, "half.so is truncated or damaged"), why);
    expect(rt_search_path_add("") == RT_E_ARGUMENT && rt_search_path_add(nullptr) == RT_E_ARGUMENT, "no folder");
}
TEST_CASE("rubbish on the search path is passed over, and named when nothing is found") {
    passes_with_path("discovery/rubbish", "");
}

CHILD("discovery/replaced") {
    // The metadata of a file is read again when the file is another.
    test::TempFolder folder;
    rt_search_path_add(folder.path().c_str());
    folder.add(test::plugin_path("hook_b"), "plugin.so");
    const rt_function *record = nullptr;
    expect(rt_bind("hook_a_answer", nullptr, 0, &record) == RT_E_NOT_FOUND, "not there yet");
    const std::string newer = folder.add(test::plugin_path("hook_a"), "newer");
    std::filesystem::rename(newer, folder.path() / "plugin.so");
    expect(rt_bind("hook_a_answer", nullptr, 0, &record) == RT_OK, "now it is");
}
TEST_CASE("a file on the search path that is replaced is read anew") { passes_with_path("discovery/replaced", ""); }
