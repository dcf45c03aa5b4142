// rt_trust_require: digests and signatures, and the sealed copies that are loaded then.
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "support/child.hpp"
#include "support/support.hpp"

using nlohmann::json;
using test::contains;
using test::expect;

namespace {

std::string output_of(const std::vector<std::string> &command) {
    std::vector<std::string> arguments{"/usr/bin/env"};
    arguments.insert(arguments.end(), command.begin(), command.end());
    const test::ChildResult result = test::run_program(arguments);
    expect(result.status == 0, command[0] + ": " + result.output);
    return result.output;
}

// As the shell's `sha256sum FILE...` prints it.
std::string sums(std::vector<std::string> files) {
    files.insert(files.begin(), "sha256sum");
    return output_of(files);
}

// A folder with plugins, and a list of the digests of some.
struct Listed {
    std::string add(const char *plugin) const {
        return folder.add(test::plugin_path(plugin), std::string(plugin) + ".so");
    }
    std::string list(const std::vector<std::string> &files) const { return folder.write("list", sums(files)); }
    void demand(const std::vector<std::string> &files) const {
        expect(rt_trust_require(RT_TRUST_DIGESTS, list(files).c_str()) == RT_OK, "the list is taken");
    }
    test::TempFolder folder;
};

// A pair of minisign's keys without a password.
struct Keys {
    explicit Keys(const std::string &name) : pub(folder.file(name + ".pub")), secret(folder.file(name + ".key")) {
        output_of({"minisign", "-G", "-W", "-p", pub, "-s", secret});
    }
    void sign(const std::string &file, std::vector<std::string> options = {}) const {
        std::vector<std::string> command{"minisign", "-S", "-s", secret, "-m", file, "-t", "made by a test"};
        command.insert(command.end(), options.begin(), options.end());
        output_of(command);
    }
    test::TempFolder folder;
    std::string pub;
    std::string secret;
};

void refused(const std::string &path, const char *cause, const std::string &text) {
    expect(rt_dlopen(path.c_str(), 0) == 0, "refused: " + text);
    const test::LastError error = test::last_error();
    expect(error.code == RT_E_UNTRUSTED && error.cause == cause,
           error.cause + " is not " + cause + ": " + error.message);
    expect(contains(error.message, text), error.message + " has not: " + text);
}

std::size_t descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto &entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        count++;
    }
    return count;
}

bool mapped(const std::string &text) { return contains(test::read_file("/proc/self/maps"), text); }

json inspected(const std::string &path) {
    rt_value text = rt_none();
    expect(rt_inspect(path.c_str(), &text) == RT_OK, "inspected");
    json document = json::parse(std::string(static_cast<const char *>(text.payload.pointer), text.size));
    rt_value_clear(&text);
    for (const json &check : document["checks"]) {
        if (check["id"] == "trust") {
            return check;
        }
    }
    return {};
}

void write_in_place(const std::string &path, const std::string &content) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    expect(file.good(), "written");
}

void passes(const char *name, std::vector<std::string> environment = {}) {
    const test::TempFolder home;
    environment.insert(environment.end(), {"RTFFI_PLUGIN_PATH=", "XDG_CONFIG_HOME=" + home.path().string(),
                                           "HOME=" + home.path().string()});
    const test::ChildResult result = test::run_child(name, environment);
    CHECK_MESSAGE(result.status == 0, result.status, ": ", result.output);
}

} // namespace

CHILD("demands/digests") {
    Listed files;
    const std::string good = files.add("hook_a");
    const std::string other = files.add("hook_b");
    files.demand({good});
    expect(inspected(good)["ok"] == true && contains(inspected(good)["detail"].get<std::string>(), "/list:1"),
           inspected(good).dump());
    const test::Opened opened(good);
    expect(opened.handle != 0, "what is on the list is loaded: " + test::last_error().message);
    expect(test::call("hook_a_answer", {}).payload.integer == 42, "and works");
    refused(other, "bad_digest", "which is on no list that is demanded. To do: rtffi trust add " + other);
    expect(inspected(other)["cause"] == "bad_digest", inspected(other).dump());

    const std::string renamed = files.folder.add(test::plugin_path("hook_b"), "x.so");
    refused(renamed, "bad_digest", "no list");
    // More lists of one kind are joined.
    const std::string more = files.folder.write("more", "# a comment\n\n" + sums({other}));
    expect(rt_trust_require(RT_TRUST_DIGESTS, more.c_str()) == RT_OK, "another list");
    const test::Opened now(renamed);
    expect(now.handle != 0, "the content counts, not the name");
}
TEST_CASE("where digests are demanded, only what is on a list is loaded") { passes("demands/digests"); }

