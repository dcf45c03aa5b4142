// optim_arguments.cpp - what can be said of optimisers' arguments without LibTorch.
#include "optim_arguments.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include <rtffi/detail/error.hpp>

namespace rt::libtorch {

namespace {

constexpr Option sgd_options[] = {{"lr", Rule::at_least_zero},
                                  {"momentum", Rule::at_least_zero},
                                  {"dampening", Rule::finite},
                                  {"weight_decay", Rule::at_least_zero},
                                  {"nesterov", Rule::flag}};
constexpr Option adam_options[] = {{"lr", Rule::at_least_zero},
                                   {"beta1", Rule::below_one},
                                   {"beta2", Rule::below_one},
                                   {"eps", Rule::at_least_zero},
                                   {"weight_decay", Rule::at_least_zero},
                                   {"amsgrad", Rule::flag}};
constexpr Option rmsprop_options[] = {{"lr", Rule::at_least_zero},       {"alpha", Rule::below_one},
                                      {"eps", Rule::at_least_zero},      {"weight_decay", Rule::at_least_zero},
                                      {"momentum", Rule::at_least_zero}, {"centered", Rule::flag}};
constexpr Option adagrad_options[] = {{"lr", Rule::at_least_zero},
                                      {"lr_decay", Rule::at_least_zero},
                                      {"weight_decay", Rule::at_least_zero},
                                      {"initial_accumulator_value", Rule::at_least_zero},
                                      {"eps", Rule::at_least_zero}};
constexpr Option lbfgs_options[] = {{"lr", Rule::at_least_zero},
                                    {"max_iter", Rule::count},
                                    {"max_eval", Rule::count},
                                    {"tolerance_grad", Rule::at_least_zero},
                                    {"tolerance_change", Rule::at_least_zero},
                                    {"history_size", Rule::count},
                                    {"strong_wolfe", Rule::flag}};

void check_at_least_zero(const char *name, double value) {
    if (!(value >= 0) || std::isinf(value)) {
        refuse(str(name, " is ", value, ": it must be a finite number, 0 or more"));
    }
    check_float32(name, value);
}

void check_below_one(const char *name, double value) {
    if (!(value >= 0 && value < 1)) {
        refuse(str(name, " is ", value, ": it must be 0 or more, and less than 1"));
    }
}

void check_count(const char *name, double value) {
    constexpr std::int32_t greatest = std::numeric_limits<std::int32_t>::max();
    if (!(value >= 1 && value <= greatest && std::floor(value) == value)) {
        refuse(str(name, " is ", value, ": it must be a whole number from 1 to ", greatest));
    }
}

void check_option(const Option &option, double value) {
    const char *const name = option.name;
    switch (option.rule) {
    case Rule::at_least_zero:
        return check_at_least_zero(name, value);
    case Rule::below_one:
        return check_below_one(name, value);
    case Rule::finite:
        check_float32(name, check_finite(name, value));
        return;
    case Rule::flag:
        if (value != 0 && value != 1) {
            refuse(str(name, " is ", value, ": it must be 0 or 1"));
        }
        return;
    case Rule::count:
        return check_count(name, value);
    }
}

double value_of(const Method &method, std::span<const double> options, std::string_view name) {
    return options[option_named(method, name)];
}

// As in torch.optim.SGD.
void check_nesterov(std::span<const double> options) {
    const double momentum = value_of(sgd_method, options, "momentum");
    const double dampening = value_of(sgd_method, options, "dampening");
    if (value_of(sgd_method, options, "nesterov") != 0 && (momentum <= 0 || dampening != 0)) {
        refuse(str("nesterov needs a momentum above 0 and no dampening: they are ", momentum, " and ", dampening));
    }
}

} // namespace

const Method sgd_method{"sgd", sgd_options, false};
const Method adam_method{"adam", adam_options, false};
const Method adamw_method{"adamw", adam_options, false};
const Method rmsprop_method{"rmsprop", rmsprop_options, false};
const Method adagrad_method{"adagrad", adagrad_options, false};
const Method lbfgs_method{"lbfgs", lbfgs_options, true};

void check_trainable(std::span<const Trainable> parameters, std::span<const void *const> taken) {
    if (parameters.empty()) {
        refuse("parameters is empty: give the tensors to train, such as those of rt_torch_module_parameters");
    }
    std::unordered_map<const void *, std::size_t> seen;
    for (std::size_t i = 0; i < parameters.size(); i++) {
        const Trainable &one = parameters[i];
        const std::string which = str("parameters[", i, "], of shape ", text_of(one.sizes), ",");
        if (!one.requires_grad) {
            refuse(which + " does not require gradients: call rt_torch_autograd_set_requires_grad on it first");
        }
        if (!one.is_leaf) {
            refuse(which + " is not a leaf: it was computed from other tensors, and those are what can be trained");
        }
        const auto [first, is_new] = seen.emplace(one.identity, i);
        if (!is_new) {
            refuse(str(which, " is the same tensor as parameters[", first->second, "]: give each once"));
        }
        if (std::ranges::find(taken, one.identity) != taken.end()) {
            refuse(which + " is in another group of this optimiser: a step would change it twice");
        }
    }
}

void check_options(const Method &method, std::span<const double> options) {
    for (std::size_t i = 0; i < options.size(); i++) {
        check_option(method.options[i], options[i]);
    }
    if (&method == &sgd_method) {
        check_nesterov(options);
    }
}

std::size_t option_named(const Method &method, std::string_view name) {
    std::string known;
    for (std::size_t i = 0; i < method.options.size(); i++) {
        if (method.options[i].name == name) {
            return i;
        }
        known += str(i == 0 ? "" : ", ", method.options[i].name);
    }
    refuse(str("there is no option \"", printable(name), "\": ", method.name, " has ", known));
}

double most_evaluations(std::int64_t max_iter, std::int64_t max_eval) {
    return max_eval != 0 ? static_cast<double>(max_eval) : std::floor(static_cast<double>(max_iter) * 1.25);
}

void check_learning_rate(double lr) { check_at_least_zero("lr", lr); }

std::size_t check_group(std::int64_t group, std::size_t groups) {
    if (group < 0 || static_cast<std::size_t>(group) >= groups) {
        refuse(str("group ", group, " is out of range: the optimiser has ", groups, ", counted from 0"), "index");
    }
    return static_cast<std::size_t>(group);
}

void check_can_have_groups(const Method &method) {
    if (method.needs_closure) {
        refuse(str(method.name, " has one group of parameters: give all of them when it is made"));
    }
}

void check_step_without_closure(const Method &method) {
    if (method.needs_closure) {
        refuse(str(method.name, " computes the loss several times in a step: call rt_torch_optim_step_closure"));
    }
}

void check_not_in_closure(bool inside) {
    if (inside) {
        throw Error(RT_E_BUSY,
                    "the optimiser is inside rt_torch_optim_step_closure: a closure computes the loss and its "
                    "gradients, and changes nothing else of its optimiser",
                    "in_closure");
    }
}

void check_closure_loss(Shape sizes, bool is_real) {
    if (product_of(sizes) != 1 || std::ranges::find(sizes, 0) != sizes.end()) {
        refuse("the closure gave a tensor of shape " + text_of(sizes) + ": a loss is one number");
    }
    if (!is_real) {
        refuse("the closure gave a complex tensor: a loss is a real number");
    }
}

} // namespace rt::libtorch
