// parts.hpp - what the sections of a report's page are made of: marks, tables, numbers.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include "../output.hpp"
#include "html.hpp"

namespace rt::tools::report {

enum class Mark { good, warning, bad, neutral };
Mark mark_of(const Json &check);
// A sign and a word, since not everybody sees colours.
void write_mark(Html &html, Mark mark, std::string_view word);
// "ok", "warning", "failed".
void write_verdict(Html &html, const Json &check);

// A table with a caption for those who do not see what stands above it; each cell is written by a call, and bears its column's
// head, which narrow screens show beside it.
class TableWriter {
  public:
    TableWriter(Html &html, std::string_view kind, std::string_view caption, std::vector<std::string> heads);
    TableWriter(const TableWriter &) = delete;
    TableWriter &operator=(const TableWriter &) = delete;
    ~TableWriter();

    template <class Write> void row(Write write) {
        column_ = 0;
        html_.within("tr", {}, write);
    }
    // The first cell of a row is its head.
    template <std::invocable Write> void cell(Write write) {
        const std::string &head = heads_[column_];
        if (column_++ == 0) {
            html_.within("th", {{"scope", "row"}, {"data-head", head}}, write);
        } else {
            html_.within("td", {{"data-head", head}}, write);
        }
    }
    void cell(std::string_view text);
    void code(std::string_view text);

  private:
    Html &html_;
    std::vector<std::string> heads_;
    std::size_t column_ = 0;
};

// A list of terms and what they are. `add` leaves out what is "".
class FactsWriter {
  public:
    explicit FactsWriter(Html &html) : html_(html) { html_.raw("<dl class=\"facts\">\n"); }
    FactsWriter(const FactsWriter &) = delete;
    FactsWriter &operator=(const FactsWriter &) = delete;
    ~FactsWriter() { html_.raw("</dl>\n"); }

    template <class Write> void put(std::string_view term, Write write) {
        html_.within("div", {}, [&] {
            html_.element("dt", term);
            html_.within("dd", {}, write);
        });
    }
    void add(std::string_view term, std::string_view text);
    void add_code(std::string_view term, std::string_view text);

  private:
    Html &html_;
};

// "3,024".
std::string thousands(std::size_t number);
// "3,024 functions".
std::string many(std::size_t number, const std::string &what);
// "12 ms", "2.1 ns", with three digits that count.
std::string duration(double seconds);

} // namespace rt::tools::report
