// operators.cpp - what operators are called with: there are none without LibTorch, nor its classes of modules, and who asks for one
// is told why.
#include "../torch/operator_overload.hpp"
#include "functions.hpp"

#include <random>

#include "device.hpp"

namespace rt::stub {

namespace {

rt_status resolve(void *, const char *name, rt_function_desc *) {
    return detail::host->fail(
        nullptr, RT_E_UNAVAILABLE, "no_libtorch",
        (std::string(name) + ": it is LibTorch's own, which is not there. " + why_unavailable()).c_str());
}

rt_status overload_named(const rt_function *, const rt_value *args, const char *const *, size_t count,
                         rt_value *result) {
    *result = {RT_NONE, 0, 0, {0}};
    if (!overload::names_an_operator(args, count)) {
        return detail::host->fail(RT_OVERLOAD_SIGNATURE, RT_E_TYPE, "", overload::no_name);
    }
    return resolve(nullptr, "aten::", nullptr);
}

rt_status overload_dynamic(const rt_function *self, const rt_value *args, size_t count, rt_value *result) {
    return overload_named(self, args, nullptr, count, result);
}

} // namespace

TorchValue rt_torch_value_complex(double, double) { return {}; }
std::string rt_torch_value_type(const TorchValue &) { no_numbers(); }
std::string rt_torch_value_text(const TorchValue &) { no_numbers(); }
rt_value rt_torch_value_get(const TorchValue &) { no_numbers(); }

TorchGenerator rt_torch_generator_create(std::int64_t seed, std::string_view device) {
    require_cpu(device);
    return TorchGenerator(seed);
}
TorchGenerator rt_torch_generator_default(std::string_view device) {
    require_cpu(device);
    return TorchGenerator(0);
}
std::string rt_torch_generator_device(const TorchGenerator &) { return "cpu"; }
void rt_torch_generator_manual_seed(const TorchGenerator &generator, std::int64_t seed) { generator.seed = seed; }
std::int64_t rt_torch_generator_seed(const TorchGenerator &generator) {
    std::random_device source;
    return generator.seed = static_cast<std::int64_t>((std::uint64_t{source()} << 32U) | source());
}
std::int64_t rt_torch_generator_initial_seed(const TorchGenerator &generator) { return generator.seed; }
TorchTensor rt_torch_generator_get_state(const TorchGenerator &) { no_numbers(); }
void rt_torch_generator_set_state(const TorchGenerator &, const TorchTensor &) { no_numbers(); }

RT_PROVIDER("aten::", resolve, nullptr, nullptr)
RT_PROVIDER("torch::nn::", resolve, nullptr, nullptr)
RT_OPERATOR_OVERLOAD(overload_dynamic, overload_named)

} // namespace rt::stub
