// diagnostics.hpp - what a compiler found wrong, read from what it wrote (gcc, clang, rustc).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rt::tools::build {

// "geometry.cpp:12: RT_FUNCTION(hypotenuse): a C++ parameter's type does not agree with: geo_hypotenuse(a: f64) -> f64"
struct Diagnostic {
    std::string file;
    std::size_t line = 0;
    std::string message;
    bool by_sdk = false; // the SDK's own sentence about a function and its signature

    std::string text() const { return file + ":" + std::to_string(line) + ": " + message; }
};

// The errors, those by the SDK first. Where there are such, others on the same line or outside of `source` are left out: they
// follow from the mistake.
//
// Where the source lacks the SDK's header, all of them follow from that: then that is the one error.
std::vector<Diagnostic> errors_in(std::string_view compiler_output, const std::string &source);

// The library that a name which the linker did not find is in, as in -lm: "m", "" where that is not known. Nothing where it found all.
std::optional<std::string> missing_library(std::string_view compiler_output);

} // namespace rt::tools::build
