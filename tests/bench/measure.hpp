// measure.hpp - times of small calls that can be compared: variants take turns, many rounds, and a ratio is the median of
// the rounds' ratios, for the machine's speed changes from round to round. The rounds are shared among several processes,
// since where a process's code and data happen to lie moves a ratio by a hundredth or two. Instruction counts come from
// callgrind, as the difference of two runs of this same program.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bench {

struct Variant {
    std::string name;
    std::function<void(std::int64_t repetitions)> run;
    std::string baseline = {};      // the variant to be divided by, or ""
    double limit = 0;               // what the ratio may be at most, or 0
    double limit_ns = 0;            // what the median may be at most, or 0
    std::vector<double> times = {}; // nanoseconds a repetition, one for each round
};

struct Options {
    int processes = 5;
    int rounds = 9; // in each of them
    std::int64_t repetitions = 100000;
    bool instructions = true; // count them where valgrind is there
};

// Handles the command line (--count VARIANT REPETITIONS, for callgrind; --times, for the processes) and prints the table.
// Returns an exit status: 1 where a limit was passed, 2 where nothing could be measured.
int compare(int argc, char **argv, const std::string &title, std::vector<Variant> variants, const Options &options);

// Keeps a result alive without storing it.
template <class T> inline void keep(const T &value) { asm volatile("" : : "gx"(value) : "memory"); }

// Calls `work` with item after item, round and round, `repetitions` times.
template <class Item, class Work> void each(const std::vector<Item> &items, std::int64_t repetitions, Work work) {
    std::size_t at = 0;
    for (std::int64_t i = 0; i < repetitions; i++) {
        work(items[at]);
        at = at + 1 == items.size() ? 0 : at + 1;
    }
}

} // namespace bench
