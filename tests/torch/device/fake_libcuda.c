// fake_libcuda.c - in place of NVIDIA's driver: two devices, with the functions by which they are described.
#include <stddef.h>
#include <stdio.h>

#pragma GCC visibility push(default)

static int ready = 0;

int cuInit(unsigned flags) {
    ready = flags == 0;
    return ready ? 0 : 1;
}

int cuDeviceGet(int *device, int index) {
    if (!ready) {
        return 3; // CUDA_ERROR_NOT_INITIALIZED
    }
    if (index < 0 || index > 1) {
        return 101; // CUDA_ERROR_INVALID_DEVICE
    }
    *device = index + 40; // a handle need not be the index
    return 0;
}

int cuDeviceGetName(char *name, int size, int device) {
    snprintf(name, (size_t)size, "Fake device %d", device - 40);
    return 0;
}

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
    *bytes = ((size_t)device - 39) << 33; // 8 GiB, 16 GiB
    return 0;
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
    switch (attribute) {
    case 16: // CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT
        *value = 100 + device;
        return 0;
    case 75: // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
        *value = 9;
        return 0;
    case 76: // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR
        *value = device - 40;
        return 0;
    default:
        return 1; // CUDA_ERROR_INVALID_VALUE
    }
}
