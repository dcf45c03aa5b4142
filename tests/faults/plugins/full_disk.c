/* full_disk.c - loaded before the C library (LD_PRELOAD): while a test says so, nothing can be written to a file. Pipes can. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static int full;

void full_disk_fill(int now);
void full_disk_fill(int now) { full = now; }

ssize_t write(int descriptor, const void *data, size_t size) {
    ssize_t (*next)(int, const void *, size_t) = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    struct stat status;
    if (full && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
        errno = ENOSPC;
        return -1;
    }
    return next(descriptor, data, size);
}
