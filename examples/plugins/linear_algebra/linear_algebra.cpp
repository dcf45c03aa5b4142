// linear_algebra.cpp - an example of a plugin in C++ that wraps a library: matrices of Eigen, which never change once they are made,
// so that several threads may use them at once.
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include <Eigen/Dense>

#include <rtffi/plugin.hpp>

using Matrix = Eigen::MatrixXd;

RT_DECLARE_CLASS(Matrix, "LaMatrix")

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Index = Eigen::Index;

std::string shape_of(const Matrix &m) { return std::to_string(m.rows()) + " x " + std::to_string(m.cols()); }

// Fails where the matrices do not go together; `rule` says what would.
void require(bool holds, const std::string &what, const std::string &rule) {
    if (!holds) {
        throw rt::Error(RT_E_ARGUMENT, what + ": " + rule, "shape");
    }
}
void require_square(const Matrix &m) { require(m.rows() == m.cols(), shape_of(m), "the matrix must be square"); }

// LibTorch's exceptions of this sort have the same cause, so that hosts can catch both as one.
[[noreturn]] void no_solution(const std::string &message) { throw rt::Error(RT_E_CALLEE, message, "linalg"); }

Matrix matrix(std::int64_t rows, std::span<const double> values) {
    const auto count = static_cast<Index>(values.size());
    require(rows > 0 && count > 0 && count % rows == 0,
            std::to_string(count) + " values in " + std::to_string(rows) + " rows",
            "there must be rows, and the same number of values in each");
    return Eigen::Map<const RowMajor>(values.data(), rows, count / rows);
}

std::int64_t rows(const Matrix &m) { return m.rows(); }
std::int64_t columns(const Matrix &m) { return m.cols(); }

std::vector<double> values(const Matrix &m) {
    std::vector<double> flat(static_cast<std::size_t>(m.size()));
    Eigen::Map<RowMajor>(flat.data(), m.rows(), m.cols()) = m;
    return flat;
}

Matrix product(const Matrix &a, const Matrix &b) {
    require(a.cols() == b.rows(), shape_of(a) + " times " + shape_of(b),
            "the first needs as many columns as the second has rows");
    return a * b;
}

Matrix transposed(const Matrix &m) { return m.transpose(); }

double determinant(const Matrix &m) {
    require_square(m);
    return Eigen::FullPivLU<Matrix>(m).determinant();
}

Matrix solve(const Matrix &a, const Matrix &b) {
    require_square(a);
    require(a.rows() == b.rows(), shape_of(a) + " and " + shape_of(b), "both need the same number of rows");
    const Eigen::FullPivLU<Matrix> lu(a);
    if (!lu.isInvertible()) {
        no_solution("the matrix is singular: its rank is " + std::to_string(lu.rank()) + " of " +
                    std::to_string(a.rows()) + "; la_least_squares takes it");
    }
    return lu.solve(b);
}

Matrix least_squares(const Matrix &a, const Matrix &b) {
    require(a.rows() == b.rows(), shape_of(a) + " and " + shape_of(b), "both need the same number of rows");
    return Eigen::JacobiSVD<Matrix>(a, Eigen::ComputeThinU | Eigen::ComputeThinV).solve(b);
}

std::vector<double> listed(const Eigen::VectorXd &vector) { return {vector.begin(), vector.end()}; }

std::tuple<std::vector<double>, Matrix> symmetric_eigen(const Matrix &m) {
    require_square(m);
    require(m.isApprox(m.transpose()), shape_of(m), "the matrix must be symmetric");
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(m);
    if (solver.info() != Eigen::Success) {
        no_solution("the eigenvalues did not converge");
    }
    return {listed(solver.eigenvalues()), solver.eigenvectors()};
}

std::tuple<Matrix, std::vector<double>, Matrix> svd(const Matrix &m) {
    const Eigen::JacobiSVD<Matrix> svd(m, Eigen::ComputeThinU | Eigen::ComputeThinV);
    return {svd.matrixU(), listed(svd.singularValues()), svd.matrixV()};
}

} // namespace

RT_CLASS(Matrix, "LaMatrix", "A matrix of numbers.")

RT_PLUGIN("linear_algebra", "1.0.0", "Matrices of Eigen: an example plugin in C++ that wraps a library")

RT_FUNCTION(matrix, "la_matrix(rows: i64, values: [f64]) -> LaMatrix", "Makes a matrix of its values, row by row.")
RT_FUNCTION(rows, "la_rows(matrix: LaMatrix) -> i64", "How many rows it has.")
RT_FUNCTION(columns, "la_columns(matrix: LaMatrix) -> i64", "How many columns it has.")
RT_FUNCTION(values, "la_values(matrix: LaMatrix) -> [f64]", "Its values, row by row.")
RT_FUNCTION(product, "la_product(a: LaMatrix, b: LaMatrix) -> LaMatrix", "The matrix product.")
RT_FUNCTION(transposed, "la_transposed(matrix: LaMatrix) -> LaMatrix", "Rows become columns.")
RT_FUNCTION(determinant, "la_determinant(matrix: LaMatrix) -> f64", "The determinant of a square matrix.")
RT_FUNCTION(solve, "la_solve(a: LaMatrix, b: LaMatrix) -> LaMatrix", "The x of a x = b, by LU with full pivoting.")
RT_FUNCTION(least_squares, "la_least_squares(a: LaMatrix, b: LaMatrix) -> LaMatrix",
            "The shortest x with the least |a x - b|, whatever the rank of a.")
RT_FUNCTION(symmetric_eigen, "la_symmetric_eigen(matrix: LaMatrix) -> ([f64], LaMatrix)",
            "The eigenvalues of a symmetric matrix, ascending, and the eigenvectors as columns.")
RT_FUNCTION(svd, "la_svd(matrix: LaMatrix) -> (LaMatrix, [f64], LaMatrix)",
            "U, the singular values, descending, and V, with U diag(s) V' being the matrix.")
