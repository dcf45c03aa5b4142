// index.cpp - parts of a tensor by a list of indices, without the numbers: how many elements a mask chooses, only LibTorch can see.
// Sources: ATen/TensorIndexing.h, ATen/native/TensorAdvancedIndexing.cpp (AdvancedIndex).
#include "functions.hpp"
#include "inplace.hpp"

#include "../torch/index_arguments.hpp"

#include <algorithm>
#include <optional>

namespace rt::stub {

namespace {

using libtorch::Index;
using libtorch::IndexKind;

bool is_mask(const TorchTensor &tensor) { return tensor.dtype() == Dtype::uint8 || tensor.dtype() == Dtype::boolean; }

// The list as it was given.
struct Indices {
    Indices(const TorchTensor &a, std::span<const rt_value> list)
        : indices(libtorch::read_indices(list)), tensors(indices.size()), left(a.dim()) {
        for (std::size_t i = 0; i < indices.size(); i++) {
            if (indices[i].kind == IndexKind::tensor) {
                tensors[i] = tensor_of(indices[i], i);
            }
            left -= indices[i].takes;
        }
        libtorch::check_index_count(indices, a.dim());
    }

    std::vector<Index> indices;
    std::vector<TorchTensor> tensors; // of those indices that are tensors
    std::int64_t left;                // dimensions that none of them takes

  private:
    static TorchTensor tensor_of(Index &index, std::size_t position) {
        const Pin<TorchTensor> pin(index.number);
        if (!pin) {
            libtorch::refuse_index_handle(position, index.number);
        }
        index.takes = is_mask(*pin) ? (*pin).dim() : 1;
        return *pin;
    }
};

// A tensor on its way through the indices.
class Walk {
  public:
    Walk(const TorchTensor &a, const Indices &list) : layout_(a.layout()) {
        for (std::size_t i = 0; i < list.indices.size(); i++) {
            step(list.indices[i], list.tensors[i], list.left);
        }
    }

    // Without index tensors it is a view.
    bool is_view() const { return chosen_.empty(); }
    const Layout &view() const { return layout_; }

    // With them, as one operation element by element of the tensor and the indices: a new tensor.
    Layout gathered() const {
        for (const auto &one : chosen_) {
            check_dtype(one);
        }
        const Sizes shape = common_shape();
        const auto is_indexed = [&](std::size_t i) { return i < chosen_.size() && chosen_[i].has_value(); };
        // Where the indexed dimensions do not lie side by side, they come first.
        std::vector<std::size_t> order;
        const auto add = [&](bool indexed) {
            for (std::size_t i = 0; i < layout_.sizes.size(); i++) {
                if (is_indexed(i) == indexed) {
                    order.push_back(i);
                }
            }
        };
        if (side_by_side()) {
            for (std::size_t i = 0; i < layout_.sizes.size(); i++) {
                order.push_back(i);
            }
        } else {
            add(true);
            add(false);
        }
        Layout source{{}, {}, layout_.dtype};
        std::size_t before = 0;
        bool placed = false;
        for (const std::size_t i : order) {
            if (!is_indexed(i)) {
                source.sizes.push_back(layout_.sizes[i]);
                source.strides.push_back(layout_.strides[i]);
                before += placed ? 0 : 1;
            } else if (!placed) {
                source.sizes.insert(source.sizes.end(), shape.begin(), shape.end());
                source.strides.insert(source.strides.end(), shape.size(), 0);
                placed = true;
            }
        }
        std::vector<Layout> places;
        for (const auto &one : chosen_) {
            if (one) {
                places.push_back(beside(*one, shape, before, source.sizes.size()));
            }
        }
        std::vector<const Layout *> operands{&source};
        for (const Layout &place : places) {
            operands.push_back(&place);
        }
        check_reachable(shape);
        return elementwise_layout(operands, layout_.dtype);
    }

  private:
    void step(const Index &index, const TorchTensor &tensor, std::int64_t left) {
        switch (index.kind) {
        case IndexKind::ellipsis:
            dim_ += static_cast<std::size_t>(left);
            break;
        case IndexKind::new_dimension:
            insert();
            dim_++;
            break;
        case IndexKind::boolean:
            insert();
            choose(contiguous({index.number}, Dtype::int64));
            break;
        case IndexKind::slice:
            slice(index);
            break;
        case IndexKind::integer:
            select(index.number);
            break;
        case IndexKind::tensor:
            take(tensor);
        }
    }

    void take(const TorchTensor &tensor) {
        if (is_mask(tensor)) {
            no_numbers();
        }
        if (tensor.dim() == 0 && is_integral(tensor.dtype())) {
            select(0); // which one it is, only LibTorch can see
        } else {
            choose(tensor.layout());
        }
    }

    void insert() {
        const std::int64_t stride = dim_ < layout_.sizes.size() ? layout_.sizes[dim_] * layout_.strides[dim_] : 1;
        layout_.sizes.insert(layout_.sizes.begin() + static_cast<std::ptrdiff_t>(dim_), 1);
        layout_.strides.insert(layout_.strides.begin() + static_cast<std::ptrdiff_t>(dim_), stride);
    }

    void choose(Layout index) {
        chosen_.resize(dim_ + 1);
        chosen_[dim_++] = std::move(index);
    }

