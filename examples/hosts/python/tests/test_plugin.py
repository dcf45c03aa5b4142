import inspect
import math
import unittest
from array import array

import rtffi


class Plugins(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.geometry = rtffi.load("geometry")
        cls.text = rtffi.load("text")

    def test_dir_lists_functions_and_classes(self):
        expected = ["Polygon", "area", "distance", "hypotenuse", "midpoint", "polygon"]
        self.assertEqual(dir(self.geometry), expected)
        self.assertEqual((self.geometry.__name__, self.geometry.__version__), ("geometry", "1.0.0"))

    def test_opening_again_gives_the_same_object(self):
        self.assertIs(rtffi.load("geometry"), self.geometry)
        self.assertIs(rtffi.load(self.geometry.__file__), self.geometry)

    def test_functions_have_signatures_and_docstrings(self):
        signature = inspect.signature(self.geometry.distance)
        self.assertEqual([p.default for p in signature.parameters.values()][2:], [0, 0])
        self.assertEqual(signature.return_annotation, "float")
        self.assertEqual(self.geometry.hypotenuse.__doc__, "Length of the hypotenuse.")
        self.assertEqual(list(inspect.signature(self.geometry.Polygon.scaled).parameters), ["self", "factor"])

    def test_arguments_by_position_and_by_keyword(self):
        self.assertEqual(self.geometry.hypotenuse(3, 4), 5)
        self.assertEqual(self.geometry.distance(3, 4), 5)
        self.assertEqual(self.geometry.distance(3, y=4, from_y=1), math.hypot(3, 3))

    def test_wrong_arguments_are_type_errors_that_name_them(self):
        for arguments, named, why in (
            ((1,), {}, r"lacks its argument 'b'"),
            ((1, 2, 3), {}, r"takes 2 positional arguments, got 3"),
            ((1, 2), {"c": 3}, r"has no parameter 'c'; it has a, b"),
            ((1, 2), {"b": 3}, r"got two values for 'b'"),
            ((1, "2"), {}, r"geo_hypotenuse: argument 2 \(b\): expected a number, got str"),
        ):
            with self.subTest(why), self.assertRaisesRegex(TypeError, why):
                self.geometry.hypotenuse(*arguments, **named)

    def test_numbers_that_do_not_fit_are_overflow_errors(self):
        with self.assertRaisesRegex(OverflowError, "does not fit into 64 bits"):
            self.text.sum([2**63])

    def test_sequences_and_memory_are_arrays(self):
        square = [0, 0, 2, 0, 2, 2, 0, 2]
        given = (
            square,
            tuple(square),
            array("d", square),
            array("f", square),
            array("i", square),
            memoryview(array("d", square)),
        )
        for coordinates in given:
            self.assertEqual(self.geometry.area(coordinates), 4)
        self.assertEqual(self.text.sum(range(5)), 10)
        self.assertEqual(self.text.sum(array("q", [1, 2])), 3)

    def test_memory_is_filled_in_place(self):
        out = array("d", [0, 0])
        self.geometry.midpoint([0, 0], [2, 4], out)
        self.assertEqual(list(out), [1, 2])

    def test_memory_that_cannot_be_filled_is_refused(self):
        for out in ([0.0, 0.0], array("f", [0, 0]), memoryview(array("d", [0, 0])).toreadonly()):
            with self.subTest(out), self.assertRaisesRegex(TypeError, r"argument 3 \(out\): expected .* that can be written to"):
                self.geometry.midpoint([0, 0], [2, 4], out)

    def test_formats_of_memory_are_read_in_the_machines_own_sizes(self):
        # `l` has four bytes after `=` and `<` by the rules of struct, and eight in what ctypes writes so.
        for written, itemsize, read in (
            ("<l", 4, "i"),
            ("=l", 4, "i"),
            ("<l", 8, "l"),
            ("l", 8, "l"),
            ("<d", 8, "d"),
            (">d", 8, ">d"),
        ):
            self.assertEqual(rtffi._buffers._native_format(written, itemsize), read)

    def test_a_name_with_a_nul_is_refused(self):
        for use in rtffi.call, rtffi.load, rtffi.explain:
            with self.assertRaisesRegex(ValueError, "has a NUL"):
                use("geometry\0x")

    def test_texts_are_str(self):
        self.assertEqual(self.text.reversed("häuser"), "resuäh")
        with self.assertRaisesRegex(TypeError, "expected a str, got bytes"):
            self.text.reversed(b"house")

    def test_objects_have_methods_and_arrays_come_as_lists(self):
        polygon = self.geometry.polygon([0, 0, 3, 0, 3, 4])
        self.assertIsInstance(polygon, self.geometry.Polygon)
        self.assertEqual((polygon.area(), polygon.perimeter(), polygon.size()), (6, 12, 3))
        self.assertEqual(polygon.scaled(2).corners(), [0, 0, 6, 0, 6, 8])
        self.assertEqual(polygon.describe(digits=1), "polygon with 3 corners, area 6.0")

    def test_what_is_not_there_is_told_with_near_names(self):
        with self.assertRaisesRegex(AttributeError, "the plugin geometry has no 'hypotenus'; near: hypotenuse"):
            _ = self.geometry.hypotenus
        with self.assertRaisesRegex(rtffi.NotFoundError, "no plugin named 'nothing' was found"):
            rtffi.load("nothing")
        with self.assertRaisesRegex(rtffi.NotFoundError, "geo_aera"):
            rtffi.call("geo_aera", [])

    def test_a_status_is_a_class_of_exceptions(self):
        with self.assertRaises(rtffi.ArgumentError) as caught:
            self.geometry.polygon([1, 2])
        self.assertIsInstance(caught.exception, ValueError)
        self.assertEqual((caught.exception.code, caught.exception.function), (1, "geo_polygon"))
        self.assertIn("at least 3 corners, got 2 numbers", str(caught.exception))

    def test_functions_are_found_by_their_whole_name(self):
        self.assertEqual(rtffi.call("geo_hypotenuse", 6, b=8), 10)
        self.assertEqual(rtffi.function("geo_hypotenuse").__name__, "geo_hypotenuse")


class Enquiries(unittest.TestCase):
    def test_plugins_lists_what_is_on_the_search_path(self):
        found = {plugin["name"]: plugin for plugin in rtffi.plugins() if plugin["chosen"]}
        self.assertEqual(found["geometry"]["functions"], 11)

    def test_functions_lists_by_prefix(self):
        names = [function["name"] for function in rtffi.functions("geo_polygon_")]
        self.assertEqual(
            names, [f"geo_polygon_{word}" for word in ("area", "corners", "describe", "perimeter", "scaled", "size")]
        )

    def test_explain_says_why_something_is_not_there(self):
        self.assertEqual(rtffi.explain("geo_area")["kind"], "function")
        answer = rtffi.explain("nothing")
        self.assertFalse(answer["ok"])
        self.assertEqual(answer["state"], "not_found")

    def test_verify_tries_a_plugin_in_a_process_of_its_own(self):
        answer = rtffi.verify("text")
        self.assertTrue(answer["ok"])
        self.assertEqual(answer["functions"], 6)
        with self.assertRaisesRegex(rtffi.NotFoundError, "no plugin is named 'nothing'"):
            rtffi.verify("nothing")

    def test_wrong_usage_of_the_command_is_an_error(self):
        with self.assertRaisesRegex(rtffi.ArgumentError, "cobol"):
            rtffi.bind(language="cobol")
