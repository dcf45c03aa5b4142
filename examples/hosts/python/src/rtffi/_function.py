"""Functions of the registry as Python functions."""

from __future__ import annotations

import ctypes
import inspect
from collections.abc import Callable
from typing import Any

from ._abi import FunctionInfo, Record, Value
from ._annotations import parameter_names, python_signature
from ._arguments import Writer, write_any, writer_for
from ._callables import writer_of_callables
from ._library import c_name, core
from ._results import Classes, Reader, take
from ._signature import MISSING, Signature, parse_signature
from .errors import check, new_failure, raise_failure, raise_last


class Binding:
    """A function that was found in the registry, and how Python's values go in and come out. Finding it may load its plugin."""

    def __init__(self, name: str, declared: str | None, classes: Classes) -> None:
        self._declared = declared
        self._classes = classes
        self.name = name
        self._find()

    def _find(self) -> None:
        name, declared, classes = self.name, self._declared, self._classes
        record = ctypes.c_void_p()
        check(core.rt_bind(c_name(name), declared.encode() if declared else None, 0, ctypes.byref(record)))
        self.record = record
        self.signature: Signature = parse_signature(declared or Record.from_address(record.value or 0).signature.decode())
        self._reader = _TupleReader(classes) if self.signature.result.kind == "tuple" else Reader(classes)
        callables = writer_of_callables(classes)
        self._writers: list[Writer] = [writer_for(p.type, callables) for p in self.signature.parameters]
        names = [p.name for p in self.signature.parameters]
        self._index = {name: i for called in (parameter_names(names), names) for i, name in enumerate(called)}
        self._values = Value * len(self._writers)
        # So many arguments by position are all that there are; none of them may be given by keyword alone.
        self._direct = len(self._writers) if self.signature.positional == len(self._writers) else -1

    def doc(self) -> str:
        info = FunctionInfo(struct_size=ctypes.sizeof(FunctionInfo))
        check(core.rt_function_describe(self.record, ctypes.byref(info)))
        return info.doc.decode()

    def call(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if self.signature.variadic:
            return self._call_variadic(arguments, named)
        if named or len(arguments) != self._direct:
            arguments, named = self._arranged(arguments, named), {}
        count = len(arguments)
        values = self._values()
        keep: list[Any] = []
        for i in range(count):
            try:
                self._writers[i](values[i], arguments[i], keep)
            except (TypeError, ValueError, OverflowError) as error:
                error.args = (f"{self.name}: argument {i + 1} ({self.signature.parameters[i].name}): {error}",)
                raise
        result = Value()
        failure = new_failure()
        if core.rt_call_ex(self.record, values, count, ctypes.byref(result), ctypes.byref(failure)) != 0:
            if failure.cause == b"closed" and self._is_there_again():
                core.rt_error_clear(ctypes.byref(failure))
                return self.call(arguments, named)
            raise_failure(failure)
        return take(result, self._reader)

    def _is_there_again(self) -> bool:
        """What a host takes back and registers anew has another record."""
        record = core.rt_lookup(c_name(self.name))
        if record in {None, self.record.value}:
            return False
        self._find()
        return True

    def _arranged(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """All of them in the signature's order, with defaults up to the last one that is given."""
        parameters = self.signature.parameters
        if len(arguments) > self.signature.positional:
            raise TypeError(f"{self.name}() takes {self.signature.positional} positional arguments, got {len(arguments)}")
        places = [*arguments, *(MISSING for _ in parameters[len(arguments) :])]
        for name, value in named.items():
            index = self._index.get(name, self._index.get(name.removesuffix("_")))
            if index is None:
                known = ", ".join(parameter.name for parameter in parameters)
                raise TypeError(f"{self.name}() has no parameter '{name}'; it has {known or 'none'}")
            if places[index] is not MISSING:
                raise TypeError(f"{self.name}() got two values for '{name}'")
            places[index] = value
        last = max((i for i, value in enumerate(places) if value is not MISSING), default=-1)
        for i, parameter in enumerate(parameters):
            if places[i] is MISSING:
                if parameter.default is MISSING:
                    raise TypeError(f"{self.name}() lacks its argument '{parameter.name}'")
                places[i] = parameter.default
        return tuple(places[: last + 1])

    def _call_variadic(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        count = len(arguments) + len(named)
        values = (Value * count)()
        names = (ctypes.c_char_p * count)(*(None for _ in arguments), *(c_name(name) for name in named))
        keep: list[Any] = []
        for slot, argument in zip(values, (*arguments, *named.values()), strict=True):
            write_any(slot, argument, keep)
        result = Value()
        if core.rt_call_named(self.record, values, names, count, ctypes.byref(result)) != 0:
            raise_last()
        return take(result, self._reader)


class _TupleReader(Reader):
    def read(self, value: Value) -> Any:
        answer = super().read(value)
        return tuple(answer) if isinstance(answer, list) else answer

    def _memory(self, value: Value, tag: int) -> Any:
        # What is inside the tuple is read as anywhere else.
        return Reader(self._classes, self._borrowed)._memory(value, tag)


def lazy_call(name: str, signature: str | None, classes: Classes) -> Callable[..., Any]:
    """A Python function for a registered one, which is looked for when it is first called."""
    binding: Binding | None = None

    def call(*arguments: Any, **named: Any) -> Any:
        nonlocal binding
        if binding is None:
            binding = Binding(name, signature, classes)
        return binding.call(arguments, named)

    return call


def describe(function: Callable[..., Any], name: str, doc: str, signature: inspect.Signature) -> None:
    """What help(), inspect and documentation tools look at."""
    function.__name__ = name
    function.__qualname__ = name
    function.__doc__ = doc
    function.__signature__ = signature  # type: ignore[attr-defined]


def bound_function(name: str, classes: Classes) -> Callable[..., Any]:
    """A Python function for a registered one, found now."""
    binding = Binding(name, None, classes)

    def call(*arguments: Any, **named: Any) -> Any:
        return binding.call(arguments, named)

    describe(call, name, binding.doc(), python_signature(binding.signature, lambda full_name: classes(full_name).__name__))
    return call
