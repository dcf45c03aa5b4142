// loss_arguments.hpp - what losses ask of the shapes of their inputs and targets.
#pragma once

#include "arguments.hpp"

namespace rt::libtorch {

// Throws unless it is that of predictions, [classes] or [N, classes, ...].
void check_predictions(Shape input);

// Throws unless class targets have the shape of their predictions without the classes. `or_probabilities` is whether the
// loss would take something else, too.
void check_class_shape(Shape input, Shape target, bool or_probabilities);

// For losses that take a number for each number.
void check_same_shape(Shape input, Shape target);

} // namespace rt::libtorch
