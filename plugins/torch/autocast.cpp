// autocast.cpp - mixed precision: operations that gain by it compute in a dtype of fewer bits.
#include "tensor.hpp"

#include "autocast_arguments.hpp"
#include "device_support.hpp"
#include "dtype.hpp"
#include "version.hpp"

#undef RT_GROUP
#define RT_GROUP "amp"

namespace rt::libtorch {

namespace {

// LibTorch keeps converted weights until the outermost autocast ends.
void leave_nesting() {
    if (at::autocast::decrement_nesting() == 0) {
        at::autocast::clear_cache();
    }
}

void autocast_begin(std::string_view device, std::string_view dtype, bool enabled) {
    check_autocast(device, dtype, autocasts_to_float16_on_cpu);
    const c10::DeviceType type = device == "cuda" ? cuda_device(-1).type() : c10::DeviceType::CPU;
    this_thread->autocasts.push_back(
        {static_cast<int>(type), static_cast<int>(autocast_dtype(type)), autocast_enabled(type)});
    at::autocast::increment_nesting();
    set_autocast_dtype(type, dtype_named(dtype));
    set_autocast_enabled(type, enabled);
}

void autocast_end() {
    std::vector<Autocast> &autocasts = this_thread->autocasts;
    check_autocast_end(!autocasts.empty());
    const Autocast before = autocasts.back();
    autocasts.pop_back();
    const auto type = static_cast<c10::DeviceType>(before.device);
    leave_nesting();
    set_autocast_dtype(type, static_cast<at::ScalarType>(before.dtype));
    set_autocast_enabled(type, before.enabled);
}

} // namespace

RT_FUNCTION(
    autocast_begin, "rt_torch_autocast_begin(device: text = \"cpu\", dtype: text = \"bfloat16\", enabled: bool = true)",
    "From now on, until the matching end, operations of this thread on that kind of device that gain by it, such "
    "as linear and conv2d, compute in bfloat16 or float16, as in torch.autocast; not enabled: in the dtypes of "
    "their arguments. May be nested.")
RT_FUNCTION(autocast_end, "rt_torch_autocast_end()", "Ends what the last rt_torch_autocast_begin of this thread began.")

} // namespace rt::libtorch
