"""What the files need that `rtffi bind --lang python` writes: they declare, and this does the work."""

from __future__ import annotations

import functools
from array import array
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from ._classes import class_named, register_class
from ._function import lazy_call
from ._object import Object
from ._tensor import ModuleObject, TensorObject

if TYPE_CHECKING:
    from typing_extensions import Buffer

    WritableBuffer = Buffer | memoryview | array[Any]
    Bools = Sequence[bool] | Buffer
    Ints = Sequence[int] | Buffer
    Floats = Sequence[float] | Buffer
else:
    Buffer = WritableBuffer = Bools = Ints = Floats = Any

_Class = TypeVar("_Class", bound=type[Object])
_P = ParamSpec("_P")
_R = TypeVar("_R")

__all__ = ["Bindings", "Bools", "Buffer", "Floats", "Ints", "ModuleObject", "Object", "TensorObject", "WritableBuffer"]


class Bindings:
    """The declarations of one file."""

    def __init__(self) -> None:
        self._classes: dict[str, type[Object]] = {}

    def _class_of(self, full_name: str) -> type[Object]:
        return self._classes.get(full_name) or class_named(full_name)

    def object(self, class_: _Class) -> _Class:
        """Declares the class of the objects that signatures call class_name."""
        self._classes[class_.class_name] = class_
        return register_class(class_)

    def function(self, signature: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
        """Declares a function, which is looked for, and its signature compared, when it is first called."""

        def declare(declared: Callable[_P, _R]) -> Callable[_P, _R]:
            return functools.wraps(declared)(lazy_call(signature[: signature.index("(")], signature, self._class_of))

        return declare