CHILD("demands/changed") {
    Listed files;
    const std::string path = files.add("hook_a");
    files.demand({path});
    files.folder.add(test::plugin_path("hook_b"), "hook_a.so");
    refused(path, "bad_digest", "but for a file of its name " + files.folder.file("list") + ":1 has ");
}
TEST_CASE("a file that is listed with another digest is told apart from one that is not listed") {
    passes("demands/changed");
}

CHILD("demands/sealed") {
    Listed files;
    const std::string path = files.add("unmappable");
    const std::string plain = files.folder.add(test::library_path("plain"), "plain.so");
    files.demand({path, plain});
    const test::Opened opened(path);
    expect(opened.handle != 0, test::last_error().message);
    expect(mapped("/memfd:unmappable.so") && !mapped(path), "the copy is mapped and not the file");
    Dl_info info = {};
    const auto answer = test::native<std::int64_t()>("unmappable_answer");
    const auto entry = rt_dlsym(opened.handle, "rt_plugin_entry");
    expect(dladdr(reinterpret_cast<void *>(entry), &info) != 0, "its entry is in it");
    expect(path == info.dli_fname, std::string("by dladdr it is ") + info.dli_fname);
    // What is done to the file now changes nothing.
    write_in_place(path, std::string(20000, '\xcc'));
    expect(answer() == 1 && test::call("unmappable_half", {rt_f64(9)}).payload.number == 4.5, "it works");

    const test::Opened global(plain, RTLD_GLOBAL);
    expect(global.handle != 0 && dlsym(RTLD_DEFAULT, "plain_answer") != nullptr, "its symbols are visible to all");
}
TEST_CASE("what is loaded is a copy that nobody can change, by the name of the file") { passes("demands/sealed"); }

CHILD("demands/in_place") {
    Listed files;
    const std::string path = files.add("needs_hook_a");
    const std::string hook = files.add("hook_a");
    files.demand({path, hook});
    rt_search_path_add(files.folder.path().c_str());
    const std::string evil = test::read_file(test::plugin_path("variant_1_0"));
    // What it needs is loaded after it was checked and before it is mapped.
    const test::HostFunction write("hook_on_load_hook_a()", [&](auto...) {
        write_in_place(path, evil);
        return rt_status{RT_OK};
    });
    const test::Opened opened(path);
    expect(opened.handle != 0, test::last_error().message);
    expect(rt_lookup("needs_hook_a_which") != nullptr && rt_lookup("variant_which") == nullptr,
           "what was checked is what is loaded");
    expect(test::read_file(path).starts_with(evil.substr(0, 4096)), "though the file is another");
}
TEST_CASE("a file that is written in place between the check and the load is loaded as it was checked") {
    passes("demands/in_place");
}

CHILD("demands/reload") {
    Listed files;
    const std::string path = files.add("hook_a");
    files.demand({path});
    std::size_t before = 0;
    for (int i = 0; i < 20; i++) {
        test::Opened opened(path);
        expect(opened.handle != 0, test::last_error().message);
        expect(opened.close() == RT_OK, "it closes");
        before = i == 0 ? descriptors() : before;
    }
    expect(descriptors() == before, "twenty loads of one content keep one copy open");
    // Its code stays in the process: a new file cannot take its place, whether it may be loaded or not.
    files.folder.add(test::plugin_path("hook_b"), "hook_a.so");
    refused(path, "bad_digest", "");
    const std::string more = files.folder.write("more", sums({path}));
    expect(rt_trust_require(RT_TRUST_DIGESTS, more.c_str()) == RT_OK, "now it may");
    expect(rt_dlopen(path.c_str(), 0) == 0 && test::last_error().cause == "file_changed", test::last_error().message);
    // The same content in a new file is the same.
    files.folder.add(test::plugin_path("hook_a"), "again");
    std::filesystem::rename(files.folder.file("again"), path);
    const test::Opened again(path);
    expect(again.handle != 0, test::last_error().message);
    expect(descriptors() == before, "still one");
}
TEST_CASE("a copy is taken again where the content is the same") { passes("demands/reload"); }

