// absurd.hpp - values of the right type that nobody means: huge and negative sizes, steps of zero, dimensions out of range, numbers
// that are none, tensors without elements. The same from the same seed.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "../support.hpp"

namespace operators {

class Absurd {
  public:
    explicit Absurd(std::uint64_t seed) : random_(seed) {}

    bool once_in(std::uint64_t n) { return random_() % n == 0; }
    std::int64_t integer();
    std::vector<std::int64_t>
    integers(std::size_t count); // `count` of them, sometimes another number; 0: as many as it likes
    double number();
    std::vector<std::int64_t> shape(); // of no more than a hundred elements
    at::ScalarType dtype();
    torch_test::Dtype named_dtype();
    std::string text();

  private:
    template <class T, std::size_t n> const T &one_of(const T (&all)[n]) { return all[random_() % n]; }

    std::mt19937_64 random_;
};

} // namespace operators
