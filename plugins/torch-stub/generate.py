#!/usr/bin/env python3
"""Writes the stub's table of functions from the sources of the torch plugin, where each signature stands once.

usage: generate.py HEADER SOURCE BODY... -- TORCH_FILE...

HEADER gets a C++ prototype for each function, SOURCE registers them all; the stub's own files, BODY..., have what is called.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple, NoReturn

PARAMETERS = {
    "bool": "bool",
    "i32": "std::int32_t",
    "i64": "std::int64_t",
    "f64": "double",
    "text": "std::string_view",
    "bytes": "std::span<const std::byte>",
    "mut bytes": "std::span<std::byte>",
    "[i64]": "std::span<const std::int64_t>",
    "[f64]": "std::span<const double>",
    "any": "const rt_value &",
    "[any]": "std::span<const rt_value>",
}
RESULTS = {
    "": "void",
    "bool": "bool",
    "i32": "std::int32_t",
    "i64": "std::int64_t",
    "f64": "double",
    "text": "std::string",
    "ptr": "void *",
    "any": "rt_value",
    "[text]": "std::vector<std::string>",
    "[i64]": "std::vector<std::int64_t>",
    "[f64]": "std::vector<double>",
}

# Comments, literals, names, and any other character. Comments and literals come first, so that nothing is found in them.
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|(?:\bR"|"(?:\\.|[^"\\\n])*")|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_]\w*|.', re.DOTALL)
GROUP = re.compile(r'^#define RT_GROUP "(.*)"$', re.MULTILINE)


class Place(NamedTuple):
    file: str
    line: int


class Macro(NamedTuple):
    name: str
    arguments: list[str]
    group: str
    place: Place


class Function(NamedTuple):
    name: str
    parameters: list[tuple[str, str]]
    result: str
    signature: str
    doc: str
    flags: str
    group: str
    place: Place


def fail(place: Place, message: str) -> NoReturn:
    sys.exit(f"{place.file}:{place.line}: error: {message}")


def macros(path: str) -> list[Macro]:
    """The uses of RT_FUNCTION and its like in a file, with their arguments as the preprocessor separates them."""
    text = Path(path).read_text(encoding="utf-8")
    groups = [(match.end(), match[1]) for match in GROUP.finditer(text)]
    tokens = [match for match in TOKEN.finditer(text) if not match[0].startswith(("//", "/*"))]
    found = []
    for number, token in enumerate(tokens[:-1]):
        if token[0] not in ("RT_FUNCTION", "RT_FUNCTION_FLAGS", "RT_CLASS", "RT_PLUGIN") or tokens[number + 1][0] != "(":
            continue
        place = Place(path, text.count("\n", 0, token.start()) + 1)
        arguments, depth = [""], 1
        for part in tokens[number + 2 :]:
            depth += {"(": 1, ")": -1}.get(part[0], 0)
            if depth == 0:
                break
            if part[0] == "," and depth == 1:
                arguments.append("")
            else:
                arguments[-1] += part[0]
        group = [name for position, name in groups if position < token.start()]
        found.append(Macro(token[0], [argument.strip() for argument in arguments], group[-1] if group else "", place))
    return found


def literal(text: str, place: Place) -> str:
    """What adjacent string literals say, as it stands between their quotes."""
    parts = re.findall(r'"((?:\\.|[^"\\])*)"', text)
    if not parts or re.sub(r'"(?:\\.|[^"\\])*"|\s', "", text):
        fail(place, f"the signature and the doc must be string literals, which the stub can copy, and not: {text}")
    return "".join(parts)


def split(text: str) -> list[str]:
    """What is between commas that stand in no brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def function(macro: Macro) -> Function:
    if len(macro.arguments) != (3 if macro.name == "RT_FUNCTION" else 4):
        fail(macro.place, f"{macro.name} has {len(macro.arguments)} arguments: is there a comma outside of parentheses?")
    signature = literal(macro.arguments[1], macro.place)
    match = re.fullmatch(r"(\w+)\((.*?)\)(?: -> ([^>]*))?", signature)
    if match is None:
        fail(macro.place, f"this signature is none that the stub's generator knows: {signature}")
    parameters = []
    for parameter in split(match[2]):
        name, _, kind = parameter.partition(":")
        parameters.append((name.strip(), kind.partition("=")[0].strip()))
    return Function(
        name=match[1],
        parameters=parameters,
        result=match[3] or "",
        signature=signature,
        doc=literal(macro.arguments[2], macro.place),
        flags=macro.arguments[3] if len(macro.arguments) == 4 else "0",
        group=macro.group,
        place=macro.place,
    )


