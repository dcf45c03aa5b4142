// unmappable.cpp - a plugin that lets its code be taken out of the process, and, by what it is compiled with, one thing that
// keeps it there: UNIQUE_SYMBOL, THREAD_LOCAL. ANSWER tells builds apart.
#include <rtffi/plugin.hpp>

namespace {

struct Object {
    std::int64_t value[3];
};

std::int64_t answer() { return ANSWER; }
double half(double x) { return x / 2; }
std::string text() { return "a text that is longer than a small string is, of answer " + std::to_string(ANSWER); }
std::string greeting(std::string_view name) { return "good morning, " + std::string(name); }
Object make(std::int64_t value) { return {{value, 0, 0}}; }
std::int64_t value_of(const Object &object) { return object.value[0]; }
std::int64_t fail() { throw rt::Error(RT_E_CALLEE, "a message from code that will be gone", "its_cause"); }

} // namespace

#ifdef UNIQUE_SYMBOL
// A static in an inline function, whose symbol shows: the process keeps the first one that it meets.
__attribute__((visibility("default"))) inline int &the_only_one() {
    static int count = 0;
    return count;
}
static std::int64_t touch() { return ++the_only_one(); }
#elif defined(THREAD_LOCAL)
namespace {
struct Loud {
    ~Loud() { count = -1; }
    volatile std::int64_t count = 0;
};
thread_local Loud loud;
std::int64_t touch() {
    loud.count = loud.count + 1;
    return loud.count;
}
} // namespace
#else
static std::int64_t touch() { return 0; }
#endif

static rt_status resolved(const rt_function *, const rt_value *, std::size_t, rt_value *result) {
    *result = {RT_INTEGER, 0, 0, {ANSWER}};
    return RT_OK;
}
static rt_status resolve(void *, const char *name, rt_function_desc *out) {
    static std::string signature;
    signature = std::string(name) + "() -> i64";
    out->signature = signature.c_str();
    out->doc = "What the provider gave.";
    out->dynamic = resolved;
    return RT_OK;
}
RT_PROVIDER(NAME "::", resolve, nullptr, nullptr)

RT_DECLARE_CLASS(Object, CLASS)
RT_CLASS(Object, CLASS, "An object of a plugin that goes.")

RT_PLUGIN(NAME, "1.0.0", "Goes without a trace")
RT_UNMAPPABLE

#undef RT_GROUP
#define RT_GROUP "Things that go"
RT_FUNCTION(answer, NAME "_answer() -> i64", "Which build it is.")
RT_FUNCTION(half, NAME "_half(x: f64) -> f64", "The half.")
RT_FUNCTION(text, NAME "_text() -> text", "A text.")
RT_FUNCTION(greeting, NAME "_greeting(name: text = \"you\") -> text", "A greeting.")
RT_FUNCTION(make, NAME "_make(value: i64) -> " CLASS, "Makes an object.")
RT_FUNCTION(value_of, NAME "_value(object: " CLASS ") -> i64", "Its value.")
RT_FUNCTION(fail, NAME "_fail() -> i64", "Fails.")
RT_FUNCTION(touch, NAME "_touch() -> i64", "Uses what pins the plugin.")
