// Handles under many threads: what is made is destroyed once, and no number whatever crashes.
#include <array>
#include <random>

#include <doctest/doctest.h>

#include "support/support.hpp"
#include "support/tracked.hpp"

using test::Tracked;

namespace {

constexpr int threads = 8;

} // namespace

TEST_CASE_FIXTURE(Tracked,
                  "eight threads make, use, clone, exchange and free handles, and none is lost or destroyed twice") {
    constexpr std::size_t places = 32;
    constexpr int rounds = 20000;
    std::array<std::atomic<std::int64_t>, places> shared = {};
    std::atomic<std::int64_t> wrong{0};
    test::on_threads(threads, [&](int index) {
        std::mt19937_64 random(static_cast<std::uint64_t>(index) + 1);
        for (int i = 0; i < rounds; i++) {
            std::atomic<std::int64_t> &place = shared[random() % places];
            switch (random() % 4) {
            case 0: { // the new one's owner is the place; the old one is ours to free
                const std::int64_t old = place.exchange(make(static_cast<std::int64_t>(random() % 1000) + 1));
                wrong += old != 0 && rt_handle_free(old) != RT_OK;
                break;
            }
            case 1: { // it may be freed at any moment: its number, or an error, but no rubbish
                const std::int64_t handle = place.load();
                *rt_error_location() = RT_OK;
                const std::int64_t got = value(handle);
                wrong += got == 0 ? *rt_error_location() != RT_E_HANDLE : got < 0 || got > 1000;
                break;
            }
            case 2: { // a clone that succeeds keeps it alive
                const std::int64_t handle = rt_handle_clone(place.load());
                if (handle != 0) {
                    const std::int64_t got = value(handle);
                    wrong += got < 1 || got > 1000;
                    wrong += rt_handle_free(handle) != RT_OK;
                }
                break;
            }
            default: { // one that nobody else knows
                const std::int64_t handle = make(5);
                wrong += value(handle) != 5;
                wrong += rt_handle_free(handle) != RT_OK;
                wrong += rt_handle_free(handle) != RT_E_HANDLE;
            }
            }
        }
    });
    for (const auto &place : shared) {
        if (place != 0) {
            wrong += rt_handle_free(place) != RT_OK;
        }
    }
    CHECK(wrong == 0);
    CHECK(alive() == 0);
}

TEST_CASE_FIXTURE(Tracked, "random numbers as handles are errors, while others make and free real ones") {
    std::atomic<std::int64_t> wrong{0};
    test::on_threads(threads, [&](int index) {
        std::mt19937_64 random(static_cast<std::uint64_t>(index) + 100);
        for (int i = 0; i < 20000; i++) {
            if (index % 2 == 0) {
                // Half of them point to slots that exist, with any generation.
                const std::uint64_t bits = random();
                const auto number =
                    static_cast<std::int64_t>(i % 2 == 0 ? bits : (bits & 0xfff) | (bits & 0x7ffff) << 25);
                // A number that hits a living object is no error; all others are, and none crashes.
                const std::int64_t got = value(number);
                wrong += got < 0 || got > 1000;
                rt_handle_class(number);
            } else {
                const std::int64_t handle = make(i % 1000 + 1);
                wrong += value(handle) != i % 1000 + 1;
                wrong += rt_handle_free(handle) != RT_OK;
            }
        }
    });
    CHECK(wrong == 0);
    CHECK(alive() == 0); // a pin that random numbers left behind would keep objects
}

TEST_CASE_FIXTURE(Tracked, "random frees hit nothing but what they name") {
    // Numbers of generations that are past, or that are still to come: never the living one.
    std::vector<std::int64_t> living;
    for (int i = 0; i < 100; i++) {
        const std::int64_t first = make(1);
        rt_handle_free(first);
        living.push_back(make(i + 1));
    }
    std::mt19937_64 random(7);
    for (int i = 0; i < 20000; i++) {
        const std::int64_t target = living[random() % living.size()];
        const auto generation = static_cast<std::int64_t>(random() % (1 << 27));
        if (generation != target >> 25) {
            CHECK(rt_handle_free(generation << 25 | (target & ((1 << 25) - 1))) == RT_E_HANDLE);
        }
    }
    for (std::size_t i = 0; i < living.size(); i++) {
        CHECK(value(living[i]) == static_cast<std::int64_t>(i) + 1);
        CHECK(rt_handle_free(living[i]) == RT_OK);
    }
    CHECK(alive() == 0);
}

TEST_CASE_FIXTURE(Tracked, "handles are made on threads that end and freed on others, round after round") {
    for (int round = 0; round < 20; round++) {
        std::array<std::vector<std::int64_t>, threads> made_by;
        test::on_threads(threads, [&](int index) {
            for (int i = 0; i < 100; i++) {
                made_by[static_cast<std::size_t>(index)].push_back(make(i + 1));
            }
        });
        test::on_threads(threads, [&](int index) {
            for (const std::int64_t handle : made_by[static_cast<std::size_t>((index + 1) % threads)]) {
                CHECK(value(handle) != 0);
                CHECK(rt_handle_free(handle) == RT_OK);
            }
        });
    }
    CHECK(alive() == 0);
}

TEST_CASE_FIXTURE(Tracked, "what is alive may be reported and counted while others make and free") {
    std::atomic<bool> stop{false};
    std::thread reporter([&] {
        while (!stop) {
            rt_value json = {};
            CHECK(rt_handle_report(&json) == RT_OK);
            rt_value_clear(&json);
            CHECK(rt_handle_count() >= 0);
        }
    });
    test::on_threads(4, [&](int) {
        for (int i = 0; i < 5000; i++) {
            rt_handle_free(make(1));
        }
    });
    stop = true;
    reporter.join();
    CHECK(alive() == 0);
}
