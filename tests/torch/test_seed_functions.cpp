// The functions that every host may rely on (seed-functions.txt): all there, as declared, and careful with handles.
#include <algorithm>
#include <array>
#include <fstream>
#include <map>

#include "wrong_inputs.hpp"

namespace torch_test::test_seed_functions {

namespace {

struct Declaration {
    std::string name;
    std::string text;
};

std::vector<Declaration> seed_functions() {
    std::ifstream file(RTFFI_TEST_SEED_FUNCTIONS);
    std::vector<Declaration> all;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("rt_")) {
            all.push_back({line.substr(0, line.find('(')), line});
        }
    }
    return all;
}

struct Parameter {
    std::string name;
    std::string type;
};

// "f(a: i64, b: [f64]) -> bool": a of i64 and b of [f64].
std::vector<Parameter> parameters_of(std::string_view signature) {
    const std::size_t begin = signature.find('(') + 1;
    std::string_view rest = signature.substr(begin, signature.rfind(')') - begin);
    std::vector<Parameter> all;
    while (!rest.empty()) {
        const std::string_view one = rest.substr(0, rest.find(", "));
        const std::size_t colon = one.find(": ");
        all.push_back({std::string(one.substr(0, colon)), std::string(one.substr(colon + 2))});
        rest.remove_prefix(std::min(rest.size(), one.size() + 2));
    }
    return all;
}

const Dims some_dims{2, 2};
const Values some_numbers{1, 2, 3, 4};

// An argument of that type which a function has nothing against; none where there is no such thing here.
std::optional<rt_value> argument_of(std::string_view type, const std::int64_t &tensor) {
    if (type == "TorchTensor") return rt_handle(tensor);
    if (type == "TorchTensor?" || type == "TorchStream" || type == "TorchStream?") return rt_handle(0);
    if (type == "[TorchTensor]") return rt_handle_array(&tensor, 1);
    if (type == "i64" || type == "i32") return rt_i64(0);
    if (type == "f64") return rt_f64(1);
    if (type == "bool") return rt_bool(false);
    if (type == "[i64]") return rt_i64_array(some_dims.data(), some_dims.size());
    if (type == "[f64]") return rt_f64_array(some_numbers.data(), some_numbers.size());
    return std::nullopt;
}

std::optional<std::vector<rt_value>> arguments_of(const std::vector<Parameter> &parameters,
                                                  const std::int64_t &tensor) {
    std::vector<rt_value> all;
    for (const Parameter &parameter : parameters) {
        const std::optional<rt_value> one = argument_of(parameter.type, tensor);
        if (!one) {
            return std::nullopt;
        }
        all.push_back(*one);
    }
    return all;
}

// The functions beside the seed that this suite's operations are made of.
constexpr const char *more_functions[] = {
    "rt_torch_torchtensor_eq",      "rt_torch_torchtensor_ne",       "rt_torch_torchtensor_lt",
    "rt_torch_torchtensor_le",      "rt_torch_torchtensor_gt",       "rt_torch_torchtensor_ge",
    "rt_torch_torchtensor_sum_all", "rt_torch_torchtensor_mean_all",
};

std::vector<std::string> names() {
    std::vector<std::string> all(std::begin(more_functions), std::end(more_functions));
    for (const Declaration &one : seed_functions()) {
        all.push_back(one.name);
    }
    return all;
}

std::string signature_of(const rt_function *function) {
    rt_function_info info{};
    info.struct_size = sizeof info;
    REQUIRE(rt_function_describe(function, &info) == RT_OK);
    CHECK(std::string_view(info.plugin) == "torch");
    CHECK(std::string_view(info.doc) != "");
    return info.signature;
}

} // namespace

TEST_CASE_FIXTURE(Torch, "all 105 seed functions bind as they are declared, and each has a native entry") {
    const std::vector<Declaration> all = seed_functions();
    CHECK(all.size() == 105);
    for (const auto &[name, text] : all) {
        CAPTURE(text);
        const rt_function *function = nullptr;
        const rt_status status = rt_bind(name.c_str(), text.c_str(), 0, &function);
        CHECK_MESSAGE(status == RT_OK, last_message());
        REQUIRE(function != nullptr);
        CHECK((function->native != nullptr));
        CHECK((function->dynamic != nullptr));
        CHECK(rt_dlsym(0, name.c_str()) == reinterpret_cast<std::int64_t>(function->native));
        CHECK(rt_lookup(name.c_str()) == function);
    }
}

TEST_CASE_FIXTURE(Torch, "the registered parameters have the names of the seed's, with handles typed further") {
    for (const auto &[name, text] : seed_functions()) {
        CAPTURE(text);
        const auto declared = parameters_of(text);
        const auto registered = parameters_of(signature_of(rt_lookup(name.c_str())));
        REQUIRE(declared.size() == registered.size());
        for (std::size_t i = 0; i < declared.size(); i++) {
            CHECK(declared[i].name == registered[i].name);
        }
    }
}

TEST_CASE_FIXTURE(Torch, "another signature than the seed's is refused, with both") {
    const rt_function *function = nullptr;
    CHECK(rt_bind("rt_torch_torchtensor_add", "f(a: i64) -> i64", 0, &function) == RT_E_SIGNATURE);
    CHECK(contains(last_message(), "f(a: i64) -> i64"));
    CHECK(contains(last_message(), "rt_torch_torchtensor_add(handle: TorchTensor, other: TorchTensor) -> TorchTensor"));
    CHECK(rt_bind("rt_torch_torchtensor_sum", "f(a: i64) -> i64", 0, &function) == RT_E_SIGNATURE);
    CHECK(rt_bind("rt_torch_tensor_eye", "f(n: f64) -> i64", 0, &function) == RT_E_SIGNATURE);
}

