#include "operator_call.hpp"

#include <algorithm>

#include "guarded.hpp"
#include "operator_arguments.hpp"
#include "operator_choice.hpp"
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
    if (op.takes_dimnames) [[unlikely]] {
        refuse_dimnames(op);
    }
    op.run(stack);
    give_results(op.schema->returns(), stack, *result);
}

rt_status call_set(const rt_function *self, const Given &given, rt_value *result) {
    return guarded(self->signature, result, [&] {
        refuse_damage(given.args, given.count, self->signature);
        ::torch::jit::Stack stack;
        run(choose_overload(*static_cast<const OverloadSet *>(self->context), given, stack), stack, result);
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
    return call_set(self, Given(args, names, count), result);
}

} // namespace rt::libtorch
