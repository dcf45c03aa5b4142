// signature.hpp - the one parser of signatures, for compile time (the SDK) and run time (the core).
//
//     name(parameter: type = default, *, keyword: type) -> type
//
//     type:  bool i32 i64 f64 text bytes ptr any Class [type] mut [type] mut bytes fn(type, ...) -> type (type, type) type?
//
// Nothing here allocates: texts are views into the signature, which must outlive the result.
#ifndef RTFFI_DETAIL_SIGNATURE_HPP
#define RTFFI_DETAIL_SIGNATURE_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rt {

enum class Kind : std::uint8_t {
    none,
    boolean,
    i32,
    i64,
    f64,
    text,
    bytes,
    pointer,
    any,
    handle,
    function,
    tuple,
    array
};

// A type. An array's `element` is never itself an array.
struct Type {
    Kind kind = Kind::none;
    Kind element = Kind::none;
    bool optional = false;         // T?
    bool element_optional = false; // [T?]
    bool writable = false;         // mut
    std::string_view name;         // the class of a handle or of an array's handles; the text of a function or tuple
    std::string_view text;         // as written

    constexpr bool is_handles() const { return kind == Kind::array && element == Kind::handle; }
};

struct Parameter {
    std::string_view name;
    Type type;
    std::string_view fallback; // the default's text, empty where there is none
    bool keyword_only = false;
};

struct Signature {
    static constexpr std::size_t max_parameters = 40;
    std::string_view name;
    Parameter parameters[max_parameters];
    std::size_t count = 0;
    std::size_t positional = 0; // how many come before `*`
    std::size_t required = 0;   // how many of the positional ones have no default
    Type result;
    const char *error = nullptr; // what is wrong, or null
    std::size_t error_at = 0;    // where, in characters from the start
};

namespace detail {

class SignatureParser {
  public:
    constexpr explicit SignatureParser(std::string_view text) : text_(text) {}

    // Fills a fresh Signature, which is large: the core keeps it off the stack.
    constexpr void parse(Signature &s) {
        s.name = identifier(true);
        if (s.name.empty()) {
            fail("expected the function's name");
        }
        parameters(s);
        if (ok() && accept("->")) {
            s.result = type();
        }
        skip();
        if (ok() && at_ < text_.size()) {
            fail("unexpected text after the signature");
        }
        s.error = error_;
        s.error_at = error_at_;
    }

    constexpr Type type() {
        Type t;
        if (depth_ == max_depth) {
            fail("types are nested too deeply");
            return t;
        }
        depth_++;
        skip();
        const std::size_t begin = at_;
        whole_type(t, begin);
        t.text = text_.substr(begin, at_ - begin);
        depth_--;
        return t;
    }

    constexpr bool ok() const { return error_ == nullptr; }
    constexpr const char *error() const { return error_; }
    constexpr bool at_end() {
        skip();
        return at_ >= text_.size();
    }

  private:
    static constexpr int max_depth = 8;

    constexpr void whole_type(Type &t, std::size_t begin) {
        if (accept_word("mut")) {
            t.writable = true;
            skip();
        }
        if (accept("[")) {
            const Type inner = type();
            if (inner.kind == Kind::array || inner.kind == Kind::none || inner.kind == Kind::tuple) {
                fail("an array's element must be a plain type");
            }
            t.kind = Kind::array;
            t.element = inner.kind;
            t.element_optional = inner.optional;
            t.name = inner.name;
            expect("]", "expected ']'");
        } else if (accept("(")) {
            t.kind = Kind::tuple;
            const std::size_t count = list(")");
            if (count == 0) {
                fail("a tuple needs a type");
            }
            t.name = text_.substr(begin, at_ - begin);
        } else {
            named(t, begin);
        }
        if (t.writable && t.kind != Kind::bytes && t.kind != Kind::array) {
            fail("'mut' goes with an array or with bytes");
        }
        if (accept("?")) {
            t.optional = true;
        }
    }

    static constexpr bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
    static constexpr bool digit(char c) { return c >= '0' && c <= '9'; }

