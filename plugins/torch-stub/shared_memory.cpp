// shared_memory.cpp - memory that a tensor and the host share: a tensor without numbers needs none.
#include "functions.hpp"

#include "../torch/tensor_arguments.hpp"

namespace rt::stub {

TorchTensor rt_torch_tensor_from_blob(std::span<std::byte> data, Dims dims, Dims strides, std::string_view dtype_name,
                                      const Callable &release) {
    const DtypeInfo &dtype = info_of(dtype_named(dtype_name));
    libtorch::check_blob(dims, strides, dtype.size, dtype.name, data.size());
    Layout layout = contiguous({dims.begin(), dims.end()}, dtype.dtype);
    if (!strides.empty()) {
        layout.strides.assign(strides.begin(), strides.end());
    }
    TorchTensor tensor = made(std::move(layout));
    rt_value result = release.call({});
    detail::host->value_clear(&result);
    return tensor;
}

void *rt_torch_torchtensor_data_ptr(const TorchTensor &) { no_numbers(); }

std::vector<std::int64_t> rt_torch_torchtensor_strides(const TorchTensor &tensor) { return tensor.layout().strides; }

} // namespace rt::stub
