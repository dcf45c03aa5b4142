#include "text.hpp"

#include <algorithm>
#include <vector>

namespace rt::core {

namespace {

// Levenshtein distance, given up once it exceeds `limit`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
    const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (difference > limit) {
        return difference;
    }
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); j++) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); i++) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); j++) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

} // namespace

void NearestText::offer(std::string_view candidate) {
    const std::size_t d = distance(wanted_, candidate, best_distance_);
    if (d < best_distance_ || (d == best_distance_ && best_.empty())) {
        best_distance_ = d;
        best_ = candidate;
    }
}

} // namespace rt::core
