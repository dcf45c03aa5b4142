#include "mapped_image.hpp"

#include <algorithm>
#include <cstring>

namespace rt::core {

namespace {

struct Search {
    std::uint64_t base;
    const char *path;
    MappedImage *found;
    bool there = false;
};

int compare(dl_phdr_info *info, size_t, void *context) {
    auto *search = static_cast<Search *>(context);
    if (info->dlpi_addr != search->base || info->dlpi_name == nullptr ||
        std::strcmp(info->dlpi_name, search->path) != 0) {
        return 0;
    }
    search->there = true;
    if (search->found != nullptr) {
        search->found->segments.assign(info->dlpi_phdr, info->dlpi_phdr + info->dlpi_phnum);
    }
    return 1;
}

} // namespace

bool MappedImage::holds_address(std::uint64_t address) const {
    return std::any_of(segments.begin(), segments.end(), [&](const Elf64_Phdr &segment) {
        return segment.p_type == PT_LOAD && address >= base + segment.p_vaddr &&
               address - base - segment.p_vaddr < segment.p_memsz;
    });
}

ElfDynamic MappedImage::dynamic() const {
    const ElfDynamic::Read read = [this](std::uint64_t address, void *into, std::size_t size) {
        for (const Elf64_Phdr &segment : segments) {
            if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
                address - segment.p_vaddr < segment.p_memsz && size <= segment.p_memsz - (address - segment.p_vaddr)) {
                std::memcpy(into, reinterpret_cast<const void *>(base + address), size);
                return true;
            }
        }
        return false;
    };
    std::vector<Elf64_Dyn> entries;
    for (const Elf64_Phdr &segment : segments) {
        if (segment.p_type == PT_DYNAMIC) {
            entries.resize(segment.p_memsz / sizeof(Elf64_Dyn));
            if (!read(segment.p_vaddr, entries.data(), entries.size() * sizeof(Elf64_Dyn))) {
                entries.clear();
            }
        }
    }
    // The dynamic linker has added the base to those that are addresses, on most machines.
    for (Elf64_Dyn &entry : entries) {
        for (const Elf64_Sxword tag : {DT_HASH, DT_GNU_HASH, DT_STRTAB, DT_SYMTAB}) {
            if (entry.d_tag == tag && entry.d_un.d_ptr >= base) {
                entry.d_un.d_ptr -= base;
            }
        }
    }
    return {std::move(entries), read};
}

MappedImage image_of(void *library) {
    const auto *map = static_cast<const struct link_map *>(library);
    MappedImage image{map->l_addr, map->l_name, {}};
    Search search{image.base, image.path.c_str(), &image};
    dl_iterate_phdr(compare, &search);
    return image;
}

bool is_mapped(const MappedImage &image) {
    Search search{image.base, image.path.c_str(), nullptr};
    dl_iterate_phdr(compare, &search);
    return search.there;
}

} // namespace rt::core
