#include "output.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <numeric>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace rt::tools {

namespace {

constexpr std::size_t gap = 2; // between columns
constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

std::FILE *output = stdout;

bool is_terminal() {
    static const bool terminal = isatty(STDOUT_FILENO) != 0;
    return terminal;
}

// COLUMNS counts where there is no terminal, too: who exports it, as watch does, shows the output on one.
std::size_t terminal_width() {
    std::size_t width = 0;
    if (const char *columns = std::getenv("COLUMNS"); columns != nullptr) {
        std::from_chars(columns, columns + std::strlen(columns), width);
    }
    if (width == 0 && !is_terminal()) {
        return unlimited;
    }
    winsize size{};
    if (width == 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        width = size.ws_col;
    }
    return std::max<std::size_t>(width != 0 ? width : 80, 20);
}

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80; }

// In characters, not bytes.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

// Where the character of that index begins.
std::size_t offset_of(std::string_view text, std::size_t character) {
    for (std::size_t i = 0; i < text.size(); i++) {
        if (starts_character(text[i]) && character-- == 0) {
            return i;
        }
    }
    return text.size();
}

// Of a table with columns of these widths.
std::size_t total(const std::vector<std::size_t> &columns) {
    return std::accumulate(columns.begin(), columns.end(), gap * (columns.size() - 1));
}

// A path's end says most, other texts' beginning.
std::string shortened(std::string_view text, std::size_t width) {
    const std::size_t full = width_of(text);
    if (full <= width) {
        return std::string(text);
    }
    const std::size_t kept = width - 1;
    const std::size_t first = text.find_first_not_of(' ');
    const bool path = first != std::string_view::npos && text[first] == '/';
    const std::size_t front = path ? kept / 4 : kept;
    return std::string(text.substr(0, offset_of(text, front))) + "…" +
           std::string(text.substr(offset_of(text, full - (kept - front))));
}

} // namespace

void keep_output_for_json() {
    const int own = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0); // what the command starts shall not write between it
    output = own >= 0 ? fdopen(own, "w") : nullptr;
    if (output == nullptr || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        output = stdout; // standard error is closed: then there is nothing to keep apart
    }
}

void print_json(const Json &document) {
    // Lines are for people; a list of a thousand numbers takes as many.
    const int indent = isatty(fileno(output)) != 0 ? 2 : -1;
    print_line(document.dump(indent, ' ', false, Json::error_handler_t::replace));
    std::fflush(output);
}

bool finish_output() { return std::fflush(output) == 0 && std::ferror(output) == 0; }

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), output); }

void print_line(std::string_view text) {
    print(text);
    std::fputc('\n', output);
}

void show_progress(std::string_view text) {
    if (isatty(STDERR_FILENO) != 0) {
        std::fprintf(stderr, "\r\033[K%.*s", static_cast<int>(text.size()), text.data());
        std::fflush(stderr);
    }
}

std::string paint(Style style, std::string_view text) {
    static const bool coloured = [] {
        const char *no_color = std::getenv("NO_COLOR");
        const char *terminal = std::getenv("TERM");
        return is_terminal() && (no_color == nullptr || *no_color == '\0') &&
               (terminal == nullptr || std::string_view(terminal) != "dumb");
    }();
    if (!coloured || style == Style::plain) {
        return std::string(text);
    }
    constexpr const char *codes[] = {"0", "1", "2", "32", "31"};
    return "\033[" + std::string(codes[static_cast<std::size_t>(style)]) + "m" + std::string(text) + "\033[0m";
}

std::size_t steering_length(std::string_view text) {
    // From its first to its last, in UTF-8.
    constexpr std::pair<std::string_view, std::string_view> ranges[] = {
        {"\x01", "\x1f"},
        {"\x7f", "\x7f"},
        {"\xc2\x80", "\xc2\x9f"},         // U+0080 to U+009F: more control characters
        {"\xd8\x9c", "\xd8\x9c"},         // U+061C: the Arabic letter mark
        {"\xe2\x80\x8e", "\xe2\x80\x8f"}, // U+200E, U+200F: marks of direction
        {"\xe2\x80\xa8",
         "\xe2\x80\xae"}, // U+2028 to U+202E: separators of lines, embeddings and overrides of direction
        {"\xe2\x81\xa6", "\xe2\x81\xa9"}, // U+2066 to U+2069: isolates
    };
    for (const auto &[first, last] : ranges) {
        const std::string_view character = text.substr(0, first.size());
        if (character.size() == first.size() && character >= first && character <= last) {
            return first.size();
        }
    }
    return 0;
}

