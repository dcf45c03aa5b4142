#include "options.hpp"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <limits>

namespace {

constexpr const char *usage =
    "usage: mnist_classifier [--data DIR] [--images N] [--epochs N] [--batch N] [--out DIR] [--seed N] [--help]\n"
    "\n"
    "Trains a convolutional network on MNIST or Fashion-MNIST and saves a loss curve and sample predictions.\n"
    "\n"
    "  --data DIR    folder with the four IDX files, gzip or not (default: where Debian's package\n"
    "                dataset-fashion-mnist puts them)\n"
    "  --images N    how many training images to use (default: all)\n"
    "  --epochs N    how often to go through them (default 2)\n"
    "  --batch N     how many images make one step (default 128)\n"
    "  --out DIR     folder for loss_curve.png and predictions.png (default: the current one)\n"
    "  --seed N      where random numbers begin (default 1)\n"
    "\n"
    "example: mnist_classifier --images 6000 --epochs 1 --out /tmp\n";

// Reads a whole number of at least `least`; explains itself where it is none.
bool parse_number(const char *option, const char *text, std::int64_t least, std::int64_t &out) {
    const char *end = text + std::strlen(text);
    const auto parsed = std::from_chars(text, end, out);
    if (parsed.ec == std::errc() && parsed.ptr == end && out >= least) {
        return true;
    }
    std::fprintf(stderr, "mnist_classifier: %s needs a whole number of at least %lld, not '%s'\n", option,
                 static_cast<long long>(least), text);
    return false;
}

} // namespace

std::optional<Options> parse_options(int argc, char **argv, int &exit_status) {
    Options options;
    const struct {
        const char *name;
        std::int64_t least;
        std::int64_t *value;
    } numbers[] = {{"--images", 2, &options.images},
                   {"--epochs", 1, &options.epochs},
                   {"--batch", 2, &options.batch}, // batch normalisation needs two, here and above
                   {"--seed", std::numeric_limits<std::int64_t>::min(), &options.seed}};
    const struct {
        const char *name;
        std::filesystem::path *value;
    } folders[] = {{"--data", &options.data}, {"--out", &options.out}};

    for (int i = 1; i < argc; i++) {
        const char *option = argv[i];
        if (std::strcmp(option, "--help") == 0) {
            std::fputs(usage, stdout);
            exit_status = 0;
            return std::nullopt;
        }
        exit_status = 2;
        bool known = false;
        for (const auto &number : numbers) {
            known = known || std::strcmp(option, number.name) == 0;
        }
        for (const auto &folder : folders) {
            known = known || std::strcmp(option, folder.name) == 0;
        }
        if (!known) {
            std::fprintf(stderr, "mnist_classifier: unknown option '%s'\n%s", option, usage);
            return std::nullopt;
        }
        if (i + 1 == argc) {
            std::fprintf(stderr, "mnist_classifier: %s needs a value\n", option);
            return std::nullopt;
        }
        const char *value = argv[++i];
        for (const auto &number : numbers) {
            if (std::strcmp(option, number.name) == 0 && !parse_number(option, value, number.least, *number.value)) {
                return std::nullopt;
            }
        }
        for (const auto &folder : folders) {
            if (std::strcmp(option, folder.name) == 0) {
                *folder.value = value;
            }
        }
    }
    exit_status = 0;
    return options;
}
