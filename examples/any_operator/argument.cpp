#include "argument.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <stdexcept>

namespace torch = rt::torch;

namespace {

template <class T> bool parse_whole(const std::string &text, T &out) {
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out);
    return !text.empty() && parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

// Nested lists of numbers: reads them in order, and checks that all lists of one depth are of one length.
class TensorParser {
  public:
    explicit TensorParser(const std::string &text) : text_(text) {}

    torch::Tensor parse() {
        list(0);
        if (next() != '\0') {
            fail("there is something after the last ]");
        }
        std::vector<float> values(values_.begin(), values_.end());
        return torch::tensor(values).reshape(sizes_);
    }

  private:
    void list(std::size_t depth) {
        at_++; // the [
        std::int64_t count = 0;
        for (; next() != ']'; count++) {
            if (count != 0 && text_[at_++] != ',') {
                fail("a comma is missing");
            }
            next() == '[' ? list(depth + 1) : number();
        }
        at_++;
        if (sizes_.size() <= depth) {
            sizes_.resize(depth + 1, -1);
        }
        if (sizes_[depth] >= 0 && sizes_[depth] != count) {
            fail("its rows are of different lengths");
        }
        sizes_[depth] = count;
    }
    void number() {
        double value = 0;
        const auto parsed = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
        if (parsed.ec != std::errc()) {
            fail("a number is missing");
        }
        at_ = static_cast<std::size_t>(parsed.ptr - text_.data());
        values_.push_back(value);
    }
    char next() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
            at_++;
        }
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    [[noreturn]] void fail(const char *why) const {
        throw std::runtime_error("'" + text_ + "' is no tensor: " + why + ", at character " + std::to_string(at_ + 1));
    }

    const std::string &text_;
    std::size_t at_ = 0;
    std::vector<double> values_;
    std::vector<std::int64_t> sizes_;
};

std::vector<std::int64_t> parse_integers(const std::string &text) {
    std::vector<std::int64_t> all;
    std::string rest = text.substr(1, text.size() - 2);
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::size_t begin = std::min(rest.find_first_not_of(' '), comma);
        std::int64_t value = 0;
        if (!parse_whole(rest.substr(begin, comma - begin), value)) {
            throw std::runtime_error("'" + text + "' is no list of integers");
        }
        all.push_back(value);
        rest.erase(0, comma + 1);
    }
    return all;
}

} // namespace

void parse_argument(const std::string &written, Argument &into) {
    const std::size_t equals = written.find('=');
    into.name = equals != std::string::npos ? written.substr(0, equals) : "";
    into.text = equals != std::string::npos ? written.substr(equals + 1) : written;
    const std::string &text = into.text;
    std::int64_t integer = 0;
    double number = 0;
    if (text.starts_with('[')) {
        into.tensor = TensorParser(text).parse();
        into.value = rt_handle(into.tensor.handle());
    } else if (text.starts_with('{') && text.ends_with('}')) {
        into.integers = parse_integers(text);
        into.value = rt_memory(RT_I64_ARRAY, into.integers.data(), into.integers.size());
    } else if (text == "none") {
        into.value = rt_none();
    } else if (text == "true" || text == "false") {
        into.value = rt_bool(text == "true");
    } else if (parse_whole(text, integer)) {
        into.value = rt_i64(integer);
    } else if (parse_whole(text, number)) {
        into.value = rt_f64(number);
    } else {
        into.value = rt_memory(RT_TEXT, text.data(), text.size());
    }
}
