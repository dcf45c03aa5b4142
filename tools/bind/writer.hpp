// writer.hpp - lines of a generated file.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace rt::tools::bind {

class Writer {
  public:
    // A line at the present depth of indentation; "" is an empty one.
    Writer &line(std::string_view text = "");
    // `doc` broken to lines of 100 characters, each behind `mark`, such as "// "; control characters become blanks.
    Writer &comment(std::string_view mark, std::string_view doc);
    Writer &indent() { return depth_++, *this; }
    Writer &dedent() { return depth_--, *this; }
    const std::string &text() const { return text_; }

  private:
    std::string text_;
    std::size_t depth_ = 0;
};

// Files that are part of the command (embedded.hpp), at the present depth, with an empty line between them.
void write_files(Writer &out, std::initializer_list<std::string_view> paths);

// A text as it may stand in a line of a comment.
std::string in_one_line(std::string_view text);

// What stands between the quotes of a literal: `"`, `\` and steering characters escaped. `escape` says how a language writes one of
// those, which is given in UTF-8.
std::string escaped(std::string_view text, std::string (*escape)(std::string_view character));

// The number of a character that is given in UTF-8, in four hexadecimal digits.
std::string code_point(std::string_view character);

// `list` and one more item: "a, b".
std::string comma(std::string list, const std::string &item);

// The lines that every generated file begins with: of what it is the binding, how it was made, that changes are lost.
struct Interface;
void write_heading(Writer &out, std::string_view mark, const Interface &interface);

} // namespace rt::tools::bind
