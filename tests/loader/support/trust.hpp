// trust.hpp - what the tests of trust share: files that may be loaded or not, lists of digests, keys, and what became of a file.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "support.hpp"

namespace test {

// folder/above/plugin.so, of this user, for nobody else to write.
struct Scene {
    Scene();
    static void set_mode(const std::filesystem::path &path, mode_t mode);
    TempFolder folder;
    std::filesystem::path above = folder.path() / "above";
    std::string path;
};

// The lines that the shell's `sha256sum FILE...` prints.
std::string sums(std::vector<std::string> files);

// A folder with copies of plugins, of which some have their digests on lists that are demanded.
struct Listed {
    std::string add(const std::string &plugin) const;    // PLUGIN.so
    std::string listed(const std::string &plugin) const; // the same, and its digest is demanded: PLUGIN.sums
    // Writes a list of the digests of `files`, and demands it.
    void demand(const std::string &list, const std::vector<std::string> &files) const;
    TempFolder folder;
};

// A pair of minisign's keys without a password.
struct Keys {
    explicit Keys(const std::string &name);
    // FILE.minisig. Its trusted comment is "made by a test".
    void sign(const std::string &file, const std::vector<std::string> &options = {}) const;
    void demand() const;
    TempFolder folder;
    std::string pub;
    std::string secret;
};

// A list that rt_trust_require must not take, and what it says of it.
struct BadList {
    std::string content;
    std::string text;
};
void is_bad(std::int64_t rule, const BadList &list);

void opens(const std::string &path);
// Not loaded, with that cause, and what the message says.
void refused(const std::string &path, const char *cause, std::initializer_list<std::string> texts = {});

// What rt_inspect says of trust in a file: one of its checks.
nlohmann::json trust_check(const std::string &path);

// Over the first bytes of a file, which stays the same file.
void write_in_place(const std::string &path, const std::string &content);

// Whether a file of that name is mapped into this process; how many descriptors it has open.
bool mapped(const std::string &name);
std::size_t descriptors();

// As `passes`, with no plugins and no lists but the test's own.
void passes_alone(const std::string &name, std::vector<std::string> environment = {});

} // namespace test
