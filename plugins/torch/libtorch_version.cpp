#include "libtorch_version.hpp"

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <torch/version.h>

#include <string>

#include "process.hpp"
#include "version.hpp"

namespace rt::libtorch {

namespace {

// Of libtorch_cpu.so, by one of its functions.
std::string path_of_libtorch() {
    Dl_info info = {};
    const bool found = dladdr(reinterpret_cast<const void *>(&at::get_num_threads), &info) != 0;
    return found && info.dli_fname != nullptr ? info.dli_fname : "libtorch_cpu.so";
}

} // namespace

void check_libtorch_version() {
    const std::string running = version_in_process();
    if (running.empty() || same_release(running, TORCH_VERSION)) {
        return;
    }
    throw Error(RT_E_LOAD,
                "LibTorch " + running + " is in the process, from " + path_of_libtorch() +
                    ", but this plugin was built for LibTorch " TORCH_VERSION
                    ". To do: install LibTorch of that version and put the folder of its libtorch_cpu.so on "
                    "LD_LIBRARY_PATH, or build the plugin anew with the one that is there",
                "libtorch_version");
}

} // namespace rt::libtorch
