// States of optimisers in files: training goes on as if it had not stopped, and wrong or damaged files change nothing.
#include <torch/optim/sgd.h>

#include "files.hpp"
#include "optimizers.hpp"
#include "wrong_inputs.hpp"

namespace torch_test::test_optim_file {

namespace {

void save(const H &optimizer, const std::string &path) { call("rt_torch_optim_save", optimizer, path); }
void load(const H &optimizer, const std::string &path) { call("rt_torch_optim_load", optimizer, path); }
double option(const H &optimizer, const char *name) {
    return call<double>("rt_torch_optim_group_option", optimizer, 0, name);
}

// A step down the square, by the way that each method has.
void descend_somehow(const H &optimizer, const H &parameter) {
    int calls = 0;
    const H f = closure(optimizer, parameter, calls);
    call<H>("rt_torch_optim_step_closure", optimizer, f);
}

H copy_of(const H &parameter) {
    H copy = from_at(read(parameter));
    call("rt_torch_autograd_set_requires_grad", copy, true);
    return copy;
}

// An optimiser that has made some steps.
struct Trained {
    H parameter = torch_test::parameter({1, -2, 3, 0.5}, {2, 2});
    H optimizer;
    template <class... A> explicit Trained(const char *method, const A &...options) {
        optimizer = make(method, parameter, options...);
        for (int i = 0; i < 5; i++) {
            descend_somehow(optimizer, parameter);
        }
    }
};

// The file is refused with that status and text, and the optimiser steps on as its twin does.
void check_refused(const char *method, const std::string &path, rt_status status, const char *text) {
    const Trained one(method, 0.125);
    const Trained twin(method, 0.125);
    expect_error(status, text, [&] { load(one.optimizer, path); });
    CHECK(learning_rate(one.optimizer) == 0.125);
    descend_somehow(one.optimizer, one.parameter);
    descend_somehow(twin.optimizer, twin.parameter);
    check_same(one.parameter, read(twin.parameter), 0);
}

} // namespace

TEST_CASE_FIXTURE(Torch, "training that was saved goes on as if it had not stopped") {
    const Folder folder;
    const auto check = [&](const char *method, const auto &...options) {
        CAPTURE(method);
        const Trained one(method, options...);
        save(one.optimizer, folder.file("state"));
        const H parameter = copy_of(one.parameter);
        const H optimizer = make(method, parameter, 0.5);
        load(optimizer, folder.file("state"));
        CHECK(learning_rate(optimizer) == learning_rate(one.optimizer));
        for (int i = 0; i < 5; i++) {
            descend_somehow(one.optimizer, one.parameter);
            descend_somehow(optimizer, parameter);
            check_same(parameter, read(one.parameter), 0);
        }
    };
    check("sgd", 0.01);
    check("sgd", 0.01, 0.9, 0.1, 0.01);
    check("adam", 0.01);
    check("adam", 0.01, arg("amsgrad") = true);
    check("adamw", 0.01, arg("amsgrad") = true);
    check("rmsprop", 0.01);
    check("rmsprop", 0.01, arg("momentum") = 0.5, arg("centered") = true);
    check("adagrad", 0.01, arg("lr_decay") = 0.1);
    check("lbfgs", 1e-3, arg("max_iter") = 4);
    check("lbfgs", 0.1, arg("max_iter") = 3, arg("strong_wolfe") = true);
}

TEST_CASE_FIXTURE(Torch, "options are loaded, too, of every group") {
    const Folder folder;
    const H a = parameter({1});
    const H b = parameter({1, 2});
    const H optimizer = make("adam", a, 0.1);
    call("rt_torch_optim_add_group", optimizer, ids_of(b), 0.25);
    call("rt_torch_optim_set_group_option", optimizer, 1, "weight_decay", 0.5);
    save(optimizer, folder.file("state"));
    const H other = make("adam", parameter({1}), 0.5, 0.5);
    const H c = parameter({1, 2});
    call("rt_torch_optim_add_group", other, ids_of(c), 0.5);
    load(other, folder.file("state"));
    CHECK(option(other, "lr") == 0.1);
    CHECK(option(other, "beta1") == 0.9);
    CHECK(call<double>("rt_torch_optim_group_option", other, 1, "lr") == 0.25);
    CHECK(call<double>("rt_torch_optim_group_option", other, 1, "weight_decay") == 0.5);
}

TEST_CASE_FIXTURE(Torch, "an optimiser without steps is saved and loaded, which undoes the steps of the other") {
    const Folder folder;
    const H fresh = parameter({1, -2, 3, 0.5}, {2, 2});
    save(make("sgd", fresh, 0.25, 0.5), folder.file("state"));
    const Trained one("sgd", 0.125, 0.9);
    load(one.optimizer, folder.file("state"));
    const at::Tensor before = read(one.parameter);
    descend(one.optimizer, one.parameter);
    check_same(one.parameter, before - 0.25 * 2 * before); // no velocity
}

TEST_CASE_FIXTURE(Torch, "a state is loaded into the dtype of its parameter") {
    const Folder folder;
    const Trained one("adam", 0.01);
    save(one.optimizer, folder.file("state"));
    const H wide = to_dtype(from_at(read(one.parameter)), "float64");
    call("rt_torch_autograd_set_requires_grad", wide, true);
    const H optimizer = make("adam", wide, 0.5);
    load(optimizer, folder.file("state"));
    descend(one.optimizer, one.parameter);
    descend(optimizer, wide);
    check_same(wide, read(one.parameter).to(at::kDouble));
}

TEST_CASE_FIXTURE(Torch, "a file of another class, of other groups or other shapes is refused") {
    const Folder folder;
    const std::string path = folder.file("state");
    const auto saved = [&](const char *method, const H &parameter) -> const std::string & {
        const H optimizer = make(method, parameter, 0.25);
        descend_somehow(optimizer, parameter);
        save(optimizer, path);
        return path;
    };
    const H same = parameter({1, 2, 3, 4}, {2, 2});
    check_refused("sgd", saved("adam", same), RT_E_ARGUMENT,
                  "state: the file holds the state of adam, and this optimiser is sgd");
    check_refused("adamw", saved("adam", same), RT_E_ARGUMENT, "the state of adam, and this optimiser is adamw");
    check_refused("adam", saved("adam", parameter({1, 2, 3, 4})), RT_E_ARGUMENT,
                  "the file's state of parameter 0 has shape [4], and the parameter [2, 2]");
    check_refused("lbfgs", saved("lbfgs", parameter({1, 2, 3})), RT_E_ARGUMENT,
                  "has shape [3], and the parameter [2, 2]");
    const H more = parameter({1});
    const H optimizer = make("adam", same, 0.1);
    call("rt_torch_optim_add_group", optimizer, ids_of(more), 0.1);
    save(optimizer, path);
    check_refused("adam", path, RT_E_ARGUMENT, "the file is of 2 groups of parameters, and this optimiser has 1");
    save(call<H>("rt_torch_optim_adam", Dims{same.get(), more.get()}), path);
    check_refused("adam", path, RT_E_ARGUMENT, "the file is of 2 parameters in group 0, and this optimiser has 1");
    expect_cause("other_optimizer", [&] { load(make("adam", same), path); });
}

TEST_CASE_FIXTURE(Torch, "files that are none are refused, each with its reason") {
    const Folder folder;
    check_refused("sgd", folder.file("missing"), RT_E_NOT_FOUND, "there is no file ");
    check_refused("sgd", folder.file("."), RT_E_ARGUMENT, "is not a regular file");
    check_refused("sgd", std::string("a\0b", 3), RT_E_ARGUMENT, "path has a NUL in it");
    const char *const not_one = "is not the state of an optimiser (";
    check_refused("sgd", folder.with("empty", ""), RT_E_CALLEE, not_one);
    check_refused("sgd", folder.with("text", "no archive at all"), RT_E_CALLEE, not_one);
    check_refused("sgd", (fs::path(RTFFI_TEST_MODELS) / "affine.pt").string(), RT_E_CALLEE, not_one);
    expect_cause("not_an_optimizer", [&] { load(Trained("sgd", 0.1).optimizer, folder.file("text")); });
}

TEST_CASE_FIXTURE(Torch, "a damaged file is refused wherever it is damaged, and changes nothing") {
    const Folder folder;
    save(Trained("adam", 0.125).optimizer, folder.file("whole"));
    const std::string whole = content_of(folder.file("whole"));
    const auto refused = [&](const std::string &content) {
        const Trained one("adam", 0.125);
        const Trained twin("adam", 0.125);
        try {
            load(one.optimizer, folder.with("damaged", content));
        } catch (const rt::Error &error) {
            CHECK(error.code() == RT_E_CALLEE);
        }
        descend(one.optimizer, one.parameter);
        descend(twin.optimizer, twin.parameter);
        check_same(one.parameter, read(twin.parameter), 0); // whether it was noticed, or made no difference
    };
    for (std::size_t size = 0; size < whole.size(); size += whole.size() / 16) {
        refused(whole.substr(0, size));
    }
    for (std::size_t at = 7; at < whole.size(); at += whole.size() / 96) {
        CAPTURE(at);
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x10);
        refused(changed);
    }
}

