// operator_overload.cpp - which overload a call of a bare name takes, without calling it.
#include "operator_overload.hpp"

#include "guarded.hpp"
#include "operator_call.hpp"
#include "operator_choice.hpp"

namespace rt::libtorch {

namespace {

constexpr const char *signature = RT_OVERLOAD_SIGNATURE;

// The record of the operator that the first argument names.
const rt_function *operator_named(const rt_value *args, std::size_t count) {
    if (!rt::overload::names_an_operator(args, count)) {
        throw Error(RT_E_TYPE, rt::overload::no_name);
    }
    refuse_damage(args, 1, signature);
    const std::string name(static_cast<const char *>(args[0].payload.pointer), static_cast<std::size_t>(args[0].size));
    const rt_function *found = detail::host->lookup(name.c_str());
    if (found == nullptr) {
        rt_error error = {};
        error.struct_size = sizeof error;
        throw detail::Reported{detail::host->last_error(&error)};
    }
    if (found->dynamic != call_overloads && found->dynamic != call_operator && found->dynamic != call_variadic) {
        throw Error(RT_E_ARGUMENT, name + " is no operator of LibTorch's", "not_an_operator");
    }
    return found;
}

rt_status overload_named(const rt_function *, const rt_value *args, const char *const *names, std::size_t count,
                         rt_value *result) {
    return guarded(signature, result, [&] {
        const rt_function *found = operator_named(args, count);
        if (found->dynamic != call_overloads) {
            Result<std::string>::dynamic(*result, static_cast<const Operator *>(found->context)->name);
            return;
        }
        const Given given(args + 1, names == nullptr ? nullptr : names + 1, count - 1);
        refuse_damage(given.args, given.count, signature);
        ::torch::jit::Stack stack;
        const auto &set = *static_cast<const OverloadSet *>(found->context);
        Result<std::string>::dynamic(*result, choose_overload(set, given, stack).name);
    });
}

rt_status overload(const rt_function *self, const rt_value *args, std::size_t count, rt_value *result) {
    return overload_named(self, args, nullptr, count, result);
}

RT_OPERATOR_OVERLOAD(overload, overload_named)

} // namespace

} // namespace rt::libtorch
