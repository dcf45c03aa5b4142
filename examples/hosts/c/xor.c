/* xor.c - the exclusive or, trained from plain C11 over rtffi.h. Nothing of LibTorch is linked or included.
 *
 *     cc -std=c11 xor.c -lrtffi -o xor && ./xor
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rtffi/rtffi.h>

/* Prints the thread's last error and ends the program. */
static void die(void) {
    const char *message = rt_dlerror();
    /* Where LibTorch is missing, that sentence alone, without the function that needed it. */
    const char *missing = message ? strstr(message, "LibTorch is not available: ") : NULL;
    if (missing) {
        fprintf(stderr, "%s\n", missing);
    } else {
        fprintf(stderr, "xor: %s\n", message ? message : "unknown error");
    }
    exit(1);
}

/* The native address of a function, after its signature was compared with the one declared here. i64 stands for handles. */
static rt_native_entry bind(const char *name, const char *signature) {
    const rt_function *function;
    if (rt_bind(name, signature, 0, &function) != RT_OK) {
        die();
    }
    return function->native;
}

/* A native call reports failure as 0 and sets the thread's status, as errno is set. */
static int64_t check(int64_t handle) {
    if (handle == 0) {
        die();
    }
    return handle;
}
static void check_status(void) {
    if (*rt_error_location() != RT_OK) {
        die();
    }
}

typedef void (*seed_function)(int64_t);
typedef int64_t (*from_data_function)(const double *, size_t, const int64_t *, size_t);
typedef int64_t (*linear_function)(int64_t, int64_t, bool);
typedef int64_t (*make_function)(void);
typedef int64_t (*sequential_function)(const int64_t *, size_t);
typedef const int64_t *(*parameters_function)(int64_t, size_t *);
typedef int64_t (*adam_function)(const int64_t *, size_t, double, double, double, double, double, bool);
typedef int64_t (*binary_function)(int64_t, int64_t);
typedef void (*action_function)(int64_t);
typedef int64_t (*to_memory_function)(int64_t, void *, size_t);

int main(int argc, char **argv) {
    static const double inputs[] = {0, 0, 0, 1, 1, 0, 1, 1};
    static const double targets[] = {0, 1, 1, 0};
    float outputs[4];
    double loss_value = 0;
    int right = 0;

    if (argc > 1) {
        fprintf(stderr, "xor: unknown option '%s': it takes none\n", argv[1]);
        return 2;
    }
    if (rt_dlopen("torch", 0) == 0) {
        fprintf(stderr, "LibTorch is not available: %s\n", rt_dlerror());
        return 1;
    }
    seed_function manual_seed = (seed_function)bind("rt_torch_manual_seed", "f(seed: i64)");
    from_data_function from_data =
        (from_data_function)bind("rt_torch_tensor_from_data", "f(data: [f64], dims: [i64]) -> i64");
    linear_function linear =
        (linear_function)bind("rt_torch_module_linear", "f(in_features: i64, out_features: i64, bias: bool) -> i64");
    make_function tanh_module = (make_function)bind("rt_torch_module_tanh", "f() -> i64");
    make_function sigmoid_module = (make_function)bind("rt_torch_module_sigmoid", "f() -> i64");
    sequential_function sequential =
        (sequential_function)bind("rt_torch_module_sequential", "f(modules: [i64]) -> i64");
    parameters_function parameters = (parameters_function)bind("rt_torch_module_parameters", "f(module: i64) -> [i64]");
    adam_function adam =
        (adam_function)bind("rt_torch_optim_adam", "f(parameters: [i64], lr: f64, beta1: f64, beta2: f64, "
                                                   "eps: f64, weight_decay: f64, amsgrad: bool) -> i64");
    binary_function forward = (binary_function)bind("rt_torch_module_forward", "f(module: i64, input: i64) -> i64");
    binary_function mse = (binary_function)bind("rt_torch_loss_mse", "f(input: i64, target: i64) -> i64");
    action_function backward = (action_function)bind("rt_torch_autograd_backward", "f(handle: i64)");
    action_function zero_grad = (action_function)bind("rt_torch_optim_zero_grad", "f(optimizer: i64)");
    action_function step = (action_function)bind("rt_torch_optim_step", "f(optimizer: i64)");
    to_memory_function to_memory =
        (to_memory_function)bind("rt_torch_torchtensor_to_memory", "f(handle: i64, out: mut bytes) -> i64");

    *rt_error_location() = RT_OK;
    manual_seed(1);
    check_status();
    const int64_t x = check(from_data(inputs, 8, (int64_t[]){4, 2}, 2));
    const int64_t y = check(from_data(targets, 4, (int64_t[]){4, 1}, 2));
    const int64_t layers[] = {check(linear(2, 8, true)), check(tanh_module()), check(linear(8, 1, true)),
                              check(sigmoid_module())};
    const int64_t model = check(sequential(layers, 4));
    size_t count = 0;
    const int64_t *weights = parameters(model, &count); /* borrowed; the handles in it are ours */
    if (!weights) {
        die();
    }
    const int64_t optimizer = check(adam(weights, count, 0.03, 0.9, 0.999, 1e-8, 0, false));

    for (int i = 1; i <= 300; i++) {
        const int64_t scope = rt_scope_begin(); /* frees the tensors of this step */
        const int64_t loss = check(mse(check(forward(model, x)), y));
        *rt_error_location() = RT_OK;
        zero_grad(optimizer);
        backward(loss);
        step(optimizer);
        check_status();
        if (i % 50 == 0) {
            float value;
            check(to_memory(loss, &value, sizeof value));
            printf("step %4d: loss %.6f\n", i, (double)value);
        }
        rt_scope_end(scope);
    }

    check(to_memory(check(forward(model, x)), outputs, sizeof outputs));
    for (int i = 0; i < 4; i++) {
        const double error = (double)outputs[i] - targets[i];
        printf("%.0f xor %.0f = %.4f\n", inputs[2 * i], inputs[2 * i + 1], (double)outputs[i]);
        loss_value += error * error / 4;
        right += (outputs[i] > 0.5f) == (targets[i] > 0.5);
    }
    printf("xor: accuracy %.1f %%, loss %.4f\n", 25.0 * right, loss_value);
    return right == 4 && loss_value < 0.01 ? 0 : 1;
}
