// own_libstdcxx.cpp - a plugin with the C++ library linked into it: its exceptions are not the host's.
#include <stdexcept>
#include <string>
#include <string_view>

#include <rtffi/plugin.hpp>

namespace {

std::string twice(std::string_view text) {
    if (text.empty()) {
        throw std::invalid_argument("the text is empty");
    }
    return std::string(text) + std::string(text);
}

} // namespace

RT_PLUGIN("own_libstdcxx", "1.0.0", "Has its own libstdc++")
RT_FUNCTION(twice, "own_twice(text: text) -> text", "The text, two times.")
