// support.hpp - what the tests of the torch plugin share.
//
// A test calls functions of the plugin through the registry, and works out what to expect by hand or with LibTorch called
// directly (this program links it, and the plugin finds the same one in the process):
//
//     TEST_CASE_FIXTURE(Torch, "relu keeps what is positive") {
//         const H x = tensor({-1, 2});
//         check_values(call<H>("rt_torch_torchtensor_relu", x), {0, 2});
//         check_same(call<H>("rt_torch_torchtensor_relu", x), at::relu(at_tensor({-1, 2})));
//         expect_error(RT_E_HANDLE, "is 0", [] { call("rt_torch_torchtensor_relu", 0); });
//     }
#pragma once

#include <ATen/ATen.h>
#include <doctest/doctest.h>

#include <rtffi/host.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace torch_test {

using rt::arg;
using rt::call;
using rt::Function;
using H = rt::Handle; // frees its handle when it goes

using Dims = std::vector<std::int64_t>;
using Values = std::vector<double>;

// The fixture of every test: the plugin is loaded, and no handle stays alive.
class Torch {
  public:
    Torch() {
        static const std::int64_t plugin = rt_dlopen("torch", RT_DLOPEN_REQUIRE_REAL);
        REQUIRE_MESSAGE(plugin != 0, rt_dlerror());
        alive_ = rt_handle_count();
    }
    Torch(const Torch &) = delete;
    Torch &operator=(const Torch &) = delete;
    ~Torch() { CHECK_MESSAGE(rt_handle_count() == alive_, "handles leaked, or were freed once too often"); }

  private:
    std::int64_t alive_;
};

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// ---- Tensors: through the registry and directly, from the same values ----------------------------------------------

inline H tensor(const Values &values, const Dims &dims) { return call<H>("rt_torch_tensor_from_data", values, dims); }
inline H tensor(const Values &values) { return tensor(values, {static_cast<std::int64_t>(values.size())}); }
inline H scalar(double value) { return tensor({value}, {}); }

inline at::Tensor at_tensor(const Values &values, const Dims &dims) {
    return at::tensor(values, at::kDouble).to(at::kFloat).reshape(dims);
}
inline at::Tensor at_tensor(const Values &values) {
    return at_tensor(values, {static_cast<std::int64_t>(values.size())});
}

inline std::string dtype_of(const H &handle) { return call<std::string>("rt_torch_torchtensor_dtype", handle); }
inline Dims shape_of(const H &handle) { return call<Dims>("rt_torch_torchtensor_shape", handle); }

inline H to_dtype(const H &handle, const char *dtype) {
    return call<H>("rt_torch_torchtensor_to_dtype", handle, dtype);
}

// A tensor that collects gradients.
inline H parameter(const Values &values, const Dims &dims) {
    H handle = tensor(values, dims);
    call("rt_torch_autograd_set_requires_grad", handle, true);
    return handle;
}
inline H parameter(const Values &values) { return parameter(values, {static_cast<std::int64_t>(values.size())}); }

inline void backward(const H &handle) { call("rt_torch_autograd_backward", handle); }
// Its gradient; an empty one where there is none.
inline H grad(const H &handle) { return call<H>("rt_torch_autograd_grad", handle); }

// LibTorch's dtypes and their names in the registry.
struct Dtype {
    at::ScalarType type;
    const char *name;
};
inline constexpr Dtype dtypes[] = {
    {at::kFloat, "float32"},
    {at::kDouble, "float64"},
    {at::kHalf, "float16"},
    {at::kBFloat16, "bfloat16"},
    {at::kLong, "int64"},
    {at::kInt, "int32"},
    {at::kShort, "int16"},
    {at::kChar, "int8"},
    {at::kByte, "uint8"},
    {at::kBool, "bool"},
    {at::kComplexFloat, "complex64"},
    {at::kComplexDouble, "complex128"},
};

// A copy of LibTorch's tensor as a handle, of any dtype.
inline H from_at(const at::Tensor &source) {
    const at::Tensor whole = source.detach().contiguous();
    const std::span bytes(static_cast<const std::byte *>(whole.data_ptr()), whole.nbytes());
    for (const auto &[type, name] : dtypes) {
        if (type == whole.scalar_type()) {
            return call<H>("rt_torch_tensor_from_memory", bytes, whole.sizes().vec(), name);
        }
    }
    FAIL("no name for the dtype ", c10::toString(whole.scalar_type()));
    return {};
}

