// autograd_arguments.hpp - what the functions of gradients ask, and how they refuse.
#pragma once

#include <vector>

#include "arguments.hpp"
#include "grad_mode_kind.hpp"

namespace rt::libtorch {

// Of a tensor that gradients are to be computed from.
void check_backward(bool requires_grad);

// The tensors of gradients' functions, by what can be asked of them without their numbers.
struct Differentiable {
    Shape sizes;
    std::string dtype;
    bool requires_grad;
    bool is_complex;
};

// Throws unless there is one at least, and all require gradients. `name` is the parameter's.
void check_differentiable(const char *name, std::span<const Differentiable> tensors);

// Throws unless there are none, or one for each output: of its shape and dtype, or none, which is 1 for a real output of one
// element.
void check_output_gradients(const char *outputs_name, const char *gradients_name,
                            std::span<const Differentiable> outputs,
                            std::span<const std::optional<Differentiable>> gradients);

// The outputs were computed without that input.
[[noreturn]] void refuse_unused_input(std::size_t index);

// Throws unless a mode of that kind was begun last. `last` is what was begun last on this thread and has no end yet; inside a
// callable, what was begun before it is not counted, and `outside` says that there is something.
void check_mode_end(GradModeKind kind, std::optional<GradModeKind> last, bool outside = false);

// Where a context of a function of the user's can be used: in the callable that it was given to, or nowhere any more.
enum class ContextStage { forward, backward, over };
void check_context_stage(ContextStage wanted, ContextStage is);
// Throws unless there is an input of that number. `is`: anywhere but `over`.
void check_context_input(ContextStage is, std::int64_t index, std::size_t inputs);

// Of what a forward callable gave, or the callable of a checkpoint; `giver` is what messages call it.
void check_forward_outputs(const char *giver, const std::vector<bool> &given);

// Of what a backward callable gave: one for each input, or none.
void check_gradient_count(std::size_t given, std::size_t inputs);
void check_input_gradient(std::size_t index, Shape given, Shape input, bool differentiable);

// Throws where a function is given no tensors.
void check_function_inputs(std::size_t count);

// Why the gradients of a checkpoint cannot be computed.
[[noreturn]] void refuse_checkpoint(const char *why);
// Of the outputs of a checkpoint when they are computed again.
void check_recomputed(std::size_t given, std::size_t before);
void check_recomputed_shape(std::size_t index, Shape given, Shape before);

// Throws for what cannot be a hook's position. Whether there is a hook, the tensor knows.
void check_hook_position(std::int64_t position);
[[noreturn]] void refuse_hook_position(std::int64_t position);

} // namespace rt::libtorch
