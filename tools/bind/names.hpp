// names.hpp - what a binding calls classes, functions and parameters: no name twice in one scope.
//
// Where two functions or classes want one name (`area` of two plugins, `add` of two spellings of a class), each is called by its
// full name, and where that does not tell them apart, `_2` follows. One whose name had to change for the language never
// takes the name of one that is called so.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "interface.hpp"

namespace rt::tools::bind {

// Gives names that are not taken yet: the second `count` is `count_2`.
class UniqueNames {
  public:
    explicit UniqueNames(std::set<std::string> taken = {}) : taken_(std::move(taken)) {}
    std::string take(std::string name);
    bool has(const std::string &name) const { return taken_.contains(name); }

  private:
    std::set<std::string> taken_;
};

// Makes a name one that the language takes: a keyword gets a `_`.
using Identifier = std::string (*)(std::string_view name);

// What is particular to a language.
struct NameRules {
    // Which functions and classes must have different names: all of them, or those of a plugin. Methods: those of a class.
    enum class Scope { program, plugin } scope = Scope::program;
    bool full_names = false; // of everything, and a method is a function as others are
    Identifier of_class;
    Identifier of_function;
    Identifier of_method;
    // What the binding itself calls so, beside functions and among methods.
    std::vector<std::string> own = {};
    std::vector<std::string> own_methods = {};
};

class BindingNames {
  public:
    BindingNames(const Interface &interface, const NameRules &rules);

    const std::string &of(const Class &class_) const { return names_.at(&class_); }
    const std::string &of(const Function &function) const { return names_.at(&function); }
    // Of the class that signatures call so; null where there is none.
    const std::string *class_named(std::string_view full_name) const;
    // A name for something else that stands beside the function, or beside its class.
    std::string beside(const Function &function, const std::string &name);

  private:
    struct Wish {
        const void *of;
        std::string scope;
        std::string name;
        std::string full_name;
        Identifier identifier;
    };
    void give(std::vector<Wish> wishes);
    std::string scope_of(const std::string &plugin, const Class *owner) const;

    const Interface &interface_;
    const NameRules rules_;
    std::map<std::string, UniqueNames> scopes_;
    std::map<const void *, std::string> names_; // of classes and functions
};

// `name`, with as many `_` behind it as it takes to be none of those.
std::string other_than(std::string name, const std::set<std::string> &taken);

// The names of a function's arguments, in their order. `own` are names that a function of the binding uses itself.
std::vector<std::string> argument_names(const Function &function, Identifier identifier,
                                        std::set<std::string> own = {});

// The names that all classes have in the binding, which an argument must not hide.
std::set<std::string> class_names(const Interface &interface, const BindingNames &names);

} // namespace rt::tools::bind
