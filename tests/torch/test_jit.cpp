// TorchScript: models that make_model.py wrote with Python's torch. What they compute is known by arithmetic.
#include <sys/stat.h>

#include "files.hpp"

namespace torch_test::test_jit {

namespace {

std::string model_path(const char *name) { return (fs::path(RTFFI_TEST_MODELS) / name).string(); }

H load(const std::string &path) { return call<H>("rt_torch_jit_load", path); }
H forward(const H &module, const H &input) { return call<H>("rt_torch_jit_forward", module, input); }

void load_fails(rt_status status, const char *text, const std::string &path) {
    expect_error(status, text, [&] { load(path); });
}

// Of the error that it throws.
template <class Body> std::string cause_of(Body body) {
    try {
        body();
    } catch (const rt::Error &error) {
        return error.cause();
    }
    return "no error";
}

} // namespace

TEST_CASE_FIXTURE(Torch, "a model of Python's computes what it computes there") {
    const H model = load(model_path("affine.pt")); // x [[1, 2], [3, 4]] + [10, 20]
    CHECK(std::string(rt_handle_class(model.get())) == "TorchScriptModule");
    const H y = forward(model, tensor({1, 0, 1, 1}, {2, 2}));
    check_values(y, {11, 22, 14, 26});
    CHECK(shape_of(y) == Dims{2, 2});
    CHECK(dtype_of(y) == "float32");
    for (int i = 0; i < 5; i++) { // LibTorch optimises the model after its first runs
        check_values(forward(model, tensor({1, 0})), {11, 22});
    }
}

TEST_CASE_FIXTURE(Torch, "a model by its native entries") {
    const H model(native<std::int64_t(const char *)>("rt_torch_jit_load")(model_path("affine.pt").c_str()));
    const H x = tensor({0, 1});
    const auto run = native<std::int64_t(std::int64_t, std::int64_t)>("rt_torch_jit_forward");
    check_values(H(run(model.get(), x.get())), {13, 24});
    expect_native_error(RT_E_ARGUMENT, "argument 1 (path): the text is null",
                        [] { native<std::int64_t(const char *)>("rt_torch_jit_load")(nullptr); });
    expect_native_error(RT_E_HANDLE, "argument 1 (module)", [&] { CHECK(run(x.get(), x.get()) == 0); });
}

TEST_CASE_FIXTURE(Torch, "gradients go through a model") {
    const H x = parameter({1, 1}, {1, 2});
    backward(call<H>("rt_torch_torchtensor_sum_all", forward(load(model_path("affine.pt")), x)));
    check_values(grad(x), {3, 7}); // the sums of the weight's rows
}

TEST_CASE_FIXTURE(Torch, "a model's result outlives the model") {
    const H y = forward(load(model_path("affine.pt")), tensor({0, 0}));
    check_values(y, {10, 20});
}

TEST_CASE_FIXTURE(Torch, "a result that is not one tensor is an error that names its type") {
    const H model = load(model_path("pair.pt"));
    CHECK(cause_of([&] { forward(model, tensor({1})); }) == "not_a_tensor");
    expect_error(RT_E_CALLEE, "the model's result is of type Tuple[Tensor, int], and not one Tensor",
                 [&] { forward(model, tensor({1})); });
}

TEST_CASE_FIXTURE(Torch, "a model that cannot take one tensor says so") {
    const H none = load(model_path("no_forward.pt"));
    expect_error(RT_E_ARGUMENT, "the model has no method forward", [&] { forward(none, tensor({1})); });
    const H two = load(model_path("two_inputs.pt"));
    expect_error(RT_E_CALLEE, "missing value for argument 'y'", [&] { forward(two, tensor({1})); });
}

TEST_CASE_FIXTURE(Torch, "an exception of the model's is an error with its message, and the model stays usable") {
    const H model = load(model_path("picky.pt"));
    expect_error(RT_E_CALLEE, "the model wants rows and columns", [&] { forward(model, tensor({1})); });
    check_values(forward(model, tensor({1}, {1, 1})), {1});
    const H affine = load(model_path("affine.pt"));
    expect_error(RT_E_CALLEE, "rt_torch_jit_forward: ", [&] { forward(affine, tensor({1, 2, 3})); });
    expect_error(RT_E_CALLEE, "rt_torch_jit_forward: ", [&] { forward(affine, to_dtype(tensor({1, 2}), "int64")); });
    check_values(forward(affine, tensor({0, 0})), {10, 20});
}

TEST_CASE_FIXTURE(Torch, "a file that is not there is not found") {
    load_fails(RT_E_NOT_FOUND, "there is no file ", model_path("nothing.pt"));
    CHECK(cause_of([] { load(model_path("nothing.pt")); }) == "file_not_found");
    load_fails(RT_E_NOT_FOUND, "there is no file", "");
    load_fails(RT_E_NOT_FOUND, "there is no file no\\nthing\\xff.pt", "no\nthing\xff.pt");
    load_fails(RT_E_ARGUMENT, "File name too long", std::string(10'000, 'x'));
    load_fails(RT_E_ARGUMENT, "path has a NUL in it", std::string("model\0.pt", 9));
    expect_error(RT_E_TYPE, "argument 1 (path)", [] { call("rt_torch_jit_load", 5); });
}

TEST_CASE_FIXTURE(Torch, "what is no regular file is refused without reading it") {
    const Folder folder;
    REQUIRE(mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    load_fails(RT_E_ARGUMENT, "is not a regular file", folder.file("pipe"));
    load_fails(RT_E_ARGUMENT, "is not a regular file", folder.file(""));
    load_fails(RT_E_ARGUMENT, "is not a regular file", "/dev/null");
}

TEST_CASE_FIXTURE(Torch, "a file that is no TorchScript is refused, with how to write one") {
    const Folder folder;
    const auto refused = [](const std::string &path) {
        load_fails(RT_E_CALLEE, "is not a TorchScript file (", path);
        load_fails(RT_E_CALLEE, "write one in Python with torch.jit.script(model).save(path)", path);
    };
    refused(folder.with("empty.pt", ""));
    refused(folder.with("text.pt", "not a model\n"));
    std::string empty_archive = "PK\5\6";
    empty_archive.append(18, '\0');
    refused(folder.with("zip.pt", empty_archive));
    refused(model_path("checkpoint.pt")); // torch.save of a state dict
    CHECK(cause_of([] { load(model_path("checkpoint.pt")); }) == "not_torchscript");
}

TEST_CASE_FIXTURE(Torch, "a damaged model is an error, wherever it was cut off") {
    const Folder folder;
    const std::string whole = content_of(model_path("affine.pt"));
    REQUIRE(whole.size() > 1000);
    for (std::size_t size = 0; size < whole.size(); size += 97) {
        CAPTURE(size);
        load_fails(RT_E_CALLEE, "is not a TorchScript file", folder.with("model.pt", whole.substr(0, size)));
    }
}

TEST_CASE_FIXTURE(Torch, "one wrong bit anywhere in a model never harms the process") {
    const Folder folder;
    const std::string whole = content_of(model_path("affine.pt"));
    for (std::size_t at = 0; at < whole.size(); at += 7) {
        CAPTURE(at);
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
        const std::string path = folder.with("model.pt", damaged);
        try {
            load(path); // where the bit is one of a weight, or unused
        } catch (const rt::Error &error) {
            check_error(error.code(), error.what(), RT_E_CALLEE, "rt_torch_jit_load: ");
        }
    }
    std::string damaged = whole;
    damaged[whole.find("_is_full_backward_hook")] = '-'; // in data.pkl: LibTorch would believe it
    load_fails(RT_E_CALLEE, "damaged archive: data.pkl is not as it was written", folder.with("model.pt", damaged));
}

TEST_CASE_FIXTURE(Torch, "TorchScript functions refuse wrong handles, and say which argument it was") {
    const H model = load(model_path("affine.pt"));
    const H x = tensor({1, 1});
    refuses_wrong_handles("rt_torch_jit_forward", {rt_handle(0), rt_handle(x.get())}, 0, x.get());
    refuses_wrong_handles("rt_torch_jit_forward", {rt_handle(model.get()), rt_handle(0)}, 1, model.get());
    const H layer = call<H>("rt_torch_module_relu");
    expect_error(RT_E_HANDLE, "TorchModule", [&] { forward(layer, x); });
}

} // namespace torch_test::test_jit
