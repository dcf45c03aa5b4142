// New tensors: their numbers, shapes and dtype, and the shapes that no machine has.
#include <sys/sysinfo.h>

#include "against_libtorch.hpp"
#include "wrong_inputs.hpp"

namespace torch_test::test_creation {

namespace {

constexpr const char *of_dims[] = {
    "rt_torch_tensor_zeros", "rt_torch_tensor_ones",  "rt_torch_tensor_randn",
    "rt_torch_tensor_rand",  "rt_torch_tensor_empty",
};

const Dims shapes[] = {{}, {0}, {1}, {3}, {2, 3}, {2, 0, 3}, {1, 1, 2, 1, 1}, {0, huge}};

// Every function that makes a tensor of dims refuses these.
void refused_by_all(rt_status status, std::string_view text, const Dims &dims) {
    CAPTURE(at::IntArrayRef(dims));
    for (const char *name : of_dims) {
        refused(status, text, name, dims);
    }
    refused(status, text, "rt_torch_tensor_full", dims, 1.0);
    refused(status, text, "rt_torch_tensor_from_data", Values{1}, dims);
}

} // namespace

TEST_CASE_FIXTURE(Torch, "zeros, ones and full are float32 of every shape, filled") {
    for (const Dims &dims : shapes) {
        CAPTURE(at::IntArrayRef(dims));
        check_same(call<H>("rt_torch_tensor_zeros", dims), at::zeros(dims));
        check_same(call<H>("rt_torch_tensor_ones", dims), at::ones(dims));
        check_same(call_native<H>("rt_torch_tensor_zeros", dims), at::zeros(dims));
        check_same(call_native<H>("rt_torch_tensor_ones", dims), at::ones(dims));
        for (const double value : {2.5, -0.0, not_a_number, infinity, 0.1}) {
            check_same(call<H>("rt_torch_tensor_full", dims, value), at::full(dims, value, at::kFloat));
            check_same(call_native<H>("rt_torch_tensor_full", dims, value), at::full(dims, value, at::kFloat));
        }
    }
    check_values(call<H>("rt_torch_tensor_full", Dims{2, 2}, 7), {7, 7, 7, 7});
}

TEST_CASE_FIXTURE(Torch, "empty has the shape and float32, whatever its numbers are") {
    for (const Dims &dims : shapes) {
        for (const H &made : {call<H>("rt_torch_tensor_empty", dims), call_native<H>("rt_torch_tensor_empty", dims)}) {
            CHECK(shape_of(made) == dims);
            CHECK(dtype_of(made) == "float32");
        }
    }
}

TEST_CASE_FIXTURE(Torch, "rand and randn draw the numbers of LibTorch's generator") {
    for (const Dims &dims : shapes) {
        CAPTURE(at::IntArrayRef(dims));
        call("rt_torch_manual_seed", 11);
        const H uniform = call<H>("rt_torch_tensor_rand", dims);
        const H normal = call_native<H>("rt_torch_tensor_randn", dims);
        at::manual_seed(11);
        check_same(uniform, at::rand(dims));
        check_same(normal, at::randn(dims));
    }
}

TEST_CASE_FIXTURE(Torch, "rand lies between 0 and 1, randn around 0 with variance 1") {
    call("rt_torch_manual_seed", 5);
    const at::Tensor uniform = read(call<H>("rt_torch_tensor_rand", Dims{100, 100}));
    CHECK(uniform.min().item<double>() >= 0);
    CHECK(uniform.max().item<double>() < 1);
    CHECK(uniform.mean().item<double>() == doctest::Approx(0.5).epsilon(0.02));
    const at::Tensor normal = read(call<H>("rt_torch_tensor_randn", Dims{100, 100}));
    CHECK(std::abs(normal.mean().item<double>()) < 0.05);
    CHECK(normal.std().item<double>() == doctest::Approx(1).epsilon(0.05));
}

TEST_CASE_FIXTURE(Torch, "from_data copies, row by row, and rounds to float32") {
    Values data{1, 2, 3, 4, 0.1, not_a_number};
    const H made = call<H>("rt_torch_tensor_from_data", data, Dims{2, 3});
    const H native_made = call_native<H>("rt_torch_tensor_from_data", data, Dims{2, 3});
    const at::Tensor want = at_tensor(data, {2, 3});
    data.assign(6, 99);
    check_same(made, want, 0);
    check_same(native_made, want, 0);
    CHECK(read(made)[1][1].item<double>() == static_cast<double>(0.1F));
    check_values(scalar(5), {5});
    check_values(call<H>("rt_torch_tensor_from_data", Dims{1, 2}, Dims{2}), {1, 2}); // whole numbers will do
    CHECK(shape_of(tensor({}, {0, 3})) == Dims{0, 3});
}

TEST_CASE_FIXTURE(Torch, "arange goes from start to end, without end") {
    const struct {
        double start, end, step;
        Values want;
    } table[] = {
        {0, 4, 1, {0, 1, 2, 3}}, {0, 1, 0.25, {0, 0.25, 0.5, 0.75}}, {5, 0, -2, {5, 3, 1}}, {1, 1, 1, {}},
        {0, 1, 5, {0}},          {-1, 0.5, 0.5, {-1, -0.5, 0}},
    };
    for (const auto &[start, end, step, want] : table) {
        CAPTURE(start);
        CAPTURE(end);
        CAPTURE(step);
        const H made = call<H>("rt_torch_tensor_arange", start, end, step);
        CHECK(dtype_of(made) == "float32");
        check_values(made, want);
        check_values(call_native<H>("rt_torch_tensor_arange", start, end, step), want);
    }
}

TEST_CASE_FIXTURE(Torch, "linspace has so many numbers, both ends among them") {
    const struct {
        double start, end;
        std::int64_t steps;
        Values want;
    } table[] = {
        {0, 1, 5, {0, 0.25, 0.5, 0.75, 1}}, {3, -3, 3, {3, 0, -3}}, {7, 9, 1, {7}}, {7, 9, 0, {}}, {2, 2, 2, {2, 2}},
    };
    for (const auto &[start, end, steps, want] : table) {
        CAPTURE(start);
        CAPTURE(end);
        CAPTURE(steps);
        const H made = call<H>("rt_torch_tensor_linspace", start, end, steps);
        CHECK(dtype_of(made) == "float32");
        check_values(made, want);
        check_values(call_native<H>("rt_torch_tensor_linspace", start, end, steps), want);
    }
}

TEST_CASE_FIXTURE(Torch, "eye is the identity matrix, of no rows, too") {
    for (const std::int64_t rows : {0, 1, 4}) {
        check_same(call<H>("rt_torch_tensor_eye", rows), at::eye(rows));
        check_same(call_native<H>("rt_torch_tensor_eye", rows), at::eye(rows));
    }
    check_values(call<H>("rt_torch_tensor_eye", 2), {1, 0, 0, 1});
}

TEST_CASE_FIXTURE(Torch, "what is created requires no gradient") {
    for (const char *name : of_dims) {
        CHECK_FALSE(call<bool>("rt_torch_autograd_requires_grad", call<H>(name, Dims{2})));
    }
}

TEST_CASE_FIXTURE(Torch, "negative dims are refused, with the dims") {
    refused_by_all(RT_E_ARGUMENT, "dims [2, -1] has a negative number", {2, -1});
    refused_by_all(RT_E_ARGUMENT, "has a negative number", {least});
    refused_by_all(RT_E_ARGUMENT, "has a negative number", {0, -3});
    refused(RT_E_ARGUMENT, "dims [-1, -1] has a negative number", "rt_torch_tensor_eye", -1);
    refused(RT_E_ARGUMENT, "dims [-1] has a negative number", "rt_torch_tensor_linspace", 0.0, 1.0, -1);
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "a tensor without elements needs no memory, but strides") {
    constexpr std::int64_t large = std::int64_t{1} << 62;
    for (const Dims &dims : {Dims{large, 0}, {0, large}, {most, 0}}) {
        CAPTURE(at::IntArrayRef(dims));
        for (const char *name : of_dims) {
            CHECK(shape_of(call<H>(name, dims)) == dims);
        }
        CHECK(shape_of(tensor({}, dims)) == dims);
    }
    refused_by_all(RT_E_ARGUMENT, "has no elements, and its strides", {0, huge, huge});
}

TEST_CASE_FIXTURE(Torch, "a message shows a long list's first numbers and how many there are") {
    refused_by_all(RT_E_MEMORY, "dims [2, 2, 2, 2, 2, 2, 2, 2, ... (65 numbers)] has", Dims(65, 2));
    refused_by_all(RT_E_ARGUMENT, "dims [-1, 1, 2, 3, 4, 5, 6, 7] has", {-1, 1, 2, 3, 4, 5, 6, 7});
}

TEST_CASE_FIXTURE(Torch, "dims that 64 bits cannot count are refused") {
    constexpr const char *text = "has more bytes than 64 bits can count";
    refused_by_all(RT_E_MEMORY, text, {huge, huge});
    refused_by_all(RT_E_MEMORY, text, {most});
    refused_by_all(RT_E_MEMORY, text, {std::int64_t{1} << 32, std::int64_t{1} << 32}); // 2^64 wraps around to 0
    refused(RT_E_MEMORY, text, "rt_torch_tensor_eye", most);
    refused(RT_E_MEMORY, text, "rt_torch_tensor_linspace", 0.0, 1.0, most);
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "more memory than the machine has is refused before any of it is touched") {
    constexpr std::int64_t much = std::int64_t{1} << 50;
    refused_by_all(RT_E_MEMORY, "and this process can have", {much});
    refused(RT_E_MEMORY, "and this process can have", "rt_torch_tensor_eye", std::int64_t{1} << 25);
    refused(RT_E_MEMORY, "and this process can have", "rt_torch_tensor_linspace", 0.0, 1.0, much);
    refused(RT_E_MEMORY, "and this process can have", "rt_torch_tensor_arange", 0.0, 1e15, 1.0);
    expect_cause("out_of_memory", [] { call("rt_torch_tensor_zeros", Dims{much}); });
    check_usable();
}

// An address space has room for this much, so that only what is left of the machine's memory can be the reason.
TEST_CASE_FIXTURE(Torch, "more memory than is left is refused, though the machine has as much") {
    struct sysinfo info{};
    REQUIRE(sysinfo(&info) == 0);
    const std::uint64_t total = (std::uint64_t{info.totalram} + info.totalswap) * info.mem_unit;
    constexpr std::uint64_t always_in_use = std::uint64_t{1} << 27; // by the kernel, and by this process
    const Dims dims{static_cast<std::int64_t>((total - always_in_use) / sizeof(float))};
    refused(RT_E_MEMORY, "and this process can have", "rt_torch_tensor_empty", dims);
}

TEST_CASE_FIXTURE(Torch, "numbers that float32 does not reach are refused, infinities are not") {
    constexpr double greatest = std::numeric_limits<float>::max();
    check_values(tensor({greatest, -greatest, infinity, -infinity}), {greatest, -greatest, infinity, -infinity});
    for (const double beyond : {1e39, -1e300, greatest * 1.001}) {
        refused(RT_E_ARGUMENT, "float32 reaches from -3.40282e+38 to 3.40282e+38", "rt_torch_tensor_from_data",
                Values{1, beyond}, Dims{2});
        refused(RT_E_ARGUMENT, "value is ", "rt_torch_tensor_full", Dims{2}, beyond);
    }
}

TEST_CASE_FIXTURE(Torch, "from_data refuses another count than the dims stand for") {
    constexpr const char *name = "rt_torch_tensor_from_data";
    refused(RT_E_ARGUMENT, "data has 3 numbers, and dims [2, 2] stand for 4", name, Values{1, 2, 3}, Dims{2, 2});
    refused(RT_E_ARGUMENT, "data has 0 numbers, and dims [] stand for 1", name, Values{}, Dims{});
    refused(RT_E_ARGUMENT, "data has 1 numbers, and dims [0] stand for 0", name, Values{1}, Dims{0});
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "arange refuses steps that lead nowhere") {
    constexpr const char *name = "rt_torch_tensor_arange";
    refused(RT_E_ARGUMENT, "step must not be 0", name, 0.0, 1.0, 0.0);
    refused(RT_E_ARGUMENT, "step is -1, which leads away from end: start is 0, and end 1", name, 0.0, 1.0, -1.0);
    refused(RT_E_ARGUMENT, "step is 1, which leads away from end: start is 1, and end 0", name, 1.0, 0.0, 1.0);
    for (const double bad : {not_a_number, infinity, -infinity}) {
        CAPTURE(bad);
        refused(RT_E_ARGUMENT, "start is ", name, bad, 1.0, 1.0);
        refused(RT_E_ARGUMENT, "end is ", name, 0.0, bad, 1.0);
        refused(RT_E_ARGUMENT, "step is ", name, 0.0, 1.0, bad);
    }
    refused(RT_E_ARGUMENT, "from 0 to 1e+300 in steps of 1 there are 1e+300 numbers", name, 0.0, 1e300, 1.0);
    refused(RT_E_ARGUMENT, "there are 2.30584e+18 numbers", name, 0.0, 2305843009213693952.0, 1.0); // 2^61
    refused(RT_E_ARGUMENT, "there are inf numbers", name, -1e308, 1e308, 1e-3);
    refused(RT_E_MEMORY, "the tensor needs 4294967296.0 GiB", name, 0.0, 1152921504606846976.0, 1.0); // 2^60 * 4 bytes
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "null pointers and values of another type are refused") {
    using Make = std::int64_t(const std::int64_t *, std::size_t);
    for (const char *name : of_dims) {
        CAPTURE(name);
        expect_native_error(RT_E_ARGUMENT, "argument 1 (dims): the pointer is null but the count is not 0",
                            [&] { CHECK(native<Make>(name)(nullptr, 2) == 0); });
        expect_error(RT_E_ARGUMENT, "the pointer is null", [&] { call(name, rt_i64_array(nullptr, 2)); });
        expect_error(RT_E_TYPE, "argument 1 (dims): expected [i64], got an array of f64",
                     [&] { call(name, Values{2, 3}); });
        expect_error(RT_E_TYPE, "argument 1 (dims): expected [i64], got an integer", [&] { call(name, 2); });
        CHECK(shape_of(H(native<Make>(name)(nullptr, 0))).empty()); // no dims at all is a scalar
    }
    using FromData = std::int64_t(const double *, std::size_t, const std::int64_t *, std::size_t);
    const std::int64_t dims[] = {2};
    expect_native_error(RT_E_ARGUMENT, "argument 1 (data): the pointer is null",
                        [&] { CHECK(native<FromData>("rt_torch_tensor_from_data")(nullptr, 2, dims, 1) == 0); });
    expect_native_error(RT_E_ARGUMENT, "the count is negative or larger than memory",
                        [&] { CHECK(native<Make>("rt_torch_tensor_zeros")(dims, static_cast<std::size_t>(-1)) == 0); });
    expect_error(RT_E_TYPE, "expected f64, got a text", [] { call("rt_torch_tensor_full", Dims{2}, "1"); });
    expect_error(RT_E_TYPE, "expected i64, got a double", [] { call("rt_torch_tensor_eye", 2.5); });
    check_usable();
}

} // namespace torch_test::test_creation
