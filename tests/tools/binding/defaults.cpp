// What the defaults in the binding for C++ come to, one line for each way to leave them out.
#include <cstdio>

#include "defaults_binding.hpp"

int main() {
    std::printf("%s\n%s\n%s\n", defaults::given().c_str(), defaults::named().c_str(),
                defaults::named({.last = 1}).c_str());
}
