// contains.hpp - what tests ask of messages.
#pragma once

#include <string_view>

namespace test {

constexpr bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

} // namespace test
