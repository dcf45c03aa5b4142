#include "errors.hpp"

#include <cmath>
#include <limits>

namespace rt::stub {

void libtorch_refuses(const std::string &message) { throw Error(RT_E_CALLEE, message, "libtorch"); }

void libtorch_refuses_index(const std::string &message) { throw Error(RT_E_ARGUMENT, message, "index"); }

bool fits_float32(double value) {
    return !std::isfinite(value) || std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max());
}

std::string why_unavailable() {
    std::string reason = fallback_reason();
    if (reason.find("To do: ") != std::string::npos) {
        return reason; // the core's, which knows more
    }
    return (reason.empty() ? "the stub was opened by its path, in place of a torch plugin with LibTorch" : reason) +
           ". To do: " RT_TORCH_HOW_TO_GET;
}

void no_numbers() { throw Error(RT_E_UNAVAILABLE, "LibTorch is not available: " + why_unavailable(), "no_libtorch"); }

void no_device() {
    throw Error(RT_E_UNAVAILABLE, "without LibTorch there is no device but the CPU: " + why_unavailable(), "no_device");
}

} // namespace rt::stub
