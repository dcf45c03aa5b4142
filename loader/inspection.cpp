#include "inspection.hpp"

#include <set>

#include "canonical_path.hpp"
#include "dlopen_error.hpp"
#include "elf_file.hpp"
#include "singletons.hpp"
#include "text.hpp"
#include "trusted_file.hpp"
#include "version.hpp"

namespace rt::core {

namespace {

// The check that a cause of ElfFile::open belongs to; those before it hold.
constexpr std::pair<std::string_view, int> stage_of_cause[] = {
    {"not_found", 0}, {"not_readable", 0}, {"not_a_file", 0},    {"not_elf", 1},
    {"truncated", 1}, {"too_large", 1},    {"not_a_library", 1}, {"wrong_architecture", 2},
};
constexpr const char *stages[] = {"file", "format", "architecture"};
constexpr const char *stage_holds[] = {"it is a file that this user may read", "it is a whole ELF shared library",
                                       "it is for this machine"};

class Inspector {
  public:
    Inspector(const std::string &path, TrustRules &rules) : rules_(rules) { found_.path = path; }

    Inspection run() {
        if (!read_file()) {
            return std::move(found_);
        }
        if (!found_.metadata.is_plugin()) {
            const std::size_t count = found_.metadata.functions.size();
            add("plugin",
                {RT_E_LOAD, count == 0 ? "not_a_plugin" : "no_plugin_record",
                 count == 0 ? std::string("it has no notes of rtffi, so it is no plugin")
                            : joined({"it has the notes of ", std::to_string(count),
                                      " rtffi functions, but none of a plugin"})},
                "");
            return std::move(found_);
        }
        add("plugin", {},
            joined({"it is the plugin '", value("name"), "' ", value("version"), " with ",
                    std::to_string(found_.metadata.functions.size()),
                    found_.metadata.functions.size() == 1 ? " function" : " functions"}));
        check_abi();
        check_functions();
        check_needs();
        check_dependencies();
        if (!value("singletons").empty()) {
            add("singletons", check_singletons(file_, found_.path, value("singletons")),
                joined({"no other copy of ", value("singletons"), " is in this process"}));
        }
        return std::move(found_);
    }

  private:
    std::string value(const char *key) const { return found_.metadata.value(key); }

    void add(const char *id, const Outcome &outcome, const std::string &holds) {
        found_.checks.push_back({id, outcome ? "" : outcome.cause, outcome ? holds : outcome.message,
                                 outcome ? "" : hint_for(outcome.cause, found_.metadata), outcome.code});
    }

    bool read_file() {
        Outcome outcome = file_.open(found_.path);
        if (outcome) {
            outcome = read_metadata(file_, found_.metadata);
        }
        int failed = static_cast<int>(std::size(stages));
        if (!outcome) {
            failed = 1;
            for (const auto &[cause, stage] : stage_of_cause) {
                failed = outcome.cause == cause ? stage : failed;
            }
        }
        if (outcome) {
            found_.warnings = unload_warnings(file_, found_.metadata);
        }
        for (int stage = 0; stage < static_cast<int>(std::size(stages)) && stage <= failed; stage++) {
            add(stages[stage], stage == failed ? outcome : Outcome{}, stage_holds[stage]);
            if (stage == 0 && failed != 0) {
                check_trust();
            }
        }
        return static_cast<bool>(outcome);
    }

    // As a load does, by the canonical path.
    void check_trust() {
        std::string path;
        TrustedFile file;
        Verdict trusted{canonical_path(found_.path, path), ""};
        if (trusted) {
            trusted = open_trusted(path, rules_, file);
        }
        const Outcome &outcome = trusted.outcome;
        found_.checks.push_back(
            {"trust", outcome.cause, outcome ? file.detail : outcome.message, trusted.hint, outcome.code});
    }

    void check_abi() {
        add("abi", rt::core::check_abi(found_.metadata),
            joined({"it was made for version ", value("abi"), " of the binary interface, which this librtffi has"}));
    }

    // The registration would be refused as a whole.
    void check_functions() {
        std::set<std::string_view> names;
        for (const FunctionNote &function : found_.metadata.functions) {
            if (!names.insert(function.name()).second) {
                add("functions",
                    {RT_E_LOAD, "two_of_one_name", "two of its functions are named " + std::string(function.name())},
                    "");
                return;
            }
        }
    }

    void check_needs() {
        std::vector<Need> needs;
        const Outcome parsed = parse_needs(value("needs"), needs);
        if (!parsed || !needs.empty()) {
            add("needs", parsed, "it needs " + value("needs"));
        }
    }

    void check_dependencies() {
        Outcome outcome = dependencies_of(found_.path, found_.dependencies);
        for (const Dependency &dependency : found_.dependencies) {
            if (outcome && dependency.path.empty()) {
                outcome = {RT_E_LOAD, "missing_library",
                           joined({dependency.library, " was not found; ", dependency.needed_by,
                                   " needs it; searched: ", dependency.searched})};
            }
        }
        if (outcome) {
            outcome = check_whole(found_.dependencies);
        }
        add("dependencies", outcome,
            joined({"each of the ", std::to_string(found_.dependencies.size()), " libraries that it needs was found"}));
    }

    TrustRules &rules_;
    ElfFile file_;
    Inspection found_;
};

} // namespace

const Check *Inspection::failure() const {
    for (const Check &check : checks) {
        if (!check.ok()) {
            return &check;
        }
    }
    return nullptr;
}

Inspection inspect(const std::string &path) {
    TrustRules rules;
    return inspect(path, rules);
}

Inspection inspect(const std::string &path, TrustRules &rules) { return Inspector(path, rules).run(); }

} // namespace rt::core
