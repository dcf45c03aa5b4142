// signature.hpp - signatures at run time: the parsed text with its defaults as values.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <rtffi/abi.h>
#include <rtffi/detail/signature.hpp>

#include "error.hpp"

namespace rt::core {

std::unique_ptr<Signature> parse_on_heap(std::string_view text);

class SignatureInfo {
  public:
    // Parses `text`. On failure the outcome says where, quoting the text.
    static Outcome parse(std::string_view text, std::unique_ptr<SignatureInfo> &out);
    SignatureInfo(const SignatureInfo &) = delete;
    SignatureInfo &operator=(const SignatureInfo &) = delete;

    std::string text;
    std::string_view name; // views into `text`, here and below
    std::vector<Parameter> parameters;
    std::vector<rt_value> defaults; // RT_NONE where there is none
    std::size_t positional = 0;
    bool variadic = false;
    Type result;

    // The index of a parameter, or npos.
    std::size_t find(std::string_view parameter) const;
    static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  private:
    explicit SignatureInfo(std::string_view signature) : text(signature) {}
    rt_value make_default(const Type &type, std::string_view literal);
    rt_value make_array(Kind element, std::string_view literal);
    void make_text(std::string_view literal, rt_value &out);

    std::deque<std::string> texts_; // what the defaults point to
    std::deque<std::vector<std::int64_t>> integers_;
    std::deque<std::vector<double>> numbers_;
    std::deque<std::unique_ptr<bool[]>> booleans_;
};

// Checks a signature declared outside against the registered one; the outcome quotes both.
Outcome check_declaration(std::string_view declared, const SignatureInfo &registered);

// Checks rt_function_desc.native_types.
Outcome check_native_types(const char *letters, const SignatureInfo &signature);

} // namespace rt::core
