"""Plugins as objects whose attributes are their functions and classes."""

from __future__ import annotations

import ctypes
import difflib
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

from . import _abi
from ._abi import Value
from ._annotations import python_name, python_signature
from ._classes import base_of, class_named, describes_classes, register_class
from ._function import bound_function, describe, lazy_call
from ._library import c_name, core
from ._names import attribute_name, class_name, function_name, given_names, method_name, owner_of, prefix_of
from ._object import Object
from ._results import Reader, take
from ._signature import Signature, parse_signature
from .errors import LoadError, check, raise_last


def document(ask: Callable[..., int], *arguments: Any) -> Any:
    """What a function of the core answers in JSON."""
    answer = Value()
    check(ask(*arguments, ctypes.byref(answer)))
    return json.loads(take(answer, Reader(class_named)))


class Plugin:
    """An open plugin. `dir(plugin)` lists its functions and classes; each has a docstring and a signature."""

    def __init__(self, name: str, path: str) -> None:
        described = document(core.rt_inspect, path.encode())
        self.__name__ = name
        self.__doc__ = described["doc"]
        self.__version__ = described["version"]
        self.__file__ = path
        self.__variant__ = described["variant"]
        names = [function["name"] for function in described["functions"]]
        prefix = prefix_of(name, names)
        # By the name in Python: the class that it is a method of or "", the signature, the doc.
        rows = [(f["name"].removeprefix(prefix), parse_signature(f["signature"]), f["doc"]) for f in described["functions"]]
        self._classes = _make_classes(name, described["classes"], rows)
        self._functions: dict[str, tuple[Signature, str]] = {}
        self._name_functions(name, rows)
        for class_ in self._classes.values():
            setattr(self, class_.__name__, class_)

    def _name_functions(self, plugin: str, rows: list[tuple[str, Signature, str]]) -> None:
        named = {signature.name: (signature, doc) for _, signature, doc in rows}
        wishes: dict[str, dict[str, str]] = {}  # by class, "" for none, and by full name
        for short, signature, _ in sorted(rows, key=lambda row: row[1].name):
            owner = owner_of(signature)
            method = method_name(class_name(plugin, owner), owner, short) if owner else ""
            wishes.setdefault(owner if method else "", {})[signature.name] = method or short
        classes = [class_.__name__ for class_ in self._classes.values()]
        for owner, wanted in wishes.items():
            for full_name, name in given_names(wanted, attribute_name if owner else function_name, classes).items():
                signature, doc = named[full_name]
                if owner:
                    class_ = self._classes[owner]
                    setattr(class_, name, self._function(name, signature, doc, class_))
                else:
                    self._functions[name] = (signature, doc)

    def _class_of(self, full_name: str) -> type[Object]:
        return self._classes.get(full_name) or class_named(full_name)

    def _function(self, name: str, signature: Signature, doc: str, owner: type[Object] | None = None) -> Callable[..., Any]:
        call = lazy_call(signature.name, None, self._class_of)
        in_python = python_signature(signature, lambda full_name: self._class_of(full_name).__name__, method=owner is not None)
        describe(call, name, doc, in_python)
        call.__module__ = f"rtffi.{self.__name__}"
        if owner is not None:
            call.__qualname__ = f"{owner.__name__}.{name}"
        return call

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__.get("_functions", {}).get(name)
        if found is None:
            near = difflib.get_close_matches(name, dir(self), 3)
            raise AttributeError(f"the plugin {self.__name__} has no '{name}'{'; near: ' if near else ''}{', '.join(near)}")
        function = self._function(name, *found)
        setattr(self, name, function)
        return function

    def __dir__(self) -> list[str]:
        return sorted({*self._functions, *(class_.__name__ for class_ in self._classes.values())})

    def __repr__(self) -> str:
        return f"<plugin {self.__name__} {self.__version__} from {self.__file__}>"


def _named_in(signature: Signature) -> Iterator[str]:
    for type_ in (*(p.type for p in signature.parameters), signature.result):
        if type_.kind == "handle":
            yield type_.name
        elif type_.element is not None and type_.element.kind == "handle":
            yield type_.element.name


