#include "operator_choice.hpp"

#include <algorithm>

#include "../../loader/text.hpp"
#include "arguments.hpp"
#include "operator_arguments.hpp"
#include "value.hpp"

namespace rt::libtorch {

namespace {

// An error about many overloads shows as many.
constexpr std::size_t most_shown = 3;

bool can_be_chosen(const Operator &op) { return !op.variadic && !op.takes_dimnames; }

bool has_parameter(const Operator &op, const char *name, std::size_t first = 0) {
    const auto begin = op.parameters.begin() + static_cast<std::ptrdiff_t>(first);
    return std::any_of(begin, op.parameters.end(), [&](const SchemaParameter &p) { return p.name == name; });
}

// Whether there are places for the arguments by position, and each named one is a parameter's that none of them has taken.
bool has_places(const Given &given, const Operator &op) {
    if (given.positional > op.parameters.size() ||
        (given.positional != 0 && op.parameters[given.positional - 1].keyword_only)) {
        return false;
    }
    for (std::size_t i = given.positional; i < given.count; i++) {
        if (!has_parameter(op, given.names[i], given.positional)) {
            return false;
        }
    }
    return true;
}

const rt_value *argument_for(const Given &given, const Operator &op, std::size_t index) {
    if (index < given.positional) {
        return &given.args[index];
    }
    for (std::size_t i = given.positional; i < given.count; i++) {
        if (op.parameters[index].name == given.names[i]) {
            return &given.args[i];
        }
    }
    return nullptr;
}

// The stack for a call of one overload; false where the arguments are none of its.
bool fill(const Given &given, const Operator &op, Reading reading, ::torch::jit::Stack &stack) {
    if (!can_be_chosen(op) || !has_places(given, op)) {
        return false;
    }
    stack.clear();
    stack.reserve(op.parameters.size());
    for (std::size_t i = 0; i < op.parameters.size(); i++) {
        const SchemaParameter &parameter = op.parameters[i];
        const rt_value *argument = argument_for(given, op, i);
        if (argument != nullptr) {
            if (!read_argument(*argument, parameter.type, reading, stack.emplace_back())) {
                return false;
            }
        } else if (parameter.has_default) {
            stack.push_back(parameter.fallback);
        } else {
            return false;
        }
    }
    return true;
}

// A handle that is none at all fits no overload, and is the better answer.
void refuse_dead_handles(const Given &given, const OverloadSet &set) {
    for (std::size_t i = 0; i < given.count; i++) {
        if (const std::optional<std::int64_t> dead = dead_handle(given.args[i])) {
            throw detail::Reported{
                detail::host->fail_handle(set.signature.c_str(), i, *dead, ClassOf<at::Tensor>::record)};
        }
    }
}

std::string where_all_are(const OverloadSet &set) { return "rtffi info " + set.name + " lists them"; }

// So is a keyword that no overload has.
void refuse_unknown_names(const Given &given, const OverloadSet &set) {
    for (std::size_t i = given.positional; i < given.count; i++) {
        core::NearestText nearest(given.names[i]);
        bool known = false;
        for (const Operator *op : set.overloads) {
            known = known || (can_be_chosen(*op) && has_parameter(*op, given.names[i]));
            for (std::size_t p = 0; can_be_chosen(*op) && p < op->parameters.size(); p++) {
                nearest.offer(op->parameters[p].name);
            }
        }
        if (!known) {
            throw Error(RT_E_ARGUMENT,
                        "none of the overloads has a parameter named '" + printable(given.names[i]) + "'" +
                            nearest.suggestion() + (nearest.best().empty() ? "; " : " ") + where_all_are(set),
                        "unknown_parameter");
        }
    }
}

[[noreturn]] void refuse_all(const Given &given, const OverloadSet &set) {
    refuse_dead_handles(given, set);
    refuse_unknown_names(given, set);
    std::string list;
    std::size_t count = 0;
    for (const Operator *op : set.overloads) {
        if (can_be_chosen(*op) && count++ < most_shown) {
            list += (list.empty() ? " `" : ", `") + op->signature + "`";
        }
    }
    if (count > most_shown) {
        list += " and " + std::to_string(count - most_shown) + " more; " + where_all_are(set);
    }
    throw Error(RT_E_TYPE, "no overload takes these arguments; there are" + list, "no_overload");
}

} // namespace

Given::Given(const rt_value *values, const char *const *all_names, std::size_t n)
    : args(values), names(all_names), count(n), positional(n) {
    if (names != nullptr) {
        const auto *first = std::find_if(names, names + n, [](const char *name) { return name != nullptr; });
        positional = static_cast<std::size_t>(first - names);
    }
}

void refuse_damage(const rt_value *args, std::size_t count, const char *signature) {
    for (std::size_t i = 0; i < count; i++) {
        if (const char *damage = damage_of(args[i])) [[unlikely]] {
            throw detail::Reported{detail::host->fail_argument(signature, i, RT_E_ARGUMENT, damage)};
        }
    }
}

const Operator &choose_overload(const OverloadSet &set, const Given &given, ::torch::jit::Stack &stack) {
    for (const Reading reading : {Reading::strict, Reading::lenient}) {
        for (const Operator *op : set.overloads) {
            if (fill(given, *op, reading, stack)) {
                return *op;
            }
        }
    }
    refuse_all(given, set);
}

} // namespace rt::libtorch
