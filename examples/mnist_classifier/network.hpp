// network.hpp - the network, and how pictures and labels become its tensors.
#pragma once

#include <rtffi/torch.hpp>

#include "idx.hpp"

namespace torch = rt::torch;

// Two rounds of convolution, pooling and normalisation, then two linear layers. Ten classes. Pooling comes first, so that
// what follows has a quarter of the numbers to go through.
inline torch::nn::Sequential make_network(std::int64_t rows, std::int64_t columns) {
    namespace nn = torch::nn;
    return nn::Sequential(nn::Conv2d(1, 8, 3, {.padding = 1}), nn::MaxPool2d(2), nn::BatchNorm2d(8), nn::ReLU(),
                          nn::Conv2d(8, 24, 3, {.padding = 1}), nn::MaxPool2d(2), nn::BatchNorm2d(24), nn::ReLU(),
                          nn::Flatten(), nn::Dropout(0.25), nn::Linear(24 * (rows / 4) * (columns / 4), 64), nn::ReLU(),
                          nn::Linear(64, 10));
}

// The whole set as two tensors, one copy each: images [N, 1, rows, columns] of bytes, and labels [N] of int64.
struct Samples {
    explicit Samples(const Dataset &set)
        : images(torch::from_span<std::uint8_t>(set.pixels, {set.count, 1, set.rows, set.columns})),
          labels(torch::from_span<std::uint8_t>(set.labels, set.count).to(torch::int64)), count(set.count) {}

    torch::Tensor images;
    torch::Tensor labels;
    std::int64_t count;
};

// Bytes as numbers of about mean 0 and deviation 1 (the figures are Fashion-MNIST's, and serve MNIST as well).
inline torch::Tensor normalised(const torch::Tensor &bytes) {
    constexpr double mean = 0.286, deviation = 0.353;
    return bytes.to(torch::float32) * (1 / (255 * deviation)) + -mean / deviation;
}