    constexpr void fail(const char *message) {
        if (error_ == nullptr) {
            error_ = message;
            error_at_ = at_;
        }
    }
    constexpr void skip() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) {
            at_++;
        }
    }
    constexpr bool accept(std::string_view token) {
        skip();
        if (text_.substr(at_, token.size()) != token) {
            return false;
        }
        at_ += token.size();
        return true;
    }
    constexpr void expect(std::string_view token, const char *message) {
        if (!accept(token)) {
            fail(message);
        }
    }
    constexpr bool accept_word(std::string_view word) {
        skip();
        if (text_.substr(at_, word.size()) != word) {
            return false;
        }
        const std::size_t end = at_ + word.size();
        if (end < text_.size() && (letter(text_[end]) || digit(text_[end]))) {
            return false;
        }
        at_ = end;
        return true;
    }
    // Function names may hold the dispatcher's separators, as in `aten::add.Tensor`.
    constexpr std::string_view identifier(bool qualified) {
        skip();
        const std::size_t begin = at_;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            const bool inner = at_ > begin && (digit(c) || (qualified && (c == '.' || c == ':')));
            if (!letter(c) && !inner) {
                break;
            }
            at_++;
        }
        return text_.substr(begin, at_ - begin);
    }

    constexpr std::size_t list(std::string_view close) {
        std::size_t count = 0;
        if (accept(close)) {
            return count;
        }
        while (ok()) {
            type();
            count++;
            if (accept(close)) {
                break;
            }
            expect(",", "expected ',' or a closing bracket");
        }
        return count;
    }

    constexpr void named(Type &t, std::size_t begin) {
        struct Word {
            std::string_view text;
            Kind kind;
        };
        constexpr Word words[] = {{"bool", Kind::boolean}, {"i32", Kind::i32},   {"i64", Kind::i64},
                                  {"f64", Kind::f64},      {"text", Kind::text}, {"bytes", Kind::bytes},
                                  {"ptr", Kind::pointer},  {"any", Kind::any},   {"fn", Kind::function}};
        const std::string_view word = identifier(false);
        if (word.empty()) {
            fail("expected a type");
            return;
        }
        t.kind = Kind::handle;
        for (const Word &w : words) {
            if (w.text == word) {
                t.kind = w.kind;
            }
        }
        if (t.kind == Kind::handle) {
            t.name = word;
            if (word[0] < 'A' || word[0] > 'Z') {
                fail("unknown type (the types are bool, i32, i64, f64, text, bytes, ptr, any, [T], fn(...), and class "
                     "names, which begin with a capital)");
            }
        }
        if (t.kind == Kind::function) {
            expect("(", "expected '(' after fn");
            callable_parameters();
            if (accept("->")) {
                type();
            }
            t.name = text_.substr(begin, at_ - begin);
        }
    }

    // The parameters of fn(...) may have names or not.
    constexpr void callable_parameters() {
        if (accept(")")) {
            return;
        }
        while (ok()) {
            const std::size_t before = at_;
            if (identifier(false).empty() || !accept(":")) {
                at_ = before;
            }
            type();
            if (accept(")")) {
                return;
            }
            expect(",", "expected ',' or ')'");
        }
    }

    constexpr void parameters(Signature &s) {
        expect("(", "expected '(' after the name");
        bool keyword_only = false;
        bool fallback_seen = false;
        if (accept(")")) {
            return;
        }
        while (ok()) {
            if (!keyword_only && accept("*")) {
                keyword_only = true;
                expect(",", "expected ',' after '*'");
                continue;
            }
            if (s.count == Signature::max_parameters) {
                fail("too many parameters (40 at most)");
                return;
            }
            Parameter &p = s.parameters[s.count];
            parameter(p);
            p.keyword_only = keyword_only;
            for (std::size_t i = 0; i < s.count; i++) {
                if (s.parameters[i].name == p.name) {
                    fail("two parameters have the same name");
                }
            }
            s.count++;
            if (!keyword_only) {
                s.positional++;
                if (p.fallback.empty()) {
                    s.required++;
                    if (fallback_seen) {
                        fail("a parameter without a default follows one with a default");
                    }
                } else {
                    fallback_seen = true;
                }
            }
            if (accept(")")) {
                return;
            }
            expect(",", "expected ',' or ')'");
        }
    }

    constexpr void parameter(Parameter &p) {
        p.name = identifier(false);
        if (p.name.empty()) {
            fail("expected a parameter's name");
        }
        expect(":", "expected ':' after the parameter's name");
        p.type = type();
        if (ok() && p.type.kind == Kind::tuple) {
            fail("a tuple can be a result only");
        }
        if (accept("=")) {
            skip();
            const std::size_t begin = at_;
            literal();
            p.fallback = text_.substr(begin, at_ - begin);
            if (ok() && !fits(p.type, p.fallback)) {
                at_ = begin;
                fail("the default does not fit the parameter's type, or is out of its range");
            }
        }
    }

    constexpr void literal() {
        if (!accept("[")) {
            plain_literal();
            return;
        }
        if (accept("]")) {
            return;
        }
        while (ok()) {
            plain_literal();
            if (accept("]")) {
                return;
            }
            expect(",", "expected ',' or ']' in the default");
        }
    }
    constexpr void plain_literal() {
        if (accept("\"")) {
            while (at_ < text_.size() && text_[at_] != '"') {
                at_ += text_[at_] == '\\' ? 2 : 1;
            }
            if (at_ > text_.size()) {
                at_ = text_.size();
            }
            expect("\"", "the default's text does not end");
            return;
        }
        skip();
        const std::size_t begin = at_;
        while (at_ < text_.size() && (letter(text_[at_]) || digit(text_[at_]) || text_[at_] == '-' ||
                                      text_[at_] == '+' || text_[at_] == '.')) {
            at_++;
        }
        if (at_ == begin) {
            fail("expected a default");
        }
    }

    static constexpr std::uint64_t max_i64 = 0x7fffffffffffffffU;

    // Whether the text is a decimal integer from -limit - 1 to limit.
    static constexpr bool is_integer(std::string_view s, std::uint64_t limit) {
        const bool negative = s[0] == '-';
        const std::string_view digits = s.substr(s[0] == '-' || s[0] == '+' ? 1 : 0);
        std::uint64_t value = 0;
        for (const char c : digits) {
            // A limit of 2^63 - 1 leaves room for one more digit than fits.
            if (!digit(c) || value > limit / 10) {
                return false;
            }
            value = value * 10 + static_cast<std::uint64_t>(c - '0');
        }
        return !digits.empty() && value <= limit + (negative ? 1 : 0);
    }
    static constexpr bool take_sign(std::string_view &s) {
        const bool negative = !s.empty() && s[0] == '-';
        if (negative || (!s.empty() && s[0] == '+')) {
            s.remove_prefix(1);
        }
        return negative;
    }
    // Takes the exponent off the front, `e-12`. Beyond a million it is not read exactly: no signature is that long.
    static constexpr std::int64_t take_exponent(std::string_view &s) {
        s.remove_prefix(1);
        const bool negative = take_sign(s);
        std::int64_t exponent = 0;
        for (; !s.empty() && digit(s[0]); s.remove_prefix(1)) {
            exponent = exponent > 1000000 ? exponent : exponent * 10 + (s[0] - '0');
        }
        return negative ? -exponent : exponent;
    }
    // Whether the text is a decimal number that a double holds. It is read as 0.LEADING * 10^point, where LEADING has 19
    // digits, which are enough to tell what rounds to infinity.
    static constexpr bool is_number(std::string_view s) {
        constexpr int kept = 19;
        constexpr std::uint64_t beyond_largest = 1797693134862315807U; // the largest is 0.1797693134862315708e309
        if (s == "inf" || s == "-inf" || s == "nan") {
            return true;
        }
        take_sign(s);
        std::uint64_t leading = 0;
        std::int64_t point = 0;
        int taken = 0;
        bool digits = false;
        bool fraction = false;
        for (; !s.empty() && (digit(s[0]) || (s[0] == '.' && !fraction)); s.remove_prefix(1)) {
            if (s[0] == '.') {
                fraction = true;
                continue;
            }
            digits = true;
            if (leading == 0 && s[0] == '0') {
                point -= fraction ? 1 : 0;
                continue;
            }
            point += fraction ? 0 : 1;
            if (taken < kept) {
                leading = leading * 10 + static_cast<std::uint64_t>(s[0] - '0');
                taken++;
            }
        }
        if (digits && s.size() > 1 && (s[0] == 'e' || s[0] == 'E')) {
            digits = digit(s.back());
            point += take_exponent(s);
        }
        for (; leading != 0 && taken < kept; taken++) {
            leading *= 10;
        }
        const bool finite = leading == 0 || point < 309 || (point == 309 && leading < beyond_largest);
        return digits && s.empty() && finite;
    }
    // A number for `any` is a double where it is written as one, and else an i64.
    static constexpr bool is_any_number(std::string_view s) {
        return is_number(s) && (s.find_first_of(".eEn") != std::string_view::npos || is_integer(s, max_i64));
    }
    static constexpr std::string_view trimmed(std::string_view s) {
        const std::size_t begin = s.find_first_not_of(" \t\n");
        return begin == std::string_view::npos ? std::string_view()
                                               : s.substr(begin, s.find_last_not_of(" \t\n") + 1 - begin);
    }
    // An array's default: empty, or numbers or bools.
    static constexpr bool elements_fit(Kind element, std::string_view s) {
        std::string_view rest = trimmed(s.substr(1, s.size() - 2));
        Type type;
        type.kind = element;
        while (!rest.empty()) {
            const std::size_t comma = rest.find(',');
            const std::string_view item = trimmed(rest.substr(0, comma));
            const bool plain = element == Kind::i64 || element == Kind::f64 || element == Kind::boolean;
            if (!plain || item.empty() || !fits(type, item)) {
                return false;
            }
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        }
        return true;
    }
    static constexpr bool fits(const Type &t, std::string_view s) {
        if (s == "none") {
            return t.optional || t.kind == Kind::any;
        }
        switch (t.kind) {
        case Kind::boolean:
            return s == "true" || s == "false";
        case Kind::i32:
            return is_integer(s, 0x7fffffffU);
        case Kind::i64:
            return is_integer(s, max_i64);
        case Kind::f64:
            return is_number(s);
        case Kind::text:
            return s.front() == '"';
        case Kind::array:
            return s.front() == '[' && elements_fit(t.element, s);
        case Kind::any:
            return s == "true" || s == "false" || s.front() == '"' || is_any_number(s);
        default:
            return false;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    const char *error_ = nullptr;
    std::size_t error_at_ = 0;
};

} // namespace detail