TEST_CASE_FIXTURE(Torch, "every function of tensors and streams refuses what is none, in each place, and says where") {
    const H good = tensor({1, 2, 3, 4}, {2, 2});
    const std::int64_t tensor_handle = good.get();
    const H stranger = call<H>("rt_torch_module_relu");
    std::map<std::string, int> places;
    for (const std::string &name : names()) {
        CAPTURE(name);
        const auto parameters = parameters_of(signature_of(rt_lookup(name.c_str())));
        const auto arguments = arguments_of(parameters, tensor_handle);
        for (std::size_t i = 0; arguments && i < parameters.size(); i++) {
            const std::string &type = parameters[i].type;
            if (type == "TorchTensor") {
                refuses_wrong_handles(name.c_str(), *arguments, i, stranger.get());
            } else if (type.starts_with("Torch")) {
                auto wrong = *arguments;
                for (const auto &[handle, text] : wrong_handles(stranger.get(), !type.ends_with('?'))) {
                    wrong[i] = rt_handle(handle);
                    check_refuses(name.c_str(), wrong, i, text);
                }
            }
            places[type]++;
        }
    }
    CHECK(places["TorchTensor"] > 95);
    CHECK(places["TorchTensor?"] == 9);
    CHECK(places["TorchStream"] == 2);
    CHECK(places["TorchStream?"] == 2);
    check_values(good, {1, 2, 3, 4});
}

TEST_CASE_FIXTURE(Torch, "cat and stack refuse a list with something else in it, at each position") {
    const H good = tensor({1, 2, 3, 4}, {2, 2});
    const H stranger = call<H>("rt_torch_module_relu");
    for (const char *name : {"rt_torch_torchtensor_cat", "rt_torch_torchtensor_stack"}) {
        for (const auto &[handle, text] : wrong_handles(stranger.get(), true)) {
            for (std::size_t position = 0; position < 3; position++) {
                CAPTURE(position);
                std::array list{good.get(), good.get(), good.get()};
                list[position] = handle;
                check_refuses(name, {rt_handle_array(list.data(), list.size()), rt_i64(0)}, 0, text);
            }
        }
    }
    check_values(good, {1, 2, 3, 4});
}

TEST_CASE_FIXTURE(Torch, "the native entries of functions of handles and whole numbers refuse what is no tensor, too") {
    const H good = tensor({1, 2, 3, 4}, {2, 2});
    const H stranger = call<H>("rt_torch_module_relu");
    using i64 = std::int64_t;
    int places = 0;
    for (const std::string &name : names()) {
        CAPTURE(name);
        const std::string signature = signature_of(rt_lookup(name.c_str()));
        const auto parameters = parameters_of(signature);
        const bool whole = std::all_of(parameters.begin(), parameters.end(), [](const Parameter &parameter) {
            return parameter.type == "TorchTensor" || parameter.type == "i64";
        });
        const bool gives_handle = signature.ends_with("-> TorchTensor") || signature.ends_with("-> TorchTuple");
        if (!whole || !gives_handle || parameters.size() > 3) {
            continue; // of other C types: their own tests ask
        }
        for (std::size_t i = 0; i < parameters.size(); i++) {
            if (parameters[i].type != "TorchTensor") {
                continue;
            }
            for (const auto &[handle, text] : wrong_handles(stranger.get(), true)) {
                std::array<i64, 3> a{};
                for (std::size_t j = 0; j < parameters.size(); j++) {
                    a[j] = j == i ? handle : parameters[j].type == "TorchTensor" ? good.get() : 0;
                }
                const char *const symbol = name.c_str();
                expect_native_error(RT_E_HANDLE, name + ": argument " + std::to_string(i + 1) + " (", [&] {
                    CHECK((parameters.size() == 1   ? native<i64(i64)>(symbol)(a[0])
                           : parameters.size() == 2 ? native<i64(i64, i64)>(symbol)(a[0], a[1])
                                                    : native<i64(i64, i64, i64)>(symbol)(a[0], a[1], a[2])) == 0);
                });
                CHECK(contains(last_message(), text));
                places++;
            }
        }
    }
    CHECK(places > 150);
    check_values(good, {1, 2, 3, 4});
}

TEST_CASE_FIXTURE(Torch, "every function refuses more arguments than it has, and fewer") {
    const H good = tensor({1, 2, 3, 4}, {2, 2});
    const std::int64_t tensor_handle = good.get();
    for (const std::string &name : names()) {
        CAPTURE(name);
        const rt_function *function = rt_lookup(name.c_str());
        auto arguments = arguments_of(parameters_of(signature_of(function)), tensor_handle);
        if (!arguments) {
            continue; // of another class than tensors: its own tests ask
        }
        const std::size_t count = arguments->size();
        arguments->push_back(rt_i64(0));
        rt_value result{};
        CHECK(rt_call(function, arguments->data(), count + 1, &result) == RT_E_ARGUMENT);
        CHECK(contains(last_message(), name));
        if (count > 0) {
            CHECK(rt_call(function, arguments->data(), count - 1, &result) == RT_E_ARGUMENT);
            CHECK(contains(last_message(), name));
        }
    }
}

} // namespace torch_test::test_seed_functions
