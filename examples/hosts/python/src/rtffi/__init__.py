"""Native libraries at run time, LibTorch first of all, without linking them.

import rtffi

torch = rtffi.load("torch")
x = rtffi.tensor([[1, 2], [3, 4]])
print(torch.loss_mse(x, x + 1))
print(rtffi.call("aten::add", x, x, alpha=2))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._callables import PluginCallable, Published, make_callable, publish
from ._classes import class_named
from ._command import bind, functions, verify
from ._library import core
from ._log import log_to
from ._object import Object, scope
from ._plugin import Plugin, add_search_path, call, explain, forget, function, live_objects, load, plugins
from ._signature import parse_type
from ._tensor import ModuleObject, TensorObject, tensor
from .errors import (
    ArgumentError,
    BusyError,
    CalleeError,
    Error,
    HandleError,
    LoadError,
    NotFoundError,
    OutOfMemoryError,
    SignatureError,
    UnavailableError,
    UntrustedError,
    WrongTypeError,
)

__version__ = "0.1.0"


def callback(signature: str, python_function: Callable[..., Any]) -> PluginCallable:
    """A callable of a signature such as "fn(x: TorchTensor) -> TorchTensor", where one is to be kept. A Python function may
    be given as it is wherever a signature says fn(...)."""
    return make_callable(parse_type(signature), python_function, class_named)


def register(signature: str, doc: str = "") -> Callable[[Callable[..., Any]], Published]:
    """Publishes a Python function in the registry, where every host in the process finds it:

    @rtffi.register("host_twice(x: f64) -> f64")
    def twice(x): return 2 * x

    What is `mut` in the signature comes as a memoryview over the caller's memory, good until the function returns.
    """

    def decorate(python_function: Callable[..., Any]) -> Published:
        published = publish(signature, python_function, doc or python_function.__doc__ or "", class_named)
        forget(published.name)
        return published

    return decorate


def core_version() -> str:
    """The version of librtffi.so."""
    return str(core.rt_version().decode())


__all__ = [
    "ArgumentError",
    "BusyError",
    "CalleeError",
    "Error",
    "HandleError",
    "LoadError",
    "ModuleObject",
    "NotFoundError",
    "Object",
    "OutOfMemoryError",
    "Plugin",
    "PluginCallable",
    "Published",
    "SignatureError",
    "TensorObject",
    "UnavailableError",
    "UntrustedError",
    "WrongTypeError",
    "add_search_path",
    "bind",
    "call",
    "callback",
    "core_version",
    "explain",
    "function",
    "functions",
    "live_objects",
    "load",
    "log_to",
    "plugins",
    "register",
    "scope",
    "tensor",
    "verify",
]
