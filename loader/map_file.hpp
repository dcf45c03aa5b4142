// map_file.hpp - a file that was checked becomes code of this process.
#pragma once

#include "metadata.hpp"
#include "plugin.hpp"
#include "trusted_file.hpp"

namespace rt::core {

// dlopen, of the file or of its sealed copy, unless it is mapped already. Afterwards what is mapped is what was checked, or it
// is taken out again: causes "file_changed", "file_replaced", "loaded_before", and explain_dlopen_error's.
Outcome map_file(rt_plugin &plugin, int mode, const Metadata &metadata, TrustedFile &file);

} // namespace rt::core
