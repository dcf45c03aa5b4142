// optim_groups.cpp - groups of parameters, each with options of its own.
#include "optim.hpp"

#include "optim_classes.hpp"

#undef RT_GROUP
#define RT_GROUP "optim"

namespace rt::libtorch {

namespace {

std::vector<const void *> taken_by(const Using &optimizer) {
    std::vector<const void *> taken;
    for (const auto &group : optimizer.groups()) {
        for (const at::Tensor &parameter : group.params()) {
            taken.push_back(parameter.unsafeGetTensorImpl());
        }
    }
    return taken;
}

std::int64_t add_group(const TorchOptimizer &self, const Objects<at::Tensor> &parameters, double lr) {
    check_learning_rate(lr);
    const OptimizerClass &of = self.state->of;
    check_can_have_groups(of.method);
    const Changing optimizer(self);
    std::vector<at::Tensor> tensors = tensors_of(parameters);
    check_trainable(forms_of(tensors), taken_by(optimizer));
    std::vector<double> options = of.numbers_of(optimizer->defaults());
    options[option_named(of.method, "lr")] = lr;
    check_dtypes(of, tensors, options);
    optimizer->add_param_group(::torch::optim::OptimizerParamGroup(std::move(tensors)));
    // Afterwards: LibTorch 2.13 takes an option that equals its class's default for one that was not given.
    optimizer.groups().back().set_options(of.make_options(options));
    of.complete_state(*optimizer.state().optimizer, optimizer.groups().size() - 1);
    return std::ssize(optimizer.groups()) - 1;
}

std::int64_t group_count(const TorchOptimizer &self) { return std::ssize(Using(self).groups()); }

double group_option(const TorchOptimizer &self, std::int64_t group, std::string_view name) {
    const Using optimizer(self);
    const OptimizerClass &of = optimizer.state().of;
    const std::vector<double> options = of.numbers_of(optimizer.group(group).options());
    return options[option_named(of.method, name)];
}

void set_group_option(const TorchOptimizer &self, std::int64_t group, std::string_view name, double value) {
    const Changing optimizer(self);
    const OptimizerClass &of = optimizer.state().of;
    auto &changed = optimizer.group(group);
    std::vector<double> options = of.numbers_of(changed.options());
    options[option_named(of.method, name)] = value;
    check_options(of.method, options);
    check_dtypes(of, changed.params(), options);
    changed.set_options(of.make_options(options));
    of.complete_state(*optimizer.state().optimizer, static_cast<std::size_t>(group));
}

} // namespace

RT_FUNCTION(add_group, "rt_torch_optim_add_group(optimizer: TorchOptimizer, parameters: [TorchTensor], lr: f64) -> i64",
            "Lets the optimiser change more parameters, with a learning rate of their own and otherwise the options it "
            "was made with; gives the group's number. LBFGS has one group.")
RT_FUNCTION(group_count, "rt_torch_optim_group_count(optimizer: TorchOptimizer) -> i64",
            "How many groups of parameters it has: 1, and those of rt_torch_optim_add_group.")
RT_FUNCTION(group_option, "rt_torch_optim_group_option(optimizer: TorchOptimizer, group: i64, name: text) -> f64",
            "An option of a group by its parameter's name, such as lr or weight_decay; true and false are 1 and 0.")
RT_FUNCTION(set_group_option,
            "rt_torch_optim_set_group_option(optimizer: TorchOptimizer, group: i64, name: text, value: f64)",
            "Sets an option of a group by its parameter's name, from the next step on; true and false are 1 and 0.")

} // namespace rt::libtorch
