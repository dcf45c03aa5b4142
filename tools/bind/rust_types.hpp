// rust_types.hpp - how Rust writes names, types and defaults, for the binding for Rust.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "interface.hpp"

namespace rt::tools::bind {

// Names of classes, by their full names in signatures.
class RustNames {
  public:
    explicit RustNames(const Interface &interface);
    // What a struct of its own is called; another one each time.
    std::string type(const std::string &wanted);
    const std::string &of_class(std::string_view full_name) const;

  private:
    std::vector<std::pair<std::string, std::string>> classes_;
    std::vector<std::string> taken_;
};

// `type` as r#type, and `self` as self_.
std::string rust_identifier(std::string_view name);
// snake_case as CamelCase.
std::string camel_case(std::string_view name);
// A text as a literal, with `end` behind it, such as "\\0".
std::string rust_literal(std::string_view text, std::string_view end = "");
// A default's text as an expression of the type that a field has.
std::string rust_default(const Type &type, std::string_view literal);

// The types of a list, `A, name: B`, which is the inside of a tuple or of a callable's parameters. Views of `list`.
std::vector<Type> rust_list(std::string_view list);

// The type of a result, or of a closure's argument: owned.
std::string rust_result(const Type &type, const RustNames &names);
// The type of a function's parameter, which may be generic.
std::string rust_parameter(const Type &type, const RustNames &names);
// The type of a field of an options struct, and whether that borrows for 'a.
std::string rust_field(const Type &type, const RustNames &names);

// A callable's type, `Fn(Tensor) -> rtffi::Result<Tensor> + Send + Sync`.
std::string rust_closure(const Type &type, const RustNames &names);
// Whether it gives the plugin an address.
bool rust_closure_gives_address(const Type &type);
// How many parameters a callable has.
std::size_t rust_closure_arity(const Type &type);

} // namespace rt::tools::bind
