// The binding for C++: a namespace for each plugin, a class for each of its classes, over rtffi/binding.hpp.
#include <algorithm>
#include <cctype>
#include <set>

#include "c_text.hpp"
#include "cpp_text.hpp"
#include "language.hpp"

namespace rt::tools::bind {

namespace {

// `sum_dim` of Tensor takes TensorSumDimOptions.
std::string camel(std::string_view name) {
    std::string text;
    bool capital = true;
    for (const char c : name) {
        if (c == '_') {
            capital = true;
        } else {
            text += capital ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
            capital = false;
        }
    }
    return text;
}

// In a class of the binding, `Object` is what it is derived from.
std::string class_identifier(std::string_view name) { return name == "Object" ? "Object_" : c_identifier(name); }

// Frees an object, which its destructor does here: `rt_torch_torchtensor_free(handle: TorchTensor?)`.
bool is_free(const Function &function) {
    return function.full_name().ends_with("_free") && function.parsed->count == 1 &&
           function.parsed->parameters[0].type.kind == Kind::handle && function.parsed->result.kind == Kind::none;
}

// A function in C++, and the names that it has there.
struct CppFunction {
    const Function *function = nullptr;
    std::string name;
    std::string options; // the struct of its keyword-only parameters, or ""
    std::string given;   // what the parameter of that type is called
    std::vector<std::pair<const Parameter *, std::string>> arguments; // but for the object of a method
};

class CppGenerator {
  public:
    explicit CppGenerator(const Interface &interface)
        : interface_(interface), names_(interface, rules()), types_(interface, names_) {
        const std::set<std::string> classes = class_names(interface, names_);
        for (const auto &function : interface.functions) {
            if (!is_free(*function)) {
                add(*function, classes);
            }
        }
    }

    std::string binding() {
        write_heading(out_, "// ", interface_);
        out_.line("//");
        out_.comment(
            "// ",
            "Each function is found at its first call, which loads its plugin; link librtffi.so and nothing else. "
            "Errors are thrown as rt::Error, or as a class of it (rtffi/detail/host_errors.hpp). Copies of an "
            "object are owners of the same object.");
        out_.line("#pragma once").line().line("#include <rtffi/binding.hpp>").line();
        for (const auto write :
             {&CppGenerator::write_names, &CppGenerator::write_classes, &CppGenerator::write_functions}) {
            for (const Plugin &plugin : interface_.plugins) {
                write_namespace(plugin, write);
            }
        }
        return out_.text();
    }

  private:
    static NameRules rules() {
        return {.scope = NameRules::Scope::plugin,
                .of_class = class_identifier,
                .of_function = c_identifier,
                .of_method = c_identifier,
                .own_methods = {"handle", "handle_"}};
    }

    void add(const Function &function, std::set<std::string> taken) {
        CppFunction named;
        named.function = &function;
        named.name = names_.of(function);
        taken.insert("bound");
        const std::vector<const Parameter *> arguments = function.arguments();
        const std::vector<std::string> names = argument_names(function, c_identifier, taken);
        for (std::size_t i = 0; i < arguments.size(); i++) {
            named.arguments.emplace_back(arguments[i], names[i]);
        }
        if (std::any_of(arguments.begin(), arguments.end(), [](const Parameter *p) { return p->keyword_only; })) {
            named.options =
                names_.beside(function, (function.owner != nullptr ? camel(names_.of(*function.owner)) : "") +
                                            camel(named.name) + "Options");
            taken.insert(names.begin(), names.end());
            taken.insert(named.options);
            named.given = other_than("options", taken);
        }
        functions_.push_back(std::move(named));
    }

    void write_namespace(const Plugin &plugin, void (CppGenerator::*write)(const Plugin &)) {
        types_.enter(plugin.name);
        const Writer before = std::exchange(out_, Writer());
        (this->*write)(plugin);
        const std::string inside = std::exchange(out_, before).text();
        if (inside.empty()) {
            return;
        }
        const std::string name = c_identifier(plugin.name);
        out_.line("namespace " + name + " {").line();
        for (std::size_t at = 0; at < inside.size(); at = inside.find('\n', at) + 1) {
            out_.line(inside.substr(at, inside.find('\n', at) - at));
        }
        out_.line("} // namespace " + name).line();
    }

    template <class Visit> void each_function(const std::string &plugin, Visit visit) {
        for (const CppFunction &function : functions_) {
            const Class *owner = function.function->owner;
            if ((owner != nullptr ? owner->plugin : function.function->plugin) == plugin) {
                visit(function);
            }
        }
    }

    // What stands in the types of what follows.
    void write_names(const Plugin &plugin) {
        bool any = false;
        const auto declare = [&](const std::string &what) {
            out_.line(what + ";");
            any = true;
        };
        for (const auto &class_ : interface_.classes) {
            if (class_->plugin == plugin.name) {
                declare("class " + names_.of(*class_));
            }
        }
        each_function(plugin.name, [&](const CppFunction &function) {
            if (!function.options.empty()) {
                declare("struct " + function.options);
            }
        });
        if (any) {
            out_.line();
        }
    }

