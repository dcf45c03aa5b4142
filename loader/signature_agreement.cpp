#include "signature_agreement.hpp"

#include <string_view>

namespace rt::core {

namespace {

// Reads the text of a function type or a tuple, without white space and without the names of parameters.
class TypeText {
  public:
    explicit TypeText(std::string_view text) : rest_(text) {}

    // The next character that counts; 0 at the end.
    char next() {
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
    void skip() { rest_.remove_prefix(rest_.size() - from(" \t\n").size()); }
    std::string_view from(std::string_view passed) const {
        const std::size_t begin = rest_.find_first_not_of(passed);
        return begin == std::string_view::npos ? std::string_view() : rest_.substr(begin);
    }
    void skip_name() {
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

bool same_type_text(std::string_view a, std::string_view b) {
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

} // namespace

bool agrees(const Type &declared, const Type &registered) {
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
    return same_type_text(declared.name, registered.name);
}

} // namespace rt::core
