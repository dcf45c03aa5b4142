"""Python functions that plugins call: callables, functions in the registry, and what becomes of both when the interpreter ends.

Note [The end of the interpreter]. A library may keep a callable beyond the end of Python, when nothing of Python's may run any
more. So when the interpreter begins to end, every owner of each callable is taken away: whoever calls or frees it
later meets a handle that was freed, which is an error and never a crash."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import itertools
from collections.abc import Callable
from typing import Any, cast

from . import _abi
from ._abi import DynamicEntry, FunctionDescription, Record, Release, Value
from ._arguments import Writer, kind_of, write_any, writer_for
from ._classes import class_named, register_class
from ._library import core
from ._object import Object, adopt
from ._results import Classes, Reader, take, view_of
from ._signature import MISSING, Signature, Type, parse_signature
from .errors import ArgumentError, UnavailableError, check, fail, raise_last

_libc = ctypes.CDLL(None)
_libc.malloc.restype = ctypes.c_void_p
_libc.malloc.argtypes = [ctypes.c_size_t]


class Target:
    """A Python function with the types that it is called with and gives."""

    def __init__(self, function: Callable[..., Any], parameters: list[Type], result: Type, classes: Classes) -> None:
        self.function = function
        self._writable = [type_.writable for type_ in parameters]
        self.handle = 0
        self._result = result
        self._reader = Reader(classes, borrowed=True)
        self._write = None if result.kind == "none" else _writer_for_result(result, classes)

    def call(self, arguments: int | None, count: int, result: int) -> None:
        values = (Value * count).from_address(arguments) if count and arguments else ()
        views: list[memoryview[Any]] = []
        try:
            answer = self.invoke([self._read(i, value, views) for i, value in enumerate(values)])
        finally:
            for view in views:
                with contextlib.suppress(BufferError):  # the function keeps an array over it
                    view.release()
        if self._write is None or (answer is None and _may_be_none(self._result)):
            return
        if self._result.kind == "array" and isinstance(answer, Object):
            answer = [answer]
        _give(Value.from_address(result), self._write, answer)

    def _read(self, index: int, value: Value, views: list[memoryview[Any]]) -> Any:
        if not self._writable[index] or value.type == _abi.NONE:
            return self._reader.read(value)
        views.append(view_of(value))
        return views[-1]

    def invoke(self, arguments: list[Any]) -> Any:
        return self.function(*arguments)


class PublishedTarget(Target):
    """One that was registered: its defaults are filled in here, and what is keyword-only in its signature comes by name."""

    def __init__(self, function: Callable[..., Any], signature: Signature, classes: Classes) -> None:
        super().__init__(function, [parameter.type for parameter in signature.parameters], signature.result, classes)
        self._signature = signature

    def invoke(self, arguments: list[Any]) -> Any:
        parameters = self._signature.parameters
        left_out = parameters[len(arguments) :]
        if len(arguments) > len(parameters) or any(p.default is MISSING for p in left_out):
            raise ArgumentError(f"{self._signature.text}: got {len(arguments)} arguments", cause="argument_count")
        arguments += [p.default for p in left_out]
        positional = self._signature.positional
        named = {p.name: value for p, value in zip(parameters[positional:], arguments[positional:], strict=True)}
        return self.function(*arguments[:positional], **named)


def _writer_for_result(result: Type, classes: Classes) -> Writer:
    if result.kind == "handle":
        return _object_writer(result)
    if result.kind != "tuple":
        return writer_for(result, writer_of_callables(classes))
    writers = [_writer_for_result(item, classes) for item in result.items]

    def write(slot: Value, value: Any, keep: list[Any]) -> None:
        if not isinstance(value, tuple) or len(value) != len(writers):
            raise TypeError(f"expected a tuple of {len(writers)}, got {kind_of(value)}")
        memory = (Value * len(writers))()
        for place, item, write_item in zip(memory, value, writers, strict=True):
            write_item(place, item, keep)
        keep.append(memory)
        slot.type, slot.size, slot.pointer = _abi.VALUES, len(writers), ctypes.addressof(memory)

    return write


def _object_writer(result: Type) -> Writer:
    """An object of the class that the signature says: nobody else looks at what a function of the host gives."""
    write_handle = writer_for(result, lambda _: write_any)

    def write(slot: Value, value: Any, keep: list[Any]) -> None:
        if isinstance(value, Object) and value.class_name != result.name:
            raise TypeError(f"expected {result.name}, got {value.class_name}")
        write_handle(slot, value, keep)

    return write


def _may_be_none(type_: Type) -> bool:
    """`none` for an array of optional objects says that nothing is given."""
    return type_.optional or (type_.kind == "array" and type_.element is not None and type_.element.optional)


def _give(slot: Value, write: Writer, answer: Any) -> None:
    """Writes a result whose memory and handles are the receiver's."""
    keep: list[Any] = []
    made = Value()
    write(made, answer, keep)
    _own(made)
    ctypes.pointer(slot)[0] = made


