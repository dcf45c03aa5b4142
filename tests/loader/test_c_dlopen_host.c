/* test_c_dlopen_host.c - a host in plain C that is linked with nothing and opens librtffi.so at run time, as the first thing in
 * the process that needs libstdc++. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#include <rtffi/abi.h>

static int failures;

static void check(int holds, const char *what, const char *error) {
    if (holds) {
        printf("ok c_dlopen_host %s\n", what);
    } else {
        printf("FAIL c_dlopen_host %s: %s\n", what, error ? error : "no error is set");
        failures++;
    }
}

static int is_libstdcxx(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size, (void)context;
    return info->dlpi_name != NULL && strstr(info->dlpi_name, "libstdc++") != NULL;
}

int main(int argc, char **argv) {
    check(argc == 2 && dl_iterate_phdr(is_libstdcxx, NULL) == 0, "begins without libstdc++", "it is there");
    void *core = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    check(core != NULL, "opens the core", core ? NULL : dlerror());
    if (core == NULL) {
        return 1;
    }
    int64_t (*open)(const char *, int64_t) = (int64_t (*)(const char *, int64_t))(uintptr_t)dlsym(core, "rt_dlopen");
    int64_t (*symbol)(int64_t, const char *) = (int64_t (*)(int64_t, const char *))(uintptr_t)dlsym(core, "rt_dlsym");
    int32_t (*close)(int64_t) = (int32_t (*)(int64_t))(uintptr_t)dlsym(core, "rt_dlclose");
    const char *(*error)(void) = (const char *(*)(void))(uintptr_t)dlsym(core, "rt_dlerror");
    int32_t *(*status)(void) = (int32_t *(*)(void))(uintptr_t)dlsym(core, "rt_error_location");

    const int64_t geometry = open("geometry", 0);
    check(geometry != 0, "opens a plugin", error());
    double (*hypotenuse)(double, double) = (double (*)(double, double))symbol(geometry, "geo_hypotenuse");
    check(hypotenuse && hypotenuse(5, 12) == 13, "calls a function", error());
    /* A C++ exception is thrown and caught inside the plugin. */
    int64_t (*polygon)(const double *, size_t) = (int64_t (*)(const double *, size_t))symbol(geometry, "geo_polygon");
    *status() = RT_OK;
    check(polygon(NULL, 0) == 0 && *status() == RT_E_ARGUMENT, "gets an error", "no");
    check(strstr(error(), "a polygon needs x and y of at least 3 corners, got 0 numbers") != NULL, "with its text",
          "no");
    check(open("no_such_plugin", 0) == 0 && error() != NULL, "gets an error of the core's", "no");
    check(close(geometry) == RT_OK, "closes the plugin", error());
    dlclose(core); /* it stays mapped: a second opening finds everything as it was */
    check(dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD) != NULL, "cannot unmap the core", "it is gone");
    return failures != 0;
}
