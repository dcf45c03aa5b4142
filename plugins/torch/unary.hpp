// unary.hpp - a function that is one operator of one tensor.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include "tensor.hpp"

namespace rt::libtorch {

// What at::relu and its like do, inline: LibTorch calls the dispatcher from a function of its own. In the depth that its operators
// reach, a processor has forgotten where the outermost calls return to, and each level more costs 5 ns and not 1.
template <class Operator> [[gnu::always_inline]] inline at::Tensor unary(const at::Tensor &a) {
    static const auto handle = c10::Dispatcher::singleton()
                                   .findSchemaOrThrow(Operator::name, Operator::overload_name)
                                   .template typed<typename Operator::schema>();
    return handle.call(a);
}

} // namespace rt::libtorch
