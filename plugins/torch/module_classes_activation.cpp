// module_classes_activation.cpp - functions of each element, normalisations, dropout, and what changes shapes.
#include "module_row.hpp"

#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/instancenorm.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/modules/pixelshuffle.h>
#include <torch/nn/modules/upsampling.h>

namespace rt::libtorch {

std::vector<ModuleClass> activation_classes() {
    namespace nn = ::torch::nn;
    namespace o = option;
    return {
        module_class<nn::AlphaDropoutImpl, nn::DropoutOptions>("AlphaDropout"),
        module_class<nn::BatchNorm1dImpl, nn::BatchNormOptions, o::num_features>("BatchNorm1d"),
        module_class<nn::BatchNorm2dImpl, nn::BatchNormOptions, o::num_features>("BatchNorm2d"),
        module_class<nn::BatchNorm3dImpl, nn::BatchNormOptions, o::num_features>("BatchNorm3d"),
        module_class<nn::CELUImpl, nn::CELUOptions>("CELU"),
        module_class<nn::CrossMapLRN2dImpl, nn::CrossMapLRN2dOptions, o::size>("CrossMapLRN2d"),
        module_class<nn::DropoutImpl, nn::DropoutOptions>("Dropout"),
        module_class<nn::Dropout2dImpl, nn::DropoutOptions>("Dropout2d"),
        module_class<nn::Dropout3dImpl, nn::DropoutOptions>("Dropout3d"),
        module_class<nn::ELUImpl, nn::ELUOptions>("ELU"),
        module_class<nn::FeatureAlphaDropoutImpl, nn::DropoutOptions>("FeatureAlphaDropout"),
        module_class<nn::FlattenImpl, nn::FlattenOptions>("Flatten"),
        module_class<nn::GELUImpl, nn::GELUOptions>("GELU"),
        module_class<nn::GLUImpl, nn::GLUOptions>("GLU"),
        module_class<nn::GroupNormImpl, nn::GroupNormOptions, o::num_groups, o::num_channels>("GroupNorm"),
        module_class<nn::HardshrinkImpl, nn::HardshrinkOptions>("Hardshrink"),
        module_class<nn::HardtanhImpl, nn::HardtanhOptions>("Hardtanh"),
        module_class<nn::IdentityImpl>("Identity"),
        module_class<nn::InstanceNorm1dImpl, nn::InstanceNormOptions, o::num_features>("InstanceNorm1d"),
        module_class<nn::InstanceNorm2dImpl, nn::InstanceNormOptions, o::num_features>("InstanceNorm2d"),
        module_class<nn::InstanceNorm3dImpl, nn::InstanceNormOptions, o::num_features>("InstanceNorm3d"),
        module_class<nn::LayerNormImpl, nn::LayerNormOptions, o::normalized_shape>("LayerNorm"),
        module_class<nn::LeakyReLUImpl, nn::LeakyReLUOptions>("LeakyReLU"),
        module_class<nn::LocalResponseNormImpl, nn::LocalResponseNormOptions, o::size>("LocalResponseNorm"),
        module_class<nn::LogSigmoidImpl>("LogSigmoid"),
        module_class<nn::LogSoftmaxImpl, nn::LogSoftmaxOptions, o::dim>("LogSoftmax"),
        module_class<nn::MishImpl>("Mish"),
        module_class<nn::PReLUImpl, nn::PReLUOptions>("PReLU"),
        module_class<nn::PixelShuffleImpl, nn::PixelShuffleOptions, o::upscale_factor>("PixelShuffle"),
        module_class<nn::PixelUnshuffleImpl, nn::PixelUnshuffleOptions, o::downscale_factor>("PixelUnshuffle"),
        module_class<nn::RReLUImpl, nn::RReLUOptions>("RReLU"),
        module_class<nn::ReLUImpl, nn::ReLUOptions>("ReLU"),
        module_class<nn::ReLU6Impl, nn::ReLU6Options>("ReLU6"),
        module_class<nn::SELUImpl, nn::SELUOptions>("SELU"),
        module_class<nn::SiLUImpl>("SiLU"),
        module_class<nn::SigmoidImpl>("Sigmoid"),
        module_class<nn::SoftmaxImpl, nn::SoftmaxOptions, o::dim>("Softmax"),
        module_class<nn::Softmax2dImpl>("Softmax2d"),
        module_class<nn::SoftminImpl, nn::SoftminOptions, o::dim>("Softmin"),
        module_class<nn::SoftplusImpl, nn::SoftplusOptions>("Softplus"),
        module_class<nn::SoftshrinkImpl, nn::SoftshrinkOptions>("Softshrink"),
        module_class<nn::SoftsignImpl>("Softsign"),
        module_class<nn::TanhImpl>("Tanh"),
        module_class<nn::TanhshrinkImpl>("Tanhshrink"),
        module_class<nn::ThresholdImpl, nn::ThresholdOptions, o::threshold, o::value>("Threshold"),
        module_class<nn::UnflattenImpl, nn::UnflattenOptions, o::dim, o::sizes>("Unflatten"),
        module_class<nn::UpsampleImpl, nn::UpsampleOptions>("Upsample"),
    };
}

} // namespace rt::libtorch
