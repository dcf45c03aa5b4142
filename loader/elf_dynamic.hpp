// elf_dynamic.hpp - the dynamic section and the symbols of an ELF image, be it a file or mapped into this process.
#pragma once

#include <elf.h>

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace rt::core {

class ElfDynamic {
  public:
    // Copies what lies at an address, as the file's headers count them; false where nothing does.
    using Read = std::function<bool(std::uint64_t address, void *into, std::size_t size)>;

    ElfDynamic() = default;
    ElfDynamic(std::vector<Elf64_Dyn> entries, Read read) : entries_(std::move(entries)), read_(std::move(read)) {}

    const std::vector<Elf64_Dyn> &entries() const { return entries_; }
    // The value of a tag, 0 where it is not there.
    std::uint64_t value(Elf64_Sxword tag) const;
    // The string table, with a NUL at its end; false where it cannot be read.
    bool strings(std::vector<char> &out) const;

    // Visits each dynamic symbol, those imported and those defined; false where they cannot be read.
    using Visit = std::function<void(const Elf64_Sym &symbol, std::string_view name)>;
    bool each_symbol(const Visit &visit) const;

  private:
    std::uint64_t symbol_count() const;
    std::uint64_t hashed_count(std::uint64_t table) const;

    std::vector<Elf64_Dyn> entries_;
    Read read_;
};

} // namespace rt::core
