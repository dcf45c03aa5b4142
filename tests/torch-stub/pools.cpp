#include "pools.hpp"

#include <array>
#include <initializer_list>
#include <span>
#include <stdexcept>

namespace stub_test {

namespace {

using rt::call;
using rt::Handle;

template <class Table> const auto &at(const Table &table, std::string_view key) {
    const auto found = table.find(key);
    return found != table.end() ? found->second : table.at("");
}

const Choice &named(const Choices &choices, std::string_view name) {
    for (const Choice &choice : choices) {
        if (choice.text == name) {
            return choice;
        }
    }
    throw std::logic_error("nothing in the pools is named " + std::string(name));
}

Choice number(std::int64_t value) { return {std::to_string(value), rt_i64(value)}; }

Choices memories(bool writable) {
    static std::array<std::byte, 4096> memory{};
    Choices all;
    for (const std::size_t size : std::initializer_list<std::size_t>{0, 4, 12, 24, 4096}) {
        rt_value value = rt_memory(RT_BYTES, memory.data(), size);
        value.flags = writable ? std::uint32_t{RT_VALUE_MUTABLE} : 0;
        all.push_back({std::to_string(size) + " bytes", value});
    }
    return all;
}

rt_status give_none(const rt_function *, const rt_value *, std::size_t, rt_value *result) {
    *result = rt_none();
    return RT_OK;
}

// The tensors that it was given.
rt_status give_back(const rt_function *, const rt_value *arguments, std::size_t count, rt_value *result) {
    *result = arguments[count - 1];
    return RT_OK;
}

Choices lists_of_fractions() {
    static const std::vector<std::vector<double>> lists{{}, {1, 2, 3}, {1, 2, 3, 4, 5, 6}, {1e39, 0, 0}};
    Choices all;
    for (const auto &list : lists) {
        all.push_back({std::to_string(list.size()) + " fractions", rt_f64_array(list.data(), list.size())});
    }
    return all;
}

} // namespace

Pools::Pools() {
    make_tensors();
    make_modules();
}

const Handle &Pools::keep(Handle handle) { return handles_.emplace_back(std::move(handle)); }

void Pools::tensor(const std::string &name, Handle handle) {
    tensors_.push_back({name, rt_handle(keep(std::move(handle)).get())});
}

void Pools::module(const std::string &name, Handle handle) {
    modules_.push_back({name, rt_handle(keep(std::move(handle)).get())});
}

Handle Pools::zeros(const Numbers &dims, const char *dtype) {
    return call<Handle>("rt_torch_torchtensor_to_dtype", call<Handle>("rt_torch_tensor_zeros", dims), dtype);
}

Handle Pools::with_grad(Handle handle) {
    call("rt_torch_autograd_set_requires_grad", handle, true);
    return handle;
}

void Pools::make_tensors() {
    tensors_.push_back({"none", rt_handle(0)});
    for (const Numbers &dims :
         {Numbers{}, {0},          {1},          {2},          {3},          {4},          {2, 3},
          {3, 2},    {3, 3},       {1, 3},       {2, 0},       {2, 3, 4},    {1, 3, 1},    {4, 3, 3},
          {2, 5, 5}, {1, 2, 5, 5}, {0, 2, 5, 5}, {2, 4, 6, 7}, {4, 2, 3, 3}, {4, 1, 1, 2}, {3, 4, 6, 6}}) {
        tensor(numbers(dims).text, zeros(dims));
    }
    for (const auto &[dtype, dims] : {std::pair<const char *, Numbers>{"float64", {2, 3}},
                                      {"float64", {}},
                                      {"float64", {2}},
                                      {"float64", {3}},
                                      {"float64", {4}},
                                      {"float64", {1, 2, 5, 5}},
                                      {"int64", {}},
                                      {"int64", {2}},
                                      {"int64", {2, 3}},
                                      {"uint8", {3}},
                                      {"bool", {2, 3}},
                                      {"bool", {}},
                                      {"complex64", {2, 3}},
                                      {"complex64", {}}}) {
        tensor(std::string(dtype) + " " + numbers(dims).text, zeros(dims, dtype));
    }
    tensor("t [2,3]", call<Handle>("rt_torch_torchtensor_t", zeros({2, 3})));
    tensor("nhwc", call<Handle>("rt_torch_torchtensor_permute", zeros({2, 5, 6, 2}), Numbers{0, 3, 1, 2}));
    tensor("permuted", call<Handle>("rt_torch_torchtensor_permute", zeros({2, 3, 4}), Numbers{2, 0, 1}));
    tensor("every second", call<Handle>("rt_torch_torchtensor_slice", zeros({2, 6}), 1, 0, 6, 2));
    tensor("[2,3] grad", with_grad(zeros({2, 3})));
    tensor("[3] grad", with_grad(zeros({3})));
    tensor("[] grad", with_grad(zeros({})));
    tensor("[4,2,1,1] grad", with_grad(zeros({4, 2, 1, 1})));
    tensor("[2,3] result", call<Handle>("rt_torch_torchtensor_neg", with_grad(zeros({2, 3}))));
    tensor("[] result", call<Handle>("rt_torch_torchtensor_sum_all", with_grad(zeros({2, 3}))));
}

void Pools::make_modules() {
    modules_.push_back({"none", rt_handle(0)});
    const Numbers empty;
    const auto conv = [](std::int64_t in, const Numbers &stride, const Numbers &padding, std::int64_t groups,
                         bool bias) {
        return call<Handle>("rt_torch_module_conv2d", in, 4, Numbers{3}, stride, padding, Numbers{1, 2}, groups, bias);
    };
    const auto evaluating = [](Handle handle) {
        call("rt_torch_module_eval", handle);
        return handle;
    };
    const auto norm = [](bool affine, bool track) {
        return call<Handle>("rt_torch_module_batch_norm2d", 2, 1e-5, 0.1, affine, track);
    };
    module("linear", call<Handle>("rt_torch_module_linear", 3, 2, true));
    module("linear without bias", call<Handle>("rt_torch_module_linear", 2, 3, false));
    module("conv", conv(2, {1}, {0}, 1, true));
    module("conv with options", conv(4, {2, 1}, {1}, 2, false));
    module("pool", call<Handle>("rt_torch_module_max_pool2d", Numbers{3, 2}, empty, Numbers{1}));
    module("norm", norm(true, true));
    module("norm evaluating", evaluating(norm(true, true)));
    module("plain norm", norm(false, false));
    module("plain norm evaluating", evaluating(norm(false, false)));
    module("dropout", call<Handle>("rt_torch_module_dropout", 0.25));
    module("dropout evaluating", evaluating(call<Handle>("rt_torch_module_dropout", 1.0)));
    module("relu", call<Handle>("rt_torch_module_relu"));
    module("sigmoid", call<Handle>("rt_torch_module_sigmoid"));
    module("tanh", call<Handle>("rt_torch_module_tanh"));
    module("flatten", call<Handle>("rt_torch_module_flatten", 1, -1));
    const auto stacked = [&](std::initializer_list<std::string_view> names) {
        Numbers layers;
        for (const std::string_view name : names) {
            layers.push_back(named(modules_, name).value.payload.integer);
        }
        return call<Handle>("rt_torch_module_sequential", std::span<const std::int64_t>(layers));
    };
    module("sequential", stacked({"linear", "relu", "linear without bias"}));
    module("nested", stacked({"flatten", "sequential", "tanh", "sequential"}));
    module("images", stacked({"conv", "relu", "norm evaluating"}));
    const Handle &forward = keep(Handle(rt_callable("fn(module: TorchModule, inputs: [TorchTensor?]) -> [TorchTensor]",
                                                    give_back, nullptr, nullptr, 0)));
    const rt_value names[] = {rt_text("scale"), rt_text("inner")};
    const std::int64_t parts[] = {named(tensors_, "[3] grad").value.payload.integer,
                                  named(modules_, "linear").value.payload.integer};
    module("callable",
           call<Handle>("rt_torch_module_create", forward, rt::arg("parameter_names") = rt_memory(RT_VALUES, names, 1),
                        rt::arg("parameters") = std::span(parts, 1),
                        rt::arg("module_names") = rt_memory(RT_VALUES, names + 1, 1),
                        rt::arg("modules") = std::span(parts + 1, 1)));
    module("sequential of a callable", stacked({"callable", "linear"}));
}

Choice Pools::numbers(const Numbers &list) {
    const Numbers &kept = lists_.emplace_back(list);
    std::string text;
    for (const std::int64_t one : kept) {
        text += (text.empty() ? "" : ",") + std::to_string(one);
    }
    return {"[" + text + "]", rt_i64_array(kept.data(), kept.size())};
}

Choices Pools::tensors(std::string_view key) const {
    const auto found = chosen_tensors().find(key);
    if (found == chosen_tensors().end()) {
        return tensors_;
    }
    Choices chosen;
    for (const std::string_view name : found->second) {
        chosen.push_back(named(tensors_, name));
    }
    return chosen;
}

// Each pair of tensors, some single ones, none; or those chosen for the parameter.
Choices Pools::tensor_lists(std::string_view key) {
    Choices all;
    const auto add = [&](const std::vector<const Choice *> &members) {
        Numbers &kept = lists_.emplace_back();
        std::string text;
        for (const Choice *member : members) {
            kept.push_back(member->value.payload.integer);
            text += (text.empty() ? "" : "; ") + member->text;
        }
        all.push_back({"{" + text + "}", rt_handle_array(kept.data(), kept.size())});
    };
    if (const auto found = chosen_lists().find(key); found != chosen_lists().end()) {
        for (const auto &names : found->second) {
            std::vector<const Choice *> members;
            for (const std::string_view name : names) {
                members.push_back(&named(tensors_, name));
            }
            add(members);
        }
        return all;
    }
    add({});
    for (const Choice &one : tensors_) {
        add({&one});
        for (const Choice &other : tensors_) {
            add({&one, &other});
        }
    }
    return all;
}

Choices Pools::module_lists() {
    Choices all{{"{}", rt_handle_array(nullptr, 0)}};
    for (std::size_t i = 1; i + 1 < modules_.size(); i++) {
        const Numbers &kept =
            lists_.emplace_back(Numbers{modules_[i].value.payload.integer, modules_[i + 1].value.payload.integer});
        all.push_back({"{" + modules_[i].text + "; " + modules_[i + 1].text + "}", rt_handle_array(kept.data(), 2)});
    }
    return all;
}

// One value, of which tensors are what a layer takes, two, and none.
Choices Pools::lists_of_values() {
    Choices all{{"()", rt_memory(RT_VALUES, nullptr, 0)}};
    const auto add = [&](const std::string &text, std::initializer_list<rt_value> members) {
        const std::vector<rt_value> &kept = values_.emplace_back(members);
        all.push_back({"(" + text + ")", rt_memory(RT_VALUES, kept.data(), kept.size())});
    };
    for (const Choice &tensor : tensors_) {
        if (tensor.text != "none") {
            add(tensor.text, {tensor.value});
        }
    }
    add("3", {rt_i64(3)});
    add("-1 as a handle", {rt_handle(-1)});
    add("two tensors", {tensors_[1].value, tensors_[2].value});
    return all;
}

// One index of each sort, and two and three that go together or do not.
Choices Pools::lists_of_indices() {
    const Choices some = {
        {"none", rt_none()},          {"...", rt_text("...")},
        {":", rt_text(":")},          {"1:", rt_text("1:")},
        {"::2", rt_text("::2")},      {"0", rt_i64(0)},
        {"-1", rt_i64(-1)},           {"2", rt_i64(2)},
        {"true", rt_bool(true)},      {"false", rt_bool(false)},
        named(tensors_, "int64 [2]"), named(tensors_, "int64 [2,3]"),
        named(tensors_, "int64 []"),  named(tensors_, "bool [2,3]"),
        named(tensors_, "[2]"),
    };
    Choices all{{"()", rt_memory(RT_VALUES, nullptr, 0)}};
    const auto add = [&](const std::vector<Choice> &members) {
        std::vector<rt_value> &kept = values_.emplace_back();
        std::string text;
        for (const Choice &member : members) {
            kept.push_back(member.value);
            text += (text.empty() ? "" : "; ") + member.text;
        }
        all.push_back({"(" + text + ")", rt_memory(RT_VALUES, kept.data(), kept.size())});
    };
    for (const Choice &first : some) {
        add({first});
        for (const Choice &second : some) {
            add({first, second});
            add({first, named(some, "1:"), second});
        }
    }
    for (const char *text : {"", "1:2:3:4", "::0", "a"}) {
        add({{"'" + std::string(text) + "'", rt_text(text)}});
    }
    add({{"0.5", rt_f64(0.5)}});
    add({{"-1 as a handle", rt_handle(-1)}});
    add({{"0 as a handle", rt_handle(0)}});
    return all;
}

// Numbers, tensors that fit somewhere or nowhere, and what is neither.
Choices Pools::values() {
    Choices all{{"2", rt_i64(2)},
                {"0.5", rt_f64(0.5)},
                {"1e39", rt_f64(1e39)},
                {"true", rt_bool(true)},
                {"'text'", rt_text("text")}};
    for (const char *name :
         {"none", "[]", "[3]", "[1,3]", "[2,3]", "[3] grad", "[2,3] result", "int64 []", "float64 [3]"}) {
        all.push_back(named(tensors_, name));
    }
    return all;
}

// The lists of names for that parameter, and one of something else.
Choices Pools::lists_of_texts(std::string_view parameter) {
    Choices all;
    for (const auto &list : lists_of_names().at(parameter)) {
        std::vector<rt_value> &kept = values_.emplace_back();
        std::string text;
        for (const char *name : list) {
            kept.push_back(rt_text(name));
            text += (text.empty() ? "'" : ", '") + std::string(name) + "'";
        }
        all.push_back({"(" + text + ")", rt_memory(RT_VALUES, kept.data(), kept.size())});
    }
    const std::vector<rt_value> &number = values_.emplace_back(1, rt_i64(3));
    all.push_back({"(3)", rt_memory(RT_VALUES, number.data(), 1)});
    return all;
}

// Of one parameter, without a gradient.
Handle Pools::optimizer(const char *function) {
    const Handle &parameter = keep(with_grad(zeros({2})));
    const std::int64_t list[] = {parameter.get()};
    return call<Handle>(function, std::span<const std::int64_t>(list), 0.1);
}

Choices Pools::others(std::string_view class_name) {
    Choices all{{"none", rt_handle(0)}};
    const auto add = [&](const char *text, Handle handle) {
        all.push_back({text, rt_handle(keep(std::move(handle)).get())});
    };
    if (class_name == "TorchTuple") {
        add("max_dim", call<Handle>("rt_torch_torchtensor_max_dim", zeros({2, 3}), 1, false));
        add("svd", call<Handle>("rt_torch_torchtensor_svd", zeros({4, 3, 2})));
    } else if (class_name == "TorchOptimizer") {
        add("sgd", optimizer("rt_torch_optim_sgd"));
        add("adam", optimizer("rt_torch_optim_adam"));
        add("lbfgs", optimizer("rt_torch_optim_lbfgs"));
    } else if (class_name == "TorchScheduler") {
        const Handle &sgd = keep(optimizer("rt_torch_optim_sgd"));
        add("step", call<Handle>("rt_torch_scheduler_step_lr", sgd, 2, 0.5));
        add("plateau", call<Handle>("rt_torch_scheduler_reduce_lr_on_plateau", sgd));
    } else if (class_name == "TorchGradScaler") {
        add("scaler", call<Handle>("rt_torch_grad_scaler_create"));
    }
    return all;
}

Choices Pools::of(std::string_view function, const rt::Parameter &parameter) {
    // As written, which may be with a space before a default.
    const std::string_view type = parameter.type.text.substr(0, parameter.type.text.find_last_not_of(' ') + 1);
    const std::string_view name = parameter.name;
    Choices all;
    if (type.starts_with("TorchTensor")) return tensors(std::string(function) + "." + std::string(name));
    if (type == "TorchModule") return modules_;
    if (type == "[TorchTensor]" || type == "[TorchTensor?]")
        return tensor_lists(std::string(function) + "." + std::string(name));
    if (type == "[TorchModule]") return module_lists();
    if (type.starts_with("Torch")) return others(type.ends_with('?') ? type.substr(0, type.size() - 1) : type);
    if (type == "bytes") return memories(false);
    if (type == "mut bytes") return memories(true);
    if (type == "[f64]") return lists_of_fractions();
    if (type == "[any]" && name == "indices") return lists_of_indices();
    if (type == "[any]" && lists_of_names().contains(name)) return lists_of_texts(name);
    if (type == "[any]") return lists_of_values();
    if (type == "any") return values();
    if (type == "bool") return {{"false", rt_bool(false)}, {"true", rt_bool(true)}};
    if (type == "i64" || type == "i32") {
        for (const std::int64_t value : at(whole_numbers(), name)) all.push_back(number(value));
    } else if (type == "f64") {
        for (const double value : at(fractions(), name)) all.push_back({std::to_string(value), rt_f64(value)});
    } else if (type == "text") {
        for (const char *text : texts().at(name)) all.push_back({"'" + std::string(text) + "'", rt_text(text)});
    } else if (type == "[i64]") {
        for (const Numbers &list : lists_of_numbers().at(name)) all.push_back(numbers(list));
    } else if (type.starts_with("fn(")) {
        const std::string signature(type);
        all = {{"none", rt_handle(0)},
               {"hook", rt_handle(keep(Handle(rt_callable(signature.c_str(), give_none, nullptr, nullptr, 0))).get())}};
        if (type.ends_with("-> [TorchTensor]")) {
            const Handle &back = keep(Handle(rt_callable(signature.c_str(), give_back, nullptr, nullptr, 0)));
            all.push_back({"give_back", rt_handle(back.get())});
        }
    } else {
        throw std::logic_error("the pools have nothing for the type " + std::string(type));
    }
    return all;
}

} // namespace stub_test
