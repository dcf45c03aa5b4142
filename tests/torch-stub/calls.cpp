// calls.cpp - calls every function of a torch plugin with good and bad arguments, and prints what becomes of each call: of
// tensors the form, of numbers that there is one, of failures the status and the cause. compare.py puts two plugins side by side.
//
// usage: stub_calls PLUGIN_FILE [FUNCTION]
#include <cstdio>
#include <iostream>
#include <memory>

#include <rtffi/detail/signature.hpp>

#include "pools.hpp"

using namespace stub_test;

namespace {

constexpr std::size_t most_calls = 4000; // of one function; of more possible ones some are drawn

std::string last_error(rt_status status) {
    rt_error error{};
    error.struct_size = sizeof error;
    rt_last_error(&error);
    return std::string(rt_status_name(status)) + (*error.cause != '\0' ? " " : "") + error.cause;
}

template <class R, class... A> R ask(const char *name, const A &...arguments) {
    return rt::call<R>(name, arguments...);
}

std::string form_of_tensor(std::int64_t handle) {
    std::string text = ask<std::string>("rt_torch_torchtensor_dtype", handle) + "[";
    for (const std::int64_t size : ask<std::vector<std::int64_t>>("rt_torch_torchtensor_shape", handle)) {
        text += (text.back() == '[' ? "" : ",") + std::to_string(size);
    }
    text += ']';
    text += ask<bool>("rt_torch_autograd_requires_grad", handle) ? " grad" : "";
    text += ask<bool>("rt_torch_autograd_is_leaf", handle) ? "" : " computed";
    // Whether it lies in one piece: what strides there are decides.
    rt_value result{};
    const std::int64_t flat = -1;
    const rt_value arguments[] = {rt_handle(handle), rt_i64_array(&flat, 1)};
    const bool one_piece = rt_call(rt_lookup("rt_torch_torchtensor_view"), arguments, 2, &result) == RT_OK;
    if (one_piece) {
        rt_handle_free(result.payload.integer);
    }
    return text + (one_piece ? "" : " scattered");
}

std::string form_of_handle(std::int64_t handle) {
    if (handle == 0) {
        return "none";
    }
    const std::string name = rt_handle_class(handle);
    if (name == "TorchTensor") {
        return form_of_tensor(handle);
    }
    std::string text = name;
    if (name == "TorchTuple") {
        for (std::int64_t i = 0; i < ask<std::int64_t>("rt_torch_tuple_size", handle); i++) {
            text += " " + form_of_tensor(ask<rt::Handle>("rt_torch_tuple_get", handle, i).get());
        }
    } else if (name == "TorchModule") {
        text += " " + ask<std::string>("rt_torch_module_to_text", handle);
        for (const auto &tensor : ask<std::vector<rt::Handle>>("rt_torch_module_parameters", handle)) {
            text += " " + form_of_tensor(tensor.get());
        }
    } else if (name == "TorchOptimizer") {
        text += " " + std::to_string(ask<double>("rt_torch_optim_learning_rate", handle));
    }
    return text;
}

// What a result is, freeing the handles in it.
std::string form_of(const rt_value &value) {
    switch (value.type) {
    case RT_NONE:
        return "nothing";
    case RT_BOOL:
    case RT_INTEGER:
        return std::to_string(value.payload.integer);
    case RT_DOUBLE:
        return "a number";
    case RT_TEXT:
        return "'" + std::string(static_cast<const char *>(value.payload.pointer), value.size) + "'";
    case RT_HANDLE: {
        const rt::Handle owner(value.payload.integer);
        return form_of_handle(owner.get());
    }
    default:
        break;
    }
    std::string text = "[";
    for (std::size_t i = 0; i < value.size; i++) {
        text += i == 0 ? "" : ", ";
        if (value.type == RT_VALUES) {
            text += form_of(static_cast<const rt_value *>(value.payload.pointer)[i]);
        } else if (value.type == RT_HANDLE_ARRAY) {
            text += form_of(rt_handle(static_cast<const std::int64_t *>(value.payload.pointer)[i]));
        } else {
            text += std::to_string(static_cast<const std::int64_t *>(value.payload.pointer)[i]);
        }
    }
    return text + "]";
}

// One line, whatever is in the text.
std::string on_one_line(std::string text) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
        text.replace(at, 1, "\\n");
    }
    return text;
}

void call_once(const rt::FunctionInfo &function, const std::vector<const Choice *> &choices) {
    std::vector<rt_value> arguments;
    std::string text = function.name + "(";
    for (const Choice *choice : choices) {
        arguments.push_back(choice->value);
        text += (choice == choices.front() ? "" : ", ") + choice->text;
    }
    rt_value result = rt_none();
    const rt_status status = rt_call(function.record, arguments.data(), arguments.size(), &result);
    // What writes in place has no result: what it leaves is its first argument.
    const bool in_place = function.name.ends_with('_');
    const std::string form = status != RT_OK ? last_error(status)
                             : in_place      ? form_of_tensor(arguments[0].payload.integer)
                                             : form_of(result);
    std::cout << on_one_line(text + ") = " + form) << "\n" << std::flush;
    rt_value_clear(&result);
    // What was begun is ended, or it would change what follows.
    if (status == RT_OK && function.name.ends_with("_begin")) {
        rt::call(function.name.substr(0, function.name.size() - 5) + "end");
    }
    if (status == RT_OK && function.name == "rt_torch_autograd_set_detect_anomaly") {
        rt::call(function.record, false, true);
    }
}

// Every combination of arguments where there are few, else as many drawn ones; the same each time.
void call_all(const rt::FunctionInfo &function) {
    Pools pools;
    const rt::Signature signature = rt::parse_signature(function.signature);
    std::vector<Choices> choices;
    std::size_t combinations = 1;
    for (std::size_t i = 0; i < signature.count; i++) {
        choices.push_back(pools.of(function.name, signature.parameters[i]));
        combinations *= choices.back().size();
    }
    std::uint64_t random = 1;
    for (std::size_t call = 0; call < std::min(combinations, most_calls); call++) {
        random = random * 6364136223846793005U + 1442695040888963407U; // Knuth's MMIX
        std::size_t number = combinations <= most_calls ? call : (random >> 16) % combinations;
        std::vector<const Choice *> chosen;
        for (const Choices &some : choices) {
            chosen.push_back(&some[number % some.size()]);
            number /= some.size();
        }
        call_once(function, chosen);
    }
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2 && argc != 3) {
        std::cerr << "usage: stub_calls PLUGIN_FILE [FUNCTION]\n";
        return 2;
    }
    try {
        rt_log_set([](void *, std::int32_t, const char *, const char *) {}, nullptr);
        rt::Library(argv[1]).keep();
        for (const rt::FunctionInfo &function : rt::Registry::functions()) {
            if (argc == 3 && function.name != argv[2]) {
                continue;
            }
            std::cout << "function " << function.signature << " | " << function.doc << " | " << function.group << " | "
                      << function.flags << "\n";
            // Frees what the others still need.
            if (!function.name.ends_with("_free")) {
                call_all(function);
            }
        }
    } catch (const std::exception &error) {
        std::cerr << "stub_calls: " << error.what() << "\n";
        return 1;
    }
}
