// html.hpp - writes HTML. Texts come from plugin files, whose authors nobody knows: here is the one place that escapes them, and
// what is opened is closed.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace rt::tools::report {

// Names and values. A value of "" is an attribute without one, such as `open`.
using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

class Html {
  public:
    // <TAG ATTRIBUTES>, what `write` writes, </TAG>.
    template <class Write> Html &within(std::string_view tag, Attributes attributes, Write write) {
        open(tag, attributes);
        write();
        return close(tag);
    }
    // The same with a text inside.
    Html &element(std::string_view tag, std::string_view text, Attributes attributes = {});
    // Of those that have no end, such as <meta>.
    Html &empty(std::string_view tag, Attributes attributes);
    // Escaped.
    Html &text(std::string_view text);
    // As it is: for what is this program's own.
    Html &raw(std::string_view markup);

    // An id that no other element has, made from texts.
    std::string unique_id(std::string_view kind, std::string_view name);

    const std::string &markup() const { return markup_; }

  private:
    void open(std::string_view tag, Attributes attributes);
    Html &close(std::string_view tag);

    std::string markup_;
    std::set<std::string> ids_;
};

} // namespace rt::tools::report
