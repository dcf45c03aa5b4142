// input.hpp - the bytes that libFuzzer gives, taken as numbers and texts. At their end there are zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace fuzz {

class Input {
  public:
    Input(const std::uint8_t *data, std::size_t size) : data_(data), left_(size) {}

    bool empty() const { return left_ == 0; }
    std::uint8_t byte() {
        if (left_ == 0) {
            return 0;
        }
        left_--;
        return *data_++;
    }
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : byte() % limit; }

    // Mostly small, often on an edge, now and then anything.
    std::int64_t integer() {
        static constexpr std::int64_t edges[] = {INT64_MIN, INT64_MAX, INT32_MIN, INT32_MAX, -1,
                                                 1LL << 20, 1LL << 31, 1LL << 40, 1LL << 62, INT64_MIN + 1};
        const std::uint8_t kind = byte();
        if (kind < 160) {
            return kind % 16 - 4;
        }
        return kind < 220 ? edges[kind % std::size(edges)] : raw<std::int64_t>();
    }
    double number() {
        static constexpr double edges[] = {0.0, -0.0, 0.5, 1.0, -1.0, 1e-300, 1e300, 1e38};
        const std::uint8_t kind = byte();
        return kind < 128 ? edges[kind % std::size(edges)] : raw<double>(); // infinities and NaN among them
    }
    std::string text() {
        std::string out(below(24), '\0');
        for (char &c : out) {
            c = static_cast<char>(byte());
        }
        return out;
    }

  private:
    template <class T> T raw() {
        std::uint8_t bytes[sizeof(T)];
        for (std::uint8_t &b : bytes) {
            b = byte();
        }
        T value;
        std::memcpy(&value, bytes, sizeof value);
        return value;
    }

    const std::uint8_t *data_;
    std::size_t left_;
};

// What must hold, holds also without assert.
inline void require(bool condition) {
    if (!condition) {
        __builtin_trap();
    }
}

} // namespace fuzz
