#include "diagnostics.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>

#include "advice.hpp"

namespace rt::tools::build {

namespace {

struct Place {
    std::string_view file;
    std::size_t line;
};

// FILE:LINE or FILE:LINE:COLUMN.
std::optional<Place> place_in(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == 0 || colon == std::string_view::npos || text.front() == ' ') {
        return std::nullopt;
    }
    std::size_t line = 0;
    const char *const end = text.data() + text.size();
    const std::from_chars_result read = std::from_chars(text.data() + colon + 1, end, line);
    if (read.ec != std::errc() || (read.ptr != end && *read.ptr != ':')) {
        return std::nullopt;
    }
    return Place{text.substr(0, colon), line};
}

struct Finding {
    Place place;
    std::string_view kind;
    std::string_view message;
};

// PLACE: KIND: MESSAGE, as gcc and clang write.
std::optional<Finding> finding_in(std::string_view line) {
    constexpr std::array<std::string_view, 4> kinds{"fatal error", "error", "warning", "note"};
    for (std::size_t at = line.find(": "); at != std::string_view::npos; at = line.find(": ", at + 1)) {
        const std::string_view rest = line.substr(at + 2);
        for (const std::string_view kind : kinds) {
            if (rest.starts_with(kind) && rest.substr(kind.size()).starts_with(": ")) {
                const std::optional<Place> place = place_in(line.substr(0, at));
                return place ? std::optional(Finding{*place, kind, rest.substr(kind.size() + 2)}) : std::nullopt;
            }
        }
    }
    return std::nullopt;
}

// error: MESSAGE or error[E0308]: MESSAGE, as rustc writes; the place follows.
std::optional<std::string_view> rust_error_in(std::string_view line) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view kind = line.substr(0, colon);
    if (kind != "error" && !(kind.starts_with("error[E") && kind.ends_with(']'))) {
        return std::nullopt;
    }
    return line.substr(colon + 2);
}

// --> PLACE
std::optional<Place> rust_place_in(std::string_view line) {
    constexpr std::string_view arrow = "--> ";
    const std::size_t at = line.find_first_not_of(' ');
    if (at == std::string_view::npos || !line.substr(at).starts_with(arrow)) {
        return std::nullopt;
    }
    return place_in(line.substr(at + arrow.size()));
}

// The SDK's sentence in the error of an assertion, or "". Compilers put it behind a colon or in quotes, some after the condition.
std::string sentence_of(std::string_view message) {
    constexpr std::string_view panicked = "evaluation panicked: "; // rustc's, of a constant
    if (message.starts_with(panicked)) {
        return std::string(message.substr(panicked.size()));
    }
    if (!message.starts_with("static assertion failed") && !message.starts_with("static_assert failed")) {
        return "";
    }
    const std::size_t at = std::min(message.find("RT_"), message.find("the type of the C function "));
    if (at == std::string_view::npos || at == 0) {
        return "";
    }
    const bool quoted = message[at - 1] == '"' && message.ends_with('"');
    return std::string(message.substr(at, message.size() - at - (quoted ? 1 : 0)));
}

class Reader {
  public:
    explicit Reader(std::string source) : source_(std::move(source)) {}

    void take(std::string_view line) {
        if (const std::optional<Finding> found = finding_in(line)) {
            if (found->kind == "note") {
                take_note(*found);
            } else {
                finish();
                if (found->kind != "warning") {
                    begin({std::string(found->place.file), found->place.line, std::string(found->message)});
                }
            }
        } else if (const std::optional<std::string_view> message = rust_error_in(line)) {
            finish();
            begin({"", 0, std::string(*message)});
        } else if (current_ && current_->file.empty()) {
            if (const std::optional<Place> place = rust_place_in(line)) {
                current_->file = place->file;
                current_->line = place->line;
            }
        }
    }

    std::vector<Diagnostic> finished() {
        finish();
        return std::move(all_);
    }

  private:
    void begin(Diagnostic error) {
        if (std::string sentence = sentence_of(error.message); !sentence.empty()) {
            error.message = std::move(sentence);
            error.by_sdk = true;
        }
        current_ = std::move(error);
    }
    // gcc tells where in the header a macro fails, and then where the macro stands.
    void take_note(const Finding &note) {
        if (current_ && current_->by_sdk && current_->file != source_ && note.place.file == source_ &&
            note.message.starts_with("in expansion of macro")) {
            current_->file = note.place.file;
            current_->line = note.place.line;
        }
    }
    void finish() {
        if (current_ && !current_->file.empty()) {
            all_.push_back(std::move(*current_));
        }
        current_.reset();
    }

    std::string source_;
    std::optional<Diagnostic> current_;
    std::vector<Diagnostic> all_;
};

