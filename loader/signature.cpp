#include "signature.hpp"

#include <charconv>
#include <limits>

#include "signature_agreement.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

Outcome bad_signature(const Signature &parsed, std::string_view text) {
    return {RT_E_SIGNATURE, "signature_syntax",
            joined({"the signature `", text, "` does not parse: ", parsed.error, " at character ",
                    std::to_string(parsed.error_at + 1)})};
}

double to_number(std::string_view literal) {
    double value = 0;
    if (literal == "nan") {
        return std::numeric_limits<double>::quiet_NaN();
    }
    if (literal == "inf" || literal == "-inf") {
        return literal[0] == '-' ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    }
    std::from_chars(literal.data() + (literal[0] == '+' ? 1 : 0), literal.data() + literal.size(), value);
    return value;
}

std::int64_t to_integer(std::string_view literal) {
    std::int64_t value = 0;
    std::from_chars(literal.data() + (literal[0] == '+' ? 1 : 0), literal.data() + literal.size(), value);
    return value;
}

rt_value tagged(std::uint32_t type, std::size_t size, const void *data) {
    rt_value value = {type, 0, size, {0}};
    value.payload.pointer = data;
    return value;
}

} // namespace

std::unique_ptr<Signature> parse_on_heap(std::string_view text) {
    auto parsed = std::make_unique<Signature>();
    detail::SignatureParser(text).parse(*parsed);
    return parsed;
}

Outcome SignatureInfo::parse(std::string_view text, std::unique_ptr<SignatureInfo> &out) {
    std::unique_ptr<SignatureInfo> info(new SignatureInfo(text));
    const std::unique_ptr<Signature> parsed = parse_on_heap(info->text);
    if (parsed->error != nullptr) {
        return bad_signature(*parsed, text);
    }
    info->name = parsed->name;
    info->parameters.assign(parsed->parameters, parsed->parameters + parsed->count);
    info->positional = parsed->positional;
    info->variadic = parsed->variadic;
    info->result = parsed->result;
    for (const Parameter &p : info->parameters) {
        info->defaults.push_back(info->make_default(p.type, p.fallback));
    }
    out = std::move(info);
    return {};
}

std::size_t SignatureInfo::find(std::string_view parameter) const {
    for (std::size_t i = 0; i < parameters.size(); i++) {
        if (parameters[i].name == parameter) {
            return i;
        }
    }
    return npos;
}

rt_value SignatureInfo::make_default(const Type &type, std::string_view literal) {
    rt_value value = {RT_NONE, 0, 0, {0}};
    if (literal.empty() || literal == "none") {
        return value;
    }
    if (literal == "true" || literal == "false") {
        value.type = RT_BOOL;
        value.payload.integer = literal == "true";
    } else if (literal.front() == '"') {
        make_text(literal, value);
    } else if (literal.front() == '[') {
        value = make_array(type.element, literal);
    } else if (type.kind == Kind::f64 || literal.find_first_of(".eEn") != std::string_view::npos) {
        value.type = RT_DOUBLE;
        value.payload.number = to_number(literal);
    } else {
        value.type = RT_INTEGER;
        value.payload.integer = to_integer(literal);
    }
    return value;
}

void SignatureInfo::make_text(std::string_view literal, rt_value &out) {
    std::string &text_value = texts_.emplace_back();
    for (std::size_t i = 1; i + 1 < literal.size(); i++) {
        if (literal[i] == '\\' && i + 2 < literal.size()) {
            i++;
        }
        text_value += literal[i];
    }
    out = tagged(RT_TEXT, text_value.size(), text_value.c_str());
}