    void select(std::int64_t number) {
        const std::int64_t size = layout_.sizes.at(dim_);
        if (number < -size || number >= size) {
            libtorch_refuses_index(
                str("index ", number, " is out of bounds for dimension ", dim_, " with size ", size));
        }
        layout_.sizes.erase(layout_.sizes.begin() + static_cast<std::ptrdiff_t>(dim_));
        layout_.strides.erase(layout_.strides.begin() + static_cast<std::ptrdiff_t>(dim_));
    }

    void slice(const Index &index) {
        const std::int64_t size = layout_.sizes.at(dim_);
        const auto inside = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size); };
        const std::int64_t length = std::max<std::int64_t>(inside(index.stop) - inside(index.start), 0);
        const std::int64_t step = std::min(index.step, std::max<std::int64_t>(size, 1));
        layout_.sizes[dim_] = (length + step - 1) / step;
        layout_.strides[dim_] *= step;
        dim_++;
    }

    static void check_dtype(const std::optional<Layout> &index) {
        if (index && !is_integral(index->dtype)) {
            libtorch_refuses_index("tensors used as indices must be long, byte or bool tensors");
        }
    }

    Sizes common_shape() const {
        Sizes shape;
        for (const auto &one : chosen_) {
            if (!one) {
                continue;
            }
            try {
                shape = broadcast(shape, one->sizes);
            } catch (const Error &) {
                libtorch_refuses_index("shape mismatch: indexing tensors could not be broadcast together");
            }
        }
        return shape;
    }

    bool side_by_side() const {
        const auto has = [](const std::optional<Layout> &one) { return one.has_value(); };
        const auto first = std::find_if(chosen_.begin(), chosen_.end(), has);
        return std::all_of(first, chosen_.end(), has);
    }

    // An index as wide as all of them together, among as many dimensions as the source has.
    static Layout beside(const Layout &index, const Sizes &shape, std::size_t before, std::size_t dims) {
        Layout wide{shape, Sizes(shape.size(), 0), index.dtype};
        const std::size_t missing = shape.size() - index.sizes.size();
        for (std::size_t i = missing; i < shape.size(); i++) {
            const bool repeated = index.sizes[i - missing] == 1 && shape[i] != 1;
            wide.strides[i] = repeated ? 0 : index.strides[i - missing];
        }
        Sizes sizes(dims, 1);
        std::copy(shape.begin(), shape.end(), sizes.begin() + static_cast<std::ptrdiff_t>(before));
        std::optional<Sizes> strides = view_strides(wide, sizes);
        return strides ? Layout{sizes, *strides, index.dtype} : contiguous(sizes, index.dtype);
    }

    void check_reachable(const Sizes &shape) const {
        const bool any = std::find(shape.begin(), shape.end(), 0) == shape.end();
        for (std::size_t i = 0; i < chosen_.size() && any; i++) {
            if (chosen_[i] && layout_.sizes[i] == 0) {
                libtorch_refuses_index(str("index is out of bounds for dimension ", i, " with size 0"));
            }
        }
    }

    Layout layout_;
    std::size_t dim_ = 0;
    std::vector<std::optional<Layout>> chosen_; // by dimension of layout_; none where it is taken whole
};

// LibTorch leaves out dimensions of size 1 at the front of what is written.
Sizes without_leading_ones(Sizes sizes) {
    sizes.erase(sizes.begin(), std::find_if(sizes.begin(), sizes.end(), [](std::int64_t size) { return size != 1; }));
    return sizes;
}

void write(const TorchTensor &a, Indices &list, const TorchTensor &value) {
    // A single bool is no index tensor to LibTorch, where it writes.
    if (list.indices.size() == 1 && list.indices[0].kind == IndexKind::boolean) {
        if (list.indices[0].number == 0) {
            return;
        }
        list.indices[0].kind = IndexKind::new_dimension;
    }
    const Walk part(a, list);
    const Sizes sizes = without_leading_ones(value.sizes());
    if (part.is_view()) {
        check_broadcasts_to(part.view().sizes, value.sizes() == part.view().sizes ? value.sizes() : sizes);
        check_writable(a);
        record_write(a, value);
        return;
    }
    check_writable(a);
    check_broadcasts_to(part.gathered().sizes, sizes);
    if (value.dtype() != a.dtype()) {
        libtorch_refuses("Index put requires the source and destination dtypes match");
    }
    record_write(a, value);
}

} // namespace

TorchTensor rt_torch_torchtensor_index(const TorchTensor &a, std::span<const rt_value> indices) {
    const Walk part(a, Indices(a, indices));
    return computed(part.is_view() ? part.view() : part.gathered(), {&a});
}

void rt_torch_torchtensor_index_put_(const TorchTensor &a, std::span<const rt_value> indices, const rt_value &value) {
    Indices list(a, indices);
    switch (value.type) {
    case RT_BOOL:
    case RT_INTEGER:
    case RT_DOUBLE:
        check_reaches(a.dtype(),
                      value.type == RT_DOUBLE ? value.payload.number : static_cast<double>(value.payload.integer));
        write(a, list, made(contiguous({}, a.dtype())));
        return;
    case RT_HANDLE:
        if (const Pin<TorchTensor> pin(value.payload.integer); pin) {
            write(a, list, *pin);
            return;
        }
        throw Error(RT_E_HANDLE, "value is no live handle: a tensor or a number is needed");
    default:
        throw Error(RT_E_TYPE, "value is neither a tensor nor a number");
    }
}

} // namespace rt::stub
