// libtorch_version.hpp - whether the LibTorch in the process is of the version that this plugin was built for.
//
// One of another version may have every symbol that the plugin needs, and lay out its classes differently: then the first call
// crashes or, worse, does not. Patch levels keep the layout (Debian's headers say 1.13.0 where its library says 1.13.1).
#pragma once

#include <string_view>

namespace rt::libtorch {

// "2.13" of "2.13.0+cpu".
constexpr std::string_view release_of(std::string_view version) {
    const std::size_t dot = version.find('.');
    const std::size_t end = dot != std::string_view::npos ? version.find_first_not_of("0123456789", dot + 1) : dot;
    return version.substr(0, end);
}

constexpr bool same_release(std::string_view running, std::string_view built) {
    return release_of(running) == release_of(built);
}

// Throws RT_E_LOAD with cause "libtorch_version", with both versions and where the library is, where they differ.
void check_libtorch_version();

} // namespace rt::libtorch
