#include "embedded.hpp"

#include <algorithm>
#include <rtffi/host.hpp>
#include <string>

namespace rt::tools {

const EmbeddedFile &embedded_file(std::string_view path) {
    const std::span<const EmbeddedFile> files = embedded_files();
    const auto found =
        std::find_if(files.begin(), files.end(), [&](const EmbeddedFile &file) { return file.path == path; });
    if (found == files.end()) {
        throw Error(RT_E_NOT_FOUND,
                    std::string(path) + " is not part of this command: tools/meson.build lists what is");
    }
    return *found;
}

} // namespace rt::tools
