// Precompiled for the files of test_torch that compare with tensors alone. A file still includes what it uses.
#include <ATen/ATen.h>
