// optim_classes.cpp - the classes of torch::optim by one interface.
#include "optim_classes.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/optim/adagrad.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/lbfgs.h>
#include <torch/optim/rmsprop.h>
#include <torch/optim/sgd.h>

#include <algorithm>

#include "dtype.hpp"
#include "error.hpp"
#include "version.hpp"

namespace rt::libtorch {

namespace {

using namespace ::torch::optim;

// ---- Options -----------------------------------------------------------------------------------------------------------

template <class Options> Options from_numbers(Numbers n);

template <> SGDOptions from_numbers(Numbers n) {
    return SGDOptions(n[0]).momentum(n[1]).dampening(n[2]).weight_decay(n[3]).nesterov(n[4] != 0);
}
template <> AdamOptions from_numbers(Numbers n) {
    return AdamOptions(n[0]).betas({n[1], n[2]}).eps(n[3]).weight_decay(n[4]).amsgrad(n[5] != 0);
}
template <> AdamWOptions from_numbers(Numbers n) {
    return AdamWOptions(n[0]).betas({n[1], n[2]}).eps(n[3]).weight_decay(n[4]).amsgrad(n[5] != 0);
}
template <> RMSpropOptions from_numbers(Numbers n) {
    return RMSpropOptions(n[0]).alpha(n[1]).eps(n[2]).weight_decay(n[3]).momentum(n[4]).centered(n[5] != 0);
}
template <> AdagradOptions from_numbers(Numbers n) {
    return AdagradOptions(n[0]).lr_decay(n[1]).weight_decay(n[2]).initial_accumulator_value(n[3]).eps(n[4]);
}
template <> LBFGSOptions from_numbers(Numbers n) {
    LBFGSOptions options(n[0]);
    options.max_iter(static_cast<std::int64_t>(n[1])).max_eval(static_cast<std::int64_t>(n[2]));
    options.tolerance_grad(n[3]).tolerance_change(n[4]).history_size(static_cast<std::int64_t>(n[5]));
    return n[6] != 0 ? options.line_search_fn("strong_wolfe") : options;
}

std::vector<double> to_numbers(const SGDOptions &o) {
    return {o.lr(), o.momentum(), o.dampening(), o.weight_decay(), flag(o.nesterov())};
}
template <class Options>
    requires std::is_same_v<Options, AdamOptions> || std::is_same_v<Options, AdamWOptions>
std::vector<double> to_numbers(const Options &o) {
    return {o.lr(), std::get<0>(o.betas()), std::get<1>(o.betas()), o.eps(), o.weight_decay(), flag(o.amsgrad())};
}
std::vector<double> to_numbers(const RMSpropOptions &o) {
    return {o.lr(), o.alpha(), o.eps(), o.weight_decay(), o.momentum(), flag(o.centered())};
}
std::vector<double> to_numbers(const AdagradOptions &o) {
    return {o.lr(), o.lr_decay(), o.weight_decay(), o.initial_accumulator_value(), o.eps()};
}
std::vector<double> to_numbers(const LBFGSOptions &o) {
    return {o.lr(),
            static_cast<double>(o.max_iter()),
            static_cast<double>(o.max_eval().value_or(0)),
            o.tolerance_grad(),
            o.tolerance_change(),
            static_cast<double>(o.history_size()),
            flag(o.line_search_fn().has_value())};
}

// ---- State -------------------------------------------------------------------------------------------------------------

using Visit = std::function<void(at::Tensor &)>;

void visit_tensors(SGDParamState &s, const Visit &visit) { visit(s.momentum_buffer()); }
template <class State>
    requires std::is_same_v<State, AdamParamState> || std::is_same_v<State, AdamWParamState>
void visit_tensors(State &s, const Visit &visit) {
    visit(s.exp_avg());
    visit(s.exp_avg_sq());
    visit(s.max_exp_avg_sq());
}
void visit_tensors(RMSpropParamState &s, const Visit &visit) {
    visit(s.square_avg());
    visit(s.momentum_buffer());
    visit(s.grad_avg());
}
void visit_tensors(AdagradParamState &s, const Visit &visit) { visit(s.sum()); }
void visit_tensors(LBFGSParamState &s, const Visit &visit) {
    visit(s.d());
    visit(s.H_diag());
    visit(s.prev_flat_grad());
    for (auto *history : {&s.old_dirs(), &s.old_stps(), &s.ro()}) {
        std::for_each(history->begin(), history->end(), visit);
    }
    if (auto &list = s.al()) {
        // LibTorch makes the list as long as the history, and fills in what it needs.
        std::for_each(list->begin(), list->end(), visit);
    }
}

void make_if_missing(at::Tensor &tensor, const at::Tensor &like, bool wanted) {
    if (wanted && !tensor.defined()) {
        tensor = at::zeros_like(like);
    }
}

template <class Options, class State> void complete(State &, const Options &, const at::Tensor &) {}
void complete(AdamParamState &state, const AdamOptions &options, const at::Tensor &parameter) {
    make_if_missing(state.max_exp_avg_sq(), parameter, options.amsgrad());
}
void complete(AdamWParamState &state, const AdamWOptions &options, const at::Tensor &parameter) {
    make_if_missing(state.max_exp_avg_sq(), parameter, options.amsgrad());
}
void complete(RMSpropParamState &state, const RMSpropOptions &options, const at::Tensor &parameter) {
    make_if_missing(state.momentum_buffer(), parameter, options.momentum() > 0);
    make_if_missing(state.grad_avg(), parameter, options.centered());
}

// Adagrad makes its state when it is made, and only that of the first groups.
std::unique_ptr<AdagradParamState> first_state(const AdagradOptions &options, const at::Tensor &parameter) {
    auto state = std::make_unique<AdagradParamState>();
    state->step(0);
    state->sum(at::full_like(parameter, options.initial_accumulator_value()));
    return state;
}

// ---- The interface -----------------------------------------------------------------------------------------------------

template <class Class, class Options, class State> struct Calls {
    static std::unique_ptr<Optimizer> make(std::vector<at::Tensor> parameters, Numbers numbers) {
        return std::make_unique<Class>(std::move(parameters), from_numbers<Options>(numbers));
    }
    static std::unique_ptr<OptimizerOptions> make_options(Numbers numbers) {
        return std::make_unique<Options>(from_numbers<Options>(numbers));
    }
    static std::vector<double> numbers_of(const OptimizerOptions &options) {
        return to_numbers(static_cast<const Options &>(options));
    }
    static std::unique_ptr<OptimizerParamState> make_state() { return std::make_unique<State>(); }
    static void each_tensor(OptimizerParamState &state, const Visit &visit) {
        visit_tensors(static_cast<State &>(state), [&](at::Tensor &tensor) {
            if (tensor.defined()) {
                visit(tensor);
            }
        });
    }
    static void drop_scratch(OptimizerParamState &state) {
        if constexpr (std::is_same_v<State, LBFGSParamState>) {
            static_cast<State &>(state).al().reset(); // a list whose tensors are not all there
        }
    }
    static void complete_state(Optimizer &optimizer, std::size_t group) {
        const at::NoGradGuard no_grad;
        const auto &options = static_cast<const Options &>(optimizer.param_groups()[group].options());
        for (const at::Tensor &parameter : optimizer.param_groups()[group].params()) {
            const auto found = optimizer.state().find(optimizer_state_key(optimizer, parameter));
            if (found != optimizer.state().end()) {
                complete(static_cast<State &>(*found->second), options, parameter);
            } else if constexpr (std::is_same_v<State, AdagradParamState>) {
                optimizer.state()[optimizer_state_key(optimizer, parameter)] = first_state(options, parameter);
            }
        }
    }
    static constexpr OptimizerClass of(const Method &method) {
        return {method, make, make_options, numbers_of, make_state, each_tensor, drop_scratch, complete_state};
    }
};

// Two steps of one number: the first makes the state that the second goes on with.
void try_steps(const OptimizerClass &of, const at::TensorOptions &kind, Numbers options) {
    at::Tensor number = at::ones({1}, kind);
    number.mutable_grad() = at::ones({1}, kind);
    const auto method = of.make({number.requires_grad_()}, options);
    for (int i = 0; i < 2; i++) {
        method->step([&] { return at::ones({}, kind); });
    }
}

} // namespace

const OptimizerClass sgd_class = Calls<SGD, SGDOptions, SGDParamState>::of(sgd_method);
const OptimizerClass adam_class = Calls<Adam, AdamOptions, AdamParamState>::of(adam_method);
const OptimizerClass adamw_class = Calls<AdamW, AdamWOptions, AdamWParamState>::of(adamw_method);
const OptimizerClass rmsprop_class = Calls<RMSprop, RMSpropOptions, RMSpropParamState>::of(rmsprop_method);
const OptimizerClass adagrad_class = Calls<Adagrad, AdagradOptions, AdagradParamState>::of(adagrad_method);
const OptimizerClass lbfgs_class = Calls<LBFGS, LBFGSOptions, LBFGSParamState>::of(lbfgs_method);

std::vector<Trainable> forms_of(const std::vector<at::Tensor> &tensors) {
    std::vector<Trainable> forms;
    forms.reserve(tensors.size());
    for (const at::Tensor &tensor : tensors) {
        forms.push_back({tensor.sizes(), tensor.requires_grad(), tensor.is_leaf(), tensor.unsafeGetTensorImpl()});
    }
    return forms;
}

std::vector<at::Tensor> tensors_of(const Objects<at::Tensor> &objects) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(objects.size());
    for (std::size_t i = 0; i < objects.size(); i++) {
        tensors.push_back(objects[i]);
    }
    return tensors;
}

void check_dtypes(const OptimizerClass &of, const std::vector<at::Tensor> &parameters, Numbers options) {
    for (std::size_t i = 0; i < parameters.size(); i++) {
        const at::ScalarType dtype = parameters[i].scalar_type();
        const bool tried =
            i > 0 && parameters[i - 1].scalar_type() == dtype && parameters[i - 1].device() == parameters[i].device();
        if (dtype == at::kFloat || dtype == at::kDouble || tried) {
            continue;
        }
        try {
            try_steps(of, at::TensorOptions().dtype(dtype).device(parameters[i].device()), options);
        } catch (const std::exception &) {
            refuse(str("parameters[", i, "] is of ", name_of(dtype), " on ", parameters[i].device().str(),
                       ", which this optimiser cannot step (", translate_exception().message,
                       "): convert it with rt_torch_torchtensor_to_dtype, to float32 say"));
        }
    }
}

} // namespace rt::libtorch
