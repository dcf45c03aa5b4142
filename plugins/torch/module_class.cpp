#include "module_class.hpp"

#include <algorithm>
#include <limits>

namespace rt::libtorch {

namespace {

// Options that count things or steps, of which there must be one at least. Most of what else may be asked, LibTorch asks itself; a zero
// here ends the process in a division, and a negative one is a huge size.
constexpr std::string_view at_least_one[] = {"kernel_size",
                                             "stride",
                                             "dilation",
                                             "groups",
                                             "num_groups",
                                             "num_heads",
                                             "nhead",
                                             "upscale_factor",
                                             "num_layers",
                                             "in_channels",
                                             "out_channels",
                                             "num_channels",
                                             "num_features",
                                             "in1_features",
                                             "downscale_factor",
                                             "in2_features",
                                             "input_size",
                                             "hidden_size",
                                             "embedding_dim",
                                             "num_embeddings",
                                             "d_model",
                                             "dim_feedforward",
                                             "embed_dim",
                                             "kdim",
                                             "vdim",
                                             "n_classes",
                                             "in_features",
                                             "out_features",
                                             "num_parameters",
                                             "size",
                                             "num_encoder_layers",
                                             "num_decoder_layers"};
constexpr std::string_view not_negative[] = {"padding", "output_padding", "output_size", "proj_size",
                                             "normalized_shape"};
// What the number of elements of a module's largest tensor is the product of.
constexpr std::string_view dimensions[] = {"in_channels",    "out_channels",    "kernel_size",      "in_features",
                                           "out_features",   "in1_features",    "in2_features",     "num_embeddings",
                                           "embedding_dim",  "input_size",      "normalized_shape", "num_features",
                                           "num_parameters", "dim_feedforward", "n_classes"};
// Such as a layer has of this by itself.
constexpr std::string_view square_dimensions[] = {"hidden_size", "d_model", "embed_dim"};
constexpr std::string_view layer_counts[] = {"num_layers", "num_encoder_layers", "num_decoder_layers"};
constexpr double gates = 8; // an LSTM has four for each of its two weights

template <class List> bool in(const List &list, std::string_view name) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

std::vector<std::int64_t> integers_in(const c10::IValue &value) {
    if (value.isInt()) {
        return {value.toInt()};
    }
    return value.isIntList() ? value.toIntVector() : std::vector<std::int64_t>();
}

} // namespace

bool ModuleArguments::given(std::size_t index) const {
    return index < count_ && args_[index].type != RT_NONE &&
           !(args_[index].type == RT_HANDLE && args_[index].payload.integer == 0);
}

std::string_view ModuleArguments::parameter_name(std::size_t index) const { return of_.known[index].parameter.name; }

void ModuleArguments::check(std::size_t index, const c10::IValue &value) {
    const std::string_view name = parameter_name(index);
    const bool cuts = name == "padding" && std::string_view(of_.name).find("Pad") != std::string_view::npos;
    try {
        if (!cuts) {
            sizes_.add(name, value);
        }
    } catch (const Error &error) {
        refuse(index, error);
    }
}

void ModuleArguments::refuse(std::size_t index) const {
    const rt_value &value = args_[index];
    const ModuleParameter &parameter = of_.known[index];
    if (parameter.word.starts_with("TorchModule") && value.type == RT_HANDLE) {
        throw detail::Reported{detail::host->fail_handle(of_.signature.c_str(), index, value.payload.integer,
                                                         ClassOf<TorchModule>::record)};
    }
    refuse_argument(of_.signature.c_str(), index, value, parameter.parameter);
}

void ModuleArguments::refuse(std::size_t index, const Error &error) const {
    throw detail::Reported{detail::host->fail_argument(of_.signature.c_str(), index, error.code(), error.what())};
}

void ModuleArguments::Sizes::add(std::string_view name, const c10::IValue &value) {
    // LibTorch divides by a whole power of the one, and reads the last of the others.
    if (name == "div_value" && !(value.toDouble() >= 1)) {
        refuse_option(str("it is ", value.toDouble(), ", and must be at least 1"));
    }
    if (name == "cutoffs" && value.toIntVector().empty()) {
        refuse_option("it is empty: there must be one number at least");
    }
    const std::int64_t least = in(at_least_one, name) ? 1 : in(not_negative, name) ? 0 : -1;
    for (const std::int64_t number : integers_in(value)) {
        if (least >= 0 && (number < least || number > std::numeric_limits<std::int32_t>::max())) {
            refuse_option(str("it is ", number, ", and must lie between ", least, " and ",
                              std::numeric_limits<std::int32_t>::max()));
        }
        const auto size = static_cast<double>(number);
        weights_ *= in(dimensions, name) ? std::max(size, 1.0) : 1;
        squares_ += in(square_dimensions, name) ? size * size : 0;
        layers_ *= in(layer_counts, name) ? std::max(size, 1.0) : 1;
    }
}

void ModuleArguments::Sizes::check() const {
    const double bytes = (weights_ + squares_ * gates) * layers_ * sizeof(float);
    constexpr double most = 9e18;
    require_memory(static_cast<std::uint64_t>(std::min(bytes, most)));
}

} // namespace rt::libtorch
