#include "options.hpp"

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

} // namespace

const Program program = {"mnist_classifier", usage};

std::optional<Options> parse_options(int argc, char **argv, int &exit_status) {
    Options options;
    const bool goes_on = parse_options(program, argc, argv,
                                       {{"--images", &options.images, 2},
                                        {"--epochs", &options.epochs, 1},
                                        {"--batch", &options.batch, 2}, // batch normalisation needs two, here and above
                                        {"--seed", &options.seed}},
                                       {{"--data", &options.data}, {"--out", &options.out}}, exit_status);
    return goes_on ? std::optional(options) : std::nullopt;
}
