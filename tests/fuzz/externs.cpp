// externs.cpp - any text as a program with `extern fn` lines: each that is found lies in the text, and is looked up.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include <rtffi/rtffi.h>

#include "extern_reader.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static const int file = memfd_create("program", 0);
    static const std::string path = "/proc/self/fd/" + std::to_string(file);
    fuzz::require(ftruncate(file, static_cast<off_t>(size)) == 0);
    fuzz::require(pwrite(file, data, size, 0) == static_cast<ssize_t>(size));
    const std::string text(reinterpret_cast<const char *>(data), size);
    for (const rt::tools::Extern &declared : rt::tools::read_externs(path)) {
        fuzz::require(text.find(declared.signature) != std::string::npos);
        const rt_function *function = nullptr;
        rt_bind(declared.name.c_str(), declared.signature.c_str(), RT_BIND_NO_LOAD, &function);
    }
    return 0;
}
