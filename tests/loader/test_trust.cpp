// Whose files are loaded: owners and modes, of the file and of each folder above it.
#include <cstdlib>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "support/child.hpp"
#include "support/support.hpp"

using nlohmann::json;
using test::contains;
using test::expect;

namespace {

constexpr uid_t somebody = 12345; // in no list of users
constexpr uid_t another = 12346;

// folder/above/plugin.so, of this user, for nobody else to write.
struct Scene {
    Scene() {
        set_mode(folder.path(), 0755);
        std::filesystem::create_directory(above);
        set_mode(above, 0755);
        path = folder.add(test::plugin_path("hook_a"), "above/plugin.so");
        set_mode(path, 0644);
    }
    static void set_mode(const std::filesystem::path &path, mode_t mode) { REQUIRE(chmod(path.c_str(), mode) == 0); }
    test::TempFolder folder;
    std::filesystem::path above = folder.path() / "above";
    std::string path;
};

void opens(const std::string &path) {
    INFO(path);
    const test::Opened opened(path);
    CHECK_MESSAGE(opened.handle != 0, test::last_error().message);
}

// Not loaded, with that cause, and what the message says.
void refused(const std::string &path, const char *cause, std::initializer_list<std::string> texts) {
    INFO(path);
    const test::Opened opened(path);
    REQUIRE(opened.handle == 0);
    const test::LastError error = test::last_error();
    CHECK(error.code == RT_E_UNTRUSTED);
    CHECK_MESSAGE(error.cause == cause, error.message);
    for (const std::string &text : texts) {
        CHECK_MESSAGE(contains(error.message, text), error.message, " has not: ", text);
    }
}

json explained(const std::string &name) {
    rt_value text = rt_none();
    REQUIRE(rt_explain(name.c_str(), &text) == RT_OK);
    json document = json::parse(std::string(static_cast<const char *>(text.payload.pointer), text.size));
    rt_value_clear(&text);
    return document;
}

bool is_root() { return geteuid() == 0; }

// As another user, in a forked child that ends with what `body` returns. The core was not used before in this process.
template <class Body> int as_user(uid_t user, gid_t group, Body body) {
    const pid_t pid = fork();
    if (pid == 0) {
        if (setgroups(0, nullptr) != 0 || setgid(group) != 0 || setuid(user) != 0) {
            _exit(99);
        }
        _exit(body() ? 0 : 1);
    }
    int status = -1;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool opens_quietly(const std::string &path) {
    if (rt_dlopen(path.c_str(), 0) == 0) {
        std::fprintf(stderr, "%s\n", rt_dlerror());
        return false;
    }
    return true;
}

bool is_refused_quietly(const std::string &path, const char *cause) {
    return rt_dlopen(path.c_str(), 0) == 0 && test::last_error().code == RT_E_UNTRUSTED &&
           test::last_error().cause == cause;
}

void passes(const char *name, const std::vector<std::string> &environment = {}) {
    const test::ChildResult result = test::run_child(name, environment);
    CHECK_MESSAGE(result.status == 0, result.status, ": ", result.output);
}

} // namespace

TEST_CASE("a file that only its owner may write is loaded") {
    const Scene scene;
    opens(scene.path);
}

TEST_CASE("a file that everybody may write is not loaded, and the message says how to mend that") {
    const Scene scene;
    Scene::set_mode(scene.path, 0646);
    refused(scene.path, "untrusted_mode",
            {"everybody may write " + scene.path + " (mode 0646)", "expected: nobody but its owner",
             ". To do: chmod o-w " + scene.path});
    Scene::set_mode(scene.path, 0644);
    opens(scene.path);
}

TEST_CASE("a folder above that everybody may write is one that anybody can put a file in") {
    const Scene scene;
    Scene::set_mode(scene.above, 0777);
    refused(scene.path, "untrusted_mode",
            {"everybody may write " + scene.above.string() + " (mode 0777)", "chmod go-w " + scene.above.string()});
    Scene::set_mode(scene.above, 0755);
    Scene::set_mode(scene.folder.path(), 0757);
    refused(scene.path, "untrusted_mode", {"everybody may write " + scene.folder.path().string() + " (mode 0757)"});
}

TEST_CASE("a sticky folder may stand above, whoever may write it") {
    const Scene scene;
    Scene::set_mode(scene.above, 01777);
    opens(scene.path);
    Scene::set_mode(scene.path, 01646); // on a file the bit means nothing
    refused(scene.path, "untrusted_mode", {"everybody may write " + scene.path});
}

TEST_CASE("the user's own primary group may write, another group may not") {
    const Scene scene;
    REQUIRE(chown(scene.path.c_str(), static_cast<uid_t>(-1), getegid()) == 0);
    Scene::set_mode(scene.path, 0664);
    Scene::set_mode(scene.above, 0775);
    opens(scene.path);
    if (is_root()) {
        REQUIRE(chown(scene.path.c_str(), static_cast<uid_t>(-1), 12345) == 0);
        refused(scene.path, "untrusted_mode",
                {"the group gid 12345 may write " + scene.path, "chmod g-w " + scene.path});
        Scene::set_mode(scene.path, 0644);
        REQUIRE(chown(scene.above.c_str(), static_cast<uid_t>(-1), 12345) == 0);
        refused(scene.path, "untrusted_mode", {"the group gid 12345 may write " + scene.above.string()});
    }
}

TEST_CASE("an access control list that lets others write counts as much as a mode") {
    const Scene scene;
    // user::rw-, user:12345:rw-, group::r--, mask::rw-, other::r--: the mask shows as the group's bits.
    struct Entry {
        std::uint16_t tag, permissions;
        std::uint32_t id;
    };
    struct {
        std::uint32_t version = 2;
        Entry entries[5] = {{1, 6, ~0U}, {2, 6, somebody}, {4, 4, ~0U}, {16, 6, ~0U}, {32, 4, ~0U}};
    } list;
    if (setxattr(scene.path.c_str(), "system.posix_acl_access", &list, sizeof list, 0) != 0) {
        MESSAGE("this file system has no access control lists");
        return;
    }
    refused(
        scene.path, "untrusted_mode",
        {"by an access control list somebody may write " + scene.path + " (mode 0664)", "setfacl -b " + scene.path});
}

TEST_CASE("a file or a folder of another user's is not loaded from") {
    if (!is_root()) {
        MESSAGE("only root can give files away");
        return;
    }
    const Scene scene;
    REQUIRE(chown(scene.path.c_str(), somebody, 0) == 0);
    refused(
        scene.path, "untrusted_owner",
        {scene.path + " belongs to uid 12345", "expected root", "chown 0 " + scene.path, "RTFFI_TRUST_OWNER=12345"});
    REQUIRE(chown(scene.path.c_str(), 0, 0) == 0);
    REQUIRE(chown(scene.above.c_str(), 1, 0) == 0);
    refused(scene.path, "untrusted_owner", {scene.above.string() + " belongs to daemon (uid 1)"});
}

CHILD("trust/owner_in_environment") { expect(opens_quietly(std::getenv("RTFFI_TEST_FILE")), "it opens"); }
TEST_CASE("RTFFI_TRUST_OWNER adds owners, by number or by name, and takes no rule about modes away") {
    if (!is_root()) {
        MESSAGE("only root can give files away");
        return;
    }
    const Scene scene;
    const auto opened = [&](const std::string &owners) {
        return test::run_child("trust/owner_in_environment",
                               {"RTFFI_TEST_FILE=" + scene.path, "RTFFI_TRUST_OWNER=" + owners})
                   .status == 0;
    };
    REQUIRE(chown(scene.path.c_str(), 1, 0) == 0);
    REQUIRE(chown(scene.above.c_str(), somebody, 0) == 0);
    CHECK(opened("1:12345"));
    CHECK(opened("no_such_user:daemon:12345"));
    CHECK_FALSE(opened("1"));
    CHECK_FALSE(opened("12345"));
    CHECK_FALSE(opened(""));
    CHECK_FALSE(opened("1 12345"));
    Scene::set_mode(scene.path, 0666);
    CHECK_FALSE(opened("1:12345"));
}

CHILD("trust/another_user") {
    const Scene scene;
    const std::string file = scene.path;
    const auto own = [&](uid_t owner) { expect(chown(file.c_str(), owner, another) == 0, "it changes hands"); };
    const auto opened = [&] { return as_user(somebody, somebody, [&] { return opens_quietly(file); }); };
    const auto refused_for = [&](const char *cause) {
        return as_user(somebody, somebody, [&] { return is_refused_quietly(file, cause); });
    };
    expect(opened() == 0, "root's files are loaded by everybody");
    own(somebody);
    expect(opened() == 0, "one's own are");
    own(another);
    expect(refused_for("untrusted_owner") == 0, "another user's are not");
    expect(chown(file.c_str(), somebody, somebody) == 0 && chmod(file.c_str(), 0664) == 0, "group-writable");
    expect(opened() == 0, "by one's own group");
    own(somebody);
    expect(refused_for("untrusted_mode") == 0, "by another group");
    expect(chown(file.c_str(), 0, somebody) == 0, "root's, which one's own group may write");
    expect(opened() == 0, "is one's own to write");
}
TEST_CASE("another user than root loads what is theirs or root's, and nothing else") {
    if (!is_root()) {
        MESSAGE("only root can become another user");
        return;
    }
    passes("trust/another_user");
}

TEST_CASE("a symbolic link is judged by where it leads") {
    const Scene good;
    const Scene bad;
    Scene::set_mode(bad.above, 0777);
    const std::string to_bad = (good.above / "link.so").string();
    const std::string to_good = (bad.above / "link.so").string();
    std::filesystem::create_symlink(bad.path, to_bad);
    std::filesystem::create_symlink(good.path, to_good);
    refused(to_bad, "untrusted_mode", {bad.above.string()});
    opens(to_good);
}

TEST_CASE("a plain library is judged as a plugin is, but not one that the dynamic linker finds") {
    const Scene scene;
    const std::string plain = scene.folder.add(test::library_path("plain"), "above/plain.so");
    Scene::set_mode(plain, 0666);
    refused(plain, "untrusted_mode", {plain});
    Scene::set_mode(plain, 0644);
    opens(plain);
}

TEST_CASE("a FIFO or a folder with a library's name is refused and not waited for") {
    const Scene scene;
    const std::string fifo = scene.folder.file("above/fifo.so");
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(rt_dlopen(fifo.c_str(), 0) == 0);
    CHECK(test::last_error().cause == "not_a_file");
    CHECK(rt_dlopen(scene.above.c_str(), 0) == 0);
    CHECK(test::last_error().cause == "not_a_file");
}

CHILD("trust/replaced") {
    const Scene scene;
    const std::string path = scene.folder.add(test::plugin_path("needs_hook_a"), "above/needing.so");
    const std::string other = scene.folder.add(test::plugin_path("variant_1_0"), "above/other");
    bool once = true;
    // What the plugin needs is loaded after it was checked and before it is mapped.
    const test::HostFunction swap("hook_on_load_hook_a()", [&](auto...) {
        if (once) {
            std::filesystem::rename(other, path);
        }
        once = false;
        return rt_status{RT_OK};
    });
    rt_search_path_add(scene.above.c_str());
    expect(rt_dlopen(path.c_str(), 0) == 0, "the other file is not taken");
    const test::LastError error = test::last_error();
    expect(error.code == RT_E_UNTRUSTED && error.cause == "file_replaced", error.cause + ": " + error.message);
    expect(contains(error.message, path), error.message);
    expect(rt_lookup("variant_which") == nullptr && rt_lookup("needs_hook_a_which") == nullptr,
           "nothing of it is there");
    const test::Opened again(path);
    expect(again.handle != 0 && rt_lookup("variant_which") != nullptr,
           "the next load takes it: " + test::last_error().message);
}
TEST_CASE("a file that is replaced between the check and the load is an error") {
    passes("trust/replaced", {"RTFFI_PLUGIN_PATH="});
}

CHILD("trust/swapped_folder") {
    // The folder becomes a link to another one after the path was resolved: it is the plugin's own that is no longer canonical.
    const Scene scene;
    const Scene elsewhere;
    const std::string path = scene.folder.add(test::plugin_path("values"), "above/values.so");
    test::Opened first(path);
    expect(first.handle != 0, "it opens");
    expect(first.close() == RT_OK, "it is retired");
    std::filesystem::rename(scene.above, scene.folder.path() / "moved");
    std::filesystem::create_directory_symlink(elsewhere.above, scene.above);
    expect(rt_dlopen(path.c_str(), 0) == 0, "nothing has that name in the other folder");
    expect(test::last_error().code == RT_E_NOT_FOUND, test::last_error().message);
    elsewhere.folder.add(test::plugin_path("hook_b"), "above/values.so");
    const test::Opened other(path);
    expect(other.handle != 0 && rt_lookup("hook_b_answer") != nullptr, "what the link leads to now is opened");
}
TEST_CASE("a folder that becomes a link is followed when the path is resolved, and only then") {
    passes("trust/swapped_folder");
}

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
    json why = explained("hook_a");
    expect(why["ok"] == false && why["state"] == "unusable", why.dump());
    expect(contains(why["answer"].get<std::string>(), "everybody may write") &&
               contains(why["hint"].get<std::string>(), "chmod go-w"),
           why.dump());