std::string harmless(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t steering = text.front() != '\n' ? steering_length(text) : 0;
        result += steering != 0 ? ' ' : text.front();
        text.remove_prefix(std::max<std::size_t>(steering, 1));
    }
    return result;
}

std::string paragraph(std::string_view text, std::size_t indent) {
    const std::size_t width = terminal_width();
    const std::size_t room = width == unlimited ? unlimited : std::max<std::size_t>(width, indent + 10) - indent;
    std::string result;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        std::size_t taken = line.size() + 1;
        if (width_of(line) > room) {
            const std::size_t end = line.rfind(' ', offset_of(line, room));
            const std::size_t space = end != std::string_view::npos && end > 0 ? end : line.find(' ');
            line = line.substr(0, space);
            taken = line.size() + 1;
            line = line.substr(0, line.find_last_not_of(' ') + 1);
        }
        result += std::string(indent, ' ') + std::string(line) + "\n";
        text.remove_prefix(std::min(taken, text.size()));
    }
    return result;
}

bool has_room_from(std::size_t column) {
    constexpr std::size_t least = 28; // for a sentence that is no ladder of words
    return terminal_width() >= column + least;
}

std::string beside(std::string_view label, std::string_view text, std::size_t indent, std::size_t column) {
    const std::string plain = std::string(indent, ' ') + std::string(label);
    const std::size_t used = width_of(plain);
    const std::string lines = paragraph(text, column);
    const bool too_wide =
        lines.find('\n') != std::string::npos && width_of(lines.substr(0, lines.find('\n'))) > terminal_width();
    if (used >= column || too_wide || !has_room_from(column)) {
        return plain + "\n" + paragraph(text, indent + gap);
    }
    return lines.empty() ? plain + "\n" : plain + std::string(column - used, ' ') + lines.substr(column);
}

void Table::add(std::vector<std::string> cells, Style style) {
    for (std::string &cell : cells) {
        cell = harmless(cell);
        std::replace(cell.begin(), cell.end(), '\n', ' ');
    }
    cells.resize(rows_.front().size());
    rows_.push_back(std::move(cells));
    styles_.push_back(style);
}

std::vector<std::size_t> Table::widths() const {
    std::vector<std::size_t> result(rows_.front().size());
    for (const auto &row : rows_) {
        for (std::size_t i = 0; i < row.size(); i++) {
            result[i] = std::max(result[i], width_of(row[i]));
        }
    }
    const std::size_t room = terminal_width();
    constexpr std::size_t least = 16;
    while (total(result) > room) {
        const auto cut = result.back() > least ? result.end() - 1 : std::max_element(result.begin(), result.end());
        if (*cut <= least) {
            break;
        }
        --*cut;
    }
    return result;
}

// Each row as a paragraph of its own.
void Table::print_stacked() const {
    for (std::size_t r = 1; r < rows_.size(); r++) {
        const auto cell = [&](std::size_t row, std::size_t i) {
            const std::string &text = rows_[row][i];
            return text.substr(std::min(text.find_first_not_of(' '), text.size()));
        };
        rt::tools::print(paint(styles_[r] == Style::plain ? Style::strong : styles_[r], paragraph(cell(r, 0), 0)));
        for (std::size_t i = 1; i < rows_[r].size(); i++) {
            if (!cell(r, i).empty()) {
                rt::tools::print(paragraph(cell(0, i) + " " + cell(r, i), gap));
            }
        }
    }
}

void Table::print() const {
    const std::vector<std::size_t> columns = widths();
    if (total(columns) > terminal_width()) {
        print_stacked();
        return;
    }
    for (std::size_t r = 0; r < rows_.size(); r++) {
        std::string line;
        for (std::size_t i = 0; i < columns.size(); i++) {
            const std::string cell = shortened(rows_[r][i], columns[i]);
            line += cell;
            if (i + 1 < columns.size()) {
                line += std::string(columns[i] - width_of(cell) + gap, ' ');
            }
        }
        line.erase(line.find_last_not_of(' ') + 1);
        print_line(paint(styles_[r], line));
    }
}

} // namespace rt::tools
