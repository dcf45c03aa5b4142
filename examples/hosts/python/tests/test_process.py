import os
import subprocess
import sys
import unittest

import rtffi


def python(program: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )


class Processes(unittest.TestCase):
    def test_the_interpreter_ends_while_callbacks_objects_and_a_log_are_alive(self):
        done = python(
            "import logging, rtffi\n"
            "rtffi.log_to(logging.getLogger('rtffi'))\n"
            "polygon = rtffi.load('geometry').polygon([0, 0, 1, 0, 1, 1])\n"
            "callback = rtffi.callback('fn(x: i64) -> i64', lambda x: x)\n"
            "published = rtffi.register('py_end() -> i64')(lambda: 1)\n"
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_library_that_frees_a_callback_after_python_has_ended_does_no_harm(self):
        done = python(
            "import ctypes, rtffi\n"
            "from rtffi._library import core\n"
            "callback = rtffi.callback('fn(x: i64) -> i64', lambda x: x)\n"
            "theirs = ctypes.c_void_p(core.rt_handle_clone(callback.handle))\n"
            "ctypes.CDLL(None)['__cxa_atexit'](ctypes.cast(core.rt_handle_free, ctypes.c_void_p), theirs, None)\n"
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_an_object_of_a_plugin_that_a_call_opened_has_its_methods(self):
        done = python(
            "import rtffi\n"
            "polygon = rtffi.call('geo_polygon', [0, 0, 1, 0, 1, 1])\n"
            "print(polygon.area(), rtffi.load('geometry').Polygon is type(polygon))\n"
        )
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "0.5 True\n", ""))

    def test_a_library_that_is_not_there_is_an_import_error_that_says_what_to_do(self):
        done = python("import rtffi", RTFFI_LIBRARY="/nowhere/librtffi.so.0")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"ImportError: rtffi needs librtffi\.so\.0.*/nowhere/librtffi\.so\.0.*To do: install rtffi")

    def test_a_library_of_another_kind_is_an_import_error(self):
        done = python("import rtffi", RTFFI_LIBRARY="libc.so.6")
        self.assertRegex(done.stderr, "ImportError: libc.so.6 is no librtffi")

    def test_python_m_rtffi_is_the_command(self):
        command = [sys.executable, "-m", "rtffi", "call", "geo_hypotenuse", "3", "4"]
        self.assertEqual(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip(), "5")

    def test_a_command_that_is_not_there_is_an_error_that_says_what_to_do(self):
        done = python("import rtffi; rtffi.verify('text')", RTFFI_COMMAND="/nowhere/rtffi")
        self.assertRegex(done.stderr, r"UnavailableError: the command rtffi was not found \(/nowhere/rtffi\). To do: install it")

    def test_messages_go_to_a_logger(self):
        program = (
            "import logging, rtffi\n"
            "logging.basicConfig(format='%(levelname)s of %(name)s: %(message)s')\n"
            "rtffi.log_to(logging.getLogger('mine'))\n"
            "rtffi.load('torch')\n"
        )
        stub = next(folder for folder in os.environ["RTFFI_PLUGIN_PATH"].split(":") if folder.endswith("torch-stub"))
        done = python(program, RTFFI_PLUGIN_PATH=stub)
        self.assertRegex(done.stderr, "^WARNING of mine: torch: the stub .* is used")

    def test_the_package_has_the_version_of_the_core(self):
        self.assertEqual(rtffi.core_version(), rtffi.__version__)
