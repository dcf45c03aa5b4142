// report.cpp - what is alive, what is on the search path, and why, as JSON.
#include <cstdlib>
#include <cstring>
#include <map>

#include "explain.hpp"
#include "handle.hpp"
#include "json_text.hpp"
#include "plugin.hpp"
#include "trace.hpp"

namespace rt::core {

namespace {

using Key = std::pair<std::string, std::string>; // class, plugin

struct Group {
    std::size_t count = 0;
    std::vector<std::vector<std::string>> created; // the traces of those that have one
};
using Groups = std::map<Key, Group>;

void add(void *context, const Slot &slot) {
    const rt_class *class_ = slot.class_.load(std::memory_order_relaxed);
    if (class_ == nullptr) {
        return;
    }
    const rt_plugin *plugin = class_->plugin.load(std::memory_order_relaxed);
    const Key key{class_->name, plugin != nullptr ? plugin->name.load(std::memory_order_relaxed) : "rtffi"};
    Group &group = (*static_cast<Groups *>(context))[key];
    group.count++;
    if (std::vector<std::string> lines = trace_lines(handle_of(slot)); !lines.empty()) {
        group.created.push_back(std::move(lines));
    }
}

std::string json_texts(const std::vector<std::string> &list) { return json_array(list, json_string); }

std::string document(const Groups::value_type &entry) {
    return JsonObject()
        .put("class", entry.first.first)
        .put("plugin", entry.first.second)
        .put("count", entry.second.count)
        .put_json("created", json_array(entry.second.created, json_texts))
        .text();
}

void put_metadata(JsonObject &out, const Metadata &metadata, std::initializer_list<const char *> keys) {
    for (const char *key : keys) {
        out.put(key, metadata.value(key));
    }
}

std::string document(const Check &check) {
    return JsonObject()
        .put("id", check.id)
        .put("ok", check.ok())
        .put("cause", check.cause)
        .put("detail", check.detail)
        .put("hint", check.hint)
        .text();
}

std::string document(const Warning &warning) {
    return JsonObject()
        .put("id", std::string(warning.id))
        .put("ok", warning.ok)
        .put("cause", std::string())
        .put("detail", warning.detail)
        .put("hint", warning.hint)
        .text();
}

std::string document(const Dependency &dependency) {
    return JsonObject()
        .put("library", dependency.library)
        .put_json("path", dependency.path.empty() ? "null" : json_string(dependency.path))
        .put("needed_by", dependency.needed_by)
        .text();
}

std::string document(const FunctionNote &function) {
    return JsonObject()
        .put("name", std::string(function.name()))
        .put("signature", function.signature)
        .put("doc", function.doc)
        .put("group", function.group)
        .text();
}

std::string document(const ClassNote &class_) {
    return JsonObject().put("name", class_.name).put("doc", class_.doc).text();
}

std::string document(const Searched &folder) {
    return JsonObject()
        .put("folder", folder.folder.path)
        .put("from", std::string(folder.folder.from))
        .put("state", folder.state)
        .put("files", folder.files)
        .text();
}

std::string document(const Explained &file);

template <class T> std::string documents(const T &list) {
    return json_array(list, [](const auto &one) { return document(one); });
}

std::string document(const Explained &file) {
    JsonObject out;
    out.put("path", file.inspection.path);
    put_metadata(out, file.inspection.metadata, {"name", "version", "doc", "variant", "score"});
    return out.put("functions", file.inspection.metadata.functions.size())
        .put("state", file.state)
        .put("chosen", file.chosen)
        .put("reason", file.reason)
        .put("cause", file.cause)
        .put_json("checks", documents(file.inspection.checks))
        .text();
}

std::string document(const Inspection &file) {
    JsonObject out;
    out.put("path", file.path)
        .put("ok", file.failure() == nullptr)
        .put_json("functions", documents(file.metadata.functions))
        .put_json("classes", documents(file.metadata.classes))
        .put_json("providers", json_texts(file.metadata.providers))
        .put_json("dependencies", documents(file.dependencies))
        .put_json("checks", documents(file.checks))
        .put_json("warnings", documents(file.warnings));
    put_metadata(out, file.metadata,
                 {"name", "version", "doc", "abi", "variant", "score", "needs", "singletons", "unmap"});
    return out.text();
}

std::string document(const Explanation &why) {
    return JsonObject()
        .put("name", why.name)
        .put("kind", why.kind)
        .put("ok", why.ok())
        .put("state", why.state)
        .put("cause", why.cause)
        .put("answer", why.answer)
        .put("hint", why.hint)
        .put_json("near", json_texts(why.near))
        .put_json("searched", documents(why.searched))
        .put_json("candidates", documents(why.candidates))
        .text();
}

rt_value owned_text(const std::string &text) {
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
        *out = owned_text(make());
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
        return documents(groups);
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
