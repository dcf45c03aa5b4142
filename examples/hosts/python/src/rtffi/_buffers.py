"""Memory of Python objects that have the buffer protocol, without a copy: array.array, NumPy's arrays, bytes, mmap, ..."""

from __future__ import annotations

import ctypes
from math import prod
from typing import Any


class _PyBuffer(ctypes.Structure):
    """Py_buffer, part of CPython's stable ABI."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.py_object),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)),
        ("internal", ctypes.c_void_p),
    ]


_STRIDED_WITH_FORMAT = 0x0018 | 0x0004  # PyBUF_STRIDES | PyBUF_FORMAT
_get = ctypes.pythonapi.PyObject_GetBuffer
_get.argtypes = [ctypes.py_object, ctypes.POINTER(_PyBuffer), ctypes.c_int]
_release = ctypes.pythonapi.PyBuffer_Release
_release.argtypes = [ctypes.POINTER(_PyBuffer)]
_release.restype = None

# The letters of struct for each type of element that an array may have.
INTEGERS_64 = frozenset("ql")
DOUBLES = frozenset("d")
BOOLS = frozenset("?")


def _native_format(written: str, itemsize: int) -> str:
    """The letter that means the same in the machine's own sizes, where `l` has eight bytes: after `=` and `<` it has four."""
    letter = written.lstrip("@=<")
    return "iI"["lL".index(letter)] if letter in {"l", "L"} and itemsize == 4 else letter


class Buffer:
    """The memory of an object, which cannot move or be resized while this is alive. BufferError: it has none to show."""

    def __init__(self, owner: Any) -> None:
        self._view = _PyBuffer()
        self._held = False
        _get(owner, ctypes.byref(self._view), _STRIDED_WITH_FORMAT)
        self._held = True
        view = self._view
        self.address: int = view.buf or 0
        self.nbytes: int = view.len
        self.itemsize: int = view.itemsize
        self.readonly = bool(view.readonly)
        self.format: str = _native_format((view.format or b"B").decode(), view.itemsize)
        # ctypes gives no strides where the elements lie side by side.
        self.shape: list[int] = view.shape[: view.ndim] if view.shape else [self.size] * view.ndim
        self.strides: list[int] = view.strides[: view.ndim] if view.strides else self._side_by_side()  # in bytes

    @property
    def size(self) -> int:
        return self.nbytes // self.itemsize if self.itemsize else 0

    def _side_by_side(self) -> list[int]:
        """The strides of elements that lie side by side in row-major order."""
        return [self.itemsize * prod(self.shape[dimension + 1 :]) for dimension in range(len(self.shape))]

    @property
    def contiguous(self) -> bool:
        found = zip(self.shape, self.strides, self._side_by_side(), strict=True)
        return all(count <= 1 or stride == expected for count, stride, expected in found)

    def release(self, release: Any = _release) -> None:
        if self._held:
            self._held = False
            release(ctypes.byref(self._view))

    __del__ = release


class Memory:
    """So many bytes at an address, which may be written to; whoever makes one sees to it that they are there."""

    readonly = False
    contiguous = True
    format = "B"
    itemsize = 1

    def __init__(self, address: int, nbytes: int) -> None:
        self.address = address
        self.nbytes = self.size = nbytes
        self.shape = [nbytes]
        self.strides = [1]


def buffer_of(value: Any) -> Buffer | Memory | None:
    """The memory of a value, or None where it has no buffer protocol."""
    if isinstance(value, Memory):
        return value
    try:
        return Buffer(value)
    except TypeError:
        return None
