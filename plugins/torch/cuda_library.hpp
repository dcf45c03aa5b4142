// cuda_library.hpp - the part of LibTorch that is there in its CUDA builds only.
#pragma once

namespace rt::libtorch {

// Loads libtorch_cuda.so where it lies beside the libtorch_cpu.so in use. Must come before anything asks LibTorch
// whether CUDA is there: it keeps the first answer. A failure is logged; LibTorch then works without CUDA.
void open_cuda_library();

} // namespace rt::libtorch
