#!/usr/bin/env python3
"""Writes the templates of `rtffi new`, the files in the folders beside this script, as a C++ source.

usage: embed.py OUTPUT DEPFILE

Each folder is a language. A file FOLDER/dot-NAME.in becomes LANGUAGE: .NAME, and keeps whether it may be executed.
"""

import os
import sys
from pathlib import Path


def literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?").replace("\t", "\\t")
    return "\n".join(f'     "{line}\\n"' for line in escaped.removesuffix("\n").split("\n"))


def target_path(relative: Path) -> str:
    parts = ["." + part.removeprefix("dot-") if part.startswith("dot-") else part for part in relative.parts]
    return "/".join(parts).removesuffix(".in")


def main(output: str, depfile: str) -> None:
    root = Path(__file__).parent
    languages = sorted(path for path in root.iterdir() if path.is_dir() and path.name != "__pycache__")
    paths = [path for language in languages for path in sorted(language.rglob("*"))]
    entries = []
    for path in paths:
        if path.is_file():
            language, *rest = path.relative_to(root).parts
            executable = "true" if os.access(path, os.X_OK) else "false"
            text = literal(path.read_text("utf-8"))
            entries.append(f'    {{"{language}", "{target_path(Path(*rest))}", {executable},\n{text}}},')
    Path(output).write_text(
        "// The templates of `rtffi new`. Made by tools/new/embed.py; do not edit.\n"
        '#include "new/templates.hpp"\n\n'
        "namespace rt::tools {\n\nnamespace {\n\n"
        "constexpr TemplateFile files[] = {\n" + "\n".join(entries) + "\n};\n\n} // namespace\n\n"
        "std::span<const TemplateFile> template_files() { return files; }\n\n} // namespace rt::tools\n",
        "utf-8",
    )
    # Folders, too: a file that is added changes them.
    depends = [root, *languages, *paths]
    Path(depfile).write_text(f"{output}: {' '.join(str(path) for path in depends)}\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
