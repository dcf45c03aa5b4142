#include "trusted_file.hpp"

#include "trust_demands.hpp"

namespace rt::core {

namespace {

constexpr const char *without_origin =
    "link it without $ORIGIN in its run path (-Wl,-rpath), with the folder's whole path or with its libraries linked in";

} // namespace

Verdict open_trusted(const std::string &path, TrustRules &rules, TrustedFile &out) {
    struct stat status = {};
    if (Verdict opened = rules.open(path, out.original, status); !opened) {
        return opened;
    }
    out.identity = FileIdentity(status);
    out.detail = "nobody but root and this user can change it or what stands above it";
    std::shared_ptr<const Demands> demands;
    if (Outcome known = current_demands(demands); !known) {
        return {std::move(known), ""};
    }
    if (!demands->any()) {
        return {};
    }
    if (Outcome made = SealedCopy::make(path, std::move(out.original), out.copy); !made) {
        return {std::move(made), ""};
    }
    if (Verdict kept = check_demands(*demands, path, out.copy->bytes(), out.detail); !kept) {
        return kept;
    }
    ElfFile file;
    if (file.open(path, out.copy->descriptor())) {
        if (Outcome alone = check_origin(file, path); !alone) {
            const bool origin = alone.cause == "origin_in_sealed_copy";
            return {std::move(alone), origin ? without_origin : ""};
        }
    }
    return {};
}

} // namespace rt::core
