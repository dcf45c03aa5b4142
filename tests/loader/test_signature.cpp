// The grammar of signatures, at compile time and at run time, and when a declaration agrees with what is registered.
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <rtffi/detail/signature.hpp>

#include "support/support.hpp"

using test::contains;

namespace {

// What rt_register says to a signature; "" where it takes it.
std::string refusal(const char *signature) {
    rt_function_desc desc = {};
    desc.struct_size = sizeof desc;
    desc.signature = signature;
    desc.dynamic = [](const rt_function *, const rt_value *, std::size_t, rt_value *) -> rt_status { return RT_OK; };
    const rt_function *record = nullptr;
    if (rt_register(&desc, &record) == RT_OK) {
        CHECK(rt_unregister(record) == RT_OK);
        return "";
    }
    CHECK(test::last_error().code == RT_E_SIGNATURE);
    CHECK(test::last_error().cause == "signature_syntax");
    return test::last_error().message;
}

rt_status declare(const char *name, const char *signature) {
    const rt_function *record = nullptr;
    return rt_bind(name, signature, RT_BIND_NO_LOAD, &record);
}

rt_status never_called(const rt_value *, std::size_t, rt_value *) { return RT_OK; }

// The compiler runs the same parser.
constexpr rt::Signature parsed = rt::parse_signature(
    "aten::add.Tensor(self: TorchTensor, other: TorchTensor?, *, alpha: f64 = 1, dims: [i64] = [1, 2]) -> [TorchTensor]");
static_assert(parsed.error == nullptr);
static_assert(parsed.name == "aten::add.Tensor");
static_assert(parsed.count == 4 && parsed.positional == 2 && parsed.required == 2);
static_assert(parsed.parameters[0].type.kind == rt::Kind::handle && parsed.parameters[0].type.name == "TorchTensor");
static_assert(parsed.parameters[1].type.optional && !parsed.parameters[0].type.optional);
static_assert(parsed.parameters[2].keyword_only && parsed.parameters[2].fallback == "1");
static_assert(parsed.parameters[3].type.kind == rt::Kind::array && parsed.parameters[3].type.element == rt::Kind::i64);
static_assert(parsed.result.is_handles());
static_assert(rt::parse_signature("f(...) -> any").variadic && rt::parse_signature("f(...)").error == nullptr);
static_assert(!parsed.variadic && rt::parse_signature("f(x: i64, ...)").error != nullptr);
static_assert(rt::parse_signature("f(... , x: i64)").error != nullptr && rt::parse_signature("f(..)").error != nullptr);
static_assert(rt::parse_signature("f(x: mut [f64], y: mut bytes)").parameters[0].type.writable);
static_assert(rt::parse_signature("f(x: mut [f64], y: mut bytes)").result.kind == rt::Kind::none);
static_assert(rt::parse_signature("f() -> (i64, [f64])").result.kind == rt::Kind::tuple);
static_assert(rt::parse_signature("f(g: fn(x: f64, i64) -> f64)").parameters[0].type.kind == rt::Kind::function);
static_assert(rt::parse_signature("f(x: [f64?])").parameters[0].type.element_optional);
static_assert(rt::parse_signature("f(x: float)").error != nullptr);
static_assert(rt::parse_signature("f(x: i64").error_at == 8);

} // namespace

TEST_CASE("every type of the grammar is taken") {
    for (const std::string type : {"bool",
                                   "i32",
                                   "i64",
                                   "f64",
                                   "text",
                                   "bytes",
                                   "ptr",
                                   "any",
                                   "SomeClass",
                                   "[i64]",
                                   "[f64]",
                                   "[bool]",
                                   "[SomeClass]",
                                   "[text]",
                                   "[any]",
                                   "[f64?]",
                                   "mut [i64]",
                                   "mut [f64]",
                                   "mut bytes",
                                   "i64?",
                                   "SomeClass?",
                                   "text?",
                                   "[i64]?",
                                   "fn()",
                                   "fn(f64) -> f64",
                                   "fn(x: i64, y: f64)"}) {
        INFO(type);
        CHECK(refusal(("sig_all(x: " + type + ")").c_str()).empty());
    }
    CHECK(refusal("sig_all() -> (i64, f64)").empty());
    CHECK(refusal("sig_all()->i64").empty());
    CHECK(refusal("  sig_all ( x : i64 ) -> i64  ").empty());
}

