// json_text.hpp - JSON as a text from the beginning: nlohmann's library writes the strings. A tree of its values allocates where it is
// destroyed, and ends the process where there is no memory for that.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace rt::core {

// Bytes that are not UTF-8, such as those of file names, are replaced.
[[gnu::noinline]] inline std::string json_string(const std::string &text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// What `make` gives for each, in an array.
template <class List, class Make> std::string json_array(const List &list, Make make) {
    std::string out = "[";
    for (const auto &one : list) {
        out += out.size() == 1 ? "" : ",";
        out += make(one);
    }
    return out + "]";
}

// An object, key by key.
class JsonObject {
  public:
    JsonObject &put(std::string_view key, const std::string &text) { return put_json(key, json_string(text)); }
    JsonObject &put(std::string_view key, bool value) { return put_json(key, value ? "true" : "false"); }
    JsonObject &put(std::string_view key, std::size_t number) { return put_json(key, std::to_string(number)); }
    // `json` is a value's text.
    JsonObject &put_json(std::string_view key, std::string_view json) {
        text_.append(text_.size() == 1 ? "\"" : ",\"").append(key).append("\":").append(json);
        return *this;
    }
    std::string text() const { return text_ + "}"; }

  private:
    std::string text_ = "{";
};

} // namespace rt::core