def parameter_type(kind: str, one: Function, classes: list[str]) -> str:
    inner = kind.strip("[]?")
    if kind.startswith("fn("):
        return "const Callable &"
    if inner in classes:
        if one.name.endswith("_free"):
            return f"libtorch::Owned<{inner}>"
        if kind == f"[{inner}?]":
            return f"const OptionalObjects<{inner}> &"
        return {"[": f"const Objects<{inner}> &", "?": f"const {inner} *"}.get(
            kind[0] if kind[0] == "[" else kind[-1], f"const {inner} &"
        )
    if kind not in PARAMETERS:
        fail(one.place, f"the stub's generator knows no C++ type for `{kind}`: add it to PARAMETERS")
    return PARAMETERS[kind]


def result_type(kind: str, one: Function, classes: list[str]) -> str:
    inner = kind.strip("[]?")
    if kind.startswith("("):
        return "std::tuple<" + ", ".join(result_type(part, one, classes) for part in split(kind[1:-1])) + ">"
    if kind == f"[{inner}?]" and inner in classes:
        return f"std::vector<std::optional<{inner}>>"
    if inner in classes:
        return {"[": f"std::vector<{inner}>", "?": f"std::optional<{inner}>"}.get(kind[0] if kind[0] == "[" else kind[-1], inner)
    if kind not in RESULTS:
        fail(one.place, f"the stub's generator knows no C++ type for the result `{kind}`: add it to RESULTS")
    return RESULTS[kind]


def prototype(one: Function, classes: list[str]) -> str:
    kinds = [parameter_type(kind, one, classes) for _, kind in one.parameters]
    return f"{result_type(one.result, one, classes)} {one.name}({', '.join(kinds)});"


def main() -> None:
    header, source = sys.argv[1:3]
    divider = sys.argv.index("--")
    bodies, files = sys.argv[3:divider], sys.argv[divider + 1 :]
    found = [macro for path in sorted(files) for macro in macros(path)]
    functions = [function(macro) for macro in found if macro.name.startswith("RT_FUNCTION")]
    classes = {macro.arguments[1].strip('"'): macro for macro in found if macro.name == "RT_CLASS"}
    version = next(macro.arguments[1] for macro in found if macro.name == "RT_PLUGIN")

    written = "\n".join(Path(path).read_text(encoding="utf-8") for path in bodies)
    names = set(re.findall(r"\brt_torch_\w+", written))
    missing = [one for one in functions if one.name not in names]
    for one in missing:
        print(
            f"{one.place.file}:{one.place.line}: error: the stub has no {one.name}: write "
            f"`{prototype(one, list(classes))}` in plugins/torch-stub/, which checks shapes as LibTorch does",
            file=sys.stderr,
        )
    if missing:
        sys.exit(1)

    lines = ["// Generated from plugins/torch/ by generate.py: the functions that the stub has bodies for.", "#pragma once", ""]
    lines += ['#include "objects.hpp"', "", "namespace rt::stub {", ""]
    lines += [prototype(one, list(classes)) for one in functions]
    lines += ["", "} // namespace rt::stub", ""]
    Path(header).write_text("\n".join(lines), encoding="utf-8")

    lines = ["// Generated from plugins/torch/ by generate.py: registers what the stub offers.", '#include "functions.hpp"', ""]
    lines += [f"#define RT_TORCH_PLUGIN_VERSION {version}", '#include "plugin.hpp"', ""]
    lines += [f'RT_CLASS(rt::stub::{name}, "{name}", {macro.arguments[2]})' for name, macro in classes.items()]
    group = None
    for one in functions:
        if one.group != group:
            group = one.group
            lines += ["", "#undef RT_GROUP", f'#define RT_GROUP "{group}"']
        lines.append(f'RT_FUNCTION_FLAGS(rt::stub::{one.name}, "{one.signature}", "{one.doc}", {one.flags})')
    Path(source).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
