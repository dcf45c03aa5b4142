"""Runs the tests in the folders that are named, or in this one: `ok NAME` or `FAIL NAME: why` for each."""

import sys
import traceback
import unittest
from pathlib import Path


class Report(unittest.TestResult):
    def addSuccess(self, test: unittest.TestCase) -> None:
        print(f"ok {self.name(test)}")

    def addFailure(self, test, error) -> None:
        super().addFailure(test, error)
        self.fail(test, error)

    def addError(self, test, error) -> None:
        super().addError(test, error)
        self.fail(test, error)

    def addSubTest(self, test, subtest, error) -> None:
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.fail(subtest, error)

    def addSkip(self, test, reason) -> None:
        self.fail(test, (None, AssertionError(f"skipped: {reason}"), None))
        self.errors.append((test, reason))

    def name(self, test) -> str:
        words = str(getattr(test, "_testMethodName", test)).removeprefix("test_").replace("_", " ")
        return f"{type(test).__name__}: {words}"

    def fail(self, test, error) -> None:
        why = "".join(traceback.format_exception_only(error[1])).strip()
        where = traceback.extract_tb(error[2])
        at = f" ({Path(where[-1].filename).name}:{where[-1].lineno})" if where else ""
        print(f"FAIL {self.name(test)}: {why}{at}".replace("\n", " | "))


def main() -> int:
    folders = sys.argv[1:] or [str(Path(__file__).parent)]
    result = Report()
    for folder in folders:
        found = unittest.TestLoader().discover(folder, top_level_dir=folder)
        if not found.countTestCases():
            print(f"FAIL {folder}: there are no tests")
            return 1
        found.run(result)
    sys.stdout.flush()
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
