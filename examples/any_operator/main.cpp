// any_operator: calls the operator of LibTorch's that the command line names, whatever it is, with what the command line gives.
#include <cstdio>
#include <cstring>
#include <iostream>
#include <list>
#include <vector>

#include <rtffi/torch.hpp>

#include "../common/command_line.hpp"
#include "argument.hpp"

namespace torch = rt::torch;

namespace {

const Program program = {
    "any_operator",
    "usage: any_operator OPERATOR [ARGUMENT...] [NAME=ARGUMENT...]\n\n"
    "Calls an operator by its name, such as aten::addmm. Without arguments: two examples. An argument is a tensor, [[1, 2], [3, 4]];\n"
    "a list of integers, {1, 2}; a number; true, false or none; or a text.\n\n"
    "example: any_operator aten::topk '[3, 1, 2]' 2 largest=false\n"};

void show(const rt::Value &value, const std::string &indent) {
    switch (value.raw().type) {
    case RT_VALUES:
    case RT_HANDLE_ARRAY: {
        const bool handles = value.raw().type == RT_HANDLE_ARRAY;
        std::vector<rt::Handle> owned = handles ? value.as<std::vector<rt::Handle>>() : std::vector<rt::Handle>();
        for (std::size_t i = 0; i < value.size(); i++) {
            std::cout << indent << "result " << i + 1 << ":\n";
            handles ? void(std::cout << torch::Tensor(std::move(owned[i])) << "\n") : show(value[i], indent + "  ");
        }
        break;
    }
    case RT_HANDLE:
        std::cout << torch::Tensor(value.as<rt::Handle>()) << "\n";
        break;
    case RT_TEXT:
        std::cout << value.as<std::string>() << "\n";
        break;
    case RT_DOUBLE:
        std::cout << value.as<double>() << "\n";
        break;
    case RT_BOOL:
        std::cout << (value.as<bool>() ? "true" : "false") << "\n";
        break;
    case RT_INTEGER:
        std::cout << value.as<std::int64_t>() << "\n";
        break;
    default:
        std::cout << "nothing, or nothing that can be shown\n";
    }
}

int call_operator(const char *name, const std::vector<std::string> &written) {
    std::list<Argument> arguments; // which do not move
    std::vector<rt_value> values;
    std::vector<const char *> names;
    for (const std::string &one : written) {
        Argument &argument = arguments.emplace_back();
        parse_argument(one, argument);
        values.push_back(argument.value);
        names.push_back(argument.name.empty() ? nullptr : argument.name.c_str());
    }
    const rt_function *function = rt_lookup(name);
    rt_value raw{};
    const rt_status status = function == nullptr
                                 ? RT_E_NOT_FOUND
                                 : rt_call_named(function, values.data(), names.data(), values.size(), &raw);
    if (status != RT_OK) {
        throw rt::Error(status, rt_dlerror());
    }
    std::cout << function->signature << "\n";
    show(rt::Value(raw), "");
    return 0;
}

} // namespace

int main(int argc, char **argv) {
    if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
        std::fputs(program.usage, stdout);
        return 0;
    }
    return run_program(program, [&] {
        if (argc > 1) {
            return call_operator(argv[1], {argv + 2, argv + argc});
        }
        call_operator("aten::addmm", {"[1, 2]", "[[1, 2], [3, 4]]", "[[1, 0], [0, 1]]", "beta=10"});
        return call_operator("aten::topk", {"[3, 1, 2]", "2", "largest=false"});
    });
}
