// plot.hpp - the two pictures, drawn by gnuplot where it is installed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

struct Prediction {
    std::vector<std::uint8_t> pixels; // rows x columns
    std::string predicted;
    std::string truth;
};

// Each returns whether the picture was written; gnuplot's own complaints go to standard error.
// losses[i] is the loss of step i + 1; accuracies[i] the test accuracy after epoch i + 1, in percent.
bool plot_losses(const std::filesystem::path &file, const std::vector<double> &losses,
                 const std::vector<double> &accuracies);
bool plot_predictions(const std::filesystem::path &file, const std::vector<Prediction> &predictions, std::int64_t rows,
                      std::int64_t columns);
