// jit.cpp - TorchScript files, which only LibTorch reads.
#include "functions.hpp"

#include <filesystem>

namespace rt::stub {

TorchScriptModule rt_torch_jit_load(std::string_view path) {
    constexpr std::size_t most_shown = 400; // characters of a path
    const std::string file(path);
    if (file.find('\0') != std::string::npos) {
        refuse("path has a NUL in it");
    }
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) {
        throw Error(RT_E_NOT_FOUND, "there is no file " + libtorch::printable(file, most_shown), "file_not_found");
    }
    if (status.type() != std::filesystem::file_type::regular) {
        throw Error(RT_E_ARGUMENT,
                    libtorch::printable(file, most_shown) + (error ? ": " + error.message() : " is not a regular file"),
                    "not_a_file");
    }
    no_numbers();
}

TorchTensor rt_torch_jit_forward(const TorchScriptModule &, const TorchTensor &) { no_numbers(); }

} // namespace rt::stub