CHILD("demands/unmap") {
    Listed files;
    const std::string path = files.add("unmappable");
    const std::string newer = files.add("unmappable_new");
    files.demand({path, newer});
    const std::size_t before = descriptors();
    for (int i = 0; i < 6; i++) {
        std::int64_t handle = rt_dlopen(path.c_str(), 0);
        expect(handle != 0, test::last_error().message);
        expect(test::call("unmappable_answer", {}).payload.integer == 1 + i % 2, "the content that the file has now");
        expect(rt_dlclose_ex(handle, RT_DLCLOSE_UNMAP) == RT_OK, test::last_error().message);
        expect(!mapped("/memfd:") && descriptors() == before, "the copy goes with its image");
        std::filesystem::rename(path, files.folder.file("kept"));
        std::filesystem::rename(newer, path);
        std::filesystem::rename(files.folder.file("kept"), newer);
    }
}
TEST_CASE("the code of a sealed copy can be taken out of the process, and a new file loaded in its place") {
    passes("demands/unmap");
}

CHILD("demands/reused_descriptor") {
    Listed files;
    const std::string first = files.add("hook_a");
    const std::string second = files.add("hook_b");
    files.demand({first, second});
    const std::size_t lowest = descriptors();
    expect(rt_dlopen(first.c_str(), 0) != 0, test::last_error().message);
    // A host that closes what is not its own: the next copy gets the number of the first one, whose name is known already.
    for (int i = 3; i < 64; i++) {
        close(i);
    }
    expect(descriptors() <= lowest, "closed");
    const std::int64_t handle = rt_dlopen(second.c_str(), 0);
    expect(handle == 0 || test::call("hook_b_answer", {}).payload.integer == 42,
           "never the first one's code by the second one's name");
    expect(handle != 0 || test::last_error().cause == "file_replaced", test::last_error().message);
    expect(test::call("hook_a_answer", {}).payload.integer == 42, "the first one works");
}
TEST_CASE("a descriptor that the host closed and that is another file's now is noticed") {
    passes("demands/reused_descriptor");
}

CHILD("demands/origin") {
    Listed files;
    const std::string path = files.add("singleton");
    files.folder.add(
        test::library_path("fakesingleton.so").substr(0, test::library_path("fakesingleton.so").rfind(".so")) + ".1",
        "libfakesingleton.so.1");
    {
        test::Opened without(path);
        expect(without.handle != 0, "without a demand it finds its library: " + test::last_error().message);
    }
    const std::string copy = files.folder.add(test::plugin_path("singleton"), "copy.so");
    const std::string before = files.add("hook_c");
    {
        const test::Opened early(before);
        expect(early.handle != 0, test::last_error().message);
    }
    files.demand({copy, before});
    refused(copy, "origin_in_sealed_copy", "(`$ORIGIN");
    expect(contains(test::last_error().message, "-Wl,-rpath"), test::last_error().message);
    expect(inspected(copy)["cause"] == "origin_in_sealed_copy", inspected(copy).dump());
    refused(before, "loaded_before", "rt_trust_require before rt_dlopen");
}
TEST_CASE("a file that looks beside itself, and one that was loaded before the demand, are refused") {
    passes("demands/origin");
}

CHILD("demands/dlopen_error") {
    Listed files;
    const std::string path = files.add("variant_1_10_broken");
    files.demand({path});
    const std::size_t before = descriptors();
    expect(rt_dlopen(path.c_str(), 0) == 0 && test::last_error().cause == "undefined_symbol",
           test::last_error().message);
    expect(contains(test::last_error().message, path + ": undefined symbol"), test::last_error().message);
    expect(!contains(test::last_error().message, "/proc/"), test::last_error().message);
    expect(descriptors() == before, "nothing stays open");
}
TEST_CASE("the dynamic linker's words about a copy name the file") { passes("demands/dlopen_error"); }

