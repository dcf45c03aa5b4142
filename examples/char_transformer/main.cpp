// char_transformer: a small transformer learns to continue a text, character by character.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <sstream>
#include <vector>

#include <rtffi/torch.hpp>

#include "../common/command_line.hpp"
#include "../common/gnuplot.hpp"
#include "text.hpp"

namespace torch = rt::torch;
namespace nn = rt::torch::nn;

namespace {

const Program program = {"char_transformer",
                         "usage: char_transformer [--text FILE] [--steps N] [--sample N] [--out DIR] [--seed N]\n\n"
                         "Trains a transformer of two layers on a text, and lets it write.\n"
                         "  --text FILE  what to learn (default: the GNU General Public License, which Debian ships)\n"
                         "  --steps N    how many steps to train (default 400)\n"
                         "  --sample N   how many characters to write at the end (default 300)\n"
                         "  --out DIR    folder for loss_curve.png (default: no picture)\n"
                         "  --seed N     where random numbers begin (default 1)\n"};

struct Options {
    std::filesystem::path text = "/usr/share/common-licenses/GPL-3";
    std::filesystem::path out;
    std::int64_t steps = 400;
    std::int64_t sample = 300;
    std::int64_t seed = 1;
};

constexpr std::int64_t window = 48; // characters that it sees
constexpr std::int64_t batch = 24;
constexpr std::int64_t width = 64;

struct Transformer : nn::Module {
    explicit Transformer(std::int64_t alphabet)
        : characters(register_module("characters", nn::make("Embedding", alphabet, width))),
          places(register_module("places", nn::make("Embedding", window, width))),
          encoder(register_module(
              "encoder", nn::make("TransformerEncoder",
                                  nn::make("TransformerEncoderLayer", width, 4, rt::arg("dim_feedforward") = 4 * width,
                                           rt::arg("dropout") = 0.0, rt::arg("activation") = "gelu"),
                                  2))),
          output(register_module("output", nn::Linear(width, alphabet))) {}

    // Numbers of characters [batch, window] to scores of the one after each [batch, window, alphabet].
    torch::Tensor forward(const torch::Tensor &text) const override {
        const std::int64_t length = text.size(1);
        const torch::Tensor seen = characters(text) + places(torch::arange<std::int64_t>(length));
        // LibTorch's encoder has the window first. What comes later in it is hidden from each place.
        const torch::Tensor hidden = nn::run(encoder, seen.transpose(0, 1), mask(length))[0];
        return output(hidden.transpose(0, 1));
    }

    static torch::Tensor mask(std::int64_t length) {
        std::vector<float> hidden(static_cast<std::size_t>(length * length), 0.0F);
        for (std::int64_t row = 0; row < length; row++) {
            for (std::int64_t column = row + 1; column < length; column++) {
                hidden[static_cast<std::size_t>(row * length + column)] = -INFINITY;
            }
        }
        return torch::tensor(hidden).reshape({length, length});
    }

