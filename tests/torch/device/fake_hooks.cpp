// fake_hooks.cpp - what LibTorch 2.x asks of a kind of device by its hooks: whether it is there, pinned memory, generators.
#include "fake_device.hpp"

#include "../../../plugins/torch/version.hpp"

#if RT_LIBTORCH_AT_LEAST(2, 9)

#include <ATen/ATen.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <c10/core/GeneratorImpl.h>

#include <array>
#include <cstring>

namespace fake_device {

namespace {

// Draws nothing: it has a seed and a position.
class Generator final : public c10::GeneratorImpl {
  public:
    explicit Generator(c10::DeviceIndex index)
        : GeneratorImpl(c10::Device(kind, index), c10::DispatchKeySet(c10::DispatchKey::PrivateUse1)) {}
    void set_current_seed(std::uint64_t seed) override { state_ = {seed, 0}; }
    std::uint64_t current_seed() const override { return state_[0]; }
    std::uint64_t seed() override {
        set_current_seed(c10::detail::getNonDeterministicRandom());
        return current_seed();
    }
    void set_offset(std::uint64_t offset) override { state_[1] = offset; }
    std::uint64_t get_offset() const override { return state_[1]; }
    void set_state(const c10::TensorImpl &state) override {
        TORCH_CHECK(static_cast<std::size_t>(state.numel()) == sizeof state_, "a state has ", sizeof state_, " bytes");
        std::memcpy(state_.data(), state.data(), sizeof state_);
    }
    c10::intrusive_ptr<c10::TensorImpl> get_state() const override {
        const at::Tensor state = at::empty({static_cast<std::int64_t>(sizeof state_)}, at::kByte);
        std::memcpy(state.data_ptr(), state_.data(), sizeof state_);
        return state.getIntrusivePtr();
    }

  private:
    Generator *clone_impl() const override {
        auto *copy = new Generator(device().index());
        copy->state_ = state_;
        return copy;
    }

    std::array<std::uint64_t, 2> state_{c10::default_rng_seed_val, 0};
};

struct Hooks final : at::PrivateUse1HooksInterface {
    bool isBuilt() const override { return true; }
    bool isAvailable() const override { return true; }
    bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
    c10::DeviceIndex deviceCount() const override { return devices; }
    c10::DeviceIndex getCurrentDevice() const override { return current_device().index(); }
    bool isPinnedPtr(const void *memory) const override { return is_pinned(memory); }
    c10::Allocator *getPinnedMemoryAllocator() const override { return pinned_allocator(); }
    const at::Generator &getDefaultGenerator(c10::DeviceIndex index) const override {
        static const std::array<at::Generator, devices> generators{at::make_generator<Generator>(0),
                                                                   at::make_generator<Generator>(1)};
        return generators.at(static_cast<std::size_t>(index < 0 ? current_device().index() : index));
    }
};

} // namespace

void register_hooks() {
    static Hooks hooks;
    c10::register_privateuse1_backend(name);
    at::RegisterPrivateUse1HooksInterface(&hooks);
}

} // namespace fake_device

#else

namespace fake_device {

void register_hooks() {}

} // namespace fake_device

#endif
