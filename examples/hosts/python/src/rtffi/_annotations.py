"""Signatures of plugins as Python's: what inspect.signature tells, and what `rtffi bind --lang python` writes."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Sequence

from ._signature import MISSING, Signature, Type

# The name of a class in Python for its name in signatures.
Names = Callable[[str], str]

_plain = {
    "bool": "bool",
    "i32": "int",
    "i64": "int",
    "f64": "float",
    "text": "str",
    "ptr": "int | None",
    "any": "Any",
    "none": "None",
}
_array_parameters = {"bool": "Bools", "i64": "Ints", "f64": "Floats"}
_writable = {"bool": "WritableBuffer", "i64": "WritableBuffer", "f64": "WritableBuffer"}


def python_name(name: str) -> str:
    """An identifier that is none of Python's own words."""
    name = name.replace(".", "_").replace(":", "_")
    return f"{name}_" if keyword.iskeyword(name) or name == "self" else name


def parameter_names(names: Sequence[str]) -> list[str]:
    """What Python calls them, each differently: `class` is `class__` where another is `class_`."""
    taken = {name for name in names if python_name(name) == name}
    found = []
    for name in names:
        called = python_name(name)
        while called != name and called in taken:
            called += "_"
        taken.add(called)
        found.append(called)
    return found


def annotation(type_: Type, names: Names, *, result: bool = False) -> str:
    text = _annotation(type_, names, result)
    return f"{text} | None" if type_.optional and text != "Any" else text


def _annotation(type_: Type, names: Names, result: bool) -> str:
    if type_.kind == "handle":
        return names(type_.name)
    if type_.kind == "bytes":
        return "bytes" if result else "WritableBuffer" if type_.writable else "Buffer"
    if type_.kind == "tuple":
        return f"tuple[{', '.join(annotation(item, names, result=result) for item in type_.items)}]"
    if type_.kind == "fn":
        return _callable(type_, names)
    if type_.kind == "array":
        return _array(type_, names, result)
    return _plain[type_.kind]


def _array(type_: Type, names: Names, result: bool) -> str:
    element = type_.element
    assert element is not None
    if not result and not element.optional and element.kind in _array_parameters:
        return _writable[element.kind] if type_.writable else _array_parameters[element.kind]
    return f"{'list' if result else 'Sequence'}[{annotation(element, names, result=result)}]"


def _callable(type_: Type, names: Names) -> str:
    """Its parameters are what Python is given, and its result is what Python gives."""
    assert type_.result is not None
    given = ", ".join(annotation(item, names, result=True) for item in type_.items)
    gives = annotation(type_.result, names)
    array = type_.result.kind == "array" and type_.result.element is not None and type_.result.element.optional
    return f"Callable[[{given}], {gives}{' | None' if array else ''}]"


def python_signature(signature: Signature, names: Names, *, method: bool = False) -> inspect.Signature:
    """Of a method the first parameter is self."""
    result = annotation(signature.result, names, result=True)
    if signature.variadic:
        rest = [
            inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL, annotation="Any"),
            inspect.Parameter("named", inspect.Parameter.VAR_KEYWORD, annotation="Any"),
        ]
        return inspect.Signature(rest, return_annotation=result)
    parameters = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)] if method else []
    given = signature.parameters[1:] if method else signature.parameters
    for parameter, name in zip(given, parameter_names([p.name for p in given]), strict=True):
        parameters.append(
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY if parameter.keyword_only else inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if parameter.default is MISSING else parameter.default,
                annotation=annotation(parameter.type, names),
            )
        )
    return inspect.Signature(parameters, return_annotation=result)
