#!/usr/bin/env python3
"""Writes the files that are part of the command as a C++ source: see embedded.hpp.

usage: embed.py OUTPUT DEPFILE PATTERN...

A pattern names files below this script's folder, such as `new/**/*`.
"""

import base64
import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent


def literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?").replace("\t", "\\t")
    return "\n".join(f'     "{line}\\n"' for line in escaped.removesuffix("\n").split("\n"))


def entry(path: Path) -> str:
    text = path.read_text("utf-8")
    if not text.endswith("\n"):
        sys.exit(f"{path}: its last line has no end")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    executable = "true" if os.access(path, os.X_OK) else "false"
    return f'    {{"{path.relative_to(ROOT)}", "{digest}", {executable},\n{literal(text)}}},'


def main(output: str, depfile: str, *patterns: str) -> None:
    paths = sorted({path for pattern in patterns for path in ROOT.glob(pattern)})
    Path(output).write_text(
        "// Made by tools/embed.py; do not edit.\n"
        '#include "embedded.hpp"\n\n'
        "namespace rt::tools {\n\nnamespace {\n\n"
        "constexpr EmbeddedFile contents[] = {\n"
        + "\n".join(entry(path) for path in paths if path.is_file())
        + "\n};\n\n} // namespace\n\n"
        "std::span<const EmbeddedFile> embedded_files() { return contents; }\n\n} // namespace rt::tools\n",
        "utf-8",
    )
    # Folders, too: a file that is added changes them.
    depends = sorted({*paths, *(path.parent for path in paths)})
    Path(depfile).write_text(f"{output}: {' '.join(str(path) for path in depends)}\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
