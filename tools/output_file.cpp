#include "output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include <rtffi/host.hpp>

namespace rt::tools {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const fs::path &output, int error) {
    throw Error(RT_E_ARGUMENT, output.string() + " cannot be written: " + std::generic_category().message(error),
                "not_writable");
}

// A file beside another one, which goes unless it takes that one's place.
class Replacement {
  public:
    explicit Replacement(const fs::path &output) : output_(output), path_(output.string() + ".XXXXXX") {
        file_ = mkostemp(path_.data(), O_CLOEXEC);
        if (file_ < 0) {
            cannot_write(output_, errno);
        }
    }
    Replacement(const Replacement &) = delete;
    Replacement &operator=(const Replacement &) = delete;
    ~Replacement() {
        close(file_);
        if (!placed_) {
            unlink(path_.c_str());
        }
    }
    void write(std::string_view text) {
        while (!text.empty()) {
            const ssize_t written = ::write(file_, text.data(), text.size());
            if (written < 0 && errno != EINTR) {
                cannot_write(output_, errno);
            }
            text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
        }
    }
    // With the mode of the file that was there, or of any new one.
    void place() {
        struct stat known = {};
        const mode_t mask = umask(0);
        umask(mask);
        const mode_t mode = stat(output_.c_str(), &known) == 0 ? known.st_mode & 0777U : 0666U & ~mask;
        if (fchmod(file_, mode) != 0 || rename(path_.c_str(), output_.c_str()) != 0) {
            cannot_write(output_, errno);
        }
        placed_ = true;
    }

  private:
    fs::path output_;
    std::string path_;
    int file_ = -1;
    bool placed_ = false;
};

} // namespace

void check_output(const fs::path &output, const std::vector<std::string> &inputs) {
    std::error_code none;
    for (const std::string &input : inputs) {
        if (fs::equivalent(output, input, none)) {
            throw Error(RT_E_ARGUMENT, output.string() + " is read, and would be lost: write to another file");
        }
    }
    const fs::file_status status = fs::status(output, none);
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        throw Error(RT_E_ARGUMENT, output.string() + " is " +
                                       (fs::is_directory(status) ? "a folder" : "no regular file") +
                                       ": name a file to write");
    }
}

void write_output(const fs::path &output, const std::string &text) {
    std::error_code none;
    Replacement file(fs::is_symlink(output, none) ? fs::weakly_canonical(output) : output);
    file.write(text);
    file.place();
}

void give_text(const std::string &text, const std::string &output, const std::vector<std::string> &inputs, Json about,
               bool json) {
    if (!output.empty()) {
        check_output(output, inputs);
        write_output(output, text);
    }
    if (json) {
        about["output"] = output.empty() ? Json() : Json(output);
        about["text"] = text;
        print_json(about);
    } else if (output.empty()) {
        print(text);
    }
}

} // namespace rt::tools
