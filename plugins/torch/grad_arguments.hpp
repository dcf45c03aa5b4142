// grad_arguments.hpp - what clipping and scaling of gradients ask of their arguments.
#pragma once

#include "arguments.hpp"

#include <memory>
#include <vector>

namespace rt::libtorch {

void check_clip_norm(double max_norm, double norm_type);
void check_clip_value(double clip_value);

// How a gradient scaler goes on, and where it is.
struct ScalerState {
    double scale;
    double growth_factor;
    double backoff_factor;
    std::int64_t growth_interval;
    std::int64_t growth_tracker; // updates without infinities since the scale last changed
};
// Throws for a state that torch.cuda.amp.GradScaler would not have.
void check_scaler_state(const ScalerState &state);

// As five numbers, in that order, and back.
std::vector<double> numbers_of(const ScalerState &state);
ScalerState scaler_state_of(std::span<const double> numbers);

// The state after an update, as the operator aten::_amp_update_scale_ computes it: smaller where infinities were found, and
// larger after growth_interval updates without any.
ScalerState updated(ScalerState state, bool found_infinite);

// Which optimisers' gradients a scaler has unscaled since its last update, and which have stepped: each once.
class ScalerStages {
  public:
    // Throws where the optimiser's gradients were unscaled, or it has stepped.
    void check_unscale(const std::shared_ptr<void> &optimizer) const;
    void unscaled(const std::shared_ptr<void> &optimizer, bool found_infinite);
    // Whether they must still be unscaled. Throws where it has stepped.
    bool must_unscale(const std::shared_ptr<void> &optimizer) const;
    bool found_infinite(const std::shared_ptr<void> &optimizer) const;
    void stepped(const std::shared_ptr<void> &optimizer);
    // Whether any had infinite gradients; begins anew. Throws where none was unscaled.
    bool update();

  private:
    struct Stage {
        std::weak_ptr<void> optimizer; // weak: it is never another one at the same address
        bool found_infinite;
        bool stepped;
    };
    const Stage *find(const std::shared_ptr<void> &optimizer) const;
    std::vector<Stage> stages_;
};

// Throws: the optimiser has no gradients to look at.
[[noreturn]] void refuse_without_gradients();
[[noreturn]] void refuse_float16_gradients();

} // namespace rt::libtorch
