// What is demanded comes of this process's surroundings, too: RTFFI_TRUST_REQUIRE, and libsodium, which checks it.
#include <cstdlib>

#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/trust.hpp"

using test::contains;
using test::expect;
using test::Keys;
using test::Listed;
using test::refused;

CHILD("demands/environment") {
    const std::string file = std::getenv("RTFFI_TEST_FILE");
    const std::string cause = std::getenv("RTFFI_TEST_CAUSE");
    if (cause.empty()) {
        expect(rt_dlopen(file.c_str(), 0) != 0, test::last_error().message);
    } else {
        refused(file, cause.c_str(), {std::getenv("RTFFI_TEST_TEXT")});
    }
}
TEST_CASE("RTFFI_TRUST_REQUIRE demands the user's own lists, and without them nothing is loaded") {
    const Listed files;
    const Keys keys("key");
    const std::string listed = files.add("hook_a");
    const std::string other = files.add("hook_b");
    keys.sign(listed);
    const auto child = [&](const std::string &rules, const std::string &file, const char *cause, const char *text) {
        const test::ChildResult result = test::run_child(
            "demands/environment", {"XDG_CONFIG_HOME=" + files.folder.path().string(), "RTFFI_TRUST_REQUIRE=" + rules,
                                    "RTFFI_TEST_FILE=" + file, std::string("RTFFI_TEST_CAUSE=") + cause,
                                    std::string("RTFFI_TEST_TEXT=") + text});
        CHECK_MESSAGE(result.status == 0, rules, ": ", result.output);
    };
    child("", listed, "", "");
    child("digests", listed, "not_found", "RTFFI_TRUST_REQUIRE: this user has no list of digests");
    child("keys", listed, "not_found", "RTFFI_TRUST_REQUIRE: this user has no list of keys");
    child("digest", listed, "bad_list", "'digest' is neither digests nor keys");
    std::filesystem::create_directories(files.folder.path() / "rtffi/trust/keys");
    files.folder.write("rtffi/trust/digests", test::sums({listed}));
    std::filesystem::copy_file(keys.pub, files.folder.path() / "rtffi/trust/keys/one.pub");
    child("digests", listed, "", "");
    child("digests:keys", listed, "", "");
    child("digests", other, "bad_digest", "on no list");
    child("keys", other, "no_signature", "minisign");
    files.folder.write("rtffi/trust/digests", "rubbish\n");
    child("digests", listed, "bad_list", "/digests:1: ");
}

CHILD("demands/no_libsodium") {
    const Listed files;
    const std::string path = files.add("hook_a");
    const std::string list = files.folder.write("list", std::string(64, 'a') + "  x\n");
    expect(rt_trust_require(RT_TRUST_DIGESTS, list.c_str()) == RT_E_UNTRUSTED, "it is told at once");
    expect(test::last_error().cause == "no_libsodium" &&
               contains(test::last_error().message, "apt install libsodium23"),
           test::last_error().message);
    refused(path, "no_libsodium", {"libsodium.so.23"});
}
CHILD("demands/no_libsodium_for_keys") {
    const Listed files;
    const std::string path = files.add("hook_a");
    const std::string key = files.folder.write("key", "untrusted comment: x\nRWQ" + std::string(53, 'A') + "\n");
    expect(rt_trust_require(RT_TRUST_KEYS, key.c_str()) == RT_E_UNTRUSTED, "it is told at once");
    refused(path, "no_libsodium", {"apt install libsodium23"});
}
TEST_CASE("without libsodium nothing is loaded that digests or signatures are demanded of") {
    const test::TempFolder broken;
    for (const char *name : {"libsodium.so.23", "libsodium.so.26", "libsodium.so"}) {
        broken.write(name, "no library at all, but longer than an ELF header is: " + std::string(100, '.'));
    }
    const char *path = std::getenv("LD_LIBRARY_PATH");
    const std::string folders = broken.path().string() + (path != nullptr ? std::string(":") + path : "");
    test::passes_alone("demands/no_libsodium", {"LD_LIBRARY_PATH=" + folders});
    test::passes_alone("demands/no_libsodium_for_keys", {"LD_LIBRARY_PATH=" + folders});
}
