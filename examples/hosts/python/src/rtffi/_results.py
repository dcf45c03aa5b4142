"""Results as Python's values, and what callbacks are given."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from . import _abi
from ._abi import Value
from ._library import core
from ._object import Object, adopt

# The Python class for a handle class's name.
Classes = Callable[[str], type[Object]]

_in_c: dict[int, Any] = {
    _abi.I64_ARRAY: ctypes.c_int64,
    _abi.F64_ARRAY: ctypes.c_double,
    _abi.BOOL_ARRAY: ctypes.c_bool,
    _abi.HANDLE_ARRAY: ctypes.c_int64,
    _abi.VALUES: Value,
}


def object_for(handle: int, classes: Classes) -> Object | None:
    """None for 0; the handle is the object's from now on."""
    if handle == 0:
        return None
    name = core.rt_handle_class(handle)
    return adopt(classes(name.decode() if name else ""), handle)


class Reader:
    """Makes Python's values of Values. `borrowed`: their handles stay the giver's, so each object gets a share of its own."""

    def __init__(self, classes: Classes, borrowed: bool = False) -> None:
        self._classes = classes
        self._borrowed = borrowed

    def read(self, value: Value) -> Any:
        tag = value.type
        if tag in {_abi.BOOL, _abi.INTEGER}:
            return value.integer if tag == _abi.INTEGER else value.integer != 0
        if tag == _abi.DOUBLE:
            return value.number
        if tag == _abi.HANDLE:
            return self._object(value.integer)
        return self._memory(value, tag)

    def _object(self, handle: int) -> Object | None:
        return object_for(core.rt_handle_clone(handle) if self._borrowed else handle, self._classes)

    def _memory(self, value: Value, tag: int) -> Any:
        if tag == _abi.NONE:
            return None
        if tag == _abi.POINTER:
            return value.pointer
        if tag in {_abi.TEXT, _abi.BYTES}:
            data = ctypes.string_at(value.pointer or 0, value.size) if value.size else b""
            return data.decode(errors="replace") if tag == _abi.TEXT else data
        if not value.size:
            return []
        items = (_in_c[tag] * value.size).from_address(value.pointer)
        if tag == _abi.HANDLE_ARRAY:
            return [self._object(handle) for handle in items]
        return [self.read(item) for item in items] if tag == _abi.VALUES else items[:]


_letters: dict[int, Any] = {_abi.BYTES: "B", _abi.I64_ARRAY: "q", _abi.F64_ARRAY: "d", _abi.BOOL_ARRAY: "?"}


def view_of(value: Value) -> memoryview[Any]:
    """The caller's memory, to be written to while the call lasts; numpy.asarray makes an array of it."""
    letter = _letters[value.type]
    if not value.size:
        return memoryview(bytearray()).cast(letter)
    in_c = ctypes.c_uint8 if letter == "B" else _in_c[value.type]
    memory: Any = (in_c * value.size).from_address(value.pointer or 0)
    return memoryview(memory).cast("B").cast(letter)


def take(value: Value, reader: Reader) -> Any:
    """Reads a result and frees its memory."""
    try:
        return reader.read(value)
    finally:
        if value.flags & _abi.OWNED:
            core.rt_value_clear(ctypes.byref(value))