    nn::Module characters, places, encoder, output;
};

struct Batch {
    torch::Tensor inputs, targets;
};

Batch choose(const Text &text, std::mt19937_64 &random) {
    std::uniform_int_distribution<std::size_t> begin(0, text.characters.size() - window - 1);
    std::vector<std::int64_t> inputs, targets;
    for (std::int64_t i = 0; i < batch; i++) {
        const auto first = text.characters.begin() + static_cast<std::ptrdiff_t>(begin(random));
        inputs.insert(inputs.end(), first, first + window);
        targets.insert(targets.end(), first + 1, first + window + 1);
    }
    return {torch::tensor(inputs).reshape({batch, window}), torch::tensor(targets).reshape({batch, window})};
}

std::vector<double> train(const Transformer &network, const Text &text, std::int64_t steps, std::int64_t seed) {
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    const torch::optim::AdamW optimizer(network.parameters(), {.lr = 2e-3});
    const auto alphabet = static_cast<std::int64_t>(text.alphabet.size());
    const auto begin = std::chrono::steady_clock::now();
    std::vector<double> losses;
    for (std::int64_t step = 1; step <= steps; step++) {
        const Batch next = choose(text, random);
        optimizer.zero_grad();
        const torch::Tensor loss = nn::CrossEntropyLoss()(network(next.inputs).reshape({batch * window, alphabet}),
                                                          next.targets.reshape({batch * window}));
        loss.backward();
        nn::utils::clip_grad_norm_(network.parameters(), 1.0);
        optimizer.step();
        losses.push_back(loss.item());
        if (step % 50 == 0 || step == steps) {
            const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
            std::printf("step %4lld of %lld: loss %.3f, %.0f characters a second\n", static_cast<long long>(step),
                        static_cast<long long>(steps), losses.back(),
                        static_cast<double>(step * batch * window) / spent.count());
            std::fflush(stdout);
        }
    }
    return losses;
}

std::string write(const Transformer &network, const Text &text, std::int64_t count, std::int64_t seed) {
    const torch::NoGrad without_gradients;
    network.eval();
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    std::vector<std::int64_t> written(text.characters.begin(), text.characters.begin() + window);
    for (std::int64_t i = 0; i < count; i++) {
        const std::vector<std::int64_t> seen(written.end() - window, written.end());
        const torch::Tensor scores = network(torch::tensor(seen).reshape({1, window})).select(1, -1).flatten();
        const auto chances = (scores / 0.7).softmax(0).to_vector<double>();
        written.push_back(std::discrete_distribution<std::int64_t>(chances.begin(), chances.end())(random));
    }
    return text.written({written.begin() + window, written.end()});
}

void draw(const std::filesystem::path &folder, const std::vector<double> &losses) {
    if (!can_plot()) {
        std::printf("gnuplot is not installed: no picture is saved (Debian's package gnuplot-nox has it)\n");
        return;
    }
    std::filesystem::create_directories(folder);
    const std::filesystem::path file = folder / "loss_curve.png";
    std::ostringstream script;
    script << terminal(900, 450, file) << "set title 'A transformer learns a text'\nset xlabel 'step'\n"
           << "set ylabel 'loss, nats a character'\nset yrange [0:*]\nset grid\nunset key\n$loss << EOD\n";
    for (std::size_t i = 0; i < losses.size(); i++) {
        script << i + 1 << ' ' << losses[i] << '\n';
    }
    script << "EOD\nplot $loss with lines linewidth 2 linecolor rgb '#1f5fa8'\n";
    std::printf(run_gnuplot(script.str(), file) ? "saved %s\n" : "gnuplot could not save %s\n", file.string().c_str());
}

int run(const Options &options) {
    const Text text(options.text);
    torch::manual_seed(options.seed);
    const auto alphabet = static_cast<std::int64_t>(text.alphabet.size());
    const Transformer network(alphabet);
    std::printf("%zu characters, %zu different ones; LibTorch %s\n", text.characters.size(), text.alphabet.size(),
                torch::version().c_str());
    const std::vector<double> losses = train(network, text, options.steps, options.seed);
    std::printf("\n%s\n\n", write(network, text, options.sample, options.seed).c_str());
    if (!options.out.empty()) {
        draw(options.out, losses);
    }
    const double chance = std::log(static_cast<double>(alphabet));
    std::printf("char_transformer: loss %.3f after %lld steps; without knowing anything, %.3f\n", losses.back(),
                static_cast<long long>(options.steps), chance);
    return losses.back() < chance ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) {
    Options options;
    int exit_status = 0;
    if (!parse_options(program, argc, argv,
                       {{"--steps", &options.steps, 1}, {"--sample", &options.sample, 0}, {"--seed", &options.seed}},
                       {{"--text", &options.text}, {"--out", &options.out}}, exit_status)) {
        return exit_status;
    }
    return run_program(program, [&] { return run(options); });
}
