// loss_arguments.cpp - what can be said of losses' arguments without LibTorch.
#include "loss_arguments.hpp"

#include <algorithm>
#include <vector>

namespace rt::libtorch {

void check_predictions(Shape input) {
    if (input.empty()) {
        refuse("input has no dimensions: predictions have the shape [classes] or [N, classes, ...]");
    }
}

void check_class_shape(Shape input, Shape target, bool or_probabilities) {
    std::vector<std::int64_t> expected(input.begin(), input.end());
    expected.erase(expected.begin() + (expected.size() == 1 ? 0 : 1));
    if (!std::ranges::equal(target, expected)) {
        refuse(str("target has shape ", text_of(target), " and input ", text_of(input), ": class targets need shape ",
                   text_of(expected),
                   or_probabilities ? ", probabilities the input's shape and a floating dtype" : ""));
    }
}

void check_same_shape(Shape input, Shape target) {
    if (!std::ranges::equal(input, target)) {
        refuse(str("input has shape ", text_of(input), " and target ", text_of(target), ": they must be the same"));
    }
}

} // namespace rt::libtorch
