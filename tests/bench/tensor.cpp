// tensor.cpp - add, relu and matmul on 2x2 tensors: LibTorch called directly, through the registry's native entries, and through a
// hand-made wrapper library, which is what there is without it.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstdio>
#include <cstdlib>

#include <rtffi/rtffi.h>

#include "bound.hpp"
#include "measure.hpp"
#include "wrapper.hpp"

namespace {

using bench::native;

using Unary = std::int64_t (*)(std::int64_t);
using Binary = std::int64_t (*)(std::int64_t, std::int64_t);

std::int64_t tensor(const double *values) {
    static const auto from_data =
        native<std::int64_t (*)(const double *, std::size_t, const std::int64_t *, std::size_t)>(
            "rt_torch_tensor_from_data");
    const std::int64_t dims[] = {2, 2};
    return from_data(values, 4, dims, 2);
}

template <class Operation> bench::Variant direct(const char *name, Operation operation) {
    return {name, [operation](std::int64_t n) {
                for (std::int64_t i = 0; i < n; i++) {
                    bench::keep(operation());
                }
            }};
}

template <class Operation> bench::Variant registry(const char *name, const char *baseline, Operation operation) {
    return {name,
            [operation](std::int64_t n) {
                for (std::int64_t i = 0; i < n; i++) {
                    rt_handle_free(operation());
                }
            },
            baseline, 1.08};
}

template <class Operation> bench::Variant wrapped(const char *name, const char *baseline, Operation operation) {
    return {name,
            [operation](std::int64_t n) {
                for (std::int64_t i = 0; i < n; i++) {
                    wrapper_free(operation());
                }
            },
            baseline};
}

} // namespace

int main(int argc, char **argv) {
    static const double values[] = {1, -2, 3, -4};
    static const double others[] = {5, 6, -7, 8};
    static const std::int64_t a = tensor(values);
    static const std::int64_t b = tensor(others);
    static const at::Tensor x = at::tensor({1.F, -2.F, 3.F, -4.F}).reshape({2, 2}).clone();
    static const at::Tensor y = at::tensor({5.F, 6.F, -7.F, 8.F}).reshape({2, 2}).clone();
    static const auto add = native<Binary>("rt_torch_torchtensor_add");
    static const auto relu = native<Unary>("rt_torch_torchtensor_relu");
    static const auto matmul = native<Binary>("rt_torch_torchtensor_matmul");
    at::set_num_threads(1);

    bench::Options options;
    options.repetitions = 20000;
    options.processes = 12;
    options.rounds = 5;
    options.instructions = false; // LibTorch takes minutes to start under callgrind
    return bench::compare(argc, argv, "2x2 tensors",
                          {
                              direct("at::add", [] { return at::add(x, y); }),
                              registry("rt_torch_torchtensor_add", "at::add", [] { return add(a, b); }),
                              wrapped("C wrapper: add", "at::add", [] { return wrapper_add(&x, &y); }),
                              direct("at::relu", [] { return at::relu(x); }),
                              registry("rt_torch_torchtensor_relu", "at::relu", [] { return relu(a); }),
                              wrapped("C wrapper: relu", "at::relu", [] { return wrapper_relu(&x); }),
                              direct("at::matmul", [] { return at::matmul(x, y); }),
                              registry("rt_torch_torchtensor_matmul", "at::matmul", [] { return matmul(a, b); }),
                              wrapped("C wrapper: matmul", "at::matmul", [] { return wrapper_matmul(&x, &y); }),
                          },
                          options);
}
