// signature.cpp - any text as a signature: it parses, or says where it does not; what parses has values for its defaults.
#include <memory>
#include <string_view>

#include "input.hpp"
#include "signature.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    using namespace rt::core;
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const std::unique_ptr<rt::Signature> parsed = parse_on_heap(text);
    std::unique_ptr<SignatureInfo> info;
    const bool good = static_cast<bool>(SignatureInfo::parse(text, info));
    fuzz::require(good == (parsed->error == nullptr));
    fuzz::require(parsed->error_at <= text.size());
    if (!good) {
        return 0;
    }
    fuzz::require(info->name == parsed->name && info->parameters.size() == parsed->count);
    fuzz::require(info->defaults.size() == parsed->count && info->positional <= parsed->count);
    // A signature agrees with itself.
    fuzz::require(static_cast<bool>(check_declaration(text, *info)));
    return 0;
}
