// Precompiled for the files of test_torch that compare with torch::nn and torch::optim, too. A file still includes what it uses.
#include <torch/torch.h>
