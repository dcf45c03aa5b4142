// output.hpp - what the command prints: JSON documents, tables that fit the terminal, colours where there is one.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace rt::tools {

// Keys stay in the order in which the documentation lists them.
using Json = nlohmann::ordered_json;

// From here on standard output is for one JSON document: what plugins print goes to standard error.
void keep_output_for_json();
void print_json(const Json &document);

// Whether all that was printed has been written; errno says why not. The last thing to call.
bool finish_output();

void print(std::string_view text);
void print_line(std::string_view text = "");
// To standard error, and only where somebody watches it; each call takes the place of the one before, "" of all.
void show_progress(std::string_view text);

enum class Style { plain, strong, faint, good, bad };
// The text in a colour, where standard output is a terminal that wants colours.
std::string paint(Style style, std::string_view text);

// The bytes of the character that `text` begins with, where that steers a terminal, or has an editor show text in another order than it
// has; else 0.
std::size_t steering_length(std::string_view text);

// With blanks for those characters but line breaks: a plugin file's texts must not steer the terminal of who only looks at it.
std::string harmless(std::string_view text);

// `text` with lines broken to fit the terminal, each `indent` spaces in, with a newline at the end.
std::string paragraph(std::string_view text, std::size_t indent);

// Whether a text may begin in that column, or the terminal is too narrow.
bool has_room_from(std::size_t column);

// "label   text", the text from `column` on and broken to fit; below the label where that leaves too little room.
std::string beside(std::string_view label, std::string_view text, std::size_t indent, std::size_t column);

// Rows of cells, aligned. Where they are wider than the terminal, the last column is cut first, then the widest; where that leaves
// too little of them, each row stands on lines of its own, "HEAD cell".
class Table {
  public:
    explicit Table(std::vector<std::string> heads) : rows_{std::move(heads)} {}
    void add(std::vector<std::string> cells, Style style = Style::plain);
    void print() const;

  private:
    std::vector<std::size_t> widths() const;
    void print_stacked() const;

    std::vector<std::vector<std::string>> rows_; // the first is the heads
    std::vector<Style> styles_{Style::strong};
};

} // namespace rt::tools
