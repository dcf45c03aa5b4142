// module_option_names.hpp - the names of all options of torch::nn's modules, in the order in which signatures list them. A class has
// those of them that its Options have.
#pragma once

#include <tuple>

namespace rt::libtorch::option {

#define RT_OPTION(option)                                                                                              \
    struct option {                                                                                                    \
        static constexpr const char *name = #option;                                                                   \
        template <class Options> static auto of(Options &options) -> decltype((options.option())) {                    \
            return options.option();                                                                                   \
        }                                                                                                              \
    };

RT_OPTION(encoder_layer)
RT_OPTION(decoder_layer)
RT_OPTION(in_features)
RT_OPTION(in1_features)
RT_OPTION(in2_features)
RT_OPTION(out_features)
RT_OPTION(n_classes)
RT_OPTION(cutoffs)
RT_OPTION(num_features)
RT_OPTION(num_groups)
RT_OPTION(num_channels)
RT_OPTION(num_embeddings)
RT_OPTION(embedding_dim)
RT_OPTION(input_size)
RT_OPTION(hidden_size)
RT_OPTION(d_model)
RT_OPTION(nhead)
RT_OPTION(embed_dim)
RT_OPTION(num_heads)
RT_OPTION(num_encoder_layers)
RT_OPTION(num_decoder_layers)
RT_OPTION(num_layers)
RT_OPTION(dim_feedforward)
RT_OPTION(in_channels)
RT_OPTION(out_channels)
RT_OPTION(norm_type)
RT_OPTION(normalized_shape)
RT_OPTION(output_size)
RT_OPTION(kernel_size)
RT_OPTION(stride)
RT_OPTION(padding)
RT_OPTION(output_padding)
RT_OPTION(dilation)
RT_OPTION(groups)
RT_OPTION(bias)
RT_OPTION(padding_mode)
RT_OPTION(value)
RT_OPTION(ceil_mode)
RT_OPTION(count_include_pad)
RT_OPTION(divisor_override)
RT_OPTION(output_ratio)
RT_OPTION(_random_samples)
RT_OPTION(start_dim)
RT_OPTION(end_dim)
RT_OPTION(dim)
RT_OPTION(sizes)
RT_OPTION(num_parameters)
RT_OPTION(init)
RT_OPTION(alpha)
RT_OPTION(negative_slope)
RT_OPTION(min_val)
RT_OPTION(max_val)
RT_OPTION(lower)
RT_OPTION(upper)
RT_OPTION(lambda)
RT_OPTION(beta)
RT_OPTION(threshold)
RT_OPTION(approximate)
RT_OPTION(inplace)
RT_OPTION(p)
RT_OPTION(eps)
RT_OPTION(keepdim)
RT_OPTION(momentum)
RT_OPTION(affine)
RT_OPTION(elementwise_affine)
RT_OPTION(track_running_stats)
RT_OPTION(size)
RT_OPTION(k)
RT_OPTION(upscale_factor)
RT_OPTION(downscale_factor)
RT_OPTION(scale_factor)
RT_OPTION(mode)
RT_OPTION(align_corners)
RT_OPTION(padding_idx)
RT_OPTION(max_norm)
RT_OPTION(scale_grad_by_freq)
RT_OPTION(sparse)
RT_OPTION(_weight)
RT_OPTION(include_last_offset)
RT_OPTION(nonlinearity)
RT_OPTION(batch_first)
RT_OPTION(dropout)
RT_OPTION(bidirectional)
RT_OPTION(proj_size)
RT_OPTION(activation)
RT_OPTION(custom_encoder)
RT_OPTION(custom_decoder)
RT_OPTION(norm)
RT_OPTION(add_bias_kv)
RT_OPTION(add_zero_attn)
RT_OPTION(kdim)
RT_OPTION(vdim)
RT_OPTION(div_value)
RT_OPTION(head_bias)
RT_OPTION(margin)
RT_OPTION(swap)
RT_OPTION(reduction)
RT_OPTION(weight)
RT_OPTION(pos_weight)
RT_OPTION(ignore_index)
RT_OPTION(label_smoothing)
RT_OPTION(delta)
RT_OPTION(blank)
RT_OPTION(zero_infinity)
RT_OPTION(log_input)
RT_OPTION(full)
RT_OPTION(log_target)

#undef RT_OPTION

using All =
    std::tuple<encoder_layer, decoder_layer, in_features, in1_features, in2_features, out_features, n_classes, cutoffs,
               num_features, num_groups, num_channels, num_embeddings, embedding_dim, input_size, hidden_size, d_model,
               nhead, embed_dim, num_heads, num_encoder_layers, num_decoder_layers, num_layers, dim_feedforward,
               in_channels, out_channels, norm_type, normalized_shape, output_size, kernel_size, stride, padding,
               output_padding, dilation, groups, bias, padding_mode, value, ceil_mode, count_include_pad,
               divisor_override, output_ratio, _random_samples, start_dim, end_dim, dim, sizes, num_parameters, init,
               alpha, negative_slope, min_val, max_val, lower, upper, lambda, beta, threshold, approximate, inplace, p,
               eps, keepdim, momentum, affine, elementwise_affine, track_running_stats, size, k, upscale_factor,
               downscale_factor, scale_factor, mode, align_corners, padding_idx, max_norm, scale_grad_by_freq, sparse,
               _weight, include_last_offset, nonlinearity, batch_first, dropout, bidirectional, proj_size, activation,
               custom_encoder, custom_decoder, norm, add_bias_kv, add_zero_attn, kdim, vdim, div_value, head_bias,
               margin, swap, reduction, weight, pos_weight, ignore_index, label_smoothing, delta, blank, zero_infinity,
               log_input, full, log_target>;

// Whether a class's Options have the option.
template <class Option, class Options>
concept in = requires(Options &options) { Option::of(options); };

} // namespace rt::libtorch::option
