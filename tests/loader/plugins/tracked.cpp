// tracked.cpp - objects that count how often they were made and destroyed, and a body that blocks while it holds one.
#include <atomic>
#include <semaphore>

#include <rtffi/plugin.hpp>

namespace {

std::atomic<std::int64_t> made{0};
std::atomic<std::int64_t> destroyed{0};

struct Tracked {
    explicit Tracked(std::int64_t v) : value(v) { made++; }
    Tracked(Tracked &&other) noexcept : value(std::exchange(other.value, 0)) {}
    Tracked(const Tracked &) = delete;
    ~Tracked() {
        // A moved-from object is nobody's; every other one counts once, and never again.
        if (std::exchange(value, 0) != 0) {
            destroyed++;
        }
    }
    std::int64_t value;
    std::int64_t more[2] = {};
};
struct Other {
    std::int64_t value[3];
};

// What `hold` waits on: made by the test.
struct Gate {
    std::binary_semaphore entered{0};
    std::binary_semaphore leave{0};
};

Tracked make(std::int64_t value) { return Tracked(value); }
std::int64_t value_of(const Tracked &t) { return t.value; }
std::int64_t hold(const Tracked &t, void *gate) {
    auto &g = *static_cast<Gate *>(gate);
    g.entered.release();
    g.leave.acquire();
    return t.value; // garbage if it was destroyed meanwhile
}
std::int64_t made_count() { return made; }
std::int64_t destroyed_count() { return destroyed; }
Other other() { return {}; }
std::int64_t sum(const rt::Objects<Tracked> &all) {
    std::int64_t total = 0;
    for (std::size_t i = 0; i < all.size(); i++) {
        total += all[i].value;
    }
    return total;
}

} // namespace

RT_DECLARE_CLASS(Tracked, "Tracked")
RT_DECLARE_CLASS(Other, "TrackedOther")
RT_CLASS(Tracked, "Tracked", "Counts itself.")
RT_CLASS(Other, "TrackedOther", "Another class.")

RT_PLUGIN("tracked", "1.0.0", "Objects that count themselves")

RT_FUNCTION(make, "tracked_make(value: i64) -> Tracked", "Makes one; value is not 0.")
RT_FUNCTION(value_of, "tracked_value(t: Tracked) -> i64", "Its value.")
RT_FUNCTION_FLAGS(hold, "tracked_hold(t: Tracked, gate: ptr) -> i64", "Waits while it holds t.", RT_FUNCTION_BLOCKS)
RT_FUNCTION(made_count, "tracked_made() -> i64", "How many were made.")
RT_FUNCTION(destroyed_count, "tracked_destroyed() -> i64", "How many were destroyed.")
RT_FUNCTION(other, "tracked_other() -> TrackedOther", "Makes one of another class.")
RT_FUNCTION(sum, "tracked_sum(all: [Tracked]) -> i64", "The sum.")
