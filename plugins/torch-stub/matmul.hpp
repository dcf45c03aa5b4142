// matmul.hpp - the form of a matrix product.
#pragma once

#include "tensor.hpp"

namespace rt::stub {

// Of vectors, matrices and batches of matrices, as torch.matmul. Throws where they do not go together.
Layout matmul_layout(const TorchTensor &a, const TorchTensor &b);

} // namespace rt::stub
