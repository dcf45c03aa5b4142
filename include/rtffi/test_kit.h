/* SPDX-License-Identifier: Apache-2.0 */
/* test_kit.h - allocations that fail when a test says so, for tests in C and C++. C++ tests include test_kit.hpp, which has more.
 *
 *     #define RT_TEST_KIT_IMPLEMENT            in one source file of the test program, before the header
 *     #include <rtffi/test_kit.h>
 *
 *     rt_test_fail_allocation(0);              the calling thread's next allocation fails
 *     status = rt_call(...);
 *     failed = rt_test_allocation_failed();    no more of them fail; whether one did
 *
 * It replaces malloc and the like in the whole program, and with them operator new, also for plugins and for librtffi.so.
 * A sanitizer brings an allocator of its own: there no allocation fails, and RT_TEST_ALLOCATIONS_CAN_FAIL is 0. For glibc.
 */
#ifndef RTFFI_TEST_KIT_H
#define RTFFI_TEST_KIT_H

#include <stdbool.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RT_TEST_ALLOCATIONS_CAN_FAIL 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define RT_TEST_ALLOCATIONS_CAN_FAIL 0
#endif
#endif
#ifndef RT_TEST_ALLOCATIONS_CAN_FAIL
#define RT_TEST_ALLOCATIONS_CAN_FAIL 1
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Of the calling thread's allocations, the one after the next `after` ones fails, once. */
void rt_test_fail_allocation(long after);

/* Takes that back. Returns whether an allocation has failed. */
bool rt_test_allocation_failed(void);

#ifdef __cplusplus
}
#endif

#ifdef RT_TEST_KIT_IMPLEMENT
#include "detail/test_malloc.h"
#endif

#endif
