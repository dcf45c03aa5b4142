#include "c_text.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace rt::tools::bind {

namespace {

// Of C11 and C++20, and what their headers make macros of.
constexpr std::string_view reserved[] = {
    "alignas",    "alignof",       "and",         "and_eq",    "asm",          "assert",
    "auto",       "bitand",        "bitor",       "bool",      "break",        "case",
    "catch",      "char",          "char8_t",     "char16_t",  "char32_t",     "class",
    "co_await",   "co_return",     "co_yield",    "compl",     "concept",      "const",
    "const_cast", "consteval",     "constexpr",   "constinit", "continue",     "decltype",
    "default",    "delete",        "do",          "double",    "dynamic_cast", "else",
    "enum",       "errno",         "explicit",    "export",    "extern",       "false",
    "float",      "for",           "friend",      "goto",      "if",           "inline",
    "int",        "linux",         "long",        "mutable",   "namespace",    "new",
    "noexcept",   "not",           "not_eq",      "nullptr",   "operator",     "or",
    "or_eq",      "private",       "protected",   "public",    "register",     "reinterpret_cast",
    "requires",   "restrict",      "return",      "short",     "signed",       "sizeof",
    "static",     "static_assert", "static_cast", "stderr",    "stdin",        "stdout",
    "struct",     "switch",        "template",    "this",      "thread_local", "throw",
    "true",       "try",           "typedef",     "typeid",    "typename",     "union",
    "unix",       "unsigned",      "using",       "virtual",   "void",         "volatile",
    "wchar_t",    "while",         "xor",         "xor_eq",    "rt",           "std",
    "EOF",        "INFINITY",      "NAN",         "NULL",      "BUFSIZ",       "EINVAL",
    "INT64_MAX",  "SIZE_MAX",      "_Atomic",     "_Bool",     "main",         "typeof",
};

// How a type of one value travels in a native call, and how an rt_value is made of it.
struct Scalar {
    Kind kind;
    const char *type;
    const char *value; // with the name for %
    const char *failure;
};
constexpr Scalar scalars[] = {
    {Kind::boolean, "bool ", "rt_bool(%)", "false"},
    {Kind::i32, "int32_t ", "rt_i64(%)", "0"},
    {Kind::i64, "int64_t ", "rt_i64(%)", "0"},
    {Kind::f64, "double ", "rt_f64(%)", "__builtin_nan(\"\")"},
    {Kind::text, "const char *", "rt_text(%)", "NULL"},
    {Kind::pointer, "void *", "rt_memory(RT_POINTER, %, 0)", "NULL"},
    {Kind::function, "int64_t ", "rt_handle(%)", "0"},
    {Kind::handle, "int64_t ", "rt_handle(%)", "0"},
};

struct Elements {
    Kind kind;
    const char *type;
    const char *tag;
};
constexpr Elements element_types[] = {
    {Kind::i64, "int64_t ", "RT_I64_ARRAY"},
    {Kind::f64, "double ", "RT_F64_ARRAY"},
    {Kind::boolean, "bool ", "RT_BOOL_ARRAY"},
    {Kind::handle, "int64_t ", "RT_HANDLE_ARRAY"},
};

template <class Row, std::size_t count> const Row *row_of(const Row (&table)[count], Kind kind) {
    const Row *found = std::find_if(table, table + count, [kind](const Row &row) { return row.kind == kind; });
    return found != table + count ? found : nullptr;
}

std::string with_name(std::string pattern, const std::string &name) {
    return pattern.replace(pattern.find('%'), 1, name);
}

std::string scalar_type(const Type &type) {
    return type.kind == Kind::handle ? c_identifier(type.name) + " " : row_of(scalars, type.kind)->type;
}

// An array that a native call could take; all others travel as rt_values.
const Elements *native_elements(const Type &type) {
    const Elements *row = row_of(element_types, type.element);
    return type.element_optional && type.element != Kind::handle ? nullptr : row;
}

void complete_memory(CParameter &parameter, const Type &type, UniqueNames &names) {
    const bool bytes = type.kind == Kind::bytes;
    const Elements *elements = bytes ? nullptr : native_elements(type);
    const std::string tag = bytes ? "RT_BYTES" : elements != nullptr ? elements->tag : "RT_VALUES";
    const std::string element = bytes ? "void " : elements != nullptr ? elements->type : "rt_value ";
    const std::string count = names.take(parameter.name + (bytes ? "_size" : "_count"));
    parameter.types = {(type.writable ? "" : "const ") + element + "*", "size_t "};
    parameter.names = {parameter.name, count};
    parameter.value = "rt_memory(" + tag + ", " + parameter.name + ", " + count + ")";
}

void complete(CParameter &parameter, const Type &type, UniqueNames &names) {
    const bool memory = type.kind == Kind::array || type.kind == Kind::bytes;
    if (memory && !type.optional) {
        complete_memory(parameter, type, names);
        return;
    }
    parameter.names = {parameter.name};
    const bool has_none = type.kind == Kind::handle || type.kind == Kind::text || type.kind == Kind::function;
    const Scalar *scalar = row_of(scalars, type.kind);
    if (scalar == nullptr || (type.optional && !has_none)) {
        parameter.types = {"rt_value "};
        parameter.value = parameter.name;
        return;
    }
    parameter.types = {scalar_type(type)};
    parameter.value = with_name(scalar->value, parameter.name);
    if (type.optional && type.kind == Kind::text) {
        parameter.value = parameter.name + " ? " + parameter.value + " : rt_none()";
    }
}

std::string octal(std::string_view character) {
    std::string text;
    for (const char c : character) {
        char escape[5];
        std::snprintf(escape, sizeof escape, "\\%03o", static_cast<unsigned>(static_cast<unsigned char>(c)));
        text += escape;
    }
    return text;
}

} // namespace

