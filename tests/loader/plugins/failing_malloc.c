/* failing_malloc.c - loaded before the C library (LD_PRELOAD): one allocation fails, the one that a test asks for. */
#include <errno.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

/* How many more succeed; below 0: all. One thread's test. */
static long left = -1;
static int failed;

void failing_malloc_arm(long count);
int failing_malloc_disarm(void);

/* The allocation after the next `count` ones fails. */
void failing_malloc_arm(long count) {
    left = count;
    failed = 0;
}

/* Whether one did. */
int failing_malloc_disarm(void) {
    left = -1;
    return failed;
}

static int fails_now(void) {
    if (left < 0) {
        return 0;
    }
    left--;
    if (left >= 0) {
        return 0;
    }
    failed = 1;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size) { return fails_now() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails_now() ? NULL : __libc_calloc(count, size); }
void *realloc(void *memory, size_t size) { return fails_now() ? NULL : __libc_realloc(memory, size); }
void *memalign(size_t alignment, size_t size) { return fails_now() ? NULL : __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return fails_now() ? NULL : __libc_memalign(alignment, size); }
int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (fails_now()) {
        return ENOMEM;
    }
    *memory = __libc_memalign(alignment, size);
    return *memory != NULL ? 0 : ENOMEM;
}
