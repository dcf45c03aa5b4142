// throwing.cpp - bodies that fail in every way a C++ function can.
#include <new>
#include <stdexcept>
#include <thread>

#include <pthread.h>

#include <rtffi/plugin.hpp>

struct Forgotten {
    std::int64_t value;
};
RT_DECLARE_CLASS(Forgotten, "Forgotten")

namespace {

double throw_std(double) { throw std::runtime_error("the bridge is out"); }
std::int64_t throw_int(std::int64_t x) { throw static_cast<int>(x); }
std::string throw_bad_alloc(std::string_view) { throw std::bad_alloc(); }
bool throw_rt(bool) { throw rt::Error(RT_E_UNAVAILABLE, "no such device", "no_device"); }
void throw_from_void() { throw std::logic_error("nothing to give back"); }
std::vector<std::int64_t> throw_from_array(std::int64_t) { throw std::out_of_range("beyond the end"); }

Forgotten make_forgotten() { return {1}; }

// Sets *unwound when the stack is unwound through this body, waits in a cancellation point, and never returns.
struct Witness {
    std::int64_t *unwound;
    ~Witness() { ++*unwound; }
};
std::int64_t cancel_me(void *unwound) {
    const Witness witness{static_cast<std::int64_t *>(unwound)};
    pthread_cancel(pthread_self());
    pthread_testcancel();
    return 1;
}

} // namespace

RT_PLUGIN("throwing", "1.0.0", "Bodies that throw")

RT_FUNCTION(throw_std, "t_std(x: f64) -> f64", "Throws a std::runtime_error.")
RT_FUNCTION(throw_int, "t_int(x: i64) -> i64", "Throws an int.")
RT_FUNCTION(throw_bad_alloc, "t_bad_alloc(x: text) -> text", "Throws std::bad_alloc.")
RT_FUNCTION(throw_rt, "t_rt(x: bool) -> bool", "Throws rt::Error.")
RT_FUNCTION(throw_from_void, "t_void()", "Throws, having no result.")
RT_FUNCTION(throw_from_array, "t_array(x: i64) -> [i64]", "Throws, having an array to give.")
RT_FUNCTION(cancel_me, "t_cancel(unwound: ptr) -> i64", "Cancels the calling thread.")
RT_FUNCTION(make_forgotten, "t_forgotten() -> Forgotten", "Makes an object of a class without RT_CLASS.")
