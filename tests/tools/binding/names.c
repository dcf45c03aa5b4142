/* What the binding for C calls functions, classes and parameters whose names are taken. C has one scope, and so full names. */
#include "check.h"
#include "names_binding.h"

int main(int argc, char **argv) {
    check_label = argc > 1 ? argv[1] : "";
    const FirstShape shape = first_make(3);
    CHECK("a function of each plugin", first_area(3) == 9 && second_area(3) == 6);
    CHECK("a class that is called like a function without its plugin",
          first_shape_size(shape) == 3 && first_Shape(1) == 2);
    CHECK("dots and colons, beside a function that is called so",
          first_with_dots__in(1) == 3 && first_with_dots__in_2(1) == 2);
    CHECK("a keyword as a parameter, beside one that is called so", first_words(1, 2) == 12);
    CHECK("parameters that are called like types and like variables of the binding", first_types(1, 2, 3) == 123);
    rt_handle_free(shape);
    return check_failed;
}
