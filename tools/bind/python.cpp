// The binding for Python: declarations for type checkers, editors and readers. The package rtffi does what they say.
#include "language.hpp"
#include "python_types.hpp"
#include "writer.hpp"

#include <algorithm>

namespace rt::tools::bind {

namespace {

// What is Object's own in Python.
constexpr std::string_view methods_of_objects[] = {"class_name", "close", "closed", "handle", "share"};

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

std::string parameters_of(const Interface &interface, const Function &function) {
    std::string text = function.owner != nullptr ? "self" : "";
    const auto add = [&](const std::string &part) { text += (text.empty() ? "" : ", ") + part; };
    if (function.parsed->variadic) {
        add("*arguments: _Any");
        add("**named: _Any");
    }
    bool keyword_only = false;
    for (const Parameter *parameter : function.arguments()) {
        if (parameter->keyword_only && !keyword_only) {
            add("*");
            keyword_only = true;
        }
        add(python_name(parameter->name) + ": " + python_parameter_type(interface, parameter->type) +
            (parameter->fallback.empty() ? "" : " = " + python_default(parameter->fallback)));
    }
    return text;
}

void write_function(Writer &out, const Interface &interface, const Function &function) {
    const bool is_reserved = function.owner != nullptr &&
                             std::find(std::begin(methods_of_objects), std::end(methods_of_objects), function.name) !=
                                 std::end(methods_of_objects);
    const std::string name = is_reserved ? function.name + "_" : python_function_name(function.name);
    out.line("@_bindings.function(" + python_text(function.signature) + ")");
    out.line("def " + name + "(" + parameters_of(interface, function) + ") -> " +
             python_result_type(interface, function.parsed->result) + ":");
    out.indent();
    write_docstring(out, function.doc);
    out.line("...");
    out.dedent().line();
}

void write_class(Writer &out, const Interface &interface, const Class &class_) {
    const char *base = "_rtffi.Object";
    for (const auto &[name, own] : bases) {
        base = name == class_.full_name ? own : base;
    }
    out.line("@_bindings.object");
    out.line("class " + class_.name + "(" + base + "):").indent();
    write_docstring(out, class_.doc.empty() ? "A " + class_.full_name + "." : class_.doc);
    out.line("__slots__ = ()");
    out.line("class_name = " + python_text(class_.full_name)).line();
    for (const Function *method : class_.methods) {
        write_function(out, interface, *method);
    }
    out.dedent().line();
}

} // namespace

std::string python_binding(const Interface &interface) {
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
        write_class(out, interface, *class_);
    }
    for (const auto &function : interface.functions) {
        if (function->owner == nullptr) {
            write_function(out, interface, *function);
            out.line();
        }
    }
    return out.text();
}

} // namespace rt::tools::bind
