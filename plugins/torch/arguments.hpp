// arguments.hpp - what the functions ask of numbers, lists and texts before LibTorch sees them; of shapes, layers and optimisers
// see the other *_arguments.hpp. Nothing in these needs LibTorch, and the stub (plugins/torch-stub) asks the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

namespace rt::libtorch {

using Shape = std::span<const std::int64_t>;

// Its arguments one after another, as streams write them.
template <class... T> std::string str(const T &...parts) {
    std::ostringstream text;
    (text << ... << parts);
    return std::move(text).str();
}

[[noreturn]] void refuse(const std::string &message, const char *cause = nullptr);

// "[2, 3]"; of many numbers the first ones and how many there are.
std::string text_of(std::span<const std::int64_t> list);

// A caller's text as a message can show it: NUL, control characters and bytes that are no UTF-8 as \n or \x1b, and
// "..." in place of what comes after so many characters.
std::string printable(std::string_view text, std::size_t most = 60);

// The product of dims, of which each 0 counts as 1; none where 64 bits cannot hold it. Throws for negative ones.
std::optional<std::int64_t> product_of(std::span<const std::int64_t> dims);

// The number of elements of a tensor of that shape. Throws for negative dims and for strides that 64 bits cannot hold,
// and RT_E_MEMORY where they cannot count the bytes.
std::int64_t count_elements(std::span<const std::int64_t> dims, std::size_t element_size);

// Throws RT_E_MEMORY where this machine has less left. Without it a request for more than there is succeeds,
// and filling the memory ends the process.
void require_memory(std::uint64_t bytes);

// count_elements and require_memory: for functions that make a tensor of a shape the caller gives.
std::int64_t check_shape(std::span<const std::int64_t> dims, std::size_t element_size = sizeof(float));

// A number of things such as channels. Throws for numbers below 1 and above what fits into 31 bits: LibTorch's kernels
// compute with 32-bit sizes in places, and with products of them.
std::int64_t check_size(const char *name, std::int64_t value);

// Throws unless `value` lies between 0 and `most`.
double check_range(const char *name, double value, double most);

// Throws for infinities and NaN.
double check_finite(const char *name, double value);

// Throws for numbers that float32 does not reach. Infinities and NaN pass.
double check_float32(const char *name, double value);

// How many threads LibTorch may compute with. Throws for more than a computation gains by: its thread pool waits for ever
// for threads that the process cannot have.
void check_thread_count(std::int64_t count);

// A path as a message can show it.
std::string printable_path(std::string_view path);

// Throws unless there is a regular file of that path.
void check_file(const std::string &path);

// Throws unless a file of that path can be there: in a folder that is there, and no folder itself.
void check_new_file(const std::string &path);

} // namespace rt::libtorch
