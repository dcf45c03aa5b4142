#include "layout.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "errors.hpp"

namespace rt::stub {

namespace {

Sizes row_major(const Sizes &sizes) {
    Sizes strides(sizes.size());
    std::int64_t stride = 1;
    for (std::size_t i = sizes.size(); i-- > 0; stride *= std::max<std::int64_t>(sizes[i], 1)) {
        strides[i] = stride;
    }
    return strides;
}

// In which order dimensions follow each other in memory, the innermost first.
class Order {
  public:
    Order(std::span<const Layout *const> operands, const Sizes &shape) : shape_(shape) {
        for (const Layout *operand : operands) {
            Sizes strides(shape.size(), 0); // what is repeated has stride 0
            const std::size_t missing = shape.size() - operand->sizes.size();
            for (std::size_t i = 0; i < operand->sizes.size(); i++) {
                const bool repeated = operand->sizes[i] == 1 && shape[missing + i] != 1;
                strides[missing + i] = repeated ? 0 : operand->strides[i];
            }
            strides_.push_back(std::move(strides));
        }
    }

    // TensorIterator's insertion sort: comparisons may be undecided, which a usual sort does not allow.
    std::vector<std::size_t> sorted() const {
        std::vector<std::size_t> order(shape_.size());
        std::iota(order.rbegin(), order.rend(), std::size_t{0});
        for (std::size_t i = 1; i < order.size(); i++) {
            std::size_t at = i;
            for (std::size_t before = i; before-- > 0;) {
                const int comparison = compare(order[before], order[at]);
                if (comparison > 0) {
                    std::swap(order[before], order[at]);
                    at = before;
                } else if (comparison < 0) {
                    break;
                }
            }
        }
        return order;
    }

  private:
    int compare(std::size_t a, std::size_t b) const {
        for (const Sizes &strides : strides_) {
            if (strides[a] == 0 || strides[b] == 0) {
                continue;
            }
            if (strides[a] != strides[b]) {
                return strides[a] < strides[b] ? -1 : 1;
            }
            if (shape_[a] > shape_[b]) {
                return 1;
            }
        }
        return 0;
    }

