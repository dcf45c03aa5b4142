#include "extern_reader.hpp"

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

std::optional<Extern> extern_in(std::string_view line) {
    const std::size_t begin = line.find_first_not_of(blank);
    if (begin == std::string_view::npos) {
        return std::nullopt;
    }
    line.remove_prefix(begin);
    if (line.starts_with("pub ")) {
        line.remove_prefix(4);
    }
    constexpr std::string_view words = "extern fn ";
    if (!line.starts_with(words)) {
        return std::nullopt;
    }
    line.remove_prefix(words.size());
    const std::string_view signature = signature_at(line);
    const std::string_view name = signature.substr(0, signature.find_first_of("( \t"));
    return Extern{std::string(name), std::string(signature), 0};
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
        if (std::optional<Extern> declared = extern_in(line)) {
            declared->line = number;
            found.push_back(std::move(*declared));
        }
    }
    return found;
}

} // namespace rt::tools
