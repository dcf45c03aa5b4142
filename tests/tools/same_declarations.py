#!/usr/bin/env python3
"""Compares `extern fn` lines on standard input with a file of fixed declarations, which must be there, each once, as they are."""

import re
import sys

declaration = re.compile(r"(?:extern fn )?([a-z]\w*)(\(.*\)(?: -> .*)?)$")


def declarations(lines):
    return [match.groups() for match in map(declaration.match, map(str.strip, lines)) if match]


with open(sys.argv[1], encoding="utf-8") as file:
    fixed = declarations(file)
printed = declarations(sys.stdin)
for name, rest in fixed:
    found = [other for printed_name, other in printed if printed_name == name]
    if found != [rest]:
        print(f"{name}{rest} is there as {found}")
        break
else:
    if len(fixed) != 105:
        print(f"the file has {len(fixed)} declarations, not 105")
