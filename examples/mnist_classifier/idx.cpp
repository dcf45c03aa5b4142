#include "idx.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <zlib.h>

namespace {

namespace fs = std::filesystem;

struct IdxFile {
    std::vector<std::int64_t> sizes;
    std::vector<std::uint8_t> bytes;
};

[[noreturn]] void refuse(const fs::path &path, const std::string &reason) {
    throw std::runtime_error(path.string() + ": " + reason);
}

// zlib reads what is not gzip as it is.
class Reader {
  public:
    explicit Reader(const fs::path &path) : path_(path), file_(gzopen(path.c_str(), "rb"), &gzclose) {
        if (!file_) {
            refuse(path_, "cannot be opened");
        }
        gzbuffer(file_.get(), 1U << 18);
    }
    // Up to `count` bytes; fewer at the end of the file.
    std::size_t read(std::uint8_t *out, std::size_t count) {
        std::size_t done = 0;
        while (done < count) {
            const auto part = static_cast<unsigned>(std::min<std::size_t>(count - done, 1U << 30));
            const int got = gzread(file_.get(), out + done, part);
            int code = Z_OK;
            const char *message = gzerror(file_.get(), &code);
            if (got < 0 || (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)) {
                refuse(path_, std::string("damaged: ") + message);
            }
            if (got == 0) {
                break;
            }
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

  private:
    fs::path path_;
    std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

std::int64_t big_endian(const std::uint8_t *bytes) {
    return std::int64_t{bytes[0]} << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

IdxFile read_idx(const fs::path &path, std::size_t dimensions) {
    Reader reader(path);
    std::uint8_t header[4 + 4 * 3];
    const std::size_t header_size = 4 + 4 * dimensions;
    if (reader.read(header, header_size) != header_size) {
        refuse(path, "too short to be an IDX file");
    }
    if (header[0] != 0 || header[1] != 0) {
        refuse(path, "not an IDX file: it does not begin with two zero bytes");
    }
    if (header[2] != 8 || header[3] != dimensions) {
        refuse(path, "has elements of type " + std::to_string(header[2]) + " in " + std::to_string(header[3]) +
                         " dimensions; expected type 8 (bytes) in " + std::to_string(dimensions));
    }
    IdxFile file;
    std::uint64_t expected = 1;
    for (std::size_t i = 0; i < dimensions; i++) {
        file.sizes.push_back(big_endian(header + 4 + 4 * i));
        expected *= static_cast<std::uint64_t>(file.sizes[i]);
        if (expected == 0 || expected > (std::uint64_t{1} << 32)) {
            refuse(path, "its header gives no elements, or more than 4 GB");
        }
    }
    // By pieces, so that a false header of a small file does not take gigabytes.
    while (file.bytes.size() < expected) {
        const std::size_t done = file.bytes.size();
        const std::size_t part = std::min<std::size_t>(static_cast<std::size_t>(expected) - done, std::size_t{1} << 24);
        file.bytes.resize(done + part);
        const std::size_t got = reader.read(file.bytes.data() + done, part);
        if (got < part) {
            refuse(path, "truncated: its header promises " + std::to_string(expected) + " bytes, there are " +
                             std::to_string(done + got));
        }
    }
    std::uint8_t more = 0;
    if (reader.read(&more, 1) != 0) {
        refuse(path, "has more bytes than the " + std::to_string(expected) + " its header promises");
    }
    return file;
}

// The plain file, or the one with .gz.
fs::path find_file(const fs::path &folder, const std::string &name) {
    for (const char *ending : {"", ".gz"}) {
        if (fs::path path = folder / (name + ending); fs::exists(path)) {
            return path;
        }
    }
    throw std::runtime_error("there is no " + name + " or " + name + ".gz in " + folder.string() +
                             "; install Debian's package dataset-fashion-mnist, or name a folder with --data");
}

} // namespace

Dataset read_dataset(const fs::path &folder, const std::string &prefix, std::int64_t limit) {
    const fs::path images_path = find_file(folder, prefix + "-images-idx3-ubyte");
    const fs::path labels_path = find_file(folder, prefix + "-labels-idx1-ubyte");
    IdxFile images = read_idx(images_path, 3);
    IdxFile labels = read_idx(labels_path, 1);
    if (images.sizes[0] != labels.sizes[0]) {
        refuse(labels_path, "has " + std::to_string(labels.sizes[0]) + " labels for the " +
                                std::to_string(images.sizes[0]) + " images of " + images_path.filename().string());
    }
    if (images.sizes[1] < 8 || images.sizes[2] < 8 || images.sizes[1] > 256 || images.sizes[2] > 256) {
        refuse(images_path, "has images of " + std::to_string(images.sizes[1]) + " by " +
                                std::to_string(images.sizes[2]) + " pixels; 8 to 256 are possible here");
    }
    if (const auto bad = std::find_if(labels.bytes.begin(), labels.bytes.end(), [](auto label) { return label > 9; });
        bad != labels.bytes.end()) {
        refuse(labels_path, "has the label " + std::to_string(*bad) + "; the classes are 0 to 9");
    }

    Dataset set{images.sizes[0], images.sizes[1], images.sizes[2], std::move(images.bytes), std::move(labels.bytes)};
    if (limit != 0 && limit < set.count) {
        set.count = limit;
        set.pixels.resize(static_cast<std::size_t>(limit * set.rows * set.columns));
        set.labels.resize(static_cast<std::size_t>(limit));
    }
    return set;
}
