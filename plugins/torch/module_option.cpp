#include "module_option.hpp"

#include <algorithm>
#include <cctype>
#include <map>

namespace rt::libtorch {

void refuse_option(const std::string &message) { throw Error(RT_E_ARGUMENT, message); }

std::string python_name(std::string enumerator) {
    static const std::map<std::string, std::string> others = {
        {"LeakyReLU", "leaky_relu"}, {"FanIn", "fan_in"}, {"FanOut", "fan_out"}, {"NearestExact", "nearest-exact"}};
    enumerator.erase(0, 1); // the k
    const auto found = others.find(enumerator);
    if (found != others.end()) {
        return found->second;
    }
    std::transform(enumerator.begin(), enumerator.end(), enumerator.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return enumerator;
}

namespace detail_option {

SchemaType plain(SchemaKind kind, bool optional) {
    SchemaType type;
    type.kind = kind;
    type.optional = optional;
    return type;
}

SchemaType numbers(SchemaKind kind, bool many) {
    SchemaType type = plain(kind);
    type.list = true;
    type.one_serves_all = many;
    type.element =
        kind == SchemaKind::integer ? c10::TypePtr(c10::IntType::get()) : c10::TypePtr(c10::FloatType::get());
    return type;
}

} // namespace detail_option

} // namespace rt::libtorch
