#include "comparison.hpp"

#include <malloc.h>

#include "../support.hpp"
#include "sample.hpp"

namespace operators {

namespace {

using Stack = std::vector<c10::IValue>;

std::string first_line(std::string_view text) {
    while (!text.empty() && (text.front() == '\n' || text.front() == ' ')) {
        text.remove_prefix(1);
    }
    return std::string(text.substr(0, text.find('\n')));
}

// What LibTorch gave, or its first line.
struct Direct {
    Stack results;
    std::string error;
};

// `fresh` is what new memory is filled with: an operator that reads what nobody wrote gives something else with another one.
Direct run(const c10::OperatorHandle &op, const Sample &sample, int fresh) {
    Direct out;
    out.results = sample.stack();
    at::manual_seed(7);
    mallopt(M_PERTURB, fresh);
    try {
        op.callBoxed(&out.results);
    } catch (const c10::Error &error) {
        out.error = first_line(error.what_without_backtrace());
    } catch (const std::exception &error) {
        out.error = first_line(error.what());
    }
    return out;
}

// Whether its numbers can be read through the registry, and compared.
bool plain(const at::Tensor &tensor) {
    const bool known = std::any_of(std::begin(torch_test::dtypes), std::end(torch_test::dtypes),
                                   [&](const torch_test::Dtype &d) { return d.type == tensor.scalar_type(); });
    return known && tensor.layout() == at::kStrided && !tensor.is_quantized() && !tensor.is_nested() &&
           !tensor.is_meta();
}

bool same_tensors(const at::Tensor &a, const at::Tensor &b, bool numbers) {
    if (!a.defined() || !b.defined()) {
        return a.defined() == b.defined();
    }
    if (!plain(a)) {
        return a.scalar_type() == b.scalar_type() && a.layout() == b.layout();
    }
    return a.scalar_type() == b.scalar_type() && a.sizes() == b.sizes() &&
           (!numbers || a.numel() == 0 || torch_test::close(a.detach(), b.detach(), 0));
}

bool same_values(const c10::IValue &a, const c10::IValue &b, bool numbers) {
    if (a.isTensor()) {
        return b.isTensor() && same_tensors(a.toTensor(), b.toTensor(), numbers);
    }
    if (a.isList() && b.isList()) {
        const auto x = a.toListRef();
        const auto y = b.toListRef();
        return x.size() == y.size() &&
               std::equal(x.begin(), x.end(), y.begin(),
                          [&](const c10::IValue &m, const c10::IValue &n) { return same_values(m, n, numbers); });
    }
    return !numbers || a.isCapsule() || a.isObject() || a == b;
}

// A result of the registry's beside LibTorch's.
bool agrees(const rt_value &got, const c10::IValue &want, bool numbers) {
    if (want.isTensor()) {
        if (!want.toTensor().defined() || got.type != RT_HANDLE) {
            return got.type == RT_HANDLE && got.payload.integer == 0 && !want.toTensor().defined();
        }
        const at::Tensor &expected = want.toTensor();
        const rt::Handle handle(rt_handle_clone(got.payload.integer));
        if (!plain(expected)) {
            return true; // sparse, quantized, ...: that there is one is all that is compared
        }
        return same_tensors(expected.resolve_conj().resolve_neg(), torch_test::read(handle), numbers);
    }
    if (want.isInt()) {
        return (got.type == RT_INTEGER && (!numbers || got.payload.integer == want.toInt())) || got.type == RT_TEXT;
    }
    if (want.isDouble()) {
        return got.type == RT_DOUBLE && (!numbers || got.payload.number == want.toDouble() ||
                                         (std::isnan(got.payload.number) && std::isnan(want.toDouble())));
    }
    if (want.isBool()) {
        return got.type == RT_BOOL && (!numbers || (got.payload.integer != 0) == want.toBool());
    }
    if (want.isTensorList()) {
        const auto list = want.toTensorVector();
        bool same = got.size == list.size() && (got.type == RT_HANDLE_ARRAY || got.type == RT_VALUES);
        for (std::size_t i = 0; same && i < list.size(); i++) {
            const rt_value item = got.type == RT_VALUES
                                      ? static_cast<const rt_value *>(got.payload.pointer)[i]
                                      : rt_handle(static_cast<const std::int64_t *>(got.payload.pointer)[i]);
            same = agrees(item, list[i], numbers);
        }
        return same;
    }
    if (want.isIntList()) {
        const auto list = want.toIntVector();
        const auto *items = static_cast<const std::int64_t *>(got.payload.pointer);
        return got.type == RT_I64_ARRAY && std::equal(list.begin(), list.end(), items, items + got.size);
    }
    return true; // texts, and values that go on as they are
}

bool agree(const rt_value &got, const Stack &want, bool numbers) {
    if (want.size() == 1) {
        return agrees(got, want[0], numbers);
    }
    if (want.empty()) {
        return got.type == RT_NONE;
    }
    bool same = got.type == RT_VALUES && got.size == want.size();
    for (std::size_t i = 0; same && i < want.size(); i++) {
        same = agrees(static_cast<const rt_value *>(got.payload.pointer)[i], want[i], numbers);
    }
    return same;
}

// The first result that has a history, and the sum of its squares as what the gradients are taken of.
const rt_value *first_result(const rt_value &got) {
    return got.type == RT_HANDLE                    ? &got
           : got.type == RT_VALUES && got.size != 0 ? static_cast<const rt_value *>(got.payload.pointer)
                                                    : nullptr;
}

// Whether the operator's first result has a history that gradients can be taken through.
bool has_history(const Direct &direct) {
    if (direct.results.empty() || !direct.results[0].isTensor()) {
        return false;
    }
    const at::Tensor &result = direct.results[0].toTensor();
    return result.defined() && result.requires_grad() && at::isFloatingType(result.scalar_type()) && plain(result);
}

// The gradients of the sum of the squares, in the sample's tensors. What LibTorch says where it fails.
std::string backward(const Direct &direct) {
    const at::Tensor &result = direct.results[0].toTensor();
    try {
        at::manual_seed(7);
        (result * result).sum().backward();
        return "";
    } catch (const std::exception &failure) {
        return first_line(failure.what());
    }
}

std::string backward(const rt_value &result) {
    const rt::Handle handle(rt_handle_clone(result.payload.integer));
    try {
        rt::call("rt_torch_manual_seed", 7);
        const rt::Handle square = rt::call<rt::Handle>("rt_torch_torchtensor_mul", handle, handle);
        rt::call("rt_torch_autograd_backward", rt::call<rt::Handle>("aten::sum.default", square));
        return "";
    } catch (const rt::Error &failure) {
        return failure.what();
    }
}

bool same_gradients(const Sample &a, const Sample &b) {
    return std::equal(a.tensors().begin(), a.tensors().end(), b.tensors().begin(), [](const Pair &x, const Pair &y) {
        return same_tensors(x.direct.grad(), y.direct.grad(), true);
    });
}

bool same_gradient(const at::Tensor &wanted, const rt::Handle &got) {
    const bool there = got.get() != 0;
    return there == wanted.defined() && (!there || !plain(wanted) || same_tensors(wanted, torch_test::read(got), true));
}

// What differs among the gradients, or "". `second` is the direct call once more.
std::string compare_gradients(const Direct &direct, const Sample &sample, const Direct &second, const Sample &again,
                              const rt_value &got, const Sample &other) {
    const rt_value *first = first_result(got);
    if (first == nullptr || first->type != RT_HANDLE) {
        return "a result without a handle";
    }
    mallopt(M_PERTURB, 0x55);
    const std::string error = backward(direct);
    mallopt(M_PERTURB, 0xaa);
    const std::string same_error = backward(second);
    const std::string through_registry = backward(*first);
    if (error.empty() != through_registry.empty()) {
        return "backward fails on one side: " + error + through_registry;
    }
    if (!error.empty() || error != same_error || !same_gradients(sample, again)) {
        return ""; // it reads what nobody wrote
    }
    for (std::size_t i = 0; i < sample.tensors().size(); i++) {
        const rt::Handle gradient = rt::call<rt::Handle>("rt_torch_autograd_grad", other.tensors()[i].handle);
        if (!same_gradient(sample.tensors()[i].direct.grad(), gradient)) {
            return "the gradient of tensor " + std::to_string(i) + " differs";
        }
    }
    return "";
}

std::string cause() {
    rt_error error{};
    error.struct_size = sizeof error;
    rt_last_error(&error);
    return error.cause;
}

rt_status call(const rt_function *function, const Sample &sample, rt_value &result) {
    rt::call("rt_torch_manual_seed", 7);
    const std::vector<rt_value> &args = sample.args();
    return sample.has_names() ? rt_call_named(function, args.data(), sample.names().data(), args.size(), &result)
                              : rt_call(function, args.data(), args.size(), &result);
}

bool same_results(const Direct &a, const Direct &b) {
    bool same = a.error == b.error && a.results.size() == b.results.size();
    for (std::size_t i = 0; same && a.error.empty() && i < a.results.size(); i++) {
        same = same_values(a.results[i], b.results[i], true);
    }
    return same;
}

// Whether LibTorch alone gives the same again and again, whatever lies on the heap beside its tensors: some operators read beyond
// them, and what they give then is nothing to compare with.
bool gives_the_same(const c10::OperatorHandle &op, const Profile &profile, const Direct &direct) {
    std::vector<std::vector<std::int64_t>> beside;
    for (int i = 0; i < 16; i++) {
        beside.emplace_back(static_cast<std::size_t>(3 * i + 1), 0x4045454545454545 + i);
        const Sample sample(op.schema(), profile);
        beside.emplace_back(static_cast<std::size_t>(2 * i + 1), -i);
        if (!same_results(run(op, sample, 1 + 15 * i), direct)) {
            return false;
        }
    }
    return true;
}

void compare_sample(const c10::OperatorHandle &op, const rt_function *function, const Profile &profile, Outcome &out,
                    void (*before)(const char *)) {
    const Sample sample(op.schema(), profile);
    const Sample again(op.schema(), profile);
    const Sample other(op.schema(), profile);
    if (!sample.possible()) {
        return;
    }
    before("direct");
    const Direct direct = run(op, sample, 0x55);
    const Direct second = run(op, again, 0xaa);
    const bool numbers = same_results(direct, second);
    before("registry");
    rt_value raw = rt_none();
    const rt_status status = call(function, other, raw);
    const rt::Value owned(raw);
    const auto differs = [&](const std::string &what) { out.differs = std::string(profile.name) + ": " + what; };
    const bool same_each_time = direct.error == second.error; // and not about memory that nobody wrote to
    if (status != RT_OK && cause() == "dimname") {
        out.dimnames++;
    } else if (!same_each_time) {
        return;
    } else if ((status == RT_OK) != direct.error.empty()) {
        differs(status == RT_OK ? "LibTorch alone fails: " + direct.error : "fails: " + torch_test::last_message());
    } else if (status != RT_OK) {
        out.refused++;
        if (!torch_test::contains(torch_test::last_message(), direct.error)) {
            differs("says `" + torch_test::last_message() + "`, and LibTorch `" + direct.error + "`");
        }
    } else if (!agree(raw, direct.results, numbers)) {
        differs("another result");
    } else {
        out.compared++;
        if (numbers && profile.gradients && has_history(direct)) {
            out.gradients++;
            const std::string gradient_differs = compare_gradients(direct, sample, second, again, raw, other);
            if (!gradient_differs.empty()) {
                differs(gradient_differs);
            }
        }
    }
    if (!out.differs.empty()) {
        before("direct");
        out.differs = gives_the_same(op, profile, direct) ? out.differs : "";
    }
}

} // namespace

Outcome compare(const c10::OperatorHandle &op, const std::string &name, void (*before)(const char *)) {
    Outcome out;
    const rt_function *function = nullptr;
    if (rt_bind(name.c_str(), nullptr, 0, &function) != RT_OK) {
        out.differs = "is not there: " + torch_test::last_message();
        return out;
    }
    for (const Profile &profile : profiles()) {
        try {
            if (out.differs.empty()) {
                compare_sample(op, function, profile, out, before);
            }
        } catch (const c10::Error &) {
            out.refused++; // LibTorch itself does not let anybody look at what it gave
        }
    }
    return out;
}

void call_directly(const c10::OperatorHandle &op, int times) {
    for (const Profile &profile : profiles()) {
        for (int i = 0; i < times; i++) {
            const std::vector<char> beside(static_cast<std::size_t>(16 + 16 * (i * 37 % 130)));
            const Sample sample(op.schema(), profile);
            if (sample.possible()) {
                run(op, sample, i);
            }
        }
    }
}

} // namespace operators
