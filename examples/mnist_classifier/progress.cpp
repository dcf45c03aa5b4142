#include "progress.hpp"

#include <cstdio>
#include <utility>

#include <unistd.h>

using Clock = std::chrono::steady_clock;

Progress::Progress(std::string title, std::int64_t total)
    : title_(std::move(title)), total_(total), terminal_(isatty(STDERR_FILENO) == 1), begin_(Clock::now()),
      printed_(begin_) {}

double Progress::seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

void Progress::update(std::int64_t done, double loss, double accuracy_percent) {
    const Clock::time_point now = Clock::now();
    const bool due = terminal_ ? now - printed_ > std::chrono::milliseconds(100)
                               : done - printed_at_ >= total_ / 5 || now - printed_ > std::chrono::seconds(30);
    if (due || done == total_) {
        printed_ = now;
        printed_at_ = done;
        print(done, loss, accuracy_percent);
    }
}

void Progress::print(std::int64_t done, double loss, double accuracy_percent) const {
    constexpr int width = 20;
    char bar[width + 1];
    for (int i = 0; i < width; i++) {
        bar[i] = done * width >= (i + 1) * total_ ? '#' : '.';
    }
    bar[width] = '\0';
    const double rate = static_cast<double>(done) / seconds();
    std::fprintf(stderr, "%s%s [%s] %3lld %%  loss %.4f  accuracy %5.1f %%  %5.0f images/s%s", terminal_ ? "\r" : "",
                 title_.c_str(), bar, static_cast<long long>(100 * done / total_), loss, accuracy_percent, rate,
                 !terminal_ || done == total_ ? "\n" : "");
    std::fflush(stderr);
}
