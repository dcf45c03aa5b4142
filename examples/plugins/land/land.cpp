// land.cpp - an example of a plugin that needs another: what a piece of land is worth, by the geometry plugin's functions.
#include <span>

#include <rtffi/plugin_function.hpp>

namespace {

constinit rt::PluginFunction<double(std::span<const double>)> area{"geo_area"};
constinit rt::PluginFunction<double(double, double, double, double)> distance{"geo_distance"};

void require_price(double price) {
    if (!(price >= 0)) {
        throw rt::Error(RT_E_ARGUMENT, "a price is not negative, and no NaN", "price");
    }
}

double worth(std::span<const double> corners, double price) {
    require_price(price);
    return area(corners) * price;
}

double fence_cost(std::span<const double> corners, double price) {
    require_price(price);
    if (corners.size() < 6 || corners.size() % 2 != 0) {
        throw rt::Error(RT_E_ARGUMENT, "land has x and y of 3 corners at least");
    }
    double length = 0;
    for (std::size_t i = 0; i < corners.size(); i += 2) {
        const std::size_t next = (i + 2) % corners.size();
        length += distance(corners[i], corners[i + 1], corners[next], corners[next + 1]);
    }
    return length * price;
}

} // namespace

RT_PLUGIN("land", "1.0.0", "What land is worth: an example of a plugin that needs another")
RT_PLUGIN_KEY("needs", "geometry >= 1.0")

RT_FUNCTION(worth, "land_worth(corners: [f64], price: f64) -> f64", "The worth of land, at a price for a unit of area.")
RT_FUNCTION(fence_cost, "land_fence_cost(corners: [f64], price: f64) -> f64",
            "The cost of a fence around it, at a price for a unit of length.")
