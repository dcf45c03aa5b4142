#include "discovery.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>

#include "file_identity.hpp"
#include "fork.hpp"
#include "inspection.hpp"
#include "registry.hpp"
#include "text.hpp"
#include "version.hpp"

namespace rt::core {

namespace {

// A file's metadata as last read, kept while the file stays the same.
struct SeenFile {
    FileIdentity file;
    Outcome outcome;
    std::shared_ptr<const Metadata> metadata;
};

struct Discovery {
    std::mutex mutex;
    std::map<std::string, SeenFile> cache;
};

Discovery &discovery() {
    static Discovery *const instance = new Discovery;
    return *instance;
}

const ForkSafe
    discovery_fork_safe(ForkRank::discovery, [] { discovery().mutex.lock(); }, [] { discovery().mutex.unlock(); });

struct Closed {
    void operator()(DIR *folder) const { closedir(folder); }
    void operator()(char *text) const { std::free(text); }
};

// A folder or file that is not there is passed over, but not one that could not be looked at for want of memory or descriptors.
template <class T> T *unless_exhausted(T *result) {
    if (result == nullptr) {
        throw_if_exhausted(errno);
    }
    return result;
}

// Not with std::filesystem, which ends the process where memory is short.
std::vector<std::string> libraries_in(const std::string &folder) {
    std::vector<std::string> files;
    const std::unique_ptr<DIR, Closed> opened(unless_exhausted(opendir(folder.c_str())));
    while (const dirent *entry = opened != nullptr ? readdir(opened.get()) : nullptr) {
        if (std::string_view(entry->d_name).ends_with(".so")) {
            const std::unique_ptr<char, Closed> canonical(
                unless_exhausted(realpath(joined({folder, "/", entry->d_name}).c_str(), nullptr)));
            if (canonical != nullptr) {
                files.emplace_back(canonical.get());
            }
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

// Metadata through the cache. Under the mutex.
const SeenFile &cached(Discovery &d, const std::string &path, const struct stat &status) {
    SeenFile &entry = d.cache[path];
    if (!(entry.file == FileIdentity(status))) {
        Metadata metadata;
        Outcome outcome = read_metadata(path, metadata);
        auto kept = std::make_shared<const Metadata>(std::move(metadata));
        // At once, so that a file of which nothing could be read for want of memory is read again.
        entry = {FileIdentity(status), std::move(outcome), std::move(kept)};
    }
    return entry;
}

bool has_function(const Metadata &metadata, std::string_view name) {
    return std::any_of(metadata.functions.begin(), metadata.functions.end(),
                       [&](const FunctionNote &function) { return function.name() == name; });
}

bool has_provider(const Metadata &metadata, std::string_view name) {
    return std::any_of(metadata.providers.begin(), metadata.providers.end(),
                       [&](const std::string &prefix) { return !prefix.empty() && name.starts_with(prefix); });
}

// Less than 0 where `a` is preferred. See Note [Which file].
int preference(const Candidate &a, const Candidate &b) {
    if (a.folder != b.folder) {
        return a.folder < b.folder ? -1 : 1;
    }
    if (const int versions = compare_versions(b.value("version"), a.value("version")); versions != 0) {
        return versions;
    }
    return a.score() == b.score() ? 0 : a.score() > b.score() ? -1 : 1;
}

} // namespace

long Candidate::score() const { return std::strtol(value("score").c_str(), nullptr, 10); }

bool Candidate::should_be(const std::string &name) const {
    return !is_plugin() && std::string_view(path).substr(path.rfind('/') + 1) == joined({"librtffi_", name, ".so"});
}

std::vector<Candidate> candidates(const std::vector<Folder> &path) {
    std::vector<Candidate> found;
    std::set<std::string> seen;
    for (std::size_t folder = 0; folder < path.size(); folder++) {
        for (const std::string &file : libraries_in(path[folder].path)) {
            struct stat status = {};
            if (!seen.insert(file).second || stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
                continue;
            }
            const std::lock_guard lock(discovery().mutex);
            const SeenFile &entry = cached(discovery(), file, status);
            found.push_back({file, folder, entry.outcome, entry.metadata});
        }
    }
    return found;
}

std::vector<Candidate> only_named(std::vector<Candidate> all, const std::string &name) {
    std::erase_if(
        all, [&](const Candidate &candidate) { return !candidate.is_plugin() || candidate.value("name") != name; });
    // By path where nothing else decides, as `candidates` gives them.
    std::sort(all.begin(), all.end(), [](const Candidate &a, const Candidate &b) {
        const int order = preference(a, b);
        return order != 0 ? order < 0 : a.path < b.path;
    });
    return all;
}

std::string why_after(const Candidate &winner, const Candidate &loser) {
    if (winner.folder != loser.folder) {
        return "in a later folder of the search path than " + winner.path;
    }
    if (compare_versions(winner.value("version"), loser.value("version")) != 0) {
        return "an older version than " + winner.path;
    }
    return (winner.score() != loser.score() ? "a lower score than " : "after, by file name, ") + winner.path;
}

FunctionOwner plugin_with_function(std::string_view function) {
    const std::vector<Candidate> found = candidates(search_path());
    for (const auto &has : {has_function, has_provider}) {
        for (const Candidate &candidate : found) {
            if (candidate.is_plugin() && has(*candidate.metadata, function)) {
                // Its load says why it may not be, where it may not.
                return {candidate.value("name"), candidate.path, has == has_provider};
            }
        }
    }
    return {};
}

NearFunction nearest_function(std::string_view name) {
    NearestText nearest(name);
    std::string signature;
    if (const Record *record = find_published(nearest_name(name)); record != nullptr) {
        nearest.offer(record->name);
        signature = record->info->text;
    }
    for (const Candidate &candidate : candidates(search_path())) {
        if (candidate.is_plugin()) {
            for (const FunctionNote &function : candidate.metadata->functions) {
                if (nearest.offer(function.name())) {
                    signature = function.signature;
                }
            }
        }
    }
    return {nearest.best(), signature};
}

std::string what_was_searched() {
    const std::vector<Folder> path = search_path();
    std::string text = "searched:";
    for (const Folder &folder : path) {
        const std::string state = folder_state(folder.path);
        text += joined({" ", folder.path, state == "ok" ? "" : joined({" (", state, ")"})});
    }
    for (const Candidate &candidate : candidates(path)) {
        if (!candidate.outcome) {
            text += "; " + candidate.outcome.message;
        }
    }
    return text;
}

Outcome no_such_plugin(const std::string &name) {
    NearestText nearest(name);
    for (const Candidate &candidate : candidates(search_path())) {
        nearest.offer(candidate.value("name"));
        if (!candidate.should_be(name)) {
            continue;
        }
        const Inspection file = inspect(candidate.path);
        if (const Check *failure = file.failure()) {
            return {failure->code, failure->cause,
                    joined({"no plugin named '", name, "' was found, for ", candidate.path, " cannot be it: ",
                            failure->detail, failure->hint.empty() ? "" : ". To do: ", failure->hint})};
        }
    }
    return {RT_E_NOT_FOUND, "not_found",
            joined({"no plugin named '", name, "' was found", nearest.suggestion(), "; ", what_was_searched(),
                    ". Set RTFFI_PLUGIN_PATH to the folder that has it, or give a path with a slash"})};
}

} // namespace rt::core
