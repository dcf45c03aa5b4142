"""The registry called from Python's torch: tensors go in and out by their memory."""

import ctypes
import sys
from typing import Any

import torch

NONE, BOOL, INTEGER, DOUBLE, HANDLE, TEXT, BYTES, I64_ARRAY, F64_ARRAY, HANDLE_ARRAY, VALUES = 0, 1, 2, 3, 4, 6, 7, 8, 9, 11, 12
MUTABLE = 2
DLOPEN_REQUIRE_REAL = 1 << 17


class RtValue(ctypes.Structure):
    _fields_ = [("type", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("size", ctypes.c_uint64), ("payload", ctypes.c_int64)]


class RtFunctionInfo(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("function", ctypes.c_void_p),
        *((name, ctypes.c_char_p) for name in ("name", "signature", "doc", "group", "plugin")),
        ("flags", ctypes.c_uint64),
    ]


Visitor = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.POINTER(RtFunctionInfo))


class Handle(int):
    """Of an object behind the registry; freed with the process."""


class Values(list[Any]):
    """A list that the registry is to take as `[any]`, whatever is in it."""


class Registry:
    def __init__(self, library: str) -> None:
        self.core = ctypes.CDLL(library)
        self.core.rt_dlerror.restype = ctypes.c_char_p
        self.core.rt_lookup.restype = ctypes.c_void_p
        self.core.rt_lookup.argtypes = [ctypes.c_char_p]
        self.core.rt_call_named.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_size_t, ctypes.c_void_p]
        self.core.rt_each_provided.argtypes = [ctypes.c_char_p, Visitor, ctypes.c_void_p]
        self.core.rt_dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int64]
        self.core.rt_dlopen.restype = ctypes.c_int64
        if self.core.rt_dlopen(b"torch", DLOPEN_REQUIRE_REAL) == 0:
            sys.exit(f"registry: {self.error()}")

    def error(self) -> str:
        return (self.core.rt_dlerror() or b"").decode()

    def provided(self, prefix: str) -> list[str]:
        names = []

        def note(_context: int, info: Any) -> bool:
            names.append(info.contents.name.decode())
            return True

        self.core.rt_each_provided(prefix.encode(), Visitor(note), None)
        return names

    def call(self, name: str, *args: Any, **options: Any) -> Any:
        """Calls a function with Python's values; a failure is a RuntimeError with its message."""
        kept: list[Any] = []
        values = [self.value(one, kept) for one in [*args, *options.values()]]
        names = [None] * len(args) + [option.encode() for option in options]
        result = RtValue()
        function = self.core.rt_lookup(name.encode())
        if function is None or self.core.rt_call_named(
            function, (RtValue * len(values))(*values), (ctypes.c_char_p * len(names))(*names), len(values), ctypes.byref(result)
        ):
            raise RuntimeError(self.error())
        given = self.python(result)
        self.core.rt_value_clear(ctypes.byref(result))
        return given

    def value(self, one: Any, kept: list[Any]) -> RtValue:
        """One argument; what it points to is in `kept`."""
        if isinstance(one, torch.Tensor):
            one = self.tensor(one)
        if isinstance(one, (list, tuple)):
            return self.array(one, kept)
        if isinstance(one, str):
            return memory(TEXT, ctypes.create_string_buffer(one.encode()), len(one.encode()), kept)
        return one if isinstance(one, RtValue) else SCALARS[type(one)](one)

    def array(self, items: list[Any] | tuple[Any, ...], kept: list[Any]) -> RtValue:
        if not isinstance(items, Values):
            for kind, (element, tag) in ARRAYS.items():
                if all(type(item) is kind for item in items):
                    return memory(tag, (element * len(items))(*items), len(items), kept)
        values = [self.value(item, kept) for item in items]
        return memory(VALUES, (RtValue * len(values))(*values), len(values), kept)

    def tensor(self, source: torch.Tensor) -> Handle:
        whole = source.detach().contiguous()
        data = RtValue(BYTES, 0, whole.nbytes, whole.data_ptr())
        return self.call("rt_torch_tensor_from_memory", data, list(whole.shape), str(whole.dtype).removeprefix("torch."))

    def read(self, handle: Handle) -> torch.Tensor:
        """A copy of what the handle stands for."""
        dtype = getattr(torch, self.call("rt_torch_torchtensor_dtype", handle))
        copy = torch.empty(self.call("rt_torch_torchtensor_shape", handle), dtype=dtype)
        self.call("rt_torch_torchtensor_to_memory", handle, RtValue(BYTES, MUTABLE, copy.nbytes, copy.data_ptr()))
        return copy

    def python(self, value: RtValue) -> Any:
        if value.type == TEXT:
            return ctypes.string_at(value.payload, value.size).decode()
        if value.type in ELEMENTS:
            kind, make = ELEMENTS[value.type]
            items = (kind * value.size).from_address(value.payload) if value.size else []
            return [self.python(item) if make is None else make(item) for item in items]
        if value.type == DOUBLE:
            return ctypes.c_double.from_buffer(ctypes.c_int64(value.payload)).value
        if value.type == HANDLE and value.payload != 0:
            return Handle(value.payload)
        return value.payload if value.type in (BOOL, INTEGER) else None


def memory(kind: int, buffer: Any, size: int, kept: list[Any]) -> RtValue:
    kept.append(buffer)
    return RtValue(kind, 0, size, ctypes.addressof(buffer))


# One value, by Python's type.
SCALARS = {
    type(None): lambda _: RtValue(NONE, 0, 0, 0),
    bool: lambda one: RtValue(BOOL, 0, 0, one),
    int: lambda one: RtValue(INTEGER, 0, 0, one),
    float: lambda one: RtValue(DOUBLE, 0, 0, ctypes.c_int64.from_buffer(ctypes.c_double(one)).value),
    Handle: lambda one: RtValue(HANDLE, 0, 0, one),
}
# Arrays of one type, and what an array's elements are.
ARRAYS = {Handle: (ctypes.c_int64, HANDLE_ARRAY), int: (ctypes.c_int64, I64_ARRAY), float: (ctypes.c_double, F64_ARRAY)}
ELEMENTS = {
    HANDLE_ARRAY: (ctypes.c_int64, Handle),
    I64_ARRAY: (ctypes.c_int64, int),
    F64_ARRAY: (ctypes.c_double, float),
    VALUES: (RtValue, None),
}
