// A tensor's shape, and the same elements in another one.
#include "against_libtorch.hpp"

namespace torch_test::test_shape {

namespace {

constexpr const char *reshape = "rt_torch_torchtensor_reshape";
constexpr const char *view = "rt_torch_torchtensor_view";
constexpr const char *permute = "rt_torch_torchtensor_permute";
constexpr const char *squeeze = "rt_torch_torchtensor_squeeze";
constexpr const char *squeeze_dim = "rt_torch_torchtensor_squeeze_dim";
constexpr const char *unsqueeze = "rt_torch_torchtensor_unsqueeze";
constexpr const char *flatten = "rt_torch_torchtensor_flatten";
constexpr const char *contiguous = "rt_torch_torchtensor_contiguous";

at::Tensor count_to(std::int64_t elements, const Dims &dims) { return at::arange(elements, at::kFloat).reshape(dims); }

} // namespace

TEST_CASE_FIXTURE(Torch, "ndim, numel and shape of tensors of every sort") {
    const struct {
        Dims dims;
        std::int64_t elements;
    } table[] = {{{}, 1}, {{0}, 0}, {{5}, 5}, {{2, 3}, 6}, {{2, 0, 3}, 0}, {{1, 1, 1, 7, 1}, 7}, {{0, huge}, 0}};
    for (const auto &[dims, elements] : table) {
        CAPTURE(at::IntArrayRef(dims));
        const H x = call<H>("rt_torch_tensor_zeros", dims);
        const auto ndim = static_cast<std::int64_t>(dims.size());
        CHECK(call<std::int64_t>("rt_torch_torchtensor_ndim", x) == ndim);
        CHECK(call_native<std::int64_t>("rt_torch_torchtensor_ndim", x) == ndim);
        CHECK(call<std::int64_t>("rt_torch_torchtensor_numel", x) == elements);
        CHECK(call_native<std::int64_t>("rt_torch_torchtensor_numel", x) == elements);
        CHECK(call<Dims>("rt_torch_torchtensor_shape", x) == dims);
        CHECK(call_native<Dims>("rt_torch_torchtensor_shape", x) == dims);
    }
    CHECK(shape_of(column_major(matrix())) == Dims{2, 3});
}

TEST_CASE_FIXTURE(Torch,
                  "a shape is borrowed from the native entry, with its count, and can be given to the next call") {
    const auto shape = native<const std::int64_t *(std::int64_t, std::size_t *)>("rt_torch_torchtensor_shape");
    const H x = call<H>("rt_torch_tensor_zeros", Dims{2, 3, 4});
    std::size_t count = 0;
    const std::int64_t *dims = shape(x.get(), &count);
    REQUIRE(count == 3);
    const auto zeros = native<std::int64_t(const std::int64_t *, std::size_t)>("rt_torch_tensor_zeros");
    CHECK(shape_of(H(zeros(dims, count))) == Dims{2, 3, 4});
    count = 9;
    expect_native_error(RT_E_HANDLE, "freed", [&] { CHECK(shape(freed_handle(), &count) == nullptr); });
    CHECK(count == 0);
}

TEST_CASE_FIXTURE(Torch, "reshape and view keep the elements in their order, and find out what -1 stands for") {
    const struct {
        Dims from, given, want;
    } table[] = {
        {{2, 3}, {3, 2}, {3, 2}},  {{2, 3}, {-1}, {6}}, {{2, 3}, {2, -1, 1}, {2, 3, 1}}, {{1}, {}, {}},
        {{}, {1, 1}, {1, 1}},      {{6}, {6}, {6}},     {{0}, {0, 4}, {0, 4}},           {{2, 0}, {0}, {0}},
        {{0, 3}, {-1, 3}, {0, 3}},
    };
    for (const auto &[from, given, want] : table) {
        CAPTURE(at::IntArrayRef(from));
        CAPTURE(at::IntArrayRef(given));
        const at::Tensor x = at::rand(from);
        for (const char *name : {reshape, view}) {
            const auto direct = [&want = want](const at::Tensor &a) { return a.reshape(want); };
            check_direct(name, std::tuple(x), direct, given);
            check_gradients(name, std::tuple(x), direct, given);
        }
    }
    check_values(call<H>(reshape, column_major(matrix()), Dims{6}), {-2, -0.5, 0, 0.25, 1, 3}); // by a copy
}

TEST_CASE_FIXTURE(Torch, "permute puts the dimensions into another order") {
    const at::Tensor x = count_to(24, {2, 3, 4});
    for (const Dims &order : {Dims{2, 0, 1}, {0, 1, 2}, {-1, 1, 0}, {1, -1, -3}}) {
        CAPTURE(at::IntArrayRef(order));
        const auto direct = [&](const at::Tensor &a) { return a.permute(order); };
        check_direct(permute, std::tuple(x), direct, order);
        check_gradients(permute, std::tuple(x), direct, order);
    }
    check_values(call<H>(permute, scalar(3), Dims{}), {3});
    check_values(call<H>(permute, from_at(count_to(6, {2, 3})), Dims{1, 0}), {0, 3, 1, 4, 2, 5});
}

TEST_CASE_FIXTURE(Torch, "squeeze and squeeze_dim take dimensions of size 1 away, and no others") {
    const at::Tensor x = count_to(6, {1, 2, 1, 3});
    const auto all = [](const at::Tensor &a) { return at::squeeze(a); };
    check_direct(squeeze, std::tuple(x), all);
    check_direct(squeeze, std::tuple(at_tensor({1}, {})), all);
    check_direct(squeeze, std::tuple(at_tensor({}, {1, 0})), all);
    check_gradients(squeeze, std::tuple(x), all);
    CHECK(shape_of(call<H>(squeeze, from_at(x))) == Dims{2, 3});
    for (const std::int64_t dim : {0, 1, 2, 3, -1, -2, -4}) {
        CAPTURE(dim);
        const auto direct = [&](const at::Tensor &a) { return at::squeeze(a, dim); };
        check_direct(squeeze_dim, std::tuple(x), direct, dim);
        check_gradients(squeeze_dim, std::tuple(x), direct, dim);
    }
    CHECK(shape_of(call<H>(squeeze_dim, from_at(x), 1)) == Dims{1, 2, 1, 3});
    CHECK(shape_of(call<H>(squeeze_dim, from_at(x), -2)) == Dims{1, 2, 3});
}

TEST_CASE_FIXTURE(Torch, "unsqueeze puts a dimension of size 1 before any, and after the last") {
    const at::Tensor x = count_to(6, {2, 3});
    for (std::int64_t dim = -3; dim <= 2; dim++) {
        CAPTURE(dim);
        const auto direct = [&](const at::Tensor &a) { return at::unsqueeze(a, dim); };
        check_direct(unsqueeze, std::tuple(x), direct, dim);
        check_gradients(unsqueeze, std::tuple(x), direct, dim);
    }
    CHECK(shape_of(call<H>(unsqueeze, from_at(x), 1)) == Dims{2, 1, 3});
    CHECK(shape_of(call<H>(unsqueeze, scalar(1), 0)) == Dims{1});
}

TEST_CASE_FIXTURE(Torch, "flatten and contiguous keep the numbers") {
    const auto direct_flatten = [](const at::Tensor &a) { return at::flatten(a); };
    const auto direct_contiguous = [](const at::Tensor &a) { return a.contiguous(); };
    for (const at::Tensor &x : all_kinds()) {
        check_direct(flatten, std::tuple(x), direct_flatten);
        check_direct(contiguous, std::tuple(x), direct_contiguous);
    }
    check_gradients(flatten, std::tuple(matrix()), direct_flatten);
    check_gradients(contiguous, std::tuple(matrix()), direct_contiguous);
    CHECK(shape_of(call<H>(flatten, scalar(2))) == Dims{1});
    check_values(call<H>(flatten, column_major(matrix())), {-2, -0.5, 0, 0.25, 1, 3});
    check_same(call<H>(contiguous, column_major(matrix())), matrix());
}

TEST_CASE_FIXTURE(Torch, "a view needs strides that allow it, which contiguous gives") {
    const H turned = column_major(matrix());
    refused(RT_E_CALLEE, "view size is not compatible with input tensor's size and stride", view, turned, Dims{6});
    check_values(call<H>(view, call<H>(contiguous, turned), Dims{6}), {-2, -0.5, 0, 0.25, 1, 3});
}

TEST_CASE_FIXTURE(Torch, "what only looks at a tensor in another way shares its memory") {
    const auto shares = [](const auto &look) {
        const H x = parameter({1, 2, 3, 4}, {2, 2, 1});
        backward(weighted_sum(call<H>("rt_torch_torchtensor_mul", x, x)));
        const H gradient = grad(x); // the one tensor that can be changed in place: zero_grad does it
        const H seen = look(gradient);
        CHECK(read(seen).abs().sum().template item<double>() > 0);
        call("rt_torch_autograd_zero_grad", x);
        return read(seen).abs().sum().template item<double>() == 0;
    };
    CHECK(shares([](const H &x) { return call<H>(view, x, Dims{4}); }));
    CHECK(shares([](const H &x) { return call<H>(reshape, x, Dims{4}); }));
    CHECK(shares([](const H &x) { return call<H>(permute, x, Dims{2, 1, 0}); }));
    CHECK(shares([](const H &x) { return call<H>(squeeze, x); }));
    CHECK(shares([](const H &x) { return call<H>(squeeze_dim, x, 2); }));
    CHECK(shares([](const H &x) { return call<H>(unsqueeze, x, 0); }));
    CHECK(shares([](const H &x) { return call<H>(flatten, x); }));
    CHECK(shares([](const H &x) { return call<H>(contiguous, x); }));
    CHECK(shares([](const H &x) { return call<H>("rt_torch_torchtensor_transpose", x, 0, 1); }));
    CHECK(shares([](const H &x) { return call<H>("rt_torch_torchtensor_t", call<H>(squeeze, x)); }));
    CHECK(shares([](const H &x) { return call<H>("rt_torch_torchtensor_slice", x, 0, 1, 2, 1); }));
    CHECK(shares([](const H &x) {
        auto parts = call<std::vector<H>>("rt_torch_torchtensor_chunk", x, 2, 0);
        return std::move(parts.at(1));
    }));
    CHECK_FALSE(shares([](const H &x) { return call<H>("rt_torch_torchtensor_clone", x); }));
    CHECK_FALSE(shares([](const H &x) { return call<H>("rt_torch_torchtensor_index_select", x, 0, tensor({1})); }));
    CHECK_FALSE(shares([](const H &x) { return call<H>("rt_torch_torchtensor_cat", Dims{x.get(), x.get()}, 0); }));
}

TEST_CASE_FIXTURE(Torch, "dims that do not stand for the elements are refused by reshape and view") {
    const H x = from_at(matrix());
    for (const char *name : {reshape, view}) {
        refused(RT_E_CALLEE, "is invalid for input of size 6", name, x, Dims{4});
        refused(RT_E_CALLEE, "is invalid for input of size 6", name, x, Dims{});
        refused(RT_E_CALLEE, "is invalid for input of size 6", name, x, Dims{0});
        refused(RT_E_CALLEE, "is invalid for input of size 6", name, x, Dims{-1, 4});
        refused(RT_E_CALLEE, "only one dimension can be inferred", name, x, Dims{-1, -1});
        refused(RT_E_CALLEE, "-1", name, tensor({}, {0}), Dims{-1, 0});
        refused(RT_E_ARGUMENT, "has a negative number", name, x, Dims{-2, -3});
        refused(RT_E_ARGUMENT, "has a negative number", name, x, Dims{least});
        refused(RT_E_CALLEE, "is invalid for input of size 6", name, x, Dims{huge});
        refused(RT_E_ARGUMENT, "stand for more elements than 64 bits can count, and the tensor has 6", name, x,
                Dims{huge, huge});
        refused(RT_E_ARGUMENT, "stand for more elements than 64 bits can count, and the tensor has 6", name, x,
                Dims{-1, huge, huge});
        CHECK(shape_of(call<H>(name, tensor({}, {0}), Dims{std::int64_t{1} << 62, 0})) ==
              Dims{std::int64_t{1} << 62, 0});
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "dims whose product wraps around to the right number are refused by reshape and view") {
    constexpr std::int64_t half = std::int64_t{1} << 32; // half * half is 0 in 64 bits
    for (const char *name : {reshape, view}) {
        refused(RT_E_ARGUMENT, "than 64 bits can count", name, tensor({}, {0}), Dims{half, half});
        refused(RT_E_ARGUMENT, "than 64 bits can count", name, tensor({1, 2}), Dims{huge, huge, -1});
        refused(RT_E_ARGUMENT, "than 64 bits can count", name, tensor({}, {0}), Dims{0, most, 2});
    }
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "dimensions that there are not are refused") {
    const H x = from_at(matrix());
    for (const std::int64_t dim : {std::int64_t{3}, std::int64_t{-4}, most, least}) {
        CAPTURE(dim);
        refused(RT_E_ARGUMENT, "Dimension out of range", squeeze_dim, x, dim);
        refused(RT_E_ARGUMENT, "Dimension out of range", unsqueeze, x, dim);
        refused(RT_E_ARGUMENT, "Dimension out of range", permute, x, Dims{0, dim});
    }
    refused(RT_E_CALLEE, "input.dim() = 2 is not equal to len(dims) = 1", permute, x, Dims{0});
    refused(RT_E_CALLEE, "input.dim() = 2 is not equal to len(dims) = 0", permute, x, Dims{});
    refused(RT_E_CALLEE, "input.dim() = 2 is not equal to len(dims) = 3", permute, x, Dims{0, 1, 2});
    refused(RT_E_CALLEE, "duplicate dims are not allowed", permute, x, Dims{1, 1});
    check_usable();
}

TEST_CASE_FIXTURE(Torch, "null pointers and values of another type are refused where dims are needed") {
    const H x = from_at(matrix());
    using WithDims = std::int64_t(std::int64_t, const std::int64_t *, std::size_t);
    for (const char *name : {reshape, view, permute}) {
        CAPTURE(name);
        expect_native_error(RT_E_ARGUMENT, "argument 2 (dims): the pointer is null but the count is not 0",
                            [&] { CHECK(native<WithDims>(name)(x.get(), nullptr, 2) == 0); });
        expect_error(RT_E_ARGUMENT, "the pointer is null", [&] { call(name, x, rt_i64_array(nullptr, 2)); });
        expect_error(RT_E_TYPE, "argument 2 (dims): expected [i64], got an integer", [&] { call(name, x, 6); });
        expect_error(RT_E_TYPE, "argument 2 (dims): expected [i64], got an array of f64",
                     [&] { call(name, x, Values{3, 2}); });
    }
    check_usable();
}

} // namespace torch_test::test_shape
