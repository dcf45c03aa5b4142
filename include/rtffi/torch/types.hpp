// SPDX-License-Identifier: Apache-2.0
// types.hpp - dtypes, devices, and lists of sizes.
#ifndef RTFFI_TORCH_TYPES_HPP
#define RTFFI_TORCH_TYPES_HPP

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "../detail/error.hpp"

namespace rt::torch {

template <class T>
concept Number = std::is_arithmetic_v<T>;

// The type of a tensor's elements, by the name that Python's torch has for it.
class DType {
  public:
    constexpr DType() noexcept = default;
    constexpr explicit DType(std::string_view name) noexcept {
        for (std::size_t i = 0; i < name.size() && i + 1 < sizeof name_; i++) {
            name_[i] = name[i];
        }
    }
    constexpr const char *name() const noexcept { return name_; }
    constexpr bool is_complex() const noexcept { return name_[0] == 'c'; }
    constexpr bool is_floating_point() const noexcept {
        return name_[0] == 'f' || std::string_view(name_).starts_with("bfloat");
    }
    constexpr bool operator==(const DType &) const noexcept = default;
    // Bytes of one element; 0 for a dtype this header does not know.
    constexpr std::size_t itemsize() const noexcept {
        const std::string_view n(name_);
        return n == "complex128"                            ? 16
               : n.ends_with("64")                          ? 8
               : n.ends_with("32")                          ? 4
               : n.ends_with("16")                          ? 2
               : n == "uint8" || n == "int8" || n == "bool" ? 1
                                                            : 0;
    }
    friend std::ostream &operator<<(std::ostream &out, const DType &dtype) { return out << "torch." << dtype.name_; }

  private:
    char name_[16]{};
};

inline constexpr DType uint8{"uint8"}, int8{"int8"}, int16{"int16"}, int32{"int32"}, int64{"int64"};
inline constexpr DType float16{"float16"}, bfloat16{"bfloat16"}, float32{"float32"}, float64{"float64"};
inline constexpr DType complex64{"complex64"}, complex128{"complex128"}, boolean{"bool"};
// The names of LibTorch's C++ API.
inline constexpr DType kUInt8 = uint8, kByte = uint8, kInt8 = int8, kChar = int8, kInt16 = int16, kShort = int16;
inline constexpr DType kInt32 = int32, kInt = int32, kInt64 = int64, kLong = int64, kBool = boolean;
inline constexpr DType kFloat16 = float16, kHalf = float16, kBFloat16 = bfloat16;
inline constexpr DType kFloat32 = float32, kFloat = float32, kFloat64 = float64, kDouble = float64;

// The dtype whose elements are Ts.
template <Number T> constexpr DType dtype_of() {
    if constexpr (std::is_same_v<T, bool>) {
        return boolean;
    } else if constexpr (std::is_floating_point_v<T>) {
        static_assert(sizeof(T) <= 8, "torch has no dtype for long double");
        return sizeof(T) == 4 ? float32 : float64;
    } else {
        static_assert(std::is_signed_v<T> || sizeof(T) == 1, "torch has no dtype for this unsigned type");
        return sizeof(T) == 1   ? (std::is_signed_v<T> ? int8 : uint8)
               : sizeof(T) == 2 ? int16
               : sizeof(T) == 4 ? int32
                                : int64;
    }
}

enum class DeviceType { CPU, CUDA };
inline constexpr DeviceType kCPU = DeviceType::CPU, kCUDA = DeviceType::CUDA;

// "cpu", "cuda" (the current device) or "cuda:1".
class Device {
  public:
    constexpr Device(DeviceType type, std::int32_t index = -1) noexcept : type_(type), index_(index) {}
    Device(std::string_view text) {
        if (text == "cpu") {
            return;
        }
        const std::string_view number = text.starts_with("cuda:") ? text.substr(5) : std::string_view();
        const auto parsed = std::from_chars(number.data(), number.data() + number.size(), index_);
        const bool indexed =
            !number.empty() && parsed.ec == std::errc() && parsed.ptr == number.data() + number.size() && index_ >= 0;
        if (text != "cuda" && !indexed) {
            throw Error(RT_E_ARGUMENT,
                        "unknown device '" + std::string(text) +
                            "': expected \"cpu\", \"cuda\" or \"cuda:1\" (a dtype is written torch::float32)");
        }
        type_ = kCUDA;
    }
    Device(const char *text) : Device(std::string_view(text)) {}
    Device(const std::string &text) : Device(std::string_view(text)) {}

    constexpr DeviceType type() const noexcept { return type_; }
    constexpr std::int32_t index() const noexcept { return index_; } // -1: none was named
    constexpr bool is_cpu() const noexcept { return type_ == kCPU; }
    constexpr bool is_cuda() const noexcept { return type_ == kCUDA; }
    std::string str() const { return is_cpu() ? "cpu" : index_ < 0 ? "cuda" : "cuda:" + std::to_string(index_); }
    constexpr bool operator==(const Device &) const noexcept = default;
    friend std::ostream &operator<<(std::ostream &out, const Device &device) { return out << device.str(); }

