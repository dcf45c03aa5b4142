#include "state_arguments.hpp"

#include <algorithm>
#include <set>

#include <rtffi/plugin.hpp>

#include "near_names.hpp"

namespace rt::libtorch {

namespace {

std::vector<std::string> names_of(const std::vector<NamedShape> &own) {
    std::vector<std::string> names;
    for (const NamedShape &one : own) {
        names.push_back(one.name);
    }
    return names;
}

} // namespace

std::vector<std::string> names_in(std::span<const rt_value> names, const char *parameter) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < names.size(); i++) {
        if (names[i].type != RT_TEXT || (names[i].payload.pointer == nullptr && names[i].size != 0)) {
            throw Error(RT_E_TYPE, str(parameter, "[", i, "] is no text"));
        }
        all.emplace_back(static_cast<const char *>(names[i].payload.pointer), names[i].size);
    }
    return all;
}

std::vector<std::size_t> match_state(const std::vector<NamedShape> &own, const std::vector<std::string> &names,
                                     const std::vector<Shape> &given, bool strict) {
    if (names.size() != given.size()) {
        refuse(str("names has ", names.size(), " names, and tensors ", given.size(), " tensors"));
    }
    std::vector<std::size_t> places;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < names.size(); i++) {
        const auto found =
            std::find_if(own.begin(), own.end(), [&](const NamedShape &one) { return one.name == names[i]; });
        if (found == own.end() && strict) {
            refuse(str("names[", i, "] is \"", printable(names[i]), "\", which this module does not have: it has ",
                       own.empty() ? "no tensors" : listed(names_of(own), names[i])));
        }
        if (!seen.insert(names[i]).second) {
            refuse(str("the name \"", printable(names[i]), "\" is given twice"));
        }
        if (found != own.end() &&
            !std::equal(found->sizes.begin(), found->sizes.end(), given[i].begin(), given[i].end())) {
            refuse(
                str("tensors[", i, "] is ", text_of(given[i]), ", and \"", names[i], "\" is ", text_of(found->sizes)));
        }
        places.push_back(static_cast<std::size_t>(found - own.begin()));
    }
    for (const NamedShape &one : own) {
        if (strict && !seen.contains(one.name)) {
            refuse("\"" + one.name + "\" of this module is not among the names: with strict=false it stays as it is");
        }
    }
    return places;
}

} // namespace rt::libtorch
