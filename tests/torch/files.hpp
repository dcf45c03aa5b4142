// files.hpp - files that tests write, and folders for them.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "support.hpp"

namespace torch_test {

namespace fs = std::filesystem;

// A folder of the test's own.
class Folder {
  public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "rtffi-test-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    ~Folder() { fs::remove_all(path_); }
    std::string file(const char *name) const { return (path_ / name).string(); }
    std::string with(const char *name, std::string_view content) const {
        std::ofstream(file(name), std::ios::binary) << content;
        return file(name);
    }

  private:
    fs::path path_;
};

inline std::string content_of(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace torch_test
