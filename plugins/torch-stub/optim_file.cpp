// optim_file.cpp - optimisers' states in files: numbers, which there are none of.
#include "functions.hpp"

namespace rt::stub {

void rt_torch_optim_save(const TorchOptimizer &optimizer, std::string_view path) {
    libtorch::check_new_file(std::string(path));
    const Changing changing(optimizer);
    no_numbers();
}

void rt_torch_optim_load(const TorchOptimizer &, std::string_view path) {
    libtorch::check_file(std::string(path));
    no_numbers();
}

} // namespace rt::stub
