/* trust_host.c - CORE FILE...: a program that opens librtffi.so by its path, then files, and prints for each `opened`, or the error's
 * cause and message; a file `@digests` or `@keys` demands the user's own list. The first line says whether it is a set-user-ID program. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#include <rtffi/rtffi.h>

int main(int argc, char **argv) {
    void *core = argc > 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    if (core == NULL) {
        fprintf(stderr, "%s\n", argc > 2 ? dlerror() : "usage: trust_host CORE FILE...");
        return 2;
    }
    int64_t (*open)(const char *, int64_t) = (int64_t (*)(const char *, int64_t))(uintptr_t)dlsym(core, "rt_dlopen");
    int32_t (*require)(int64_t, const char *) =
        (int32_t (*)(int64_t, const char *))(uintptr_t)dlsym(core, "rt_trust_require");
    int32_t (*last)(rt_error *) = (int32_t (*)(rt_error *))(uintptr_t)dlsym(core, "rt_last_error");
    printf("secure %lu\n", getauxval(AT_SECURE));
    for (int i = 2; i < argc; i++) {
        const int ok = strcmp(argv[i], "@digests") == 0 ? require(RT_TRUST_DIGESTS, NULL) == RT_OK
                       : strcmp(argv[i], "@keys") == 0  ? require(RT_TRUST_KEYS, NULL) == RT_OK
                                                        : open(argv[i], 0) != 0;
        rt_error error = {0};
        error.struct_size = sizeof error;
        if (!ok) {
            last(&error);
        }
        printf("%s %s\n", ok ? "opened" : error.cause, ok ? "" : error.message);
    }
    return 0;
}
