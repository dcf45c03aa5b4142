"""The Python classes for the classes of plugins' objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ._object import Object

_Class = TypeVar("_Class", bound=type[Object])
_classes: dict[str, type[Object]] = {}
_bases: dict[str, type[Object]] = {}
_describers: list[Callable[[str], None]] = []


def register_class(class_: _Class) -> _Class:
    """Objects of its class_name are of this Python class, where nothing nearer says otherwise."""
    _classes[class_.class_name] = class_
    return class_


def register_base(class_: _Class) -> _Class:
    """Classes made for its class_name inherit from it."""
    _bases[class_.class_name] = class_
    return class_


def base_of(class_name: str) -> type[Object]:
    return _bases.get(class_name, Object)


def describes_classes(describer: Callable[[str], None]) -> Callable[[str], None]:
    """It is asked for a class that nobody has registered, and may register it."""
    _describers.append(describer)
    return describer


def class_named(class_name: str) -> type[Object]:
    """A class that no open plugin and no binding has described gets a plain one."""
    if class_name not in _classes:
        for describe in _describers:
            describe(class_name)
    if class_name not in _classes:
        base = base_of(class_name)
        _classes[class_name] = type(class_name or "Object", (base,), {"__slots__": (), "class_name": class_name})
    return _classes[class_name]
