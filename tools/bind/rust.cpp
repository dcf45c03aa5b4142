// The binding for Rust: one module, with a struct for each class and what it needs to call rtffi.
#include <algorithm>
#include <map>
#include <set>

#include "language.hpp"
#include "rust_types.hpp"
#include "writer.hpp"

namespace rt::tools::bind {

namespace {

// One function, as it is written.
class FunctionWriter {
  public:
    FunctionWriter(Writer &out, const Function &function, const RustNames &names)
        : out_(out), function_(function), names_(names) {
        const std::vector<const Parameter *> arguments = function.arguments();
        const std::vector<std::string> called = names.of_arguments(function);
        for (std::size_t i = 0; i < arguments.size(); i++) {
            (arguments[i]->fallback.empty() ? required_ : optional_).push_back(arguments[i]);
            called_[arguments[i]] = called[i];
        }
        options_ = other_than("options", std::set<std::string>(called.begin(), called.end()));
    }

    void write() {
        const std::string options = optional_.empty() ? "" : options_struct();
        write_doc();
        const bool unsafe_ = is_unsafe();
        if (unsafe_) {
            out_.line("///").line("/// # Safety").line("///");
            out_.comment("/// ",
                         "The memory must stay where it is, and nobody else's, for as long as the plugin uses it.");
        }
        const std::string result = rust_result(function_.parsed->result, names_);
        std::string head = unsafe_ ? "pub unsafe fn " : "pub fn ";
        head += names_.of(function_) + "(" + parameters(options) + ") -> rtffi::Result<" + result + "> {";
        out_.line(head).indent();
        write_body();
        out_.dedent().line("}");
    }

    bool has_options() const { return !optional_.empty(); }

    // The struct of the parameters with defaults, which methods must have outside their impl.
    void write_options() {
        const std::string life = borrows() ? "<'a>" : "";
        const std::string &struct_name = names_.of_options(function_);
        out_.line();
        out_.comment("/// ", "What a call of `" + std::string(function_.full_name()) + "` may leave out.");
        out_.line("pub struct " + struct_name + life + " {").indent();
        for (const Parameter *parameter : optional_) {
            out_.line("/// `" + std::string(parameter->name) + ": " + type_text(parameter->type) + " = " +
                      in_one_line(parameter->fallback) + "`");
            out_.line("pub " + called_.at(parameter) + ": " + rust_field(parameter->type, names_) + ",");
        }
        out_.dedent().line("}").line();
        out_.line("impl Default for " + options_struct() + " {").indent().line("fn default() -> Self {").indent();
        out_.line("Self {").indent();
        for (const Parameter *parameter : optional_) {
            out_.line(called_.at(parameter) + ": " + rust_default(*parameter) + ",");
        }
        out_.dedent().line("}").dedent().line("}").dedent().line("}");
    }

  private:
    bool borrows() const {
        return std::any_of(optional_.begin(), optional_.end(), [&](const Parameter *parameter) {
            return rust_field(parameter->type, names_).find("'a") != std::string::npos;
        });
    }

    // As a type where it is named without a lifetime of its own.
    std::string options_struct() const { return names_.of_options(function_) + (borrows() ? "<'_>" : ""); }

    void write_doc() {
        if (!function_.doc.empty()) {
            out_.comment("/// ", function_.doc).line("///");
        }
        out_.line("/// `" + in_one_line(function_.signature) + "`");
    }

    // An address is used, or memory is kept after the call, until a callable says that it is released.
    bool is_unsafe() const {
        bool memory = false;
        bool released = false;
        for (const Parameter *parameter : function_.arguments()) {
            const Kind kind = parameter->type.kind;
            if (kind == Kind::pointer || (kind == Kind::function && rust_closure_gives_address(parameter->type))) {
                return true;
            }
            memory = memory || kind == Kind::bytes || kind == Kind::array;
            released = released || (kind == Kind::function && parameter->name == "release");
        }
        return memory && released;
    }

    std::string parameters(const std::string &options) const {
        std::string text = function_.owner != nullptr ? "&self" : "";
        const auto add = [&](const std::string &name, const std::string &type) {
            text += (text.empty() ? "" : ", ") + name + ": " + type;
        };
        if (function_.parsed->variadic) {
            add("arguments", "&[rtffi::Any]");
        }
        for (const Parameter *parameter : required_) {
            add(called_.at(parameter), rust_parameter(parameter->type, names_));
        }
        if (!options.empty()) {
            add(options_, options);
        }
        return text;
    }

    void write_body() {
        write_list("static FUNCTION: rtffi::Function = rtffi::Function::new(",
                   {rust_literal(function_.full_name(), "\\0"), rust_literal(function_.signature, "\\0")}, ");");
        if (function_.parsed->variadic) {
            out_.line("let held: Vec<_> = arguments.iter().map(rtffi::hold).collect();");
            out_.line("FUNCTION.call(&held.iter().map(rtffi::Held::value).collect::<Vec<_>>())");
            return;
        }
        for (const Parameter *parameter : function_.arguments()) {
            write_preparation(*parameter);
        }
        std::vector<std::string> values;
        if (function_.owner != nullptr) {
            values.emplace_back("rtffi::hold(self).value()");
        }
        for (const Parameter *parameter : function_.arguments()) {
            values.push_back(held(*parameter) + ".value()");
        }
        write_list("FUNCTION.call(&[", values, "])");
    }

