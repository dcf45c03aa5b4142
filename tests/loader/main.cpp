#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstring>

#include "support/child.hpp"

int main(int argc, char **argv) {
    if (argc == 3 && std::strcmp(argv[1], "--child") == 0) {
        return test::child_main(argv[2]);
    }
    return doctest::Context(argc, argv).run();
}