constexpr Signature parse_signature(std::string_view text) {
    Signature signature;
    detail::SignatureParser(text).parse(signature);
    return signature;
}

namespace detail {

// Reads the text of a function type or a tuple, without white space and without the names of parameters.
class TypeText {
  public:
    constexpr explicit TypeText(std::string_view text) : rest_(text) {}

    // The next character that counts; 0 at the end.
    constexpr char next() {
        skip();
        if (may_be_name_) {
            skip_name();
        }
        if (rest_.empty()) {
            return 0;
        }
        const char c = rest_[0];
        rest_.remove_prefix(1);
        may_be_name_ = c == '(' || c == ',';
        return c;
    }

  private:
    constexpr void skip() { rest_.remove_prefix(rest_.size() - from(" \t\n").size()); }
    constexpr std::string_view from(std::string_view passed) const {
        const std::size_t begin = rest_.find_first_not_of(passed);
        return begin == std::string_view::npos ? std::string_view() : rest_.substr(begin);
    }
    constexpr void skip_name() {
        const std::string_view type = rest_;
        rest_ = from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
        skip();
        if (rest_.empty() || rest_[0] != ':') {
            rest_ = type;
            return;
        }
        rest_.remove_prefix(1);
        skip();
    }

    std::string_view rest_;
    bool may_be_name_ = false;
};

constexpr bool same_type_text(std::string_view a, std::string_view b) {
    TypeText x(a);
    TypeText y(b);
    for (char c = 1; c != 0;) {
        c = x.next();
        if (c != y.next()) {
            return false;
        }
    }
    return true;
}

} // namespace detail

// Whether a type declared outside agrees with a registered one: they are equal, or i64 stands for a handle.
constexpr bool agrees(const Type &declared, const Type &registered) {
    const bool handles = registered.kind == Kind::handle || registered.kind == Kind::function;
    if (declared.kind == Kind::i64 && !declared.optional && handles) {
        return true;
    }
    if (declared.kind != registered.kind || declared.writable != registered.writable ||
        declared.optional != registered.optional) {
        return false;
    }
    if (declared.kind == Kind::array) {
        const bool element_handles = registered.element == Kind::handle || registered.element == Kind::function;
        if (declared.element == Kind::i64 && !declared.element_optional && element_handles) {
            return true;
        }
        if (declared.element != registered.element || declared.element_optional != registered.element_optional) {
            return false;
        }
    }
    return detail::same_type_text(declared.name, registered.name);
}

} // namespace rt

#endif
