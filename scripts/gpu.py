#!/usr/bin/env python3
"""Writes what was tested and measured on a machine with a GPU into docs/gpu.md.

usage: gpu.py DOCUMENT VERDICT <OUTPUT_OF_GPU_OVERHEADS

VERDICT is what the device tests ended with, `N passed, N failed`.
"""

import datetime
import re
import sys
from pathlib import Path

# As tests/bench/measure.cpp prints them: name, median and lowest nanoseconds, and the ratio to another one.
ROW = re.compile(r"^  (?P<name>\S.*?) +(?P<median>\d+\.\d\d) +(?P<lowest>\d+\.\d\d) *(?:(?P<ratio>\d+\.\d\d)x .+)?$")

TEXT = """# On a GPU

Written by `./dev gpu-check`, which runs the device tests on a machine with CUDA and measures there what calls through the
registry cost beside LibTorch's own C++ API. A figure is the median of many rounds, in which the two take turns; a round ends when
the device has done all that it was given.

- {title}
- device tests: {verdict}
- {date}

| call | median, µs | times LibTorch's own |
|---|---:|---:|
{rows}
"""


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    document, verdict = arguments
    lines = sys.stdin.read().splitlines()
    rows = [match for match in map(ROW.match, lines) if match]
    if not rows:
        print("gpu.py: gpu_overheads printed no figures", file=sys.stderr)
        return 1
    table = [f"| `{row['name']}` | {float(row['median']) / 1000:,.2f} | {row['ratio'] or ''} |" for row in rows]
    date = datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat()
    text = TEXT.format(title=lines[0], verdict=verdict, date=date, rows="\n".join(table))
    Path(document).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
