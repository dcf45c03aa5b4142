// report.cpp - what is alive, what is on the search path, and why, as JSON. The one file of the core that writes JSON.
#include <cstdlib>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>

#include "explain.hpp"
#include "handle.hpp"
#include "plugin.hpp"
#include "trace.hpp"

namespace rt::core {

namespace {

using Key = std::pair<std::string, std::string>; // class, plugin
using json = nlohmann::ordered_json;             // keys as written below
using Groups = std::map<Key, json>;

void add(void *context, const Slot &slot) {
    const rt_class *class_ = slot.class_.load(std::memory_order_relaxed);
    if (class_ == nullptr) {
        return;
    }
    const rt_plugin *plugin = class_->plugin.load(std::memory_order_relaxed);
    const Key key{class_->name, plugin != nullptr ? plugin->name.load(std::memory_order_relaxed) : "rtffi"};
    json &group = (*static_cast<Groups *>(context))[key];
    group["class"] = key.first;
    group["plugin"] = key.second;
    group["count"] = group.value("count", 0) + 1;
    if (!group.contains("created")) {
        group["created"] = json::array();
    }
    if (const std::vector<std::string> lines = trace_lines(handle_of(slot)); !lines.empty()) {
        group["created"].push_back(lines);
    }
}

json document(const std::vector<Check> &checks) {
    json list = json::array();
    for (const Check &check : checks) {
        list.push_back({{"id", check.id},
                        {"ok", check.ok()},
                        {"cause", check.cause},
                        {"detail", check.detail},
                        {"hint", check.hint}});
    }
    return list;
}

json document(const Explained &file) {
    const Metadata &metadata = file.inspection.metadata;
    return {{"path", file.inspection.path},
            {"name", metadata.value("name")},
            {"version", metadata.value("version")},
            {"doc", metadata.value("doc")},
            {"variant", metadata.value("variant")},
            {"score", metadata.value("score")},
            {"functions", metadata.functions.size()},
            {"state", file.state},
            {"chosen", file.chosen},
            {"reason", file.reason},
            {"cause", file.cause},
            {"checks", document(file.inspection.checks)}};
}

json document(const Inspection &file) {
    json dependencies = json::array();
    for (const Dependency &dependency : file.dependencies) {
        dependencies.push_back({{"library", dependency.library},
                                {"path", dependency.path.empty() ? json() : json(dependency.path)},
                                {"needed_by", dependency.needed_by}});
    }
    json functions = json::array();
    for (const FunctionNote &function : file.metadata.functions) {
        functions.push_back({{"name", function.name()},
                             {"signature", function.signature},
                             {"doc", function.doc},
                             {"group", function.group}});
    }
    json warnings = json::array();
    for (const Warning &warning : file.warnings) {
        warnings.push_back(
            {{"id", warning.id}, {"ok", warning.ok}, {"detail", warning.detail}, {"hint", warning.hint}});
    }
    json out = {{"path", file.path},
                {"ok", file.failure() == nullptr},
                {"functions", std::move(functions)},
                {"dependencies", std::move(dependencies)},
                {"checks", document(file.checks)},
                {"warnings", std::move(warnings)}};
    for (const char *key : {"name", "version", "doc", "abi", "variant", "score", "needs", "singletons", "unmap"}) {
        out[key] = file.metadata.value(key);
    }
    return out;
}

json document(const Explanation &why) {
    json searched = json::array();
    for (const Searched &folder : why.searched) {
        searched.push_back({{"folder", folder.folder.path},
                            {"from", folder.folder.from},
                            {"state", folder.state},
                            {"files", folder.files}});
    }
    json files = json::array();
    for (const Explained &file : why.candidates) {
        files.push_back(document(file));
    }
    return {{"name", why.name},     {"kind", why.kind},     {"ok", why.ok()},   {"state", why.state},
            {"cause", why.cause},   {"answer", why.answer}, {"hint", why.hint}, {"near", why.near},
            {"searched", searched}, {"candidates", files}};
}

// An owned text result. Bytes that are not UTF-8, such as those of file names, are replaced.
rt_value text_of(const json &value) {
    const std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    auto *copy = static_cast<char *>(std::malloc(text.size() + 1));
    if (copy == nullptr) {
        throw std::bad_alloc();
    }
    std::memcpy(copy, text.c_str(), text.size() + 1);
    rt_value result = rt_memory(RT_TEXT, copy, text.size());
    result.flags = RT_VALUE_OWNED;
    return result;
}

// Runs `make`, which gives the document.
template <class Make> rt_status give(const char *where, rt_value *out, Make &&make) {
    return guarded(where, [&]() -> rt_status {
        if (out == nullptr) {
            return fail(RT_E_ARGUMENT, nullptr, std::string(where) + ": json is null");
        }
        *out = rt_none();
        *out = text_of(make());
        return RT_OK;
    });
}

// The same for what is asked by a name or path.
template <class Make> rt_status give_about(const char *where, const char *name, rt_value *out, Make &&make) {
    if (name == nullptr || name[0] == '\0') {
        return guarded(where, [&] {
            return fail(RT_E_ARGUMENT, nullptr, std::string(where) + ": the name or path is null or empty");
        });
    }
    return give(where, out, [&] { return make(std::string(name)); });
}

} // namespace

} // namespace rt::core

using namespace rt::core;

extern "C" {

rt_status rt_handle_report(rt_value *out) {
    return give("rt_handle_report", out, [] {
        Groups groups;
        each_live_slot(add, &groups);
        json report = json::array();
        for (auto &[key, group] : groups) {
            report.push_back(std::move(group));
        }
        return report;
    });
}

rt_status rt_discover(rt_value *out) {
    return give("rt_discover", out, [] {
        json files = json::array();
        for (const Explained &file : discover()) {
            files.push_back(document(file));
        }
        return files;
    });
}

rt_status rt_inspect(const char *path, rt_value *out) {
    return give_about("rt_inspect", path, out, [](const std::string &file) { return document(inspect(file)); });
}

rt_status rt_explain(const char *name, rt_value *out) {
    return give_about("rt_explain", name, out, [](const std::string &about) { return document(explain(about)); });
}

} // extern "C"
