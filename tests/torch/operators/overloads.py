#!/usr/bin/env python3
"""The overload that the torch plugin takes for a bare name, beside the one that Python's torch takes for the same arguments.

usage: overloads.py EXCEPTIONS LIBRTFFI

Both LibTorch and the plugin are asked in this process, so Python's torch has to be of the LibTorch that the plugin was built for.
The arguments are made from the schemas of all overloads of the dispatcher's operators. EXCEPTIONS lists the cases in which the
two differ, as regular expressions with a reason each; a case that none of them matches is a failure, and so is one that matches
no case.
"""

import ctypes
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch

NONE, INTEGER, DOUBLE, HANDLE, BOOL, TEXT, VALUES = 0, 2, 3, 4, 1, 6, 12
DLOPEN_REQUIRE_REAL = 1 << 17


class RtValue(ctypes.Structure):
    _fields_ = [("type", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("size", ctypes.c_uint64), ("payload", ctypes.c_int64)]


class Both(NamedTuple):
    """One argument: as Python's torch takes it, and as the registry does."""

    python: Any
    registry: RtValue

    def __repr__(self) -> str:
        return repr(self.python)


class Case(NamedTuple):
    name: str
    variant: str
    positional: list[Both]
    named: dict[str, Both]


class Registry:
    def __init__(self, library: str) -> None:
        self.core = ctypes.CDLL(library)
        self.core.rt_dlerror.restype = ctypes.c_char_p
        self.core.rt_lookup.restype = ctypes.c_void_p
        self.core.rt_lookup.argtypes = [ctypes.c_char_p]
        self.core.rt_call_named.argtypes = [ctypes.c_void_p] * 3 + [ctypes.c_size_t, ctypes.c_void_p]
        self.core.rt_dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int64]
        self.core.rt_dlopen.restype = ctypes.c_int64
        if self.core.rt_dlopen(b"torch", DLOPEN_REQUIRE_REAL) == 0:
            sys.exit(f"overloads: {self.error()}")
        self.overload = self.core.rt_lookup(b"rt_torch_operator_overload")

    def error(self) -> str:
        return (self.core.rt_dlerror() or b"").decode()

    def call(self, function: int, args: list[RtValue], names: list[str | None]) -> RtValue | None:
        result = RtValue()
        values = (RtValue * len(args))(*args)
        texts = (ctypes.c_char_p * len(args))(*[name.encode() if name else None for name in names])
        status = self.core.rt_call_named(function, values, texts, len(args), ctypes.byref(result))
        return result if status == 0 else None

    def make(self, name: str, args: list[RtValue]) -> int:
        result = self.call(self.core.rt_lookup(name.encode()), args, [None] * len(args))
        if result is None:
            sys.exit(f"overloads: {name}: {self.error()}")
        return result.payload

    def choice(self, case: Case) -> str:
        args = [text(case.name).registry] + [both.registry for both in [*case.positional, *case.named.values()]]
        result = self.call(self.overload, args, [None] * (1 + len(case.positional)) + list(case.named))
        if result is None:
            return "none"
        name = ctypes.string_at(result.payload, result.size).decode()
        self.core.rt_value_clear(ctypes.byref(result))
        return name.removeprefix(case.name).removeprefix(".") or "default"


def integer(value: int) -> Both:
    return Both(value, RtValue(INTEGER, 0, 0, value))


def double(value: float) -> Both:
    payload = ctypes.c_int64.from_buffer(ctypes.c_double(value)).value
    return Both(value, RtValue(DOUBLE, 0, 0, payload))


def text(value: str, python: Any = None) -> Both:
    memory = ctypes.create_string_buffer(value.encode())
    KEPT.append(memory)
    return Both(value if python is None else python, RtValue(TEXT, 0, len(value), ctypes.addressof(memory)))


def array(items: list[Both]) -> Both:
    memory = (RtValue * len(items))(*[item.registry for item in items])
    KEPT.append(memory)
    return Both([item.python for item in items], RtValue(VALUES, 0, len(items), ctypes.addressof(memory)))


KEPT: list[Any] = []
NOTHING = Both(None, RtValue(NONE, 0, 0, 0))


