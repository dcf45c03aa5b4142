/* full_disk.c - loaded before the C library (LD_PRELOAD): while a test says so, nothing can be written to a file. Pipes can. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int full;

void full_disk_fill(int now);
void full_disk_fill(int now) { full = now; }

ssize_t write(int descriptor, const void *data, size_t size) {
    struct stat status;
    if (full && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_write, descriptor, data, size);
}
