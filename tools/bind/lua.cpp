// The binding for LuaJIT: one module with what it needs inside, annotated for the Lua language server.
#include <algorithm>
#include <array>

#include "language.hpp"
#include "lua_annotation.hpp"
#include "names.hpp"
#include "writer.hpp"

namespace rt::tools::bind {

namespace {

constexpr std::array<std::string_view, 22> reserved_words = {
    "and", "break", "do",  "else", "elseif", "end",    "false",  "for",  "function", "goto",  "if",
    "in",  "local", "nil", "not",  "or",     "repeat", "return", "then", "true",     "until", "while"};

bool is_reserved(std::string_view name) {
    return std::find(reserved_words.begin(), reserved_words.end(), name) != reserved_words.end();
}

// `end` is a parameter of some functions, and a word of Lua's.
std::string lua_name(std::string_view name) {
    std::string text(name);
    std::replace_if(text.begin(), text.end(), [](char c) { return c == '.' || c == ':'; }, '_');
    return text + (is_reserved(text) ? "_" : "");
}

std::string lua_key(std::string_view name) {
    return is_reserved(name) ? "[\"" + std::string(name) + "\"]" : std::string(name);
}

std::string lua_text(std::string_view text) {
    const auto decimal = [](std::string_view character) {
        std::string escape;
        for (const char c : character) {
            const std::string digits = std::to_string(static_cast<unsigned char>(c));
            escape += "\\" + std::string(3 - digits.size(), '0') + digits;
        }
        return escape;
    };
    return "\"" + escaped(text, decimal) + "\"";
}

class LuaWriter {
  public:
    explicit LuaWriter(const Interface &interface)
        : interface_(interface), names_(interface, {.of_class = lua_name,
                                                    .of_function = lua_name,
                                                    .of_method = lua_name,
                                                    .own = {"rtffi"},
                                                    .own_methods = {"rt_id", "rt_class"}}) {}

    std::string text() {
        write_heading(out_, "-- ", interface_);
        out_.line();
        write_runtime();
        out_.line("local M = {}").line();
        out_.line("---What is no function of a plugin: `call`, `scope`, `open`, ...");
        out_.line("M.rtffi = runtime");
        for (const auto &class_ : interface_.classes) {
            write_class(*class_);
        }
        for (const auto &function : interface_.functions) {
            if (function->owner == nullptr) {
                write_function(*function, "M.");
            }
        }
        out_.line().line("return M");
        return out_.text();
    }

  private:
    // The bindings in a program share it: a C type is declared once.
    void write_runtime() {
        out_.line("local runtime = package.loaded[\"rtffi.runtime\"]");
        out_.line("if not runtime then").indent().line("runtime = (function()").indent();
        // Each may use the local names of those before it.
        write_files(out_, {"bind/lua/core.lua", "bind/lua/types.lua", "bind/lua/objects.lua", "bind/lua/values.lua",
                           "bind/lua/callables.lua", "bind/lua/calls.lua"});
        out_.dedent().line("end)()");
        out_.line("package.loaded[\"rtffi.runtime\"] = runtime").dedent().line("end").line();
    }

    void write_class(const Class &class_) {
        out_.line();
        out_.comment("---", class_.doc);
        out_.line("---@class " + lua_class(class_) + " : rtffi.Handle");
        out_.line("M." + names_.of(class_) + " = runtime.class(" + lua_text(class_.full_name) + ")");
        for (const Function *method : class_.methods) {
            // The object's own `free` knows that Lua must not free it again.
            if (method->name != "free") {
                write_function(*method, "M." + names_.of(class_) + ":");
            }
        }
    }

    void write_function(const Function &function, const std::string &owner) {
        const std::vector<const Parameter *> arguments = function.arguments();
        std::vector<std::string> names = argument_names(function, lua_name, {"runtime", "self"});
        out_.line();
        out_.comment("---", function.doc);
        for (std::size_t i = 0; i < arguments.size() && !arguments[i]->keyword_only; i++) {
            write_parameter(*arguments[i], names[i]);
        }
        names.resize(function.parsed->positional - (function.owner != nullptr ? 1 : 0));
        write_rest(function, names);
        if (function.parsed->result.kind != Kind::none) {
            out_.line("---@return " + lua_result(interface_, function.parsed->result));
        }
        std::string parameters;
        for (const std::string &name : names) {
            parameters = comma(parameters, name);
        }
        const std::string self = function.owner != nullptr ? ", self" : "";
        out_.line("function " + owner + names_.of(function) + "(" + parameters + ")");
        out_.indent().line("return runtime.call(" + lua_text(function.signature) + self + ", " + parameters + ")");
        out_.dedent().line("end");
    }

    void write_parameter(const Parameter &parameter, const std::string &name) {
        const bool optional = !parameter.fallback.empty() || parameter.type.optional;
        out_.line("---@param " + name + (optional ? "? " : " ") + lua_type(interface_, parameter.type) +
                  (parameter.fallback.empty() ? "" : " default: " + in_one_line(parameter.fallback)));
    }

    // What can be given by name, in a table behind the arguments; and `...`, so that the run-time sees what is too much.
    void write_rest(const Function &function, std::vector<std::string> &names) {
        std::string options;
        for (const Parameter *parameter : function.arguments()) {
            if (!parameter->fallback.empty() || parameter->keyword_only) {
                options += (options.empty() ? "" : ", ") + lua_key(parameter->name) +
                           "?: " + lua_type(interface_, parameter->type);
            }
        }
        if (function.parsed->variadic) {
            out_.line("---@param ... any");
        } else if (!options.empty()) {
            names.push_back(other_than("options", std::set<std::string>(names.begin(), names.end())));
            out_.line("---@param " + names.back() + "? { " + options + " } the last argument may give these by name");
        }
        names.emplace_back("...");
    }

    const Interface &interface_;
    const BindingNames names_;
    Writer out_;
};

} // namespace

std::string lua_binding(const Interface &interface) { return LuaWriter(interface).text(); }

} // namespace rt::tools::bind
