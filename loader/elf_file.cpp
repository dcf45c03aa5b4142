#include "elf_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "canonical_path.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

constexpr std::size_t largest_segment = std::size_t{64} << 20;

#if defined(__x86_64__)
constexpr Elf64_Half this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half this_machine = EM_AARCH64;
#elif defined(__riscv)
constexpr Elf64_Half this_machine = EM_RISCV;
#else
#error "tell the core this machine's ELF number"
#endif
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
constexpr unsigned char this_order = ELFDATA2LSB;
#else
constexpr unsigned char this_order = ELFDATA2MSB;
#endif

constexpr std::uint64_t aligned(std::uint64_t n) { return (n + 3) & ~std::uint64_t{3}; }

} // namespace

Outcome ElfFile::damaged(const char *what) const {
    return {RT_E_LOAD, "truncated", joined({path_, " is truncated or damaged: ", what})};
}

bool ElfFile::read(std::uint64_t offset, void *into, std::size_t size) const {
    auto *at = static_cast<char *>(into);
    while (size != 0) {
        const ssize_t got = pread(descriptor_, at, size, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        at += got;
        offset += static_cast<std::uint64_t>(got);
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

Outcome ElfFile::open(const std::string &path) {
    // O_NONBLOCK, or opening a FIFO would wait for a writer.
    own_ = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    return open(path, own_.get());
}

Outcome ElfFile::open(const std::string &path, int descriptor) {
    path_ = path;
    descriptor_ = descriptor;
    struct stat status = {};
    if (descriptor_ < 0 || fstat(descriptor_, &status) != 0) {
        const int error = errno;
        throw_if_exhausted(error);
        return unreadable(path, error);
    }
    if (!S_ISREG(status.st_mode)) {
        return {RT_E_LOAD, "not_a_file", path + " is not a regular file"};
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
    Elf64_Ehdr header = {};
    const bool whole = read(0, &header, sizeof header);
    if ((!whole && size_ < SELFMAG) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
        return {RT_E_LOAD, "not_elf", path + " is not an ELF file"};
    }
    if (!whole) {
        return damaged("it ends inside the ELF header");
    }
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != this_order ||
        header.e_machine != this_machine) {
        return {RT_E_LOAD, "wrong_architecture",
                joined({path, " is for another architecture (ELF machine ", std::to_string(header.e_machine), ", ",
                        header.e_ident[EI_CLASS] == ELFCLASS64 ? "64" : "32", " bits",
                        header.e_ident[EI_DATA] == this_order ? "" : ", another byte order", ")"})};
    }
    if (header.e_type != ET_DYN) {
        return {RT_E_LOAD, "not_a_library", path + " is an ELF file but not a shared library"};
    }
    if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0 || header.e_phnum == PN_XNUM) {
        return damaged("it has no usable program headers");
    }
    segments_.resize(header.e_phnum);
    if (!read(header.e_phoff, segments_.data(), segments_.size() * sizeof(Elf64_Phdr))) {
        return damaged("it ends inside the program headers");
    }
    // The dynamic linker maps what the headers say, and the process dies where it looks beyond the file's end.
    for (const Elf64_Phdr &segment : segments_) {
        if (segment.p_type == PT_LOAD && (segment.p_offset > size_ || segment.p_filesz > size_ - segment.p_offset)) {
            return damaged("it ends inside a segment that is to be mapped");
        }
    }
    return {};
}

Outcome ElfFile::segment(const Elf64_Phdr &header, std::vector<char> &out) const {
    if (header.p_offset > size_ || header.p_filesz > size_ - header.p_offset) {
        return damaged("a segment reaches beyond the file's end");
    }
    if (header.p_filesz > largest_segment) {
        return {RT_E_LOAD, "too_large",
                path_ + ": a segment with its notes or its dynamic section has " + std::to_string(header.p_filesz) +
                    " bytes; at most " + std::to_string(largest_segment) + " are read"};
    }
    out.resize(header.p_filesz);
    return read(header.p_offset, out.data(), out.size()) ? Outcome{} : damaged("a segment cannot be read");
}

Outcome ElfFile::notes(std::string_view owner, std::vector<Note> &out) const {
    std::vector<char> bytes;
    for (const Elf64_Phdr &header : segments_) {
        if (header.p_type != PT_NOTE || header.p_align > 4) {
            continue; // notes aligned to 8 are the linker's own
        }
        if (Outcome read_all = segment(header, bytes); !read_all) {
            return read_all;
        }
        std::uint64_t at = 0;
        while (at + sizeof(Elf64_Nhdr) <= bytes.size()) {
            Elf64_Nhdr note = {};
            std::memcpy(&note, bytes.data() + at, sizeof note);
            at += sizeof note;
            const std::uint64_t payload = at + aligned(note.n_namesz);
            if (payload + note.n_descsz > bytes.size()) {
                return damaged("a note reaches beyond its segment");
            }
            const bool ours =
                note.n_namesz == owner.size() + 1 && std::string_view(bytes.data() + at, owner.size()) == owner;
            if (ours) {
                out.push_back({note.n_type, std::string(bytes.data() + payload, note.n_descsz)});
            }
            at = payload + aligned(note.n_descsz);
        }
    }
    return {};
}

bool ElfFile::read_address(std::uint64_t address, void *into, std::size_t size) const {
    for (const Elf64_Phdr &header : segments_) {
        if (header.p_type == PT_LOAD && address >= header.p_vaddr && address - header.p_vaddr < header.p_filesz) {
            const std::uint64_t from = address - header.p_vaddr;
            return size <= header.p_filesz - from && read(header.p_offset + from, into, size);
        }
    }
    return false;
}

Outcome ElfFile::dynamic(ElfDynamic &out) const {
    std::vector<char> bytes;
    for (const Elf64_Phdr &header : segments_) {
        if (header.p_type == PT_DYNAMIC) {
            if (Outcome ok = segment(header, bytes); !ok) {
                return ok;
            }
        }
    }
    std::vector<Elf64_Dyn> entries(bytes.size() / sizeof(Elf64_Dyn));
    if (!entries.empty()) {
        std::memcpy(entries.data(), bytes.data(), entries.size() * sizeof(Elf64_Dyn));
    }
    out = {std::move(entries),
           [this](std::uint64_t address, void *into, std::size_t size) { return read_address(address, into, size); }};
    return {};
}

std::uint64_t ElfFile::thread_local_size() const {
    for (const Elf64_Phdr &header : segments_) {
        if (header.p_type == PT_TLS) {
            return header.p_memsz;
        }
    }
    return 0;
}

Outcome ElfFile::dependencies(std::vector<std::string> &needed, std::vector<std::string> &folders) const {
    ElfDynamic section;
    if (Outcome ok = dynamic(section); !ok) {
        return ok;
    }
    std::vector<char> table;
    if (section.entries().empty() || !section.strings(table)) {
        return damaged("its dynamic section cannot be read");
    }
    const bool runpath = section.value(DT_RUNPATH) != 0;
    const std::string origin = path_.substr(0, path_.rfind('/'));
    for (const Elf64_Dyn &entry : section.entries()) {
        if (entry.d_un.d_val >= table.size()) {
            continue;
        }
        const std::string text = table.data() + entry.d_un.d_val;
        if (entry.d_tag == DT_NEEDED) {
            needed.push_back(text);
        } else if (entry.d_tag == (runpath ? DT_RUNPATH : DT_RPATH)) {
            for (std::size_t begin = 0; begin <= text.size();) {
                const std::size_t end = std::min(text.find(':', begin), text.size());
                std::string folder = text.substr(begin, end - begin);
                for (const char *token : {"$ORIGIN", "${ORIGIN}"}) {
                    if (const std::size_t found = folder.find(token); found != std::string::npos) {
                        folder.replace(found, std::strlen(token), origin);
                    }
                }
                folders.push_back(std::move(folder));
                begin = end + 1;
            }
        }
    }
    return {};
}

} // namespace rt::core