TEST_CASE_FIXTURE(Torch, "a file that cannot be written is told, and the one that was there stays") {
    const Folder folder;
    const Trained one("adam", 0.125);
    expect_error(RT_E_NOT_FOUND, "there is no folder ", [&] { save(one.optimizer, folder.file("no/such/folder")); });
    expect_cause("folder_not_found", [&] { save(one.optimizer, folder.file("no/such/folder")); });
    expect_error(RT_E_ARGUMENT, "path is empty", [&] { save(one.optimizer, ""); });
    expect_error(RT_E_ARGUMENT, "is there, and is not a regular file", [&] { save(one.optimizer, folder.file(".")); });
    expect_error(RT_E_ARGUMENT, "path has a NUL in it", [&] { save(one.optimizer, std::string("a\0b", 3)); });
    // A folder where the unfinished file would be.
    const std::string path = folder.with("state", "what was there");
    fs::create_directory(path + ".unfinished");
    expect_error(RT_E_CALLEE, "state cannot be written: ", [&] { save(one.optimizer, path); });
    expect_cause("cannot_write", [&] { save(one.optimizer, path); });
    CHECK(content_of(path) == "what was there");
    fs::remove(path + ".unfinished");
    save(one.optimizer, path);
    load(one.optimizer, path);
    CHECK_FALSE(fs::exists(path + ".unfinished"));
}

} // namespace torch_test::test_optim_file
