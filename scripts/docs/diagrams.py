#!/usr/bin/env python3
"""Draws the diagrams of the documentation: each docs/diagrams/NAME.dot as NAME.svg, with dot of graphviz.

usage: diagrams.py FOLDER [--check]

The picture is kept beside its text, so that a page shows it on a forge, too, and says which text it was drawn from: what has
not changed is not drawn again. With --check nothing is drawn, and a picture of another text is an error.
"""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

# Black on white is as good as nothing on a dark page.
LOOK = ["-Gbgcolor=transparent", "-Ncolor=gray", "-Nfontcolor=gray", "-Ecolor=gray", "-Efontcolor=gray"]
LOOK += [f"-{kind}fontname=sans-serif" for kind in "GNE"]


def mark_of(source: Path) -> str:
    return f"<!-- drawn by scripts/docs/diagrams.py from {source.name} {hashlib.sha256(source.read_bytes()).hexdigest()} -->\n"


def is_current(source: Path) -> bool:
    picture = source.with_suffix(".svg")
    return picture.exists() and mark_of(source) in picture.read_text(encoding="utf-8")


def draw(source: Path) -> None:
    drawn = subprocess.run(["dot", "-Tsvg", *LOOK, str(source)], check=True, capture_output=True, text=True).stdout
    drawing = re.sub(r"^.*?(?=<svg)", "", re.sub(r"<!--.*?-->\n?", "", drawn, flags=re.DOTALL), flags=re.DOTALL)
    source.with_suffix(".svg").write_text(mark_of(source) + drawing, encoding="utf-8")


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    folders = [Path(argument) for argument in arguments if argument != "--check"]
    if len(folders) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    stale = [source for source in sorted(folders[0].glob("*.dot")) if not is_current(source)]
    if check:
        for source in stale:
            print(
                f"{source.with_suffix('.svg')} was not drawn from {source.name} as it is: ./dev docs draws it anew",
                file=sys.stderr,
            )
        return 1 if stale else 0
    for source in stale:
        draw(source)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
