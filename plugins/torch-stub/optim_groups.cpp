// optim_groups.cpp - groups of parameters, each with options of its own.
#include "functions.hpp"

#include "../torch/optim_arguments.hpp"

namespace rt::stub {

std::int64_t rt_torch_optim_add_group(const TorchOptimizer &optimizer, const Objects<TorchTensor> &parameters,
                                      double lr) {
    libtorch::check_learning_rate(lr);
    libtorch::check_can_have_groups(optimizer.state->method);
    const Changing changing(optimizer);
    std::vector<const void *> taken;
    for (const ParameterGroup &group : changing->groups) {
        for (const TorchTensor &parameter : group.parameters) {
            taken.push_back(parameter.state.get());
        }
    }
    changing->groups.push_back({trainable(parameters, taken), changing->defaults});
    changing->groups.back().options.front() = lr;
    return std::ssize(changing->groups) - 1;
}

std::int64_t rt_torch_optim_group_count(const TorchOptimizer &optimizer) {
    return std::ssize(Using(optimizer)->groups);
}

double rt_torch_optim_group_option(const TorchOptimizer &optimizer, std::int64_t group, std::string_view name) {
    const Using used(optimizer);
    return used.group(group).options[libtorch::option_named(used->method, name)];
}

void rt_torch_optim_set_group_option(const TorchOptimizer &optimizer, std::int64_t group, std::string_view name,
                                     double value) {
    const Changing changing(optimizer);
    ParameterGroup &changed = changing.group(group);
    std::vector<double> options = changed.options;
    options[libtorch::option_named(changing->method, name)] = value;
    libtorch::check_options(changing->method, options);
    changed.options = std::move(options);
}

} // namespace rt::stub
