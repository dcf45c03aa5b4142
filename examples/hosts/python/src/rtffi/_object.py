"""Objects behind handles."""

from __future__ import annotations

import threading
import weakref
from types import TracebackType
from typing import Any, ClassVar, NoReturn

from ._library import core
from .errors import HandleError

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
        return share_of(type(self), core.rt_handle_clone(handle_of(self)))

    __copy__ = share

    def __deepcopy__(self, _: Any) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} is not copied with what is in it: a function of its plugin may do that")

    def __reduce_ex__(self, _: Any) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} cannot be pickled: its handle means nothing in another process")

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


class _Scopes(threading.local):
    """The scopes that are open on a thread, the innermost last: what was made inside."""

    def __init__(self) -> None:
        self.open: list[list[weakref.ref[Object]]] = []


_scopes = _Scopes()


def share_of(class_: type[Object], handle: int) -> Object:
    """The Python object for a handle, which is its own from now on."""
    made = object.__new__(class_)
    made._handle = handle
    return made


def adopt(class_: type[Object], handle: int) -> Object:
    """As share_of, for an object that the innermost scope closes."""
    made = share_of(class_, handle)
    if _scopes.open:
        _scopes.open[-1].append(weakref.ref(made))
    return made


def handle_of(value: Any) -> int:
    if not isinstance(value, Object):
        hint = "; rtffi.tensor makes a tensor of it" if hasattr(value, "__array_interface__") else ""
        raise TypeError(f"expected an object of a plugin, got {type(value).__name__}{hint}")
    if value._handle == 0:
        raise HandleError(f"the {type(value).__name__} was closed", cause="closed")
    return value._handle


class scope:  # noqa: N801 - used as a function is
    """`with rtffi.scope() as kept:` closes, at its end, the objects that this thread was given inside, but for those that
    `kept.keep(object)` got; they pass to the enclosing scope. It does without the core's scopes, which know nothing of
    objects that Python has closed meanwhile."""

    def __enter__(self) -> scope:
        self._kept: list[Object] = []
        self._made: list[weakref.ref[Object]] = []
        _scopes.open.append(self._made)
        return self

    def keep(self, value: Any) -> Any:
        handle_of(value)
        self._kept.append(value)
        return value

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        _scopes.open.remove(self._made)
        kept = {id(one) for one in self._kept}
        for one in (made() for made in self._made):
            if one is not None and id(one) not in kept:
                Object.close(one)
        if _scopes.open:
            _scopes.open[-1] += [weakref.ref(one) for one in self._kept]
