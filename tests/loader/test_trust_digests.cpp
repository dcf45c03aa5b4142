// rt_trust_require with lists of digests.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "support/child.hpp"
#include "support/trust.hpp"

using test::contains;
using test::expect;
using test::Listed;
using test::refused;

CHILD("demands/digests") {
    const Listed files;
    const std::string good = files.listed("hook_a");
    const std::string other = files.add("hook_b");
    const nlohmann::json check = test::trust_check(good);
    expect(check["ok"] == true && contains(check["detail"].get<std::string>(), "/hook_a.sums:1"), check.dump());
    const test::Opened opened(good);
    expect(opened.handle != 0, "what is on the list is loaded: " + test::last_error().message);
    expect(test::call("hook_a_answer", {}).payload.integer == 42, "and works");
    refused(other, "bad_digest", {"which is on no list that is demanded. To do: rtffi trust add " + other});
    expect(test::trust_check(other)["cause"] == "bad_digest", test::trust_check(other).dump());

    const std::string renamed = files.folder.add(test::plugin_path("hook_b"), "x.so");
    refused(renamed, "bad_digest", {"no list"});
    // More lists of one kind are joined.
    const std::string more = files.folder.write("more", "# a comment\n\n" + test::sums({other}));
    expect(rt_trust_require(RT_TRUST_DIGESTS, more.c_str()) == RT_OK, "another list");
    const test::Opened now(renamed);
    expect(now.handle != 0, "the content counts, not the name");
}
TEST_CASE("where digests are demanded, only what is on a list is loaded") { test::passes_alone("demands/digests"); }

CHILD("demands/changed") {
    const Listed files;
    const std::string path = files.listed("hook_a");
    files.folder.add(test::plugin_path("hook_b"), "hook_a.so");
    refused(path, "bad_digest", {"but for a file of its name " + files.folder.file("hook_a.sums") + ":1 has "});
}
TEST_CASE("a file that is listed with another digest is told apart from one that is not listed") {
    test::passes_alone("demands/changed");
}

CHILD("demands/bad_digests") {
    const std::string digest(64, 'a');
    const Listed files;
    const std::string plugin = files.add("hook_a");
    const test::BadList cases[] = {
        {"hello\n", ":1: this is no line of sha256sum's"},          {digest + "  a.so\n" + digest + "\n", ":2: "},
        {digest + "  a.so\n\n" + digest + " a.so\n", ":3: "},       {digest.substr(1) + "g  a.so\n", ":1: "},
        {digest + "  a.so\n\n\n" + std::string(5000, 'x'), ":4: "}, {std::string(100, '\0'), ":1: "},
    };
    for (const test::BadList &list : cases) {
        test::is_bad(RT_TRUST_DIGESTS, list);
    }
    expect(rt_trust_require(RT_TRUST_DIGESTS, "/no/such/list") == RT_E_NOT_FOUND, "no such list");
    expect(rt_trust_require(RT_TRUST_DIGESTS, "") == RT_E_ARGUMENT, "an empty path");
    expect(rt_trust_require(0, "x") == RT_E_ARGUMENT && rt_trust_require(3, nullptr) == RT_E_ARGUMENT, "no rule");
    expect(rt_trust_require(RT_TRUST_DIGESTS, nullptr) == RT_E_NOT_FOUND &&
               contains(test::last_error().message, "rtffi trust add FILE"),
           "the user has no list");
    const std::string good = files.folder.write("good", test::sums({test::plugin_path("hook_b")}));
    test::Scene::set_mode(good, 0666);
    expect(rt_trust_require(RT_TRUST_DIGESTS, good.c_str()) == RT_E_UNTRUSTED &&
               test::last_error().cause == "untrusted_mode",
           "a list that everybody may write is not taken");
    const test::Opened opened(plugin);
    expect(opened.handle != 0 && test::mapped(plugin), "nothing is demanded after any of these");
}
TEST_CASE("a list of digests that cannot be taken is an error that names the line, and changes nothing") {
    test::passes_alone("demands/bad_digests");
}
