// lstm_forecast: an LSTM learns ten years of a monthly series, and forecasts the two that follow, month after month, from its own
// forecasts.
#include <cmath>
#include <cstdio>
#include <iterator>
#include <sstream>
#include <vector>

#include <rtffi/torch.hpp>

#include "../common/command_line.hpp"
#include "../common/gnuplot.hpp"
#include "passengers.hpp"

namespace torch = rt::torch;
namespace nn = rt::torch::nn;

namespace {

const Program program = {"lstm_forecast",
                         "usage: lstm_forecast [--steps N] [--out DIR] [--seed N]\n\n"
                         "Forecasts airline passengers of 1959 and 1960 from those of 1949 to 1958, and draws both.\n"
                         "  --steps N  how many steps to train (default 300)\n"
                         "  --out DIR  folder for forecast.png (default: no picture)\n"
                         "  --seed N   where random numbers begin (default 1)\n"};

constexpr std::int64_t year = 12;
constexpr std::int64_t horizon = 24;
constexpr std::int64_t known = std::ssize(passengers) - horizon;

// What the network sees: by how much each month differs from the same one a year before, as a logarithm, ten times, so that growth and
// seasons are gone.
std::vector<double> growth(std::span<const double> series) {
    std::vector<double> out;
    for (std::size_t i = year; i < series.size(); i++) {
        out.push_back(10 * std::log(series[i] / series[i - year]));
    }
    return out;
}

struct Network : nn::Module {
    nn::Module lstm = register_module("lstm", nn::make("LSTM", 1, 24, rt::arg("batch_first") = true));
    nn::Linear output = register_module("output", nn::Linear(24, 1));

    // [1, months, 1] to the same: after each month, the next one.
    torch::Tensor forward(const torch::Tensor &months) const override { return output(nn::run(lstm, months)[0]); }
};

torch::Tensor as_batch(const std::vector<double> &values) {
    return torch::tensor(values).to(torch::float32).reshape({1, static_cast<std::int64_t>(values.size()), 1});
}

double train(const Network &network, const std::vector<double> &values, std::int64_t steps) {
    const torch::Tensor all = as_batch(values);
    const auto months = static_cast<std::int64_t>(values.size());
    const torch::Tensor inputs = all.slice(1, 0, months - 1);
    const torch::Tensor targets = all.slice(1, 1, months);
    const torch::optim::Adam optimizer(network.parameters(), {.lr = 0.01});
    double last = 0;
    for (std::int64_t step = 1; step <= steps; step++) {
        optimizer.zero_grad();
        const torch::Tensor loss = nn::MSELoss()(network(inputs), targets);
        loss.backward();
        optimizer.step();
        last = loss.item();
        if (step % 50 == 0) {
            std::printf("step %4lld: loss %.4f\n", static_cast<long long>(step), last);
        }
    }
    return last;
}

// The months after `series`, each from all before it, forecasts among them.
std::vector<double> forecast(const Network &network, std::vector<double> series) {
    const torch::NoGrad without_gradients;
    for (std::int64_t i = 0; i < horizon; i++) {
        const double next = network(as_batch(growth(series))).select(1, -1).item();
        series.push_back(series[series.size() - year] * std::exp(next / 10));
    }
    return {series.end() - horizon, series.end()};
}

// Mean absolute error in percent of what it was.
double error_of(const std::vector<double> &forecasts) {
    double sum = 0;
    for (std::int64_t i = 0; i < horizon; i++) {
        sum += std::abs(forecasts[static_cast<std::size_t>(i)] / passengers[known + i] - 1);
    }
    return 100 * sum / horizon;
}

void draw(const std::filesystem::path &folder, const std::vector<double> &forecasts) {
    if (!can_plot()) {
        std::printf("gnuplot is not installed: no picture is saved (Debian's package gnuplot-nox has it)\n");
        return;
    }
    std::filesystem::create_directories(folder);
    const std::filesystem::path file = folder / "forecast.png";
    std::ostringstream script;
    script << terminal(900, 450, file) << "set title 'Airline passengers'\nset ylabel 'thousands a month'\nset grid\n"
           << "set key left top\nset xrange [1949:1961]\n$real << EOD\n";
    for (std::size_t i = 0; i < std::size(passengers); i++) {
        script << 1949 + static_cast<double>(i) / year << ' ' << passengers[i] << '\n';
    }
    script << "EOD\n$forecast << EOD\n";
    for (std::size_t i = 0; i < forecasts.size(); i++) {
        script << 1949 + static_cast<double>(known + static_cast<std::int64_t>(i)) / year << ' ' << forecasts[i]
               << '\n';
    }
    script
        << "EOD\nplot $real with lines linewidth 2 linecolor rgb '#1f5fa8' title 'real', "
        << "$forecast with linespoints pointtype 7 pointsize 0.6 linewidth 2 linecolor rgb '#c06000' title 'forecast'\n";
    std::printf(run_gnuplot(script.str(), file) ? "saved %s\n" : "gnuplot could not save %s\n", file.string().c_str());
}

int run(std::int64_t steps, std::int64_t seed, const std::filesystem::path &out) {
    torch::manual_seed(seed);
    const std::vector<double> seen(passengers, passengers + known);
    const Network network;
    const double loss = train(network, growth(seen), steps);
    const std::vector<double> forecasts = forecast(network, seen);
    std::vector<double> last_year;
    for (std::int64_t i = 0; i < horizon; i++) {
        last_year.push_back(passengers[known - year + i % year]);
    }
    if (!out.empty()) {
        draw(out, forecasts);
    }
    std::printf("lstm_forecast: loss %.4f; two years ahead, off by %.1f %%; the last year once more, by %.1f %%\n",
                loss, error_of(forecasts), error_of(last_year));
    return error_of(forecasts) < error_of(last_year) ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) {
    std::int64_t steps = 300;
    std::int64_t seed = 1;
    std::filesystem::path out;
    int exit_status = 0;
    if (!parse_options(program, argc, argv, {{"--steps", &steps, 1}, {"--seed", &seed}}, {{"--out", &out}},
                       exit_status)) {
        return exit_status;
    }
    return run_program(program, [&] { return run(steps, seed, out); });
}
