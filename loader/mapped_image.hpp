// mapped_image.hpp - where a library lies in this process, and whether it still does.
#pragma once

#include <elf.h>
#include <link.h>

#include <string>
#include <vector>

#include "elf_dynamic.hpp"

namespace rt::core {

struct MappedImage {
    std::uint64_t base = 0; // what is added to the file's addresses
    std::string path;       // by the dynamic linker's words
    std::vector<Elf64_Phdr> segments;

    // Whether an address, of a function for instance, lies in it.
    template <class T> bool holds(T *address) const { return holds_address(reinterpret_cast<std::uint64_t>(address)); }
    // Reads the image itself: it must stay mapped meanwhile.
    ElfDynamic dynamic() const;

  private:
    bool holds_address(std::uint64_t address) const;
};

// The image behind a handle of dlopen's, or one without segments.
MappedImage image_of(void *library);

// Whether it is still there: dlclose may leave it for many reasons.
bool is_mapped(const MappedImage &image);

} // namespace rt::core
