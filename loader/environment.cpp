#include "environment.hpp"

#include <cstdlib>

namespace rt::core {

std::string environment(const char *name) {
    const char *value = secure_getenv(name);
    return value != nullptr ? value : "";
}

std::string environment_folder(const char *name) {
    const std::string value = environment(name);
    return value.starts_with('/') ? value : "";
}

} // namespace rt::core