// The other way round: a copy of what the handle stands for.
inline at::Tensor read(const H &handle) {
    const std::string wanted = dtype_of(handle);
    for (const auto &[type, name] : dtypes) {
        if (wanted == name) {
            const at::Tensor copy = at::empty(shape_of(handle), type);
            const std::span bytes(static_cast<std::byte *>(copy.data_ptr()), copy.nbytes());
            call("rt_torch_torchtensor_to_memory", handle, bytes);
            return copy;
        }
    }
    FAIL("no dtype for the name ", wanted);
    return {};
}

// ---- Comparing ---------------------------------------------------------------------------------------------------------

inline constexpr double close_enough = 1e-5;

inline bool close(const at::Tensor &a, const at::Tensor &b, double tolerance) {
    if (!a.is_floating_point() && !a.is_complex()) {
        return a.equal(b);
    }
    const at::ScalarType wide = a.is_complex() ? at::kComplexDouble : at::kDouble;
    return a.to(wide).allclose(b.to(wide), tolerance, tolerance, /*equal_nan=*/true);
}

// The same shape, dtype and numbers; NaN equals NaN.
inline void check_same(const H &got, const at::Tensor &want, double tolerance = close_enough) {
    const at::Tensor values = read(got);
    const at::Tensor plain = want.detach();
    const bool same = values.scalar_type() == plain.scalar_type() && values.sizes() == plain.sizes() &&
                      close(values, plain, tolerance);
    CHECK_MESSAGE(same, c10::str("got ", values, "\nwanted ", plain));
}

// The same numbers, row by row, whatever the shape and the dtype.
inline void check_values(const H &got, const Values &want, double tolerance = close_enough) {
    const at::Tensor values = read(got).flatten().to(at::kDouble);
    const at::Tensor wanted = at::tensor(want, at::kDouble);
    const bool same = values.sizes() == wanted.sizes() && close(values, wanted, tolerance);
    CHECK_MESSAGE(same, c10::str("got ", values, "\nwanted ", wanted));
}

// ---- Errors ------------------------------------------------------------------------------------------------------------

inline void check_error(rt_status got, const std::string &message, rt_status want, std::string_view text) {
    const std::string report = c10::str("got ", rt_status_name(got), " \"", message, "\"\nwanted ",
                                        rt_status_name(want), " with \"", text, "\"");
    CHECK_MESSAGE((got == want && contains(message, text)), report);
}

inline std::string last_message() {
    rt_error error{};
    error.struct_size = sizeof error;
    return rt_last_error(&error) == RT_OK ? "no error" : error.message;
}

// `body` throws an rt::Error of that status, whose message has `text` in it.
template <class Body> void expect_error(rt_status status, std::string_view text, Body body) {
    std::string message = "no error";
    rt_status got = RT_OK;
    try {
        body();
    } catch (const rt::Error &error) {
        got = error.code();
        message = error.what();
    }
    check_error(got, message, status, text);
}

// A handle that was a tensor's and is freed.
inline std::int64_t freed_handle() { return tensor({1}).get(); }

// `name` answers each sort of wrong handle in place of argument `index` with an error that names the function and the
// argument. `stranger` is a live handle of another class.
inline void refuses_wrong_handles(const char *name, std::vector<rt_value> arguments, std::size_t index,
                                  std::int64_t stranger) {
    const struct {
        rt_value value;
        rt_status status;
        const char *text;
    } wrong[] = {
        {rt_handle(0), RT_E_HANDLE, "0"},         {rt_handle(freed_handle()), RT_E_HANDLE, "freed"},
        {rt_handle(-1), RT_E_HANDLE, "handle"},   {rt_handle(stranger), RT_E_HANDLE, rt_handle_class(stranger)},
        {rt_f64(1.5), RT_E_TYPE, "got a double"},
    };
    const rt_function *function = rt_lookup(name);
    REQUIRE_MESSAGE(function != nullptr, last_message());
    for (const auto &[value, status, text] : wrong) {
        arguments[index] = value;
        rt_value result{};
        const rt_status got = rt_call(function, arguments.data(), arguments.size(), &result);
        const rt::Value owner(result);
        const std::string message = last_message();
        check_error(got, message, status, std::string(name) + ": argument " + std::to_string(index + 1) + " (");
        check_error(got, message, status, text);
    }
}

// ---- Native entries ----------------------------------------------------------------------------------------------------

// The C function of that name; T is its C type.
template <class T> T *native(const char *name) {
    const std::int64_t address = rt_dlsym(0, name);
    REQUIRE_MESSAGE(address != 0, name);
    return reinterpret_cast<T *>(address);
}

// The native call fails with that status and leaves a message with `text` in it.
template <class Body> void expect_native_error(rt_status status, std::string_view text, Body body) {
    *rt_error_location() = RT_OK;
    body();
    check_error(*rt_error_location(), last_message(), status, text);
}

} // namespace torch_test
