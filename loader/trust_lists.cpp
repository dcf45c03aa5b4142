#include "trust_lists.hpp"

#include <dirent.h>
#include <sys/auxv.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <new>

#include "canonical_path.hpp"
#include "environment.hpp"
#include "file_text.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

// A list: whoever writes it decides what is loaded.
Outcome read_trusted(const std::string &path, std::string &canonical, std::string &out) {
    if (Outcome found = canonical_path(path, canonical); !found) {
        return found;
    }
    Descriptor file;
    struct stat status = {};
    if (Verdict opened = TrustRules().open(canonical, file, status); !opened) {
        return opened.told();
    }
    return read_text(file, canonical, out);
}

// Of one line; false where it is none of sha256sum's. It puts a backslash before the digest where the name has escapes.
bool parse_line(std::string_view line, ListedDigest &out) {
    constexpr std::size_t digits = 64;
    const bool escaped = line.starts_with('\\');
    line.remove_prefix(escaped ? 1 : 0);
    if (line.size() < digits + 3 || line[digits] != ' ' || (line[digits + 1] != ' ' && line[digits + 1] != '*')) {
        return false;
    }
    for (const char c : line.substr(0, digits)) {
        if (std::isxdigit(static_cast<unsigned char>(c)) == 0) {
            return false;
        }
        out.sha256 += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    out.file = line.substr(digits + 2);
    return true;
}

} // namespace

std::string trust_folder() {
    if (getauxval(AT_SECURE) != 0) {
        return "/etc/rtffi/trust";
    }
    const std::string config = environment_folder("XDG_CONFIG_HOME");
    const std::string home = environment_folder("HOME");
    return !config.empty() ? config + "/rtffi/trust" : home.empty() ? "" : home + "/.config/rtffi/trust";
}

Outcome read_digests(const std::string &path, std::vector<ListedDigest> &out) {
    std::string canonical;
    std::string text;
    if (Outcome read = read_trusted(path, canonical, text); !read) {
        return read;
    }
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < text.size(); number++) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = std::string_view(text).substr(begin, end - begin);
        line.remove_suffix(line.ends_with('\r') ? 1 : 0);
        begin = end + 1;
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        ListedDigest listed{"", "", joined({canonical, ":", std::to_string(number + 1)})};
        if (!parse_line(line, listed)) {
            return {RT_E_ARGUMENT, "bad_list",
                    joined({listed.where,
                            ": this is no line of sha256sum's; expected 64 hexadecimal digits, two spaces and a "
                            "file's name"})};
        }
        out.push_back(std::move(listed));
    }
    return {};
}

Outcome read_key(const std::string &path, PublicKey &out) {
    std::string canonical;
    std::string text;
    if (Outcome read = read_trusted(path, canonical, text); !read) {
        return read;
    }
    const Sodium *sodium = nullptr;
    if (Outcome there = open_sodium(sodium); !there) {
        return there;
    }
    return parse_public_key(*sodium, text, canonical, out);
}

std::vector<std::string> own_keys() {
    struct Closed {
        void operator()(DIR *folder) const { closedir(folder); }
    };
    const std::string folder = trust_folder() + "/keys";
    std::vector<std::string> keys;
    const std::unique_ptr<DIR, Closed> opened(opendir(folder.c_str()));
    if (opened == nullptr && errno == ENOMEM) {
        throw std::bad_alloc(); // there may well be keys
    }
    while (const dirent *entry = opened != nullptr ? readdir(opened.get()) : nullptr) {
        if (std::string_view(entry->d_name).ends_with(".pub")) {
            keys.push_back(joined({folder, "/", entry->d_name}));
        }
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

} // namespace rt::core
