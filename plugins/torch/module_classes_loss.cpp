// module_classes_loss.cpp - losses and distances.
#include "module_row.hpp"

#include <torch/nn/modules/adaptive.h>
#include <torch/nn/modules/distance.h>
#include <torch/nn/modules/loss.h>

namespace rt::libtorch {

std::vector<ModuleClass> loss_classes() {
    namespace nn = ::torch::nn;
    namespace o = option;
    return {
        module_class<nn::AdaptiveLogSoftmaxWithLossImpl, nn::AdaptiveLogSoftmaxWithLossOptions, o::in_features,
                     o::n_classes, o::cutoffs>("AdaptiveLogSoftmaxWithLoss"),
        module_class<nn::BCELossImpl, nn::BCELossOptions>("BCELoss"),
        module_class<nn::BCEWithLogitsLossImpl, nn::BCEWithLogitsLossOptions>("BCEWithLogitsLoss"),
        module_class<nn::CTCLossImpl, nn::CTCLossOptions>("CTCLoss"),
        module_class<nn::CosineEmbeddingLossImpl, nn::CosineEmbeddingLossOptions>("CosineEmbeddingLoss"),
        module_class<nn::CosineSimilarityImpl, nn::CosineSimilarityOptions>("CosineSimilarity"),
        module_class<nn::CrossEntropyLossImpl, nn::CrossEntropyLossOptions>("CrossEntropyLoss"),
        module_class<nn::HingeEmbeddingLossImpl, nn::HingeEmbeddingLossOptions>("HingeEmbeddingLoss"),
        module_class<nn::HuberLossImpl, nn::HuberLossOptions>("HuberLoss"),
        module_class<nn::KLDivLossImpl, nn::KLDivLossOptions>("KLDivLoss"),
        module_class<nn::L1LossImpl, nn::L1LossOptions>("L1Loss"),
        module_class<nn::MSELossImpl, nn::MSELossOptions>("MSELoss"),
        module_class<nn::MarginRankingLossImpl, nn::MarginRankingLossOptions>("MarginRankingLoss"),
        module_class<nn::MultiLabelMarginLossImpl, nn::MultiLabelMarginLossOptions>("MultiLabelMarginLoss"),
        module_class<nn::MultiLabelSoftMarginLossImpl, nn::MultiLabelSoftMarginLossOptions>("MultiLabelSoftMarginLoss"),
        module_class<nn::MultiMarginLossImpl, nn::MultiMarginLossOptions>("MultiMarginLoss"),
        module_class<nn::NLLLossImpl, nn::NLLLossOptions>("NLLLoss"),
        module_class<nn::PairwiseDistanceImpl, nn::PairwiseDistanceOptions>("PairwiseDistance"),
        module_class<nn::PoissonNLLLossImpl, nn::PoissonNLLLossOptions>("PoissonNLLLoss"),
        module_class<nn::SmoothL1LossImpl, nn::SmoothL1LossOptions>("SmoothL1Loss"),
        module_class<nn::SoftMarginLossImpl, nn::SoftMarginLossOptions>("SoftMarginLoss"),
        module_class<nn::TripletMarginLossImpl, nn::TripletMarginLossOptions>("TripletMarginLoss"),
        module_class<nn::TripletMarginWithDistanceLossImpl, nn::TripletMarginWithDistanceLossOptions>(
            "TripletMarginWithDistanceLoss"),
    };
}

} // namespace rt::libtorch
