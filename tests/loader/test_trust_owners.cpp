// Whose files are loaded: owners, as this user, another user and a set-user-ID program see them.
#include <cstdio>
#include <cstdlib>
#include <grp.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/trust.hpp"

using test::contains;
using test::expect;
using test::refused;
using test::Scene;

namespace {

constexpr uid_t somebody = 12345; // in no list of users
constexpr uid_t another = 12346;

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

} // namespace

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
    test::passes("trust/another_user");
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