TEST_CASE("a syntax error quotes the signature, says what is wrong and at which character") {
    const auto says = [](const char *signature, const char *what, int at) {
        const std::string message = refusal(signature);
        INFO(message);
        CHECK(contains(message, std::string("`") + signature + "`"));
        CHECK(contains(message, what));
        CHECK(contains(message, "at character " + std::to_string(at)));
    };
    says("", "expected the function's name", 1);
    says("(x: i64)", "expected the function's name", 1);
    says("f", "expected '(' after the name", 2);
    says("f(", "expected a parameter's name", 3);
    says("f(x)", "expected ':' after the parameter's name", 4);
    says("f(x: )", "expected a type", 6);
    says("f(x: float)", "unknown type", 11);
    says("f(x: i64", "expected ',' or ')'", 9);
    says("f(x: i64,)", "expected a parameter's name", 10);
    says("f(x: [[i64]])", "an array's element must be a plain type", 12);
    says("f(x: mut i64)", "'mut' goes with an array or with bytes", 13);
    says("f(x: (i64, f64))", "a tuple can be a result only", 16);
    says("f() -> ()", "a tuple needs a type", 10);
    says("f() -> i64 extra", "unexpected text after the signature", 12);
    says("f(x: i64, x: f64)", "two parameters have the same name", 17);
    says("f(x: i64 = 1, y: i64)", "a parameter without a default follows one with a default", 21);
    says("f(*, *, x: i64)", "expected a parameter's name", 6);
    says("f(x: fn)", "expected '(' after fn", 8);
}

TEST_CASE("a default has to fit its parameter's type") {
    CHECK(refusal("f(a: i64 = -3, b: f64 = 1e-5, c: bool = true, d: text = \"a, (b)\", e: [i64] = [], f: any = none)")
              .empty());
    CHECK(
        refusal("f(a: i64? = none, b: Some? = none, c: f64 = -inf, d: [f64] = [1, 2.5], e: [bool] = [true])").empty());
    CHECK(refusal("f(a: i64 = 9223372036854775807, b: i64 = -9223372036854775808)").empty());
    CHECK(refusal("f(a: mut [i64] = [ ])").empty());
    for (const std::string parameter :
         {"a: i64 = 1.5",        "a: i64 = none",       "a: i64 = true",  "a: i64 = 9223372036854775808",
          "a: bool = 1",         "a: text = 3",         "a: f64 = one",   "a: f64 = 1.2.3",
          "a: f64 = 1e",         "a: [i64] = 3",        "a: [i64] = [a]", "a: [i64] = [1.5]",
          "a: [text] = [\"a\"]", "a: i32 = 2147483648", "a: any = word",  "a: [bool] = [2]",
          "a: Some = 5",         "a: bytes = [1]",      "a: ptr = 0",     "a: mut [i64] = [1]"}) {
        INFO(parameter);
        CHECK(contains(refusal(("f(" + parameter + ")").c_str()), "the default does not fit"));
    }
    CHECK(contains(refusal("f(a: text = \"open)"), "the default's text does not end"));
    CHECK(contains(refusal("f(a: i64 = )"), "expected a default"));
    CHECK(contains(refusal("f(a: [i64] = [[1]])"), "expected a default"));
}

