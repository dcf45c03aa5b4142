// argument.hpp - an argument of the command line as what an operator takes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <rtffi/torch.hpp>

// Keeps alive what its value refers to.
struct Argument {
    std::string name; // of a keyword argument, or ""
    std::string text;
    std::vector<std::int64_t> integers;
    rt::torch::Tensor tensor;
    rt_value value = {};
};

// `[[1, 2], [3, 4]]` is a tensor, `{1, 2}` a list of integers, `3` an integer, `0.5` a number, `true`, `false` and `none` are
// themselves, and all else is text; `name=` before it makes it a keyword argument. Throws std::runtime_error for brackets that
// do not match, rows of different lengths, and numbers that are none.
void parse_argument(const std::string &written, Argument &into);
