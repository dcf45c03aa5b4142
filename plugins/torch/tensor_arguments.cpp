// tensor_arguments.cpp - what can be said of the arguments of tensors' functions without LibTorch.
#include "tensor_arguments.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace rt::libtorch {

std::int64_t check_arange(double start, double end, double step) {
    check_finite("start", start);
    check_finite("end", end);
    check_finite("step", step);
    if (step == 0.0) {
        refuse("step must not be 0");
    }
    if (start != end && (start < end) != (step > 0)) {
        refuse(str("step is ", step, ", which leads away from end: start is ", start, ", and end ", end));
    }
    constexpr double most = 2305843009213693952.0; // 2^61: as bytes, 64 bits cannot count them
    const double count = std::ceil((end - start) / step);
    if (!(count < most)) {
        refuse(str("from ", start, " to ", end, " in steps of ", step, " there are ", count, " numbers"));
    }
    const auto elements = static_cast<std::int64_t>(count);
    return check_shape({&elements, 1});
}

void check_numbers(Shape dims, std::size_t numbers) {
    const std::int64_t elements = check_shape(dims);
    if (static_cast<std::size_t>(elements) != numbers) {
        refuse(str("data has ", numbers, " numbers, and dims ", text_of(dims), " stand for ", elements));
    }
}

void check_bytes(Shape dims, std::size_t element_size, std::string_view dtype, std::size_t bytes) {
    const std::size_t needed = static_cast<std::size_t>(check_shape(dims, element_size)) * element_size;
    if (bytes != needed) {
        refuse(str("data has ", bytes, " bytes, and dims ", text_of(dims), " of ", dtype, " stand for ", needed));
    }
}

void check_blob(Shape dims, Shape strides, std::size_t element_size, std::string_view dtype, std::size_t bytes) {
    const std::int64_t elements = check_shape(dims, element_size);
    if (strides.empty()) {
        check_bytes(dims, element_size, dtype, bytes);
        return;
    }
    if (strides.size() != dims.size()) {
        refuse(str("there are ", strides.size(), " strides for ", dims.size(), " dims"));
    }
    std::int64_t span = elements == 0 ? 0 : 1; // from the first element to behind the last
    bool fits = true;
    for (std::size_t i = 0; i < dims.size(); i++) {
        std::int64_t reach = 0;
        if (strides[i] < 0) {
            refuse("strides " + text_of(strides) + " has a negative one, which tensors cannot have");
        }
        fits = fits && !__builtin_mul_overflow(std::max<std::int64_t>(dims[i] - 1, 0), strides[i], &reach) &&
               !__builtin_add_overflow(span, elements == 0 ? 0 : reach, &span);
    }
    if (!fits || static_cast<std::size_t>(span) > bytes / element_size) {
        refuse(str("data has ", bytes, " bytes, and dims ", text_of(dims), " with strides ", text_of(strides), " of ",
                   dtype, " reach beyond"));
    }
}

void refuse_dtype(std::string_view name, std::string_view common) {
    refuse(str("there is no dtype \"", printable(name), "\"; the common ones are ", common));
}

void check_out(std::size_t out, std::size_t needed) {
    if (out < needed) {
        refuse(str("out has ", out, " bytes, and the tensor needs ", needed));
    }
}

void check_one_element(std::int64_t elements) {
    if (elements != 1) {
        refuse(str("the tensor has ", elements, " elements, and only one can be given as a number"));
    }
}

void check_extremes(Shape sizes) {
    if (std::ranges::find(sizes, 0) != sizes.end()) {
        refuse("the tensor is empty, of shape " + text_of(sizes) + ": it has no largest or smallest element");
    }
}

void check_new_shape(Shape dims, std::int64_t elements) {
    std::vector<std::int64_t> known(dims.begin(), dims.end());
    std::erase(known, -1);
    if (!product_of(known)) {
        refuse(str("dims ", text_of(dims), " stand for more elements than 64 bits can count, and the tensor has ",
                   elements));
    }
}

void check_matrices(Shape sizes) {
    if (sizes.size() < 2) {
        refuse("the tensor has the shape " + text_of(sizes) + ": give a matrix, or a batch of them");
    }
}

void check_one_matrix(Shape sizes) {
    if (sizes.size() != 2) {
        refuse("the tensor has the shape " + text_of(sizes) + ": give one square matrix");
    }
}

void check_square_matrices(Shape sizes) {
    if (sizes.size() < 2 || sizes[sizes.size() - 1] != sizes[sizes.size() - 2]) {
        refuse("the tensor has the shape " + text_of(sizes) + ": give one square matrix, or a batch of them");
    }
}

std::int64_t size_of_dimension(Shape sizes, std::int64_t dim) {
    const auto dims = std::max<std::int64_t>(std::ssize(sizes), 1);
    if (dim < -dims || dim >= dims) {
        refuse(str("dim ", dim, " is out of range for a tensor of shape ", text_of(sizes)), "index");
    }
    return sizes.empty() ? 1 : sizes[static_cast<std::size_t>(dim < 0 ? dim + dims : dim)];
}

void check_step(std::int64_t step) {
    if (step < 1) {
        refuse(str("step must be 1 or more, and not ", step));
    }
}

void check_chunks(std::int64_t chunks) {
    constexpr std::int64_t most = 1 << 24; // each is a handle
    if (chunks < 1 || chunks > most) {
        refuse(str("chunks must be from 1 to ", most, ", and not ", chunks));
    }
}

void check_tensor_list(std::size_t tensors) {
    if (tensors == 0) {
        refuse("tensors is empty: give one or more");
    }
}

void check_tuple_index(std::int64_t index, std::size_t tensors) {
    if (index < 0 || static_cast<std::size_t>(index) >= tensors) {
        refuse(str("index ", index, " is out of range: the tuple has ", tensors, " tensors, counted from 0"), "index");
    }
}

} // namespace rt::libtorch
