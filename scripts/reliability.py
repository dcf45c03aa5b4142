#!/usr/bin/env python3
"""Writes what the fault suite counted into docs/reliability.md.

usage: reliability.py DOCUMENT <OUTPUT_OF_TEST_FAULTS
"""

import re
import sys
from pathlib import Path

FIGURE = re.compile(r"^figure: (\d+) (\d+) (.+)$", re.MULTILINE)
BEGIN = "<!-- figures: written by ./dev faults -->\n"
END = "<!-- end of figures -->\n"
ALLOCATION = "an allocation in "


def table(figures: list[tuple[str, int, int]]) -> str:
    rows = [f"| {kind} | {tried:,} | {survived:,} |\n" for kind, tried, survived in figures]
    tried = sum(figure[1] for figure in figures)
    survived = sum(figure[2] for figure in figures)
    failed = sum(figure[1] for figure in figures if figure[0].startswith(ALLOCATION))
    total = f"In all {tried:,} faults tried, {failed:,} of them allocations that failed; {survived:,} survived.\n"
    return total + "\n| fault | tried | survived |\n|---|---:|---:|\n" + "".join(rows)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    figures = [(match[3], int(match[1]), int(match[2])) for match in FIGURE.finditer(sys.stdin.read())]
    if not figures:
        print("reliability.py: the suite printed no figures", file=sys.stderr)
        return 1
    document = Path(arguments[0])
    text = document.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    document.write_text(before + BEGIN + table(sorted(figures)) + END + after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
