import unittest

import rtffi
from rtffi._signature import MISSING, parse_signature, parse_type


class Signatures(unittest.TestCase):
    def test_parameters_have_names_types_defaults_and_a_place(self):
        signature = parse_signature('f(a: i64, b:[f64]=[1, 2.5], *, c: text = "x, \\"y\\"", d: f64? = none) -> bool')
        self.assertEqual([p.name for p in signature.parameters], ["a", "b", "c", "d"])
        self.assertEqual([p.type.text for p in signature.parameters], ["i64", "[f64]", "text", "f64?"])
        self.assertEqual([p.default for p in signature.parameters], [MISSING, (1, 2.5), 'x, "y"', None])
        self.assertEqual([p.keyword_only for p in signature.parameters], [False, False, True, True])
        self.assertEqual((signature.result.kind, signature.positional), ("bool", 2))

    def test_numbers_of_defaults_are_what_they_say(self):
        signature = parse_signature("f(a: f64 = -1e-5, b: f64 = inf, c: i64 = -9223372036854775808, d: bool = true)")
        self.assertEqual([p.default for p in signature.parameters], [-0.00001, float("inf"), -(2**63), True])

    def test_defaults_are_what_the_core_reads(self):
        # No escapes as in Python: a backslash stands for the character behind it. No octal numbers.
        text = 'a: text = "\\n\\\\\\"\n\x01"'
        signature = parse_signature(f"f({text}, b: i64 = -010, c: f64 = 010, d: any = 1e3, e: [f64] = [nan, 1])")
        a, b, c, d, (e, one) = (p.default for p in signature.parameters)
        self.assertEqual((a, b, c, d, one), ('n\\"\n\x01', -10, 10.0, 1000.0, 1.0))
        self.assertEqual([type(number) for number in (c, d, e, one)], [float] * 4)

    def test_types_nest(self):
        type_ = parse_type("fn(context: Context, inputs: [Tensor?], fn(i64) -> i64) -> ([text], mut bytes)?")
        self.assertEqual([item.text for item in type_.items], ["Context", "[Tensor?]", "fn(i64) -> i64"])
        self.assertEqual([item.text for item in type_.result.items], ["[text]", "mut bytes"])
        self.assertTrue(type_.result.optional)
        self.assertTrue(type_.items[1].element.optional)

    def test_names_of_operators_have_dots_and_colons(self):
        self.assertEqual(parse_signature("aten::add.Tensor(self: TorchTensor) -> any").name, "aten::add.Tensor")
        self.assertTrue(parse_signature("aten::add(...) -> any").variadic)

    def test_what_does_not_parse_is_told_with_the_place(self):
        for text, why in {
            "f(a: i65)": "expected a type, found 'i65'",
            "f(a i64)": "expected ':', found 'i64'",
            "f(a: i64": "expected ',', found the end",
            "f() -> i64 x": "expected the end, found 'x'",
        }.items():
            with self.subTest(text), self.assertRaisesRegex(rtffi.SignatureError, why):
                parse_signature(text)
