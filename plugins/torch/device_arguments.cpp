// device_arguments.cpp - what can be said of the arguments of devices' functions without LibTorch.
#include "device_arguments.hpp"

namespace rt::libtorch {

void check_stream_end(bool begun) {
    if (!begun) {
        refuse("there is no rt_torch_stream_begin on this thread for it to end");
    }
}

void refuse_device_name(std::string_view name) {
    refuse(str("device is \"", printable(name), "\": it must be cpu, cuda, or a numbered one such as cuda:1"));
}

void refuse_device(std::string_view name) {
    refuse(
        str("there is no device ", name, " here: it must be cpu, which is one, cuda, or a numbered one such as cuda:1"),
        "no_device");
}

} // namespace rt::libtorch
