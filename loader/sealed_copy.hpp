// sealed_copy.hpp - a copy of a file in memory that nobody can change any more: what is checked there is what is loaded.
//
// Note [Sealed copies]: the dynamic linker opens a copy as /proc/PID/fd/N. It looks for a name among those it knows first, so the
// descriptor stays open for as long as the copy is mapped, or another file with the same number would be taken for it. The
// image is then given the name of the original, for debuggers, dladdr and people; a constructor of the file still sees the first
// one. The original stays open, too, so that no other file gets its inode, by which the core knows it.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>
#include <string_view>

#include "descriptor.hpp"
#include "elf_file.hpp"
#include "error.hpp"

namespace rt::core {

class SealedCopy {
  public:
    // Copies what is open as `original`, whose path was `path`. The outcome's cause is "no_sealed_copy" where it cannot be made.
    static Outcome make(const std::string &path, Descriptor original, std::unique_ptr<SealedCopy> &out);
    SealedCopy(const SealedCopy &) = delete;
    SealedCopy &operator=(const SealedCopy &) = delete;
    ~SealedCopy();

    int descriptor() const { return copy_.get(); }
    std::string_view bytes() const { return {static_cast<const char *>(mapped_), size_}; }
    // What dlopen is to be given. Not by way of /proc/self: a debugger opens it, too, and would take a file of its own for it.
    std::string name() const;
    // Whether a library is mapped from this copy.
    bool is_image(void *library) const;
    // Gives a library that was opened from it the original's name, with memory that prepare_name has had before.
    void prepare_name();
    void name_image(void *library);

  private:
    SealedCopy() = default;

    std::string path_;
    Descriptor copy_;
    Descriptor original_;
    const void *mapped_ = nullptr;
    std::size_t size_ = 0;
    // Both of malloc. The dynamic linker frees an image's name with it; who has the first one of dladdr has it for as long.
    char *name_ = nullptr;
    char *first_name_ = nullptr;
};

// A file that looks for others beside itself finds nothing there when it is loaded from a copy: the cause is
// "origin_in_sealed_copy".
Outcome check_origin(const ElfFile &file, const std::string &path);

} // namespace rt::core
