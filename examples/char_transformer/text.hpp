// text.hpp - a text as numbers: each of its characters by its place in an alphabet of those that it has.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

struct Text {
    // Throws std::runtime_error where the file cannot be read or is too short.
    explicit Text(const std::filesystem::path &file);

    std::string alphabet;
    std::vector<std::int64_t> characters;

    std::string written(const std::vector<std::int64_t> &numbers) const;
    // Of characters that the text does not have, nothing is kept.
    std::vector<std::int64_t> numbers(const std::string &words) const;
};