    const Sizes &shape_;
    std::vector<Sizes> strides_;
};

} // namespace

std::int64_t Layout::numel() const {
    return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
}

bool Layout::is_contiguous() const {
    std::int64_t expected = 1;
    for (std::size_t i = sizes.size(); i-- > 0; expected *= sizes[i]) {
        if (sizes[i] == 0) {
            return true;
        }
        if (sizes[i] != 1 && strides[i] != expected) {
            return numel() == 0;
        }
    }
    return true;
}

Layout contiguous(Sizes sizes, Dtype dtype) {
    libtorch::check_shape(sizes, info_of(dtype).size);
    Sizes strides = row_major(sizes);
    return {std::move(sizes), std::move(strides), dtype};
}

Layout image_layout(Sizes sizes, const Layout &like) {
    Layout layout = contiguous(std::move(sizes), like.dtype);
    // LibTorch's suggest_memory_format asks for a tensor of four dimensions.
    if (like.dim() != 4 || layout.dim() != 4 || like.is_contiguous()) {
        return layout;
    }
    constexpr std::size_t inner_to_outer[] = {1, 3, 2, 0};
    std::int64_t stride = 0;
    for (const std::size_t i : inner_to_outer) {
        if (like.strides[i] < stride || like.sizes[i] == 0 || (i == 0 && stride == like.strides[1])) {
            return layout;
        }
        stride = like.strides[i] * std::max<std::int64_t>(like.sizes[i], 1);
    }
    stride = 1;
    for (const std::size_t i : inner_to_outer) {
        layout.strides[i] = stride;
        stride *= std::max<std::int64_t>(layout.sizes[i], 1);
    }
    return layout;
}

std::size_t dimension(std::int64_t dim, std::int64_t dims) {
    const std::int64_t count = std::max<std::int64_t>(dims, 1);
    if (dim < -count || dim >= count) {
        libtorch_refuses_index(str("Dimension out of range (expected to be in range of [", -count, ", ", count - 1,
                                   "], but got ", dim, ")"));
    }
    return static_cast<std::size_t>(dim < 0 ? dim + count : dim);
}

std::int64_t size_at(const Layout &layout, std::int64_t dim) {
    const std::size_t index = dimension(dim, layout.dim());
    return layout.sizes.empty() ? 1 : layout.sizes[index];
}

Sizes broadcast(const Sizes &a, const Sizes &b) {
    Sizes result(std::max(a.size(), b.size()));
    for (std::size_t i = 0; i < result.size(); i++) {
        const std::int64_t left = i < a.size() ? a[a.size() - 1 - i] : 1;
        const std::int64_t right = i < b.size() ? b[b.size() - 1 - i] : 1;
        if (left != right && left != 1 && right != 1) {
            libtorch_refuses(str("The size of tensor a (", left, ") must match the size of tensor b (", right,
                                 ") at non-singleton dimension ", result.size() - 1 - i));
        }
        result[result.size() - 1 - i] = left == 1 ? right : left;
    }
    return result;
}

Layout elementwise_layout(std::span<const Layout *const> operands, Dtype dtype) {
    Sizes shape = operands[0]->sizes;
    for (const Layout *operand : operands.subspan(1)) {
        shape = broadcast(shape, operand->sizes);
    }
    const std::vector<std::size_t> order = Order(operands, shape).sorted();
    Layout layout = contiguous(std::move(shape), dtype);
    std::int64_t stride = 1;
    for (const std::size_t i : order) {
        layout.strides[i] = stride;
        stride *= std::max<std::int64_t>(layout.sizes[i], 1);
    }
    return layout;
}

Sizes inferred(Dims dims, std::int64_t numel) {
    Sizes sizes(dims.begin(), dims.end());
    const auto unknown = std::find(sizes.begin(), sizes.end(), -1);
    if (unknown != sizes.end() && std::find(unknown + 1, sizes.end(), -1) != sizes.end()) {
        libtorch_refuses("only one dimension can be inferred");
    }
    std::int64_t known = 1;
    for (const std::int64_t size : sizes) {
        known *= size == -1 ? 1 : size;
    }
    if (unknown != sizes.end() && known > 0 && numel % known == 0) {
        *unknown = numel / known;
    } else if (unknown != sizes.end() && known == 0 && numel == 0) {
        libtorch_refuses("cannot reshape tensor of 0 elements into shape " + text_of(dims) +
                         " because the unspecified dimension size -1 can be any value and is ambiguous");
    } else if (unknown != sizes.end() || known != numel) {
        libtorch_refuses(str("shape '", text_of(dims), "' is invalid for input of size ", numel));
    }
    return sizes;
}

std::optional<Sizes> view_strides(const Layout &layout, const Sizes &sizes) {
    const Sizes &old = layout.sizes;
    if (old.empty() || layout.numel() == 0) {
        return old == sizes ? layout.strides : row_major(sizes);
    }
    Sizes strides(sizes.size());
    auto next = sizes.size(); // of the new dimensions, those from here on have their strides
    std::int64_t base = layout.strides.back();
    std::int64_t have = 1; // elements of a run of old dimensions that lie as one
    std::int64_t taken = 1;
    for (std::size_t i = old.size(); i-- > 0;) {
        have *= old[i];
        if (i != 0 && (old[i - 1] == 1 || layout.strides[i - 1] == have * base)) {
            continue;
        }
        while (next > 0 && (taken < have || sizes[next - 1] == 1)) {
            next--;
            strides[next] = taken * base;
            taken *= sizes[next];
        }
        if (taken != have) {
            return std::nullopt;
        }
        base = i != 0 ? layout.strides[i - 1] : base;
        have = taken = 1;
    }
    return next == 0 ? std::optional(strides) : std::nullopt;
}

} // namespace rt::stub
