#include "explain.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>

#include "dlopen_error.hpp"
#include "lookup.hpp"
#include "plugin.hpp"
#include "probe.hpp"
#include "registry.hpp"
#include "stub.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

// The state of a file and, where it is not usable, why.
Explained explain_file(const std::string &path, TrustRules &rules) {
    Explained file{inspect(path, rules), "available", "", "", "", false, false};
    const History history = history_of(path);
    if (history.state == State::active) {
        file.state = "loaded";
    } else if (const Check *failure = file.inspection.failure()) {
        file.state = "unusable";
        file.reason = failure->detail;
        file.cause = failure->cause;
        file.refused = failure->code == RT_E_UNTRUSTED;
    } else if (history.state == State::failed) {
        file.state = "failed";
        file.reason = "its last load failed: " + history.failure.message;
        file.cause = history.failure.cause;
        file.refused = history.failure.code == RT_E_UNTRUSTED;
        file.hint = hint_for(file.cause, file.inspection.metadata);
        if (file.hint.empty()) {
            file.hint = "this comes from the plugin itself: do what it says, and open it once more";
        }
    } else {
        FileIdentity identity;
        FailedTrial trial;
        if (identify(path, identity) && recall_trial(identity, trial)) {
            file.state = "failed";
            file.reason = joined({"it ", trial.what(), " in an earlier check: it ", trial.story});
            file.cause = trial.cause;
            file.hint = hint_for(trial.cause, file.inspection.metadata);
        }
    }
    return file;
}

bool usable(const Explained &file) { return file.state == "loaded" || file.state == "available"; }

const char *state_words(const std::string &state) {
    return state == "loaded"   ? " is loaded from "
           : state == "failed" ? " could not be loaded from "
                               : " is usable, from ";
}

// Which of one name's files is taken, if any, and why the others are not. They come in the order of preference. See Note
// [Which file].
void choose(std::vector<Explained> &files, const std::vector<Candidate> &candidates) {
    const auto loaded =
        std::find_if(files.begin(), files.end(), [](const Explained &f) { return f.state == "loaded"; });
    const auto decides = [](const Explained &file) { return usable(file) || file.refused; };
    const auto first = loaded != files.end() ? loaded : std::find_if(files.begin(), files.end(), decides);
    for (auto file = files.begin(); file != files.end(); ++file) {
        file->chosen = file == first && usable(*file);
        if (!file->chosen && file->reason.empty()) {
            const auto &winner = candidates[static_cast<std::size_t>(first - files.begin())];
            const auto &loser = candidates[static_cast<std::size_t>(file - files.begin())];
            file->reason = file < first     ? winner.path + " is loaded already"
                           : first->refused ? winner.path + " comes before it, and nothing is taken in place of a file "
                                                            "that breaks a rule of trust"
                                            : why_after(winner, loser);
        }
    }
}

std::vector<Searched> searched() {
    const std::vector<Folder> path = search_path();
    std::vector<Searched> folders;
    for (const Folder &folder : path) {
        folders.push_back({folder, folder_state(folder.path), 0});
    }
    for (const Candidate &candidate : candidates(path)) {
        folders[candidate.folder].files++;
    }
    return folders;
}

// What is said of a stub beside where it is.
std::string why_a_stub(const Explanation &out) {
    const Explained &preferred = out.candidates.front();
    return is_stub(preferred.inspection.metadata)
               ? ": a stub, for there is no other variant of it on the search path"
               : joined({": a stub, taken in place of ", preferred.inspection.path, ": ", preferred.reason});
}

// The chosen file, or the one in whose place nothing is taken, or else the preferred one.
const Explained &deciding(const std::vector<Explained> &files) {
    for (const auto is : {&Explained::chosen, &Explained::refused}) {
        const auto found = std::find_if(files.begin(), files.end(), [&](const Explained &file) { return file.*is; });
        if (found != files.end()) {
            return *found;
        }
    }
    return files.front();
}

// What that file says about the whole.
void conclude(Explanation &out, const std::string &subject) {
    const Explained &file = deciding(out.candidates);
    out.state = file.state;
    if (usable(file)) {
        const bool stub = is_stub(file.inspection.metadata) && out.kind != "file";
        out.answer = subject + state_words(file.state) + file.inspection.path + (stub ? why_a_stub(out) : "");
        if (const Check *failure = out.candidates.front().inspection.failure(); stub) {
            out.hint = failure != nullptr ? failure->hint : hint_for("missing_library", file.inspection.metadata);
        }
        return;
    }
    out.answer = joined({subject, " cannot be used: ", file.reason});
    out.cause = file.cause;
    out.hint = file.hint;
    if (const Check *failure = file.inspection.failure()) {
        out.hint = failure->hint;
    }
}

