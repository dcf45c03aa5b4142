// optim_arguments.hpp - the optimisers' options, and what they ask of them and of the tensors they are to change.
#pragma once

#include "arguments.hpp"

namespace rt::libtorch {

// What of a tensor decides whether an optimiser can change it.
struct Trainable {
    Shape sizes;
    bool requires_grad;
    bool is_leaf;
    const void *identity; // another one for each tensor
};

// Throws unless all are leaves that collect gradients, each there once, since a step would count it twice; and where there
// are none. `taken` are those that the optimiser changes already.
void check_trainable(std::span<const Trainable> parameters, std::span<const void *const> taken = {});

// What an option's number may be.
enum class Rule { at_least_zero, below_one, finite, flag, count };

struct Option {
    const char *name;
    Rule rule;
};

// An optimiser's class of torch::optim. Its options travel as numbers, in this order; a flag is 0 or 1.
struct Method {
    const char *name; // as in rt_torch_optim_sgd
    std::span<const Option> options;
    bool needs_closure; // it computes the loss several times in a step, and has one group of parameters
};

extern const Method sgd_method, adam_method, adamw_method, rmsprop_method, adagrad_method, lbfgs_method;

// Throws for the first number that its option may not have, and for options that contradict each other.
void check_options(const Method &method, std::span<const double> options);

// The place of the option of that name. Throws for a name that is none, with those that are.
std::size_t option_named(const Method &method, std::string_view name);

// What LBFGS takes for max_eval where 0 is given, as Python's None.
double most_evaluations(std::int64_t max_iter, std::int64_t max_eval);

void check_learning_rate(double lr);

// The group of that number among so many.
std::size_t check_group(std::int64_t group, std::size_t groups);

// Throws for LBFGS, which has one group.
void check_can_have_groups(const Method &method);
// Throws for LBFGS.
void check_step_without_closure(const Method &method);
// Throws where a closure of the optimiser's runs: it may drop gradients and read learning rates, and not take a step.
void check_not_in_closure(bool inside);

// Throws unless the loss that a closure gave is one real number.
void check_closure_loss(Shape sizes, bool is_real);

} // namespace rt::libtorch
