// malloced_text.hpp - the owner of a text that a function of C made with malloc.
#pragma once

#include <cstdlib>
#include <memory>

namespace rt::core {

struct Freed {
    void operator()(char *text) const { std::free(text); }
};

using MallocedText = std::unique_ptr<char, Freed>;

} // namespace rt::core
