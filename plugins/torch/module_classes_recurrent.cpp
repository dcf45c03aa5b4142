// module_classes_recurrent.cpp - linear layers, embeddings, what reads sequences: recurrent layers, attention, transformers.
#include "module_row.hpp"

#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>
#include <torch/nn/modules/transformer.h>
#include <torch/nn/modules/transformercoder.h>
#include <torch/nn/modules/transformerlayer.h>

namespace rt::libtorch {

std::vector<ModuleClass> recurrent_classes() {
    namespace nn = ::torch::nn;
    namespace o = option;
    return {
        module_class<nn::BilinearImpl, nn::BilinearOptions, o::in1_features, o::in2_features, o::out_features>(
            "Bilinear"),
        module_class<nn::EmbeddingImpl, nn::EmbeddingOptions, o::num_embeddings, o::embedding_dim>("Embedding"),
        module_class<nn::EmbeddingBagImpl, nn::EmbeddingBagOptions, o::num_embeddings, o::embedding_dim>(
            "EmbeddingBag"),
        module_class<nn::GRUImpl, nn::GRUOptions, o::input_size, o::hidden_size>("GRU"),
        module_class<nn::GRUCellImpl, nn::GRUCellOptions, o::input_size, o::hidden_size>("GRUCell"),
        module_class<nn::LSTMImpl, nn::LSTMOptions, o::input_size, o::hidden_size>("LSTM"),
        module_class<nn::LSTMCellImpl, nn::LSTMCellOptions, o::input_size, o::hidden_size>("LSTMCell"),
        module_class<nn::LinearImpl, nn::LinearOptions, o::in_features, o::out_features>("Linear"),
        module_class<nn::MultiheadAttentionImpl, nn::MultiheadAttentionOptions, o::embed_dim, o::num_heads>(
            "MultiheadAttention"),
        module_class<nn::RNNImpl, nn::RNNOptions, o::input_size, o::hidden_size>("RNN"),
        module_class<nn::RNNCellImpl, nn::RNNCellOptions, o::input_size, o::hidden_size>("RNNCell"),
        module_class<nn::TransformerImpl, nn::TransformerOptions>("Transformer"),
        module_class<nn::TransformerDecoderImpl, nn::TransformerDecoderOptions, o::decoder_layer, o::num_layers>(
            "TransformerDecoder"),
        module_class<nn::TransformerDecoderLayerImpl, nn::TransformerDecoderLayerOptions, o::d_model, o::nhead>(
            "TransformerDecoderLayer"),
        module_class<nn::TransformerEncoderImpl, nn::TransformerEncoderOptions, o::encoder_layer, o::num_layers>(
            "TransformerEncoder"),
        module_class<nn::TransformerEncoderLayerImpl, nn::TransformerEncoderLayerOptions, o::d_model, o::nhead>(
            "TransformerEncoderLayer"),
    };
}

} // namespace rt::libtorch
