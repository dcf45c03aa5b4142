// Parts of a tensor, and tensors put together.
#include "against_libtorch.hpp"

namespace torch_test::test_indexing {

namespace {

constexpr const char *slice = "rt_torch_torchtensor_slice";
constexpr const char *index_select = "rt_torch_torchtensor_index_select";
constexpr const char *gather = "rt_torch_torchtensor_gather";
constexpr const char *cat = "rt_torch_torchtensor_cat";
constexpr const char *stack = "rt_torch_torchtensor_stack";
constexpr const char *chunk = "rt_torch_torchtensor_chunk";

at::Tensor cube() { return at::arange(24, at::kFloat).reshape({2, 3, 4}); }

// What a[start:end:step] of a = range(size) is in Python.
Values python_slice(std::int64_t size, std::int64_t start, std::int64_t end, std::int64_t step) {
    const auto bound = [size](std::int64_t at) {
        return std::clamp<std::int64_t>(at < 0 ? std::max(at, -size) + size : at, 0, size);
    };
    Values values;
    for (std::int64_t i = bound(start); i < bound(end); i += std::min(step, size + 1)) {
        values.push_back(static_cast<double>(i));
    }
    return values;
}

template <class... Tensors> Dims handles(const Tensors &...tensors) { return {tensors.get()...}; }

std::vector<H> chunks_of(const at::Tensor &x, std::int64_t chunks, std::int64_t dim) {
    return call<std::vector<H>>(chunk, from_at(x), chunks, dim);
}

} // namespace

TEST_CASE_FIXTURE(Torch, "slice takes negative bounds and INT64_MAX as Python does") {
    const H x = call<H>("rt_torch_tensor_arange", 0.0, 5.0, 1.0);
    check_values(call<H>(slice, x, 0, 1, 3, 1), {1, 2});
    check_values(call<H>(slice, x, 0, -2, most, 1), {3, 4});
    check_values(call<H>(slice, x, 0, 0, -1, 2), {0, 2});
    for (const std::int64_t start : {least, least + 1, -6L, -5L, -1L, 0L, 2L, 5L, 6L, most - 1, most}) {
        for (const std::int64_t end : {least, -7L, -5L, -2L, 0L, 3L, 5L, 8L, most - 1, most}) {
            for (const std::int64_t step : {1L, 2L, 5L, 7L, most}) {
                CAPTURE(start);
                CAPTURE(end);
                CAPTURE(step);
                const Values want = python_slice(5, start, end, step);
                check_values(call<H>(slice, x, 0, start, end, step), want);
                check_values(call_native<H>(slice, x, 0, start, end, step), want);
            }
        }
    }
}

TEST_CASE_FIXTURE(Torch, "slice goes along any dimension, and can be differentiated") {
    for (std::int64_t dim = -3; dim < 3; dim++) {
        CAPTURE(dim);
        const auto direct = [&](const at::Tensor &a) { return at::slice(a, dim, 1, 3, 2); };
        check_direct(slice, std::tuple(cube()), direct, dim, 1, 3, 2);
        check_gradients(slice, std::tuple(cube()), direct, dim, 1, 3, 2);
    }
    CHECK(shape_of(call<H>(slice, tensor({}, {0, 3}), 0, 0, most, 1)) == Dims{0, 3});
    CHECK(shape_of(call<H>(slice, tensor({1, 2}), 0, 2, 1, 1)) == Dims{0});
}

TEST_CASE_FIXTURE(Torch, "index_select takes whole numbers of any dtype, in any order and more than once") {
    const H x = tensor({10, 11, 20, 21, 30, 31}, {3, 2});
    for (const char *dtype : {"float32", "float64", "int64", "int32", "int16", "uint8", "float16"}) {
        CAPTURE(dtype);
        const H indices = to_dtype(tensor({2, 0, 2}), dtype);
        check_values(call<H>(index_select, x, 0, indices), {30, 31, 10, 11, 30, 31});
        check_values(call_native<H>(index_select, x, 0, indices), {30, 31, 10, 11, 30, 31});
    }
    check_values(call<H>(index_select, x, -1, tensor({1})), {11, 21, 31});
    CHECK(shape_of(call<H>(index_select, x, 0, tensor({}, {0}))) == Dims{0, 2});
    check_values(call<H>(index_select, x, 1, scalar(0)), {10, 20, 30});
    const H parameter = leaf(cube());
    const at::Tensor wanted = cube().requires_grad_();
    const at::Tensor selected = at::index_select(wanted, 1, at::tensor({2, 2, 0}, at::kLong));
    (selected * weights_for(selected)).sum().backward();
    backward(weighted_sum(call<H>(index_select, parameter, 1, tensor({2, 2, 0}))));
    check_same(grad(parameter), wanted.grad());
}

TEST_CASE_FIXTURE(Torch, "gather takes for each index the element at that place along a dimension") {
    const H x = tensor({1, 2, 3, 4}, {2, 2});
    for (const char *dtype : {"float32", "float64", "int64", "int32", "uint8"}) {
        CAPTURE(dtype);
        const H indices = to_dtype(tensor({0, 0, 1, 0}, {2, 2}), dtype);
        check_values(call<H>(gather, x, 1, indices), {1, 1, 4, 3});
        check_values(call_native<H>(gather, x, 0, indices), {1, 2, 3, 2});
    }
    CHECK(shape_of(call<H>(gather, x, 0, tensor({}, {0, 2}))) == Dims{0, 2});
    check_values(call<H>(gather, scalar(7), 0, scalar(0)), {7});
    const H parameter = leaf(cube());
    const at::Tensor wanted = cube().requires_grad_();
    const at::Tensor places = at::arange(12, at::kLong).remainder(3).reshape({2, 2, 3});
    const at::Tensor gathered = at::gather(wanted, 1, places);
    (gathered * weights_for(gathered)).sum().backward();
    backward(weighted_sum(call<H>(gather, parameter, 1, from_at(places.to(at::kFloat)))));
    check_same(grad(parameter), wanted.grad());
}

TEST_CASE_FIXTURE(Torch, "cat puts tensors one after another along a dimension that they have") {
    const at::Tensor other = at::ones({2, 1});
    const H left = leaf(matrix());
    const H right = leaf(other);
    const at::Tensor want = at::cat({matrix(), other}, 1);
    check_same(call<H>(cat, handles(left, right), 1), want);
    check_same(call_native<H>(cat, handles(left, right), -1), want);
    backward(weighted_sum(call<H>(cat, handles(left, right), 1)));
    check_values(grad(left), {1, 2, 3, 5, 6, 7});
    check_values(grad(right), {4, 8});
    check_values(call<H>(cat, handles(tensor({1}), tensor({2, 3}), tensor({}, {0})), 0), {1, 2, 3});
    check_same(call<H>(cat, handles(left), 0), matrix());
    check_same(call<H>(cat, handles(left, left), 0), at::cat({matrix(), matrix()}, 0));
    CHECK(dtype_of(call<H>(cat, handles(to_dtype(tensor({1}), "int64"), tensor({2})), 0)) == "float32");
    const std::vector<H> list = chunks_of(matrix(), 2, 0); // an array of handles is one of numbers
    check_same(call<H>(cat, list, 0), matrix());
}

TEST_CASE_FIXTURE(Torch, "stack puts tensors of one shape one after another along a new dimension") {
    const H left = leaf(matrix());
    const H right = leaf(positive());
    for (std::int64_t dim = -3; dim < 3; dim++) {
        CAPTURE(dim);
        const at::Tensor want = at::stack({matrix(), positive()}, dim);
        check_same(call<H>(stack, handles(left, right), dim), want);
        check_same(call_native<H>(stack, handles(left, right), dim), want);
    }
    check_values(call<H>(stack, handles(scalar(1), scalar(2)), 0), {1, 2});
    backward(weighted_sum(call<H>(stack, handles(left, right), 2)));
    check_values(grad(left), {1, 3, 5, 7, 9, 11});
    check_values(grad(right), {2, 4, 6, 8, 10, 12});
}

TEST_CASE_FIXTURE(Torch, "chunk cuts into parts of the same size, the last one perhaps smaller or missing") {
    const struct {
        std::int64_t size, chunks;
        Dims want;
    } table[] = {
        {6, 3, {2, 2, 2}}, {7, 3, {3, 3, 1}}, {5, 4, {2, 2, 1}},
        {3, 5, {1, 1, 1}}, {4, 1, {4}},       {3, 1 << 24, {1, 1, 1}},
    };
    for (const auto &[size, chunks, want] : table) {
        CAPTURE(size);
        CAPTURE(chunks);
        const at::Tensor x = at::arange(size, at::kFloat);
        const std::vector<H> parts = chunks_of(x, chunks, 0);
        Dims sizes;
        for (const H &part : parts) {
            sizes.push_back(shape_of(part).at(0));
        }
        CHECK(sizes == want);
        check_same(call<H>(cat, parts, 0), x);
    }
    const std::vector<at::Tensor> wanted = at::chunk(cube(), 2, -1);
    const std::vector<H> parts = chunks_of(cube(), 2, -1);
    REQUIRE(parts.size() == 2);
    check_same(parts[0], wanted[0]);
    check_same(parts[1], wanted[1]);
}

TEST_CASE_FIXTURE(Torch,
                  "chunk's native entry lends the array and gives the handles away; their gradients come together") {
    const auto entry = native<const std::int64_t *(std::int64_t, std::int64_t, std::int64_t, std::size_t *)>(chunk);
    const H x = parameter({1, 2, 3, 4});
    std::size_t count = 0;
    const std::int64_t *array = entry(x.get(), 2, 0, &count);
    REQUIRE(count == 2);
    const H first(array[0]);
    const H second(array[1]);
    check_values(second, {3, 4});
    backward(weighted_sum(first));
    backward(weighted_sum(second));
    check_values(grad(x), {1, 2, 1, 2});
    expect_native_error(RT_E_ARGUMENT, "chunks must be", [&] { CHECK(entry(x.get(), 0, 0, &count) == nullptr); });
    CHECK(count == 0);
}

TEST_CASE_FIXTURE(Torch, "slice refuses steps that do not go forward, and scalars") {
    const H x = tensor({1, 2, 3});
    for (const std::int64_t step : {std::int64_t{0}, std::int64_t{-1}, least}) {
        refused(RT_E_ARGUMENT, "step must be 1 or more, and not " + std::to_string(step), slice, x, 0, 0, 1, step);
    }
    refused(RT_E_ARGUMENT, "slice() cannot be applied to a 0-dim tensor", slice, scalar(1), 0, 0, 1, 1);
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "dimensions that there are not are refused") {
    const H x = from_at(matrix());
    for (const std::int64_t dim : {std::int64_t{3}, std::int64_t{-4}, most, least}) {
        CAPTURE(dim);
        const std::string text = "dim " + std::to_string(dim) + " is out of range for a tensor of shape [2, 3]";
        refused(RT_E_ARGUMENT, text, slice, x, dim, 0, 1, 1);
        refused(RT_E_ARGUMENT, text, index_select, x, dim, tensor({0}));
        refused(RT_E_ARGUMENT, text, gather, x, dim, tensor({0}, {1, 1}));
        refused(RT_E_ARGUMENT, "Dimension out of range", cat, handles(x, x), dim);
        refused(RT_E_ARGUMENT, "Dimension out of range", stack, handles(x, x), dim);
        refused<Dims>(RT_E_ARGUMENT, "Dimension out of range", chunk, x, 2, dim);
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "indices that are none are refused: fractions, NaN, bools, complex, and out of range") {
    const H x = tensor({1, 2, 3, 4}, {2, 2});
    for (const double bad : {0.5, not_a_number, infinity, 1e30}) {
        CAPTURE(bad);
        refused(RT_E_ARGUMENT, "indices must be whole numbers", index_select, x, 0, tensor({bad}));
        refused(RT_E_ARGUMENT, "indices must be whole numbers", gather, x, 0, tensor({bad}, {1, 1}));
    }
    for (const char *dtype : {"bool", "complex64"}) {
        refused(RT_E_ARGUMENT, "indices must be whole numbers", index_select, x, 0, to_dtype(tensor({0}), dtype));
        refused(RT_E_ARGUMENT, "indices must be whole numbers", gather, x, 0, to_dtype(tensor({0}, {1, 1}), dtype));
    }
    for (const double bad : {2.0, -1.0, 1e18, -1e18}) {
        CAPTURE(bad);
        const std::string text = "indices holds the index " +
                                 std::to_string(at_tensor({bad}).to(at::kLong)[0].item<std::int64_t>()) +
                                 ", which is out of range: there are 2, counted from 0";
        refused(RT_E_ARGUMENT, text, index_select, x, 0, tensor({bad}));
        refused(RT_E_ARGUMENT, text, index_select, x, 1, to_dtype(tensor({0, bad}), "int64"));
        refused(RT_E_ARGUMENT, text, index_select, call<H>("rt_torch_torchtensor_unsqueeze", x, 0), 1, tensor({bad}));
        refused(RT_E_ARGUMENT, text, gather, x, 0, tensor({bad}, {1, 1}));
        refused(RT_E_ARGUMENT, text, gather, x, 1, to_dtype(tensor({bad}, {1, 1}), "int64"));
    }
    refused(RT_E_ARGUMENT, "there are 0, counted from 0", index_select, tensor({}, {0}), 0, tensor({0}));
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "shapes that do not fit are refused") {
    const H x = from_at(matrix());
    refused(RT_E_ARGUMENT, "Index is supposed to be a vector", index_select, x, 0, tensor({0}, {1, 1}));
    // LibTorch 1.13 writes past the end of its one element.
    refused(RT_E_ARGUMENT, "indices has 2 elements: give one", index_select, scalar(1), 0, tensor({0, 0}));
    refused(RT_E_CALLEE, "same number of dimensions", gather, x, 0, tensor({0}));
    refused(RT_E_CALLEE, "Size does not match at dimension", gather, x, 0, tensor({0, 0, 0, 0}, {1, 4}));
    refused(RT_E_CALLEE, "Sizes of tensors must match except in dimension 0", cat, handles(x, tensor({1, 2}, {1, 2})),
            0);
    refused(RT_E_CALLEE, "same number of dimensions", cat, handles(x, tensor({1, 2})), 0);
    refused(RT_E_CALLEE, "zero-dimensional tensor", cat, handles(scalar(1), scalar(2)), 0);
    refused(RT_E_CALLEE, "stack expects each tensor to be equal size", stack, handles(x, tensor({1, 2})), 0);
    refused<Dims>(RT_E_CALLEE, "at least a 1-dimensional tensor", chunk, scalar(1), 2, 0);
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "chunks must be a number of handles that one can have") {
    const H x = tensor({1, 2, 3});
    for (const std::int64_t chunks : {std::int64_t{0}, std::int64_t{-1}, least, most, (std::int64_t{1} << 24) + 1}) {
        refused<Dims>(RT_E_ARGUMENT, "chunks must be from 1 to 16777216, and not " + std::to_string(chunks), chunk, x,
                      chunks, 0);
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "cat and stack refuse lists that are empty, null or hold what is no tensor") {
    const H x = tensor({1});
    const H stranger = call<H>("rt_torch_module_relu");
    using OfList = std::int64_t(const std::int64_t *, std::size_t, std::int64_t);
    for (const char *name : {cat, stack}) {
        CAPTURE(name);
        refused(RT_E_ARGUMENT, "tensors is empty: give one or more", name, Dims{}, 0);
        expect_native_error(RT_E_ARGUMENT, "argument 1 (tensors): the pointer is null but the count is not 0",
                            [&] { CHECK(native<OfList>(name)(nullptr, 2, 0) == 0); });
        refused(RT_E_HANDLE, "argument 1 (tensors)", name, Dims{x.get(), 0}, 0);
        refused(RT_E_HANDLE, "was freed", name, Dims{x.get(), freed_handle()}, 0);
        refused(RT_E_HANDLE, "was never given out", name, Dims{x.get(), -1}, 0);
        refused(RT_E_HANDLE, "but a TorchTensor is needed", name, Dims{x.get(), stranger.get()}, 0);
        expect_error(RT_E_TYPE, "expected [TorchTensor], got a handle", [&] { call(name, x, 0); });
        expect_error(RT_E_TYPE, "expected [TorchTensor], got an array of f64", [&] { call(name, Values{1}, 0); });
    }
    check_usable();
}

} // namespace torch_test::test_indexing
