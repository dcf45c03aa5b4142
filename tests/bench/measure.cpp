#include "measure.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <sstream>

namespace bench {

namespace {

double nanoseconds(const Variant &variant, std::int64_t repetitions) {
    const auto begin = std::chrono::steady_clock::now();
    variant.run(repetitions);
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - begin;
    return taken.count() / static_cast<double>(repetitions);
}

std::string output_of(const std::string &command) {
    std::string text;
    FILE *pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) {
        return text;
    }
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) {
        text += buffer.data();
    }
    pclose(pipe);
    return text;
}

// Instructions of one whole run under callgrind, or -1.
double instructions_of_run(const std::string &program, const std::string &variant, std::int64_t repetitions) {
    const std::string text = output_of("valgrind --tool=callgrind --callgrind-out-file=/dev/null '" + program +
                                       "' --count '" + variant + "' " + std::to_string(repetitions) + " 2>&1");
    const std::size_t at = text.find("Collected : ");
    return at == std::string::npos ? -1 : std::strtod(text.c_str() + at + std::strlen("Collected : "), nullptr);
}

std::string instructions(const std::string &program, const Variant &variant) {
    const double more = instructions_of_run(program, variant.name, 3000);
    const double fewer = instructions_of_run(program, variant.name, 1000);
    if (more < 0 || fewer < 0) {
        return "-";
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", (more - fewer) / 2000);
    return text.data();
}

std::string this_program() {
    std::array<char, 4096> path{};
    return readlink("/proc/self/exe", path.data(), path.size() - 1) > 0 ? path.data() : "";
}

const Variant *find(const std::vector<Variant> &variants, const std::string &name) {
    for (const Variant &variant : variants) {
        if (variant.name == name) {
            return &variant;
        }
    }
    return nullptr;
}

// One process's rounds, a line each: the times of the variants.
void print_times(const std::vector<Variant> &variants, const Options &options) {
    for (int round = 0; round < options.rounds; round++) {
        for (const Variant &variant : variants) {
            std::printf("%.17g ", nanoseconds(variant, options.repetitions));
        }
        std::printf("\n");
    }
}

// False where a process failed; it has said why.
bool time_all(std::vector<Variant> &variants, const Options &options) {
    for (int process = 0; process < options.processes; process++) {
        std::istringstream times(output_of("'" + this_program() + "' --times"));
        for (int round = 0; round < options.rounds; round++) {
            for (Variant &variant : variants) {
                if (!(times >> variant.times.emplace_back())) {
                    return false;
                }
            }
        }
    }
    return true;
}

double median(std::vector<double> numbers) {
    const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
    std::nth_element(numbers.begin(), middle, numbers.end());
    return *middle;
}

double ratio(const Variant &variant, const Variant &baseline) {
    std::vector<double> ratios(variant.times.size());
    std::transform(variant.times.begin(), variant.times.end(), baseline.times.begin(), ratios.begin(),
                   std::divides<>());
    return median(ratios);
}

// Prints a limit and whether it holds.
bool holds(double value, double limit, const char *unit) {
    if (limit != 0) {
        std::printf(" (at most %.2f%s: %s)", limit, unit, value <= limit ? "yes" : "NO");
    }
    return limit == 0 || value <= limit;
}

} // namespace

int compare(int argc, char **argv, const std::string &title, std::vector<Variant> variants, const Options &options) {
    if (argc == 4 && std::strcmp(argv[1], "--count") == 0) {
        const Variant *variant = find(variants, argv[2]);
        if (variant == nullptr) {
            return 2;
        }
        variant->run(std::strtoll(argv[3], nullptr, 10));
        return 0;
    }
    if (argc == 2 && std::strcmp(argv[1], "--times") == 0) {
        print_times(variants, options);
        return 0;
    }
    if (!time_all(variants, options)) {
        std::fprintf(stderr, "bench: a process of the measurement failed\n");
        return 2;
    }
    std::printf("%s\n  %-44s %10s %10s %12s  %s\n", title.c_str(), "", "median ns", "lowest ns", "instructions",
                "ratio");
    bool all_hold = true;
    for (const Variant &variant : variants) {
        const double nanoseconds = median(variant.times);
        std::printf("  %-44s %10.2f %10.2f %12s ", variant.name.c_str(), nanoseconds,
                    *std::min_element(variant.times.begin(), variant.times.end()),
                    options.instructions ? instructions(this_program(), variant).c_str() : "");
        all_hold = holds(nanoseconds, variant.limit_ns, " ns") && all_hold;
        if (const Variant *baseline = find(variants, variant.baseline)) {
            std::printf(" %.2fx %s", ratio(variant, *baseline), baseline->name.c_str());
            all_hold = holds(ratio(variant, *baseline), variant.limit, "x") && all_hold;
        }
        std::printf("\n");
        std::fflush(stdout);
    }
    return all_hold ? 0 : 1;
}

} // namespace bench