CHILD("demands/bad_lists") {
    const std::string digest(64, 'a');
    Listed files;
    const std::string plugin = files.add("hook_a");
    struct Case {
        std::string list;
        const char *text;
    };
    const Case cases[] = {
        {"hello\n", "/list:1: this is no line of sha256sum's"},
        {digest + "  a.so\n" + digest + "\n", "/list:2: "},
        {digest + "  a.so\n\n" + digest + " a.so\n", "/list:3: "},
        {digest.substr(1) + "g  a.so\n", "/list:1: "},
        {digest + "  a.so\n\n\n" + std::string(5000, 'x'), "/list:4: "},
        {std::string(100, '\0'), "/list:1: "},
    };
    for (const Case &one : cases) {
        const std::string list = files.folder.write("list", one.list);
        expect(rt_trust_require(RT_TRUST_DIGESTS, list.c_str()) == RT_E_ARGUMENT, one.text);
        expect(test::last_error().cause == "bad_list" && contains(test::last_error().message, one.text),
               test::last_error().message);
    }
    const Case keys[] = {
        {"", "/key:1: it does not begin with `untrusted comment: `"},
        {"untrusted comment: x\n", "/key:2: this is no base64 of 42 bytes"},
        {"untrusted comment: x\nRWQ=\n", "/key:2: this is no base64 of 42 bytes"},
        {"untrusted comment: x\n" + std::string(56, 'A') + "\n", "/key:2: this key is not for Ed25519"},
        {"untrusted comment: x\nRWQ" + std::string(53, 'A') + "\nmore\n", "/key:3: more than a comment and a key"},
    };
    for (const Case &one : keys) {
        const std::string list = files.folder.write("key", one.list);
        expect(rt_trust_require(RT_TRUST_KEYS, list.c_str()) == RT_E_ARGUMENT, one.text);
        expect(test::last_error().cause == "bad_list" && contains(test::last_error().message, one.text),
               test::last_error().message);
    }
    expect(rt_trust_require(RT_TRUST_DIGESTS, "/no/such/list") == RT_E_NOT_FOUND, "no such list");
    expect(rt_trust_require(RT_TRUST_DIGESTS, "") == RT_E_ARGUMENT, "an empty path");
    expect(rt_trust_require(0, "x") == RT_E_ARGUMENT && rt_trust_require(3, nullptr) == RT_E_ARGUMENT, "no rule");
    expect(rt_trust_require(RT_TRUST_DIGESTS, nullptr) == RT_E_NOT_FOUND &&
               contains(test::last_error().message, "rtffi trust add FILE"),
           test::last_error().message);
    expect(rt_trust_require(RT_TRUST_KEYS, nullptr) == RT_E_NOT_FOUND &&
               contains(test::last_error().message, "rtffi trust add --key"),
           test::last_error().message);
    const std::string good = files.folder.write("good", sums({test::plugin_path("hook_b")}));
    expect(chmod(good.c_str(), 0666) == 0, "for all to write");
    expect(rt_trust_require(RT_TRUST_DIGESTS, good.c_str()) == RT_E_UNTRUSTED &&
               test::last_error().cause == "untrusted_mode",
           test::last_error().message);
    const test::Opened opened(plugin);
    expect(opened.handle != 0 && mapped(plugin),
           "nothing is demanded after any of these: " + test::last_error().message);
}
TEST_CASE("a list that cannot be taken is an error that names the line, and changes nothing") {
    passes("demands/bad_lists");
}

