// archive.hpp - whether a file that LibTorch will read is whole.
#pragma once

#include "process.hpp"

#include <string>

namespace rt::libtorch {

// Throws where the file is no archive of torch.save or torch.jit.save, or where a part of it that is parsed does not
// have the checksum that was written with it. Contents of tensors are looked at where that is asked for.
//
// Rationale: LibTorch leaves checksums out, and its parsers trust what they read: one wrong bit in a model's data.pkl
// ends the process. This is no protection against a file that was made to do harm, which a program must not load: a
// model is code.
void check_archive(const std::string &path, bool contents_too = false);

} // namespace rt::libtorch
