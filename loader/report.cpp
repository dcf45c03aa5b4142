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

// At each place this is less code than nlohmann's own ways are.
[[gnu::noinline]] void put(json &out, const char *key, const std::string &text) { out[key] = text; }
[[gnu::noinline]] void put(json &out, const char *key, json &&value) { out[key] = std::move(value); }

void add(void *context, const Slot &slot) {
    const rt_class *class_ = slot.class_.load(std::memory_order_relaxed);
    if (class_ == nullptr) {
        return;
    }
    const rt_plugin *plugin = class_->plugin.load(std::memory_order_relaxed);
    const Key key{class_->name, plugin != nullptr ? plugin->name.load(std::memory_order_relaxed) : "rtffi"};
    json &group = (*static_cast<Groups *>(context))[key];
    put(group, "class", key.first);
    put(group, "plugin", key.second);
    put(group, "count", group.value("count", 0) + 1);
    if (!group.contains("created")) {
        put(group, "created", json::array());
    }
    if (const std::vector<std::string> lines = trace_lines(handle_of(slot)); !lines.empty()) {
        group["created"].push_back(lines);
    }
}

struct Entry {
    const char *key;
    const std::string *text;
};
json object(std::initializer_list<Entry> entries) {
    json out = json::object();
    for (const Entry &entry : entries) {
        put(out, entry.key, *entry.text);
    }
    return out;
}

// What `make` gives for each, in an array.
template <class List, class Make> json array(const List &list, Make make) {
    json out = json::array();
    for (const auto &one : list) {
        out.push_back(make(one));
    }
    return out;
}

void put_metadata(json &out, const Metadata &metadata, std::initializer_list<const char *> keys) {
    for (const char *key : keys) {
        put(out, key, metadata.value(key));
    }
}

json document(const Check &check) {
    json out = object({{"id", &check.id}});
    put(out, "ok", json(check.ok()));
    out.update(object({{"cause", &check.cause}, {"detail", &check.detail}, {"hint", &check.hint}}));
    return out;
}

json document(const Warning &warning) {
    const std::string id = warning.id;
    json out = object({{"id", &id}});
    put(out, "ok", json(warning.ok));
    out.update(object({{"detail", &warning.detail}, {"hint", &warning.hint}}));
    return out;
}

json document(const Dependency &dependency) {
    json out =
        object({{"library", &dependency.library}, {"path", &dependency.path}, {"needed_by", &dependency.needed_by}});
    if (dependency.path.empty()) {
        put(out, "path", json(nullptr));
    }
    return out;
}

json document(const FunctionNote &function) {
    const std::string name(function.name());
    return object(
        {{"name", &name}, {"signature", &function.signature}, {"doc", &function.doc}, {"group", &function.group}});
}

json document(const Explained &file);
json document(const Searched &folder);

template <class T> json documents(const std::vector<T> &list) {
    return array(list, [](const T &one) { return document(one); });
}

json document(const Explained &file) {
    json out = object({{"path", &file.inspection.path}});
    put_metadata(out, file.inspection.metadata, {"name", "version", "doc", "variant", "score"});
    put(out, "functions", json(file.inspection.metadata.functions.size()));
    put(out, "state", file.state);
    put(out, "chosen", json(file.chosen));
    put(out, "reason", file.reason);
    put(out, "cause", file.cause);
    put(out, "checks", documents(file.inspection.checks));
    return out;
}

json document(const Inspection &file) {
    json out = object({{"path", &file.path}});
    put(out, "ok", json(file.failure() == nullptr));
    put(out, "functions", documents(file.metadata.functions));
    put(out, "providers", array(file.metadata.providers, [](const std::string &prefix) { return json(prefix); }));
    put(out, "dependencies", documents(file.dependencies));
    put(out, "checks", documents(file.checks));
    put(out, "warnings", documents(file.warnings));
    put_metadata(out, file.metadata,
                 {"name", "version", "doc", "abi", "variant", "score", "needs", "singletons", "unmap"});
    return out;
}

json document(const Searched &folder) {
    const std::string from = folder.folder.from;
    json out = object({{"folder", &folder.folder.path}, {"from", &from}, {"state", &folder.state}});
    put(out, "files", json(folder.files));
    return out;
}

json document(const Explanation &why) {
    json out = object({{"name", &why.name}, {"kind", &why.kind}});
    put(out, "ok", json(why.ok()));
    out.update(object({{"state", &why.state}, {"cause", &why.cause}, {"answer", &why.answer}, {"hint", &why.hint}}));
    put(out, "near", array(why.near, [](const std::string &name) { return json(name); }));
    put(out, "searched", documents(why.searched));
    put(out, "candidates", documents(why.candidates));
    return out;
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
    return give("rt_discover", out, [] { return documents(discover()); });
}

rt_status rt_inspect(const char *path, rt_value *out) {
    return give_about("rt_inspect", path, out, [](const std::string &file) { return document(inspect(file)); });
}

rt_status rt_explain(const char *name, rt_value *out) {
    return give_about("rt_explain", name, out, [](const std::string &about) { return document(explain(about)); });
}

} // extern "C"
