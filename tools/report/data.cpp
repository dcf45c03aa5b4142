#include "data.hpp"

#include <algorithm>
#include <ctime>
#include <map>
#include <rtffi/rtffi.h>
#include <stdexcept>
#include <tuple>

#include "../core.hpp"
#include "../provided.hpp"
#include "../verify.hpp"
#include "environment.hpp"
#include "figures.hpp"

namespace rt::tools::report {

namespace {

void sort_by(Json &list, const char *key) {
    std::sort(list.begin(), list.end(),
              [key](const Json &a, const Json &b) { return text_at(a, key) < text_at(b, key); });
}

std::string now() {
    const std::time_t seconds = std::time(nullptr);
    std::tm parts = {};
    gmtime_r(&seconds, &parts);
    char text[sizeof "2026-01-31T12:00:00Z"];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

// By the plugin's name.
std::map<std::string, Json> verify_all(const Scope &scope, const CommandLine &line) {
    std::map<std::string, Json> reports;
    for (const Json &plugin : plugins()) {
        if (const std::string name = text_at(plugin, "name"); plugin.value("chosen", false)) {
            reports[name] = verify_file(text_at(plugin, "path"), name, "", scope.limits, line);
        }
    }
    return reports;
}

// Whether the file came through being loaded: one that hangs there is not to be loaded once more.
bool loads(const Json &verification, const std::string &path) {
    if (verification.is_null() || text_at(verification, "path") != path) {
        return false;
    }
    const Json &checks = verification.at("checks");
    return std::any_of(checks.begin(), checks.end(),
                       [](const Json &check) { return text_at(check, "id") == "load" && check.value("ok", false); });
}

Json ask_provider(const Json &file, const std::string &prefix, const Scope &scope, const CommandLine &line) {
    Json answer = {{"prefix", prefix}, {"count", nullptr}, {"problem", ""}, {"functions", Json::array()}};
    try {
        show_progress("asking " + text_at(file, "name") + " what it provides under " + prefix);
        Json functions = provided_by(file, prefix, line);
        sort_by(functions, "name");
        answer["count"] = functions.size();
        if (scope.all) {
            answer["functions"] = std::move(functions);
        }
    } catch (const std::runtime_error &error) { // the report tells it
        answer["problem"] = error.what();
    }
    show_progress("");
    return answer;
}

Json provided(const Json &file, const Json &verification, const Scope &scope, const CommandLine &line) {
    Json prefixes = file.at("providers");
    std::sort(prefixes.begin(), prefixes.end());
    Json list = Json::array();
    for (const std::string prefix : prefixes) {
        if (loads(verification, text_at(file, "path"))) {
            list.push_back(ask_provider(file, prefix, scope, line));
        } else {
            list.push_back({{"prefix", prefix},
                            {"count", nullptr},
                            {"problem", scope.load ? "the plugin does not load" : "the plugin was not loaded"},
                            {"functions", Json::array()}});
        }
    }
    return list;
}

// A file without a name, such as a library that is cut off, is told of by its path.
Json described(const Json &plugin, const Json &verification, const Scope &scope, const CommandLine &line) {
    Json entry;
    for (const char *key : {"name", "version", "path", "variant", "state", "functions", "chosen"}) {
        entry[key] = plugin.value(key, Json());
    }
    const std::string path = text_at(plugin, "path");
    const std::string name = text_at(plugin, "name");
    const Json explained = explanation(name.empty() ? path : name);
    for (const char *key : {"answer", "hint", "candidates"}) {
        entry[key] = explained.at(key);
    }
    entry["file"] = inspect(path);
    sort_by(entry["file"]["functions"], "name"); // metadata has no order of its own
    sort_by(entry["file"]["classes"], "name");
    entry["verification"] = verification;
    entry["provided"] = provided(entry["file"], verification, scope, line);
    return entry;
}

} // namespace

Json gather(const Scope &scope, const CommandLine &line) {
    Json document = {{"rtffi", rt_version()},   {"abi", rt_abi_version()},      {"made", now()},
                     {"loaded", scope.load},    {"environment", environment()}, {"plugins", Json::array()},
                     {"figures", Json::array()}};
    // First, since what it finds is remembered: a file that crashes is no longer the chosen one.
    std::map<std::string, Json> verifications;
    if (scope.load) {
        verifications = verify_all(scope, line);
    }
    Json found = plugins();
    const auto place = [](const Json &plugin) {
        const std::string name = text_at(plugin, "name");
        return std::tuple(name.empty(), name, text_at(plugin, "path"));
    };
    std::sort(found.begin(), found.end(), [&](const Json &a, const Json &b) { return place(a) < place(b); });
    for (const Json &plugin : found) {
        document["plugins"].push_back(described(plugin, verifications[text_at(plugin, "name")], scope, line));
    }
    document["figures"] = figures();
    document["handles"] = {{"count", rt_handle_count()}, {"living", living_handles()}};
    // Paths and variables may be of any bytes; what follows relies on UTF-8.
    return Json::parse(document.dump(-1, ' ', false, Json::error_handler_t::replace));
}

} // namespace rt::tools::report