std::string c_identifier(std::string_view name) {
    std::string text(name);
    std::replace_if(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) == 0 && c != '_'; }, '_');
    const bool keyword = std::find(std::begin(reserved), std::end(reserved), text) != std::end(reserved);
    return keyword ? text + "_" : text;
}

std::string c_string(std::string_view text) {
    std::string literal = "\"" + escaped(text, octal);
    for (std::size_t at = literal.find("??"); at != std::string::npos; at = literal.find("??", at)) {
        literal.insert(at + 1, "\\"); // a trigraph
    }
    return literal + "\"";
}

void write_block_comment(Writer &out, std::string_view text) {
    std::string inside(text);
    for (const char *mark : {"*/", "/*"}) {
        for (std::size_t at = inside.find(mark); at != std::string::npos; at = inside.find(mark)) {
            inside.insert(at + 1, " ");
        }
    }
    Writer lines;
    lines.comment(" * ", inside);
    std::string_view rest = lines.text();
    for (bool first = true; !rest.empty(); first = false) {
        const std::size_t end = rest.find('\n');
        std::string line(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        line[0] = first ? '/' : ' ';
        out.line(rest.empty() ? line + " */" : line);
    }
}

std::string plugins_identifier(const Interface &interface) {
    std::string joined;
    for (const Plugin &plugin : interface.plugins) {
        joined += (joined.empty() ? "" : "_") + plugin.name;
    }
    return c_identifier(joined);
}

std::vector<CParameter> c_parameters(const Function &function, UniqueNames &names) {
    const Signature &signature = *function.parsed;
    std::vector<CParameter> parameters;
    for (std::size_t i = 0; i < signature.count; i++) {
        parameters.push_back({names.take(c_identifier(signature.parameters[i].name)), {}, {}, ""});
    }
    for (std::size_t i = 0; i < signature.count; i++) {
        complete(parameters[i], signature.parameters[i].type, names);
    }
    return parameters;
}

std::string c_result(const Type &type) {
    if (type.kind == Kind::none) {
        return "void ";
    }
    if (type.kind == Kind::bytes) {
        return "const void *";
    }
    if (type.kind == Kind::array) {
        return "const " + std::string(native_elements(type)->type) + "*";
    }
    return scalar_type(type);
}

bool is_counted(const Type &result) { return result.kind == Kind::array || result.kind == Kind::bytes; }

std::string c_failure(const Type &result) {
    const Scalar *scalar = row_of(scalars, result.kind);
    return result.kind == Kind::none ? "" : scalar != nullptr ? scalar->failure : "NULL";
}

} // namespace rt::tools::bind
