#include "elf_dynamic.hpp"

#include <algorithm>

namespace rt::core {

namespace {

// A damaged file may claim any size.
constexpr std::uint64_t largest_table = std::uint64_t{64} << 20;
constexpr std::uint64_t longest_chain = 1 << 16;

} // namespace

std::uint64_t ElfDynamic::value(Elf64_Sxword tag) const {
    for (const Elf64_Dyn &entry : entries_) {
        if (entry.d_tag == tag) {
            return entry.d_un.d_val;
        }
    }
    return 0;
}

bool ElfDynamic::strings(std::vector<char> &out) const {
    const std::uint64_t size = value(DT_STRSZ);
    if (size > largest_table) {
        return false;
    }
    out.assign(size + 1, '\0');
    return read_(value(DT_STRTAB), out.data(), size);
}

// How many symbols a DT_GNU_HASH table knows of, the imported ones before its first included; 0 where it has none.
std::uint64_t ElfDynamic::hashed_count(std::uint64_t table) const {
    struct {
        std::uint32_t buckets, first, filter_words, shift;
    } header = {};
    if (!read_(table, &header, sizeof header) || header.buckets > largest_table / 4) {
        return 0;
    }
    std::vector<std::uint32_t> buckets(header.buckets);
    const std::uint64_t at = table + sizeof header + std::uint64_t{header.filter_words} * 8;
    if (!read_(at, buckets.data(), buckets.size() * 4)) {
        return 0;
    }
    const auto most = std::max_element(buckets.begin(), buckets.end());
    if (most == buckets.end() || *most < header.first) {
        return 0;
    }
    // The chain of the last bucket ends with the last symbol, whose hash has the lowest bit set.
    std::uint64_t last = *most;
    for (std::uint32_t hash = 0;; last++) {
        if (last - *most > longest_chain ||
            !read_(at + (buckets.size() + last - header.first) * 4, &hash, sizeof hash)) {
            return 0;
        }
        if ((hash & 1U) != 0) {
            return last + 1;
        }
    }
}

std::uint64_t ElfDynamic::symbol_count() const {
    if (const std::uint64_t table = value(DT_HASH); table != 0) {
        std::uint32_t sizes[2] = {}; // of the buckets, and of the chain, which has one entry for each symbol
        return read_(table, sizes, sizeof sizes) ? sizes[1] : 0;
    }
    const std::uint64_t table = value(DT_GNU_HASH);
    if (const std::uint64_t count = table != 0 ? hashed_count(table) : 0; count != 0) {
        return count;
    }
    // Nothing is defined: linkers put the string table behind the symbols.
    const std::uint64_t begin = value(DT_SYMTAB);
    return value(DT_STRTAB) > begin ? (value(DT_STRTAB) - begin) / sizeof(Elf64_Sym) : 0;
}

bool ElfDynamic::each_symbol(const Visit &visit) const {
    std::vector<char> names;
    const std::uint64_t count = symbol_count();
    if (!strings(names) || count > largest_table / sizeof(Elf64_Sym)) {
        return false;
    }
    std::vector<Elf64_Sym> symbols(count);
    if (!read_(value(DT_SYMTAB), symbols.data(), symbols.size() * sizeof(Elf64_Sym))) {
        return false;
    }
    for (const Elf64_Sym &symbol : symbols) {
        if (symbol.st_name < names.size()) {
            visit(symbol, names.data() + symbol.st_name);
        }
    }
    return true;
}

} // namespace rt::core
