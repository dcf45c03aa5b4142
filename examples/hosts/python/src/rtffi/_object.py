"""Objects behind handles."""

from __future__ import annotations

from types import TracebackType
from typing import Any, ClassVar

from ._library import core
from .errors import HandleError, check

_free = core.rt_handle_free


class Object:
    """An object of a plugin. It goes when the last Python object that stands for it does, at close(), or at the end of `with`."""

    __slots__ = ("__weakref__", "_handle")
    class_name: ClassVar[str] = ""
    _handle: int

    def __init__(self, *_: Any, **__: Any) -> None:
        raise TypeError(f"{type(self).__name__} is made by the functions of its plugin")

    @property
    def handle(self) -> int:
        """The number that stands for the object; it stays this object's."""
        return handle_of(self)

    @property
    def closed(self) -> bool:
        return self._handle == 0

    def close(self) -> None:
        """Gives the object back now; using it is an error from then on. A second close does nothing."""
        handle, self._handle = self._handle, 0
        _free(handle)

    def share(self) -> Object:
        """Another Python object for the same one, to be closed on its own."""
        return adopt(type(self), core.rt_handle_clone(handle_of(self)))

    def __enter__(self) -> Any:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        Object.close(self)

    # Any thread may run it, and when the names of modules are gone.
    def __del__(self, free: Any = _free) -> None:
        if handle := getattr(self, "_handle", 0):
            free(handle)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'closed' if self.closed else hex(self._handle)}>"


def adopt(class_: type[Object], handle: int) -> Object:
    """The Python object for a handle, which is its own from now on."""
    made = object.__new__(class_)
    made._handle = handle
    return made


def handle_of(value: Any) -> int:
    if not isinstance(value, Object):
        raise TypeError(f"expected an object of a plugin, got {type(value).__name__}")
    if value._handle == 0:
        raise HandleError(f"the {type(value).__name__} was closed", cause="closed")
    return value._handle


class scope:  # noqa: N801 - used as a function is
    """`with rtffi.scope() as kept:` closes, at its end, every object that this thread was given inside, but for those that
    `kept.keep(object)` got."""

    def __enter__(self) -> scope:
        self._token = core.rt_scope_begin()
        if self._token == 0:
            check(-1)
        return self

    def keep(self, value: Any) -> Any:
        check(core.rt_scope_keep(handle_of(value)))
        return value

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        check(core.rt_scope_end(self._token))
