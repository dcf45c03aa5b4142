// figures.hpp - what the suite counts, for its last line and for docs/reliability.md.
#pragma once

#include <atomic>
#include <string>

namespace faults {

// Faults tried and survived, by kind ("files with bytes flipped"). Any thread.
void count(const std::string &kind, long tried, long survived);

// In a child process: printed, for the parent to count; see child_survives.
void report(const std::string &kind, long tried, long survived);

// Counts what a child's output reports.
void count_reported(const std::string &output);

// All figures, a line each, and their sum: `faults: 12345 tried, 12345 survived`.
void print_figures();

} // namespace faults
