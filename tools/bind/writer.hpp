// writer.hpp - lines of a generated file.
#pragma once

#include <string>
#include <string_view>

namespace rt::tools::bind {

class Writer {
  public:
    // A line at the present depth of indentation; "" is an empty one.
    Writer &line(std::string_view text = "");
    // `text` broken to lines of 100 characters, each behind `mark`, such as "// ".
    Writer &comment(std::string_view mark, std::string_view text);
    Writer &indent() { return depth_++, *this; }
    Writer &dedent() { return depth_--, *this; }
    const std::string &text() const { return text_; }

  private:
    std::string text_;
    std::size_t depth_ = 0;
};

// `list` and one more item: "a, b".
std::string comma(std::string list, const std::string &item);

// The lines that every generated file begins with: of what it is the binding, how it was made, that changes are lost.
struct Interface;
void write_heading(Writer &out, std::string_view mark, const Interface &interface);

} // namespace rt::tools::bind
