// arguments.cpp - what can be said of arguments without LibTorch; the stub is made of this file, too.
#include "arguments.hpp"

#include <sys/sysinfo.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>

#include <rtffi/detail/error.hpp>

namespace rt::libtorch {

namespace {

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

// A control group's limit, or no_limit: version 2 writes "max" where there is none.
std::uint64_t limit_in(const char *path) {
    std::uint64_t limit = no_limit;
    std::ifstream file(path);
    return file >> limit ? limit : no_limit;
}

// What the kernel says it can still give: memory in use that it would drop counts, and so does free swap. no_limit where
// it does not say.
std::uint64_t available_memory() {
    std::ifstream file("/proc/meminfo");
    std::uint64_t available = 0;
    std::uint64_t swap = 0;
    std::uint64_t kilobytes = 0;
    for (std::string name, unit; file >> name >> kilobytes && std::getline(file, unit);) {
        available = name == "MemAvailable:" ? kilobytes : available;
        swap = name == "SwapFree:" ? kilobytes : swap;
    }
    return available == 0 ? no_limit : (available + swap) * 1024;
}

std::uint64_t all_memory() {
    struct sysinfo info{};
    return sysinfo(&info) == 0 ? (std::uint64_t{info.totalram} + info.totalswap) * info.mem_unit : no_limit;
}

std::uint64_t memory_of_machine() {
    return std::min({all_memory(), available_memory(), limit_in("/sys/fs/cgroup/memory.max"),
                     limit_in("/sys/fs/cgroup/memory/memory.limit_in_bytes")});
}

std::string in_gigabytes(std::uint64_t bytes) {
    constexpr double gigabyte = 1 << 30;
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.1f GiB", static_cast<double>(bytes) / gigabyte);
    return text.data();
}

// How many bytes the character has that `text` begins with; 0 where a message cannot show it as it is (RFC 3629,
// section 4, and the control characters of ISO 6429).
std::size_t shown_as_it_is(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return first >= 0x20 && first != 0x7f ? 1 : 0;
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) {
        return 0;
    }
    const unsigned least = first == 0xc2 || first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    bool good = byte(1) >= least && byte(1) <= most;
    for (std::size_t i = 2; i < length; i++) {
        good = good && (byte(i) & 0xc0) == 0x80;
    }
    return good ? length : 0;
}

std::string escaped(char character) {
    if (character == '\n') {
        return "\\n";
    }
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(character)));
    return text.data();
}

} // namespace

void refuse(const std::string &message, const char *cause) { throw Error(RT_E_ARGUMENT, message, cause); }

std::string text_of(std::span<const std::int64_t> list) {
    constexpr std::size_t most_shown = 8;
    std::string text = "[";
    for (std::size_t i = 0; i < std::min(list.size(), most_shown); i++) {
        text += (i == 0 ? "" : ", ") + std::to_string(list[i]);
    }
    return text + (list.size() > most_shown ? ", ... (" + std::to_string(list.size()) + " numbers)]" : "]");
}

std::string printable(std::string_view text, std::size_t most) {
    std::string shown;
    for (std::size_t count = 0; !text.empty(); count++) {
        if (count == most) {
            return shown + "...";
        }
        const std::size_t length = shown_as_it_is(text);
        shown += length != 0 ? std::string(text.substr(0, length)) : escaped(text.front());
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return shown;
}

std::optional<std::int64_t> product_of(std::span<const std::int64_t> dims) {
    std::int64_t product = 1;
    bool overflow = false;
    for (const std::int64_t dim : dims) {
        if (dim < 0) {
            refuse("dims " + text_of(dims) + " has a negative number");
        }
        overflow = __builtin_mul_overflow(product, std::max<std::int64_t>(dim, 1), &product) || overflow;
    }
    return overflow ? std::nullopt : std::optional(product);
}

std::int64_t count_elements(std::span<const std::int64_t> dims, std::size_t element_size) {
    const std::optional<std::int64_t> product = product_of(dims);
    const bool empty = std::find(dims.begin(), dims.end(), 0) != dims.end();
    if (empty && !product) {
        refuse("a tensor of dims " + text_of(dims) +
               " has no elements, and its strides, the products of the other dims, do not fit into 64 bits");
    }
    if (empty) {
        return 0;
    }
    std::int64_t bytes = 0;
    if (!product || __builtin_mul_overflow(*product, static_cast<std::int64_t>(element_size), &bytes)) {
        throw Error(RT_E_MEMORY, "a tensor of dims " + text_of(dims) + " has more bytes than 64 bits can count",
                    "out_of_memory");
    }
    return *product;
}

void require_memory(std::uint64_t bytes) {
    constexpr std::uint64_t worth_asking = std::uint64_t{1} << 30;
    if (bytes < worth_asking) {
        return;
    }
    const std::uint64_t limit = memory_of_machine();
    if (bytes > limit) {
        throw Error(RT_E_MEMORY,
                    "the tensor needs " + in_gigabytes(bytes) + ", and this process can have " + in_gigabytes(limit) +
                        " at most",
                    "out_of_memory");
    }
}

std::int64_t check_shape(std::span<const std::int64_t> dims, std::size_t element_size) {
    const std::int64_t elements = count_elements(dims, element_size);
    require_memory(static_cast<std::uint64_t>(elements) * element_size);
    return elements;
}

std::int64_t check_size(const char *name, std::int64_t value) {
    if (value < 1 || value > std::numeric_limits<std::int32_t>::max()) {
        refuse(str(name, " is ", value, ": it must be 1 or more, and fit into 31 bits"));
    }
    return value;
}

double check_range(const char *name, double value, double most) {
    if (!(value >= 0 && value <= most)) {
        refuse(str(name, " is ", value, ": it must be from 0 to ", most));
    }
    return value;
}

double check_finite(const char *name, double value) {
    if (!std::isfinite(value)) {
        refuse(str(name, " is ", value, ": it must be a finite number"));
    }
    return value;
}

double check_float32(const char *name, double value) {
    constexpr double greatest = std::numeric_limits<float>::max();
    if (std::isfinite(value) && std::abs(value) > greatest) {
        refuse(str(name, " is ", value, ": float32 reaches from ", -greatest, " to ", greatest));
    }
    return value;
}

void check_thread_count(std::int64_t count) {
    const std::int64_t most = std::max<std::int64_t>(64, 4 * std::int64_t{std::thread::hardware_concurrency()});
    if (count < 1 || count > most) {
        refuse(str("the number of threads must be from 1 to ", most, " on this machine, and not ", count));
    }
}

std::string printable_path(std::string_view path) { return printable(path, 400); }

void check_file(const std::string &path) {
    if (path.find('\0') != std::string::npos) {
        refuse("path has a NUL in it");
    }
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) {
        throw Error(RT_E_NOT_FOUND, "there is no file " + printable_path(path), "file_not_found");
    }
    if (status.type() != std::filesystem::file_type::regular) {
        refuse(printable_path(path) + (error ? ": " + error.message() : " is not a regular file"), "not_a_file");
    }
}

void check_new_file(const std::string &path) {
    if (path.empty() || path.find('\0') != std::string::npos) {
        refuse(path.empty() ? "path is empty" : "path has a NUL in it");
    }
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!folder.empty() && !std::filesystem::is_directory(folder, error)) {
        throw Error(RT_E_NOT_FOUND, "there is no folder " + printable_path(folder.string()), "folder_not_found");
    }
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
        refuse(printable_path(path) + " is there, and is not a regular file", "not_a_file");
    }
}

} // namespace rt::libtorch
