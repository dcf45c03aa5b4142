// templates.hpp - the projects that `rtffi new` makes: the files in the folders beside this one, as embed.py puts them into the command.
#pragma once

#include <span>

namespace rt::tools {

struct TemplateFile {
    const char *language;
    const char *path; // with placeholders, such as src/@NAME@.cpp
    bool executable;
    const char *text; // with placeholders
};

// In the order of languages and paths.
std::span<const TemplateFile> template_files();

} // namespace rt::tools
