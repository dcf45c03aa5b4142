// rtffi/host.hpp: dynamic calls, values, handles, scopes, the registry's lists, callables.
#include <array>
#include <memory>
#include <optional>

#include <doctest/doctest.h>

#include <rtffi/host.hpp>

#include "support/host_errors.hpp"

namespace {

// What rt::call does not give: it would die with the result.
static_assert(rt::detail::is_view<std::string_view> && rt::detail::is_view<std::optional<std::string_view>>);
static_assert(rt::detail::is_view<std::span<const double>> && rt::detail::is_view<std::optional<std::span<double, 2>>>);
static_assert(!rt::detail::is_view<std::string> && !rt::detail::is_view<std::optional<std::vector<double>>>);

} // namespace

TEST_CASE("rt::call takes keywords, fills defaults in, and gives the result as the type that is asked for") {
    CHECK(rt::call<double>("geo_distance", 3, 4) == 5);
    CHECK(rt::call<double>("geo_distance", 3, 4, rt::arg("from_y") = 4) == 3);
    CHECK(rt::call("geo_distance", rt::arg("y") = 4.0, rt::arg("x") = 3).as<float>() == 5.0f);
    CHECK(rt::call<std::string>("text_reversed", std::string("äö")) == "öä");
    CHECK(rt::call<int>("text_word_count", "one two three") == 3);
    CHECK(error_of([] { rt::call("geo_distance", 3, rt::arg("z") = 4); }).code() == RT_E_ARGUMENT);
    CHECK(error_of([] { rt::call("geo_distance", 3); }).code() == RT_E_ARGUMENT);
    CHECK(error_of([] { rt::call("geo_distance", "three", 4); }).code() == RT_E_TYPE);

    const rt::Handle polygon = rt::call<rt::Handle>("geo_polygon", std::vector<double>{0, 0, 2, 0, 2, 2, 0, 2});
    CHECK(rt::call<std::vector<double>>("geo_polygon_corners", polygon) == square);
    std::vector<double> middle(2);
    rt::call<void>("geo_midpoint", std::array{0.0, 0.0}, std::array{2.0, 4.0}, std::span(middle));
    CHECK(middle == std::vector<double>{1, 2});
}

TEST_CASE("a value refuses to be what it is not") {
    const rt::Value number = rt::call("geo_hypotenuse", 3, 4);
    const rt::Error error = error_of([&] { number.as<std::string>(); });
    CHECK(error.code() == RT_E_TYPE);
    CHECK(std::string_view(error.what()) == "the value is a number, not a text");
    CHECK(error_of([&] { number.as<int>(); }).code() == RT_E_TYPE);
    CHECK(error_of([&] { number[0]; }).code() == RT_E_TYPE);
    CHECK(error_of([] { rt::Value(rt_i64(300)).as<std::uint8_t>(); }).code() == RT_E_ARGUMENT);
    CHECK(error_of([] { rt::Value(rt_i64(-1)).as<std::uint64_t>(); }).code() == RT_E_ARGUMENT);
    CHECK(rt::Value(rt_i64(3)).as<double>() == 3);
    CHECK(rt::Value(rt_bool(true)).as<bool>());
    CHECK(rt::Value(rt_none()).as<std::optional<int>>() == std::nullopt);
    CHECK(rt::Value(rt_i64(3)).as<std::optional<int>>() == 3);
    CHECK(rt::Value().is_none());
}

TEST_CASE("arrays of values: elements, texts and handles, and nothing leaks") {
    const std::int64_t alive = rt_handle_count();
    {
        std::vector<rt_value> elements{rt_text("one"), rt_text("two")};
        rt_value raw = rt_memory(RT_VALUES, elements.data(), elements.size());
        const rt::Value texts(raw);
        CHECK(texts.size() == 2);
        CHECK(texts[1].as<std::string_view>() == "two");
        CHECK(texts.as<std::vector<std::string>>() == std::vector<std::string>{"one", "two"});
        CHECK(error_of([&] { texts[2]; }).code() == RT_E_ARGUMENT);
    }
    {
        std::vector<std::int64_t> handles{
            rt::call<rt::Handle>("geo_polygon", std::vector<double>{0, 0, 2, 0, 2, 2, 0, 2}).release(),
            rt::call<rt::Handle>("geo_polygon", std::vector<double>{0, 0, 2, 0, 2, 2, 0, 2}).release()};
        const rt::Value owner(rt_handle_array(handles.data(), handles.size()));
        CHECK(rt_handle_count() == alive + 2);
        const std::vector<rt::Handle> shared = owner.as<std::vector<rt::Handle>>();
        CHECK(rt::call<std::int64_t>("geo_polygon_size", shared[1]) == 4);
    }
    CHECK(rt_handle_count() == alive);
}

TEST_CASE("a handle is freed once, moves, and can be shared") {
    const std::int64_t alive = rt_handle_count();
    {
        rt::Handle first = rt::call<rt::Handle>("geo_polygon", std::vector<double>{0, 0, 2, 0, 2, 2, 0, 2});
        rt::Handle second = first.clone();
        CHECK(second.get() == first.get());
        rt::Handle moved = std::move(first);
        CHECK_FALSE(first);
        CHECK(std::string_view(first.class_name()).empty());
        moved.reset();
        CHECK(rt::call<double>("geo_polygon_area", second) == 4);
        CHECK(rt_handle_count() == alive + 1);
        const std::int64_t released = second.release();
        CHECK_FALSE(second);
        CHECK(rt_handle_free(released) == RT_OK);
        CHECK(error_of([&] { rt::Handle::share(released); }).code() == RT_E_HANDLE);
        CHECK_FALSE(rt::Handle::share(0));
    }
    CHECK(rt_handle_count() == alive);
}

