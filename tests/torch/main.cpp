// main.cpp - doctest's main, which chooses between the tests of a machine with CUDA and those of one without.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>
#include <string_view>

int main(int argc, char **argv) {
    const char *wanted = std::getenv("RTFFI_TEST_CUDA");
    const bool cuda = wanted != nullptr && std::string_view(wanted) == "1";
    if (!cuda) {
        // What is checked must not depend on the machine: hides its devices from LibTorch, here and in child processes.
        setenv("CUDA_VISIBLE_DEVICES", "", 1);
    }
    doctest::Context context(argc, argv);
    context.addFilter("test-case-exclude", cuda ? "without CUDA: *" : "with CUDA: *");
    context.setOption("no-skipped-summary", true);
    return context.run();
}
