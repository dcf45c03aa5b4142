/* SPDX-License-Identifier: Apache-2.0 */
/* test_malloc.h - what test_kit.h puts in the place of malloc and the like, in the one source file that asks for it. */
#ifndef RTFFI_DETAIL_TEST_MALLOC_H
#define RTFFI_DETAIL_TEST_MALLOC_H

#include <errno.h>
#include <stddef.h>

#include "../test_kit.h"

#ifdef __cplusplus
extern "C" {
#define RT_TEST_NOTHROW noexcept
#define RT_TEST_NO_MEMORY nullptr
#else
#define RT_TEST_NOTHROW
#define RT_TEST_NO_MEMORY NULL
#endif

/* How many more succeed; below 0: all. */
static __thread long rt_test_allocations_left = -1;
static __thread bool rt_test_failed;

void rt_test_fail_allocation(long after) {
    rt_test_failed = false;
    rt_test_allocations_left = after;
}

bool rt_test_allocation_failed(void) {
    rt_test_allocations_left = -1;
    return rt_test_failed;
}

#if RT_TEST_ALLOCATIONS_CAN_FAIL
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static bool rt_test_fails_now(void) {
    if (rt_test_allocations_left < 0) {
        return false;
    }
    rt_test_allocations_left--;
    if (rt_test_allocations_left >= 0) {
        return false;
    }
    rt_test_failed = true;
    errno = ENOMEM;
    return true;
}

/* The program may be compiled with hidden symbols, but libraries must find these. */
#define RT_TEST_REPLACES __attribute__((visibility("default")))

RT_TEST_REPLACES void *malloc(size_t size) RT_TEST_NOTHROW {
    return rt_test_fails_now() ? RT_TEST_NO_MEMORY : __libc_malloc(size);
}
RT_TEST_REPLACES void *calloc(size_t count, size_t size) RT_TEST_NOTHROW {
    return rt_test_fails_now() ? RT_TEST_NO_MEMORY : __libc_calloc(count, size);
}
RT_TEST_REPLACES void *realloc(void *memory, size_t size) RT_TEST_NOTHROW {
    return rt_test_fails_now() ? RT_TEST_NO_MEMORY : __libc_realloc(memory, size);
}
RT_TEST_REPLACES void *memalign(size_t alignment, size_t size) RT_TEST_NOTHROW {
    return rt_test_fails_now() ? RT_TEST_NO_MEMORY : __libc_memalign(alignment, size);
}
RT_TEST_REPLACES void *aligned_alloc(size_t alignment, size_t size) RT_TEST_NOTHROW {
    return rt_test_fails_now() ? RT_TEST_NO_MEMORY : __libc_memalign(alignment, size);
}
RT_TEST_REPLACES int posix_memalign(void **memory, size_t alignment, size_t size) RT_TEST_NOTHROW {
    *memory = rt_test_fails_now() ? RT_TEST_NO_MEMORY : __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}
#endif

#ifdef __cplusplus
}
#endif

#endif