class Maker:
    """Arguments of a type, as schemas write it. `variant` says which of the values that fit it is wanted."""

    def __init__(self, registry: Registry) -> None:
        dims = array([integer(2), integer(2)])
        tensor = registry.make("aten::ones.default", [dims.registry])
        generator = registry.make("rt_torch_generator_create", [integer(1).registry])
        self.plain = {
            "Tensor": Both(torch.ones(2, 2), RtValue(HANDLE, 0, 0, tensor)),
            "Generator": Both(torch.Generator(), RtValue(HANDLE, 0, 0, generator)),
            "int": integer(1),
            "SymInt": integer(1),
            "float": double(0.5),
            "bool": Both(True, RtValue(BOOL, 0, 0, 1)),
            "str": text("none"),
            "ScalarType": text("float64", torch.float64),
            "Layout": text("strided", torch.strided),
            "Device": text("cpu", torch.device("cpu")),
            "MemoryFormat": text("contiguous_format", torch.contiguous_format),
            "Scalar": integer(2),
        }

    def make(self, kind: str, variant: str) -> Both | None:
        if kind.endswith("?"):
            return NOTHING if variant == "none" else self.make(kind[:-1], variant)
        if (found := re.fullmatch(r"(.*)\[(\d*)\]", kind)) is not None:
            if found[2] and variant == "one for all":
                return self.make(found[1], variant)
            item = self.make(found[1].removesuffix("?"), variant)
            return None if item is None else array([item] * int(found[2] or 2))
        if variant == "fractions" and kind == "Scalar":
            return double(2.5)
        if variant == "integers" and kind == "float":
            return integer(1)
        return self.plain.get(kind)


def parameters(schema: Any) -> list[tuple[str, str]]:
    """Types and names, as the text of the schema has them: the type of a dtype is an integer elsewhere."""
    inside, depth = "", 0
    whole = str(schema)
    for letter in whole[whole.index("(") :]:
        depth += (letter in "([") - (letter in ")]")
        inside += ";" if letter == "," and depth == 1 else letter
        if depth == 0:
            break
    out = []
    for part in inside[1:-1].split(";"):
        declared = re.sub(r"\([a-z!|* \->]*\)", "", part.strip().partition("=")[0])
        if declared not in ("", "*", "..."):
            kind, _, name = declared.rpartition(" ")
            out.append((kind, name))
    return out


VARIANTS = ("required", "all", "none", "fractions", "integers", "one for all")


def case_for(schema: Any, variant: str, maker: Maker) -> Case | None:
    positional: list[Both] = []
    named: dict[str, Both] = {}
    for argument, (kind, name) in zip(schema.arguments, parameters(schema), strict=True):
        if argument.has_default_value() and variant != "all":
            continue
        made = maker.make(kind, variant)
        if made is None:
            return None
        if argument.kwarg_only or len(positional) + len(named) != schema.arguments.index(argument):
            named[name] = made
        else:
            positional.append(made)
    return Case(schema.name, variant, positional, named)


def pythons_choice(case: Case) -> str:
    try:
        chosen = torch._C._jit_resolve_packet(
            case.name, *[both.python for both in case.positional], **{name: both.python for name, both in case.named.items()}
        )
    except RuntimeError:
        return "none"
    return chosen or "default"


def cases(maker: Maker) -> dict[str, Case]:
    in_dispatcher = {name.partition(".")[0] for name in torch._C._dispatch_get_all_op_names()}
    schemas = [schema for schema in torch._C._jit_get_all_schemas() if schema.name in in_dispatcher]
    overloads = Counter(schema.name for schema in schemas)
    out = {}
    for schema in schemas:
        seen = []
        for variant in VARIANTS if overloads[schema.name] > 1 else ():
            case = case_for(schema, variant, maker)
            values = case and repr(case._replace(variant=""))
            if case is not None and values not in seen:
                seen.append(values)
                out[f"{schema.name}.{schema.overload_name or 'default'} {variant}"] = case
    return out


def exceptions(path: Path) -> Iterator[tuple[re.Pattern[str], str]]:
    """The lines `PATTERN # REASON`."""
    for line in path.read_text(encoding="utf-8").splitlines():
        pattern, _, reason = line.partition(" # ")
        if not pattern.strip() or pattern.startswith("#"):
            continue
        if not reason.strip():
            sys.exit(f"overloads: {path}: without a reason: {line}")
        yield re.compile(pattern.strip()), reason.strip()


def main() -> None:
    registry = Registry(sys.argv[2])
    listed = dict(exceptions(Path(sys.argv[1])))
    all_cases = cases(Maker(registry))
    differ = []
    for key, case in all_cases.items():
        ours, theirs = registry.choice(case), pythons_choice(case)
        if ours != theirs:
            differ.append(f"{key}: Python {theirs}, rtffi {ours}")
    matched = {line: [pattern for pattern in listed if pattern.fullmatch(line)] for line in differ}
    used = {pattern for patterns in matched.values() for pattern in patterns}
    failures = [f"differs: {line}" for line, patterns in matched.items() if not patterns]
    failures += [f"matches no case: {pattern.pattern}" for pattern in listed if pattern not in used]
    for failure in failures:
        print(f"FAIL overloads: {failure}")
    if not failures and len(all_cases) >= 1000:
        print("ok a bare name takes the overload that Python takes, but for the exceptions that are listed")
    agree = len(all_cases) - len(differ)
    print(
        f"overloads: {len(all_cases)} cases, {agree} agree with Python, {len(differ) - len(failures)} are listed exceptions, ",
        end="",
    )
    print(f"{len(failures)} failures")
    sys.exit(1 if failures or len(all_cases) < 1000 else 0)


main()
