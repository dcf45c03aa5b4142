"""Python's values as arguments: for each type of a signature a function that fills in a Value."""

from __future__ import annotations

import ctypes
import operator
import os
from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any

from . import _abi
from ._abi import Value
from ._buffers import BOOLS, DOUBLES, INTEGERS_64, Buffer, Memory, buffer_of
from ._object import Object, handle_of
from ._signature import Type

# Fills the slot with the value. What must live until the call is over is appended to `keep`.
Writer = Callable[[Value, Any, list[Any]], None]

# Type of the elements: tag, in C, letters of struct, element by element.
_elements: dict[str, tuple[int, Any, frozenset[str], Callable[[Any], Any]]] = {}


def kind_of(value: Any) -> str:
    return type(value).__name__


def to_bool(value: Any) -> bool:
    if isinstance(value, bool) or kind_of(value) in {"bool", "bool_"}:  # NumPy's, by either name
        return bool(value)
    raise TypeError(f"expected a bool, got {kind_of(value)}")


def to_integer(value: Any, bits: int = 64) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"expected an integer, got {kind_of(value)}") from None
    if not -(1 << (bits - 1)) <= number < 1 << (bits - 1):
        raise OverflowError(f"{number} does not fit into {bits} bits")
    return number


def to_number(value: Any) -> float:
    if isinstance(value, (str, bytes, bytearray)) or not (hasattr(value, "__float__") or hasattr(value, "__index__")):
        raise TypeError(f"expected a number, got {kind_of(value)}")
    return float(value)


_elements["bool"] = (_abi.BOOL_ARRAY, ctypes.c_bool, BOOLS, to_bool)
_elements["i64"] = (_abi.I64_ARRAY, ctypes.c_int64, INTEGERS_64, to_integer)
_elements["f64"] = (_abi.F64_ARRAY, ctypes.c_double, DOUBLES, to_number)


def _write_bool(slot: Value, value: Any, keep: list[Any]) -> None:
    slot.type = _abi.BOOL
    slot.integer = to_bool(value)


def _write_i64(slot: Value, value: Any, keep: list[Any]) -> None:
    slot.type = _abi.INTEGER
    slot.integer = to_integer(value)


def _write_i32(slot: Value, value: Any, keep: list[Any]) -> None:
    slot.type = _abi.INTEGER
    slot.integer = to_integer(value, 32)


def _write_f64(slot: Value, value: Any, keep: list[Any]) -> None:
    slot.type = _abi.DOUBLE
    slot.number = to_number(value)


def _write_pointer(slot: Value, value: Any, keep: list[Any]) -> None:
    slot.type = _abi.POINTER
    keep.append(value)
    slot.pointer = value if value is None or isinstance(value, int) else ctypes.cast(value, ctypes.c_void_p).value


def _write_memory(slot: Value, tag: int, memory: Any, count: int, keep: list[Any]) -> None:
    keep.append(memory)
    slot.type = tag
    slot.size = count
    slot.pointer = ctypes.cast(memory, ctypes.c_void_p).value


def _write_text(slot: Value, value: Any, keep: list[Any]) -> None:
    if not isinstance(value, str):
        if not hasattr(value, "__fspath__"):
            raise TypeError(f"expected a str, got {kind_of(value)}")
        value = os.fspath(value)
    text = os.fsencode(value) if not isinstance(value, str) else value.encode()
    _write_memory(slot, _abi.TEXT, text, len(text), keep)


def _write_buffer(slot: Value, tag: int, buffer: Buffer | Memory, count: int, keep: list[Any]) -> None:
    keep.append(buffer)
    slot.type = tag
    slot.size = count
    slot.pointer = buffer.address


def _expect_writable(buffer: Buffer | Memory | None, value: Any, what: str) -> Buffer | Memory:
    if buffer is None or buffer.readonly or not buffer.contiguous:
        why = "" if buffer is None else " that is read-only" if buffer.readonly else " whose elements do not lie side by side"
        raise TypeError(f"expected memory that can be written to ({what}), got {kind_of(value)}{why}")
    return buffer


def _bytes_writer(writable: bool) -> Writer:
    def write(slot: Value, value: Any, keep: list[Any]) -> None:
        buffer = buffer_of(value)
        if writable:
            buffer = _expect_writable(buffer, value, "a bytearray or an array")
            slot.flags = _abi.MUTABLE
        elif buffer is None:
            raise TypeError(f"expected bytes, got {kind_of(value)}")
        elif not buffer.contiguous:
            buffer = Buffer(memoryview(value).tobytes())
        _write_buffer(slot, _abi.BYTES, buffer, buffer.nbytes, keep)

    return write


def _sequence(value: Any) -> list[Any]:
    """The items of what has an order: no text, no object that can be iterated over, no set."""
    if isinstance(value, (str, bytes, Object, Mapping, Set)) or not isinstance(value, Iterable):
        raise TypeError(f"expected a sequence, got {kind_of(value)}")
    return list(value)


def _flat(value: Any) -> Iterable[Any]:
    """The elements of memory of another element type, in row-major order."""
    view = memoryview(value)
    if view.format in set("bBhHiIlLqQnNfd?"):
        flat: Iterable[Any] = memoryview(view.tobytes()).cast(view.format)  # type: ignore[call-overload]
        return flat
    items: Iterable[Any] = iter(value)
    return items


