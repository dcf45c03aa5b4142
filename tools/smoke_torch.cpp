#include "smoke_torch.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <rtffi/torch.hpp>
#include <thread>
#include <unistd.h>

#include "checks.hpp"
#include "core.hpp"

namespace rt::tools {

namespace {

void expect(bool right, const std::string &what) {
    if (!right) {
        throw CheckFailed(what, "this LibTorch computes wrong results here: it may be built for another processor");
    }
}

void expect_near(double got, double wanted, const std::string &what) {
    expect(std::abs(got - wanted) <= 1e-4 * (1 + std::abs(wanted)),
           what + " is " + std::to_string(got) + ", not " + std::to_string(wanted));
}

// Where a library that the plugin needs was found, links followed; "" where it needs none of that name.
std::string found_library(const Json &dependencies, const char *name) {
    for (const Json &one : dependencies) {
        if (text_at(one, "library").starts_with(name)) {
            std::error_code ignored;
            return std::filesystem::canonical(text_at(one, "path"), ignored).string();
        }
    }
    return "";
}

// The value of a build setting, such as BLAS_INFO=mkl.
std::string setting(const std::string &config, const std::string &key) {
    const std::size_t at = config.find(" " + key + "=");
    if (at == std::string::npos) {
        return "";
    }
    const std::size_t begin = at + key.size() + 2;
    return config.substr(begin, config.find_first_of(",\n", begin) - begin);
}

std::string cuda(const std::string &config) {
    if (torch::cuda::is_available()) {
        return "CUDA yes, " + counted(static_cast<std::size_t>(torch::cuda::device_count()), "device");
    }
    const std::string built = setting(config, "USE_CUDA");
    return built == "ON" || built == "1" ? "CUDA no: no device answers (nvidia-smi lists those that do)"
                                         : "CUDA no: it was built without";
}

std::string libtorch(const Json &dependencies) {
    const std::string config = torch::show_config();
    expect(!torch::version().empty(), "LibTorch does not say its version");
    const std::string path = found_library(dependencies, "libtorch_cpu.so");
    const std::string blas = found_library(dependencies, "libblas.so");
    return "LibTorch " + torch::version() + (path.empty() ? "" : " (" + path + ")") + "; " + cuda(config) +
           "; BLAS: " + (blas.empty() ? setting(config, "BLAS_INFO") : blas) + "; " +
           counted(static_cast<std::size_t>(torch::get_num_threads()), "thread");
}

std::string create() {
    const torch::Tensor numbers = torch::arange(6).reshape({2, 3});
    expect(numbers.shape() == std::vector<std::int64_t>{2, 3}, "the shape of arange(6).reshape({2, 3}) is wrong");
    expect_near(numbers.sum().item(), 15, "the sum of 0 to 5");
    torch::manual_seed(1);
    const double first = torch::randn({4}).sum().item();
    torch::manual_seed(1);
    expect_near(torch::randn({4}).sum().item(), first, "the sum of the same random numbers");
    return "zeros to random numbers, and the same ones from one seed";
}

std::string compute() {
    const torch::Tensor square = torch::tensor({{1.0, 2.0}, {3.0, 4.0}});
    const torch::Tensor product = square.matmul(torch::eye(2));
    expect_near((product - square).abs().sum().item(), 0, "the difference of a matrix and its product with 1");
    expect_near(square.exp().log().sum().item(), 10, "the sum of log(exp(x))");
    return "a matrix product, exp and log are right";
}

std::string backward() {
    const torch::Tensor x = torch::tensor({1.0, 2.0, 3.0}).requires_grad_();
    x.pow(3).sum().backward();
    expect_near(x.grad().sum().item(), 42, "the sum of the gradient of x^3"); // 3 + 12 + 27
    return "the gradient of x^3 is right";
}

std::string module() {
    const torch::nn::Sequential model(torch::nn::Linear(3, 4), torch::nn::ReLU(), torch::nn::Linear(4, 2));
    expect(model(torch::ones({5, 3})).shape() == std::vector<std::int64_t>{5, 2},
           "a network's output has the wrong shape");
    expect(model.parameters().size() == 4, "two linear layers do not have four parameters");
    expect(std::isfinite(model(torch::ones({5, 3})).sum().item()), "a network's output is not a number");
    return "a network of two layers runs";
}

std::string optimiser() {
    torch::manual_seed(1);
    const torch::nn::Linear model(1, 1);
    const torch::optim::SGD optimizer(model.parameters(), 0.1);
    const torch::Tensor inputs = torch::tensor({{0.0}, {1.0}});
    const torch::Tensor targets = torch::tensor({{1.0}, {3.0}});
    double loss_then = 0;
    for (int step = 0; step < 500; step++) {
        optimizer.zero_grad();
        const torch::Tensor loss = torch::nn::MSELoss()(model(inputs), targets);
        loss.backward();
        optimizer.step();
        loss_then = loss.item();
    }
    expect(loss_then < 1e-3, "SGD does not fit a line through two points: the loss is " + std::to_string(loss_then));
    return "SGD fits a line through two points";
}

// A file that is gone when the check ends.
class TemporaryFile {
  public:
    TemporaryFile() : path_(std::filesystem::temp_directory_path() / "rtffi-verify-XXXXXX") {
        std::string name = path_.string();
        const int descriptor = mkstemp(name.data());
        if (descriptor < 0) {
            throw CheckFailed("no file can be made in " + path_.parent_path().string(),
                              "set TMPDIR to a folder that you may write to");
        }
        close(descriptor);
        path_ = name;
    }
    TemporaryFile(const TemporaryFile &) = delete;
    TemporaryFile &operator=(const TemporaryFile &) = delete;
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    const std::filesystem::path &path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// A tensor's numbers, through a file and back; and a file that is no model.
std::string save_and_load() {
    const TemporaryFile file;
    const torch::Tensor saved = torch::linspace(-1, 1, 1000).reshape({10, 100});
    std::vector<float> numbers(1000);
    saved.copy_to<float>(numbers);
    const auto bytes = static_cast<std::streamsize>(numbers.size() * sizeof(float));
    std::ofstream(file.path(), std::ios::binary).write(reinterpret_cast<const char *>(numbers.data()), bytes);
    std::vector<float> again(1000);
    std::ifstream(file.path(), std::ios::binary).read(reinterpret_cast<char *>(again.data()), bytes);
    const torch::Tensor loaded = torch::from_span<float>(again, {10, 100});
    expect_near((loaded - saved).abs().sum().item(), 0, "the difference of a tensor and what was saved of it");
    try {
        torch::jit::load(file.path().string());
    } catch (const Error &) {
        return "a tensor comes back from a file, and a file that is no model is refused";
    }
    throw CheckFailed("a file that is no model was loaded as one");
}

std::string threads() {
    constexpr int count = 4;
    std::vector<double> sums(count);
    std::vector<std::string> errors(count);
    {
        std::vector<std::jthread> all;
        for (std::size_t i = 0; i < count; i++) {
            all.emplace_back([&, i] {
                try {
                    const torch::Tensor x = torch::full({64, 64}, static_cast<double>(i)).requires_grad_();
                    (x * x).sum().backward();
                    sums[i] = x.grad().sum().item();
                } catch (const std::exception &error) {
                    errors[i] = error.what();
                }
            });
        }
    }
    for (std::size_t i = 0; i < count; i++) {
        expect(errors[i].empty(), "on a thread of its own: " + errors[i]);
        expect_near(sums[i], 2.0 * 64 * 64 * static_cast<double>(i), "a gradient computed on a thread of its own");
    }
    return "4 threads compute gradients at once";
}

std::string device() {
    if (!torch::cuda::is_available()) {
        expect(torch::ones({2}).device() == torch::Device("cpu"), "a new tensor is not on the CPU");
        expect_near(torch::ones({2}).to(torch::Device("cpu")).sum().item(), 2, "the sum of two ones on the CPU");
        return "the CPU; LibTorch sees no CUDA device here";
    }
    const torch::Tensor there = torch::ones({64, 64}).to(torch::Device("cuda"));
    expect_near(there.matmul(there).to(torch::Device("cpu")).sum().item(), 64.0 * 64 * 64,
                "a matrix product on the CUDA device");
    return counted(static_cast<std::size_t>(torch::cuda::device_count()), "CUDA device") +
           ", and the first one computes";
}

struct Smoke {
    const char *id;
    std::string (*check)();
};
constexpr Smoke smokes[] = {
    {"smoke:create", create},   {"smoke:compute", compute},     {"smoke:backward", backward},
    {"smoke:module", module},   {"smoke:optimiser", optimiser}, {"smoke:save_load", save_and_load},
    {"smoke:threads", threads}, {"smoke:device", device},
};

constexpr const char *advice = "the plugin or its LibTorch is damaged: build the plugin again";

} // namespace

void smoke_torch(const CheckReporter &reporter, const Json &dependencies) {
    reporter.run("smoke:libtorch", advice, [&] { return libtorch(dependencies); });
    for (const Smoke &smoke : smokes) {
        reporter.run(smoke.id, advice, smoke.check);
    }
}

} // namespace rt::tools