    // On one line where there is room.
    void write_list(const std::string &begin, const std::vector<std::string> &items, const std::string &end) {
        constexpr std::size_t room = 92;
        std::string line = begin;
        for (const std::string &item : items) {
            line += (&item == items.data() ? "" : ", ") + item;
        }
        if (line.size() + end.size() <= room) {
            out_.line(line + end);
            return;
        }
        out_.line(begin).indent();
        for (const std::string &item : items) {
            out_.line(item + ",");
        }
        out_.dedent().line(end);
    }

    std::string source(const Parameter &parameter) const {
        return (parameter.fallback.empty() ? "" : options_ + ".") + called_.at(&parameter);
    }

    // Closures become objects, and what is made into an Any must live until the call is over.
    void write_preparation(const Parameter &parameter) {
        const std::string name = called_.at(&parameter);
        if (parameter.type.kind == Kind::any) {
            out_.line("let " + name + ": rtffi::Any = " + source(parameter) + ".into();");
        } else if (parameter.type.kind == Kind::function) {
            std::string arguments;
            const std::string passed = parameter.name == "arguments" ? "arguments_" : "arguments";
            for (std::size_t i = 0; i < rust_closure_arity(parameter.type); i++) {
                arguments += (i == 0 ? "" : ", ") + ("rtffi::argument(" + passed + ", " + std::to_string(i)) + ")?";
            }
            const bool optional = parameter.type.optional;
            const std::string given = optional ? source(parameter) + ".map(|" + name + "| " : "";
            out_.line("let " + name + " = " + given + "rtffi::callable(").indent();
            out_.line(rust_literal(parameter.type.name, "\\0") + ",");
            out_.line("move |" + (arguments.empty() ? "_" : passed) + "| {").indent();
            out_.line("let given = " + name + "(" + arguments + ")?;");
            out_.line("Ok(rtffi::Give::give(given))");
            out_.dedent().line("},");
            out_.dedent().line(optional ? ")).transpose()?;" : ")?;");
        }
    }

    std::string held(const Parameter &parameter) const {
        const Type &type = parameter.type;
        const bool plain_elements = !type.element_optional && type.kind == Kind::array;
        std::string holder = "rtffi::hold";
        if (type.kind == Kind::bytes && !type.optional && parameter.fallback.empty()) {
            holder = type.writable ? "rtffi::bytes_mut" : "rtffi::bytes";
        } else if (plain_elements && type.element == Kind::handle) {
            holder = "rtffi::objects::<" + names_.of_class(type.name) + ">";
        } else if (plain_elements && type.element == Kind::text) {
            holder = "rtffi::texts";
        }
        const std::string name = called_.at(&parameter);
        if (type.kind == Kind::any) {
            return "rtffi::hold(&" + name + ")";
        }
        if (type.kind == Kind::function) {
            return "rtffi::hold(" + (type.optional ? name + ".as_ref()" : "&" + name) + ")";
        }
        if (type.optional && holder != "rtffi::hold") {
            return source(parameter) + ".map(|" + name + "| " + holder + "(" + name + "))";
        }
        return holder + "(" + source(parameter) + ")";
    }

    Writer &out_;
    const Function &function_;
    const RustNames &names_;
    std::map<const Parameter *, std::string> called_;
    std::vector<const Parameter *> required_;
    std::vector<const Parameter *> optional_; // those with a default
    std::string options_;                     // what the parameter for those is called
};

void write_runtime(Writer &out) {
    out.line("/// What every function here needs: errors, objects, values.");
    out.line("pub mod rtffi {").indent();
    write_files(out, {"bind/rust/function.rs", "bind/rust/arguments.rs", "bind/rust/objects.rs", "bind/rust/results.rs",
                      "bind/rust/any.rs", "bind/rust/callable.rs"});
    out.dedent().line("}");
}

void write_class(Writer &out, const Class &class_, const RustNames &names) {
    const std::string &name = names.of_class(class_.full_name);
    out.line().line("rtffi::class! {").indent();
    out.comment("/// ", class_.doc.empty() ? "A " + class_.full_name + "." : class_.doc);
    out.line(name + ", " + rust_literal(class_.full_name)).dedent().line("}");
    if (class_.methods.empty()) {
        return;
    }
    out.line().line("impl " + name + " {").indent();
    for (std::size_t i = 0; i < class_.methods.size(); i++) {
        const Function &method = *class_.methods[i];
        if (i != 0) {
            out.line();
        }
        FunctionWriter(out, method, names).write();
    }
    out.dedent().line("}");
}

} // namespace

std::string rust_binding(const Interface &interface) {
    const RustNames names(interface);
    Writer out;
    write_heading(out, "//! ", interface);
    out.line("#![allow(dead_code, non_camel_case_types, non_snake_case, unused_imports, unused_macros, clippy::all)]")
        .line();
    out.line("use self::rtffi::Held as _;").line();
    write_runtime(out);
    for (const auto &class_ : interface.classes) {
        write_class(out, *class_, names);
    }
    for (const auto &function : interface.functions) {
        FunctionWriter writer(out, *function, names);
        if (writer.has_options()) {
            writer.write_options();
        }
        if (function->owner == nullptr) {
            out.line();
            writer.write();
        }
    }
    return out.text();
}

} // namespace rt::tools::bind