TEST_CASE("a default beyond the largest number of its type is refused, and one before it is exact") {
    const std::string zeros(400, '0');
    for (const std::string &parameter :
         {std::string("a: f64 = 1e999"), std::string("a: f64 = -1e309"), std::string("a: f64 = 2e308"),
          std::string("a: f64 = 1.79769313486231581e308"), std::string("a: f64 = 0.00179769313486231581E+311"),
          std::string("a: f64 = 1e99999999999999999999"), "a: f64 = 1" + zeros, "a: f64 = 1" + zeros + "e-91",
          "a: f64 = 0." + zeros + "1e710", std::string("a: [f64] = [1, 1e999]"), std::string("a: f64? = 1e999"),
          std::string("a: any = 1e999"), std::string("a: any = 99999999999999999999"),
          std::string("a: any = 9223372036854775808"), std::string("a: any = -9223372036854775809"),
          std::string("a: i32 = 2147483648"), std::string("a: i32 = -2147483649"), std::string("a: i32? = 4294967296"),
          std::string("a: [i64] = [9223372036854775808]")}) {
        INFO(parameter);
        CHECK(contains(refusal(("f(" + parameter + ")").c_str()),
                       "the default does not fit the parameter's type, or is out of its range at character "));
    }
    std::vector<double> seen;
    const std::string small = "0." + zeros + "1e401"; // 1, in 405 characters
    const std::string large = "1" + zeros + "e-400";
    const test::HostFunction f(
        ("sig_range(a: f64 = 1.7976931348623158e308, b: f64 = -1797693134862315.708145e293, c: f64 = 5e-324, "
         "d: f64 = 1e-999, e: f64 = 0e999, f: f64 = " +
         small + ", g: f64 = " + large + ", h: f64 = .5, i: any = 1e18, j: f64 = 18446744073709551616)")
            .c_str(),
        [&](const rt_value *args, std::size_t count, rt_value *) {
            for (std::size_t i = 0; i < count; i++) {
                CHECK(args[i].type == RT_DOUBLE);
                seen.push_back(args[i].payload.number);
            }
            return rt_status{RT_OK};
        });
    rt_value result = {};
    REQUIRE(rt_call_named(f.record, nullptr, nullptr, 0, &result) == RT_OK);
    using Limits = std::numeric_limits<double>;
    CHECK(seen == std::vector<double>{Limits::max(), -Limits::max(), Limits::denorm_min(), 0, 0, 1, 1, 0.5, 1e18,
                                      18446744073709551616.0});
}

TEST_CASE("a signature has at most 40 parameters") {
    std::string signature = "f(p0: i64";
    for (int i = 1; i < 40; i++) {
        signature += ", p" + std::to_string(i) + ": i64";
    }
    CHECK(refusal((signature + ")").c_str()).empty());
    CHECK(contains(refusal((signature + ", p40: i64)").c_str()), "too many parameters (40 at most)"));
}

TEST_CASE("no depth of nesting exhausts the stack") {
    const std::string open(200000, '[');
    CHECK(contains(refusal(("f(x: " + open).c_str()), "does not parse"));
    CHECK(contains(refusal(("f(x: [i64] = " + open).c_str()), "does not parse"));
    std::string functions;
    std::string tuples;
    for (int i = 0; i < 100000; i++) {
        functions += "fn(";
        tuples += '(';
    }
    CHECK(contains(refusal(("f(x: " + functions).c_str()), "nested too deeply"));
    CHECK(contains(refusal(("f() -> " + tuples).c_str()), "nested too deeply"));
}

TEST_CASE("a declaration agrees when names of parameters differ but arity and types do not") {
    const test::HostFunction f("sig_agree(tensor: Some, dims: [i64], scale: f64 = 1) -> Some", never_called);
    CHECK(declare("sig_agree", nullptr) == RT_OK);
    CHECK(declare("sig_agree", "other_name(a: Some, b: [i64], c: f64) -> Some") == RT_OK);
    CHECK(declare("sig_agree", "f(a: Other, b: [i64], c: f64) -> Some") == RT_E_SIGNATURE);
    CHECK(declare("sig_agree", "f(a: Some, b: [f64], c: f64) -> Some") == RT_E_SIGNATURE);
    CHECK(declare("sig_agree", "f(a: Some, b: mut [i64], c: f64) -> Some") == RT_E_SIGNATURE);
    CHECK(declare("sig_agree", "f(a: Some, b: [i64], c: i64) -> Some") == RT_E_SIGNATURE);
    CHECK(declare("sig_agree", "f(a: Some, b: [i64], c: f64) -> i32") == RT_E_SIGNATURE);
    CHECK(declare("sig_agree", "f(a: Some, b: [i64], c: f64)") == RT_E_SIGNATURE);
}

TEST_CASE("i64 on the declaring side stands for any handle, optional or not, and [i64] for an array of them") {
    const test::HostFunction f("sig_handles(a: Some, b: Some?, c: [Some], d: fn(f64) -> f64) -> Some?", never_called);
    CHECK(declare("sig_handles", "f(a: i64, b: i64, c: [i64], d: i64) -> i64") == RT_OK);
    CHECK(declare("sig_handles", "f(a: Some, b: i64, c: [Some], d: i64) -> Some?") == RT_OK);
    CHECK(declare("sig_handles", "f(a: i64?, b: i64, c: [i64], d: i64) -> i64") == RT_E_SIGNATURE);
    CHECK(declare("sig_handles", "f(a: i64, b: i64, c: [i32], d: i64) -> i64") == RT_E_SIGNATURE);
    const test::HostFunction plain("sig_plain(a: i64) -> i64", never_called);
    CHECK(declare("sig_plain", "f(a: Some) -> i64") == RT_E_SIGNATURE); // and not the other way round
}

