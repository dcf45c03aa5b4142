// autograd_hooks.cpp - callables of the host's that see gradients on their way.
#include "tensor.hpp"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <span>

#include "autograd_arguments.hpp"

#undef RT_GROUP
#define RT_GROUP "autograd"

namespace rt::libtorch {

using at::Tensor;

namespace {

// Keeps the thread's status as it was: what is tidied up here is nobody's error.
class KeepStatus {
  public:
    KeepStatus() : location_(detail::host->error_location()), before_(*location_) {}
    KeepStatus(const KeepStatus &) = delete;
    KeepStatus &operator=(const KeepStatus &) = delete;
    ~KeepStatus() { *location_ = before_; }

  private:
    std::int32_t *location_;
    std::int32_t before_;
};

// A handle that is ours for as long as this lives.
class OwnedHandle {
  public:
    explicit OwnedHandle(std::int64_t handle) : handle_(handle) {}
    OwnedHandle(const OwnedHandle &) = delete;
    OwnedHandle &operator=(const OwnedHandle &) = delete;
    ~OwnedHandle() {
        const KeepStatus keep;
        detail::host->handle_free(handle_);
    }
    std::int64_t get() const { return handle_; }

  private:
    std::int64_t handle_;
};

// LibTorch's engine carries exceptions from the thread that computes to the one that waits, if they are std::exceptions.
std::int64_t handle_of(const Tensor &tensor) {
    try {
        return make_handle(Tensor(tensor));
    } catch (const detail::Reported &) {
        throw Error(RT_E_MEMORY, "memory is exhausted");
    }
}

// What a hook gave: a tensor that takes the gradient's place, or none. The handle is its receiver's, ours; where it
// is the argument's own handle without another owner, freeing it twice does no harm (a second free is refused).
Tensor tensor_of(rt_value &result) {
    if (result.type == RT_NONE) {
        return {};
    }
    if (result.type != RT_HANDLE && result.type != RT_INTEGER) {
        detail::host->value_clear(&result);
        throw Error(RT_E_TYPE, "the gradient hook must give a TorchTensor or none");
    }
    if (result.payload.integer == 0) {
        return {};
    }
    const OwnedHandle handle(result.payload.integer);
    const Pin<Tensor> tensor(handle.get());
    if (!tensor) {
        throw Error(RT_E_HANDLE, "the gradient hook gave a handle that is not a live TorchTensor");
    }
    return *tensor;
}

Tensor call_hook(const Callable &hook, const Tensor &gradient) {
    if (!gradient.defined()) {
        return {};
    }
    const OwnedHandle handle(handle_of(gradient));
    const rt_value argument{RT_HANDLE, 0, 0, {handle.get()}};
    rt_value result = hook.call({&argument, 1});
    return tensor_of(result);
}

std::int64_t register_hook(const Tensor &tensor, Callable hook) {
    return tensor.register_hook([hook = std::move(hook)](const Tensor &gradient) { return call_hook(hook, gradient); });
}

void remove_hook(const Tensor &tensor, std::int64_t position) {
    check_hook_position(position);
    try {
        tensor.remove_hook(static_cast<unsigned>(position));
    } catch (const c10::Error &) {
        refuse_hook_position(position);
    }
}

} // namespace

RT_FUNCTION_FLAGS(register_hook,
                  "rt_torch_autograd_register_hook(handle: TorchTensor, hook: fn(grad: TorchTensor) -> TorchTensor?) "
                  "-> i64",
                  "Calls hook with the tensor's gradient whenever backward computes it; a tensor that hook gives takes "
                  "the gradient's place, and its failure is backward's. Gives a position for remove_hook. The handle "
                  "that hook gets is freed when it returns, the one it gives is taken over.",
                  RT_FUNCTION_CALLS_BACK)
RT_FUNCTION(remove_hook, "rt_torch_autograd_remove_hook(handle: TorchTensor, position: i64)",
            "Removes the hook that rt_torch_autograd_register_hook put at that position.")

} // namespace rt::libtorch