    const std::string second = good.folder.add(test::plugin_path("hook_a"), "above/second.so");
    const test::Opened opened("hook_a");
    expect(opened.handle != 0, "the next one is taken: " + test::last_error().message);
    why = explained("hook_a");
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
    passes("trust/search_path", {"RTFFI_PLUGIN_PATH="});
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
TEST_CASE("a function is taken of the plugin that may be loaded") {
    passes("trust/function_elsewhere", {"RTFFI_PLUGIN_PATH="});
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
    passes("trust/probe", {"XDG_CACHE_HOME=" + cache.path().string()});
}

// ASan's runtime does not start in a set-user-ID program.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a set-user-ID program takes nothing of its caller's environment, and no list of theirs") {
    struct statvfs mounted = {};
    const Scene scene;
    if (!is_root() || statvfs(scene.path.c_str(), &mounted) != 0 || (mounted.f_flag & ST_NOSUID) != 0) {
        MESSAGE("needs root, and a file system that set-user-ID programs run from");
        return;
    }
    const std::string host = scene.folder.add(RTFFI_TEST_TRUST_HOST, "host");
    const std::string core = scene.folder.add(RTFFI_TEST_CORE, "librtffi.so");
    Scene::set_mode(core, 0644);
    REQUIRE(chown(scene.path.c_str(), another, 0) == 0);
    const auto run = [&](mode_t mode, const std::string &what) {
        REQUIRE(chown(host.c_str(), somebody, somebody) == 0);
        Scene::set_mode(host, mode);
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        static_cast<void>(as_user(another, another, [&] {
            dup2(ends[1], 1);
            const std::string path = "RTFFI_PLUGIN_PATH=" + scene.above.string();
            const char *const environment[] = {"RTFFI_TRUST_OWNER=12346", path.c_str(), "XDG_CONFIG_HOME=/nowhere",
                                               nullptr};
            const char *const arguments[] = {host.c_str(), core.c_str(), what.c_str(), nullptr};
            execve(host.c_str(), const_cast<char **>(arguments), const_cast<char **>(environment));
            return false;
        }));
        close(ends[1]);
        std::string output(4096, '\0');
        const ssize_t got = read(ends[0], output.data(), output.size());
        output.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        close(ends[0]);
        return output;
    };
    // As an ordinary program, of its caller's rights, and as a set-user-ID one.
    const std::string ordinary = run(0755, scene.path);
    CHECK_MESSAGE(contains(ordinary, "secure 0\nopened"), ordinary);
    const std::string secure = run(04755, scene.path);
    CHECK_MESSAGE(contains(secure, "secure 1\nuntrusted_owner " + scene.path + " belongs to uid 12346"), secure);
    CHECK_MESSAGE(contains(run(0755, "hook_a"), "secure 0\nopened"), ordinary);
    const std::string by_name = run(04755, "hook_a");
    CHECK_MESSAGE(contains(by_name, "secure 1\nnot_found"), by_name);
    CHECK_MESSAGE(!contains(by_name, scene.above.string()), by_name);
    CHECK(contains(run(0755, "@digests"), "not_found this user has no list of digests in /nowhere/rtffi/trust"));
    CHECK(contains(run(04755, "@digests"), "not_found this user has no list of digests in /etc/rtffi/trust"));
    CHECK(contains(run(04755, "@keys"), "not_found this user has no list of keys in /etc/rtffi/trust"));
}
#endif
