// rust_types.hpp - how Rust writes names, types and defaults, for the binding for Rust.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "names.hpp"

namespace rt::tools::bind {

class RustNames {
  public:
    explicit RustNames(const Interface &interface);
    const std::string &of(const Function &function) const { return names_.of(function); }
    // By the name in signatures.
    const std::string &of_class(std::string_view full_name) const { return *names_.class_named(full_name); }
    // The struct of the parameters with defaults.
    const std::string &of_options(const Function &function) const { return options_.at(&function); }
    std::vector<std::string> of_arguments(const Function &function) const;

  private:
    BindingNames names_;
    std::map<const Function *, std::string> options_;
    std::set<std::string> hidden_; // what an argument must not be called
};
// A text as a literal, with `end` behind it, such as "\\0".
std::string rust_literal(std::string_view text, std::string_view end = "");
// A parameter's default as an expression of the type that a field has.
std::string rust_default(const Parameter &parameter);

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
