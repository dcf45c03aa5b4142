// text.hpp - texts of parts, lists in a text, and spelling distance, for "did you mean".
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace rt::core {

// The pieces between separators that are not empty. (A stream would take a lack of memory for the end of the text.)
std::vector<std::string> split(std::string_view text, char separator);

// The parts one after the other, with less code at each place than a chain of `+` is.
std::string joined(std::initializer_list<std::string_view> parts);

// "; did you mean NAME? It is `SIGNATURE`", or "" without a name.
std::string did_you_mean(std::string_view name, std::string_view signature);

// Keeps the candidate nearest to a text, as long as it is near enough to be a misspelling of it.
class NearestText {
  public:
    explicit NearestText(std::string_view wanted);
    // Whether it is the nearest so far.
    bool offer(std::string_view candidate);
    const std::string &best() const { return best_; }
    // "; did you mean X?", or "".
    std::string suggestion() const { return best_.empty() ? "" : "; did you mean " + best_ + "?"; }

  private:
    std::string wanted_;
    std::size_t best_distance_;
    std::string best_;
};

} // namespace rt::core
