#include "near_names.hpp"

#include <algorithm>
#include <utility>

#include "arguments.hpp"

namespace rt::libtorch {

namespace {

constexpr std::size_t most_compared = 60; // bytes of a wrong name

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); j++) {
        row[j] = j;
    }
    for (std::size_t i = 0; i < a.size(); i++) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); j++) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

} // namespace

std::string listed(const std::vector<std::string> &names, std::string_view wanted) {
    constexpr std::size_t most = 8;
    wanted = wanted.substr(0, most_compared);
    std::vector<std::pair<std::size_t, std::size_t>> order; // distance and place: of two as near, the first stays first
    for (std::size_t i = 0; i < names.size(); i++) {
        order.emplace_back(distance(names[i], wanted), i);
    }
    std::sort(order.begin(), order.end());
    std::string text;
    for (std::size_t i = 0; i < std::min(order.size(), most); i++) {
        text += (i == 0 ? "" : ", ") + names[order[i].second];
    }
    return names.size() > most ? str(text, " and ", names.size() - most, " more") : text;
}

} // namespace rt::libtorch
