#include "figures.hpp"

#include <cstdio>
#include <map>
#include <mutex>
#include <sstream>

namespace faults {

namespace {

struct Count {
    long tried = 0;
    long survived = 0;
};

std::mutex mutex;
std::map<std::string, Count> counts;

constexpr const char *line_start = "figure: ";

} // namespace

void count(const std::string &kind, long tried, long survived) {
    const std::lock_guard lock(mutex);
    counts[kind].tried += tried;
    counts[kind].survived += survived;
}

void report(const std::string &kind, long tried, long survived) {
    std::printf("%s%ld %ld %s\n", line_start, tried, survived, kind.c_str());
    std::fflush(stdout);
}

void count_reported(const std::string &output) {
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(line_start)) {
            continue;
        }
        std::istringstream words(line.substr(std::string(line_start).size()));
        long tried = 0;
        long survived = 0;
        std::string kind;
        words >> tried >> survived >> std::ws;
        std::getline(words, kind);
        count(kind, tried, survived);
    }
}

void print_figures() {
    Count sum;
    for (const auto &[kind, one] : counts) {
        report(kind, one.tried, one.survived);
        sum.tried += one.tried;
        sum.survived += one.survived;
    }
    std::printf("faults: %ld tried, %ld survived\n", sum.tried, sum.survived);
}

} // namespace faults
