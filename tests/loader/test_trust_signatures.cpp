// rt_trust_require with minisign's keys and signatures, also beside digests.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "support/child.hpp"
#include "support/trust.hpp"

using test::contains;
using test::expect;
using test::Keys;
using test::Listed;
using test::refused;

CHILD("demands/keys") {
    const Keys good("good");
    const Keys other("other");
    const Listed files;
    const std::string hashed = files.add("hook_a");
    const std::string legacy = files.add("hook_b");
    const std::string unsigned_file = files.add("hook_c");
    const std::string by_other = files.add("hook_d");
    const std::string tampered = files.add("values");
    good.sign(hashed);
    good.sign(legacy, {"-l"});
    other.sign(by_other);
    good.sign(tampered);
    good.demand();

    for (const std::string &path : {hashed, legacy}) {
        expect(contains(test::trust_check(path)["detail"].get<std::string>(), "(made by a test)"),
               test::trust_check(path).dump());
        expect(rt_dlopen(path.c_str(), 0) != 0, test::last_error().message);
    }
    const auto kind = [](const std::string &path) {
        const std::string text = test::read_file(path + ".minisig");
        return text.substr(text.find('\n') + 1, 4);
    };
    expect(kind(hashed).starts_with("RU") && kind(legacy).starts_with("RW"), "of both kinds: ED and Ed");
    refused(unsigned_file, "no_signature", {"minisign -Sm " + unsigned_file});
    refused(by_other, "bad_signature", {"which is not one of those demanded"});
    test::write_in_place(tampered, test::read_file(tampered).substr(0, 100) + "x");
    refused(tampered, "bad_signature", {"is not the one that was signed"});

    const std::string signature = test::read_file(hashed + ".minisig");
    const std::string copy = files.folder.add(hashed, "copy.so");
    const auto with = [&](const std::string &text, const std::string &why) {
        files.folder.write("copy.so.minisig", text);
        refused(copy, "bad_signature", {why});
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
    expect(test::trust_check(copy)["ok"] == true, "as it was made it is good");
    std::filesystem::remove(copy + ".minisig");
    std::filesystem::create_directory(copy + ".minisig");
    refused(copy, "no_signature", {"is not a regular file"});
    // Another key, added.
    other.demand();
    expect(rt_dlopen(by_other.c_str(), 0) != 0, test::last_error().message);
}
TEST_CASE("where signatures are demanded, only what a key of the list signed is loaded") {
    test::passes_alone("demands/keys");
}

CHILD("demands/bad_keys") {
    const Listed files;
    const std::string plugin = files.add("hook_a");
    const test::BadList cases[] = {
        {"", ":1: it does not begin with `untrusted comment: `"},
        {"untrusted comment: x\n", ":2: this is no base64 of 42 bytes"},
        {"untrusted comment: x\nRWQ=\n", ":2: this is no base64 of 42 bytes"},
        {"untrusted comment: x\n" + std::string(56, 'A') + "\n", ":2: this key is not for Ed25519"},
        {"untrusted comment: x\nRWQ" + std::string(53, 'A') + "\nmore\n", ":3: more than a comment and a key"},
    };
    for (const test::BadList &list : cases) {
        test::is_bad(RT_TRUST_KEYS, list);
    }
    expect(rt_trust_require(RT_TRUST_KEYS, nullptr) == RT_E_NOT_FOUND &&
               contains(test::last_error().message, "rtffi trust add --key"),
           "the user has no list");
    const test::Opened opened(plugin);
    expect(opened.handle != 0 && test::mapped(plugin), "nothing is demanded after any of these");
}
TEST_CASE("a key that cannot be taken is an error that names the line, and changes nothing") {
    test::passes_alone("demands/bad_keys");
}

CHILD("demands/both") {
    const Keys keys("key");
    const Listed files;
    const std::string both = files.listed("hook_a");
    const std::string listed = files.listed("hook_b");
    const std::string with_signature = files.add("hook_c");
    keys.sign(both);
    keys.sign(with_signature);
    keys.demand();
    expect(rt_dlopen(both.c_str(), 0) != 0, test::last_error().message);
    refused(listed, "no_signature", {listed});
    refused(with_signature, "bad_digest", {with_signature});
    const std::string writable = files.folder.add(both, "writable.so");
    test::Scene::set_mode(writable, 0666);
    refused(writable, "untrusted_mode", {"everybody"});
}
TEST_CASE("where digests and signatures are demanded, both must hold, beside owners and modes") {
    test::passes_alone("demands/both");
}
