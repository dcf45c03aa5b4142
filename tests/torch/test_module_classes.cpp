// Every module class of torch::nn, made by its name, against the same one made directly.
#include <torch/nn/modules.h>

#include <array>

#include "module_comparison.hpp"

namespace torch_test::test_module_classes {

namespace {

namespace nn = torch::nn;

at::Tensor x(std::initializer_list<std::int64_t> sizes) { return at::randn(sizes); }
at::Tensor whole(std::int64_t below, std::initializer_list<std::int64_t> sizes) {
    return at::randint(below, sizes, at::kLong);
}
at::Tensor signs(std::initializer_list<std::int64_t> sizes) {
    return at::randint(2, sizes).mul(2).sub(1).to(at::kFloat);
}

// `Impl`, made of `options`, is what `made` is.
template <class Impl, class Options>
void check(const H &made, const Options &options, const Inputs &inputs, std::size_t differentiable = 4) {
    Impl direct(options);
    check_module(made, direct, inputs, differentiable);
}
template <class Impl> void check(const H &made, const Inputs &inputs) {
    Impl direct;
    check_module(made, direct, inputs);
}

// The state of a pool that MaxUnpool takes back.
template <class Pool> Inputs pooled(Pool pool, const at::Tensor &input) {
    const auto [values, indices] = pool->forward_with_indices(input);
    return {values, indices};
}

void check_activations() {
    const Inputs in = {x({3, 4})};
    check<nn::CELUImpl>(make_module("CELU", arg("alpha") = 0.5), nn::CELUOptions().alpha(0.5), in);
    check<nn::ELUImpl>(make_module("ELU", arg("alpha") = 1.5), nn::ELUOptions().alpha(1.5), in);
    check<nn::GELUImpl>(make_module("GELU", arg("approximate") = "tanh"), nn::GELUOptions().approximate("tanh"), in);
    check<nn::GLUImpl>(make_module("GLU", arg("dim") = 1), nn::GLUOptions(1), in);
    check<nn::HardshrinkImpl>(make_module("Hardshrink", arg("lambda") = 0.25), nn::HardshrinkOptions(0.25), in);
    check<nn::HardtanhImpl>(make_module("Hardtanh", arg("min_val") = -0.5, arg("max_val") = 2),
                            nn::HardtanhOptions().min_val(-0.5).max_val(2), in);
    check<nn::IdentityImpl>(make_module("Identity"), in);
    check<nn::LeakyReLUImpl>(make_module("LeakyReLU", arg("negative_slope") = 0.2),
                             nn::LeakyReLUOptions().negative_slope(0.2), in);
    check<nn::LogSigmoidImpl>(make_module("LogSigmoid"), in);
    check<nn::LogSoftmaxImpl>(make_module("LogSoftmax", 1), nn::LogSoftmaxOptions(1), in);
    check<nn::MishImpl>(make_module("Mish"), in);
    check<nn::PReLUImpl>(make_module("PReLU", arg("num_parameters") = 4, arg("init") = 0.1),
                         nn::PReLUOptions().num_parameters(4).init(0.1), in);
    check<nn::RReLUImpl>(make_module("RReLU", arg("lower") = 0.2, arg("upper") = 0.4),
                         nn::RReLUOptions().lower(0.2).upper(0.4), in);
    check<nn::ReLUImpl>(make_module("ReLU"), nn::ReLUOptions(), in);
    check<nn::ReLU6Impl>(make_module("ReLU6"), nn::ReLU6Options(), {x({3, 4}) * 8});
    check<nn::SELUImpl>(make_module("SELU"), nn::SELUOptions(), in);
    check<nn::SiLUImpl>(make_module("SiLU"), in);
    check<nn::SigmoidImpl>(make_module("Sigmoid"), in);
    check<nn::SoftmaxImpl>(make_module("Softmax", 0), nn::SoftmaxOptions(0), in);
    check<nn::Softmax2dImpl>(make_module("Softmax2d"), {x({2, 3, 4, 5})});
    check<nn::SoftminImpl>(make_module("Softmin", 1), nn::SoftminOptions(1), in);
    check<nn::SoftplusImpl>(make_module("Softplus", arg("beta") = 2, arg("threshold") = 1),
                            nn::SoftplusOptions().beta(2).threshold(1), in);
    check<nn::SoftshrinkImpl>(make_module("Softshrink", arg("lambda") = 0.25), nn::SoftshrinkOptions(0.25), in);
    check<nn::SoftsignImpl>(make_module("Softsign"), in);
    check<nn::TanhImpl>(make_module("Tanh"), in);
    check<nn::TanhshrinkImpl>(make_module("Tanhshrink"), in);
    check<nn::ThresholdImpl>(make_module("Threshold", 0.1, 20), nn::ThresholdOptions(0.1, 20), in);
}

void check_normalisations() {
    const auto norm = [](auto options) {
        return options.eps(1e-3).momentum(0.2).affine(true).track_running_stats(true);
    };
    const auto made = [](const char *name) {
        return make_module(name, 3, arg("eps") = 1e-3, arg("momentum") = 0.2, arg("affine") = true,
                           arg("track_running_stats") = true);
    };
    check<nn::BatchNorm1dImpl>(made("BatchNorm1d"), norm(nn::BatchNormOptions(3)), {x({4, 3, 5})});
    check<nn::BatchNorm2dImpl>(made("BatchNorm2d"), norm(nn::BatchNormOptions(3)), {x({4, 3, 5, 2})});
    check<nn::BatchNorm3dImpl>(made("BatchNorm3d"), norm(nn::BatchNormOptions(3)), {x({4, 3, 5, 2, 2})});
    check<nn::InstanceNorm1dImpl>(made("InstanceNorm1d"), norm(nn::InstanceNormOptions(3)), {x({4, 3, 5})});
    check<nn::InstanceNorm2dImpl>(made("InstanceNorm2d"), norm(nn::InstanceNormOptions(3)), {x({4, 3, 5, 2})});
    check<nn::InstanceNorm3dImpl>(made("InstanceNorm3d"), norm(nn::InstanceNormOptions(3)), {x({4, 3, 5, 2, 2})});
    check<nn::GroupNormImpl>(make_module("GroupNorm", 2, 4), nn::GroupNormOptions(2, 4), {x({3, 4, 5})});
    check<nn::LayerNormImpl>(make_module("LayerNorm", Dims{4, 5}), nn::LayerNormOptions({4, 5}), {x({3, 4, 5})});
    check<nn::LocalResponseNormImpl>(make_module("LocalResponseNorm", 2, arg("k") = 2, arg("alpha") = 0.1),
                                     nn::LocalResponseNormOptions(2).k(2).alpha(0.1), {x({2, 5, 4, 4})});
    check<nn::CrossMapLRN2dImpl>(make_module("CrossMapLRN2d", 3, arg("k") = 2), nn::CrossMapLRN2dOptions(3).k(2),
                                 {x({2, 5, 4, 4})});
    check<nn::DropoutImpl>(make_module("Dropout", arg("p") = 0.3), nn::DropoutOptions(0.3), {x({8, 8})});
    check<nn::Dropout2dImpl>(make_module("Dropout2d", arg("p") = 0.3), nn::DropoutOptions(0.3), {x({8, 8, 2, 2})});
    check<nn::Dropout3dImpl>(make_module("Dropout3d", arg("p") = 0.3), nn::DropoutOptions(0.3), {x({8, 8, 2, 2, 2})});
    check<nn::AlphaDropoutImpl>(make_module("AlphaDropout", arg("p") = 0.3), nn::DropoutOptions(0.3), {x({8, 8})});
    check<nn::FeatureAlphaDropoutImpl>(make_module("FeatureAlphaDropout", arg("p") = 0.3), nn::DropoutOptions(0.3),
                                       {x({8, 8, 2})});
}

void check_shapes() {
    check<nn::FlattenImpl>(make_module("Flatten", arg("start_dim") = 0, arg("end_dim") = 1),
                           nn::FlattenOptions().start_dim(0).end_dim(1), {x({2, 3, 4})});
    check<nn::UnflattenImpl>(make_module("Unflatten", 1, Dims{2, 3}), nn::UnflattenOptions(1, {2, 3}), {x({2, 6})});
    check<nn::PixelShuffleImpl>(make_module("PixelShuffle", 2), nn::PixelShuffleOptions(2), {x({1, 8, 2, 3})});
    check<nn::PixelUnshuffleImpl>(make_module("PixelUnshuffle", 2), nn::PixelUnshuffleOptions(2), {x({1, 2, 4, 6})});
    check<nn::UpsampleImpl>(
        make_module("Upsample", arg("scale_factor") = Values{2, 2}, arg("mode") = "bilinear",
                    arg("align_corners") = true),
        nn::UpsampleOptions().scale_factor(std::vector<double>{2, 2}).mode(torch::kBilinear).align_corners(true),
        {x({1, 2, 3, 4})});
    check<nn::FoldImpl>(make_module("Fold", Dims{4, 5}, 2), nn::FoldOptions({4, 5}, 2), {x({1, 12, 12})});
    check<nn::UnfoldImpl>(make_module("Unfold", Dims{2, 3}, arg("stride") = 2), nn::UnfoldOptions({2, 3}).stride(2),
                          {x({1, 2, 6, 7})});
}

void check_convolutions() {
    check<nn::Conv1dImpl>(make_module("Conv1d", 4, 6, 3, arg("padding") = "same", arg("groups") = 2),
                          nn::Conv1dOptions(4, 6, 3).padding(torch::kSame).groups(2), {x({2, 4, 7})});
    check<nn::Conv2dImpl>(
        make_module("Conv2d", 3, 5, Dims{3, 2}, arg("stride") = 2, arg("padding") = Dims{1, 0}, arg("bias") = false,
                    arg("padding_mode") = "circular"),
        nn::Conv2dOptions(3, 5, {3, 2}).stride(2).padding({1, 0}).bias(false).padding_mode(torch::kCircular),
        {x({2, 3, 7, 8})});
    check<nn::Conv3dImpl>(make_module("Conv3d", 2, 3, 2, arg("dilation") = 2), nn::Conv3dOptions(2, 3, 2).dilation(2),
                          {x({1, 2, 4, 5, 4})});
    check<nn::ConvTranspose1dImpl>(
        make_module("ConvTranspose1d", 2, 3, 3, arg("stride") = 2, arg("output_padding") = 1),
        nn::ConvTranspose1dOptions(2, 3, 3).stride(2).output_padding(1), {x({2, 2, 5})});
    check<nn::ConvTranspose2dImpl>(make_module("ConvTranspose2d", 2, 4, 3, arg("groups") = 2),
                                   nn::ConvTranspose2dOptions(2, 4, 3).groups(2), {x({2, 2, 4, 5})});
    check<nn::ConvTranspose3dImpl>(make_module("ConvTranspose3d", 2, 3, 2), nn::ConvTranspose3dOptions(2, 3, 2),
                                   {x({1, 2, 3, 3, 3})});
}

void check_pools() {
    const at::Tensor line = x({2, 3, 8});
    const at::Tensor image = x({2, 3, 8, 6});
    const at::Tensor volume = x({1, 2, 6, 6, 4});
    check<nn::AvgPool1dImpl>(make_module("AvgPool1d", 2, arg("stride") = 3), nn::AvgPool1dOptions(2).stride(3), {line});
    check<nn::AvgPool2dImpl>(make_module("AvgPool2d", Dims{2, 3}, arg("count_include_pad") = false, arg("padding") = 1),
                             nn::AvgPool2dOptions({2, 3}).count_include_pad(false).padding(1), {image});
    check<nn::AvgPool3dImpl>(make_module("AvgPool3d", 2, arg("divisor_override") = 5),
                             nn::AvgPool3dOptions(2).divisor_override(5), {volume});
    check<nn::MaxPool1dImpl>(make_module("MaxPool1d", 3, arg("ceil_mode") = true),
                             nn::MaxPool1dOptions(3).ceil_mode(true), {line});
    check<nn::MaxPool2dImpl>(make_module("MaxPool2d", 2), nn::MaxPool2dOptions(2), {image});
    check<nn::MaxPool3dImpl>(make_module("MaxPool3d", 2, arg("padding") = 1), nn::MaxPool3dOptions(2).padding(1),
                             {volume});
    check<nn::LPPool1dImpl>(make_module("LPPool1d", 2, 3), nn::LPPool1dOptions(2, 3), {line.abs()});
    check<nn::LPPool2dImpl>(make_module("LPPool2d", 3, 2), nn::LPPool2dOptions(3, 2), {image.abs()});
    check<nn::AdaptiveAvgPool1dImpl>(make_module("AdaptiveAvgPool1d", 3), nn::AdaptiveAvgPool1dOptions(3), {line});
    check<nn::AdaptiveAvgPool2dImpl>(make_module("AdaptiveAvgPool2d", Dims{3, 2}), nn::AdaptiveAvgPool2dOptions({3, 2}),
                                     {image});
    check<nn::AdaptiveAvgPool3dImpl>(make_module("AdaptiveAvgPool3d", 2), nn::AdaptiveAvgPool3dOptions(2), {volume});
    check<nn::AdaptiveMaxPool1dImpl>(make_module("AdaptiveMaxPool1d", 3), nn::AdaptiveMaxPool1dOptions(3), {line});
    check<nn::AdaptiveMaxPool2dImpl>(make_module("AdaptiveMaxPool2d", 3), nn::AdaptiveMaxPool2dOptions(3), {image});
    check<nn::AdaptiveMaxPool3dImpl>(make_module("AdaptiveMaxPool3d", 2), nn::AdaptiveMaxPool3dOptions(2), {volume});
    check<nn::FractionalMaxPool2dImpl>(make_module("FractionalMaxPool2d", 2, arg("output_size") = Dims{3, 2}),
                                       nn::FractionalMaxPool2dOptions(2).output_size(torch::ExpandingArray<2>({3, 2})),
                                       {image});
    check<nn::FractionalMaxPool3dImpl>(
        make_module("FractionalMaxPool3d", 2, arg("output_ratio") = Values{0.5, 0.5, 0.5}),
        nn::FractionalMaxPool3dOptions(2).output_ratio(torch::ExpandingArray<3, double>(0.5)), {volume});
    check<nn::MaxUnpool1dImpl>(make_module("MaxUnpool1d", 2), nn::MaxUnpool1dOptions(2),
                               pooled(nn::MaxPool1d(2), line));
    check<nn::MaxUnpool2dImpl>(make_module("MaxUnpool2d", 2), nn::MaxUnpool2dOptions(2),
                               pooled(nn::MaxPool2d(2), image));
    check<nn::MaxUnpool3dImpl>(make_module("MaxUnpool3d", 2), nn::MaxUnpool3dOptions(2),
                               pooled(nn::MaxPool3d(2), volume));
}

// Negative ones cut.
void check_paddings() {
    const at::Tensor line = x({2, 3, 8});
    const at::Tensor image = x({2, 3, 8, 6});
    const at::Tensor volume = x({1, 2, 6, 6, 4});
    check<nn::ConstantPad1dImpl>(make_module("ConstantPad1d", Dims{1, -2}, 3.5), nn::ConstantPad1dOptions({1, -2}, 3.5),
                                 {line});
    check<nn::ConstantPad2dImpl>(make_module("ConstantPad2d", 1, 0.5), nn::ConstantPad2dOptions(1, 0.5), {image});
    check<nn::ConstantPad3dImpl>(make_module("ConstantPad3d", 2, 0.5), nn::ConstantPad3dOptions(2, 0.5), {volume});
    check<nn::ReflectionPad1dImpl>(make_module("ReflectionPad1d", Dims{2, 1}), nn::ReflectionPad1dOptions({2, 1}),
                                   {line});
    check<nn::ReflectionPad2dImpl>(make_module("ReflectionPad2d", 2), nn::ReflectionPad2dOptions(2), {image});
    check<nn::ReflectionPad3dImpl>(make_module("ReflectionPad3d", 1), nn::ReflectionPad3dOptions(1), {volume});
    check<nn::ReplicationPad1dImpl>(make_module("ReplicationPad1d", 2), nn::ReplicationPad1dOptions(2), {line});
    check<nn::ReplicationPad2dImpl>(make_module("ReplicationPad2d", 2), nn::ReplicationPad2dOptions(2), {image});
    check<nn::ReplicationPad3dImpl>(make_module("ReplicationPad3d", 2), nn::ReplicationPad3dOptions(2), {volume});
    check<nn::ZeroPad2dImpl>(make_module("ZeroPad2d", Dims{1, 0, 2, 1}), nn::ZeroPad2dOptions({1, 0, 2, 1}), {image});
}

void check_recurrent() {
    check<nn::LinearImpl>(make_module("Linear", 3, 2, arg("bias") = false), nn::LinearOptions(3, 2).bias(false),
                          {x({4, 3})});
    check<nn::BilinearImpl>(make_module("Bilinear", 3, 2, 4), nn::BilinearOptions(3, 2, 4), {x({5, 3}), x({5, 2})});
    check<nn::EmbeddingImpl>(make_module("Embedding", 7, 3, arg("padding_idx") = 2),
                             nn::EmbeddingOptions(7, 3).padding_idx(2), {whole(7, {2, 4})});
    check<nn::EmbeddingBagImpl>(make_module("EmbeddingBag", 7, 3, arg("mode") = "sum"),
                                nn::EmbeddingBagOptions(7, 3).mode(torch::kSum),
                                {whole(7, {6}), at::tensor(std::vector<std::int64_t>{0, 2, 5}, at::kLong)});
    check<nn::RNNImpl>(make_module("RNN", 3, 4, arg("nonlinearity") = "relu", arg("num_layers") = 2),
                       nn::RNNOptions(3, 4).nonlinearity(torch::kReLU).num_layers(2), {x({5, 2, 3}), x({2, 2, 4})});
    check<nn::GRUImpl>(make_module("GRU", 3, 4, arg("bidirectional") = true), nn::GRUOptions(3, 4).bidirectional(true),
                       {x({5, 2, 3})});
    check<nn::LSTMImpl>(make_module("LSTM", 3, 4, arg("batch_first") = true, arg("proj_size") = 2, arg("dropout") = 0.5,
                                    arg("num_layers") = 2),
                        nn::LSTMOptions(3, 4).batch_first(true).proj_size(2).dropout(0.5).num_layers(2),
                        {x({2, 5, 3})});
    check<nn::RNNCellImpl>(make_module("RNNCell", 3, 4), nn::RNNCellOptions(3, 4), {x({2, 3}), x({2, 4})});
    check<nn::GRUCellImpl>(make_module("GRUCell", 3, 4, arg("bias") = false), nn::GRUCellOptions(3, 4).bias(false),
                           {x({2, 3})});
    check<nn::LSTMCellImpl>(make_module("LSTMCell", 3, 4), nn::LSTMCellOptions(3, 4), {x({2, 3})});
}

void check_attention() {
    check<nn::MultiheadAttentionImpl>(
        make_module("MultiheadAttention", 4, 2, arg("kdim") = 3, arg("vdim") = 3, arg("add_zero_attn") = true),
        nn::MultiheadAttentionOptions(4, 2).kdim(3).vdim(3).add_zero_attn(true),
        {x({3, 2, 4}), x({6, 2, 3}), x({6, 2, 3})});
    const auto encoder = [](auto options) { return options.dim_feedforward(8).activation(torch::kGELU); };
    const auto layer = [](const char *name) {
        return make_module(name, 4, 2, arg("dim_feedforward") = 8, arg("activation") = "gelu");
    };
    const H encoder_layer = layer("TransformerEncoderLayer");
    const H decoder_layer = layer("TransformerDecoderLayer");
    check<nn::TransformerEncoderLayerImpl>(encoder_layer, encoder(nn::TransformerEncoderLayerOptions(4, 2)),
                                           {x({3, 2, 4})});
    check<nn::TransformerDecoderLayerImpl>(decoder_layer, encoder(nn::TransformerDecoderLayerOptions(4, 2)),
                                           {x({3, 2, 4}), x({5, 2, 4})});
    const nn::TransformerEncoderLayer direct_encoder(encoder(nn::TransformerEncoderLayerOptions(4, 2)));
    const nn::TransformerDecoderLayer direct_decoder(encoder(nn::TransformerDecoderLayerOptions(4, 2)));
    check<nn::TransformerEncoderImpl>(
        make_module("TransformerEncoder", encoder_layer, 2, arg("norm") = make_module("LayerNorm", Dims{4})),
        nn::TransformerEncoderOptions(direct_encoder, 2).norm(nn::AnyModule(nn::LayerNorm(nn::LayerNormOptions({4})))),
        {x({3, 2, 4})});
    check<nn::TransformerDecoderImpl>(make_module("TransformerDecoder", decoder_layer, 2),
                                      nn::TransformerDecoderOptions(direct_decoder, 2), {x({3, 2, 4}), x({5, 2, 4})});
    check<nn::TransformerImpl>(
        make_module("Transformer", arg("d_model") = 4, arg("nhead") = 2, arg("num_encoder_layers") = 1,
                    arg("num_decoder_layers") = 2, arg("dim_feedforward") = 8),
        nn::TransformerOptions(4, 2).num_encoder_layers(1).num_decoder_layers(2).dim_feedforward(8),
        {x({3, 2, 4}), x({5, 2, 4})});
}

void check_losses() {
    const at::Tensor a = x({4, 3});
    const at::Tensor b = x({4, 3});
    const at::Tensor p = at::sigmoid(a);
    const at::Tensor q = at::softmax(b, 1);
    const at::Tensor classes = whole(3, {4});
    check<nn::L1LossImpl>(make_module("L1Loss", arg("reduction") = "sum"), nn::L1LossOptions(torch::kSum), {a, b});
    check<nn::MSELossImpl>(make_module("MSELoss", arg("reduction") = "none"), nn::MSELossOptions(torch::kNone), {a, b});
    check<nn::BCELossImpl>(make_module("BCELoss"), nn::BCELossOptions(), {p, q.detach()});
    check<nn::BCEWithLogitsLossImpl>(make_module("BCEWithLogitsLoss", arg("pos_weight") = from_at(at::full({3}, 2.0))),
                                     nn::BCEWithLogitsLossOptions().pos_weight(at::full({3}, 2.0)), {a, q});
    check<nn::HuberLossImpl>(make_module("HuberLoss", arg("delta") = 0.5), nn::HuberLossOptions().delta(0.5), {a, b});
    check<nn::SmoothL1LossImpl>(make_module("SmoothL1Loss"), nn::SmoothL1LossOptions(), {a, b});
    check<nn::KLDivLossImpl>(make_module("KLDivLoss", arg("reduction") = "batchmean", arg("log_target") = true),
                             nn::KLDivLossOptions().reduction(torch::kBatchMean).log_target(true),
                             {at::log_softmax(a, 1), at::log_softmax(b, 1)});
    check<nn::NLLLossImpl>(make_module("NLLLoss", arg("weight") = from_at(at_tensor({1, 2, 3}))),
                           nn::NLLLossOptions().weight(at_tensor({1, 2, 3})), {at::log_softmax(a, 1), classes});
    check<nn::CrossEntropyLossImpl>(
        make_module("CrossEntropyLoss", arg("label_smoothing") = 0.1, arg("ignore_index") = 1),
        nn::CrossEntropyLossOptions().label_smoothing(0.1).ignore_index(1), {a, classes});
    check<nn::PoissonNLLLossImpl>(make_module("PoissonNLLLoss", arg("full") = true, arg("eps") = 1e-6),
                                  nn::PoissonNLLLossOptions().full(true).eps(1e-6), {a, b.abs()});
    check<nn::MultiMarginLossImpl>(make_module("MultiMarginLoss", arg("p") = 2), nn::MultiMarginLossOptions().p(2),
                                   {a, classes});
    check<nn::MultiLabelMarginLossImpl>(make_module("MultiLabelMarginLoss"), nn::MultiLabelMarginLossOptions(),
                                        {a, whole(3, {4, 3})});
    check<nn::MultiLabelSoftMarginLossImpl>(make_module("MultiLabelSoftMarginLoss"),
                                            nn::MultiLabelSoftMarginLossOptions(), {a, whole(2, {4, 3})});
    check<nn::SoftMarginLossImpl>(make_module("SoftMarginLoss"), nn::SoftMarginLossOptions(), {a, signs({4, 3})}, 1);
    check<nn::HingeEmbeddingLossImpl>(make_module("HingeEmbeddingLoss", arg("margin") = 2),
                                      nn::HingeEmbeddingLossOptions().margin(2), {a, signs({4, 3})});
    check<nn::CosineEmbeddingLossImpl>(make_module("CosineEmbeddingLoss", arg("margin") = 0.3),
                                       nn::CosineEmbeddingLossOptions().margin(0.3), {a, b, signs({4})});
    check<nn::MarginRankingLossImpl>(make_module("MarginRankingLoss"), nn::MarginRankingLossOptions(),
                                     {a, b, signs({4, 3})});
    check<nn::TripletMarginLossImpl>(make_module("TripletMarginLoss", arg("swap") = true),
                                     nn::TripletMarginLossOptions().swap(true), {a, b, x({4, 3})});
    check<nn::TripletMarginWithDistanceLossImpl>(make_module("TripletMarginWithDistanceLoss", arg("margin") = 2),
                                                 nn::TripletMarginWithDistanceLossOptions().margin(2),
                                                 {a, b, x({4, 3})});
    check<nn::CosineSimilarityImpl>(make_module("CosineSimilarity", arg("dim") = 0),
                                    nn::CosineSimilarityOptions().dim(0), {a, b});
    check<nn::PairwiseDistanceImpl>(make_module("PairwiseDistance", arg("p") = 1), nn::PairwiseDistanceOptions().p(1),
                                    {a, b});
    check<nn::CTCLossImpl>(make_module("CTCLoss", arg("blank") = 1), nn::CTCLossOptions().blank(1),
                           {at::log_softmax(x({6, 2, 4}), 2), whole(2, {2, 3}) + 2, at::full({2}, 6, at::kLong),
                            at::full({2}, 2, at::kLong)});
    check<nn::AdaptiveLogSoftmaxWithLossImpl>(
        make_module("AdaptiveLogSoftmaxWithLoss", 8, 10, Dims{4, 7}, arg("div_value") = 2),
        nn::AdaptiveLogSoftmaxWithLossOptions(8, 10, {4, 7}).div_value(2), {x({5, 8}), whole(10, {5})});
}

} // namespace

TEST_CASE_FIXTURE(Torch, "every module class of torch::nn has its parameters' names, its results and its gradients") {
    for (const auto check_group : {check_activations, check_normalisations, check_shapes, check_convolutions,
                                   check_pools, check_paddings, check_recurrent, check_attention, check_losses}) {
        check_group();
    }
    std::set<std::string> listed;
    const auto note = [](void *into, const rt_function_info *function) {
        static_cast<std::set<std::string> *>(into)->insert(
            std::string(function->name).substr(std::string("torch::nn::").size()));
        return true;
    };
    REQUIRE(rt_each_provided("torch::nn::", note, &listed) == RT_OK);
    CHECK(listed.size() >= 121);
    std::string missing;
    for (const std::string &name : listed) {
        missing += made_classes().contains(name) ? "" : name + " ";
    }
    CHECK(missing.empty());
}

TEST_CASE_FIXTURE(Torch, "a class's options are its function's parameters, with LibTorch's defaults") {
    const auto signature = [](const char *name) { return std::string(rt_lookup(name)->signature); };
    CHECK(signature("torch::nn::Linear") ==
          "torch::nn::Linear(in_features: i64, out_features: i64, *, bias: bool = true) -> TorchModule");
    CHECK(signature("torch::nn::SiLU") == "torch::nn::SiLU() -> TorchModule");
    // The default stride of a pool is its kernel's size.
    CHECK(
        signature("torch::nn::MaxPool2d") ==
        "torch::nn::MaxPool2d(kernel_size: [i64], *, stride: [i64]? = none, padding: [i64] = [0, 0], dilation: [i64] = "
        "[1, 1], ceil_mode: bool = false) -> TorchModule");
    CHECK(call<std::string>("rt_torch_module_to_text", make_module("MaxPool2d", 3)) ==
          "torch::nn::MaxPool2d(kernel_size=[3, 3], stride=[3, 3], padding=[0, 0], dilation=[1, 1], ceil_mode=false)");
}

TEST_CASE_FIXTURE(Torch, "a wrong option of a module is told, with what is right") {
    const auto refused = [](rt_status status, const char *text, const auto &...arguments) {
        expect_error(status, text, [&] { call<H>(arguments...); });
    };
    refused(RT_E_ARGUMENT, "stride", "torch::nn::Conv2d", 1, 2, 3, arg("strides") = 2);
    refused(RT_E_ARGUMENT, "in_channels", "torch::nn::Conv2d");
    refused(RT_E_ARGUMENT, "'mirror' is none of: zeros, reflect, replicate, circular", "torch::nn::Conv2d", 1, 2, 3,
            arg("padding_mode") = "mirror");
    refused(RT_E_ARGUMENT, "none of: valid, same", "torch::nn::Conv2d", 1, 2, 3, arg("padding") = "full");
    refused(RT_E_ARGUMENT, "it has 3 numbers: give one, or 2", "torch::nn::Conv2d", 1, 2, Dims{1, 2, 3});
    refused(RT_E_TYPE, "out_channels", "torch::nn::Conv2d", 1, "two", 3);
    refused(RT_E_ARGUMENT, "must lie between 1 and", "torch::nn::Conv2d", 1, 2, 3, arg("groups") = 0);
    refused(RT_E_ARGUMENT, "must lie between 0 and", "torch::nn::Conv2d", 1, 2, 3, arg("padding") = -1);
    refused(RT_E_MEMORY, "GiB", "torch::nn::Linear", std::int64_t{1} << 30, std::int64_t{1} << 30);
    refused(RT_E_CALLEE, "divisible by groups", "torch::nn::Conv2d", 3, 4, 3, arg("groups") = 2);
    // What LibTorch does not survive.
    refused(RT_E_ARGUMENT, "there must be one number at least", "torch::nn::AdaptiveLogSoftmaxWithLoss", 4, 10, Dims{});
    refused(RT_E_ARGUMENT, "must be at least 1", "torch::nn::AdaptiveLogSoftmaxWithLoss", 4, 10, Dims{5},
            arg("div_value") = 0.5);
    refused(RT_E_HANDLE, "TorchModule", "torch::nn::TransformerEncoder", tensor({1}), 2);
    refused(RT_E_ARGUMENT, "another class", "torch::nn::TransformerEncoder", make_module("ReLU"), 2);
    refused(RT_E_NOT_FOUND, "LibTorch has no such module class; it has Conv1d, Conv2d, Conv3d", "torch::nn::Conv4d", 1,
            2, 3);
    CHECK(rt_lookup("torch::nn::Conv4d") == nullptr);
    rt_error error = {};
    error.struct_size = sizeof error;
    CHECK(rt_last_error(&error) == RT_E_NOT_FOUND);
    CHECK(std::string(error.cause) == "not_provided");
}

TEST_CASE_FIXTURE(Torch, "inputs of a module that do not fit are told, and which") {
    const H lstm = make_module("LSTM", 2, 3);
    const H input = from_at(x({4, 1, 2}));
    const auto refused = [&](rt_status status, const char *text, const H &module, std::vector<rt_value> inputs) {
        expect_error(status, text,
                     [&] { call("rt_torch_module_call", module, rt_memory(RT_VALUES, inputs.data(), inputs.size())); });
    };
    refused(RT_E_ARGUMENT, "at least one and at most 2", lstm, {});
    refused(RT_E_TYPE, "inputs[0] is of another type than is needed: TorchTensor", lstm, {rt_i64(3)});
    refused(RT_E_HANDLE, "inputs[0] is no live handle", lstm, {rt_handle(freed_handle())});
    refused(RT_E_TYPE, "inputs[1]", lstm, {rt_handle(input.get()), rt_f64(1)});
    refused(RT_E_CALLEE, "forward() method expects 2 argument(s), but received 1", make_module("MSELoss"),
            {rt_handle(input.get())});
    expect_error(RT_E_ARGUMENT, "run it with rt_torch_module_call",
                 [&] { call<H>("rt_torch_module_forward", lstm, input); });
}

TEST_CASE_FIXTURE(Torch, "an LSTM goes on from the state that it gave") {
    const H lstm = make_module("LSTM", 2, 3);
    const at::Tensor whole_input = x({4, 1, 2});
    const auto all = run(lstm, std::array{from_at(whole_input)});
    const auto first = run(lstm, std::array{from_at(whole_input.slice(0, 0, 2))});
    const std::int64_t state[] = {first[1].get(), first[2].get()};
    const H rest = from_at(whole_input.slice(0, 2, 4));
    const rt_value inputs[] = {rt_handle(rest.get()), rt_memory(RT_HANDLE_ARRAY, state, 2)};
    const rt::Value second = call("rt_torch_module_call", lstm, rt_memory(RT_VALUES, inputs, 2));
    check_same(second[0].as<H>(), read(all[0]).slice(0, 2, 4));
}

} // namespace torch_test::test_module_classes
