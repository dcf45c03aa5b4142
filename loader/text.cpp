#include "text.hpp"

#include <algorithm>
#include <vector>

namespace rt::core {

namespace {

// More changes than this are no misspelling of a long name.
constexpr std::size_t most_changes = 8;

// Levenshtein distance, or more than `limit` where it exceeds that. Only what lies within `limit` of the diagonal can count
// (Ukkonen, Algorithms for approximate string matching, 1985), so that long texts take no longer than their length.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
    const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (difference > limit) {
        return difference;
    }
    std::vector<std::size_t> row(b.size() + 1, limit + 1);
    for (std::size_t j = 0; j <= std::min(b.size(), limit); j++) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); i++) {
        const std::size_t begin = i > limit ? i - limit : 1;
        const std::size_t end = std::min(b.size(), i + limit);
        std::size_t diagonal = row[begin - 1];
        row[begin - 1] = begin == 1 ? i : limit + 1;
        for (std::size_t j = begin; j <= end; j++) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

} // namespace

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> pieces;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end != 0) {
            pieces.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return pieces;
}

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) {
        text += part;
    }
    return text;
}

std::string did_you_mean(std::string_view name, std::string_view signature) {
    return name.empty() ? "" : joined({"; did you mean ", name, "? It is `", signature, "`"});
}

NearestText::NearestText(std::string_view wanted)
    : wanted_(wanted),
      // Something of it must be left.
      best_distance_(std::min({wanted.size() / 3 + 1, wanted.size() - (wanted.empty() ? 0 : 1), most_changes})) {}

bool NearestText::offer(std::string_view candidate) {
    const std::size_t d = distance(wanted_, candidate, best_distance_);
    const bool nearer = d < best_distance_ || (d == best_distance_ && best_.empty());
    if (nearer) {
        best_distance_ = d;
        best_ = candidate;
    }
    return nearer;
}

} // namespace rt::core
