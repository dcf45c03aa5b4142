#include "text.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

Text::Text(const std::filesystem::path &file) {
    std::ifstream stream(file, std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(stream), {}};
    constexpr std::size_t least = 1000;
    if (!stream.good() && !stream.eof()) {
        throw std::runtime_error("the text " + file.string() + " cannot be read: give another one with --text");
    }
    if (all.size() < least) {
        throw std::runtime_error("the text " + file.string() + " has " + std::to_string(all.size()) +
                                 " characters: 1000 at least are needed");
    }
    const std::set<char> distinct(all.begin(), all.end());
    alphabet.assign(distinct.begin(), distinct.end());
    characters = numbers(all);
}

std::string Text::written(const std::vector<std::int64_t> &numbers) const {
    std::string out;
    for (const std::int64_t number : numbers) {
        out += alphabet.at(static_cast<std::size_t>(number));
    }
    return out;
}

std::vector<std::int64_t> Text::numbers(const std::string &words) const {
    std::vector<std::int64_t> out;
    for (const char c : words) {
        const std::size_t place = alphabet.find(c);
        if (place != std::string::npos) {
            out.push_back(static_cast<std::int64_t>(place));
        }
    }
    return out;
}