    void write_classes(const Plugin &plugin) {
        for (const auto &class_ : interface_.classes) {
            if (class_->plugin == plugin.name) {
                write_class(*class_);
            }
        }
    }

    void write_class(const Class &class_) {
        out_.comment("// ", class_.doc);
        out_.line("class " + names_.of(class_) + " : public rt::binding::Object {");
        out_.line("  public:").indent().line("using Object::Object;");
        for (const CppFunction &function : functions_) {
            if (function.function->owner == &class_) {
                out_.line();
                write_documentation(function);
                for (const bool with_options : forms(function)) {
                    out_.line(result(function) + function.name + "(" + parameters(function, with_options, true) +
                              ") const;");
                }
            }
        }
        out_.dedent().line("};").line();
    }

    void write_functions(const Plugin &plugin) {
        each_function(plugin.name, [&](const CppFunction &function) {
            if (!function.options.empty()) {
                write_options(function);
            }
        });
        each_function(plugin.name, [&](const CppFunction &function) {
            const Class *owner = function.function->owner;
            if (owner == nullptr) {
                write_documentation(function);
            }
            if (function.function->parsed->variadic) {
                write_variadic(function);
                return;
            }
            for (const bool with_options : forms(function)) {
                const std::string scope = owner != nullptr ? names_.of(*owner) + "::" : "";
                out_.line("inline " + result(function) + scope + function.name + "(" +
                          parameters(function, with_options, owner == nullptr) +
                          (owner != nullptr ? ") const {" : ") {"));
                out_.indent();
                write_body(function, with_options);
                out_.dedent().line("}");
            }
            out_.line();
        });
    }

    void write_documentation(const CppFunction &function) {
        out_.comment("// ", function.function->doc);
        for (const auto &[parameter, name] : function.arguments) {
            if (parameter->type.kind == Kind::function) {
                out_.comment("// ", name + ": rt::make_callable(\"" + type_text(parameter->type) + "\", ...).");
            }
        }
    }

    // Without and with the struct of options: it may be left out where each has a default.
    static std::vector<bool> forms(const CppFunction &function) {
        const bool needed = std::any_of(function.arguments.begin(), function.arguments.end(), [](const auto &argument) {
            return argument.first->keyword_only && argument.first->fallback.empty();
        });
        return function.options.empty() ? std::vector{false} : needed ? std::vector{true} : std::vector{false, true};
    }

    std::string result(const CppFunction &function) const {
        const std::string text = types_.result(function.function->parsed->result);
        return text.back() == '*' ? text : text + " ";
    }

    std::string parameters(const CppFunction &function, bool with_options, bool with_defaults) const {
        std::string list;
        for (const auto &[parameter, name] : function.arguments) {
            if (!parameter->keyword_only) {
                const bool has_default = with_defaults && !with_options && !parameter->fallback.empty();
                list = comma(list, types_.parameter(parameter->type, name) +
                                       (has_default ? " = " + types_.fallback(*parameter) : ""));
            }
        }
        return with_options ? comma(list, "const " + function.options + " &" + function.given) : list;
    }

    void write_options(const CppFunction &function) {
        out_.line("struct " + function.options + " {").indent();
        for (const auto &[parameter, name] : function.arguments) {
            if (parameter->keyword_only) {
                const std::string fallback =
                    parameter->fallback.empty() ? "" : " = " + types_.member_fallback(*parameter);
                out_.line(types_.member(parameter->type) + " " + name + fallback + ";");
            }
        }
        out_.dedent().line("};").line();
    }

    void write_variadic(const CppFunction &function) {
        out_.line("template <class... A> rt::Value " + function.name + "(const A &...arguments) {").indent();
        out_.line("return rt::call(" + c_string(function.function->full_name()) + ", arguments...);");
        out_.dedent().line("}").line();
    }

    void write_body(const CppFunction &function, bool with_options) {
        const Function &of = *function.function;
        std::string types;
        for (std::size_t i = 0; i < of.parsed->count; i++) {
            types = comma(types, types_.value(of.parsed->parameters[i].type));
        }
        const bool native = types_.is_native(of);
        out_.line("static constinit const rt::binding::" + std::string(native ? "" : "Dynamic") + "Function<" +
                  types_.result(of.parsed->result) + "(" + types + ")> bound{" + c_string(of.full_name()) +
                  (native ? "" : ", " + c_string(of.signature)) + "};");
        std::string arguments = of.owner != nullptr ? "*this" : "";
        for (const auto &[parameter, name] : function.arguments) {
            arguments = comma(arguments, !parameter->keyword_only ? name
                                         : with_options           ? function.given + "." + name
                                                                  : types_.literal(*parameter));
        }
        out_.line((of.parsed->result.kind == Kind::none ? "bound(" : "return bound(") + arguments + ");");
    }

    const Interface &interface_;
    BindingNames names_;
    CppTypes types_;
    std::vector<CppFunction> functions_;
    Writer out_;
};

} // namespace

std::string cpp_binding(const Interface &interface) { return CppGenerator(interface).binding(); }

} // namespace rt::tools::bind
