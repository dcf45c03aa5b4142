// The losses: as tensors that can be differentiated, and as numbers. Values are worked out by hand beside each test.
#include <cmath>
#include <limits>

#include "support.hpp"

namespace torch_test::test_loss {

namespace {

const double nan = std::numeric_limits<double>::quiet_NaN();
const double ln2 = std::log(2.0);

// The same loss as a tensor and as a number.
struct Loss {
    const char *tensor;
    const char *number;
};
constexpr Loss mse{"rt_torch_loss_mse", "rt_torch_nn_mse_loss"};
constexpr Loss cross_entropy{"rt_torch_loss_cross_entropy", "rt_torch_nn_cross_entropy"};
constexpr Loss binary_cross_entropy{"rt_torch_loss_binary_cross_entropy", "rt_torch_nn_binary_cross_entropy"};
constexpr Loss nll{"rt_torch_loss_nll", "rt_torch_nn_nll_loss"};
constexpr Loss losses[] = {mse, cross_entropy, binary_cross_entropy, nll};

void check_loss(const Loss &loss, const H &input, const H &target, double want) {
    const H result = call<H>(loss.tensor, input, target);
    CHECK(shape_of(result).empty());
    check_values(result, {want});
    const double number = call<double>(loss.number, input, target);
    CHECK(((std::isnan(want) && std::isnan(number)) || number == doctest::Approx(want).epsilon(close_enough)));
    const auto entry = native<double(std::int64_t, std::int64_t)>(loss.number);
    const double again = entry(input.get(), target.get());
    CHECK(((std::isnan(want) && std::isnan(again)) || again == number));
}

// Both forms refuse it with the same message.
void refused(const Loss &loss, const H &input, const H &target, const char *text, rt_status status = RT_E_ARGUMENT) {
    expect_error(status, text, [&] { call(loss.tensor, input, target); });
    expect_error(status, text, [&] { call(loss.number, input, target); });
    expect_native_error(status, text, [&] {
        CHECK(native<std::int64_t(std::int64_t, std::int64_t)>(loss.tensor)(input.get(), target.get()) == 0);
    });
    expect_native_error(status, text, [&] {
        CHECK(std::isnan(native<double(std::int64_t, std::int64_t)>(loss.number)(input.get(), target.get())));
    });
}

} // namespace

TEST_CASE_FIXTURE(Torch, "mse is the mean of the squared differences") {
    const H input = parameter({1, 2, 3});
    const H target = tensor({1, 0, 0});
    check_loss(mse, input, target, 13.0 / 3); // (0 + 4 + 9) / 3
    backward(call<H>(mse.tensor, input, target));
    check_values(grad(input), {0, 4.0 / 3, 2}); // 2 (input - target) / 3
}

TEST_CASE_FIXTURE(Torch, "mse takes targets of any real dtype, in the input's") {
    const H input = parameter({1, 2, 3});
    for (const char *dtype : {"float64", "int64", "uint8", "float16", "bool"}) {
        CAPTURE(dtype);
        const H loss = call<H>(mse.tensor, input, to_dtype(tensor({1, 0, 0}), dtype));
        CHECK(dtype_of(loss) == "float32");
        check_values(loss, {13.0 / 3});
        backward(loss);
    }
    check_values(grad(input), {0, 5 * 4.0 / 3, 5 * 2});
}

TEST_CASE_FIXTURE(Torch, "mse of different shapes broadcasts them, and warns through the host's log") {
    std::string warning;
    rt_log_set(
        [](void *context, std::int32_t level, const char *plugin, const char *message) {
            if (level == RT_LOG_WARNING && std::string_view(plugin) == "torch") {
                *static_cast<std::string *>(context) += message;
            }
        },
        &warning);
    check_values(call<H>(mse.tensor, tensor({1, 2}, {2, 1}), tensor({1, 2})), {0.5}); // [[0, 1], [1, 0]]
    rt_log_set(nullptr, nullptr);
    CHECK(contains(warning, "input of shape [2, 1] and a target of shape [2]"));
}

TEST_CASE_FIXTURE(Torch, "cross_entropy of logits and classes is the mean of -log softmax at the class") {
    const H logits = parameter({0, 0, 0, std::log(3.0)}, {2, 2}); // softmax: 1/2 1/2, 1/4 3/4
    const double want = (ln2 - std::log(0.75)) / 2;
    for (const char *dtype : {"float32", "float64", "int64", "int32", "uint8", "bool"}) {
        CAPTURE(dtype);
        check_loss(cross_entropy, logits, to_dtype(tensor({0, 1}), dtype), want);
    }
    backward(call<H>(cross_entropy.tensor, logits, tensor({0, 1})));
    check_values(grad(logits), {-0.25, 0.25, 0.125, -0.125}); // (softmax - 1 at the class) / 2
}

TEST_CASE_FIXTURE(Torch, "cross_entropy takes floating targets of the input's shape as probabilities") {
    const H logits = parameter({0, 0, 0, std::log(3.0)}, {2, 2});
    const H target = tensor({1, 0, 0.25, 0.75}, {2, 2});
    check_loss(cross_entropy, logits, target, (ln2 - 0.25 * std::log(0.25) - 0.75 * std::log(0.75)) / 2);
    backward(call<H>(cross_entropy.tensor, logits, target));
    check_values(grad(logits), {-0.25, 0.25, 0, 0});
}

TEST_CASE_FIXTURE(Torch, "cross_entropy and nll take one prediction without a batch, and images of predictions") {
    check_loss(cross_entropy, tensor({0, std::log(3.0)}), scalar(1), -std::log(0.75));
    check_loss(nll, tensor({-1, -2}), scalar(1), 2);

    at::manual_seed(3);
    const at::Tensor logits = at::randn({2, 3, 4, 5});
    const at::Tensor classes = at::randint(3, {2, 4, 5}, at::kLong);
    check_same(call<H>(cross_entropy.tensor, from_at(logits), from_at(classes)),
               at::cross_entropy_loss(logits, classes));
    check_same(call<H>(nll.tensor, from_at(logits), from_at(classes.to(at::kFloat))), at::nll_loss_nd(logits, classes));
}

TEST_CASE_FIXTURE(Torch, "nll is the mean of minus the log-probabilities of the classes") {
    const H input = parameter({-1, -2, -3, -4}, {2, 2});
    check_loss(nll, input, tensor({0, 1}), 2.5);
    backward(call<H>(nll.tensor, input, tensor({0, 1})));
    check_values(grad(input), {-0.5, 0, 0, -0.5});
}

TEST_CASE_FIXTURE(Torch, "class -100 is left out of the mean") {
    check_loss(nll, tensor({-1, -2, -3, -4}, {2, 2}), tensor({-100, 1}), 4);
    check_loss(cross_entropy, tensor({0, 0, 0, 0}, {2, 2}), to_dtype(tensor({0, -100}), "int64"), ln2);
}

TEST_CASE_FIXTURE(Torch, "binary_cross_entropy is the mean of -log of the probability of what came true") {
    const H input = parameter({0.25, 0.5});
    const H target = tensor({0, 1});
    check_loss(binary_cross_entropy, input, target, (-std::log(0.75) + ln2) / 2);
    check_loss(binary_cross_entropy, input, to_dtype(target, "int64"), (-std::log(0.75) + ln2) / 2);
    backward(call<H>(binary_cross_entropy.tensor, input, target));
    check_values(grad(input), {1 / 0.75 / 2, -1 / 0.5 / 2});
}

TEST_CASE_FIXTURE(Torch, "the mean over nothing is NaN, as LibTorch has it") {
    check_loss(mse, tensor({}, {0}), tensor({}, {0}), nan);
    check_loss(binary_cross_entropy, tensor({}, {0}), tensor({}, {0}), nan);
    check_loss(cross_entropy, tensor({}, {0, 3}), tensor({}, {0}), nan);
    check_loss(nll, tensor({}, {0, 3}), tensor({}, {0}), nan);
}

TEST_CASE_FIXTURE(Torch, "a loss as a number records nothing for a backward pass") {
    const H input = parameter({1, 2});
    const std::int64_t alive = rt_handle_count();
    call<double>(mse.number, input, tensor({0, 0}));
    CHECK(rt_handle_count() == alive);
    CHECK_FALSE(grad(input));
}

TEST_CASE_FIXTURE(Torch, "class targets that are no classes are refused, with their position") {
    const H input = tensor({1, 2, 3, 4, 5, 6}, {2, 3});
    for (const Loss &loss : {cross_entropy, nll}) {
        CAPTURE(loss.tensor);
        refused(loss, input, tensor({0, 1.5}), "target holds 1.5 at position 1: class targets must be whole numbers");
        refused(loss, input, tensor({nan, 1}), "target holds nan at position 0");
        refused(loss, input, tensor({0, 3}), "target holds class 3 at position 1: input has 3 classes");
        refused(loss, input, to_dtype(tensor({-1, 0}), "int64"), "target holds class -1 at position 0");
        refused(loss, input, tensor({1e30, 0}), "at position 0");
        refused(loss, input, to_dtype(tensor({0, 1}), "complex64"), "target has dtype complex64");
        refused(loss, tensor({}, {2, 0}), tensor({0, 0}), "input has 0 classes");
    }
}

TEST_CASE_FIXTURE(Torch, "shapes that do not fit are refused, with both and with what was expected") {
    const H input = tensor({1, 2, 3, 4, 5, 6}, {2, 3});
    refused(cross_entropy, input, tensor({0, 1, 2}),
            "target has shape [3] and input [2, 3]: class targets need shape [2], probabilities the input's shape");
    refused(cross_entropy, input, to_dtype(tensor({1, 2, 3, 4, 5, 6}, {2, 3}), "int64"),
            "class targets need shape [2]");
    refused(cross_entropy, scalar(1), scalar(0), "input has no dimensions");
    refused(nll, input, tensor({0, 1}, {2, 1}),
            "target has shape [2, 1] and input [2, 3]: class targets need shape [2]");
    refused(nll, scalar(1), scalar(0), "input has no dimensions");
    refused(binary_cross_entropy, tensor({0.5, 0.5}), tensor({1}), "input has shape [2] and target [1]: they must be");
    refused(mse, tensor({1, 2}), tensor({1, 2, 3}), "must match", RT_E_CALLEE);
}

TEST_CASE_FIXTURE(Torch, "dtypes that have no loss are refused") {
    for (const Loss &loss : losses) {
        CAPTURE(loss.tensor);
        for (const char *dtype : {"int64", "bool", "complex64"}) {
            const H input = to_dtype(tensor({1, 0}, {1, 2}), dtype);
            refused(loss, input, tensor({0, 1}, {1, 2}), "a loss needs a real floating dtype");
        }
    }
    refused(mse, tensor({1}), to_dtype(tensor({1}), "complex64"), "target has dtype complex64");
    refused(binary_cross_entropy, tensor({1}), to_dtype(tensor({1}), "complex128"), "target has dtype complex128");
}

TEST_CASE_FIXTURE(Torch, "binary_cross_entropy refuses what is no probability") {
    for (const double value : {-0.5, 1.5, nan}) {
        CAPTURE(value);
        refused(binary_cross_entropy, tensor({value}), tensor({1}), "between 0 and 1", RT_E_CALLEE);
    }
}

TEST_CASE_FIXTURE(Torch, "losses refuse wrong handles, and say which argument it was") {
    const H good = tensor({0.5});
    const H stranger = call<H>("rt_torch_module_relu");
    for (const Loss &loss : losses) {
        for (const char *name : {loss.tensor, loss.number}) {
            refuses_wrong_handles(name, {rt_handle(0), rt_handle(good.get())}, 0, stranger.get());
            refuses_wrong_handles(name, {rt_handle(good.get()), rt_handle(0)}, 1, stranger.get());
            expect_error(RT_E_ARGUMENT, name, [&] { call(name, good); });
        }
    }
}

} // namespace torch_test::test_loss