void explain_plugin(Explanation &out, const std::string &plugin) {
    TrustRules rules;
    const std::vector<Candidate> all = candidates(search_path());
    const std::vector<Candidate> found = only_named(all, plugin);
    // One that was opened by its path need not be on the search path.
    const rt_plugin *active = active_plugin(plugin);
    const bool elsewhere = active != nullptr && std::none_of(found.begin(), found.end(), [&](const Candidate &c) {
                               return c.path == active->path;
                           });
    std::vector<Explained> files;
    for (const Candidate &candidate : found) {
        files.push_back(explain_file(candidate.path, rules));
    }
    choose(files, found);
    if (elsewhere) {
        out.candidates.push_back(explain_file(active->path, rules));
        out.candidates.front().chosen = true;
    }
    for (Explained &file : files) {
        if (elsewhere) {
            file.reason = file.chosen ? active->path + " is loaded already" : file.reason;
            file.chosen = false;
        }
        out.candidates.push_back(std::move(file));
    }
    for (const Candidate &candidate : all) {
        if (candidate.should_be(plugin) && !out.candidates.empty()) {
            out.candidates.push_back(explain_file(candidate.path, rules));
        }
    }
}

// A file that should be what nobody is: what is wrong with it is the answer. It is the first of the candidates then.
bool explain_by_file_name(Explanation &out, std::size_t index) {
    const auto file = out.candidates.begin() + static_cast<std::ptrdiff_t>(index);
    if (file->state != "unusable") {
        return false; // a library with plain symbols, which is loaded
    }
    std::rotate(out.candidates.begin(), file, file + 1);
    out.kind = "plugin";
    conclude(out, joined({"the plugin '", out.name, "'"}));
    return true;
}

void explain_absence(Explanation &out) {
    out.state = "not_found";
    out.cause = "not_found";
    TrustRules rules;
    NearestText nearest(out.name);
    NearestText nearest_function(out.name);
    std::optional<std::size_t> meant; // the first of the files that should be this plugin
    for (const Candidate &candidate : candidates(search_path())) {
        nearest.offer(candidate.value("name"));
        if (!candidate.is_plugin()) {
            const bool should_be = candidate.should_be(out.name);
            meant = should_be && !meant ? out.candidates.size() : meant;
            if (should_be || !candidate.outcome || !candidate.metadata->functions.empty()) {
                out.candidates.push_back(explain_file(candidate.path, rules));
            }
            continue;
        }
        for (const FunctionNote &function : candidate.metadata->functions) {
            nearest_function.offer(function.name());
        }
    }
    for (const NearestText *text : {&nearest, &nearest_function}) {
        if (!text->best().empty()) {
            out.near.push_back(text->best());
        }
    }
    if (const std::string registered = nearest_name(out.name); !registered.empty()) {
        out.near.push_back(registered);
    }
    std::sort(out.near.begin(), out.near.end());
    out.near.erase(std::unique(out.near.begin(), out.near.end()), out.near.end());
    if (meant && explain_by_file_name(out, *meant)) {
        return;
    }
    out.kind = out.name.find('_') != std::string::npos ? "function" : "plugin";
    out.answer = joined({"no plugin and no function named '", out.name, "' is on the search path"});
    out.hint = out.near.empty() ? "put the folder of the plugin on RTFFI_PLUGIN_PATH, or give a path with a slash"
                                : joined({"did you mean ", out.near.front(), "?"});
}

} // namespace

Explanation explain(const std::string &name) {
    Explanation out;
    out.name = name;
    if (name.find('/') != std::string::npos) {
        out.kind = "file";
        TrustRules rules;
        char *canonical = realpath(name.c_str(), nullptr);
        out.candidates.push_back(explain_file(canonical != nullptr ? canonical : name, rules));
        std::free(canonical);
        out.candidates.front().chosen = usable(out.candidates.front());
        conclude(out, "the file");
        return out;
    }
    out.searched = searched();
    explain_plugin(out, name);
    if (!out.candidates.empty()) {
        conclude(out, joined({"the plugin '", name, "'"}));
        return out;
    }
    std::string plugin;
    if (const Record *record = find_published(name); record != nullptr) {
        plugin = record->plugin_name.load(std::memory_order_acquire);
    } else {
        plugin = plugin_with_function(name).plugin;
    }
    if (plugin.empty()) {
        explain_absence(out);
        return out;
    }
    out.kind = "function";
    explain_plugin(out, plugin);
    const bool registered = find_published(name) != nullptr;
    if (!out.candidates.empty()) {
        conclude(out, joined({name, ", of the plugin '", plugin, "',"}));
    }
    if (registered) {
        out.state = "registered";
        out.answer = joined({name, " is registered, by the plugin '", plugin, "'"});
    }
    return out;
}

std::vector<Explained> discover() {
    std::set<std::string> names;
    std::vector<Explained> all;
    TrustRules rules;
    const std::vector<Candidate> found = candidates(search_path());
    for (const Candidate &candidate : found) {
        if (candidate.is_plugin() && names.insert(candidate.value("name")).second) {
            const std::vector<Candidate> named = only_named(found, candidate.value("name"));
            std::vector<Explained> files;
            for (const Candidate &one : named) {
                files.push_back(explain_file(one.path, rules));
            }
            choose(files, named);
            all.insert(all.end(), files.begin(), files.end());
        } else if (!candidate.outcome) {
            all.push_back(explain_file(candidate.path, rules));
        }
    }
    return all;
}

} // namespace rt::core
