// mnist_classifier: a convolutional network that tells clothes (Fashion-MNIST) or digits (MNIST) apart.
#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <numeric>
#include <random>

#include "../common/gnuplot.hpp"
#include "idx.hpp"
#include "network.hpp"
#include "options.hpp"
#include "plot.hpp"
#include "progress.hpp"
#include "running_mean.hpp"

namespace {

using Names = std::array<const char *, 10>;
constexpr Names clothes{"T-shirt", "Trousers", "Pullover", "Dress", "Coat",
                        "Sandal",  "Shirt",    "Sneaker",  "Bag",   "Boot"};
constexpr Names digits{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

struct History {
    std::vector<double> losses;     // of each step
    std::vector<double> accuracies; // on the test images after each epoch, in percent
};

// Goes once through the images in a random order.
void train_epoch(const torch::nn::Sequential &network, const torch::optim::Adam &optimizer, const Samples &samples,
                 std::int64_t batch, std::mt19937_64 &random, Progress &progress, std::vector<double> &losses) {
    network.train();
    std::vector<std::int64_t> order(static_cast<std::size_t>(samples.count));
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    const torch::Tensor shuffled = torch::tensor(order);
    const torch::nn::CrossEntropyLoss criterion;

    std::int64_t right = 0;
    RunningMean recent_loss;
    for (std::int64_t begin = 0; begin < samples.count; begin += batch) {
        const std::int64_t end = std::min(begin + batch, samples.count);
        if (end - begin < 2) { // batch normalisation cannot learn from one image
            progress.update(samples.count, recent_loss.value(),
                            100.0 * static_cast<double>(right) / static_cast<double>(begin));
            break;
        }
        const torch::Tensor chosen = shuffled.slice(0, begin, end);
        const torch::Tensor labels = samples.labels.index_select(0, chosen);
        const torch::Tensor output = network(normalised(samples.images.index_select(0, chosen)));
        const torch::Tensor loss = criterion(output, labels);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();

        losses.push_back(loss.item());
        right += (output.argmax(1) == labels).to(torch::int64).sum().item<std::int64_t>();
        progress.update(end, recent_loss.add(losses.back()),
                        100.0 * static_cast<double>(right) / static_cast<double>(end));
    }
}

// The class the network gives each image, and what share of them is right, in percent.
struct Answers {
    std::vector<std::int64_t> classes;
    double accuracy = 0;
};
Answers evaluate(const torch::nn::Sequential &network, const Samples &samples) {
    const torch::NoGrad without_gradients;
    network.eval();
    Answers answers;
    for (std::int64_t begin = 0; begin < samples.count; begin += 500) {
        const auto part =
            network(normalised(samples.images.slice(0, begin, begin + 500))).argmax(1).to_vector<std::int64_t>();
        answers.classes.insert(answers.classes.end(), part.begin(), part.end());
    }
    const torch::Tensor right = torch::tensor(answers.classes) == samples.labels;
    answers.accuracy = 100 * right.to(torch::float64).mean().item();
    return answers;
}

// 32 test images: as many wrong ones as there are up to half, then right ones.
std::vector<Prediction> choose_samples(const Dataset &test, const Answers &answers, const Names &names) {
    constexpr std::size_t wanted = 32;
    std::vector<Prediction> chosen;
    for (const bool want_right : {false, true}) {
        for (std::size_t i = 0; i < answers.classes.size() && chosen.size() < (want_right ? wanted : wanted / 2); i++) {
            const auto predicted = static_cast<std::size_t>(answers.classes[i]);
            if ((predicted == test.labels[i]) != want_right) {
                continue;
            }
            const auto size = static_cast<std::ptrdiff_t>(test.rows * test.columns);
            const auto first = test.pixels.begin() + static_cast<std::ptrdiff_t>(i) * size;
            chosen.push_back({{first, first + size}, names[predicted], names[test.labels[i]]});
        }
    }
    return chosen;
}

void save_pictures(const Options &options, const History &history, const Dataset &test, const Answers &answers) {
    if (!can_plot()) {
        std::printf("gnuplot is not installed: no pictures are saved (Debian's package gnuplot-nox has it)\n");
        return;
    }
    const bool fashion = options.data.string().find("fashion") != std::string::npos;
    const std::filesystem::path curve = options.out / "loss_curve.png", sheet = options.out / "predictions.png";
    const auto chosen = choose_samples(test, answers, fashion ? clothes : digits);
    for (const auto &[file, saved] : {std::pair(curve, plot_losses(curve, history.losses, history.accuracies)),
                                      std::pair(sheet, plot_predictions(sheet, chosen, test.rows, test.columns))}) {
        std::printf(saved ? "saved %s\n" : "gnuplot could not save %s\n", file.string().c_str());
    }
}

void run(const Options &options) {
    torch::manual_seed(options.seed); // before the images are read: a plugin that is missing is told at once
    std::filesystem::create_directories(
        options.out); // before the work, so that a wrong folder is not found out after it
    const Dataset train_set = read_dataset(options.data, "train", options.images);
    const Dataset test_set = read_dataset(options.data, "t10k", 0);
    std::printf("%lld training images, %lld test images of %lld x %lld pixels\n",
                static_cast<long long>(train_set.count), static_cast<long long>(test_set.count),
                static_cast<long long>(test_set.rows), static_cast<long long>(test_set.columns));
    if (torch::available()) {
        std::printf("LibTorch %s with %lld threads\n", torch::version().c_str(),
                    static_cast<long long>(torch::get_num_threads()));
    }
    if (train_set.rows != test_set.rows || train_set.columns != test_set.columns) {
        throw std::runtime_error("the training images and the test images are not of the same size");
    }

    std::mt19937_64 random(static_cast<std::uint64_t>(options.seed));
    const Samples train(train_set), test(test_set);
    const torch::nn::Sequential network = make_network(train_set.rows, train_set.columns);
    const torch::optim::Adam optimizer(network.parameters(), {.lr = 3e-3});

    History history;
    Answers answers;
    for (std::int64_t epoch = 1; epoch <= options.epochs; epoch++) {
        Progress progress("epoch " + std::to_string(epoch) + "/" + std::to_string(options.epochs), train.count);
        train_epoch(network, optimizer, train, options.batch, random, progress, history.losses);
        const double seconds = progress.seconds();
        answers = evaluate(network, test);
        history.accuracies.push_back(answers.accuracy);
        optimizer.set_lr(optimizer.lr() / 3); // smaller steps towards the end
        std::printf("epoch %lld: test accuracy %.1f %%, %.1f s\n", static_cast<long long>(epoch), answers.accuracy,
                    seconds);
        std::fflush(stdout);
    }
    save_pictures(options, history, test_set, answers);
    std::printf("classifier: accuracy %.1f %% after %lld epoch%s\n", answers.accuracy,
                static_cast<long long>(options.epochs), options.epochs == 1 ? "" : "s");
}

} // namespace

int main(int argc, char **argv) {
    int exit_status = 0;
    const std::optional<Options> options = parse_options(argc, argv, exit_status);
    if (!options) {
        return exit_status;
    }
    return run_program(program, [&] {
        run(*options);
        return 0;
    });
}
