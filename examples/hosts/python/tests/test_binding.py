import importlib.util
import inspect
import tempfile
import unittest
from pathlib import Path

import rtffi


def imported(text: str, name: str):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.py"
        path.write_text(text)
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


def described(function) -> tuple[str, str]:
    """Its signature without the names that a generated file gives to what it imports, and its doc without line breaks."""
    signature = str(inspect.signature(function))
    for name in ("Any", "Callable", "Sequence"):
        signature = signature.replace(f"_{name}", name)
    return signature.replace("_rtffi.", ""), " ".join((function.__doc__ or "").split())


def interface(of) -> dict[str, tuple[str, str]]:
    found = {}
    for name in (name for name in dir(of) if not name.startswith("_")):
        member = getattr(of, name)
        if isinstance(member, type):
            methods = {key: value for key, value in vars(member).items() if inspect.isfunction(value)}
            found |= {f"{name}.{key}": described(value) for key, value in methods.items()}
        elif inspect.isfunction(member):
            found[name] = described(member)
    return found


class GeneratedBindings(unittest.TestCase):
    def test_they_declare_what_a_loaded_plugin_has(self):
        # The generator is C++ and reads files; the other side is Python and was written apart from it.
        for plugin in ("geometry", "text", "torch"):
            module = imported(rtffi.bind(plugins=[plugin]), f"{plugin}_binding")
            loaded = interface(rtffi.load(plugin))
            generated = interface(module)
            self.assertEqual(sorted(generated), sorted(loaded))
            for name, (signature, doc) in loaded.items():
                with self.subTest(name):
                    self.assertEqual(generated[name], (signature, " ".join(doc.split())))

    def test_they_are_called_as_they_are_written(self):
        geometry = imported(rtffi.bind(plugins=["geometry"]), "geometry_binding")
        polygon = geometry.polygon(coordinates=[0, 0, 3, 0, 3, 4])
        self.assertIs(type(polygon.scaled(2)), geometry.Polygon)
        self.assertEqual(polygon.describe(digits=0), "polygon with 3 corners, area 6")

    def test_another_signature_than_the_plugins_is_an_error_of_the_first_call(self):
        text = rtffi.bind(plugins=["geometry"]).replace("hypotenuse(a: f64, b: f64)", "hypotenuse(a: text, b: f64)")
        geometry = imported(text, "wrong_binding")
        with self.assertRaisesRegex(rtffi.SignatureError, "geo_hypotenuse"):
            geometry.hypotenuse("1", 2)

    def test_they_are_the_same_from_run_to_run_and_say_how_they_were_made(self):
        text = rtffi.bind(plugins=["torch"])
        self.assertEqual(rtffi.bind(plugins=["torch"]), text)
        self.assertIn("Made by `rtffi bind --lang python --plugin torch`", text)
        self.assertNotIn(str(Path(rtffi.load("torch").__file__).parent), text)

    def test_words_of_python_are_no_names(self):
        signature = "py_words(lambda: i64, from: i64 = 2) -> i64"
        published = rtffi.register(signature)(lambda *numbers: sum(numbers))
        self.addCleanup(published.unregister)
        function = rtffi.function("py_words")
        self.assertEqual(list(inspect.signature(function).parameters), ["lambda_", "from_"])
        self.assertEqual(function(lambda_=1), 3)
        self.assertEqual(function(1, from_=5), 6)

    def test_a_word_of_python_beside_a_parameter_that_is_called_so(self):
        published = rtffi.register("py_both(class: i64, class_: i64) -> i64")(lambda a, b: a * 10 + b)
        self.addCleanup(published.unregister)
        function = rtffi.function("py_both")
        self.assertEqual(list(inspect.signature(function).parameters), ["class__", "class_"])
        self.assertEqual(function(class__=1, class_=2), 12)
