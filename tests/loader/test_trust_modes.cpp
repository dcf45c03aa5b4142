// Whose files are loaded: modes and access control lists, of the file and of each folder above it.
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/trust.hpp"

using test::opens;
using test::refused;
using test::Scene;

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
    if (geteuid() == 0) {
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
        Entry entries[5] = {{1, 6, ~0U}, {2, 6, 12345}, {4, 4, ~0U}, {16, 6, ~0U}, {32, 4, ~0U}};
    } list;
    if (setxattr(scene.path.c_str(), "system.posix_acl_access", &list, sizeof list, 0) != 0) {
        MESSAGE("this file system has no access control lists");
        return;
    }
    refused(
        scene.path, "untrusted_mode",
        {"by an access control list somebody may write " + scene.path + " (mode 0664)", "setfacl -b " + scene.path});
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
