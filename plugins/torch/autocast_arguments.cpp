// autocast_arguments.cpp - what can be said of autocast's arguments without LibTorch.
#include "autocast_arguments.hpp"

namespace rt::libtorch {

void check_autocast(std::string_view device, std::string_view dtype, bool float16_on_cpu) {
    if (device != "cpu" && device != "cuda") {
        refuse(str("device is \"", printable(device), "\": it must be cpu or cuda, the kind of device"));
    }
    if (dtype != "bfloat16" && dtype != "float16") {
        refuse(str("dtype is \"", printable(dtype), "\": autocast computes in bfloat16 or float16"));
    }
    if (device == "cpu" && dtype == "float16" && !float16_on_cpu) {
        refuse("dtype is \"float16\": on the CPU this LibTorch's autocast computes in bfloat16");
    }
}

void check_autocast_end(bool begun) {
    if (!begun) {
        refuse("there is no rt_torch_autocast_begin on this thread for it to end");
    }
}

} // namespace rt::libtorch
