#include "totals.hpp"

#include "../checks.hpp"

namespace rt::tools::report {

Json checks_of(const Json &plugin) {
    if (const Json &verification = plugin.at("verification"); !verification.is_null()) {
        return verification.at("checks");
    }
    Json checks = plugin.at("file").at("checks");
    const Json &warned = plugin.at("file").at("warnings");
    checks.insert(checks.end(), warned.begin(), warned.end());
    return checks;
}

Totals totals_of(const Json &document) {
    Totals totals;
    for (const Json &plugin : document.at("plugins")) {
        const Json checks = checks_of(plugin);
        totals.checks += checks.size();
        totals.failed += failures(checks);
        totals.warned += warnings(checks);
        if (!plugin.value("chosen", false)) {
            totals.unusable++;
            continue;
        }
        totals.plugins++;
        totals.faulty += failures(checks) != 0 ? 1 : 0;
        totals.functions += plugin.at("file").at("functions").size();
        for (const Json &provider : plugin.at("provided")) {
            totals.provided += provider.at("count").is_null() ? 0 : provider["count"].get<std::size_t>();
        }
    }
    return totals;
}

} // namespace rt::tools::report
