// elementwise.hpp - the sorts of operations element by element, by what they do to dtypes.
#pragma once

#include "tensor.hpp"

namespace rt::stub {

inline bool is_number(Dtype dtype) { return dtype != Dtype::boolean; }
inline bool is_ordered_number(Dtype dtype) { return dtype != Dtype::boolean && !is_complex(dtype); }

// Refuses, as LibTorch's kernels do, a dtype that is none of those an operation takes.
inline void take_only(const TorchTensor &a, bool (*takes)(Dtype), const char *operation) {
    if (!takes(a.dtype())) {
        throw Error(RT_E_CALLEE, str("\"", operation, "\" not implemented for '", info_of(a.dtype()).name, "'"),
                    "not_implemented");
    }
}

// The result has the operand's dtype.
inline TorchTensor same_dtype(const TorchTensor &a, bool (*takes)(Dtype), const char *operation) {
    take_only(a, takes, operation);
    return computed(elementwise({&a}, a.dtype()), {&a});
}

// The result of whole numbers has fractions.
inline TorchTensor as_fraction(const TorchTensor &a) {
    return computed(elementwise({&a}, fractional(a.dtype())), {&a});
}

} // namespace rt::stub
