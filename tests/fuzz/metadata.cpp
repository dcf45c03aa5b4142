// metadata.cpp - any bytes as a plugin's file: what rtffi says about it without loading it. Nothing of it runs.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include <rtffi/rtffi.h>

#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static const int file = memfd_create("plugin", 0);
    static const std::string path = "/proc/self/fd/" + std::to_string(file);
    fuzz::require(ftruncate(file, static_cast<off_t>(size)) == 0);
    fuzz::require(pwrite(file, data, size, 0) == static_cast<ssize_t>(size));
    rt_value json = {};
    fuzz::require(rt_inspect(path.c_str(), &json) == RT_OK && json.type == RT_TEXT && json.size > 0);
    rt_value_clear(&json);
    return 0;
}