TEST_CASE("the text of a function type or a tuple may be spaced and named otherwise") {
    const test::HostFunction f("sig_nested(g: fn(x: f64, n: i64) -> f64) -> (i64, [f64])", never_called);
    CHECK(declare("sig_nested", "f(g: fn(f64,i64)->f64) -> (i64,[f64])") == RT_OK);
    CHECK(declare("sig_nested", "f(g: fn(y: f64, m: i64) -> f64) -> (i64, [f64])") == RT_OK);
    CHECK(declare("sig_nested", "f(g: fn(i64, f64) -> f64) -> (i64, [f64])") == RT_E_SIGNATURE);
    CHECK(declare("sig_nested", "f(g: fn(f64, i64)) -> (i64, [f64])") == RT_E_SIGNATURE);
    CHECK(declare("sig_nested", "f(g: fn(f64, i64) -> f64) -> (i64, [f64], i64)") == RT_E_SIGNATURE);
}

TEST_CASE("a disagreement quotes both signatures and says where they part") {
    const test::HostFunction f("sig_quote(x: f64, y: i64) -> f64", never_called);
    CHECK(declare("sig_quote", "f(x: f64, y: f64) -> f64") == RT_E_SIGNATURE);
    const test::LastError error = test::last_error();
    CHECK(error.cause == "signature_disagrees");
    CHECK(error.message ==
          "sig_quote: parameter 2 (y) does not agree: declared `f(x: f64, y: f64) -> f64`, but registered is "
          "`sig_quote(x: f64, y: i64) -> f64`");
    CHECK(declare("sig_quote", "f(x: f64) -> f64") == RT_E_SIGNATURE);
    CHECK(contains(test::last_error().message, "the declaration has 1 parameters instead of 2"));
    CHECK(declare("sig_quote", "f(x: f64, y: i64) -> i64") == RT_E_SIGNATURE);
    CHECK(contains(test::last_error().message, "the result does not agree"));
    CHECK(declare("sig_quote", "f(x: f64") == RT_E_SIGNATURE);
    CHECK(test::last_error().cause == "signature_syntax");
    CHECK(contains(test::last_error().message, "registered is `sig_quote(x: f64, y: i64) -> f64`"));
}

TEST_CASE("defaults arrive as the values their text says") {
    rt_value seen[8] = {};
    const test::HostFunction f(
        "sig_defaults(*, a: i64 = -9223372036854775808, b: f64 = 2.5e3, c: bool = true, d: text = \"say \\\"hi\\\"\", "
        "e: [i64] = [1,\n-2], f: [f64] = [0.5], g: [bool] = [true, false], h: any = none)",
        [&](const rt_value *args, std::size_t count, rt_value *) {
            CHECK(count == 8);
            std::copy(args, args + count, seen);
            return rt_status{RT_OK};
        });
    rt_value result = {};
    REQUIRE(rt_call_named(f.record, nullptr, nullptr, 0, &result) == RT_OK);
    CHECK((seen[0].type == RT_INTEGER && seen[0].payload.integer == std::numeric_limits<std::int64_t>::min()));
    CHECK((seen[1].type == RT_DOUBLE && seen[1].payload.number == 2500.0));
    CHECK((seen[2].type == RT_BOOL && seen[2].payload.integer == 1));
    CHECK((seen[3].type == RT_TEXT && seen[3].size == 8));
    CHECK(std::string(static_cast<const char *>(seen[3].payload.pointer)) == "say \"hi\"");
    REQUIRE((seen[4].type == RT_I64_ARRAY && seen[4].size == 2));
    CHECK(static_cast<const std::int64_t *>(seen[4].payload.pointer)[1] == -2);
    REQUIRE((seen[5].type == RT_F64_ARRAY && seen[5].size == 1));
    CHECK(static_cast<const double *>(seen[5].payload.pointer)[0] == 0.5);
    REQUIRE((seen[6].type == RT_BOOL_ARRAY && seen[6].size == 2));
    CHECK((static_cast<const bool *>(seen[6].payload.pointer)[0] &&
           !static_cast<const bool *>(seen[6].payload.pointer)[1]));
    CHECK(seen[7].type == RT_NONE);
}