  private:
    DeviceType type_ = kCPU;
    std::int32_t index_ = -1;
};

// What a new tensor is to be like: a dtype, a device, or both and more, in the words of LibTorch's C++ API:
//
//     zeros({2, 3}, kFloat64);    zeros({2, 3}, dtype(kFloat64).device("cuda").requires_grad(true));
class TensorOptions {
  public:
    constexpr TensorOptions() noexcept = default;
    constexpr TensorOptions(const DType &dtype) noexcept : dtype_(dtype) {}
    constexpr TensorOptions(const Device &device) noexcept : device_(device) {}
    constexpr TensorOptions(DeviceType type) noexcept : device_(type) {}

    constexpr TensorOptions dtype(const DType &dtype) const noexcept { return {dtype, device_, requires_grad_}; }
    TensorOptions device(const Device &device) const noexcept { return {dtype_, device, requires_grad_}; }
    constexpr TensorOptions requires_grad(bool on) const noexcept { return {dtype_, device_, on}; }

    constexpr const std::optional<DType> &dtype() const noexcept { return dtype_; } // none was said: float32, mostly
    constexpr const Device &device() const noexcept { return device_; }
    constexpr bool requires_grad() const noexcept { return requires_grad_; }

  private:
    constexpr TensorOptions(const std::optional<DType> &dtype, const Device &device, bool requires_grad) noexcept
        : dtype_(dtype), device_(device), requires_grad_(requires_grad) {}

    std::optional<DType> dtype_;
    Device device_ = kCPU;
    bool requires_grad_ = false;
};

constexpr TensorOptions dtype(const DType &type) noexcept { return type; }
inline TensorOptions device(const Device &where) noexcept { return where; }
constexpr TensorOptions requires_grad(bool on = true) noexcept { return TensorOptions().requires_grad(on); }

#pragma GCC diagnostic push
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Winit-list-lifetime" // only ever a parameter: the list outlives the call
#endif

// A view of sizes or dimensions, for parameters: {2, 3}, a vector, an array, or one number. Being a contiguous range, it
// becomes a std::span by itself.
class IntArrayRef {
  public:
    constexpr IntArrayRef() noexcept = default;
    constexpr IntArrayRef(std::initializer_list<std::int64_t> list) noexcept
        : first_(list.begin()), count_(list.size()) {}
    constexpr IntArrayRef(const std::int64_t &one) noexcept : first_(&one), count_(1) {}
    constexpr IntArrayRef(std::span<const std::int64_t> values) noexcept
        : first_(values.data()), count_(values.size()) {}
    IntArrayRef(const std::vector<std::int64_t> &values) noexcept : first_(values.data()), count_(values.size()) {}
    template <std::size_t N>
    constexpr IntArrayRef(const std::array<std::int64_t, N> &values) noexcept : first_(values.data()), count_(N) {}

    constexpr const std::int64_t *begin() const noexcept { return first_; }
    constexpr const std::int64_t *end() const noexcept { return first_ + count_; }
    constexpr std::size_t size() const noexcept { return count_; }
    std::vector<std::int64_t> vec() const { return std::vector<std::int64_t>(begin(), end()); }

  private:
    const std::int64_t *first_ = nullptr;
    std::size_t count_ = 0;
};

#pragma GCC diagnostic pop

// The same, or none: std::nullopt, or {}.
class OptionalIntArrayRef {
  public:
    constexpr OptionalIntArrayRef() noexcept = default;
    constexpr OptionalIntArrayRef(std::nullopt_t) noexcept {}
    constexpr OptionalIntArrayRef(std::initializer_list<std::int64_t> list) noexcept : list_(list), given_(true) {}
    constexpr OptionalIntArrayRef(const std::int64_t &one) noexcept : list_(one), given_(true) {}
    template <class List>
        requires(!std::is_arithmetic_v<List> && std::is_convertible_v<const List &, IntArrayRef>)
    constexpr OptionalIntArrayRef(const List &list) noexcept : list_(list), given_(true) {}

    constexpr bool has_value() const noexcept { return given_; }
    constexpr const IntArrayRef &operator*() const noexcept { return list_; }

  private:
    IntArrayRef list_;
    bool given_ = false;
};

// Height and width, of a kernel, stride, padding or dilation: one number for both, {height, width}, or none, {}, for what
// torch takes where nothing is said.
struct Size2 {
    constexpr Size2() noexcept = default;
    constexpr Size2(std::int64_t both) noexcept : values{both, both}, count(2) {}
    constexpr Size2(std::int64_t height, std::int64_t width) noexcept : values{height, width}, count(2) {}
    constexpr operator std::span<const std::int64_t>() const noexcept { return {values, count}; }

    std::int64_t values[2]{};
    std::size_t count = 0;
};

} // namespace rt::torch

#endif