CHILD("demands/keys") {
    const Keys good("good");
    const Keys other("other");
    Listed files;
    const std::string hashed = files.add("hook_a");
    const std::string legacy = files.add("hook_b");
    const std::string unsigned_file = files.add("hook_c");
    const std::string by_other = files.add("hook_d");
    const std::string tampered = files.add("values");
    good.sign(hashed);
    good.sign(legacy, {"-l"});
    other.sign(by_other);
    good.sign(tampered);
    expect(rt_trust_require(RT_TRUST_KEYS, good.pub.c_str()) == RT_OK, test::last_error().message);

    for (const std::string &path : {hashed, legacy}) {
        expect(contains(inspected(path)["detail"].get<std::string>(), "(made by a test)"), inspected(path).dump());
        expect(rt_dlopen(path.c_str(), 0) != 0, test::last_error().message);
    }
    const auto kind = [](const std::string &path) {
        const std::string text = test::read_file(path + ".minisig");
        return text.substr(text.find('\n') + 1, 4);
    };
    expect(kind(hashed).starts_with("RU") && kind(legacy).starts_with("RW"), "of both kinds: ED and Ed");
    refused(unsigned_file, "no_signature", "minisign -Sm " + unsigned_file);
    refused(by_other, "bad_signature", "which is not one of those demanded");
    write_in_place(tampered, test::read_file(tampered).substr(0, 100) + "x");
    refused(tampered, "bad_signature", "is not the one that was signed");

    const std::string signature = test::read_file(hashed + ".minisig");
    const std::string copy = files.folder.add(hashed, "copy.so");
    const auto with = [&](const std::string &text, const std::string &why) {
        files.folder.write("copy.so.minisig", text);
        refused(copy, "bad_signature", why);
    };
    with("", "no signature of minisign's");
    with(signature.substr(0, signature.size() / 2), "no signature of minisign's");
    with("hello\n" + signature, "no signature of minisign's");
    std::string changed = signature;
    changed.replace(changed.find("made by a test"), 4, "mode");
    with(changed, "its trusted comment is not the one that was signed");
    changed = signature;
    const std::size_t inside = changed.find('\n') + 60; // of the signature itself
    changed[inside] = changed[inside] == 'A' ? 'B' : 'A';
    with(changed, "is not the one that was signed");
    files.folder.write("copy.so.minisig", signature);
    expect(inspected(copy)["ok"] == true, "as it was made it is good");
    std::filesystem::remove(copy + ".minisig");
    std::filesystem::create_directory(copy + ".minisig");
    refused(copy, "no_signature", "is not a regular file");
    // Another key, added.
    expect(rt_trust_require(RT_TRUST_KEYS, other.pub.c_str()) == RT_OK, test::last_error().message);
    expect(rt_dlopen(by_other.c_str(), 0) != 0, test::last_error().message);
}
TEST_CASE("where signatures are demanded, only what a key of the list signed is loaded") { passes("demands/keys"); }

CHILD("demands/both") {
    const Keys keys("key");
    Listed files;
    const std::string both = files.add("hook_a");
    const std::string listed = files.add("hook_b");
    const std::string with_signature = files.add("hook_c");
    keys.sign(both);
    keys.sign(with_signature);
    files.demand({both, listed});
    expect(rt_trust_require(RT_TRUST_KEYS, keys.pub.c_str()) == RT_OK, test::last_error().message);
    expect(rt_dlopen(both.c_str(), 0) != 0, test::last_error().message);
    refused(listed, "no_signature", listed);
    refused(with_signature, "bad_digest", with_signature);
    expect(chmod(both.c_str(), 0666) == 0, "for all to write");
    refused(files.folder.add(both, "writable.so"), "untrusted_mode", "everybody");
}
TEST_CASE("where digests and signatures are demanded, both must hold, beside owners and modes") {
    passes("demands/both");
}

CHILD("demands/environment") {
    const std::string file = std::getenv("RTFFI_TEST_FILE");
    const std::string cause = std::getenv("RTFFI_TEST_CAUSE");
    if (cause.empty()) {
        expect(rt_dlopen(file.c_str(), 0) != 0, test::last_error().message);
    } else {
        refused(file, cause.c_str(), std::getenv("RTFFI_TEST_TEXT"));
    }
}
TEST_CASE("RTFFI_TRUST_REQUIRE demands the user's own lists, and without them nothing is loaded") {
    Listed files;
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
    files.folder.write("rtffi/trust/digests", sums({listed}));
    std::filesystem::copy_file(keys.pub, files.folder.path() / "rtffi/trust/keys/one.pub");
    child("digests", listed, "", "");
    child("digests:keys", listed, "", "");
    child("digests", other, "bad_digest", "on no list");
    child("keys", other, "no_signature", "minisign");
    files.folder.write("rtffi/trust/digests", "rubbish\n");
    child("digests", listed, "bad_list", "/digests:1: ");
}

