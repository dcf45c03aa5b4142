#!/usr/bin/env python3
"""Writes what the benchmarks measured into docs/performance.md.

usage: performance.py DOCUMENT <OUTPUT_OF_THE_BENCHMARKS
"""

import datetime
import re
import sys
from pathlib import Path

BEGIN = "<!-- figures: written by ./dev bench -->\n"
END = "<!-- end of figures -->\n"
# As tests/bench/measure.cpp prints them: a title, a heading of the columns, and a row for each variant.
HEAD = re.compile(r"^ +median ns +lowest ns +instructions +ratio$")
ROW = re.compile(
    r"""^[ ]{2}(?P<name>\S.*?)[ ]+(?P<median>\d+\.\d\d)[ ]+(?P<lowest>\d+\.\d\d)[ ]+(?P<instructions>\d+\.\d|-)?
    (?:[ ]*\(at[ ]most[ ][\d.]+[ ]ns:[ ](?:yes|NO)\))?
    (?:[ ]*(?P<ratio>\d+\.\d\d)x[ ](?P<baseline>.+?))?
    (?:[ ]\(at[ ]most[ ][\d.]+x:[ ](?:yes|NO)\))?[ ]*$""",
    re.VERBOSE,
)


def processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else "an unknown processor"


def nanoseconds(text: str) -> str:
    value = float(text)
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"


def tables(output: str) -> str:
    lines = output.splitlines()
    out = []
    for number, line in enumerate(lines):
        if number and HEAD.match(line):
            title = lines[number - 1]
            out.append(f"\n## {title[:1].upper()}{title[1:]}\n\n")
            out.append("| what | median, ns | lowest, ns | instructions | beside |\n|---|---:|---:|---:|---|\n")
        elif (row := ROW.match(line)) and out:
            instructions = row["instructions"] if row["instructions"] not in (None, "-") else ""
            beside = f"{row['ratio']} times `{row['baseline']}`" if row["ratio"] else ""
            out.append(
                f"| `{row['name']}` | {nanoseconds(row['median'])} | {nanoseconds(row['lowest'])} | {instructions} | {beside} |\n"
            )
    return "".join(out)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    measured = tables(sys.stdin.read())
    if not measured:
        print("performance.py: the benchmarks printed no figures", file=sys.stderr)
        return 1
    document = Path(arguments[0])
    before, rest = document.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    date = datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat()
    document.write_text(f"{before}{BEGIN}Measured on {date}, {processor()}.\n{measured}{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
