// callables.hpp - what the host's callables are given, and what they give. The stub uses it, too. In this plugin include it
// after tensor.hpp.
#pragma once

#include <rtffi/plugin.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "autograd_arguments.hpp"

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

// As make_handle, for a callable that may be called inside LibTorch's engine: that carries exceptions from the thread that
// computes to the one that waits, if they are std::exceptions.
template <class T> std::int64_t new_handle(T &&object) {
    try {
        return make_handle(std::forward<T>(object));
    } catch (const detail::Reported &) {
        throw Error(RT_E_MEMORY, "memory is exhausted");
    }
}

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

// What a callable gave where it gives tensors: an array of them, one, or nothing. Some may be none. As tensor_given.
template <class Tensor> class TensorsGiven {
  public:
    TensorsGiven(const rt_value &result, const char *giver) : result_(result), giver_(giver) {}
    TensorsGiven(const TensorsGiven &) = delete;
    TensorsGiven &operator=(const TensorsGiven &) = delete;
    // Each handle once, after all were read: the same one may stand there twice.
    ~TensorsGiven() {
        const KeepStatus keep;
        for (std::size_t i = 0; i < size(); i++) {
            if (const std::int64_t handle = handle_at(i); handle > 0) {
                detail::host->handle_free(handle);
            }
        }
        detail::host->value_clear(&result_);
    }

    std::vector<std::optional<Tensor>> tensors() const {
        std::vector<std::optional<Tensor>> all;
        for (std::size_t i = 0; i < size(); i++) {
            all.push_back(tensor_at(i));
        }
        return all;
    }

  private:
    static constexpr std::int64_t no_handle = -1;

    static std::int64_t handle_in(const rt_value &value) {
        const bool handle = value.type == RT_HANDLE || value.type == RT_INTEGER;
        return handle ? value.payload.integer : value.type == RT_NONE ? 0 : no_handle;
    }
    std::size_t size() const {
        const bool array = result_.type >= RT_TEXT && result_.type <= RT_VALUES;
        return array ? result_.size : result_.type == RT_NONE ? 0 : 1;
    }
    std::int64_t handle_at(std::size_t i) const {
        switch (result_.type) {
        case RT_HANDLE_ARRAY:
        case RT_I64_ARRAY:
            return static_cast<const std::int64_t *>(result_.payload.pointer)[i];
        case RT_VALUES:
            return handle_in(static_cast<const rt_value *>(result_.payload.pointer)[i]);
        default:
            return handle_in(result_);
        }
    }
    std::optional<Tensor> tensor_at(std::size_t i) const {
        const std::int64_t handle = handle_at(i);
        if (handle == 0) {
            return std::nullopt;
        }
        if (handle == no_handle) {
            throw Error(RT_E_TYPE, std::string("the ") + giver_ + " must give TorchTensors: an array of them, or one");
        }
        const Pin<Tensor> tensor(handle);
        if (!tensor) {
            throw Error(RT_E_HANDLE, std::string("the ") + giver_ + " gave a handle that is not a live TorchTensor");
        }
        return *tensor;
    }

    rt_value result_;
    const char *giver_;
};

// What a callable gave that must give tensors: one at least, and none that is none.
template <class Tensor> std::vector<Tensor> outputs_in(std::vector<std::optional<Tensor>> &&given, const char *giver) {
    std::vector<bool> there;
    std::vector<Tensor> outputs;
    for (auto &tensor : given) {
        there.push_back(tensor.has_value());
        outputs.push_back(std::move(tensor).value_or(Tensor()));
    }
    check_forward_outputs(giver, there);
    return outputs;
}

// Tensors as a callable is given them: an array of handles that are ours until it returns, 0 where there is none.
template <class Tensor> class GivenTensors {
  public:
    explicit GivenTensors(std::size_t count) { handles_.reserve(count); }
    explicit GivenTensors(const std::vector<std::optional<Tensor>> &tensors) : GivenTensors(tensors.size()) {
        for (const auto &tensor : tensors) {
            tensor ? add(*tensor) : add_none();
        }
    }
    GivenTensors(const GivenTensors &) = delete;
    GivenTensors &operator=(const GivenTensors &) = delete;
    ~GivenTensors() {
        const KeepStatus keep;
        for (const std::int64_t handle : handles_) {
            if (handle != 0) {
                detail::host->handle_free(handle);
            }
        }
    }
    void add(const Tensor &tensor) { handles_.push_back(new_handle(Tensor(tensor))); }
    void add_none() { handles_.push_back(0); }
    rt_value value() const {
        rt_value array{RT_HANDLE_ARRAY, 0, handles_.size(), {0}};
        array.payload.pointer = handles_.data();
        return array;
    }

  private:
    std::vector<std::int64_t> handles_;
};

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