rt_value SignatureInfo::make_array(Kind element, std::string_view literal) {
    std::vector<std::string_view> items;
    std::string_view rest = detail::trimmed(literal.substr(1, literal.size() - 2));
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        items.push_back(detail::trimmed(rest.substr(0, comma)));
        rest = comma == std::string_view::npos ? std::string_view() : detail::trimmed(rest.substr(comma + 1));
    }
    if (element == Kind::f64) {
        std::vector<double> &list = numbers_.emplace_back();
        for (const std::string_view item : items) {
            list.push_back(to_number(item));
        }
        return tagged(RT_F64_ARRAY, list.size(), list.data());
    }
    if (element == Kind::boolean) {
        auto &list = booleans_.emplace_back(std::make_unique<bool[]>(items.size() + 1));
        for (std::size_t i = 0; i < items.size(); i++) {
            list[i] = items[i] == "true";
        }
        return tagged(RT_BOOL_ARRAY, items.size(), list.get());
    }
    std::vector<std::int64_t> &list = integers_.emplace_back();
    for (const std::string_view item : items) {
        list.push_back(to_integer(item));
    }
    return tagged(element == Kind::i64 ? RT_I64_ARRAY : RT_HANDLE_ARRAY, list.size(), list.data());
}

Outcome check_declaration(std::string_view declared_text, const SignatureInfo &registered) {
    const std::unique_ptr<Signature> declared = parse_on_heap(declared_text);
    if (declared->error != nullptr) {
        Outcome bad = bad_signature(*declared, declared_text);
        bad.message += "; registered is `" + registered.text + "`";
        return bad;
    }
    const std::string both = joined({": declared `", declared_text, "`, but registered is `", registered.text, "`"});
    const auto disagree = [&](const std::string &what) {
        return Outcome{RT_E_SIGNATURE, "signature_disagrees", joined({registered.name, ": ", what, both})};
    };
    if (registered.variadic) {
        return {}; // what it takes and gives is for its overloads to say
    }
    if (declared->variadic) {
        return disagree("it takes certain parameters, and not any");
    }
    if (declared->count != registered.parameters.size()) {
        return disagree(joined({"the declaration has ", std::to_string(declared->count), " parameters instead of ",
                                std::to_string(registered.parameters.size())}));
    }
    for (std::size_t i = 0; i < declared->count; i++) {
        if (!agrees(declared->parameters[i].type, registered.parameters[i].type)) {
            return disagree(
                joined({"parameter ", std::to_string(i + 1), " (", registered.parameters[i].name, ") does not agree"}));
        }
    }
    if (!agrees(declared->result, registered.result)) {
        return disagree("the result does not agree");
    }
    return {};
}

namespace {

// The letters of a type's C form, a pointer and its count together; "?" where it has none.
std::string native_letters(const Type &type) {
    const auto array = [&](Kind element) -> std::string {
        switch (element) {
        case Kind::i64:
            return type.writable ? "M" : "Q";
        case Kind::f64:
            return type.writable ? "N" : "D";
        case Kind::boolean:
            return "B";
        case Kind::handle:
            return "Q";
        default:
            return "?";
        }
    };
    const bool nullable = type.kind == Kind::handle || type.kind == Kind::text;
    if (type.optional && !nullable) {
        return "?";
    }
    switch (type.kind) {
    case Kind::none:
        return "-";
    case Kind::boolean:
        return "b";
    case Kind::i32:
        return "w";
    case Kind::i64:
    case Kind::handle:
    case Kind::function:
        return "q";
    case Kind::f64:
        return "d";
    case Kind::text:
        return "s";
    case Kind::pointer:
        return "p";
    case Kind::bytes:
        return type.writable ? "pz" : "vz";
    case Kind::array:
        return array(type.element) + "z";
    default:
        return "?";
    }
}

} // namespace

Outcome check_native_types(const char *letters, const SignatureInfo &signature) {
    std::string expected;
    for (const Parameter &p : signature.parameters) {
        expected += native_letters(p.type);
    }
    const std::string result = native_letters(signature.result);
    expected += result.size() == 2 ? "Z" + result.substr(0, 1) : result;
    if (letters == expected) {
        return {};
    }
    return {RT_E_SIGNATURE, "native_types",
            joined({signature.name, ": the C types given (", letters,
                    ") do not agree with the signature, which stands for (", expected, "): `", signature.text, "`"})};
}

} // namespace rt::core
