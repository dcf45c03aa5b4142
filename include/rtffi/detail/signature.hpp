// SPDX-License-Identifier: Apache-2.0
// signature.hpp - the one parser of signatures, for compile time (the SDK) and run time (the core).
//
//     name(parameter: type = default, *, keyword: type) -> type
//     name(...) -> type        a function of several overloads, which takes what one of them takes
//
//     type:  bool i32 i64 f64 text bytes ptr any Class [type] mut [type] mut bytes fn(type, ...) -> type (type, type) type?
//
// Nothing here allocates: texts are views into the signature, which must outlive the result.
#ifndef RTFFI_DETAIL_SIGNATURE_HPP
#define RTFFI_DETAIL_SIGNATURE_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "signature_default.hpp"
#include "signature_type.hpp"

namespace rt {

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
        if (accept("...")) {
            s.variadic = true;
            expect(")", "expected ')' after '...'");
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

} // namespace rt

#endif
