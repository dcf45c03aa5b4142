#include "tensor.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <unordered_set>
#include <vector>

namespace rt::stub {

namespace {

using States = std::vector<std::shared_ptr<TensorState>>;

constinit thread_local States *going = nullptr; // what the outermost destructor on this thread has still to give up

} // namespace

TensorState::~TensorState() {
    if (going != nullptr) {
        going->insert(going->end(), std::make_move_iterator(inputs.begin()), std::make_move_iterator(inputs.end()));
        return;
    }
    States left = std::move(inputs);
    going = &left;
    while (!left.empty()) {
        const std::shared_ptr<TensorState> last = std::move(left.back());
        left.pop_back();
    }
    going = nullptr;
}

TorchTensor made(Layout layout) { return {std::make_shared<TensorState>(std::move(layout))}; }

TorchTensor computed(Layout layout, std::span<const TorchTensor *const> inputs) {
    TorchTensor result = made(std::move(layout));
    if (!records() || in_inference_mode() || !is_differentiable(result.dtype())) {
        return result;
    }
    for (const TorchTensor *input : inputs) {
        if (input != nullptr && input->requires_grad()) {
            result.state->inputs.push_back(input->state);
        }
    }
    result.state->is_leaf = result.state->inputs.empty();
    result.state->requires_grad = !result.state->inputs.empty();
    return result;
}

TorchTensor computed(Layout layout, Inputs inputs) {
    return computed(std::move(layout), std::span(inputs.begin(), inputs.size()));
}

void convert(const TorchTensor &tensor, Dtype dtype) {
    const std::lock_guard lock(tensor.state->mutex);
    tensor.state->layout.dtype = dtype;
    if (tensor.state->grad != nullptr) {
        tensor.state->grad->layout.dtype = dtype;
    }
}

namespace {

// Calls `visit` for it and each state that it was computed from, once.
template <class Visit> void walk(const std::shared_ptr<TensorState> &from, Visit visit) {
    std::vector<const std::shared_ptr<TensorState> *> waiting{&from};
    std::unordered_set<const TensorState *> seen{from.get()};
    while (!waiting.empty()) {
        const std::shared_ptr<TensorState> &state = *waiting.back();
        waiting.pop_back();
        for (const std::shared_ptr<TensorState> &input : state->inputs) {
            if (seen.insert(input.get()).second) {
                waiting.push_back(&input);
            }
        }
        visit(state);
    }
}

} // namespace

std::vector<std::shared_ptr<TensorState>> leaves_of(const std::shared_ptr<TensorState> &from) {
    std::vector<std::shared_ptr<TensorState>> leaves;
    walk(from, [&](const std::shared_ptr<TensorState> &state) {
        if (state->is_leaf) {
            leaves.push_back(state);
        }
    });
    return leaves;
}

bool depends_on(const TorchTensor &result, const TorchTensor &input) {
    bool found = false;
    walk(result.state, [&](const std::shared_ptr<TensorState> &state) { found = found || state == input.state; });
    return found;
}

Layout elementwise(Inputs operands, Dtype dtype) {
    std::vector<const Layout *> layouts;
    for (const TorchTensor *operand : operands) {
        layouts.push_back(&operand->layout());
    }
    return elementwise_layout(layouts, dtype);
}

namespace {

// Of a higher and a lower rank of operands: the lower one counts only where its category is above the other's.
Dtype combined(std::optional<Dtype> higher, std::optional<Dtype> lower) {
    if (!higher || !lower) {
        return higher ? *higher : lower.value_or(Dtype::float32);
    }
    if (is_floating(*higher) && is_complex(*lower)) {
        return complex_of(*higher);
    }
    return category_of(*lower) > category_of(*higher) ? promoted(*higher, *lower) : *higher;
}

} // namespace

Dtype result_dtype(Inputs operands) {
    std::optional<Dtype> with_dims;
    std::optional<Dtype> without;
    for (const TorchTensor *operand : operands) {
        std::optional<Dtype> &rank = operand->dim() != 0 ? with_dims : without;
        rank = rank ? promoted(*rank, operand->dtype()) : operand->dtype();
    }
    return combined(with_dims, without);
}

Dtype result_dtype_with_number(const TorchTensor &tensor) { return fractional(tensor.dtype()); }

void require_real(const TorchTensor &tensor) {
    if (is_complex(tensor.dtype())) {
        refuse(
            str("the tensor is complex (", info_of(tensor.dtype()).name, "), and this function gives one real number"));
    }
}

void require_floating(const TorchTensor &tensor) {
    if (!is_differentiable(tensor.dtype())) {
        refuse(str("the tensor is of ", info_of(tensor.dtype()).name,
                   ", and this needs floating numbers: convert it with rt_torch_torchtensor_to_dtype, to float32 say"));
    }
}

void check_indices(const TorchTensor &tensor, const char *name, std::int64_t limit) {
    if (is_complex(tensor.dtype()) || tensor.dtype() == Dtype::boolean) {
        refuse(str(name, " must be whole numbers: indices, not ", info_of(tensor.dtype()).name));
    }
    if (limit == 0 && tensor.numel() != 0) {
        refuse(str(name, " holds an index, which is out of range: there are 0"), "index");
    }
}

} // namespace rt::stub