CHILD("demands/no_libsodium") {
    Listed files;
    const std::string path = files.add("hook_a");
    const std::string list = files.folder.write("list", std::string(64, 'a') + "  x\n");
    expect(rt_trust_require(RT_TRUST_DIGESTS, list.c_str()) == RT_E_UNTRUSTED, "it is told at once");
    expect(test::last_error().cause == "no_libsodium" &&
               contains(test::last_error().message, "apt install libsodium23"),
           test::last_error().message);
    refused(path, "no_libsodium", "libsodium.so.23");
}
CHILD("demands/no_libsodium_for_keys") {
    Listed files;
    const std::string path = files.add("hook_a");
    const std::string key = files.folder.write("key", "untrusted comment: x\nRWQ" + std::string(53, 'A') + "\n");
    expect(rt_trust_require(RT_TRUST_KEYS, key.c_str()) == RT_E_UNTRUSTED, "it is told at once");
    refused(path, "no_libsodium", "apt install libsodium23");
}
TEST_CASE("without libsodium nothing is loaded that digests or signatures are demanded of") {
    const test::TempFolder broken;
    for (const char *name : {"libsodium.so.23", "libsodium.so.26", "libsodium.so"}) {
        broken.write(name, "no library at all, but longer than an ELF header is: " + std::string(100, '.'));
    }
    const char *path = std::getenv("LD_LIBRARY_PATH");
    const std::string folders = broken.path().string() + (path != nullptr ? std::string(":") + path : "");
    passes("demands/no_libsodium", {"LD_LIBRARY_PATH=" + folders});
    passes("demands/no_libsodium_for_keys", {"LD_LIBRARY_PATH=" + folders});
}

CHILD("demands/probe") {
    Listed files;
    const std::string path = files.add("needs_hook_a");
    const std::string hook = files.add("hook_a");
    const std::string harmful = files.add("harmful");
    files.demand({path, hook});
    rt_search_path_add(files.folder.path().c_str());
    const test::HostFunction swap("hook_on_load_hook_a()", [&](auto...) {
        std::filesystem::copy_file(harmful, path, std::filesystem::copy_options::overwrite_existing);
        return rt_status{RT_OK};
    });
    // Where the trial loaded what lies there now it would crash.
    const test::Opened opened(path, RT_DLOPEN_PROBE);
    expect(opened.handle != 0, test::last_error().message);
    expect(test::read_file(path) == test::read_file(harmful), "the file was another when it was tried");
    expect(rt_dlopen(harmful.c_str(), RT_DLOPEN_PROBE) == 0 && test::last_error().cause == "bad_digest",
           test::last_error().message);
}
TEST_CASE("the trial of RT_DLOPEN_PROBE makes the host's demands, too") {
    const test::TempFolder cache;
    passes("demands/probe", {"XDG_CACHE_HOME=" + cache.path().string(), "RTFFI_TEST_HARM=crash"});
}

CHILD("demands/threads") {
    Listed files;
    std::vector<std::string> plugins;
    for (const char *name : {"hook_a", "hook_b", "hook_c", "hook_d"}) {
        plugins.push_back(files.add(name));
        files.folder.write(std::string("list_") + name, sums({plugins.back()}));
    }
    test::on_threads(4, [&](int i) {
        const std::string list = files.folder.file("list_hook_" + std::string(1, static_cast<char>('a' + i)));
        expect(rt_trust_require(RT_TRUST_DIGESTS, list.c_str()) == RT_OK, "each demands");
        expect(rt_dlopen(plugins[static_cast<std::size_t>(i)].c_str(), 0) != 0,
               "and opens its own: " + test::last_error().message);
    });
    refused(files.add("values"), "bad_digest", "no list");
}
TEST_CASE("threads that demand at once demand all of it") { passes("demands/threads"); }