def _own(value: Value) -> None:
    if value.type == _abi.HANDLE:
        value.integer = core.rt_handle_clone(value.integer)
    elif value.type >= _abi.TEXT:
        size = value.size * {_abi.VALUES: ctypes.sizeof(Value), _abi.TEXT: 1, _abi.BYTES: 1, _abi.BOOL_ARRAY: 1}.get(
            value.type, 8
        )
        memory = _libc.malloc(size + 1)  # a NUL follows a text
        if not memory:
            raise MemoryError
        ctypes.memset(memory + size, 0, 1)
        if size:
            ctypes.memmove(memory, value.pointer or 0, size)
        value.pointer = memory
        value.flags = _abi.OWNED
        if value.type == _abi.HANDLE_ARRAY:
            items = (ctypes.c_int64 * value.size).from_address(memory)
            items[:] = [core.rt_handle_clone(handle) for handle in items]
        elif value.type == _abi.VALUES:
            for item in (Value * value.size).from_address(memory):
                _own(item)


_targets: dict[int, Target] = {}
_numbers = itertools.count(1)


def _run(self: int, arguments: int | None, count: int, result: int) -> int:
    Value.from_address(result).type = _abi.NONE
    try:
        number = Record.from_address(self).context
        target = _targets.get(number or 0)
        if target is None:
            raise UnavailableError("the Python function was taken back", cause="retired")
        target.call(arguments, count, result)
    except BaseException as exception:  # noqa: BLE001 - nothing may unwind into the caller
        return fail(exception)
    return 0


def _forget(number: int | None) -> None:
    _targets.pop(number or 0, None)


# One of each for all, since ctypes would free those of a callable while it is inside them.
_entry = DynamicEntry(_run)
_release = Release(_forget)


class PluginCallable(Object):
    """A function that a plugin or Python gave as a value of type fn(...)."""

    __slots__ = ()
    class_name = "Callable"

    def __call__(self, *arguments: Any) -> Any:
        values = (Value * len(arguments))()
        keep: list[Any] = []
        for slot, argument in zip(values, arguments, strict=True):
            write_any(slot, argument, keep)
        result = Value()
        check(core.rt_callable_call(self.handle, values, len(arguments), ctypes.byref(result)))
        return take(result, Reader(class_named))


register_class(PluginCallable)


def make_callable(signature: Type, function: Callable[..., Any], classes: Classes) -> PluginCallable:
    """A callable, which any thread may call; the function is kept until the last owner of its handle goes."""
    if not callable(function):
        raise TypeError(f"expected a function, got {kind_of(function)}")
    assert signature.result is not None
    target = Target(function, list(signature.items), signature.result, classes)
    number = next(_numbers)
    _targets[number] = target
    target.handle = core.rt_callable(_text_for_core(signature).encode(), _entry, number, _release, _abi.ANY_THREAD)
    if target.handle == 0:
        _forget(number)
        raise_last()
    return cast(PluginCallable, adopt(PluginCallable, target.handle))


def _text_for_core(signature: Type) -> str:
    """The core wants parameters with names, which a type may leave out."""
    result = "" if signature.result is None or signature.result.kind == "none" else f" -> {signature.result.text}"
    return f"fn({', '.join(f'p{i}: {item.text}' for i, item in enumerate(signature.items))}){result}"


def writer_of_callables(classes: Classes) -> Callable[[Type], Writer]:
    def for_type(type_: Type) -> Writer:
        def write(slot: Value, value: Any, keep: list[Any]) -> None:
            made = value if isinstance(value, PluginCallable) else make_callable(type_, value, classes)
            keep.append(made)
            slot.type, slot.integer = _abi.HANDLE, made.handle

        return write

    return for_type


class Published:
    """A Python function in the registry, until unregister()."""

    def __init__(self, signature: Signature, function: Callable[..., Any], doc: str, classes: Classes) -> None:
        self.name = signature.name
        self.function = function
        self._number = next(_numbers)
        self._record = ctypes.c_void_p()
        _targets[self._number] = PublishedTarget(function, signature, classes)
        description = FunctionDescription(
            struct_size=ctypes.sizeof(FunctionDescription),
            signature=signature.text.encode(),
            doc=doc.encode(),
            dynamic=_entry,
            context=self._number,
        )
        try:
            check(core.rt_register(ctypes.byref(description), ctypes.byref(self._record)))
        except BaseException:
            _forget(self._number)
            raise
        _published[self._number] = self

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.function(*arguments, **named)

    def unregister(self) -> None:
        """Takes the function back; a second time does nothing."""
        if _published.pop(self._number, None) is not None:
            check(core.rt_unregister(self._record))
            _forget(self._number)


_published: dict[int, Published] = {}


def publish(text: str, function: Callable[..., Any], doc: str, classes: Classes) -> Published:
    return Published(parse_signature(text), function, doc, classes)


@atexit.register
def _end() -> None:
    """See Note [The end of the interpreter]."""
    for published in list(_published.values()):
        published.unregister()
    # Memory that tensors look at stays where it is, whoever still has one: neither these nor objects are freed any more.
    for immortal in (_entry, _release, *_targets.values()):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(immortal))
    Object.__del__ = lambda self: None  # type: ignore[method-assign, misc, assignment]
    for target in list(_targets.values()):
        while target.handle and core.rt_handle_free(target.handle) == 0:
            pass
