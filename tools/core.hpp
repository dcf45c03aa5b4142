// core.hpp - what the core says about plugin files, as JSON.
#pragma once

#include <rtffi/abi.h>
#include <string>

#include "output.hpp"

namespace rt::tools {

// The documents of rt_discover, rt_inspect, rt_explain and rt_handle_report. They throw rt::Error.
Json discover();
Json inspect(const std::string &path);
Json explanation(const std::string &name);
Json living_handles();

// The plugins of the search path, one object of `discover` for each name: the chosen file, or the first where none is.
Json plugins();

// The path of the plugin file that the user named: by a plugin's name, or by a path. Throws RT_E_NOT_FOUND with what the core
// says about the name.
std::string file_of(const std::string &plugin_or_file);

// "searched: FOLDER (2 files), FOLDER (no such folder)".
std::string searched_text(const Json &explained);

// An error as `call --json` shows it.
Json error_json(rt_status code, const std::string &cause, const std::string &message);

// The text at a key, or "".
std::string text_at(const Json &object, const char *key);

} // namespace rt::tools
