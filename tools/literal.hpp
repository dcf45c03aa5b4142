// literal.hpp - values as they are written on the command line, read by the type that a signature asks for.
//
//     bool true false   i32 i64 -3   f64 2.5 -inf nan   T? none   text and bytes hello "two\nlines"   [T] [1, 2]
//     any whichever of these it looks like, else a text   a handle: the call that makes it, geo_polygon([0,0, 1,0, 0,1])
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rtffi/detail/signature.hpp>
#include <rtffi/host.hpp>

namespace rt::tools {

// Reads literals and owns what the values point to.
class Literals {
  public:
    // `call` makes an object: it gets the text of a call, "name(argument, ...)".
    explicit Literals(std::function<Value(std::string_view)> call) : call_(std::move(call)) {}

    // Numbers may stand for a list of one, which dynamic functions take where they say so: operators and module classes.
    void take_one_for_list(bool take) { one_for_list_ = take; }

    // Throws Error with RT_E_TYPE where the text is no literal of that type.
    rt_value read(const Type &type, std::string_view text);

  private:
    rt_value read_any(std::string_view text);
    rt_value read_array(const Type &type, std::string_view text);
    rt_value read_any_array(std::string_view text);
    rt_value read_text(std::uint32_t tag, std::string_view text);
    rt_value read_object(std::string_view text);
    rt_value values(const Type &element, const std::vector<std::string_view> &items);
    template <class T>
    rt_value numbers(std::uint32_t tag, const Type &element, const std::vector<std::string_view> &items);

    std::function<Value(std::string_view)> call_;
    bool one_for_list_ = false;
    std::deque<std::string> texts_;
    std::deque<std::vector<std::int64_t>> integers_;
    std::deque<std::vector<double>> doubles_;
    std::deque<std::unique_ptr<bool[]>> booleans_;
    std::deque<std::vector<rt_value>> values_;
    std::deque<Value> objects_;
};

// The items between the brackets of "[a, [b, c], f(d, e)]" or "(a, b)": commas inside brackets or quotes separate nothing.
std::vector<std::string_view> items_of(std::string_view bracketed);

// Whether the text has the form name(...).
bool is_call(std::string_view text);

} // namespace rt::tools
