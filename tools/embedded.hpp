// embedded.hpp - the files beside this one that are part of the command: what `rtffi new` makes, what bindings have inside, the
// report's style and script. embed.py puts them there.
#pragma once

#include <span>
#include <string_view>

namespace rt::tools {

struct EmbeddedFile {
    std::string_view path;   // below tools/, such as "report/page.css"
    std::string_view sha256; // in base64, as a Content-Security-Policy names it
    bool executable;
    std::string_view text;
};

// By path.
std::span<const EmbeddedFile> embedded_files();

// The file at a path, which is there.
const EmbeddedFile &embedded_file(std::string_view path);

} // namespace rt::tools
