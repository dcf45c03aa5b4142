#include "operator_call.hpp"

#include <algorithm>

#include "guarded.hpp"
#include "operator_arguments.hpp"
#include "operator_results.hpp"

namespace rt::libtorch {

namespace {

[[noreturn]] void refuse_dimnames(const Operator &op) {
    throw Error(RT_E_UNAVAILABLE,
                op.name + " takes dimensions by name, which LibTorch's boxed calls do not carry: use the overload that "
                          "counts dimensions",
                "dimname");
}

void run(const Operator &op, ::torch::jit::Stack &stack, rt_value *result) {
    if (takes_dimnames(*op.schema)) {
        refuse_dimnames(op);
    }
    op.run(stack);
    give_results(op.schema->returns(), stack, *result);
}

// Arguments as a call gives them; `names` is null where all come by position.
struct Given {
    const rt_value *args;
    const char *const *names;
    std::size_t count;
};

// Where the given argument for a parameter is, or null.
const rt_value *argument_for(const Given &given, const std::vector<SchemaParameter> &parameters, std::size_t index) {
    for (std::size_t i = 0; i < given.count; i++) {
        const bool positional = given.names == nullptr || given.names[i] == nullptr;
        if (positional ? i == index && !parameters[index].keyword_only : parameters[index].name == given.names[i]) {
            return &given.args[i];
        }
    }
    return nullptr;
}

// Whether each named argument is a parameter's that none by position has taken, and no position is beyond them.
bool names_known(const Given &given, const Operator &op) {
    std::size_t taken = 0; // the parameters that arguments by position have
    for (std::size_t i = 0; i < given.count; i++) {
        if (given.names == nullptr || given.names[i] == nullptr) {
            if (i >= op.parameters.size() || op.parameters[i].keyword_only) {
                return false;
            }
            taken = i + 1;
            continue;
        }
        const auto free = op.parameters.begin() + static_cast<std::ptrdiff_t>(taken);
        if (std::none_of(free, op.parameters.end(),
                         [&](const SchemaParameter &p) { return p.name == given.names[i]; })) {
            return false;
        }
    }
    return true;
}

// The stack for a call of one of several overloads; false where the arguments are none of its.
bool fill(const Given &given, const Operator &op, Reading reading, ::torch::jit::Stack &stack) {
    if (op.schema->is_vararg() || takes_dimnames(*op.schema) || !names_known(given, op)) {
        return false;
    }
    stack.clear();
    for (std::size_t i = 0; i < op.parameters.size(); i++) {
        const SchemaParameter &parameter = op.parameters[i];
        c10::IValue value = parameter.fallback;
        const rt_value *argument = argument_for(given, op.parameters, i);
        if (argument == nullptr ? !parameter.has_default : !read_argument(*argument, parameter.type, reading, value)) {
            return false;
        }
        stack.push_back(std::move(value));
    }
    return true;
}

void refuse_damage(const rt_value *args, std::size_t count, const char *signature) {
    for (std::size_t i = 0; i < count; i++) {
        if (const char *damage = damage_of(args[i])) [[unlikely]] {
            throw detail::Reported{detail::host->fail_argument(signature, i, RT_E_ARGUMENT, damage)};
        }
    }
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

[[noreturn]] void refuse_all(const Given &given, const OverloadSet &set) {
    refuse_dead_handles(given, set);
    std::string list;
    for (const Operator *op : set.overloads) {
        if (!takes_dimnames(*op->schema)) {
            list += (list.empty() ? " `" : ", `") + op->signature + "`";
        }
    }
    throw Error(RT_E_TYPE, "no overload takes these arguments; there are" + list, "no_overload");
}

rt_status call_set(const rt_function *self, const Given &given, rt_value *result) {
    const auto &set = *static_cast<const OverloadSet *>(self->context);
    return guarded(self->signature, result, [&] {
        refuse_damage(given.args, given.count, self->signature);
        ::torch::jit::Stack stack;
        for (const Reading reading : {Reading::strict, Reading::lenient}) {
            for (const Operator *op : set.overloads) {
                if (fill(given, *op, reading, stack)) {
                    return run(*op, stack, result);
                }
            }
        }
        refuse_all(given, set);
    });
}

// What arguments without a type mean is the operator's to say.
void push_untyped(const rt_value *args, std::size_t count, const rt_function *self, ::torch::jit::Stack &stack) {
    SchemaParameter any;
    any.type.kind = SchemaKind::any;
    for (std::size_t i = 0; i < count; i++) {
        c10::IValue value;
        if (!read_argument(args[i], any.type, Reading::strict, value)) {
            refuse_argument(self->signature, i, args[i], any);
        }
        stack.push_back(std::move(value));
    }
}

} // namespace

rt_status call_operator(const rt_function *self, const rt_value *args, std::size_t count, rt_value *result) {
    const auto &op = *static_cast<const Operator *>(self->context);
    const std::size_t expected = op.parameters.size();
    if (count > expected || (count < expected && !op.parameters[count].has_default)) {
        *result = {RT_NONE, 0, 0, {0}};
        return detail::host->complete(self, args, count, result); // which says what is wrong
    }
    return guarded(self->signature, result, [&] {
        refuse_damage(args, count, self->signature);
        ::torch::jit::Stack stack;
        stack.reserve(expected);
        for (std::size_t i = 0; i < count; i++) {
            c10::IValue &value = stack.emplace_back();
            if (!read_argument(args[i], op.parameters[i].type, Reading::lenient, value)) [[unlikely]] {
                refuse_argument(self->signature, i, args[i], op.parameters[i]);
            }
        }
        for (std::size_t i = count; i < expected; i++) {
            stack.push_back(op.parameters[i].fallback);
        }
        run(op, stack, result);
    });
}

rt_status call_variadic(const rt_function *self, const rt_value *args, std::size_t count, rt_value *result) {
    return guarded(self->signature, result, [&] {
        refuse_damage(args, count, self->signature);
        ::torch::jit::Stack stack;
        push_untyped(args, count, self, stack);
        run(*static_cast<const Operator *>(self->context), stack, result);
    });
}

rt_status call_variadic_named(const rt_function *self, const rt_value *args, const char *const *names,
                              std::size_t count, rt_value *result) {
    if (std::any_of(names, names + count, [](const char *name) { return name != nullptr; })) {
        *result = {RT_NONE, 0, 0, {0}};
        return detail::host->fail(self->signature, RT_E_ARGUMENT, "unknown_parameter",
                                  "it takes arguments by position alone");
    }
    return call_variadic(self, args, count, result);
}

rt_status call_overloads(const rt_function *self, const rt_value *args, std::size_t count, rt_value *result) {
    return call_overloads_named(self, args, nullptr, count, result);
}

rt_status call_overloads_named(const rt_function *self, const rt_value *args, const char *const *names,
                               std::size_t count, rt_value *result) {
    return call_set(self, {args, names, count}, result);
}

} // namespace rt::libtorch
