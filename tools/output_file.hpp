// output_file.hpp - files that the user names with -o.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "output.hpp"

namespace rt::tools {

// Throws RT_E_ARGUMENT where `output` is one of the files that are read, or is there and no regular file: a folder, a device.
void check_output(const std::filesystem::path &output, const std::vector<std::string> &inputs);

// Writes the whole text or, with an RT_E_ARGUMENT that says why, leaves what was there; what a symbolic link names, and not the link.
void write_output(const std::filesystem::path &output, const std::string &text);

// Gives a text that was made of `inputs` to the file, or where `output` is "" to standard output; where JSON is wanted, as part of a
// document that begins with `about`.
void give_text(const std::string &text, const std::string &output, const std::vector<std::string> &inputs, Json about,
               bool json);

} // namespace rt::tools
