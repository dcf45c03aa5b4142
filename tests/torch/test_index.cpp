// Parts of a tensor by a list of indices, against LibTorch's own at::Tensor::index of the same list.
#include "against_libtorch.hpp"
#include "wrong_inputs.hpp"

#include <ATen/TensorIndexing.h>

#include <algorithm>
#include <memory>

namespace torch_test::test_index {

namespace {

using at::indexing::Ellipsis;
using at::indexing::None;
using at::indexing::Slice;
using at::indexing::TensorIndex;

constexpr const char *index_name = "rt_torch_torchtensor_index";
constexpr const char *put_name = "rt_torch_torchtensor_index_put_";

at::Tensor cube() { return at::arange(24, at::kFloat).reshape({2, 3, 4}); }

// One index in both forms.
struct Both {
    TensorIndex direct;
    rt_value value;
    std::shared_ptr<H> owner; // of a tensor's handle
};

Both number(int value) { return {TensorIndex(value), rt_i64(value), nullptr}; }
Both flag(bool value) { return {TensorIndex(value), rt_bool(value), nullptr}; }
Both text(const TensorIndex &direct, const char *value) { return {direct, rt_text(value), nullptr}; }
Both tensor_index(const at::Tensor &value) {
    auto owner = std::make_shared<H>(from_at(value));
    const rt_value handle = rt_handle(owner->get());
    return {TensorIndex(value), handle, std::move(owner)};
}
at::Tensor whole(const std::vector<std::int64_t> &values) { return at::tensor(values, at::kLong); }
at::Tensor mask(const at::Tensor &like) { return at::arange(like.numel()).reshape(like.sizes()).remainder(3).eq(0); }

// Indices that fit any of the dimensions, of which the sizes are 2, 3 and 4.
std::vector<Both> indices() {
    return {
        {TensorIndex(None), rt_none(), nullptr},
        text(TensorIndex(Ellipsis), "..."),
        text(TensorIndex(Slice()), ":"),
        text(TensorIndex(Slice(1, at::indexing::None)), "1:"),
        text(TensorIndex(Slice(at::indexing::None, -1)), ":-1"),
        text(TensorIndex(Slice(at::indexing::None, at::indexing::None, 2)), "::2"),
        text(TensorIndex(Slice(-9, 9, 3)), "-9:9:3"),
        number(0),
        number(-1),
        flag(true),
        flag(false),
        tensor_index(whole({1, 0, 1})),
        tensor_index(whole({1, 0}).reshape({2, 1})),
        tensor_index(whole({})),
        tensor_index(at::tensor(1, at::kLong)),
        tensor_index(at::ones({}, at::kBool)),
    };
}

std::vector<rt_value> values_of(const std::vector<Both> &list) {
    std::vector<rt_value> values;
    for (const Both &one : list) {
        values.push_back(one.value);
    }
    return values;
}
std::vector<TensorIndex> direct_of(const std::vector<Both> &list) {
    std::vector<TensorIndex> all;
    for (const Both &one : list) {
        all.push_back(one.direct);
    }
    return all;
}

H index(const H &x, const std::vector<rt_value> &list) {
    return call<H>(index_name, x, std::span<const rt_value>(list));
}

// The same result, or an error on both sides; returns whether there was a result. Of two "..." LibTorch counts the dimensions twice and reads
// past the sizes where an index follows: they are an error here.
bool check_agrees(const at::Tensor &x, const std::vector<Both> &list) {
    const auto is_ellipsis = [](const Both &one) { return one.direct.is_ellipsis(); };
    std::optional<at::Tensor> want;
    try {
        TORCH_CHECK_INDEX(std::count_if(list.begin(), list.end(), is_ellipsis) < 2, "two of them");
        want = x.index(direct_of(list));
    } catch (const c10::Error &) {
        CHECK_THROWS_AS(index(from_at(x), values_of(list)), rt::Error);
        return false;
    }
    check_same(index(from_at(x), values_of(list)), *want);
    return true;
}

} // namespace

TEST_CASE_FIXTURE(Torch, "lists of one and of two indices give what LibTorch gives") {
    int agreed = 0;
    for (const Both &first : indices()) {
        agreed += check_agrees(cube(), {first}) ? 1 : 0;
        for (const Both &second : indices()) {
            agreed += check_agrees(cube(), {first, second}) ? 1 : 0;
        }
    }
    CHECK(agreed > 200);
}

TEST_CASE_FIXTURE(Torch, "lists of three indices give what LibTorch gives") {
    const std::vector<Both> all = indices();
    std::uint32_t random = 1;
    int agreed = 0;
    for (int i = 0; i < 400; i++) {
        std::vector<Both> list;
        for (int j = 0; j < 3; j++) {
            random = random * 1664525 + 1013904223; // Numerical Recipes
            list.push_back(all[(random >> 16) % all.size()]);
        }
        CAPTURE(i);
        agreed += check_agrees(cube().transpose(0, 2).contiguous().transpose(0, 2), list) ? 1 : 0;
    }
    CHECK(agreed > 200);
}

TEST_CASE_FIXTURE(Torch, "masks give what LibTorch gives") {
    const at::Tensor x = cube();
    for (const at::Tensor &chosen : {mask(x), mask(x).to(at::kByte)}) {
        CHECK(check_agrees(x, {tensor_index(chosen)}));
    }
    CHECK(check_agrees(x, {tensor_index(mask(x[0]))}) == false);
    CHECK(check_agrees(x, {text(TensorIndex(Ellipsis), "..."), tensor_index(mask(x[0]))}));
    CHECK(check_agrees(x, {number(1), tensor_index(mask(x[0][0].slice(0, 0, 3))), text(TensorIndex(Slice()), ":")}));
    // After a mask of two dimensions LibTorch 1.13 refuses a slice, and 2.13 takes it: ours does what the LibTorch does that is there.
    check_agrees(x, {tensor_index(mask(x.slice(2, 0, 1).squeeze(2))), text(TensorIndex(Slice(1, 3)), "1:3")});
}

TEST_CASE_FIXTURE(Torch, "what goes without index tensors is a view") {
    const H x = from_at(cube());
    const std::vector<rt_value> list = {rt_i64(1), rt_text("..."), rt_text("::3")};
    call("rt_torch_torchtensor_fill_", index(x, list), -1.0);
    const at::Tensor want = cube();
    want.index({1, "...", Slice(at::indexing::None, at::indexing::None, 3)}).fill_(-1);
    check_same(x, want);
}

TEST_CASE_FIXTURE(Torch, "gradients go through indices as LibTorch's do") {
    for (const Both &first : indices()) {
        for (const Both &second : {text(TensorIndex(Slice(1, 3)), "1:3"), number(1), tensor_index(whole({2, 0, 2}))}) {
            const std::vector<Both> list = {first, second};
            const at::Tensor leaf_there = cube().requires_grad_();
            at::Tensor want;
            try {
                want = leaf_there.index(direct_of(list));
            } catch (const c10::Error &) {
                continue;
            }
            (want * weights_for(want)).sum().backward();
            const H here = leaf(cube());
            backward(weighted_sum(index(here, values_of(list))));
            check_same(grad(here), leaf_there.grad());
        }
    }
}

TEST_CASE_FIXTURE(Torch, "index_put_ writes what LibTorch writes, tensors and numbers") {
    int agreed = 0;
    for (const Both &first : indices()) {
        for (const Both &second : {text(TensorIndex(Slice(1, 3)), "1:3"), number(1), tensor_index(whole({2, 0, 1}))}) {
            const std::vector<Both> list = {first, second};
            const std::vector<rt_value> values = values_of(list);
            for (const at::Tensor &written : {at::tensor(7.5F), at_tensor({-1, -2, -3, -4}), at_tensor({5}, {1, 1})}) {
                const at::Tensor want = cube();
                at::Tensor target = want;
                const H here = from_at(cube());
                try {
                    target.index_put_(direct_of(list), written);
                } catch (const c10::Error &) {
                    CHECK_THROWS_AS(call(put_name, here, std::span<const rt_value>(values), from_at(written)),
                                    rt::Error);
                    continue;
                }
                agreed++;
                call(put_name, here, std::span<const rt_value>(values), from_at(written));
                check_same(here, want);
            }
        }
    }
    CHECK(agreed > 60);
    for (const auto &[given, direct] :
         {std::pair<rt_value, at::Scalar>{rt_i64(3), 3}, {rt_f64(2.5), 2.5}, {rt_bool(true), true}}) {
        at::Tensor want = cube();
        want.index_put_({0, "...", 1}, direct);
        const H here = from_at(cube());
        const std::vector<rt_value> list = {rt_i64(0), rt_text("..."), rt_i64(1)};
        call(put_name, here, std::span<const rt_value>(list), given);
        check_same(here, want);
    }
}

TEST_CASE_FIXTURE(Torch, "bounds and steps beyond 64 bits' half mean the ends") {
    const H x = tensor({0, 1, 2, 3, 4});
    const auto one = [&](const char *slice) { return index(x, {rt_text(slice)}); };
    check_values(one("-9223372036854775808:9223372036854775807"), {0, 1, 2, 3, 4});
    check_values(one("1::9223372036854775807"), {1});
    check_values(one("9223372036854775807:"), {});
    check_values(one(":-9223372036854775808"), {});
    check_values(one("::4"), {0, 4});
}

TEST_CASE_FIXTURE(Torch, "what is no index is refused, with its place in the list") {
    const H x = from_at(cube());
    const H module = call<H>("rt_torch_module_relu");
    const auto refused = [&](rt_status status, const char *text, const std::vector<rt_value> &list) {
        CAPTURE(text);
        expect_error(status, text, [&] { index(x, list); });
        expect_error(status, text, [&] { call(put_name, x, std::span<const rt_value>(list), 1); });
    };
    refused(RT_E_ARGUMENT, "indices is empty", {});
    refused(RT_E_ARGUMENT, "out of bounds", {rt_i64(2)});
    refused(RT_E_ARGUMENT, "indices[0] is 9223372036854775807, which is out of range", {rt_i64(most)});
    refused(RT_E_ARGUMENT, "indices take 4 dimensions, and the tensor has 3", std::vector<rt_value>(4, rt_i64(0)));
    refused(RT_E_ARGUMENT, "more than one \"...\"", {rt_text("..."), rt_text("...")});
    refused(RT_E_ARGUMENT, "indices[1] is \"1:2:3:4\"", {rt_i64(0), rt_text("1:2:3:4")});
    for (const char *text : {"", "1", "..", "....", "a:b", "1: 2", "+1:", "99999999999999999999:", "0x1:"}) {
        refused(RT_E_ARGUMENT, "a slice as Python writes it", {rt_text(text)});
    }
    refused(RT_E_ARGUMENT, "its step must be 1 or more, and not 0", {rt_text("::0")});
    refused(RT_E_ARGUMENT, "its step must be 1 or more, and not -2", {rt_text("::-2")});
    refused(RT_E_ARGUMENT, "a bool is 0 or 1", {rt_value{RT_BOOL, 0, 0, {2}}});
    refused(RT_E_ARGUMENT, "the pointer is null", {rt_value{RT_TEXT, 0, 3, {0}}});
    refused(RT_E_TYPE, "indices[0] is of a type that is no index", {rt_f64(1)});
    refused(RT_E_HANDLE, "indices[0] is the handle 0", {rt_handle(0)});
    refused(RT_E_HANDLE, "indices[0] is no live handle", {rt_handle(freed_handle())});
    refused(RT_E_HANDLE, "indices[1] is no live handle", {rt_i64(0), rt_handle(module.get())});
    expect_cause("index", [&] { index(x, {rt_i64(5)}); });
    expect_cause("value", [&] { index(x, {rt_text("::0")}); });
    expect_error(RT_E_ARGUMENT, "indices take 1 dimensions, and the tensor has 0",
                 [] { index(scalar(1), {rt_i64(1)}); });
    check_same(x, cube());
}

TEST_CASE_FIXTURE(Torch, "what cannot be written is refused, and nothing is written") {
    const H x = from_at(cube());
    const std::vector<rt_value> list = {rt_i64(0)};
    const auto put = [&](const auto &value) { call(put_name, x, std::span<const rt_value>(list), value); };
    expect_error(RT_E_TYPE, "neither a tensor nor a number", [&] { put("1"); });
    expect_error(RT_E_TYPE, "neither a tensor nor a number", [&] { put(nullptr); });
    expect_error(RT_E_HANDLE, "value is no live handle", [&] { put(rt_handle(0)); });
    expect_error(RT_E_HANDLE, "value is no live handle", [&] { put(rt_handle(freed_handle())); });
    expect_error(RT_E_CALLEE, "", [&] { put(tensor({1, 2})); });
    const H parameter_here = parameter({1, 2});
    expect_error(RT_E_CALLEE, "leaf Variable",
                 [&] { call(put_name, parameter_here, std::span<const rt_value>(list), 1); });
    check_same(x, cube());
    check_values(parameter_here, {1, 2});
}

} // namespace torch_test::test_index