def _elements_told(value: Any) -> str:
    return f" of {value.dtype}" if hasattr(value, "dtype") else ""


def _array_writer(element: str, writable: bool) -> Writer:
    tag, in_c, letters, convert = _elements[element]

    def write(slot: Value, value: Any, keep: list[Any]) -> None:
        buffer = buffer_of(value)
        fits = buffer is not None and buffer.format in letters
        if writable:
            if not fits:
                raise TypeError(
                    f"expected an array of {element} that can be written to, got {kind_of(value)}{_elements_told(value)}"
                )
            buffer = _expect_writable(buffer, value, f"an array of {element}")
            slot.flags = _abi.MUTABLE
        if buffer is not None and fits and buffer.contiguous:
            _write_buffer(slot, tag, buffer, buffer.size, keep)
            return
        items = [convert(item) for item in (_sequence(value) if buffer is None else _flat(value))]
        _write_memory(slot, tag, (in_c * len(items))(*items), len(items), keep)

    return write


def _write_handle(slot: Value, value: Any, keep: list[Any]) -> None:
    slot.type = _abi.HANDLE
    slot.integer = handle_of(value)


def _handles_writer(optional: bool) -> Writer:
    def write(slot: Value, value: Any, keep: list[Any]) -> None:
        objects = _sequence(value)
        keep.append(objects)
        handles = [0 if optional and item is None else handle_of(item) for item in objects]
        _write_memory(slot, _abi.HANDLE_ARRAY, (ctypes.c_int64 * len(handles))(*handles), len(handles), keep)

    return write


def _values_writer(write_item: Writer) -> Writer:
    def write(slot: Value, value: Any, keep: list[Any]) -> None:
        items = _sequence(value)
        memory = (Value * len(items))()
        for place, item in zip(memory, items, strict=True):
            write_item(place, item, keep)
        _write_memory(slot, _abi.VALUES, memory, len(items), keep)

    return write


def _optional(write_value: Writer) -> Writer:
    def write(slot: Value, value: Any, keep: list[Any]) -> None:
        if value is not None:
            write_value(slot, value, keep)

    return write


def _sequence_writer(value: Any) -> Writer:
    """For `any`: what all items of a sequence are, decides."""
    items = _sequence(value)
    if items and all(isinstance(item, Object) for item in items):
        return _handles_writer(False)
    for element, kinds in (("bool", bool), ("i64", int), ("f64", (int, float))):
        if items and all(isinstance(item, kinds) and (element == "bool" or not isinstance(item, bool)) for item in items):
            return _array_writer(element, False)
    return _values_writer(write_any)


def _any_writer(value: Any) -> Writer:
    kinds: tuple[tuple[Any, Writer], ...] = (
        (bool, _write_bool),
        (int, _write_i64),
        (float, _write_f64),
        (str, _write_text),
        (Object, _write_handle),
        ((bytes, bytearray), _bytes_writer(False)),
    )
    for kind, writer in kinds:
        if isinstance(value, kind):
            return writer
    return _number_writer(value) or _bulk_writer(value)


def _number_writer(value: Any) -> Writer | None:
    """For NumPy's numbers, which are no int and no float by class."""
    if getattr(value, "shape", None) != ():
        return None
    if kind_of(value) in {"bool", "bool_"}:
        return _write_bool
    try:
        operator.index(value)
    except TypeError:  # also of an array without dimensions, which has the method whatever it holds
        return _write_f64
    return _write_i64


def _bulk_writer(value: Any) -> Writer:
    buffer = buffer_of(value)
    for element, (_, _, letters, _) in _elements.items():
        if buffer is not None and buffer.format in letters:
            return _array_writer(element, False)
    if buffer is not None and buffer.format in {"B", "c"}:
        return _bytes_writer(False)
    return _sequence_writer(value)


def write_any(slot: Value, value: Any, keep: list[Any]) -> None:
    if value is not None:
        _any_writer(value)(slot, value, keep)


_plain: dict[str, Writer] = {
    "bool": _write_bool,
    "i32": _write_i32,
    "i64": _write_i64,
    "f64": _write_f64,
    "text": _write_text,
    "ptr": _write_pointer,
    "any": write_any,
    "handle": _write_handle,
}


def writer_for(type_: Type, callable_writer: Callable[[Type], Writer]) -> Writer:
    """`callable_writer` makes the one of fn(...), which knows how to call Python."""
    if type_.kind == "bytes":
        write = _bytes_writer(type_.writable)
    elif type_.kind == "fn":
        write = callable_writer(type_)
    elif type_.kind == "array":
        write = _writer_for_array(type_, callable_writer)
    else:
        write = _plain[type_.kind]
    return _optional(write) if type_.optional else write


def _writer_for_array(type_: Type, callable_writer: Callable[[Type], Writer]) -> Writer:
    element = type_.element
    assert element is not None
    if element.kind == "handle":
        return _handles_writer(element.optional)
    if element.kind in _elements and not element.optional:
        return _array_writer(element.kind, type_.writable)
    return _values_writer(writer_for(element, callable_writer))
