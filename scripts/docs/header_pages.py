"""The reference of the headers, made of what they declare and of the comments beside it."""

import re
from pathlib import Path

from declarations import Declaration, expanded, prose, read

# A page for each header that a program includes: its name, the files whose names it gives, and, where not all are meant for
# others, which.
PAGES = {
    "abi.h": (["abi.h"], None),
    "rtffi.h": (["rtffi.h"], None),
    "plugin.h": (
        ["plugin.h", "detail/plugin_c.h"],
        {"detail/plugin_c.h": r"rt_plugin_\w+|RT_(?:FUNCTION|PROCEDURE|CLASS|PLUGIN|TYPE_LETTER)"},
    ),
    "host.hpp": (["host.hpp", "detail/error.hpp", "detail/host_*.hpp"], {"detail/host_types.hpp": "-"}),
    "plugin.hpp": (
        ["plugin.hpp", "detail/error.hpp", "detail/sdk_*.hpp", "detail/signature*.hpp"],
        {"detail/sdk_results.hpp": "-", "detail/sdk_arguments.hpp": "-"},
    ),
    "binding.hpp": (["binding.hpp", "detail/binding_types.hpp"], {"detail/binding_types.hpp": r"Object|Array|Any"}),
    "plugin_function.hpp": (["plugin_function.hpp"], None),
    "test_kit.hpp": (
        ["test_kit.hpp", "test_kit.h", "detail/test_*.hpp"],
        None,
    ),
    "torch.hpp": (["torch.hpp", "torch/*.hpp"], {"torch/api.hpp": "-"}),
}

NAME = re.compile(r"(`[^`]*`)|\b((?:rt_|RT_|RTFFI_)\w+(?:\(\))?)|([<*_])")
ESCAPED = {"<": "&lt;", "*": "\\*", "_": "\\_"}


def marked_up(line: str) -> str:
    """Prose as Markdown: rtffi's names as code, and nothing taken for markup that is none."""
    return NAME.sub(lambda found: found[1] or (f"`{found[2]}`" if found[2] else ESCAPED[found[3]]), line)


def markdown(text: str) -> str:
    """A comment's text: what it indents stays as it is, as code, and paragraphs stay paragraphs."""
    out, code = [], False
    for line in text.splitlines():
        indented = line.startswith("    ")
        if indented != code and line:
            out += [""] if out and out[-1] else []
            code = indented
        out.append(line if indented else marked_up(line.strip()))
    return "\n".join(out).strip("\n")


def head_of(text: str) -> str:
    """What a header says about itself, before the guard."""
    text = re.sub(r"\A(?:/\*|//) SPDX-[^\n]*\n", "", text)
    comment = re.match(r"/\*.*?\*/|(?://[^\n]*\n)+", text, re.DOTALL)
    said = prose(comment[0].strip()) if comment else ""
    said = re.sub(r"^[\w/.]+ - ", "", said)
    return said[:1].upper() + said[1:]


def code_of(declaration: Declaration) -> str:
    if not declaration.members:
        return declaration.code
    lines = [declaration.code + " {"]
    for member in declaration.members:
        lines += [f"    // {line}" for line in member.comment.splitlines()]
        lines += ["    " + line.removeprefix("    ") for line in code_of(member).splitlines()]
    return "\n".join([*lines, "};"])


def groups(declarations: list) -> list:
    """Titles, and lists of declarations that stand together under one comment."""
    out: list = []
    for item in declarations:
        together = isinstance(item, Declaration) and out and isinstance(out[-1], list)
        if together and item.joins and not item.comment and not out[-1][-1].members and not item.members:
            out[-1].append(item)
        else:
            out.append(item if isinstance(item, str) else [item])
    return out


def heading(group: list[Declaration]) -> str:
    names = list(dict.fromkeys(name for item in group for name in item.names))
    if any(len(item.names) > 1 and "enum" in item.code for item in group) and len(names) > 4:
        return f"`{names[0]}` to `{names[-1]}`"
    shown = ", ".join(f"`{name}`" for name in names[:6])
    return shown + (", ..." if len(names) > 6 else "")


def section(group: list[Declaration], level: str, language: str) -> str:
    comment = "\n".join(item.comment for item in group if item.comment)
    code = "\n".join(code_of(item) for item in group)
    text = markdown(comment)
    return f"{level} {heading(group)}\n\n```{language}\n{code}\n```\n" + (f"\n{text}\n" if text else "")


def page(include: Path, header: str) -> str:
    patterns, chosen = PAGES[header]
    language = "c" if header.endswith(".h") else "cpp"
    parts = [f"# {header}\n", f"`#include <rtffi/{header}>`\n"]
    several = len([path for pattern in patterns for path in include.glob(pattern)]) > 1
    for number, pattern in enumerate(patterns):
        for path in sorted(include.glob(pattern)):
            name = path.relative_to(include).as_posix()
            text = path.read_text(encoding="utf-8")
            wanted = (chosen or {}).get(name)
            if wanted == "-":
                continue
            items = read(expanded(text))
            if wanted:
                items = [item for item in items if isinstance(item, Declaration) and re.fullmatch(wanted, item.names[0])]
            if not items and number:
                continue
            if number:
                parts.append(f"## {path.name}\n")
            if not wanted:
                parts.append(markdown(head_of(text)) + "\n")
            level = "###" if several or any(isinstance(item, str) for item in items) else "##"
            parts += [f"## {item}\n" if isinstance(item, str) else section(item, level, language) for item in groups(items)]
    return "\n".join(parts)


def pages(include: Path) -> dict[str, str]:
    return {header.replace(".", "-") + ".md": page(include, header) for header in PAGES}
