// geometry.cpp - a sample plugin in C++: plain functions, arrays, texts, defaults, and a class of objects.
#include <cmath>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include <rtffi/plugin.hpp>

namespace {

struct Point {
    double x;
    double y;
};

// A polygon is given as x0, y0, x1, y1, ... and closed by the plugin.
struct Polygon {
    std::vector<Point> corners;
};

Polygon polygon(std::span<const double> coordinates) {
    if (coordinates.size() < 6 || coordinates.size() % 2 != 0) {
        throw rt::Error(RT_E_ARGUMENT, "a polygon needs x and y of at least 3 corners, got " +
                                           std::to_string(coordinates.size()) + " numbers");
    }
    Polygon result;
    for (std::size_t i = 0; i < coordinates.size(); i += 2) {
        result.corners.push_back({coordinates[i], coordinates[i + 1]});
    }
    return result;
}

template <class Visit> void each_edge(const Polygon &p, Visit visit) {
    for (std::size_t i = 0; i < p.corners.size(); i++) {
        visit(p.corners[i], p.corners[(i + 1) % p.corners.size()]);
    }
}

// The shoelace formula.
double area(const Polygon &p) {
    double twice = 0;
    each_edge(p, [&](Point a, Point b) { twice += a.x * b.y - b.x * a.y; });
    return std::abs(twice) / 2;
}

double perimeter(const Polygon &p) {
    double length = 0;
    each_edge(p, [&](Point a, Point b) { length += std::hypot(b.x - a.x, b.y - a.y); });
    return length;
}

double hypotenuse(double a, double b) { return std::sqrt(a * a + b * b); }

double area_of(std::span<const double> coordinates) { return area(polygon(coordinates)); }

double distance(double x, double y, double from_x, double from_y) { return std::hypot(x - from_x, y - from_y); }

void midpoint(std::span<const double> a, std::span<const double> b, std::span<double> out) {
    if (a.size() != b.size() || a.size() != out.size()) {
        throw rt::Error(RT_E_ARGUMENT, "the points and `out` must have the same number of coordinates");
    }
    for (std::size_t i = 0; i < a.size(); i++) {
        out[i] = (a[i] + b[i]) / 2;
    }
}

std::int64_t corner_count(const Polygon &p) { return static_cast<std::int64_t>(p.corners.size()); }

std::vector<double> corners(const Polygon &p) {
    std::vector<double> flat;
    for (const Point c : p.corners) {
        flat.push_back(c.x);
        flat.push_back(c.y);
    }
    return flat;
}

Polygon scaled(const Polygon &p, double factor) {
    Polygon result = p;
    for (Point &c : result.corners) {
        c.x *= factor;
        c.y *= factor;
    }
    return result;
}

std::string describe(const Polygon &p, std::int64_t digits) {
    if (digits < 0 || digits > 15) {
        throw rt::Error(RT_E_ARGUMENT, "digits must be from 0 to 15, got " + std::to_string(digits));
    }
    char text[96];
    std::snprintf(text, sizeof text, "polygon with %zu corners, area %.*f", p.corners.size(), static_cast<int>(digits),
                  area(p));
    return text;
}

} // namespace

RT_DECLARE_CLASS(Polygon, "Polygon")
RT_CLASS(Polygon, "Polygon", "A polygon without holes.")

RT_PLUGIN("geometry", "1.0.0", "Plane geometry: a sample plugin in C++")

RT_FUNCTION(hypotenuse, "geo_hypotenuse(a: f64, b: f64) -> f64", "Length of the hypotenuse.")
RT_FUNCTION(distance, "geo_distance(x: f64, y: f64, from_x: f64 = 0, from_y: f64 = 0) -> f64",
            "Distance of two points, the second the origin by default.")
RT_FUNCTION(midpoint, "geo_midpoint(a: [f64], b: [f64], out: mut [f64])", "Writes the middle of two points into `out`.")
RT_FUNCTION(area_of, "geo_area(coordinates: [f64]) -> f64", "Area of the polygon x0, y0, x1, y1, ...")
RT_FUNCTION(polygon, "geo_polygon(coordinates: [f64]) -> Polygon", "Makes a polygon of x0, y0, x1, y1, ...")
RT_FUNCTION(corner_count, "geo_polygon_size(polygon: Polygon) -> i64", "How many corners the polygon has.")
RT_FUNCTION(corners, "geo_polygon_corners(polygon: Polygon) -> [f64]", "The corners as x0, y0, x1, y1, ...")
RT_FUNCTION(area, "geo_polygon_area(polygon: Polygon) -> f64", "Area of the polygon.")
RT_FUNCTION(perimeter, "geo_polygon_perimeter(polygon: Polygon) -> f64", "Length of the outline.")
RT_FUNCTION(scaled, "geo_polygon_scaled(polygon: Polygon, factor: f64) -> Polygon", "A copy, scaled about the origin.")
RT_FUNCTION(describe, "geo_polygon_describe(polygon: Polygon, digits: i64 = 2) -> text", "The polygon in words.")
