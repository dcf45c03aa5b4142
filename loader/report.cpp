// report.cpp - what is alive, as JSON. The one file of the core that writes JSON.
#include <cstdlib>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>

#include "handle.hpp"
#include "plugin.hpp"
#include "trace.hpp"

namespace rt::core {

namespace {

using Key = std::pair<std::string, std::string>; // class, plugin
using Groups = std::map<Key, nlohmann::json>;

void add(void *context, const Slot &slot) {
    const rt_class *class_ = slot.class_.load(std::memory_order_relaxed);
    if (class_ == nullptr) {
        return;
    }
    const rt_plugin *plugin = class_->plugin.load(std::memory_order_relaxed);
    const Key key{class_->name, plugin != nullptr ? plugin->name.load(std::memory_order_relaxed) : "rtffi"};
    nlohmann::json &group = (*static_cast<Groups *>(context))[key];
    group["class"] = key.first;
    group["plugin"] = key.second;
    group["count"] = group.value("count", 0) + 1;
    if (!group.contains("created")) {
        group["created"] = nlohmann::json::array();
    }
    if (const std::vector<std::string> lines = trace_lines(handle_of(slot)); !lines.empty()) {
        group["created"].push_back(lines);
    }
}

} // namespace

} // namespace rt::core

using namespace rt::core;

extern "C" rt_status rt_handle_report(rt_value *json) {
    return guarded("rt_handle_report", [&]() -> rt_status {
        if (json == nullptr) {
            return fail(RT_E_ARGUMENT, nullptr, "rt_handle_report: json is null");
        }
        *json = rt_none();
        Groups groups;
        each_live_slot(add, &groups);
        nlohmann::json report = nlohmann::json::array();
        for (auto &[key, group] : groups) {
            report.push_back(std::move(group));
        }
        const std::string text = report.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        auto *copy = static_cast<char *>(std::malloc(text.size() + 1));
        if (copy == nullptr) {
            throw std::bad_alloc();
        }
        std::memcpy(copy, text.c_str(), text.size() + 1);
        *json = rt_memory(RT_TEXT, copy, text.size());
        json->flags = RT_VALUE_OWNED;
        return RT_OK;
    });
}