def _make_classes(
    plugin: str, described: list[dict[str, str]], rows: list[tuple[str, Signature, str]]
) -> dict[str, type[Object]]:
    docs = {full_name: "" for _, signature, _ in rows for full_name in _named_in(signature)}
    docs |= {class_["name"]: class_["doc"] for class_ in described}
    shorts = {full_name: class_name(plugin, full_name) for full_name in docs}
    names = given_names(dict(sorted(shorts.items())), python_name)
    made = {}
    for full_name, doc in docs.items():
        parts = {"__slots__": (), "__doc__": doc, "__module__": f"rtffi.{plugin}", "class_name": full_name}
        made[full_name] = register_class(type(names[full_name], (base_of(full_name),), parts))
    return made


def _open_plugins() -> dict[str, str]:
    """The path of each plugin that is open, by its name."""
    found: dict[str, str] = {}

    def visit(_: Any, info: Any) -> bool:
        if info.contents.state == b"active":
            found[info.contents.name.decode()] = os.fsdecode(info.contents.path)
        return True

    check(core.rt_each_plugin(_abi.PluginVisitor(visit), None))
    return found


_loaded: dict[str, Plugin] = {}  # by path


@describes_classes
def _describe_class(class_name: str) -> None:
    """A plugin that a call opened was never asked for by load(); its objects have their methods all the same."""
    for name, path in _open_plugins().items():
        if path and path not in _loaded:
            classes = document(core.rt_inspect, path.encode())["classes"]
            if any(class_["name"] == class_name for class_ in classes):
                _loaded[path] = Plugin(name, path)


def load(name: str | os.PathLike[str], *, require_real: bool = False, probe: bool = False) -> Plugin:
    """Opens a plugin by its name, such as "torch", or by the path of its file.

    require_real: take no stub where the library behind it is missing. probe: try the file in a process of its own first.
    """
    flags = (_abi.DLOPEN_REQUIRE_REAL if require_real else 0) | (_abi.DLOPEN_PROBE if probe else 0)
    text = os.fspath(name)
    if core.rt_dlopen(c_name(text), flags) == 0:
        raise_last()
    path = _path_of(text)
    if path not in _loaded:
        plugin = document(core.rt_inspect, path.encode())["name"]
        _loaded[path] = Plugin(plugin, path)
    return _loaded[path]


def _path_of(text: str) -> str:
    opened = _open_plugins()
    if "/" not in text:
        return opened[text]
    path = os.path.realpath(text)
    if path not in map(os.path.realpath, opened.values()):
        raise LoadError(f"{text} is a library, but no plugin", cause="no_plugin")
    return path


_found: dict[str, Callable[..., Any]] = {}


def function(name: str) -> Callable[..., Any]:
    """A function by its whole name in the registry, or that of an operator ("aten::add"); loads its plugin where needed."""
    if name not in _found:
        _load_for(name)
        _found[name] = bound_function(name, class_named)
    return _found[name]


def forget(name: str) -> None:
    """A function of that name was registered anew, with another signature perhaps."""
    _found.pop(name, None)


def _load_for(name: str) -> None:
    """A provider's prefix loads no plugin by itself: its plugin is the one whose file says that it has the prefix."""
    if "::" not in name:
        return
    for file in document(core.rt_discover):
        if file["chosen"] and file["state"] == "available":
            prefixes = document(core.rt_inspect, file["path"].encode())["providers"]
            if any(name.startswith(prefix) for prefix in prefixes):
                load(file["name"])
                return


def call(name: str, *arguments: Any, **named: Any) -> Any:
    """Calls a function by its whole name: rtffi.call("aten::add", x, y, alpha=2)."""
    return function(name)(*arguments, **named)


def plugins() -> list[dict[str, Any]]:
    """Every plugin file on the search path: name, version, path, state, why it is not the chosen one of its name, ..."""
    found: list[dict[str, Any]] = document(core.rt_discover)
    return found


def explain(name: str) -> dict[str, Any]:
    """Why a plugin, a function or a file is there or is not: what was searched, what was found, what to do."""
    answer: dict[str, Any] = document(core.rt_explain, c_name(name))
    return answer


def add_search_path(folder: str | os.PathLike[str]) -> None:
    """Puts a folder at the front of where this process looks for plugins."""
    check(core.rt_search_path_add(c_name(os.fspath(folder))))


def live_objects() -> list[dict[str, Any]]:
    """What is alive, by class and plugin."""
    found: list[dict[str, Any]] = document(core.rt_handle_report)
    return found
