#include "diagnostics.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <regex>

namespace rt::tools::build {

namespace {

std::string match(const std::smatch &found, std::size_t group) { return found[group].str(); }

std::size_t number(const std::string &digits) {
    return digits.size() < 10 ? static_cast<std::size_t>(std::stoul(digits)) : 0;
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

    void take(const std::string &line) {
        static const std::regex finding(R"(([^\s:][^:]*):(\d+):(?:\d+:)? (fatal error|error|warning|note): (.*))");
        static const std::regex rust_error(R"(error(?:\[E\d+\])?: (.*))");
        static const std::regex rust_place(R"(\s*--> ([^:]+):(\d+):\d+)");
        std::smatch found;
        if (std::regex_match(line, found, finding)) {
            const std::string kind = match(found, 3);
            if (kind == "note") {
                take_note(match(found, 1), number(match(found, 2)), match(found, 4));
            } else {
                finish();
                if (kind != "warning") {
                    begin({match(found, 1), number(match(found, 2)), match(found, 4)});
                }
            }
        } else if (std::regex_match(line, found, rust_error)) {
            finish();
            begin({"", 0, match(found, 1)});
        } else if (current_ && current_->file.empty() && std::regex_match(line, found, rust_place)) {
            current_->file = match(found, 1);
            current_->line = number(match(found, 2));
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
    void take_note(const std::string &file, std::size_t line, const std::string &message) {
        if (current_ && current_->by_sdk && current_->file != source_ && file == source_ &&
            message.starts_with("in expansion of macro")) {
            current_->file = file;
            current_->line = line;
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

} // namespace

std::vector<Diagnostic> errors_in(std::string_view compiler_output, const std::string &source) {
    Reader reader(source);
    while (!compiler_output.empty()) {
        const std::size_t end = std::min(compiler_output.find('\n'), compiler_output.size());
        reader.take(std::string(compiler_output.substr(0, std::min<std::size_t>(end, 1000)))); // regex recurses
        compiler_output.remove_prefix(std::min(end + 1, compiler_output.size()));
    }
    const std::vector<Diagnostic> found = reader.finished();
    std::vector<Diagnostic> chosen;
    std::copy_if(found.begin(), found.end(), std::back_inserter(chosen),
                 [](const Diagnostic &one) { return one.by_sdk; });
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
