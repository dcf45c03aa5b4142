// workshop.hpp - a folder for what is being built, gone at the end with all that is in it: also where a signal ends the program.
#pragma once

#include <filesystem>
#include <string>
#include <thread>

namespace rt::tools::build {

class Workshop {
  public:
    // Beside what will be taken out of it, so that a rename is enough. Throws where nothing can be written there.
    explicit Workshop(const std::filesystem::path &folder);
    Workshop(const Workshop &) = delete;
    Workshop &operator=(const Workshop &) = delete;
    ~Workshop();

    std::string file(const std::filesystem::path &name) const { return (std::filesystem::path(path_) / name).string(); }

  private:
    // Until the destructor's word, or a signal's number, which ends the program as the signal would have.
    void wait_for_end() const;

    std::string path_;
    int told_ = -1; // the end of a pipe that wait_for_end reads
    std::thread cleaner_;
};

} // namespace rt::tools::build
