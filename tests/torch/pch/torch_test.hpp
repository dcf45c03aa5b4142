// Precompiled for every file of test_torch. A file still includes what it uses.
#include <torch/torch.h>
