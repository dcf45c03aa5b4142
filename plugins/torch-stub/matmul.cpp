#include "matmul.hpp"

#include "elementwise.hpp"

namespace rt::stub {

Layout matmul_layout(const TorchTensor &a, const TorchTensor &b) {
    if (a.dim() == 0 || b.dim() == 0) {
        libtorch_refuses(
            str("both arguments to matmul need to be at least 1D, but they are ", a.dim(), "D and ", b.dim(), "D"));
    }
    // A vector on the left is a row, one on the right a column; what they add is taken away from the result again.
    const Sizes &left = a.sizes();
    const Sizes &right = b.sizes();
    const std::int64_t inner = left.back();
    const std::int64_t expected = right.size() == 1 ? right[0] : right[right.size() - 2];
    if (inner != expected) {
        libtorch_refuses(
            str("mat1 and mat2 shapes cannot be multiplied (", text_of(left), " and ", text_of(right), ")"));
    }
    const auto batch = [](const Sizes &sizes) {
        return Sizes(sizes.begin(), sizes.end() - std::min<std::ptrdiff_t>(2, std::ssize(sizes)));
    };
    Sizes sizes = broadcast(batch(left), batch(right));
    if (left.size() > 1) {
        sizes.push_back(left[left.size() - 2]);
    }
    if (right.size() > 1) {
        sizes.push_back(right.back());
    }
    Layout layout = contiguous(std::move(sizes), b.dtype());
    if (layout.dim() > 2 && layout.numel() == 0) {
        return layout; // LibTorch does not look at the dtypes of batches without elements
    }
    if (a.dtype() != b.dtype()) {
        libtorch_refuses(str("expected scalar type ", info_of(a.dtype()).name, " but found ", info_of(b.dtype()).name));
    }
    take_only(a, is_number, "matmul");
    return layout;
}

} // namespace rt::stub
