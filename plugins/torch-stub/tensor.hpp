// tensor.hpp - a tensor without numbers, and what it was computed from.
#pragma once

#include <atomic>
#include <initializer_list>
#include <memory>
#include <mutex>

#include "errors.hpp"
#include "grad_modes.hpp"
#include "layout.hpp"

namespace rt::stub {

struct TensorState;

// Copies are the same tensor, as copies of LibTorch's are.
struct TorchTensor {
    std::shared_ptr<TensorState> state;

    const Layout &layout() const;
    const Sizes &sizes() const { return layout().sizes; }
    Dtype dtype() const { return layout().dtype; }
    std::int64_t dim() const { return layout().dim(); }
    std::int64_t numel() const { return layout().numel(); }
    bool requires_grad() const;
    bool is_leaf() const;
};

using Inputs = std::initializer_list<const TorchTensor *>;

struct TensorState {
    explicit TensorState(Layout form) : layout(std::move(form)), inference(in_inference_mode()) {}
    TensorState(const TensorState &) = delete;
    TensorState &operator=(const TensorState &) = delete;
    // The states behind it go one after another: a chain of a million results would overflow the stack.
    ~TensorState();

    Layout layout;        // `convert` alone changes it
    const bool inference; // made in inference mode
    std::atomic<bool> requires_grad = false;
    bool is_leaf = true;
    std::vector<std::shared_ptr<TensorState>> inputs; // those it was computed from that require gradients

    std::mutex mutex; // guards what follows
    std::shared_ptr<TensorState> grad;
    std::vector<std::optional<Callable>> hooks; // by position; none where it was removed
};

inline const Layout &TorchTensor::layout() const { return state->layout; }
inline bool TorchTensor::requires_grad() const { return state->requires_grad.load(std::memory_order_relaxed); }
inline bool TorchTensor::is_leaf() const { return state->is_leaf; }

// A tensor that the user made.
TorchTensor made(Layout layout);

// The result of an operation, recorded for a backward pass where gradients can flow and the thread records.
TorchTensor computed(Layout layout, Inputs inputs);
TorchTensor computed(Layout layout, std::span<const TorchTensor *const> inputs);

// Gives the tensor and its gradient another dtype, in place.
void convert(const TorchTensor &tensor, Dtype dtype);

// Whether the first was computed from the second, or is it.
bool depends_on(const TorchTensor &result, const TorchTensor &input);

// The leaves that it was computed from: itself where it is one.
std::vector<std::shared_ptr<TensorState>> leaves_of(const std::shared_ptr<TensorState> &from);

// How the result of an operation element by element lies.
Layout elementwise(Inputs operands, Dtype dtype);

// The dtype of the result where tensors meet in an operation: those without dimensions give way to the others of their
// category (torch.result_type).
Dtype result_dtype(Inputs operands);
// The same of a tensor and a float64 number.
Dtype result_dtype_with_number(const TorchTensor &tensor);

// Checks that the torch plugin makes, too: see plugins/torch/checks.hpp.
void require_real(const TorchTensor &tensor);
void require_floating(const TorchTensor &tensor);
// Whether the indices are below `limit`, only LibTorch can see; but where that is 0, none is.
void check_indices(const TorchTensor &tensor, const char *name, std::int64_t limit);

} // namespace rt::stub
