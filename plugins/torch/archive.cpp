// archive.cpp - checksums of zip archives, as torch.save writes them (APPNOTE.TXT of PKWARE, 4.3: the central directory).
#include "archive.hpp"

#include <caffe2/serialize/inline_container.h>

#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <cstring>
#include <fstream>
#include <limits>
#include <unordered_map>
#include <vector>

namespace rt::libtorch {

namespace {

[[noreturn]] void damaged(const std::string &what) { throw std::runtime_error("damaged archive: " + what); }

// Reads little-endian numbers out of a part of the file.
class Part {
  public:
    Part(std::ifstream &file, std::uint64_t offset, std::uint64_t size) : bytes_(size) {
        file.clear();
        file.seekg(static_cast<std::streamoff>(offset));
        if (!file.read(bytes_.data(), static_cast<std::streamsize>(size))) {
            damaged("it ends too early");
        }
    }
    std::uint64_t size() const { return bytes_.size(); }
    template <class T> T number(std::uint64_t at) const {
        T value{};
        std::memcpy(&value, text(at, sizeof value).data(), sizeof value);
        return value;
    }
    std::string_view text(std::uint64_t at, std::uint64_t length) const {
        if (at > bytes_.size() || length > bytes_.size() - at) {
            damaged("its directory ends too early");
        }
        return {bytes_.data() + at, length};
    }

  private:
    std::vector<char> bytes_;
};

struct Range {
    std::uint64_t offset;
    std::uint64_t size;
};

// Where the central directory lies, as the record at the end of the file says.
Range find_directory(std::ifstream &file, std::uint64_t file_size) {
    constexpr std::uint64_t end_size = 22;
    constexpr std::uint64_t locator_size = 20;
    constexpr std::uint64_t end64_size = 56;
    constexpr std::uint64_t longest_comment = 65535;
    const std::uint64_t looked_at = std::min(file_size, end_size + longest_comment + locator_size);
    const Part tail(file, file_size - looked_at, looked_at);
    const std::size_t end = tail.text(0, looked_at).rfind("PK\5\6");
    if (end == std::string_view::npos) {
        damaged("it has no directory");
    }
    Range range{tail.number<std::uint32_t>(end + 16), tail.number<std::uint32_t>(end + 12)};
    const bool is_64 = end >= locator_size && tail.text(end - locator_size, 4) == "PK\6\7";
    if (is_64) {
        const Part end64(file, tail.number<std::uint64_t>(end - locator_size + 8), end64_size);
        range = {end64.number<std::uint64_t>(48), end64.number<std::uint64_t>(40)};
    }
    if (range.size > file_size || range.offset > file_size - range.size) {
        damaged("its directory does not lie inside it");
    }
    return range;
}

// Each record's checksum by its name, without the archive's own name that begins it.
std::unordered_map<std::string, std::uint32_t> read_directory(const std::string &path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) {
        throw std::runtime_error("it cannot be opened");
    }
    const Range range = find_directory(file, static_cast<std::uint64_t>(file.tellg()));
    const Part directory(file, range.offset, range.size);
    std::unordered_map<std::string, std::uint32_t> checksums;
    constexpr std::uint64_t header_size = 46;
    for (std::uint64_t at = 0; at < directory.size();) {
        const auto checksum = directory.number<std::uint32_t>(at + 16);
        const auto name_size = directory.number<std::uint16_t>(at + 28);
        const auto extra_size = directory.number<std::uint16_t>(at + 30);
        const auto comment_size = directory.number<std::uint16_t>(at + 32);
        const std::string_view name = directory.text(at + header_size, name_size);
        if (directory.text(at, 4) != "PK\1\2" || name.find('/') == std::string_view::npos) {
            damaged("its directory is not one of torch.save");
        }
        checksums.emplace(name.substr(name.find('/') + 1), checksum);
        at += header_size + name_size + extra_size + comment_size;
    }
    return checksums;
}

bool is_parsed(const std::string &record) {
    constexpr std::array data{"data/", "constants/", "extra/"};
    return std::none_of(data.begin(), data.end(), [&](const char *folder) { return record.starts_with(folder); });
}

} // namespace

void check_archive(const std::string &path, bool contents_too) {
    const auto checksums = read_directory(path);
    caffe2::serialize::PyTorchStreamReader reader(path);
    for (const std::string &record : reader.getAllRecords()) {
        if (!contents_too && !is_parsed(record)) {
            continue;
        }
        const auto wanted = checksums.find(record);
        const auto [data, size] = reader.getRecord(record);
        boost::crc_32_type checksum;
        checksum.process_bytes(data.get(), size);
        if (wanted == checksums.end() || checksum.checksum() != wanted->second) {
            damaged(record + " is not as it was written");
        }
    }
}

} // namespace rt::libtorch
