import threading
import unittest
from array import array

import rtffi


class Published(unittest.TestCase):
    def publish(self, signature, function):
        published = rtffi.register(signature)(function)
        self.addCleanup(published.unregister)
        return published

    def test_a_python_function_is_called_through_the_registry(self):
        self.publish('py_scale(x: f64, by: f64 = 2, *, label: text = "") -> text', lambda x, by, *, label: f"{label}{x * by}")
        self.assertEqual(rtffi.call("py_scale", 1.5), "3.0")
        self.assertEqual(rtffi.call("py_scale", 1.5, 3, label="ü="), "ü=4.5")

    def test_it_gives_every_type_of_result(self):
        for type_, value in {
            "bool": True,
            "i64": -(2**63),
            "f64": 0.1,
            "text": "häuser",
            "bytes": b"\0\1",
            "[i64]": [1, 2],
            "[f64]": [0.5],
            "[bool]": [True, False],
            "[text]": ["a", ""],
            "[any]": [1, None, "x", [2.5]],
            "([text], i64)": (["a"], 3),
            "f64?": None,
            "any": {"no": "mapping"},
        }.items():
            with self.subTest(type_):
                name = f"py_gives_{abs(hash(type_))}"
                self.publish(f"{name}() -> {type_}", lambda value=value: value)
                if isinstance(value, dict):
                    with self.assertRaisesRegex(rtffi.CalleeError, "expected a sequence, got dict"):
                        rtffi.call(name)
                else:
                    self.assertEqual(rtffi.call(name), value)

    def test_objects_go_in_and_come_out_as_objects(self):
        geometry = rtffi.load("geometry")
        kept = []

        def larger(polygon, times):
            kept.append(polygon)
            return polygon.scaled(times)

        self.publish("py_larger(polygon: Polygon, times: f64) -> Polygon", larger)
        polygon = geometry.polygon([0, 0, 1, 0, 1, 1])
        self.assertEqual(rtffi.call("py_larger", polygon, 2).area(), 2)
        polygon.close()
        self.assertEqual(kept[0].area(), 0.5)

    def test_what_it_raises_is_the_cause_of_the_callers_error(self):
        def fails():
            raise ZeroDivisionError("by nothing")

        self.publish("py_fails()", fails)
        with self.assertRaises(rtffi.CalleeError) as caught:
            rtffi.call("py_fails")
        self.assertIn("ZeroDivisionError: by nothing", str(caught.exception))
        self.assertEqual(caught.exception.cause, "python_exception")
        self.assertIsInstance(caught.exception.__cause__, ZeroDivisionError)

    def test_errors_of_the_package_keep_their_class_and_interrupts_go_through(self):
        def busy():
            raise rtffi.BusyError("later", cause="lunch")

        def interrupted():
            raise KeyboardInterrupt

        self.publish("py_busy()", busy)
        self.publish("py_interrupted()", interrupted)
        with self.assertRaises(rtffi.BusyError) as caught:
            rtffi.call("py_busy")
        self.assertEqual(caught.exception.cause, "lunch")
        with self.assertRaises(KeyboardInterrupt):
            rtffi.call("py_interrupted")

    def test_a_wrong_result_is_an_error_of_the_function(self):
        self.publish("py_wrong() -> i64", lambda: "five")
        with self.assertRaisesRegex(rtffi.CalleeError, "expected an integer, got str"):
            rtffi.call("py_wrong")

    def test_an_exception_whose_words_cannot_be_told_is_an_error_all_the_same(self):
        class Mute(Exception):
            def __str__(self):
                raise RuntimeError("no words")

        def fails(mute):
            raise Mute if mute else ValueError("caf\udce9")

        self.publish("py_mute(mute: bool)", fails)
        with self.assertRaisesRegex(rtffi.CalleeError, r"ValueError: caf\?"):
            rtffi.call("py_mute", False)
        with self.assertRaisesRegex(rtffi.CalleeError, "Mute: it cannot say what went wrong"):
            rtffi.call("py_mute", True)

    def test_memory_that_is_mut_is_the_callers(self):
        def double(x):
            for i in range(len(x)):
                x[i] *= 2

        self.publish("py_double(x: mut [f64])", double)
        self.publish("py_increase(x: mut bytes)", lambda x: x.__setitem__(0, x[0] + 1))
        numbers = array("d", [1, 2, 3])
        rtffi.call("py_double", numbers)
        self.assertEqual(numbers.tolist(), [2, 4, 6])
        rtffi.call("py_double", array("d"))
        data = bytearray(b"ab")
        rtffi.call("py_increase", data)
        self.assertEqual(data, b"bb")

    def test_memory_that_is_mut_cannot_be_kept(self):
        kept = []
        self.publish("py_keep(x: mut [f64])", kept.append)
        rtffi.call("py_keep", array("d", [1]))
        with self.assertRaisesRegex(ValueError, "released"):
            kept[0][0]

    def test_an_object_of_another_class_than_the_signature_says_is_refused(self):
        rtffi.load("geometry")
        polygon = rtffi.load("geometry").polygon([0, 0, 1, 0, 1, 1])
        self.publish("py_other() -> Other", lambda: polygon)
        with self.assertRaisesRegex(rtffi.CalleeError, "expected Other, got Polygon"):
            rtffi.call("py_other")

    def test_a_function_that_is_registered_anew_is_called_by_its_new_signature(self):
        first = rtffi.register("py_anew() -> i64")(lambda: 1)
        self.assertEqual(rtffi.call("py_anew"), 1)
        first.unregister()
        self.publish("py_anew(x: i64) -> text", str)
        self.assertEqual(rtffi.call("py_anew", 2), "2")

    def test_what_is_keyword_only_is_not_taken_by_position(self):
        self.publish("py_keyword(a: i64, *, b: i64) -> i64", lambda a, *, b: 10 * a + b)
        self.assertEqual(rtffi.call("py_keyword", 1, b=2), 12)
        with self.assertRaisesRegex(TypeError, "takes 1 positional arguments, got 2"):
            rtffi.call("py_keyword", 1, 2)

    def test_a_name_is_taken_once_and_free_again_after_unregister(self):
        first = self.publish("py_once() -> i64", lambda: 1)
        with self.assertRaises(rtffi.BusyError):
            rtffi.register("py_once() -> i64")(lambda: 2)
        call = rtffi.function("py_once")
        first.unregister()
        with self.assertRaises(rtffi.UnavailableError):
            call()
        self.publish("py_once() -> i64", lambda: 3)
        self.assertEqual(call(), 3)

    def test_other_threads_call_it(self):
        names = []
        self.publish("py_thread()", lambda: names.append(threading.current_thread().name))
        thread = threading.Thread(target=lambda: rtffi.call("py_thread"), name="another")
        thread.start()
        thread.join()
        self.assertEqual(names, ["another"])


class Callables(unittest.TestCase):
    def test_a_callable_is_called_and_keeps_its_function_until_it_is_closed(self):
        calls = []
        callback = rtffi.callback("fn(x: i64, label: text) -> i64", lambda x, label: calls.append(label) or x + 1)
        self.assertEqual(callback(41, "x"), 42)
        self.assertEqual(calls, ["x"])
        callback.close()
        with self.assertRaisesRegex(rtffi.HandleError, "the PluginCallable was closed"):
            callback(1, "y")

    def test_a_callable_with_the_wrong_number_of_arguments_says_so(self):
        callback = rtffi.callback("fn(i64) -> i64", lambda x: x)
        with self.assertRaisesRegex(rtffi.ArgumentError, "was given 2 arguments"):
            callback(1, 2)
