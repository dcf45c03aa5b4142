// operator_overload.cpp - which overload a call of a bare name takes, without calling it.
#include "operator_call.hpp"
#include "operator_choice.hpp"

namespace rt::libtorch {

namespace {

#define RT_OVERLOAD_SIGNATURE "rt_torch_operator_overload(...) -> any"

constexpr const char *signature = RT_OVERLOAD_SIGNATURE;

// The record of the operator that the first argument names.
const rt_function *operator_named(const rt_value *args, std::size_t count) {
    if (count == 0 || args[0].type != RT_TEXT) {
        throw Error(RT_E_TYPE,
                    "the first argument is an operator's name, such as \"aten::add\"; those of the call follow");
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

#define RT_OVERLOAD_DOC                                                                                                        \
    "The name of the overload that a call of an operator takes: of \"aten::add\", x, 2 it is \"aten::add.Tensor\". After the " \
    "operator's name come the arguments of the call, by position or by name. Nothing is called."

const rt_function_desc desc = {sizeof desc, signature, RT_OVERLOAD_DOC, "operators",   nullptr, overload,
                               nullptr,     0,         nullptr,         overload_named};
const rt_record record = {RT_RECORD_FUNCTION, &desc, nullptr};
RT_RECORD(record)
RT_NOTE(RT_NOTE_FUNCTION, "sig=" RT_OVERLOAD_SIGNATURE "\0doc=" RT_OVERLOAD_DOC "\0group=operators")

} // namespace

} // namespace rt::libtorch
