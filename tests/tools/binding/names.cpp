// What the binding for C++ calls functions, classes and parameters whose names are taken: each plugin has a namespace.
#include "check.h"
#include "names_binding.hpp"

int main(int argc, char **argv) {
    check_label = argc > 1 ? argv[1] : "";
    CHECK("a function and a class of each plugin",
          first::area(3) == 9 && second::area(3) == 6 && first::make(3).size() == 3 && second::make(3).size() == 6);
    const first::Object_ object = first::make_object(3);
    CHECK("a class that is called like that of all objects", object.number() == 3 && object.next(4).number() == 7);
    CHECK("methods, and parameters called options and self",
          first::make_none(1).number(2) == 1234 && first::make_none(1).number(2, 5, {.runtime = 6}) == 1256);
    CHECK("a function that is called like a class", first::first_Shape(1) == 2);
    CHECK("keywords, beside what is called so",
          first::class_(1) == 3 && first::first_class(1) == 2 && first::words(1, 2) == 12);
    CHECK("dots and colons, beside a function that is called so",
          first::with_dots__in(1) == 3 && first::first_with_dots__in(1) == 2);
    CHECK("parameters that are called like variables of the binding",
          first::own(1, 2) == 123 && first::own(1, 2, {.FUNCTION = 4}) == 124 && first::types(1, 2, 3) == 123);
    return check_failed;
}
