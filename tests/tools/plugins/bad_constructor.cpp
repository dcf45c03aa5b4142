// bad_constructor.cpp - a plugin whose file does harm while dlopen runs its constructors: MISDEED says what.
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <unistd.h>

#include <rtffi/plugin.hpp>

namespace {

[[maybe_unused]] void crash() { std::raise(SIGSEGV); }

[[maybe_unused]] void hang() {
    for (;;) {
        std::this_thread::sleep_for(std::chrono::hours(1));
    }
}

[[maybe_unused]] void leave() { std::exit(3); }

// As much as the process gets, and where that has no end, 1 TiB.
[[maybe_unused]] void devour() {
    for (int i = 0; i < 1024; i++) {
        volatile char *block = new char[std::size_t{1} << 30U];
        block[0] = 1;
    }
}

// What it starts is in no process group of ours, and keeps none of our files open.
[[maybe_unused]] void leave_a_process() {
    if (fork() == 0) {
        setsid();
        close_range(0, ~0U, 0);
        hang();
    }
}

struct Harm {
    Harm() { MISDEED(); }
} harm;

std::int64_t one() { return 1; }

} // namespace

RT_PLUGIN(NAME, "1.0.0", "Does harm when it is loaded")
RT_FUNCTION(one, NAME "_one() -> i64", "One.")
