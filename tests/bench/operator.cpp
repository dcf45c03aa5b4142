// operator.cpp - LibTorch's operators by name, on 2x2 tensors: the same boxed call made by hand, and through the registry, where a
// bare name chooses among the overloads. A call that fails is measured, too: the message is LibTorch's.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <rtffi/rtffi.h>

#include "../../plugins/torch/version.hpp"
#include "bound.hpp"
#include "measure.hpp"

namespace {

using bench::bind;

rt_value ones(std::initializer_list<std::int64_t> shape) {
    rt_value result = rt_none();
    const rt_value dims[] = {rt_memory(RT_I64_ARRAY, shape.begin(), shape.size())};
    if (rt_call(bind("rt_torch_tensor_ones"), dims, 1, &result) != RT_OK) {
        std::fprintf(stderr, "bench: %s\n", rt_dlerror());
        std::exit(1);
    }
    return result;
}

struct Boxed {
    c10::OperatorHandle op;
    std::vector<c10::IValue> arguments; // with all defaults
};

Boxed boxed(const char *name, const char *overload, std::vector<c10::IValue> arguments) {
    const c10::OperatorHandle op = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
    for (std::size_t i = arguments.size(); i < op.schema().arguments().size(); i++) {
        arguments.push_back(op.schema().arguments()[i].default_value().value());
    }
    return {op, std::move(arguments)};
}

bench::Variant by_hand(const char *name, const Boxed &call) {
    return {name, [&call](std::int64_t n) {
                for (std::int64_t i = 0; i < n; i++) {
                    torch::jit::Stack stack = call.arguments;
                    call.op.callBoxed(&stack);
                    bench::keep(stack.data());
                }
            }};
}

bench::Variant by_hand_failing(const char *name, const Boxed &call) {
    return {name, [&call](std::int64_t n) {
                for (std::int64_t i = 0; i < n; i++) {
                    try {
                        torch::jit::Stack stack = call.arguments;
                        call.op.callBoxed(&stack);
                    } catch (const c10::Error &error) {
                        bench::keep(error.msg().data());
                    }
                }
            }};
}

template <std::size_t count>
bench::Variant by_name(const char *title, const char *name, const rt_value (&args)[count], const char *baseline,
                       double limit) {
    const rt_function *function = bind(name);
    return {title,
            [function, &args](std::int64_t n) {
                rt_value result = rt_none();
                for (std::int64_t i = 0; i < n; i++) {
                    rt_call(function, args, count, &result);
                    rt_handle_free(result.payload.integer);
                }
            },
            baseline, limit};
}

// LibTorch's first line must be in the message that the call ends with.
void check_message(const rt_function *function, const rt_value (&args)[2], const Boxed &call) {
    rt_value result = rt_none();
    rt_error error = {};
    error.struct_size = sizeof error;
    const rt_status status = rt_call(function, args, 2, &result);
    rt_last_error(&error);
    std::string said;
    try {
        torch::jit::Stack stack = call.arguments;
        call.op.callBoxed(&stack);
    } catch (const c10::Error &failure) {
        said = failure.msg().substr(0, failure.msg().find('\n'));
    }
    if (status != RT_E_CALLEE || said.empty() || std::strstr(error.message, said.c_str()) == nullptr) {
        std::fprintf(stderr, "bench: the message is not LibTorch's `%s` but `%s`\n", said.c_str(), error.message);
        std::exit(1);
    }
}

} // namespace

int main(int argc, char **argv) {
    rt::libtorch::turn_off_back_traces(); // as the plugin does
    static const rt_value two_by_two[] = {ones({2, 2}), ones({2, 2})};
    static const rt_value two_and_three[] = {ones({2}), ones({3})};
    static const Boxed add = boxed("aten::add", "Tensor", {at::ones({2, 2}), at::ones({2, 2})});
    static const Boxed relu = boxed("aten::relu", "", {at::ones({2, 2})});
    static const rt_value one[] = {ones({2, 2})};
    static const Boxed failing = boxed("aten::add", "Tensor", {at::ones({2}), at::ones({3})});
    at::set_num_threads(1);
    check_message(bind("aten::add"), two_and_three, failing);

    std::vector<bench::Variant> variants = {
        by_hand("callBoxed: add", add),
        by_name("aten::add", "aten::add", two_by_two, "callBoxed: add", 1.20),
        by_name("aten::add.Tensor", "aten::add.Tensor", two_by_two, "callBoxed: add", 1.20),
        by_hand("callBoxed: relu", relu),
        by_name("aten::relu", "aten::relu", one, "callBoxed: relu", 0),
        by_hand_failing("callBoxed: add of shapes 2 and 3", failing),
        by_name("aten::add of shapes 2 and 3", "aten::add", two_and_three, "", 0),
    };
    variants.back().limit_ns = 20000;
    bench::Options options;
    options.repetitions = 4000;
    options.processes = 8;
    options.rounds = 9;
    options.instructions = false; // LibTorch takes minutes to start under callgrind
    return bench::compare(argc, argv, "operators by name", std::move(variants), options);
}
