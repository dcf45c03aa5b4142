// The binding for Python: declarations for type checkers, editors and readers. The package rtffi does what they say.
#include "language.hpp"
#include "python_types.hpp"
#include "writer.hpp"

namespace rt::tools::bind {

namespace {

// The classes that the package knows more about than their plugin's functions tell.
constexpr std::pair<std::string_view, const char *> bases[] = {
    {"TorchModule", "_rtffi.ModuleObject"},
    {"TorchTensor", "_rtffi.TensorObject"},
};

void write_docstring(Writer &out, const std::string &doc) {
    std::string text = harmless(doc);
    for (std::size_t at = 0; (at = text.find_first_of("\\\"", at)) != std::string::npos; at += 2) {
        if (text[at] == '\\' || at + 1 == text.size() || text.compare(at, 3, "\"\"\"") == 0) {
            text.insert(at, "\\");
        } else {
            at--;
        }
    }
    out.comment("", "\"\"\"" + text + "\"\"\"");
}

std::string parameters_of(const BindingNames &names, const Function &function) {
    std::string text = function.owner != nullptr ? "self" : "";
    const auto add = [&](const std::string &part) { text += (text.empty() ? "" : ", ") + part; };
    if (function.parsed->variadic) {
        add("*arguments: _Any");
        add("**named: _Any");
    }
    bool keyword_only = false;
    const std::vector<const Parameter *> arguments = function.arguments();
    const std::vector<std::string> called = argument_names(function, python_name);
    for (std::size_t i = 0; i < arguments.size(); i++) {
        const Parameter *parameter = arguments[i];
        if (parameter->keyword_only && !keyword_only) {
            add("*");
            keyword_only = true;
        }
        add(called[i] + ": " + python_parameter_type(names, parameter->type) +
            (parameter->fallback.empty() ? "" : " = " + python_default(*parameter)));
    }
    return text;
}

void write_function(Writer &out, const BindingNames &names, const Function &function) {
    out.line("@_bindings.function(" + python_text(function.signature) + ")");
    out.line("def " + names.of(function) + "(" + parameters_of(names, function) + ") -> " +
             python_result_type(names, function.parsed->result) + ":");
    out.indent();
    write_docstring(out, function.doc);
    out.line("...");
    out.dedent().line();
}

void write_class(Writer &out, const BindingNames &names, const Class &class_) {
    const char *base = "_rtffi.Object";
    for (const auto &[name, own] : bases) {
        base = name == class_.full_name ? own : base;
    }
    out.line("@_bindings.object");
    out.line("class " + names.of(class_) + "(" + base + "):").indent();
    write_docstring(out, class_.doc.empty() ? "A " + class_.full_name + "." : class_.doc);
    out.line("__slots__ = ()");
    out.line("class_name = " + python_text(class_.full_name)).line();
    for (const Function *method : class_.methods) {
        write_function(out, names, *method);
    }
    out.dedent().line();
}

} // namespace

std::string python_binding(const Interface &interface) {
    const std::vector<std::string> own = {"_Any", "_Callable", "_Sequence", "_bindings", "_rtffi"};
    const BindingNames names(interface, {.of_class = python_name,
                                         .of_function = python_function_name,
                                         .of_method = python_method_name,
                                         .own = own,
                                         .own_methods = own});
    Writer out;
    write_heading(out, "# ", interface);
    out.line("# ruff: noqa");
    out.line("# mypy: disable-error-code=\"empty-body\"");
    out.line("from __future__ import annotations").line();
    out.line("from collections.abc import Callable as _Callable, Sequence as _Sequence");
    out.line("from typing import Any as _Any").line();
    out.line("from rtffi import binding as _rtffi").line();
    out.line("_bindings = _rtffi.Bindings()").line().line();
    for (const auto &class_ : interface.classes) {
        write_class(out, names, *class_);
    }
    for (const auto &function : interface.functions) {
        if (function->owner == nullptr) {
            write_function(out, names, *function);
            out.line();
        }
    }
    return out.text();
}

} // namespace rt::tools::bind
