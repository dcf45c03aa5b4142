// cuda_driver.cpp - what NVIDIA's driver says of its devices, by the C API of libcuda.
#include "cuda_driver.hpp"

#include <dlfcn.h>

#include <array>

#include <rtffi/detail/error.hpp>

#include "arguments.hpp"

namespace rt::libtorch {

namespace {

// As in cuda.h, which is not there to include.
using Result = int;
using Device = int;
enum Attribute : int { multiprocessor_count = 16, compute_capability_major = 75, compute_capability_minor = 76 };

class Driver {
  public:
    explicit Driver(const char *path) : path_(path), library_(dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
        if (library_ == nullptr) {
            const char *reason = dlerror();
            fail(str("does not load: ", reason != nullptr ? reason : "?"));
        }
    }

    // Calls the function of that name, which returns 0 where all is well.
    template <class... A> void call(const char *name, A... arguments) const {
        auto *const function = reinterpret_cast<Result (*)(A...)>(dlsym(library_, name));
        if (function == nullptr) {
            fail(str("has no function ", name));
        }
        if (const Result result = function(arguments...); result != 0) {
            fail(str(name, " fails with CUDA's error ", result));
        }
    }

    std::int32_t attribute(Attribute which, Device device) const {
        int value = 0;
        call("cuDeviceGetAttribute", &value, static_cast<int>(which), device);
        return value;
    }

  private:
    [[noreturn]] void fail(const std::string &what) const {
        throw Error(RT_E_UNAVAILABLE, path_ + ", NVIDIA's driver: " + what);
    }

    std::string path_;
    void *library_;
};

} // namespace

CudaProperties cuda_properties(std::int32_t index, const char *library) {
    const Driver driver(library);
    Device device = 0;
    std::array<char, 256> name{};
    std::size_t memory = 0;
    driver.call("cuInit", 0U);
    driver.call("cuDeviceGet", &device, static_cast<int>(index));
    driver.call("cuDeviceGetName", name.data(), static_cast<int>(name.size()) - 1, device);
    driver.call("cuDeviceTotalMem_v2", &memory, device);
    return {name.data(), static_cast<std::int64_t>(memory), driver.attribute(compute_capability_major, device),
            driver.attribute(compute_capability_minor, device), driver.attribute(multiprocessor_count, device)};
}

} // namespace rt::libtorch
