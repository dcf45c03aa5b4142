#include "absurd.hpp"

#include <limits>

namespace operators {

namespace {

using Int = std::numeric_limits<std::int64_t>;
using Double = std::numeric_limits<double>;

constexpr std::int64_t small[] = {0, 0, 0, 1, 1, 2, 3, -1, -2};
constexpr std::int64_t large[] = {7,
                                  100,
                                  -100,
                                  std::numeric_limits<std::int32_t>::max(),
                                  std::numeric_limits<std::int32_t>::min(),
                                  std::int64_t{1} << 31,
                                  std::int64_t{1} << 40,
                                  std::int64_t{1} << 62,
                                  Int::max(),
                                  Int::min(),
                                  -Int::max()};
constexpr double doubles[] = {0,
                              -0.0,
                              1,
                              -1,
                              0.5,
                              2,
                              1e30,
                              -1e300,
                              Double::max(),
                              Double::denorm_min(),
                              Double::infinity(),
                              -Double::infinity(),
                              Double::quiet_NaN()};
const std::vector<std::int64_t> shapes[] = {{},
                                            {0},
                                            {1},
                                            {2},
                                            {3},
                                            {0, 3},
                                            {3, 0, 2},
                                            {2, 3},
                                            {4, 4},
                                            {1, 4, 4},
                                            {2, 4, 4},
                                            {0, 2, 4},
                                            {1, 2, 4, 4},
                                            {0, 2, 4, 4},
                                            {2, 0, 4, 4},
                                            {1, 2, 4, 4, 4},
                                            {8},
                                            {3, 3, 3},
                                            {1, 1, 1},
                                            {6, 1},
                                            {1, 0},
                                            {2, 2, 2, 2, 2},
                                            {1, 1, 1, 1, 1, 1, 1}};
const char *const texts[] = {"",    "none",    "sum",  "mean",  "ij",   "ij,jk->ik", "->",
                             "...", "reflect", "same", "valid", "%s%n", "fro",       "trunc"};

} // namespace

std::int64_t Absurd::integer() { return once_in(3) ? one_of(large) : one_of(small); }

std::vector<std::int64_t> Absurd::integers(std::size_t count) {
    std::vector<std::int64_t> list(count == 0 || once_in(5) ? random_() % 6 : count);
    const bool all_small = once_in(2); // or hardly a call would come further than its first check
    for (std::int64_t &item : list) {
        item = all_small ? one_of(small) : integer();
    }
    return list;
}

double Absurd::number() { return one_of(doubles); }
std::vector<std::int64_t> Absurd::shape() { return one_of(shapes); }
at::ScalarType Absurd::dtype() { return once_in(2) ? at::kFloat : one_of(torch_test::dtypes).type; }
torch_test::Dtype Absurd::named_dtype() { return one_of(torch_test::dtypes); }
std::string Absurd::text() { return one_of(texts); }

} // namespace operators
