#include "metadata.hpp"

#include <cstdlib>

#include <rtffi/plugin.h>

#include "elf_file.hpp"
#include "text.hpp"

namespace rt::core {

namespace {

// The key=value texts of a payload. Text without '=' and unknown keys are passed over.
std::map<std::string, std::string> key_values(const std::string &payload) {
    std::map<std::string, std::string> found;
    for (std::size_t begin = 0; begin < payload.size();) {
        const std::size_t end = std::min(payload.find('\0', begin), payload.size());
        const std::size_t equals = payload.find('=', begin);
        if (equals < end) {
            found.emplace(payload.substr(begin, equals - begin), payload.substr(equals + 1, end - equals - 1));
        }
        begin = end + 1;
    }
    return found;
}

} // namespace

Outcome read_metadata(const std::string &path, Metadata &out) {
    ElfFile file;
    if (Outcome opened = file.open(path); !opened) {
        return opened;
    }
    return read_metadata(file, out);
}

Outcome read_metadata(const ElfFile &file, Metadata &out) {
    std::vector<ElfFile::Note> notes;
    if (Outcome read = file.notes("rtffi", notes); !read) {
        return read;
    }
    for (const ElfFile::Note &note : notes) {
        std::map<std::string, std::string> keys = key_values(note.payload);
        if (note.type == RT_NOTE_PLUGIN) {
            for (auto &[key, value] : keys) {
                // Several records may say what the plugin needs; of all else the first counts.
                std::string &known = out.plugin[key];
                known = known.empty() ? std::move(value) : key == "needs" ? joined({known, "; ", value}) : known;
            }
        } else if (note.type == RT_NOTE_FUNCTION) {
            out.functions.push_back({keys["sig"], keys["doc"], keys["group"]});
        } else if (note.type == RT_NOTE_CLASS) {
            out.classes.push_back({keys["name"], keys["doc"]});
        } else if (note.type == RT_NOTE_PROVIDER) {
            out.providers.push_back(keys["prefix"]);
        }
    }
    return {};
}

Outcome check_abi(const Metadata &metadata) {
    const std::string text = metadata.value("abi");
    const long version = std::strtol(text.c_str(), nullptr, 10);
    if (version >= 1 && version <= RT_ABI_VERSION) {
        return {};
    }
    return {RT_E_LOAD, "abi_version",
            "it was made for version " + (text.empty() ? "(none)" : text) +
                " of the binary interface; this librtffi has version " + std::to_string(RT_ABI_VERSION)};
}

} // namespace rt::core
