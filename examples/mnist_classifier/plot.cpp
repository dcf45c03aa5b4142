#include "plot.hpp"

#include <algorithm>
#include <sstream>

#include "../common/gnuplot.hpp"
#include "running_mean.hpp"

namespace fs = std::filesystem;

bool plot_losses(const fs::path &file, const std::vector<double> &losses, const std::vector<double> &accuracies) {
    std::ostringstream script;
    const std::size_t steps_per_epoch =
        std::max<std::size_t>(1, losses.size() / std::max<std::size_t>(1, accuracies.size()));
    script << terminal(900, 500, file) << "set title 'Training'\nset xlabel 'step'\nset ylabel 'loss'\n"
           << "set y2label 'test accuracy, %'\nset y2range [50:100]\nset y2tics\nset ytics nomirror\nset grid\n"
           << "set yrange [0:*]\nset key right center\n$loss << EOD\n";
    RunningMean smooth;
    for (std::size_t i = 0; i < losses.size(); i++) {
        script << i + 1 << ' ' << losses[i] << ' ' << smooth.add(losses[i]) << '\n';
    }
    script << "EOD\n$accuracy << EOD\n";
    for (std::size_t i = 0; i < accuracies.size(); i++) {
        script << (i + 1) * steps_per_epoch << ' ' << accuracies[i] << '\n';
    }
    script << "EOD\nplot $loss using 1:2 with lines linecolor rgb '#c8d8e8' title 'loss', "
           << "$loss using 1:3 with lines linewidth 2 linecolor rgb '#1f5fa8' title 'loss, smoothed', "
           << "$accuracy using 1:2 axes x1y2 with linespoints linewidth 2 pointtype 7 linecolor rgb '#c06000' "
           << "title 'test accuracy'\n";
    return run_gnuplot(script.str(), file);
}

bool plot_predictions(const fs::path &file, const std::vector<Prediction> &predictions, std::int64_t rows,
                      std::int64_t columns) {
    constexpr std::size_t across = 8;
    const std::size_t down = (predictions.size() + across - 1) / across;
    std::ostringstream script;
    for (std::size_t n = 0; n < predictions.size(); n++) {
        script << "$image" << n << " << EOD\n";
        for (std::int64_t row = rows - 1; row >= 0; row--) { // gnuplot draws the first row at the bottom
            for (std::int64_t column = 0; column < columns; column++) {
                script << static_cast<int>(predictions[n].pixels[static_cast<std::size_t>(row * columns + column)])
                       << ' ';
            }
            script << '\n';
        }
        script << "EOD\n";
    }
    script << terminal(1200, static_cast<int>(60 + 170 * down), file) << "set multiplot layout " << down << ","
           << across << " title 'Predictions (green: right; red: wrong, the truth in brackets)'\n"
           << "unset key\nunset tics\nunset colorbox\nunset border\nset size ratio -1\nset cbrange [0:255]\n"
           << "set palette gray negative\nset lmargin 0.5\nset rmargin 0.5\nset tmargin 2.5\nset bmargin 0.5\n";
    for (std::size_t n = 0; n < predictions.size(); n++) {
        const Prediction &p = predictions[n];
        const bool right = p.predicted == p.truth;
        script << "set title " << quoted(right ? p.predicted : p.predicted + " [" + p.truth + "]") << " textcolor rgb '"
               << (right ? "#107030" : "#c01020") << "' noenhanced\nplot $image" << n << " matrix with image\n";
    }
    script << "unset multiplot\n";
    return run_gnuplot(script.str(), file);
}
