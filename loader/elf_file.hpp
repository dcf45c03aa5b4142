// elf_file.hpp - bounded reading of an ELF file: headers, notes, the dynamic section. Never maps or runs anything.
#pragma once

#include <elf.h>

#include <string>
#include <vector>

#include "descriptor.hpp"
#include "elf_dynamic.hpp"
#include "error.hpp"

namespace rt::core {

class ElfFile {
  public:
    ElfFile() = default;
    ElfFile(const ElfFile &) = delete;
    ElfFile &operator=(const ElfFile &) = delete;
    ~ElfFile() = default;

    // Opens the file and checks that it is a shared library for this machine. The outcome's cause is "not_found",
    // "not_readable", "not_a_file", "not_elf", "truncated", "wrong_architecture" or "not_a_library". Throws TooManyFiles.
    Outcome open(const std::string &path);
    // The same with what is open as `descriptor` and stays open meanwhile; messages have the path.
    Outcome open(const std::string &path, int descriptor);

    // The payload of each note of this owner and type, in the file's order.
    struct Note {
        std::uint32_t type;
        std::string payload;
    };
    Outcome notes(std::string_view owner, std::vector<Note> &out) const;

    // The dynamic section, which reads its symbols through this file: not to outlive it.
    Outcome dynamic(ElfDynamic &out) const;

    // Bytes of thread-local memory that each thread has of it.
    std::uint64_t thread_local_size() const;

    // DT_NEEDED and the folders of DT_RUNPATH or else DT_RPATH, with $ORIGIN replaced.
    Outcome dependencies(std::vector<std::string> &needed, std::vector<std::string> &folders) const;

  private:
    Outcome damaged(const char *what) const;
    bool read(std::uint64_t offset, void *into, std::size_t size) const;
    Outcome segment(const Elf64_Phdr &header, std::vector<char> &out) const;
    bool read_address(std::uint64_t address, void *into, std::size_t size) const;

    std::string path_;
    Descriptor own_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
    std::vector<Elf64_Phdr> segments_;
};

} // namespace rt::core
