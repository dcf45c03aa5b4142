"""What include/rtffi/abi.h and rtffi.h lay out in memory, for ctypes."""

from __future__ import annotations

import ctypes

ABI_VERSION = 1

NONE, BOOL, INTEGER, DOUBLE, HANDLE, POINTER, TEXT, BYTES, I64_ARRAY, F64_ARRAY, BOOL_ARRAY, HANDLE_ARRAY, VALUES = range(13)

OWNED = 1
MUTABLE = 2

ANY_THREAD = 4

DLOPEN_PROBE = 1 << 16
DLOPEN_REQUIRE_REAL = 1 << 17


class _Payload(ctypes.Union):
    _fields_ = [("integer", ctypes.c_int64), ("number", ctypes.c_double), ("pointer", ctypes.c_void_p)]


class Value(ctypes.Structure):
    """rt_value: one argument or result."""

    _anonymous_ = ("payload",)
    _fields_ = [("type", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("size", ctypes.c_uint64), ("payload", _Payload)]
    type: int
    flags: int
    size: int
    integer: int
    number: float
    pointer: int | None


class Failure(ctypes.Structure):
    """rt_error: what a call that failed says."""

    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("code", ctypes.c_int32),
        ("message", ctypes.c_char_p),
        ("function", ctypes.c_char_p),
        ("plugin", ctypes.c_char_p),
        ("cause", ctypes.c_char_p),
        ("storage", ctypes.c_void_p),
    ]
    code: int
    message: bytes
    function: bytes
    plugin: bytes
    cause: bytes


class Record(ctypes.Structure):
    """rt_function, whose beginning is frozen."""

    _fields_ = [
        ("native", ctypes.c_void_p),
        ("dynamic", ctypes.c_void_p),
        ("context", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("signature", ctypes.c_char_p),
    ]
    context: int | None
    name: bytes
    signature: bytes


class FunctionInfo(ctypes.Structure):
    """rt_function_info."""

    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("function", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("signature", ctypes.c_char_p),
        ("doc", ctypes.c_char_p),
        ("group", ctypes.c_char_p),
        ("plugin", ctypes.c_char_p),
        ("flags", ctypes.c_uint64),
    ]
    doc: bytes


class PluginInfo(ctypes.Structure):
    """rt_plugin_info."""

    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("name", ctypes.c_char_p),
        ("version", ctypes.c_char_p),
        ("doc", ctypes.c_char_p),
        ("path", ctypes.c_char_p),
        ("state", ctypes.c_char_p),
        ("functions", ctypes.c_int64),
    ]
    name: bytes
    path: bytes
    state: bytes


# Structures that a C function hands over are taken as addresses: ctypes makes nothing for them then.
DynamicEntry = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
Release = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
LogSink = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int32, ctypes.c_char_p, ctypes.c_char_p)
PluginVisitor = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.POINTER(PluginInfo))


class FunctionDescription(ctypes.Structure):
    """rt_function_desc."""

    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("signature", ctypes.c_char_p),
        ("doc", ctypes.c_char_p),
        ("group", ctypes.c_char_p),
        ("native", ctypes.c_void_p),
        ("dynamic", DynamicEntry),
        ("context", ctypes.c_void_p),
        ("flags", ctypes.c_uint64),
        ("native_types", ctypes.c_char_p),
        ("named", ctypes.c_void_p),
    ]


_pointer = ctypes.c_void_p
_text = ctypes.c_char_p
_status = ctypes.c_int32
_handle = ctypes.c_int64
_values = ctypes.POINTER(Value)

# The functions of rtffi.h that the package calls: result, parameters.
PROTOTYPES: dict[str, tuple[object, list[object]]] = {
    "rt_abi_version": (ctypes.c_int32, []),
    "rt_version": (_text, []),
    "rt_dlopen": (_handle, [_text, ctypes.c_int64]),
    "rt_dlclose": (_status, [_handle]),
    "rt_search_path_add": (_status, [_text]),
    "rt_lookup": (_pointer, [_text]),
    "rt_bind": (_status, [_text, _text, ctypes.c_int64, ctypes.POINTER(_pointer)]),
    "rt_function_describe": (_status, [_pointer, ctypes.POINTER(FunctionInfo)]),
    "rt_call_ex": (_status, [_pointer, _values, ctypes.c_size_t, _values, ctypes.POINTER(Failure)]),
    "rt_call_named": (_status, [_pointer, _values, ctypes.POINTER(_text), ctypes.c_size_t, _values]),
    "rt_value_clear": (None, [_values]),
    "rt_last_error": (_status, [ctypes.POINTER(Failure)]),
    "rt_error_clear": (None, [ctypes.POINTER(Failure)]),
    "rt_fail": (_status, [_status, _text, _text]),
    "rt_register": (_status, [ctypes.POINTER(FunctionDescription), ctypes.POINTER(_pointer)]),
    "rt_unregister": (_status, [_pointer]),
    "rt_callable": (_handle, [_text, DynamicEntry, _pointer, Release, ctypes.c_uint64]),
    "rt_callable_call": (_status, [_handle, _values, ctypes.c_size_t, _values]),
    "rt_log_set": (None, [_pointer, _pointer]),
    "rt_handle_clone": (_handle, [_handle]),
    "rt_handle_free": (_status, [_handle]),
    "rt_handle_class": (_text, [_handle]),
    "rt_handle_report": (_status, [_values]),
    "rt_each_plugin": (_status, [PluginVisitor, _pointer]),
    "rt_discover": (_status, [_values]),
    "rt_inspect": (_status, [_text, _values]),
    "rt_explain": (_status, [_text, _values]),
}
