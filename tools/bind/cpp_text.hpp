// cpp_text.hpp - the types of signatures in a generated C++ binding.
#pragma once

#include <string>

#include "names.hpp"

namespace rt::tools::bind {

class CppTypes {
  public:
    CppTypes(const Interface &interface, const BindingNames &names) : interface_(interface), names_(names) {}

    // From here on classes of this plugin are named without its namespace.
    void enter(std::string plugin) { plugin_ = std::move(plugin); }

    // A parameter, with its name: `const std::string &path`.
    std::string parameter(const Type &type, const std::string &name) const;
    // The type that a parameter is a value of, or a reference to: `std::string`.
    std::string value(const Type &type) const;
    // The type of a member that keeps an argument: an array has elements of its own.
    std::string member(const Type &type) const;
    std::string result(const Type &type) const;

    // A parameter's default: of a parameter, of a member, and as an argument.
    std::string fallback(const Parameter &parameter) const;
    std::string member_fallback(const Parameter &parameter) const;
    std::string literal(const Parameter &parameter) const;

    // Whether rtffi/binding.hpp reaches the function with a native call.
    bool is_native(const Function &function) const;

  private:
    std::string scalar(const Type &type) const;
    std::string element(const Type &array) const;
    std::string class_name(std::string_view full_name) const;

    const Interface &interface_;
    const BindingNames &names_;
    std::string plugin_;
};

} // namespace rt::tools::bind
