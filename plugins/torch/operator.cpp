#include "operator.hpp"

#include <rtffi/plugin.hpp>

#include <algorithm>

#include "../../loader/text.hpp"
#include "arguments.hpp"

namespace rt::libtorch {

namespace {

constexpr std::string_view unnamed = "default";

// `aten::add.Tensor` as `aten::add` and `Tensor`; names of namespaces and functions have no dot.
c10::OperatorName split(std::string_view name) {
    const std::size_t dot = name.find('.', name.find("::"));
    if (dot == std::string_view::npos) {
        return {std::string(name), ""};
    }
    const std::string_view overload = name.substr(dot + 1);
    return {std::string(name.substr(0, dot)), overload == unnamed ? "" : std::string(overload)};
}

bool has_overload(std::string_view name) { return name.find('.', name.find("::")) != std::string_view::npos; }

std::string overload_or_default(const std::string &overload) {
    return overload.empty() ? std::string(unnamed) : overload;
}

// Whether the dispatcher has an overload of that name.
bool in_dispatcher(const std::string &base) {
    const auto names = c10::Dispatcher::singleton().getAllOpNames();
    return std::any_of(names.begin(), names.end(), [&](const c10::OperatorName &name) { return name.name == base; });
}

// A copy, since another library may register operators meanwhile. Interns `base`.
std::vector<std::shared_ptr<::torch::jit::Operator>> interpreters_overloads(const std::string &base) {
    return ::torch::jit::getAllOperatorsFor(c10::Symbol::fromQualString(base));
}

// Each is made once for a name; providers are asked by one thread at a time.
Operator *keep(Operator &&made) {
    static auto *const all = new std::deque<Operator>;
    all->push_back(std::move(made));
    return &all->back();
}

Operator *make(const std::string &name, const c10::FunctionSchema &schema) {
    Operator made;
    made.name = name;
    made.schema = &schema;
    made.parameters = schema_parameters_of(schema);
    made.signature = signature_of(name, schema, made.parameters);
    made.variadic = schema.is_vararg();
    made.takes_dimnames = takes_dimnames(schema);
    made.guard = guard_for(schema);
    return keep(std::move(made));
}

Operator *make(const std::string &name, const c10::OperatorHandle &handle) {
    Operator *made = make(name, handle.schema());
    made->in_dispatcher = handle;
    return made;
}

Operator *make(const std::string &name, const std::shared_ptr<::torch::jit::Operator> &found) {
    const c10::FunctionSchema &schema = found->schema();
    if (const auto handle = c10::Dispatcher::singleton().findSchema(schema.operator_name())) {
        return make(name, *handle);
    }
    Operator *made = make(name, schema);
    made->in_interpreter = found;
    return made;
}

OperatorOrSet find_overload(const std::string &name) {
    if (name.ends_with('.')) {
        return {}; // the overload without a name is called `default`
    }
    const c10::OperatorName wanted = split(name);
    if (const auto handle = c10::Dispatcher::singleton().findSchema(wanted)) {
        return {make(name, *handle), nullptr};
    }
    if (in_dispatcher(wanted.name)) {
        for (const auto &candidate : interpreters_overloads(wanted.name)) {
            if (candidate->schema().overload_name() == wanted.overload_name) {
                return {make(name, candidate), nullptr};
            }
        }
    }
    return {};
}

OperatorOrSet find_all_overloads(const std::string &base) {
    if (!in_dispatcher(base)) {
        return {};
    }
    static auto *const sets = new std::deque<OverloadSet>;
    const auto found = interpreters_overloads(base);
    if (found.size() == 1) {
        return {make(base, found.front()), nullptr};
    }
    OverloadSet set{base, base + "(...) -> any", {}};
    for (const auto &candidate : found) {
        set.overloads.push_back(make(base + "." + overload_or_default(candidate->schema().overload_name()), candidate));
    }
    sets->push_back(std::move(set));
    return {nullptr, &sets->back()};
}

} // namespace

void Operator::run(::torch::jit::Stack &stack) const {
    if (guard.check != nullptr) {
        guard.check(guard, *schema, stack);
    }
    if (in_dispatcher) {
        in_dispatcher->callBoxed(stack);
        return;
    }
    in_interpreter->getOperation()(stack);
}

OperatorOrSet find_operator(std::string_view name) {
    const std::string text(name);
    return has_overload(name) ? find_overload(text) : find_all_overloads(text);
}

std::string no_such_operator(std::string_view name) {
    const c10::OperatorName wanted = split(name);
    const auto names = c10::Dispatcher::singleton().getAllOpNames();
    const bool known =
        std::any_of(names.begin(), names.end(), [&](const c10::OperatorName &n) { return n.name == wanted.name; });
    core::NearestText nearest(name);
    for (const c10::OperatorName &candidate : names) {
        if (!known) {
            nearest.offer(candidate.name);
        }
        if (has_overload(name) && (!known || candidate.name == wanted.name)) {
            nearest.offer(candidate.name + "." + overload_or_default(candidate.overload_name));
        }
    }
    return "no function named '" + printable(name) + "' is registered: LibTorch has no such " +
           (known ? "overload of " + wanted.name : "operator") + nearest.suggestion();
}

std::vector<std::string> operator_names(std::string_view begin) {
    std::vector<std::string> names;
    for (const c10::OperatorName &name : c10::Dispatcher::singleton().getAllOpNames()) {
        std::string text = name.name;
        if (!name.overload_name.empty()) {
            text += "." + name.overload_name;
        } else if (interpreters_overloads(name.name).size() > 1) {
            text += "." + std::string(unnamed);
        }
        if (text.starts_with(begin)) {
            names.push_back(std::move(text));
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

const c10::FunctionSchema &dispatcher_schema(std::string_view name) {
    const c10::OperatorName parts = split(name);
    return c10::Dispatcher::singleton().findSchemaOrThrow(parts.name.c_str(), parts.overload_name.c_str()).schema();
}

} // namespace rt::libtorch
