#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>

int main(int argc, char **argv) {
    setenv("CUDA_VISIBLE_DEVICES", "", 1); // what is checked must not depend on the machine
    return doctest::Context(argc, argv).run();
}
