// Between a tensor and the host's memory: in bulk for every dtype, as text, as one number.
#include "support.hpp"

#include <cmath>
#include <cstring>
#include <limits>

namespace torch_test::test_host_memory {

namespace {

constexpr const char *from_memory = "rt_torch_tensor_from_memory";
constexpr const char *to_memory = "rt_torch_torchtensor_to_memory";

using Bytes = std::vector<std::byte>;

Bytes read_bytes(const H &x, std::size_t size) {
    Bytes out(size);
    CHECK(call<std::int64_t>(to_memory, x, std::span(out)) == static_cast<std::int64_t>(size));
    return out;
}

std::string to_text(const H &x) { return call<std::string>("rt_torch_torchtensor_to_text", x); }

double item(const H &x) { return call<double>("rt_torch_torchtensor_item", x); }

} // namespace

TEST_CASE_FIXTURE(Torch, "memory of every dtype becomes a tensor and memory again, byte by byte") {
    for (const auto &[type, name] : dtypes) {
        CAPTURE(name);
        const at::Tensor source = at::arange(6).remainder(2).to(type).reshape({2, 3});
        Bytes bytes(source.nbytes());
        std::memcpy(bytes.data(), source.data_ptr(), bytes.size());
        const H x = call<H>(from_memory, bytes, Dims{2, 3}, name);
        CHECK(dtype_of(x) == name);
        CHECK(shape_of(x) == Dims{2, 3});
        CHECK((read_bytes(x, bytes.size()) == bytes));
    }
}

TEST_CASE_FIXTURE(Torch, "from_memory copies: the caller's memory is its own again") {
    float numbers[] = {1, 2};
    const H x = call<H>(from_memory, std::as_bytes(std::span(numbers)), Dims{2}, "float32");
    numbers[0] = 9;
    check_values(x, {1, 2});
}

TEST_CASE_FIXTURE(Torch, "any byte but 0 is true in memory of bools") {
    const Bytes bytes{std::byte{0}, std::byte{1}, std::byte{255}};
    check_values(call<H>(from_memory, bytes, Dims{3}, "bool"), {0, 1, 1});
}

TEST_CASE_FIXTURE(Torch, "dims [] is a scalar, and a tensor without elements has no bytes") {
    const double number = 2.5;
    const H x = call<H>(from_memory, std::as_bytes(std::span(&number, 1)), Dims{}, "float64");
    CHECK(shape_of(x).empty());
    CHECK(item(x) == 2.5);
    const H empty = call<H>(from_memory, Bytes{}, Dims{3, 0}, "int64");
    CHECK(shape_of(empty) == Dims{3, 0});
    CHECK(read_bytes(empty, 0).empty());
}

TEST_CASE_FIXTURE(Torch, "from_memory refuses sizes, dims and dtypes that do not fit together") {
    const Bytes bytes(12);
    const auto refused = [&](const char *text, const Dims &dims, const char *dtype, rt_status status = RT_E_ARGUMENT) {
        expect_error(status, text, [&] { call(from_memory, bytes, dims, dtype); });
    };
    refused("data has 12 bytes, and dims [2] of float32 stand for 8", {2}, "float32");
    refused("data has 12 bytes, and dims [3] of float64 stand for 24", {3}, "float64");
    refused("data has 12 bytes, and dims [] of float32 stand for 4", {}, "float32");
    refused("dims [-3] has a negative number", {-3}, "float32");
    refused("has more bytes than 64 bits can count", {std::int64_t{1} << 62, 8}, "float32", RT_E_MEMORY);
    refused("there is no dtype \"float\"; the common ones are bool, uint8,", {3}, "float");
    refused("there is no dtype \"\"", {3}, "");
    refused("a tensor of qint8 needs a scale as well", {12}, "qint8");
    expect_error(RT_E_TYPE, "argument 1 (data)", [] { call(from_memory, Values{1}, Dims{1}, "float32"); });
}

TEST_CASE_FIXTURE(Torch, "to_memory writes elements in row-major order, however they lie") {
    const H x = tensor({1, 2, 3, 4, 5, 6}, {2, 3});
    check_values(call<H>("rt_torch_torchtensor_transpose", x, 0, 1), {1, 4, 2, 5, 3, 6});
    check_values(call<H>("rt_torch_torchtensor_slice", x, 1, 0, 3, 2), {1, 3, 4, 6});
}

TEST_CASE_FIXTURE(Torch, "to_memory writes to memory of any alignment, and no further than the elements") {
    const H x = tensor({1, 2, 3, 4}, {2, 2});
    const H transposed = call<H>("rt_torch_torchtensor_t", x);
    for (const H *source : {&x, &transposed}) {
        Bytes out(20, std::byte{0xee});
        CHECK(call<std::int64_t>(to_memory, *source, std::span(out).subspan(1)) == 16);
        float numbers[4];
        std::memcpy(numbers, out.data() + 1, sizeof numbers);
        CHECK(numbers[0] == 1);
        CHECK(numbers[1] == (source == &x ? 2 : 3));
        CHECK((out.front() == std::byte{0xee}));
        CHECK((out[17] == std::byte{0xee}));
    }
}

TEST_CASE_FIXTURE(Torch, "to_memory of a tensor that requires gradients is its numbers") {
    const H x = parameter({1, 2, 3, 4}, {2, 2});
    check_values(call<H>("rt_torch_torchtensor_t", x), {1, 3, 2, 4});
    CHECK(call<bool>("rt_torch_autograd_requires_grad", x));
}

TEST_CASE_FIXTURE(Torch, "to_memory refuses memory that is too small, or only to be read, and writes nothing there") {
    const H x = tensor({1, 2});
    Bytes out(7, std::byte{0xee});
    expect_error(RT_E_ARGUMENT, "out has 7 bytes, and the tensor needs 8", [&] { call(to_memory, x, std::span(out)); });
    CHECK((out == Bytes(7, std::byte{0xee})));
    const Bytes constant(8);
    expect_error(RT_E_ARGUMENT, "argument 2 (out)", [&] { call(to_memory, x, constant); });
    expect_native_error(RT_E_ARGUMENT, "out has 7 bytes", [&] {
        CHECK(native<std::int64_t(std::int64_t, void *, std::size_t)>(to_memory)(x.get(), out.data(), out.size()) == 0);
    });
}

TEST_CASE_FIXTURE(Torch, "item is the one element of a tensor of any shape and real dtype") {
    CHECK(item(scalar(1.5)) == 1.5);
    CHECK(item(tensor({-2}, {1, 1, 1})) == -2);
    CHECK(item(parameter({3}, {})) == 3);
    for (const auto &[type, name] : dtypes) {
        if (!c10::isComplexType(type)) {
            CAPTURE(name);
            CHECK(item(to_dtype(scalar(1), name)) == 1);
        }
    }
    CHECK(std::isnan(item(scalar(std::numeric_limits<double>::quiet_NaN()))));
}

TEST_CASE_FIXTURE(Torch, "item of more or fewer elements than one, or of a complex one, is an error") {
    expect_error(RT_E_ARGUMENT, "the tensor has 2 elements, and only one can be given as a number",
                 [] { item(tensor({1, 2})); });
    expect_error(RT_E_ARGUMENT, "the tensor has 0 elements", [] { item(tensor({}, {0})); });
    expect_error(RT_E_ARGUMENT, "complex", [] { item(to_dtype(scalar(1), "complex64")); });
    expect_native_error(RT_E_ARGUMENT, "2 elements", [] {
        CHECK(std::isnan(native<double(std::int64_t)>("rt_torch_torchtensor_item")(tensor({1, 2}).get())));
    });
}

TEST_CASE_FIXTURE(Torch, "dtypes have the names of Python's torch, and to_dtype converts as LibTorch does") {
    const at::Tensor source = at_tensor({0, 1.75, 3});
    for (const auto &[type, name] : dtypes) {
        CAPTURE(name);
        const H converted = to_dtype(from_at(source), name);
        CHECK(dtype_of(converted) == name);
        check_same(converted, source.to(type));
    }
    CHECK(std::string_view(native<const char *(std::int64_t)>("rt_torch_torchtensor_dtype")(scalar(1).get())) ==
          "float32");
}

TEST_CASE_FIXTURE(Torch, "to_dtype passes gradients on, and is the tensor itself where nothing changes") {
    const H x = parameter({2}, {});
    backward(call<H>("rt_torch_torchtensor_mul", to_dtype(x, "float64"), to_dtype(x, "float64")));
    check_values(grad(x), {4});
    const H same = to_dtype(x, "float32");
    call("rt_torch_autograd_set_requires_grad", same, false);
    CHECK_FALSE(call<bool>("rt_torch_autograd_requires_grad", x));
}

TEST_CASE_FIXTURE(Torch, "to_dtype refuses names that are no dtype, with those that are") {
    expect_error(RT_E_ARGUMENT,
                 "there is no dtype \"Float\"; the common ones are bool, uint8, int8, int16, int32, int64",
                 [] { to_dtype(scalar(1), "Float"); });
    expect_error(RT_E_ARGUMENT, "there is no dtype \"undefined\"", [] { to_dtype(scalar(1), "undefined"); });
    expect_error(RT_E_ARGUMENT, "there is no dtype \"a\\nb\\x1b\\xff\"", [] { to_dtype(scalar(1), "a\nb\x1b\xff"); });
    expect_error(RT_E_TYPE, "argument 2 (dtype)", [] { call("rt_torch_torchtensor_to_dtype", scalar(1), 6); });
}

TEST_CASE_FIXTURE(Torch, "a tensor's text is LibTorch's own") {
    const at::Tensor source = at_tensor({1, 2.5, 3, 4}, {2, 2});
    CHECK(call<std::string>("rt_torch_torchtensor_to_text", from_at(source)) == c10::str(source));
    CHECK(call<std::string>("rt_torch_torchtensor_to_text", from_at(source.to(at::kLong))) ==
          c10::str(source.to(at::kLong)));
    CHECK(contains(call<std::string>("rt_torch_torchtensor_to_text", tensor({}, {0})), "CPUFloatType{0}"));
}

TEST_CASE_FIXTURE(Torch, "the text of small integers is laid out as LibTorch's own") {
    for (const Dims &dims : {Dims{}, {1}, {12}, {3, 4}, {12, 1}, {0}, {3, 0}}) {
        CAPTURE(at::IntArrayRef(dims));
        const std::int64_t count = c10::multiply_integers(dims);
        for (const at::ScalarType dtype : {at::kLong, at::kInt, at::kChar}) {
            const at::Tensor source = at::arange(-1, count - 1).reshape(dims).to(dtype);
            CHECK(to_text(from_at(source)) == c10::str(source));
        }
    }
    const at::Tensor flags = at_tensor({1, 0}).to(at::kBool);
    CHECK(to_text(from_at(flags)) == c10::str(flags));
    // LibTorch 2.13 leaves out a blank of each matrix's first row.
    CHECK(to_text(from_at(at::arange(-1, 11).reshape({3, 2, 2}))) == "(1,.,.) = \n -1  0\n  1  2\n\n"
                                                                     "(2,.,.) = \n  3  4\n  5  6\n\n"
                                                                     "(3,.,.) = \n   7   8\n   9  10\n"
                                                                     "[ CPULongType{3,2,2} ]");
    CHECK(
        contains(to_text(from_at(at::zeros({2, 3, 1, 1}, at::kLong))), "(2,3,.,.) = \n  0\n[ CPULongType{2,3,1,1} ]"));
}

TEST_CASE_FIXTURE(Torch, "the text of integers has every digit") {
    const at::Tensor source = at::tensor({std::numeric_limits<std::int64_t>::max(), std::int64_t{9007199254740993},
                                          std::int64_t{-7}, std::numeric_limits<std::int64_t>::min()},
                                         at::kLong);
    CHECK(to_text(from_at(source.reshape({2, 2}))) == " 9223372036854775807     9007199254740993\n"
                                                      "                  -7 -9223372036854775808\n"
                                                      "[ CPULongType{2,2} ]");
}

TEST_CASE_FIXTURE(Torch, "the text of complex numbers has both parts") {
    const at::Tensor source = at::complex(at_tensor({1, -2.5, 0}), at_tensor({2, -0.25, 1e10}));
    CHECK(to_text(from_at(source)) == "      1+2j\n"
                                      "-2.5-0.25j\n"
                                      "  0+1e+10j\n"
                                      "[ CPUComplexFloatType{3} ]");
    CHECK(to_text(from_at(source.to(at::kComplexDouble)[0])) == "1+2j\n[ CPUComplexDoubleType{} ]");
}

TEST_CASE_FIXTURE(Torch, "host memory's functions refuse wrong handles") {
    const H stranger = call<H>("rt_torch_module_relu");
    for (const char *name :
         {"rt_torch_torchtensor_item", "rt_torch_torchtensor_dtype", "rt_torch_torchtensor_to_text"}) {
        refuses_wrong_handles(name, {rt_handle(0)}, 0, stranger.get());
    }
    refuses_wrong_handles("rt_torch_torchtensor_to_dtype", {rt_handle(0), rt_text("int64")}, 0, stranger.get());
    std::byte out[8];
    rt_value memory = rt_memory(RT_BYTES, out, sizeof out);
    memory.flags = RT_VALUE_MUTABLE;
    refuses_wrong_handles(to_memory, {rt_handle(0), memory}, 0, stranger.get());
}

} // namespace torch_test::test_host_memory
