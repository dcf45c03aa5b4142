// operator_choice.hpp - which overload of a name a call's arguments are for.
//
// Note [Choosing an overload]: the first one that takes the arguments as they are (Reading::strict), else the first one that takes
// them leniently, in the order in which Python tries them. tests/torch/operators/overloads.py compares the choice with Python's.
#pragma once

#include <ATen/core/stack.h>

#include <rtffi/plugin.h>

#include "operator.hpp"

namespace rt::libtorch {

// Arguments as a call gives them; `names` is null where all come by position, which those without a name do, and come first.
struct Given {
    Given(const rt_value *args, const char *const *names, std::size_t count);

    const rt_value *args;
    const char *const *names;
    std::size_t count;
    std::size_t positional;
};

// Throws where an argument's memory is not what it says.
void refuse_damage(const rt_value *args, std::size_t count, const char *signature);

// The overload that the arguments are for, with all of its arguments on the stack. Throws where there is none.
const Operator &choose_overload(const OverloadSet &set, const Given &given, ::torch::jit::Stack &stack);

} // namespace rt::libtorch