TEST_CASE("a scope frees what was made inside it, but for what is kept") {
    const std::int64_t alive = rt_handle_count();
    const rt::Function<std::int64_t(std::span<const double>)> polygon("geo_polygon");
    std::int64_t kept = 0;
    {
        const rt::Scope scope;
        polygon(square);
        kept = scope.keep(polygon(square));
        polygon(square);
        CHECK(rt_handle_count() == alive + 3);
    }
    CHECK(rt_handle_count() == alive + 1);
    CHECK(rt_handle_free(kept) == RT_OK);
}

TEST_CASE("the registry lists plugins and functions") {
    rt::Registry::open("geometry").keep();
    const auto functions = rt::Registry::functions("geo_polygon");
    REQUIRE(functions.size() == 7);
    CHECK(functions.front().name == "geo_polygon");
    CHECK(functions.front().signature == "geo_polygon(coordinates: [f64]) -> Polygon");
    CHECK(functions.front().plugin == "geometry");
    CHECK(functions.front().record == rt::Registry::lookup("geo_polygon"));
    CHECK(rt::Registry::describe(functions.front().record).doc == functions.front().doc);
    CHECK(rt::Registry::lookup(std::string("geo_nothing")) == nullptr);
    bool seen = false;
    for (const rt::PluginInfo &plugin : rt::Registry::plugins()) {
        if (plugin.name == "geometry") {
            seen = true;
            CHECK(plugin.version == "1.0.0");
            CHECK(plugin.state == "active");
            CHECK(plugin.functions == 11);
        }
    }
    CHECK(seen);
    CHECK_NOTHROW(rt::Registry::add_search_path("/nonexistent/rtffi"));
}

TEST_CASE("rt::Library gives addresses, and says why it cannot open something") {
    const rt::Library geometry("geometry");
    CHECK(geometry.address<double(double, double)>("geo_hypotenuse")(3, 4) == 5);
    CHECK(error_of([&] { geometry.address<void()>("no_such_symbol"); }).code() == RT_E_NOT_FOUND);
    const rt::Error error = error_of([] { rt::Library("no_such_plugin"); });
    CHECK(error.code() == RT_E_NOT_FOUND);
    CHECK(contains(error.what(), "no_such_plugin"));
    CHECK(error_of([] { rt::Library("/nonexistent/library.so"); }).code() != RT_OK);
}

TEST_CASE("a callable of the host runs C++ code, and its exceptions are errors") {
    bool destroyed = false;
    {
        auto witness = std::shared_ptr<void>(nullptr, [&](void *) { destroyed = true; });
        const rt::Handle half = rt::make_callable("fn(x: f64) -> f64", [witness](std::span<const rt_value> arguments) {
            if (arguments[0].payload.number > 100) {
                throw 100;
            }
            if (arguments[0].payload.number < 0) {
                throw rt::Error(RT_E_ARGUMENT, "x is negative", "negative");
            }
            return arguments[0].payload.number / 2;
        });
        witness.reset();
        rt_value argument = rt_f64(3), raw;
        CHECK(rt_callable_call(half.get(), &argument, 1, &raw) == RT_OK);
        CHECK(rt::Value(raw).as<double>() == 1.5);
        argument = rt_f64(-1);
        CHECK(rt_callable_call(half.get(), &argument, 1, &raw) == RT_E_ARGUMENT);
        CHECK(contains(rt_dlerror(), "x is negative"));
        argument = rt_f64(101);
        CHECK(rt_callable_call(half.get(), &argument, 1, &raw) == RT_E_CALLEE);
        CHECK(contains(rt_dlerror(), "it threw an exception that is not a std::exception"));
        CHECK_FALSE(destroyed);
    }
    CHECK(destroyed);
}

TEST_CASE("a callable of the host gives a list of handles away, of which some may be none") {
    const std::int64_t before = rt_handle_count();
    {
        const rt::Handle one = rt::make_callable("fn()", [](std::span<const rt_value>) {});
        const rt::Handle give = rt::make_callable("fn() -> [Some?]", [&](std::span<const rt_value>) {
            std::vector<rt::Handle> list;
            list.push_back(one.clone());
            list.emplace_back();
            return list;
        });
        rt_value raw;
        REQUIRE(rt_callable_call(give.get(), nullptr, 0, &raw) == RT_OK);
        const rt::Value list(raw); // owns the memory and the handles
        CHECK(list.type() == RT_HANDLE_ARRAY);
        REQUIRE(list.size() == 2);
        const auto *handles = static_cast<const std::int64_t *>(list.raw().payload.pointer);
        CHECK(handles[0] == one.get());
        CHECK(handles[1] == 0);

        const rt::Handle none =
            rt::make_callable("fn() -> [Some]", [](std::span<const rt_value>) { return std::vector<rt::Handle>(); });
        REQUIRE(rt_callable_call(none.get(), nullptr, 0, &raw) == RT_OK);
        CHECK(rt::Value(raw).size() == 0);
    }
    CHECK(rt_handle_count() == before);
}
