#include "file_text.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "canonical_path.hpp"
#include "text.hpp"

namespace rt::core {

Outcome read_text(const std::string &path, std::string &out) {
    // O_NONBLOCK, or opening a FIFO would wait for a writer.
    return read_text(Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)), path, out);
}

Outcome read_text(const Descriptor &file, const std::string &path, std::string &out) {
    constexpr std::size_t longest = std::size_t{16} << 20;
    struct stat status = {};
    out.clear();
    if (!file || fstat(file.get(), &status) != 0) {
        return unreadable(path, errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return {RT_E_LOAD, "not_a_file", joined({path, " is not a regular file"})};
    }
    for (char buffer[4096]; out.size() <= longest;) {
        const ssize_t got = read(file.get(), buffer, sizeof buffer);
        if (got == 0) {
            return {};
        }
        if (got < 0 && errno != EINTR) {
            return unreadable(path, errno);
        }
        out.append(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
    }
    return {RT_E_LOAD, "too_long", joined({path, " is longer than 16 MiB"})};
}

} // namespace rt::core
