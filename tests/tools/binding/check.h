/* check.h - how the programs of the bindings' checks report: `ok NAME`, or `FAIL NAME: what does not hold`. */
#ifndef RTFFI_TESTS_BINDING_CHECK_H
#define RTFFI_TESTS_BINDING_CHECK_H

#include <stdio.h>

static const char *check_label = "";
static int check_failed = 0;

static inline void check_that(const char *name, int holds, const char *what) {
    if (holds) {
        printf("ok %s%s\n", check_label, name);
    } else {
        printf("FAIL %s%s: not so: %s\n", check_label, name, what);
        check_failed = 1;
    }
}
#define CHECK(name, ...) check_that(name, (__VA_ARGS__) ? 1 : 0, #__VA_ARGS__)

#endif
