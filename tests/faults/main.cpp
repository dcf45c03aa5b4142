#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstring>

#include "../loader/support/child.hpp"
#include "figures.hpp"

int main(int argc, char **argv) {
    if (argc == 3 && std::strcmp(argv[1], "--child") == 0) {
        return test::child_main(argv[2]);
    }
    const int status = doctest::Context(argc, argv).run();
    faults::print_figures();
    return status;
}
