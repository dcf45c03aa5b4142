// SPDX-License-Identifier: Apache-2.0
// api.hpp - the torch plugin's functions as C++ declarations, bound at their first call.
//
// This is the registry's raw interface: handles are int64_t, and those that are returned are the caller's to free.
// The classes beside this file own them. Each line is what an `extern fn` line is in other languages.
#ifndef RTFFI_TORCH_API_HPP
#define RTFFI_TORCH_API_HPP

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "../host.hpp"

namespace rt::torch::api {

// Opens the torch plugin, once in a process; throws what rt_dlopen reports.
inline void load() {
    static std::atomic<bool> loaded{false};
    if (!loaded.load(std::memory_order_acquire)) {
        Library("torch").keep(); // LibTorch stays in a process for good
        loaded.store(true, std::memory_order_release);
    }
}

using i64 = std::int64_t;
using i64s = std::span<const std::int64_t>;
using f64s = std::span<const double>;
using text = const char *;
using string = const std::string &;

template <class Type> struct Declared : LazyFunction<Type> {
    constexpr explicit Declared(const char *name) noexcept : LazyFunction<Type>(name, &load) {}
};

#define RTFFI_TORCH(type, member, name) inline constinit const Declared<type> member{"rt_torch_" name};

RTFFI_TORCH(bool(), available, "available")
RTFFI_TORCH(std::string(), version, "version")
RTFFI_TORCH(std::string(), show_config, "show_config")
RTFFI_TORCH(std::string(), why_unavailable, "why_unavailable")
RTFFI_TORCH(void(i64), manual_seed, "manual_seed")
RTFFI_TORCH(i64(), get_num_threads, "get_num_threads")
RTFFI_TORCH(void(i64), set_num_threads, "set_num_threads")

// Creation.
RTFFI_TORCH(i64(i64s), zeros, "tensor_zeros")
RTFFI_TORCH(i64(i64s), ones, "tensor_ones")
RTFFI_TORCH(i64(i64s), empty, "tensor_empty")
RTFFI_TORCH(i64(i64s), randn, "tensor_randn")
RTFFI_TORCH(i64(i64s), rand, "tensor_rand")
RTFFI_TORCH(i64(i64s, double), full, "tensor_full")
RTFFI_TORCH(i64(double, double, double), arange, "tensor_arange")
RTFFI_TORCH(i64(double, double, i64), linspace, "tensor_linspace")
RTFFI_TORCH(i64(i64), eye, "tensor_eye")
RTFFI_TORCH(i64(std::span<const std::byte>, i64s, text), from_memory, "tensor_from_memory")
RTFFI_TORCH(i64(i64, std::span<std::byte>), to_memory, "torchtensor_to_memory")

// What a tensor is.
RTFFI_TORCH(i64(i64), ndim, "torchtensor_ndim")
RTFFI_TORCH(i64(i64), numel, "torchtensor_numel")
RTFFI_TORCH(i64s(i64), shape, "torchtensor_shape")
RTFFI_TORCH(std::string_view(i64), dtype, "torchtensor_dtype")
RTFFI_TORCH(i64(i64, text), to_dtype, "torchtensor_to_dtype")
RTFFI_TORCH(std::string(i64), to_text, "torchtensor_to_text")
RTFFI_TORCH(double(i64), item, "torchtensor_item")

// Arithmetic.
RTFFI_TORCH(i64(i64, i64), add, "torchtensor_add")
RTFFI_TORCH(i64(i64, i64), sub, "torchtensor_sub")
RTFFI_TORCH(i64(i64, i64), mul, "torchtensor_mul")
RTFFI_TORCH(i64(i64, i64), div, "torchtensor_div")
RTFFI_TORCH(i64(i64, double), pow, "torchtensor_pow")
RTFFI_TORCH(i64(i64), neg, "torchtensor_neg")
RTFFI_TORCH(i64(i64), abs, "torchtensor_abs")
RTFFI_TORCH(i64(i64), sqrt, "torchtensor_sqrt")
RTFFI_TORCH(i64(i64), exp, "torchtensor_exp")
RTFFI_TORCH(i64(i64), log, "torchtensor_log")
RTFFI_TORCH(i64(i64, double), add_scalar, "torchtensor_add_scalar")
RTFFI_TORCH(i64(i64, double), mul_scalar, "torchtensor_mul_scalar")
RTFFI_TORCH(i64(i64, i64), eq, "torchtensor_eq")
RTFFI_TORCH(i64(i64, i64), ne, "torchtensor_ne")
RTFFI_TORCH(i64(i64, i64), lt, "torchtensor_lt")
RTFFI_TORCH(i64(i64, i64), le, "torchtensor_le")
RTFFI_TORCH(i64(i64, i64), gt, "torchtensor_gt")
RTFFI_TORCH(i64(i64, i64), ge, "torchtensor_ge")

// In place: without a result.
RTFFI_TORCH(void(i64, i64), add_, "torchtensor_add_")
RTFFI_TORCH(void(i64, i64), sub_, "torchtensor_sub_")
RTFFI_TORCH(void(i64, i64), mul_, "torchtensor_mul_")
RTFFI_TORCH(void(i64, i64), div_, "torchtensor_div_")
RTFFI_TORCH(void(i64, double), add_scalar_, "torchtensor_add_scalar_")
RTFFI_TORCH(void(i64, double), sub_scalar_, "torchtensor_sub_scalar_")
RTFFI_TORCH(void(i64, double), mul_scalar_, "torchtensor_mul_scalar_")
RTFFI_TORCH(void(i64, double), div_scalar_, "torchtensor_div_scalar_")
RTFFI_TORCH(void(i64), zero_, "torchtensor_zero_")
RTFFI_TORCH(void(i64, double), fill_, "torchtensor_fill_")
RTFFI_TORCH(void(i64, i64), copy_, "torchtensor_copy_")
RTFFI_TORCH(void(i64, i64), copy_non_blocking_, "torchtensor_copy_non_blocking_")

// Activations.
RTFFI_TORCH(i64(i64), relu, "torchtensor_relu")
RTFFI_TORCH(i64(i64), sigmoid, "torchtensor_sigmoid")
RTFFI_TORCH(i64(i64), tanh, "torchtensor_tanh")
RTFFI_TORCH(i64(i64, double), leaky_relu, "torchtensor_leaky_relu")
RTFFI_TORCH(i64(i64), gelu, "torchtensor_gelu")
RTFFI_TORCH(i64(i64, i64), softmax, "torchtensor_softmax")
RTFFI_TORCH(i64(i64, i64), log_softmax, "torchtensor_log_softmax")

// Linear algebra.
RTFFI_TORCH(i64(i64, i64), matmul, "torchtensor_matmul")
RTFFI_TORCH(i64(i64, i64), dot, "torchtensor_dot")
RTFFI_TORCH(i64(i64, i64, i64), transpose, "torchtensor_transpose")
RTFFI_TORCH(i64(i64), t, "torchtensor_t")
RTFFI_TORCH(double(i64), norm, "torchtensor_norm")
RTFFI_TORCH(double(i64), det, "torchtensor_det")
RTFFI_TORCH(i64(i64), inverse, "torchtensor_inverse")
RTFFI_TORCH(i64(i64), svd, "torchtensor_svd")
RTFFI_TORCH(i64(i64), eig, "torchtensor_eig")
RTFFI_TORCH(i64(i64), tuple_size, "tuple_size")
RTFFI_TORCH(i64(i64, i64), tuple_get, "tuple_get")

// Reductions.
RTFFI_TORCH(i64(i64), sum_all, "torchtensor_sum_all")
RTFFI_TORCH(i64(i64), mean_all, "torchtensor_mean_all")
RTFFI_TORCH(i64(i64, i64, bool), sum_dim, "torchtensor_sum_dim")
RTFFI_TORCH(i64(i64, i64, bool), mean_dim, "torchtensor_mean_dim")
RTFFI_TORCH(i64(i64, i64, bool), max_dim, "torchtensor_max_dim")
RTFFI_TORCH(i64(i64, i64, bool), min_dim, "torchtensor_min_dim")
RTFFI_TORCH(i64(i64, i64, bool), argmax, "torchtensor_argmax")
RTFFI_TORCH(i64(i64, i64, bool), argmin, "torchtensor_argmin")
RTFFI_TORCH(double(i64), standard_deviation, "torchtensor_std")
RTFFI_TORCH(double(i64), variance, "torchtensor_var")

// Shape and indexing.
RTFFI_TORCH(i64(i64, i64s), reshape, "torchtensor_reshape")
RTFFI_TORCH(i64(i64, i64s), view, "torchtensor_view")
RTFFI_TORCH(i64(i64, i64s), permute, "torchtensor_permute")
RTFFI_TORCH(i64(i64), squeeze, "torchtensor_squeeze")
RTFFI_TORCH(i64(i64, i64), squeeze_dim, "torchtensor_squeeze_dim")
RTFFI_TORCH(i64(i64, i64), unsqueeze, "torchtensor_unsqueeze")
RTFFI_TORCH(i64(i64), flatten, "torchtensor_flatten")
RTFFI_TORCH(i64(i64), contiguous, "torchtensor_contiguous")
RTFFI_TORCH(i64(i64, i64, i64, i64, i64), slice, "torchtensor_slice")
RTFFI_TORCH(i64(i64, i64, i64), index_select, "torchtensor_index_select")
RTFFI_TORCH(i64(i64, i64, i64), gather, "torchtensor_gather")
RTFFI_TORCH(i64(i64s, i64), cat, "torchtensor_cat")
RTFFI_TORCH(i64(i64s, i64), stack, "torchtensor_stack")
RTFFI_TORCH(i64s(i64, i64, i64), chunk, "torchtensor_chunk")

// Functions of networks.
RTFFI_TORCH(i64(i64, i64, i64, i64s, i64s, i64s, i64), conv2d, "nn_conv2d")
RTFFI_TORCH(i64(i64, i64s, i64s, i64s), max_pool2d, "nn_max_pool2d")
RTFFI_TORCH(i64(i64, i64s, i64s, i64s), avg_pool2d, "nn_avg_pool2d")
RTFFI_TORCH(i64(i64, i64, i64, i64, i64, bool, double, double), batch_norm, "nn_batch_norm")
RTFFI_TORCH(i64(i64, i64s, i64, i64, double), layer_norm, "nn_layer_norm")
RTFFI_TORCH(i64(i64, double, bool), dropout, "nn_dropout")
RTFFI_TORCH(i64(i64, i64, i64), linear, "nn_linear")
RTFFI_TORCH(i64(i64, i64), embedding, "nn_embedding")
RTFFI_TORCH(i64(i64, i64), loss_mse, "loss_mse")
RTFFI_TORCH(i64(i64, i64), loss_cross_entropy, "loss_cross_entropy")
RTFFI_TORCH(i64(i64, i64), loss_binary_cross_entropy, "loss_binary_cross_entropy")
RTFFI_TORCH(i64(i64, i64), loss_nll, "loss_nll")

// Autograd.
RTFFI_TORCH(void(i64, bool), set_requires_grad, "autograd_set_requires_grad")
RTFFI_TORCH(bool(i64), requires_grad, "autograd_requires_grad")
RTFFI_TORCH(bool(i64), is_leaf, "autograd_is_leaf")
RTFFI_TORCH(i64(i64), grad, "autograd_grad")
RTFFI_TORCH(void(i64), backward, "autograd_backward")
RTFFI_TORCH(void(i64), zero_grad, "autograd_zero_grad")
RTFFI_TORCH(i64(i64), detach, "autograd_detach")
RTFFI_TORCH(void(), no_grad_begin, "autograd_no_grad_begin")
RTFFI_TORCH(void(), no_grad_end, "autograd_no_grad_end")
RTFFI_TORCH(void(), enable_grad_begin, "autograd_enable_grad_begin")
RTFFI_TORCH(void(), enable_grad_end, "autograd_enable_grad_end")
RTFFI_TORCH(void(bool), inference_mode_begin, "autograd_inference_mode_begin")
RTFFI_TORCH(void(), inference_mode_end, "autograd_inference_mode_end")
RTFFI_TORCH(bool(), is_grad_enabled, "autograd_is_grad_enabled")
RTFFI_TORCH(bool(), is_inference_mode_enabled, "autograd_is_inference_mode_enabled")
RTFFI_TORCH(bool(i64), is_inference, "autograd_is_inference")
RTFFI_TORCH(i64(i64, i64), register_hook, "autograd_register_hook")
RTFFI_TORCH(void(i64, i64), remove_hook, "autograd_remove_hook")
RTFFI_TORCH(i64s(i64s, i64s, i64s, bool, bool, bool), gradients, "autograd_gradients")
RTFFI_TORCH(void(i64s, i64s, bool, bool, i64s), backward_with, "autograd_backward_with")
RTFFI_TORCH(i64s(i64s, i64, i64), apply, "autograd_apply")
RTFFI_TORCH(void(i64, i64s), context_save_for_backward, "autograd_context_save_for_backward")
RTFFI_TORCH(i64s(i64), context_saved_tensors, "autograd_context_saved_tensors")
RTFFI_TORCH(bool(i64, i64), context_needs_input_grad, "autograd_context_needs_input_grad")
RTFFI_TORCH(void(i64, i64s), context_mark_dirty, "autograd_context_mark_dirty")
RTFFI_TORCH(void(i64, i64s), context_mark_non_differentiable, "autograd_context_mark_non_differentiable")
RTFFI_TORCH(void(i64, bool), context_set_materialize_grads, "autograd_context_set_materialize_grads")
RTFFI_TORCH(i64s(i64, i64s, bool), checkpoint, "autograd_checkpoint")
RTFFI_TORCH(void(bool, bool), set_detect_anomaly, "autograd_set_detect_anomaly")
RTFFI_TORCH(bool(), is_anomaly_enabled, "autograd_is_anomaly_enabled")
RTFFI_TORCH(bool(), is_anomaly_check_nan_enabled, "autograd_is_anomaly_check_nan_enabled")

// Random numbers.
RTFFI_TORCH(i64(i64, string), generator_create, "generator_create")
RTFFI_TORCH(i64(string), generator_default, "generator_default")
RTFFI_TORCH(std::string(i64), generator_device, "generator_device")
RTFFI_TORCH(void(i64, i64), generator_manual_seed, "generator_manual_seed")
RTFFI_TORCH(i64(i64), generator_seed, "generator_seed")
RTFFI_TORCH(i64(i64), generator_initial_seed, "generator_initial_seed")
RTFFI_TORCH(i64(i64), generator_get_state, "generator_get_state")
RTFFI_TORCH(void(i64, i64), generator_set_state, "generator_set_state")

// Devices.
RTFFI_TORCH(bool(), cuda_available, "cuda_available")
RTFFI_TORCH(i64(), cuda_device_count, "cuda_device_count")
RTFFI_TORCH(std::string(std::int32_t), cuda_device_name, "cuda_device_name")
RTFFI_TORCH(i64(std::int32_t), cuda_device_total_memory, "cuda_device_total_memory")
RTFFI_TORCH(i64s(std::int32_t), cuda_device_capability, "cuda_device_capability")
RTFFI_TORCH(i64(std::int32_t), cuda_device_multi_processor_count, "cuda_device_multi_processor_count")
RTFFI_TORCH(std::string(), accelerator_type, "accelerator_type")
RTFFI_TORCH(i64(), accelerator_device_count, "accelerator_device_count")
RTFFI_TORCH(std::int32_t(), accelerator_current_device, "accelerator_current_device")
RTFFI_TORCH(void(std::int32_t), accelerator_set_current_device, "accelerator_set_current_device")
RTFFI_TORCH(void(std::int32_t), accelerator_synchronize, "accelerator_synchronize")
RTFFI_TORCH(i64(i64, std::int32_t), cuda, "torchtensor_cuda")
RTFFI_TORCH(i64(i64), cpu, "torchtensor_cpu")
RTFFI_TORCH(bool(i64), is_cuda, "torchtensor_is_cuda")
RTFFI_TORCH(std::int32_t(i64), device, "torchtensor_device")
RTFFI_TORCH(i64(i64, string, bool), to_device, "torchtensor_to_device")
RTFFI_TORCH(i64(i64), clone, "torchtensor_clone")

// Streams and events.
RTFFI_TORCH(i64(i64, std::int32_t, i64), to_stream, "torchtensor_to_stream")
RTFFI_TORCH(i64(std::int32_t), stream_create, "stream_create")
RTFFI_TORCH(i64(std::int32_t), stream_current, "stream_current")
RTFFI_TORCH(i64(std::int32_t), stream_default, "stream_default")
RTFFI_TORCH(void(i64), stream_set_current, "stream_set_current")
RTFFI_TORCH(void(i64), stream_begin, "stream_begin")
RTFFI_TORCH(void(), stream_end, "stream_end")
RTFFI_TORCH(void(i64), stream_sync, "torchstream_sync")
RTFFI_TORCH(bool(i64), stream_query, "torchstream_query")
RTFFI_TORCH(void(i64, i64), stream_wait, "torchstream_wait")
RTFFI_TORCH(std::int32_t(i64), stream_device, "torchstream_device")
RTFFI_TORCH(i64(i64), stream_id, "torchstream_id")
RTFFI_TORCH(void(i64, i64), record_stream, "torchtensor_record_stream")
RTFFI_TORCH(i64(bool), event_create, "event_create")
RTFFI_TORCH(void(i64, i64), event_record, "torchevent_record")
RTFFI_TORCH(void(i64, i64), event_wait, "torchevent_wait")
RTFFI_TORCH(bool(i64), event_query, "torchevent_query")
RTFFI_TORCH(void(i64), event_sync, "torchevent_sync")
RTFFI_TORCH(double(i64, i64), event_elapsed_time, "torchevent_elapsed_time")

// Memory of devices, and pinned memory of the host.
RTFFI_TORCH(i64(std::int32_t), cuda_memory_allocated, "cuda_memory_allocated")
RTFFI_TORCH(i64(std::int32_t), cuda_max_memory_allocated, "cuda_max_memory_allocated")
RTFFI_TORCH(i64(std::int32_t, string), accelerator_memory_stat, "accelerator_memory_stat")
RTFFI_TORCH(i64s(std::int32_t), accelerator_memory_info, "accelerator_memory_info")
RTFFI_TORCH(void(std::int32_t), accelerator_reset_peak_memory_stats, "accelerator_reset_peak_memory_stats")
RTFFI_TORCH(void(std::int32_t), accelerator_reset_accumulated_memory_stats,
            "accelerator_reset_accumulated_memory_stats")
RTFFI_TORCH(void(), accelerator_empty_cache, "accelerator_empty_cache")
RTFFI_TORCH(i64(i64), pin_memory, "torchtensor_pin_memory")
RTFFI_TORCH(bool(i64), is_pinned, "torchtensor_is_pinned")

// Modules.
RTFFI_TORCH(i64(i64, i64, bool), module_linear, "module_linear")
RTFFI_TORCH(i64(i64, i64, i64s, i64s, i64s, i64s, i64, bool), module_conv2d, "module_conv2d")
RTFFI_TORCH(i64(i64s, i64s, i64s), module_max_pool2d, "module_max_pool2d")
RTFFI_TORCH(i64(i64, double, double, bool, bool), module_batch_norm2d, "module_batch_norm2d")
RTFFI_TORCH(i64(double), module_dropout, "module_dropout")
RTFFI_TORCH(i64(), module_relu, "module_relu")
RTFFI_TORCH(i64(), module_sigmoid, "module_sigmoid")
RTFFI_TORCH(i64(), module_tanh, "module_tanh")
RTFFI_TORCH(i64(i64, i64), module_flatten, "module_flatten")
RTFFI_TORCH(i64(i64s), module_sequential, "module_sequential")
RTFFI_TORCH(i64(i64, i64), module_forward, "module_forward")
RTFFI_TORCH(i64s(i64), module_parameters, "module_parameters")
RTFFI_TORCH(i64(i64, string), module_parameter, "module_parameter")
RTFFI_TORCH(void(i64, bool), module_train, "module_train")
RTFFI_TORCH(bool(i64), module_is_training, "module_is_training")
RTFFI_TORCH(void(i64, string), module_to_device, "module_to_device")
RTFFI_TORCH(void(i64, text), module_to_dtype, "module_to_dtype")
RTFFI_TORCH(i64(i64, string), module_child, "module_child")
RTFFI_TORCH(i64(i64, string), module_buffer, "module_buffer")
RTFFI_TORCH(i64(i64, i64), module_register_forward_pre_hook, "module_register_forward_pre_hook")
RTFFI_TORCH(i64(i64, i64), module_register_forward_hook, "module_register_forward_hook")
RTFFI_TORCH(i64(i64, i64), module_register_full_backward_hook, "module_register_full_backward_hook")
RTFFI_TORCH(void(i64, i64), module_remove_hook, "module_remove_hook")
RTFFI_TORCH(i64(i64), module_clone, "module_clone")
RTFFI_TORCH(void(i64, bool), module_set_requires_grad, "module_set_requires_grad")
RTFFI_TORCH(void(i64), module_zero_grad, "module_zero_grad")
RTFFI_TORCH(std::string(i64), module_to_text, "module_to_text")

// Optimisers.
RTFFI_TORCH(i64(i64s, double, double, double, double, bool), optim_sgd, "optim_sgd")
RTFFI_TORCH(i64(i64s, double, double, double, double, double, bool), optim_adam, "optim_adam")
RTFFI_TORCH(i64(i64s, double, double, double, double, double, bool), optim_rmsprop, "optim_rmsprop")
RTFFI_TORCH(i64(i64s, double, double, double, double, double, bool), optim_adamw, "optim_adamw")
RTFFI_TORCH(i64(i64s, double, double, double, double, double), optim_adagrad, "optim_adagrad")
RTFFI_TORCH(i64(i64s, double, i64, i64, double, double, i64, bool), optim_lbfgs, "optim_lbfgs")
RTFFI_TORCH(void(i64), optim_step, "optim_step")
RTFFI_TORCH(i64(i64, i64), optim_step_closure, "optim_step_closure")
RTFFI_TORCH(void(i64), optim_zero_grad, "optim_zero_grad")
RTFFI_TORCH(double(i64), optim_learning_rate, "optim_learning_rate")
RTFFI_TORCH(void(i64, double), optim_set_learning_rate, "optim_set_learning_rate")
RTFFI_TORCH(i64(i64, i64s, double), optim_add_group, "optim_add_group")
RTFFI_TORCH(i64(i64), optim_group_count, "optim_group_count")
RTFFI_TORCH(double(i64, i64, string), optim_group_option, "optim_group_option")
RTFFI_TORCH(void(i64, i64, string, double), optim_set_group_option, "optim_set_group_option")
RTFFI_TORCH(void(i64, string), optim_save, "optim_save")
RTFFI_TORCH(void(i64, string), optim_load, "optim_load")
RTFFI_TORCH(double(i64s, double, double, bool), clip_grad_norm, "clip_grad_norm")
RTFFI_TORCH(void(i64s, double), clip_grad_value, "clip_grad_value")

// Schedulers.
RTFFI_TORCH(i64(i64, i64, double), scheduler_step_lr, "scheduler_step_lr")
RTFFI_TORCH(i64(i64, i64, double), scheduler_cosine_annealing_lr, "scheduler_cosine_annealing_lr")
RTFFI_TORCH(i64(i64, double, double, i64), scheduler_linear_lr, "scheduler_linear_lr")
RTFFI_TORCH(i64(i64, string, double, i64, double, string, i64, double, double), scheduler_reduce_lr_on_plateau,
            "scheduler_reduce_lr_on_plateau")
RTFFI_TORCH(void(i64), scheduler_step, "scheduler_step")
RTFFI_TORCH(void(i64, double), scheduler_step_metric, "scheduler_step_metric")
RTFFI_TORCH(f64s(i64), scheduler_last_lr, "scheduler_last_lr")

// Mixed precision.
RTFFI_TORCH(void(text, text, bool), autocast_begin, "autocast_begin")
RTFFI_TORCH(void(), autocast_end, "autocast_end")
RTFFI_TORCH(i64(double, double, double, i64, bool), grad_scaler_create, "grad_scaler_create")
RTFFI_TORCH(i64(i64, i64), grad_scaler_scale, "grad_scaler_scale")
RTFFI_TORCH(void(i64, i64), grad_scaler_unscale, "grad_scaler_unscale")
RTFFI_TORCH(bool(i64, i64), grad_scaler_step, "grad_scaler_step")
RTFFI_TORCH(void(i64), grad_scaler_update, "grad_scaler_update")
RTFFI_TORCH(double(i64), grad_scaler_get_scale, "grad_scaler_get_scale")
RTFFI_TORCH(f64s(i64), grad_scaler_state, "grad_scaler_state")
RTFFI_TORCH(void(i64, f64s), grad_scaler_load_state, "grad_scaler_load_state")

// TorchScript.
RTFFI_TORCH(i64(string), jit_load, "jit_load")
RTFFI_TORCH(i64(i64, i64), jit_forward, "jit_forward")

#undef RTFFI_TORCH

} // namespace rt::torch::api

#endif
