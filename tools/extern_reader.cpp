#include "extern_reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <optional>
#include <string_view>

#include <rtffi/detail/signature.hpp>

#include "check_reporter.hpp"

namespace rt::tools {

namespace {

constexpr std::string_view blank = " \t\r";

// The signature at the beginning of `text`: up to the bracket that closes the parameters, and the result's type where one follows.
std::string_view signature_at(std::string_view text) {
    std::size_t depth = 0;
    std::size_t end = text.find('(');
    for (; end < text.size(); end++) {
        depth += text[end] == '(' ? 1 : 0;
        if (text[end] == ')' && --depth == 0) {
            break;
        }
    }
    if (end >= text.size()) {
        return text.substr(0, text.find_last_not_of(blank) + 1); // the core says what is wrong with it
    }
    const std::string_view rest = text.substr(end + 1);
    const std::size_t arrow = rest.find_first_not_of(blank);
    if (arrow == std::string_view::npos || rest.substr(arrow, 2) != "->") {
        return text.substr(0, end + 1);
    }
    const Type result = detail::SignatureParser(rest.substr(arrow + 2)).type();
    return text.substr(0, static_cast<std::size_t>(result.text.data() + result.text.size() - text.data()));
}

bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':' || c == '.'; }

// A line that is read from its beginning.
class Cursor {
  public:
    explicit Cursor(std::string_view line) : rest_(line) { skip(0); }

    std::string_view rest() const { return rest_; }
    std::string_view word() const {
        return rest_.substr(
            0, static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), in_name) - rest_.begin()));
    }
    bool take(std::string_view wanted) {
        const bool is_next = word() == wanted;
        skip(is_next ? wanted.size() : 0);
        return is_next;
    }
    void take_quoted() {
        const std::size_t end = rest_.starts_with('"') ? rest_.find('"', 1) : std::string_view::npos;
        skip(end != std::string_view::npos ? end + 1 : 0);
    }
    // A pair of brackets with what stands in them, where the line begins with the first.
    bool take_pair(char open, char close) {
        if (!rest_.starts_with(open)) {
            return false;
        }
        std::size_t depth = 1;
        for (std::size_t at = 1; at < rest_.size(); at++) {
            depth = rest_[at] == close ? depth - 1 : rest_[at] == open ? depth + 1 : depth;
            if (depth == 0) {
                skip(at + 1);
                return true;
            }
        }
        return false;
    }
    // #[attribute], @attribute, @attribute(argument), one after the other.
    void take_attributes() {
        while (rest_.starts_with("#[") || rest_.starts_with('@')) {
            const bool bracketed = rest_.starts_with('#');
            skip(1);
            skip(bracketed ? 0 : word().size());
            if (!take_pair(bracketed ? '[' : '(', bracketed ? ']' : ')') && bracketed) {
                return;
            }
        }
    }

  private:
    void skip(std::size_t count) {
        rest_.remove_prefix(count);
        rest_.remove_prefix(std::min(rest_.find_first_not_of(blank), rest_.size()));
    }

    std::string_view rest_;
};

constexpr std::array<std::string_view, 8> before_extern = {"pub",    "unsafe", "safe",   "async",
                                                           "export", "public", "static", "extern"};

// Whether a line that the reader makes nothing of was meant as a declaration: one of those words stands first, and `fn` after
// `extern`. Prose and comments begin otherwise.
bool looks_declared(std::string_view line) {
    Cursor at(line);
    if (std::find(before_extern.begin(), before_extern.end(), at.word()) == before_extern.end()) {
        return false;
    }
    bool extern_seen = false;
    while (!at.rest().empty()) {
        const std::string_view word = at.word();
        if (extern_seen && word == "fn") {
            return true;
        }
        extern_seen = extern_seen || word == "extern";
        at = Cursor(at.rest().substr(std::max<std::size_t>(word.size(), 1)));
    }
    return false;
}

// extern "C" {, with the declarations on lines of their own, which have not the word.
bool opens_block(std::string_view line) {
    Cursor at(line);
    at.take("unsafe");
    if (!at.take("extern")) {
        return false;
    }
    at.take_quoted();
    return at.rest().starts_with('{');
}

// [pub [(...)]] [unsafe] extern ["C"] fn, after which the cursor stands; false where the line is none of that.
bool take_words(Cursor &at) {
    if (at.take("pub")) {
        at.take_pair('(', ')');
    }
    at.take("unsafe");
    if (!at.take("extern")) {
        return false;
    }
    at.take_quoted();
    return at.take("fn");
}

std::optional<Extern> extern_in(std::string_view line) {
    Cursor at(line);
    at.take_attributes();
    const std::string_view code = at.rest();
    const bool declared = take_words(at);
    const std::string_view name = at.word();
    const bool named = !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0;
    const bool whole = at.rest().find(')') != std::string_view::npos; // and does not go on in the next line
    if (declared && named && whole && Cursor(at.rest().substr(name.size())).rest().starts_with('(')) {
        return Extern{std::string(name), std::string(signature_at(at.rest())), 0};
    }
    if (declared || looks_declared(code) || opens_block(code)) {
        return Extern{"", std::string(code.substr(0, code.find_last_not_of(blank) + 1)), 0};
    }
    return std::nullopt;
}

} // namespace

std::vector<Extern> read_externs(const std::string &path) {
    std::ifstream file(path);
    if (!file) {
        throw CheckFailed("the file " + path + " cannot be read");
    }
    std::vector<Extern> found;
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); number++) {
        if (number == 1 && line.starts_with("\xEF\xBB\xBF")) {
            line.erase(0, 3); // the mark of UTF-8 that some editors write
        }
        if (std::optional<Extern> declared = extern_in(line)) {
            declared->line = number;
            found.push_back(std::move(*declared));
        }
    }
    return found;
}

} // namespace rt::tools
