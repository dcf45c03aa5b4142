// autocast.cpp - mixed precision: it is begun and ended, and results keep the dtypes they have without it.
#include "functions.hpp"

#include "../torch/autocast_arguments.hpp"

namespace rt::stub {

namespace {

constinit thread_local int autocast_depth __attribute__((tls_model("initial-exec"))) = 0;

} // namespace

void rt_torch_autocast_begin(std::string_view device, std::string_view dtype, bool) {
    libtorch::check_autocast(device, dtype, /*float16_on_cpu=*/false);
    if (device == "cuda") {
        no_device();
    }
    autocast_depth++;
}

void rt_torch_autocast_end() {
    libtorch::check_autocast_end(autocast_depth != 0);
    autocast_depth--;
}

} // namespace rt::stub
