"""The reference of the Rust SDK, made of what `plugin.rs` offers and of the comments beside it."""

import re
from pathlib import Path

from header_pages import marked_up

ITEM = re.compile(r"pub (?:const |unsafe )*(?:fn|struct|enum|trait|type|const) (\w+)|macro_rules! (\w+)")
RE_EXPORT = re.compile(r"^pub use (\w+)::(?:\{([^}]*)\}|(\w+));", re.MULTILINE)
COMMENTED = re.compile(r"((?:^ *///[^\n]*\n)*)((?:^ *#\[[^\n]*\]\n)*)(^ *(?:pub |macro_rules! |impl )[^\n]*\n)", re.MULTILINE)


def text_of(comment: str) -> str:
    return "\n".join(line.strip().removeprefix("///").removeprefix("//!").removeprefix(" ") for line in comment.splitlines())


def paragraphs(text: str) -> str:
    """What a comment indents stays as it is, as code."""
    text = re.sub(r"\[(`[^`]*`)\]", r"\1", text)
    return "\n".join(line if line.startswith("    ") else marked_up(line) for line in text.splitlines())


def offered(source: str) -> dict[str, list[str]]:
    """By file of detail/, the names that plugin.rs hands on."""
    return {found[1]: re.findall(r"\w+", found[2] or found[3]) for found in RE_EXPORT.finditer(source)}


def code_of(text: str, begin: int, head: str) -> str:
    """A declaration: its first line, and what follows it to the closing brace for a type that is all public."""
    line = head.strip()
    if not line.startswith(("pub struct", "pub enum")) or not line.endswith("{"):
        return line.removesuffix(" {").removesuffix(";")
    body = text[begin : text.index("\n}", begin)]
    inside = [member for member in body.splitlines()[1:] if not re.match(r" *(?:///|pub\(crate\)|#)", member)]
    whole = line.startswith("pub enum") or all(member.strip().startswith("pub ") for member in inside)
    return "\n".join([line, *inside, "}"]) if whole and inside else line.removesuffix(" {")


def sections(text: str, wanted: set[str]) -> list[str]:
    """The wanted declarations of a file, each with the public methods of its `impl`."""
    parts, inside = [], None
    for found in COMMENTED.finditer(text):
        comment, attributes, head = found.groups()
        if head.startswith("impl "):
            owner = re.match(r"impl(?:<[^>]*>)? (\w+)(?:<[^>]*>)? \{", head)
            inside = owner[1] if owner else None
            continue
        name = ITEM.search(head)
        if not name or "doc(hidden)" in attributes:
            continue
        is_member = head.startswith("    ")
        title = name[1] or name[2] + "!"
        if title.rstrip("!") in wanted and not is_member:
            parts.append(f"## `{title}`\n")
        elif is_member and inside in wanted and not head.startswith("        "):
            parts.append(f"### `{inside}::{title}`\n")
        else:
            continue
        if name[1]:
            parts.append(f"```rust\n{code_of(text, found.start(3), head)}\n```\n")
        if comment:
            parts.append(paragraphs(text_of(comment)) + "\n")
    return parts


def page(include: Path) -> str:
    source = (include / "plugin.rs").read_text(encoding="utf-8")
    head = re.search(r"^(?://![^\n]*\n)+", source, re.MULTILINE)
    said = text_of(head[0] if head else "").removeprefix("plugin.rs - ")
    parts = ["# plugin.rs\n", "The crate `rtffi`. " + paragraphs(said[:1].upper() + said[1:]) + "\n"]
    parts += sections(source, {name for found in ITEM.finditer(source) for name in found.groups() if name})
    for file, names in offered(source).items():
        parts += sections((include / f"detail/rust_{file}.rs").read_text(encoding="utf-8"), set(names))
    return "\n".join(parts)


def pages(include: Path) -> dict[str, str]:
    return {"plugin-rs.md": page(include)}
