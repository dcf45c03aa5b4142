// main.cpp - doctest's main of the tests that need a device: a program of its own, since devices are for the whole process.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>

#include "fake_device.hpp"

int main(int argc, char **argv) {
    setenv("CUDA_VISIBLE_DEVICES", "", 1); // CUDA's devices come first
    fake_device::install();
    return doctest::Context(argc, argv).run();
}