// The lines that RT_PLUGIN stands on in a source that does not include the SDK's header itself.
std::set<std::size_t> plugin_lines_without_header(const std::string &source) {
    std::ifstream file(source);
    std::set<std::size_t> lines;
    std::string text;
    for (std::size_t number = 1; std::getline(file, text); number++) {
        if (text.starts_with('#') && text.find("rtffi/plugin") != std::string::npos) {
            return {};
        }
        if (text.starts_with("RT_PLUGIN(")) {
            lines.insert(number);
        }
    }
    return lines;
}

// Compilers take a macro that they do not know for part of a declaration. One that they know, from another header, they tell of.
std::optional<Diagnostic> lack_of_header(const std::vector<Diagnostic> &found, std::string_view compiler_output,
                                         const std::string &source) {
    for (const char *known : {"macro 'RT_PLUGIN'", "macro \"RT_PLUGIN\""}) {
        if (compiler_output.find(known) != std::string_view::npos) {
            return std::nullopt;
        }
    }
    const std::set<std::size_t> lines = plugin_lines_without_header(source);
    const auto here = std::find_if(found.begin(), found.end(), [&](const Diagnostic &one) {
        return !one.by_sdk && one.file == source && lines.contains(one.line);
    });
    if (here == found.end()) {
        return std::nullopt;
    }
    const std::string header = source.ends_with(".c") ? "rtffi/plugin.h" : "rtffi/plugin.hpp";
    return Diagnostic{source, here->line, "RT_PLUGIN is not known: the file lacks `#include <" + header + ">`", true};
}

// Functions of libm, without the f or l of other types. C needs -lm for them, C++ has it already.
constexpr std::string_view in_libm[] = {
    "acos",  "acosh", "asin",   "asinh", "atan",  "atan2", "atanh", "cbrt",   "ceil",  "cos",  "cosh",      "erf",
    "erfc",  "exp",   "exp2",   "expm1", "fabs",  "fdim",  "floor", "fma",    "fmax",  "fmin", "fmod",      "frexp",
    "hypot", "ldexp", "lgamma", "log",   "log10", "log1p", "log2",  "logb",   "modf",  "pow",  "remainder", "rint",
    "round", "sin",   "sincos", "sinh",  "sqrt",  "tan",   "tanh",  "tgamma", "trunc",
};

bool is_in_libm(std::string_view name) {
    return std::any_of(std::begin(in_libm), std::end(in_libm), [&](std::string_view function) {
        return name == function || (name.starts_with(function) &&
                                    (name.substr(function.size()) == "f" || name.substr(function.size()) == "l"));
    });
}

} // namespace

std::optional<std::string> missing_library(std::string_view compiler_output) {
    constexpr std::string_view undefined = "undefined reference to `";
    std::optional<std::string> library;
    for (std::size_t at = compiler_output.find(undefined); at != std::string_view::npos;
         at = compiler_output.find(undefined, at)) {
        at += undefined.size();
        const std::string_view name = compiler_output.substr(at, compiler_output.find('\'', at) - at);
        if (!library || is_in_libm(name)) {
            library = is_in_libm(name) ? "m" : "";
        }
    }
    return library;
}

std::vector<Diagnostic> errors_in(std::string_view compiler_output, const std::string &source) {
    const std::string_view whole = compiler_output;
    Reader reader(source);
    while (!compiler_output.empty()) {
        const std::size_t end = std::min(compiler_output.find('\n'), compiler_output.size());
        reader.take(compiler_output.substr(0, end));
        compiler_output.remove_prefix(std::min(end + 1, compiler_output.size()));
    }
    const std::vector<Diagnostic> found = reader.finished();
    if (const std::optional<Diagnostic> lack = lack_of_header(found, whole, source)) {
        return {*lack};
    }
    std::vector<Diagnostic> chosen;
    std::copy_if(found.begin(), found.end(), std::back_inserter(chosen),
                 [](const Diagnostic &one) { return one.by_sdk; });
    // Of a signature that does not parse there is nothing more to say, nor is what else is said of it true.
    const auto broken = [](const Diagnostic &one) { return one.message.find("does not parse") != std::string::npos; };
    std::erase_if(chosen, [&](const Diagnostic &one) {
        return !broken(one) && std::any_of(found.begin(), found.end(), [&](const Diagnostic &other) {
            return other.by_sdk && other.line == one.line && broken(other);
        });
    });
    for (Diagnostic &one : chosen) {
        one.message += advice(one.message);
    }
    const std::vector<Diagnostic> by_sdk = chosen;
    const auto follows = [&](const Diagnostic &one) {
        const auto on_its_line = [&](const Diagnostic &first) { return first.line == one.line; };
        return !by_sdk.empty() && (one.file != source || std::any_of(by_sdk.begin(), by_sdk.end(), on_its_line));
    };
    std::copy_if(found.begin(), found.end(), std::back_inserter(chosen),
                 [&](const Diagnostic &one) { return !one.by_sdk && !follows(one); });
    return chosen;
}

} // namespace rt::tools::build
