// The example plugin linear_algebra. The expected numbers are those of textbooks, worked out by hand.
#include <cmath>

#include <doctest/doctest.h>

#include <rtffi/test_kit.hpp>

using doctest::Approx;
using rt::Handle;
using rt::test::failure_of;
using rt::test::Plugin;

namespace {

Handle matrix(std::int64_t rows, const std::vector<double> &values) {
    return rt::call<Handle>("la_matrix", rows, values);
}
std::vector<double> values(const Handle &m) { return rt::call<std::vector<double>>("la_values", m); }

void check_near(const std::vector<double> &got, const std::vector<double> &expected) {
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); i++) {
        CHECK(got[i] == Approx(expected[i]));
    }
}

struct LinearAlgebra {
    Plugin plugin{RTFFI_EXAMPLE_LINEAR_ALGEBRA};
};

} // namespace

TEST_CASE_FIXTURE(LinearAlgebra, "a matrix is made row by row, and read so") {
    const Handle m = matrix(2, {1, 2, 3, 4, 5, 6});
    CHECK(rt::call<std::int64_t>("la_rows", m) == 2);
    CHECK(rt::call<std::int64_t>("la_columns", m) == 3);
    CHECK(values(m) == std::vector<double>{1, 2, 3, 4, 5, 6});
    CHECK(values(rt::call<Handle>("la_transposed", m)) == std::vector<double>{1, 4, 2, 5, 3, 6});
    CHECK(failure_of([] { matrix(2, {1, 2, 3}); }).cause == "shape");
    CHECK(failure_of([] { matrix(0, {}); }).message ==
          "la_matrix: 0 values in 0 rows: there must be rows, and the same number of values in each");
}

TEST_CASE_FIXTURE(LinearAlgebra, "product and determinant") {
    const Handle a = matrix(2, {1, 2, 3, 4});
    const Handle b = matrix(2, {0, 1, 1, 0});
    CHECK(values(rt::call<Handle>("la_product", a, b)) == std::vector<double>{2, 1, 4, 3});
    CHECK(rt::call<double>("la_determinant", a) == Approx(-2));
    const Handle wide = matrix(1, {1, 2, 3});
    CHECK(failure_of([&] { rt::call("la_product", a, wide); }).message.find("2 x 2 times 1 x 3") != std::string::npos);
    CHECK(failure_of([&] { rt::call("la_determinant", wide); }).cause == "shape");
}

TEST_CASE_FIXTURE(LinearAlgebra, "solving: one solution, none, and the nearest") {
    const Handle a = matrix(2, {2, 1, 1, 3});
    check_near(values(rt::call<Handle>("la_solve", a, matrix(2, {3, 5}))), {0.8, 1.4});
    const Handle singular = matrix(2, {1, 2, 2, 4});
    const auto failure = failure_of([&] { rt::call("la_solve", singular, matrix(2, {1, 2})); });
    CHECK(failure.cause == "linalg");
    CHECK(failure.message.find("its rank is 1 of 2") != std::string::npos);
    // The line through (0, 1), (1, 3), (2, 5), and the least one of many solutions.
    check_near(values(rt::call<Handle>("la_least_squares", matrix(3, {0, 1, 1, 1, 2, 1}), matrix(3, {1, 3, 5}))),
               {2, 1});
    check_near(values(rt::call<Handle>("la_least_squares", singular, matrix(2, {1, 2}))), {0.2, 0.4});
}

TEST_CASE_FIXTURE(LinearAlgebra, "eigenvalues and singular values come with their vectors") {
    const rt::Value eigen = rt::call("la_symmetric_eigen", matrix(2, {2, 1, 1, 2}));
    check_near(eigen[0].as<std::vector<double>>(), {1, 3});
    const std::vector<double> vectors = values(eigen[1].as<Handle>());
    CHECK(std::abs(vectors[1]) == Approx(std::sqrt(0.5)));
    CHECK(vectors[1] == Approx(vectors[3]));
    CHECK(failure_of([] { rt::call("la_symmetric_eigen", matrix(2, {1, 2, 3, 4})); }).cause == "shape");
    const rt::Value svd = rt::call("la_svd", matrix(2, {3, 0, 4, 5}));
    check_near(svd[1].as<std::vector<double>>(), {3 * std::sqrt(5.0), std::sqrt(5.0)});
}

TEST_CASE_FIXTURE(LinearAlgebra, "nothing is left of what was made, and whatever is wrong is refused") {
    const rt::test::Leaks leaks;
    {
        const Handle m = matrix(2, {1, 2, 3, 4});
        CHECK(rt::test::mistreat(plugin, {{"LaMatrix", m.get()}}).text() == "");
        CHECK(rt::test::fail_each_allocation([&] { rt::call("la_svd", m); }).text() == "");
        CHECK(rt::test::fail_each_allocation([&] { rt::call("la_solve", m, m); }).text() == "");
    }
    CHECK(leaks.found() == "");
}
