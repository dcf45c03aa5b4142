// host_memory.cpp - between a tensor and the host's memory: in, shapes are checked; out, there are no numbers.
#include "functions.hpp"

#include "../torch/tensor_arguments.hpp"

namespace rt::stub {

TorchTensor rt_torch_tensor_from_memory(std::span<const std::byte> data, Dims dims, std::string_view dtype_name) {
    const DtypeInfo &dtype = info_of(dtype_named(dtype_name));
    libtorch::check_bytes(dims, dtype.size, dtype.name, data.size());
    return made(contiguous({dims.begin(), dims.end()}, dtype.dtype));
}

double rt_torch_torchtensor_item(const TorchTensor &tensor) {
    libtorch::check_one_element(tensor.numel());
    require_real(tensor);
    no_numbers();
}

std::int64_t rt_torch_torchtensor_to_memory(const TorchTensor &tensor, std::span<std::byte> out) {
    const std::size_t bytes = static_cast<std::size_t>(tensor.numel()) * info_of(tensor.dtype()).size;
    libtorch::check_out(out.size(), bytes);
    if (bytes != 0) {
        no_numbers();
    }
    return 0;
}

std::string rt_torch_torchtensor_to_text(const TorchTensor &) { no_numbers(); }

} // namespace rt::stub
