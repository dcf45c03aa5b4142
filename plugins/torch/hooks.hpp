// hooks.hpp - the hooks of a module: callables of the host's that see what goes into it, what comes out, and the gradients. The
// stub uses it, too. In this plugin include it after tensor.hpp.
#pragma once

#include <atomic>
#include <deque>
#include <initializer_list>
#include <memory>
#include <mutex>

#include "callables.hpp"

namespace rt::libtorch {

// What goes into a module or comes out, in order; none where a tensor is left out.
template <class Tensor> using MaybeTensors = std::vector<std::optional<Tensor>>;

enum class HookKind { forward_pre, forward, full_backward };

// Those of one module. Any thread may add and remove some while others run the module.
class ModuleHooks {
  public:
    using List = std::vector<std::shared_ptr<const Callable>>;

    // What a module asks at each call.
    bool any() const { return count_.load(std::memory_order_acquire) != 0; }
    // Gives the number that `remove` takes; the first one is 1.
    std::int64_t add(HookKind kind, const Callable &hook);
    // Throws where there is no hook of that number.
    void remove(std::int64_t number);
    // In the order in which they were added.
    List of(HookKind kind) const;
    // Has the other's hooks from now on, under the same numbers.
    void copy(const ModuleHooks &other);

  private:
    struct Hook {
        std::int64_t number;
        HookKind kind;
        std::shared_ptr<const Callable> callable;
    };

    mutable std::mutex mutex_; // guards what follows
    std::vector<Hook> hooks_;
    std::int64_t last_ = 0;
    std::atomic<std::size_t> count_{0};
};

// What messages call a hook of that kind.
const char *hook_name(HookKind kind);
// Throws unless a hook that gave tensors gave one, or none, for each of those that it may replace.
void check_hook_results(HookKind kind, std::size_t given, std::size_t wanted);
[[noreturn]] void refuse_unneeded_gradients();
// Of a gradient that a full backward hook gave in another's place.
void check_replaced_gradient(std::size_t index, Shape given, Shape wanted);

// Calls a hook with its module and lists of tensors. The tensors that it gives take the places of `values`; where it gives none, what
// was there stays. `KeepModes` lives while it runs.
template <class KeepModes, class Tensor>
void call_hook(HookKind kind, const Callable &hook, const OwnedHandle &module,
               std::initializer_list<const MaybeTensors<Tensor> *> lists, MaybeTensors<Tensor> &values) {
    std::deque<GivenTensors<Tensor>> given;
    std::vector<rt_value> arguments{{RT_HANDLE, 0, 0, {module.get()}}};
    for (const MaybeTensors<Tensor> *list : lists) {
        arguments.push_back(given.emplace_back(*list).value());
    }
    const KeepModes keep_modes;
    const TensorsGiven<Tensor> result(hook.call(arguments), hook_name(kind));
    MaybeTensors<Tensor> replacements = result.tensors();
    bool any = false;
    for (const auto &one : replacements) {
        any = any || one.has_value();
    }
    if (!any) {
        return;
    }
    check_hook_results(kind, replacements.size(), values.size());
    for (std::size_t i = 0; i < values.size(); i++) {
        if (replacements[i]) {
            values[i] = std::move(replacements[i]);
        }
    }
}

// The forward hooks of one call of a module. Both functions may put other tensors in the places of those that they are given.
template <class Tensor, class KeepModes> class ForwardHooks {
  public:
    template <class Module>
    ForwardHooks(const Module &module, const ModuleHooks &hooks) : hooks_(hooks), module_(new_handle(Module(module))) {}

    void before(MaybeTensors<Tensor> &inputs) const {
        for (const auto &hook : hooks_.of(HookKind::forward_pre)) {
            call_hook<KeepModes, Tensor>(HookKind::forward_pre, *hook, module_, {&inputs}, inputs);
        }
    }
    void after(const MaybeTensors<Tensor> &inputs, MaybeTensors<Tensor> &outputs) const {
        for (const auto &hook : hooks_.of(HookKind::forward)) {
            call_hook<KeepModes, Tensor>(HookKind::forward, *hook, module_, {&inputs, &outputs}, outputs);
        }
    }

  private:
    const ModuleHooks &hooks_;
    OwnedHandle module_;
};

} // namespace rt::libtorch
