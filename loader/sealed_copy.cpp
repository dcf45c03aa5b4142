#include "sealed_copy.hpp"

#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

#include "mapped_file.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

Outcome failed(const std::string &path, const char *what, int error) {
    throw_if_exhausted(error == ENOSPC ? ENOMEM : error);
    return {RT_E_UNTRUSTED, "no_sealed_copy",
            joined({path, " cannot be copied into sealed memory, where it would be checked: ", what, ": ",
                    std::generic_category().message(error)})};
}

Descriptor memory_file(const std::string &path) {
    constexpr std::size_t longest = 200; // the kernel's limit is 249 bytes
    const std::string name = path.substr(path.rfind('/') + 1).substr(0, longest);
    // Kernels before 6.3 do not know MFD_EXEC; later ones may be set to want it said.
    int descriptor = memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
    if (descriptor < 0 && errno == EINVAL) {
        descriptor = memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
    }
    return Descriptor(descriptor);
}

// 0, or errno's value.
int copy(int from, int to, std::size_t &size) {
    std::vector<char> buffer(std::size_t{1} << 18);
    for (;;) {
        const ssize_t got = pread(from, buffer.data(), buffer.size(), static_cast<off_t>(size));
        if (got == 0) {
            return 0;
        }
        if (got < 0 && errno != EINTR) {
            return errno;
        }
        for (ssize_t done = 0; done < got;) {
            const ssize_t put =
                pwrite(to, buffer.data() + done, static_cast<std::size_t>(got - done), static_cast<off_t>(size) + done);
            if (put < 0 && errno != EINTR) {
                return errno;
            }
            done += put > 0 ? put : 0;
        }
        size += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
}

} // namespace

Outcome SealedCopy::make(const std::string &path, Descriptor original, std::unique_ptr<SealedCopy> &out) {
    std::unique_ptr<SealedCopy> made(new SealedCopy);
    made->path_ = path;
    made->prepare_name();
    made->copy_ = memory_file(path);
    if (!made->copy_) {
        return failed(path, "memfd_create", errno);
    }
    if (const int error = copy(original.get(), made->copy_.get(), made->size_); error != 0) {
        return failed(path, "copying", error);
    }
    if (fcntl(made->copy_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
        return failed(path, "sealing", errno);
    }
    if (made->size_ != 0) {
        void *mapped = mmap(nullptr, made->size_, PROT_READ, MAP_PRIVATE, made->copy_.get(), 0);
        if (mapped == MAP_FAILED) {
            return failed(path, "mmap", errno);
        }
        made->mapped_ = mapped;
    }
    made->original_ = std::move(original);
    out = std::move(made);
    return {};
}

SealedCopy::~SealedCopy() {
    if (mapped_ != nullptr) {
        munmap(const_cast<void *>(mapped_), size_);
    }
    std::free(name_);
    std::free(first_name_);
}

std::string SealedCopy::name() const {
    // Asked of /proc, which may be that of another name space than getpid's.
    char self[32] = {};
    const bool known = readlink("/proc/self", self, sizeof self - 1) > 0;
    return joined({"/proc/", known ? self : "self", "/fd/", std::to_string(copy_.get())});
}

bool SealedCopy::is_image(void *library) const {
    struct stat status = {};
    const MappedFrom from = mapped_from(library);
    return fstat(copy_.get(), &status) == 0 && from.inode == status.st_ino && from.path.starts_with("/memfd:");
}

void SealedCopy::prepare_name() {
    name_ = name_ != nullptr ? name_ : strdup(path_.c_str());
    if (name_ == nullptr) {
        throw std::bad_alloc();
    }
}

void SealedCopy::name_image(void *library) {
    struct Naming {
        SealedCopy *copy;
        struct link_map *image;
    } naming{this, static_cast<struct link_map *>(library)};
    // Inside, the dynamic linker keeps others from reading names.
    dl_iterate_phdr(
        [](dl_phdr_info *, size_t, void *context) {
            const auto *at = static_cast<const Naming *>(context);
            if (at->copy->path_ != at->image->l_name) { // else it is an image that was there still
                std::free(at->copy->first_name_);
                at->copy->first_name_ = std::exchange(at->image->l_name, std::exchange(at->copy->name_, nullptr));
            }
            return 1;
        },
        &naming);
}

Outcome check_origin(const ElfFile &file, const std::string &path) {
    ElfDynamic section;
    std::vector<char> strings;
    if (Outcome read = file.dynamic(section); !read) {
        return read;
    }
    if (section.entries().empty() || !section.strings(strings)) {
        return {}; // it needs nothing
    }
    for (const Elf64_Dyn &entry : section.entries()) {
        for (const Elf64_Sxword tag :
             {DT_NEEDED, DT_RPATH, DT_RUNPATH, DT_AUXILIARY, DT_FILTER, DT_AUDIT, DT_DEPAUDIT}) {
            if (entry.d_tag != tag || entry.d_un.d_val >= strings.size()) {
                continue;
            }
            const std::string_view text = strings.data() + entry.d_un.d_val;
            if (text.find("$ORIGIN") != std::string_view::npos || text.find("${ORIGIN}") != std::string_view::npos) {
                return {
                    RT_E_UNTRUSTED, "origin_in_sealed_copy",
                    joined({path, " looks for libraries beside itself (`", text,
                            "`), but where digests or signatures are demanded it is loaded from a copy in memory"})};
            }
        }
    }
    return {};
}

} // namespace rt::core
