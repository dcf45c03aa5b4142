// jit.cpp - TorchScript files, which only LibTorch reads.
#include "functions.hpp"

namespace rt::stub {

TorchScriptModule rt_torch_jit_load(std::string_view path) {
    libtorch::check_file(std::string(path));
    no_numbers();
}

TorchTensor rt_torch_jit_forward(const TorchScriptModule &, const TorchTensor &) { no_numbers(); }

} // namespace rt::stub
