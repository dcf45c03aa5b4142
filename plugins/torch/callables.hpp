// callables.hpp - what the host's callables are given, and what they give. The stub uses it, too. In this plugin include it
// after tensor.hpp.
#pragma once

#include <rtffi/plugin.hpp>

#include <optional>

namespace rt::libtorch {

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

// What a callable gave: a tensor, or none. The handle is its receiver's, ours; where it is an argument's own handle without
// another owner, freeing it twice does no harm (a second free is refused). `giver` is what messages call it, and `given`
// what it may give.
template <class Tensor> std::optional<Tensor> tensor_given(rt_value &result, const char *giver, const char *given) {
    if (result.type == RT_NONE) {
        return std::nullopt;
    }
    if (result.type != RT_HANDLE && result.type != RT_INTEGER) {
        detail::host->value_clear(&result);
        throw Error(RT_E_TYPE, std::string("the ") + giver + " must give " + given);
    }
    if (result.payload.integer == 0) {
        return std::nullopt;
    }
    const OwnedHandle handle(result.payload.integer);
    const Pin<Tensor> tensor(handle.get());
    if (!tensor) {
        throw Error(RT_E_HANDLE, std::string("the ") + giver + " gave a handle that is not a live TorchTensor");
    }
    return *tensor;
}

// The loss that a closure computes.
template <class Tensor> Tensor loss_of(const Callable &closure) {
    rt_value result = closure.call({});
    std::optional<Tensor> loss = tensor_given<Tensor>(result, "closure", "a TorchTensor");
    if (!loss) {
        throw Error(RT_E_TYPE, "the closure gave none: it must give the loss, a TorchTensor");
    }
    return *std::move(loss);
}

} // namespace rt::libtorch
