// interface.hpp - what a generated binding offers: the functions of plugins, read from their files, in the shape that languages want.
//
// A function whose first parameter is an object of a class, and whose name says so, is a method of that class:
// `rt_torch_torchtensor_add(handle: TorchTensor, ...)` is `add` of `Tensor`. All others are functions of their own, with the
// plugin's prefix left out: `rt_torch_tensor_zeros` is `tensor_zeros`.
#pragma once

#include <map>
#include <memory>
#include <rtffi/detail/signature.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "../output.hpp"

namespace rt::tools::bind {

struct Class;

struct Function {
    // Throws rt::Error where the signature does not parse.
    Function(std::string signature_text, std::string documentation, std::string group_name, std::string plugin_name);
    Function(const Function &) = delete; // `parsed` looks into `signature`
    Function &operator=(const Function &) = delete;

    const std::string signature; // in one line, but for what the texts of defaults hold
    const std::string doc;
    const std::string group;
    const std::string plugin;
    const std::unique_ptr<const Signature> parsed;
    std::string name;             // what a binding calls it
    const Class *owner = nullptr; // the class of its first parameter, where it is a method

    std::string_view full_name() const { return parsed->name; }
    // The parameters; of a method without the first.
    std::vector<const Parameter *> arguments() const;
    // Whether it has a native entry, for which a C compiler could make a declaration: no `any`, tuple or optional number.
    bool is_native() const;
};

struct Class {
    std::string full_name; // TorchTensor, as signatures have it
    std::string name;      // Tensor
    std::string doc;
    std::string plugin;
    std::vector<const Function *> methods; // sorted by name
};

struct Plugin {
    std::string name;
    std::string version;
    std::string doc;
    std::string path;
    std::string prefix; // of its functions' names, `rt_torch_`
};

struct Interface {
    std::vector<Plugin> plugins;
    std::vector<std::unique_ptr<Class>> classes;      // sorted by name; those that are only named in signatures, too
    std::vector<std::unique_ptr<Function>> functions; // all of them, sorted by full name
    std::string made_by;                              // "rtffi bind --lang python --plugin torch"

    const Class *find_class(std::string_view full_name) const;

    // Takes out the functions for which `why_not` has a reason. Gives their names, `a, b`, by the reason.
    std::map<std::string, std::string> leave_out(const char *(*why_not)(const Function &function));
};

// A type as its signature writes it.
std::string type_text(const Type &type);

// Reads the plugins' files; loads nothing. `files` are the documents of rt_inspect. Throws rt::Error where one of them is no plugin,
// or where two of them have a function of the same name.
Interface read_interface(const std::vector<Json> &files, std::string made_by);

} // namespace rt::tools::bind
