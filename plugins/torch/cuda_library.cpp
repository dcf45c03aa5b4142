// cuda_library.cpp - the part of LibTorch that is there in its CUDA builds only.
#include "cuda_library.hpp"

#include <ATen/Version.h>
#include <dlfcn.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "process.hpp"

namespace rt::libtorch {

void open_cuda_library() {
    Dl_info libtorch_cpu{};
    if (dladdr(reinterpret_cast<const void *>(&at::show_config), &libtorch_cpu) == 0) {
        return;
    }
    std::string path = libtorch_cpu.dli_fname; // with a version at its end in distributions
    constexpr std::string_view cpu = "/libtorch_cpu.so";
    const std::size_t name = path.rfind(cpu);
    if (name == std::string::npos) {
        return;
    }
    path.replace(name, cpu.size(), "/libtorch_cuda.so");
    if (access(path.c_str(), R_OK) != 0) {
        return;
    }
    // Global, as if the program had linked it: LibTorch's CUDA extensions look its symbols up.
    if (dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
        const char *reason = dlerror();
        log(2, "CUDA is not available, because " + path + " does not load: " + (reason != nullptr ? reason : "?"));
    }
}

} // namespace rt::libtorch
