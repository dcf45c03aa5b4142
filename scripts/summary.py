#!/usr/bin/env python3
"""Counts what the tests of a build folder reported, and closes with `N passed, N failed`.

usage: summary.py [--some] BUILD_FOLDER...

Reads the log that `meson test` leaves. A doctest program counts one for each test case, a script one for each `ok NAME` or
`FAIL NAME: why` line. A program that crashes, hangs, reports nothing, or was not run counts as a failure; --some allows not run.
"""

import json
import re
import sys
from pathlib import Path

DOCTEST = re.compile(r"\[doctest\] test cases: *(\d+) *\| *(\d+) passed *\| *(\d+) failed")
CHECK = re.compile(r"^(ok|FAIL) \S", re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def count(output: str) -> tuple[int, int]:
    passed = failed = 0
    for match in DOCTEST.finditer(output):
        passed += int(match[2])
        failed += int(match[3])
    verdicts = [match[1] for match in CHECK.finditer(output)]
    return passed + verdicts.count("ok"), failed + verdicts.count("FAIL")


def judge(test: dict) -> tuple[int, int, str]:
    """What one program of the log adds up to, and why it failed where its own count does not say."""
    output = COLOUR.sub("", test.get("stdout") or "")
    passed, failed = count(output)
    if failed:
        return passed, failed, f"{failed} failed"
    if test["result"] == "TIMEOUT":
        return passed, 1, "timed out"
    if test["returncode"] != 0:
        return passed, 1, f"ended with status {test['returncode']} and no failed test"
    if passed == 0:
        return 0, 1, "ran no test"
    return passed, 0, ""


def summarise(folder: Path, everything: bool) -> tuple[int, int]:
    log = folder / "meson-logs/testlog.json"
    tests = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []
    passed = failed = 0
    for test in tests:
        more_passed, more_failed, why = judge(test)
        passed += more_passed
        failed += more_failed
        if why:
            print(f"---- {test['name']}: {why}", (test.get("stdout") or "").rstrip(), sep="\n")
            print((test.get("stderr") or "").rstrip())
    if everything:
        expected = json.loads((folder / "meson-info/intro-tests.json").read_text(encoding="utf-8"))
        # The log prefixes names with project and suite.
        ran = {test["name"].rsplit(" / ", 1)[-1].rsplit(":", 1)[-1] for test in tests}
        for name in sorted({test["name"] for test in expected} - ran):
            print(f"---- {name}: was not run")
            failed += 1
    return passed, failed


def main(arguments: list[str]) -> int:
    everything = "--some" not in arguments
    folders = [Path(argument) for argument in arguments if argument != "--some"]
    if not folders:
        print(__doc__, file=sys.stderr)
        return 2
    totals = [summarise(folder, everything) for folder in folders]
    passed = sum(total[0] for total in totals)
    failed = sum(total[1] for total in totals)
    if passed + failed == 0:
        print("---- no test was run")
        failed = 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
