// Precompiled for the files of the plugin that need tensors and nothing more of LibTorch. A file still includes what it uses.
#include <ATen/ATen.h>
