// Precompiled for the files of the plugin that need torch::nn, torch::optim, torch::jit. A file still includes what it uses.
#include <torch/torch.h>
