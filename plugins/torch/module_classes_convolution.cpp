// module_classes_convolution.cpp - what goes over an image, a line or a volume with a window: convolutions, pools, paddings.
#include "module_row.hpp"

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/fold.h>
#include <torch/nn/modules/padding.h>
#include <torch/nn/modules/pooling.h>

namespace rt::libtorch {

std::vector<ModuleClass> convolution_classes() {
    namespace nn = ::torch::nn;
    namespace o = option;
    return {
        module_class<nn::AdaptiveAvgPool1dImpl, nn::AdaptiveAvgPool1dOptions, o::output_size>("AdaptiveAvgPool1d"),
        module_class<nn::AdaptiveAvgPool2dImpl, nn::AdaptiveAvgPool2dOptions, o::output_size>("AdaptiveAvgPool2d"),
        module_class<nn::AdaptiveAvgPool3dImpl, nn::AdaptiveAvgPool3dOptions, o::output_size>("AdaptiveAvgPool3d"),
        module_class<nn::AdaptiveMaxPool1dImpl, nn::AdaptiveMaxPool1dOptions, o::output_size>("AdaptiveMaxPool1d"),
        module_class<nn::AdaptiveMaxPool2dImpl, nn::AdaptiveMaxPool2dOptions, o::output_size>("AdaptiveMaxPool2d"),
        module_class<nn::AdaptiveMaxPool3dImpl, nn::AdaptiveMaxPool3dOptions, o::output_size>("AdaptiveMaxPool3d"),
        module_class<nn::AvgPool1dImpl, nn::AvgPool1dOptions, o::kernel_size>("AvgPool1d"),
        module_class<nn::AvgPool2dImpl, nn::AvgPool2dOptions, o::kernel_size>("AvgPool2d"),
        module_class<nn::AvgPool3dImpl, nn::AvgPool3dOptions, o::kernel_size>("AvgPool3d"),
        module_class<nn::ConstantPad1dImpl, nn::ConstantPad1dOptions, o::padding, o::value>("ConstantPad1d"),
        module_class<nn::ConstantPad2dImpl, nn::ConstantPad2dOptions, o::padding, o::value>("ConstantPad2d"),
        module_class<nn::ConstantPad3dImpl, nn::ConstantPad3dOptions, o::padding, o::value>("ConstantPad3d"),
        module_class<nn::Conv1dImpl, nn::Conv1dOptions, o::in_channels, o::out_channels, o::kernel_size>("Conv1d"),
        module_class<nn::Conv2dImpl, nn::Conv2dOptions, o::in_channels, o::out_channels, o::kernel_size>("Conv2d"),
        module_class<nn::Conv3dImpl, nn::Conv3dOptions, o::in_channels, o::out_channels, o::kernel_size>("Conv3d"),
        module_class<nn::ConvTranspose1dImpl, nn::ConvTranspose1dOptions, o::in_channels, o::out_channels,
                     o::kernel_size>("ConvTranspose1d"),
        module_class<nn::ConvTranspose2dImpl, nn::ConvTranspose2dOptions, o::in_channels, o::out_channels,
                     o::kernel_size>("ConvTranspose2d"),
        module_class<nn::ConvTranspose3dImpl, nn::ConvTranspose3dOptions, o::in_channels, o::out_channels,
                     o::kernel_size>("ConvTranspose3d"),
        module_class<nn::FoldImpl, nn::FoldOptions, o::output_size, o::kernel_size>("Fold"),
        module_class<nn::FractionalMaxPool2dImpl, nn::FractionalMaxPool2dOptions, o::kernel_size>(
            "FractionalMaxPool2d"),
        module_class<nn::FractionalMaxPool3dImpl, nn::FractionalMaxPool3dOptions, o::kernel_size>(
            "FractionalMaxPool3d"),
        module_class<nn::LPPool1dImpl, nn::LPPool1dOptions, o::norm_type, o::kernel_size>("LPPool1d"),
        module_class<nn::LPPool2dImpl, nn::LPPool2dOptions, o::norm_type, o::kernel_size>("LPPool2d"),
        module_class<nn::MaxPool1dImpl, nn::MaxPool1dOptions, o::kernel_size>("MaxPool1d"),
        module_class<nn::MaxPool2dImpl, nn::MaxPool2dOptions, o::kernel_size>("MaxPool2d"),
        module_class<nn::MaxPool3dImpl, nn::MaxPool3dOptions, o::kernel_size>("MaxPool3d"),
        module_class<nn::MaxUnpool1dImpl, nn::MaxUnpool1dOptions, o::kernel_size>("MaxUnpool1d"),
        module_class<nn::MaxUnpool2dImpl, nn::MaxUnpool2dOptions, o::kernel_size>("MaxUnpool2d"),
        module_class<nn::MaxUnpool3dImpl, nn::MaxUnpool3dOptions, o::kernel_size>("MaxUnpool3d"),
        module_class<nn::ReflectionPad1dImpl, nn::ReflectionPad1dOptions, o::padding>("ReflectionPad1d"),
        module_class<nn::ReflectionPad2dImpl, nn::ReflectionPad2dOptions, o::padding>("ReflectionPad2d"),
        module_class<nn::ReflectionPad3dImpl, nn::ReflectionPad3dOptions, o::padding>("ReflectionPad3d"),
        module_class<nn::ReplicationPad1dImpl, nn::ReplicationPad1dOptions, o::padding>("ReplicationPad1d"),
        module_class<nn::ReplicationPad2dImpl, nn::ReplicationPad2dOptions, o::padding>("ReplicationPad2d"),
        module_class<nn::ReplicationPad3dImpl, nn::ReplicationPad3dOptions, o::padding>("ReplicationPad3d"),
        module_class<nn::UnfoldImpl, nn::UnfoldOptions, o::kernel_size>("Unfold"),
        module_class<nn::ZeroPad2dImpl, nn::ZeroPad2dOptions, o::padding>("ZeroPad2d"),
    };
}

} // namespace rt::libtorch
