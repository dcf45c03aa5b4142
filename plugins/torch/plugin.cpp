// plugin.cpp - the plugin itself: what happens when it is loaded.
#include "tensor.hpp"

#include <mutex>

#include "cuda_library.hpp"
#include "error.hpp"
#include "exit.hpp"
#include "fork.hpp"
#include "libtorch_version.hpp"
#include "version.hpp"

namespace rt::libtorch {

namespace {

// A retired plugin that is opened again is prepared already: its code never left.
void prepare_once() {
    check_libtorch_version(); // before anything else asks it for something
    open_cuda_library();
    if (!libtorch_was_here_first()) {
        turn_off_back_traces();
    }
    watch_forks();
    prepare_for_exit();
}

void prepare() {
    static std::once_flag prepared;
    std::call_once(prepared, prepare_once);
}

} // namespace

} // namespace rt::libtorch

RT_PLUGIN("torch", "0.1.0", "LibTorch: tensors, autograd, neural networks, optimisers, CUDA",
          .on_load = rt::libtorch::prepare, .translate = rt::libtorch::translate_exception)

RT_PLUGIN_KEY("variant", "libtorch-" TORCH_VERSION)
RT_PLUGIN_KEY("score", "100")

// Two copies of either in one process abort it inside dlopen.
RT_PLUGIN_KEY("singletons", "libc10.so libtorch_cpu.so")

// What to do where they are missing.
RT_PLUGIN_KEY("get",
              "install LibTorch (apt install libtorch-dev, or pip install torch) of the version that this plugin was "
              "built with, " TORCH_VERSION ", and put the folder of libtorch_cpu.so on LD_LIBRARY_PATH")

RT_CLASS(at::Tensor, "TorchTensor", "A tensor: a view of numbers of one dtype on one device.")
RT_CLASS(rt::libtorch::Tuple, "TorchTuple", "Several tensors that one function gave; read with rt_torch_tuple_get.")
RT_CLASS(rt::libtorch::Stream, "TorchStream", "A queue of work on a device.")
