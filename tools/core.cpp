#include "core.hpp"

#include <filesystem>
#include <rtffi/host.hpp>
#include <set>

namespace rt::tools {

namespace {

// Calls a function of the core that writes JSON.
template <class Ask> Json ask(Ask function) {
    rt_value raw{};
    detail::check(function(&raw));
    const Value text(raw);
    return Json::parse(text.as<std::string_view>());
}

} // namespace

Json discover() { return ask(rt_discover); }

Json inspect(const std::string &path) {
    return ask([&](rt_value *json) { return rt_inspect(path.c_str(), json); });
}

Json explanation(const std::string &name) {
    return ask([&](rt_value *json) { return rt_explain(name.c_str(), json); });
}

Json living_handles() { return ask(rt_handle_report); }

Json plugins() {
    const Json files = discover();
    std::set<std::string> chosen;
    for (const Json &file : files) {
        if (file.value("chosen", false)) {
            chosen.insert(text_at(file, "name"));
        }
    }
    Json result = Json::array();
    for (const Json &file : files) {
        const std::string name = text_at(file, "name");
        if (file.value("chosen", false) || chosen.insert(name).second || name.empty()) {
            result.push_back(file);
        }
    }
    return result;
}

std::string file_of(const std::string &plugin_or_file) {
    if (plugin_or_file.find('/') != std::string::npos) {
        return plugin_or_file;
    }
    for (const Json &plugin : plugins()) {
        if (text_at(plugin, "name") == plugin_or_file) {
            return text_at(plugin, "path");
        }
    }
    // What the shell completed is a file in this folder.
    if (std::filesystem::is_regular_file(plugin_or_file)) {
        return "./" + plugin_or_file;
    }
    const Json explained = explanation(plugin_or_file);
    if (text_at(explained, "state") == "unusable" && text_at(explained, "kind") == "plugin") {
        return text_at(explained["candidates"][0], "path"); // it has the plugin's file name, and is damaged
    }
    std::string message = "no plugin is named '" + plugin_or_file + "'";
    if (explained.contains("near") && !explained["near"].empty()) {
        message += "; did you mean " + explained["near"][0].get<std::string>() + "?";
    }
    throw Error(RT_E_NOT_FOUND, message + "; " + searched_text(explained), "not_found");
}

std::string searched_text(const Json &explained) {
    std::string text;
    for (const Json &folder : explained.at("searched")) {
        const int files = folder.value("files", 0);
        text += (text.empty() ? "searched: " : ", ") + text_at(folder, "folder") + " (" +
                (files == 0 ? text_at(folder, "state") : std::to_string(files) + (files == 1 ? " file" : " files")) +
                ")";
    }
    return text.empty() ? "the search path is empty" : text;
}

Json error_json(rt_status code, const std::string &cause, const std::string &message) {
    return {{"code", code}, {"status", rt_status_name(code)}, {"cause", cause}, {"message", message}};
}

std::string text_at(const Json &object, const char *key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

} // namespace rt::tools
