/* warned_of.c - a plugin with one thing that `rtffi verify` warns of, told from its file: which, the definitions say. */
#include <pthread.h>

#include <rtffi/plugin.h>

#if defined(THREAD_KEYS)
static int64_t use(void) {
    pthread_key_t key;
    return pthread_key_create(&key, NULL) == 0 ? pthread_key_delete(key) : 1;
}
#elif defined(THREAD_LOCAL_DESTRUCTOR)
extern int __cxa_thread_atexit_impl(void (*destroy)(void *), void *object, void *library);
extern void *__dso_handle;
static void destroy(void *object) { (void)object; }
static int64_t use(void) { return __cxa_thread_atexit_impl(destroy, NULL, &__dso_handle); }
#elif defined(UNIQUE_SYMBOLS)
__attribute__((visibility("default"))) int the_only_one = 0;
__asm__(".type the_only_one, %gnu_unique_object");
static int64_t use(void) { return ++the_only_one; }
#elif defined(STATIC_TLS)
static __thread int64_t counts[30] __attribute__((tls_model("initial-exec")));
static int64_t use(void) { return ++counts[0]; }
#else
static int64_t use(void) { return 0; }
#endif

RT_PLUGIN(NAME, "1.0.0", "Has something to be warned of")
RT_FUNCTION(use, NAME "_use() -> i64", "Uses it.", int64_t)
