"""Every cause that the sources can give to an error must be named by a test: what nobody tests is what nobody keeps.

usage: causes.py SOURCE_ROOT. Prints `ok NAME` and `FAIL NAME: why` as the checks do.
"""

import pathlib
import re
import sys

SOURCES = ("include/rtffi", "loader", "plugins/torch", "plugins/torch-stub", "tools")
WORD = r"[a-z][a-z0-9_]*"

# The ways in which the sources write a cause down; each finds a piece of text whose quoted words are causes.
WAYS = (
    r"RT_E_[A-Z_]+,\s*\"",  # {RT_E_LOAD, "cause", ...}, fail(RT_E_LOAD, "cause", ...)
    r"RT_E_[A-Z_]+,[^;\"{]*\?\s*",  # {RT_E_LOAD, condition ? "cause" : "other", ...}
    r"\b(?:untrusted|fail_with_suggestion)\(\s*\"",
    r"\bstays_mapped\([^\"]*,\s*\"",
    r"\bcause = [^;]*?\"",
    r"\bHint\{\"",
    r"\bMeaning\{\"(?:[^\"\\]|\\.)*\",\s*\"",
    r"\breturn [^;]*?\"(?=probe_)",
    r"\b(?:with_cause\(|cause: )\"",  # in Rust
)
CONDITIONAL = re.compile(rf'\?\s*"({WORD})"\s*:\s*(?:[^";,]*\?\s*)?"({WORD})"')
NO_CAUSE = {"f64", "function"}  # a type in tools/literal.cpp, and one of Lua's in tools/bind/lua_core.cpp
# Calls whose last argument is the cause, after the message.
CALLS = re.compile(r"\b(?:Error|refuse)\(")


def last_argument(text, begin):
    """The last argument of a call, from behind its opening bracket on."""
    depth, quoted, start, at = 1, False, begin, begin
    while at < len(text) and depth:
        char = text[at]
        if char == "\\" and quoted:
            at += 1
        elif char == '"':
            quoted = not quoted
        elif not quoted:
            depth += (char in "({[") - (char in ")}]")
            if char == "," and depth == 1:
                start = at + 1
        at += 1
    return text[start : at - 1].strip()


def causes_in(text):
    text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    for way in WAYS:
        for found in re.finditer(way, text):
            # Behind the quotation mark that the pattern ends with, or at a condition's first one.
            rest = text[found.end() :]
            if word := re.match(rf'({WORD})"(?!\s*[:)]*\s*<<)', rest):
                yield word.group(1)
            statement = text[found.start() : found.end() + 200]
            if condition := CONDITIONAL.search(statement.split(";")[0].split("joined(")[0]):
                yield from condition.groups()
    for call in CALLS.finditer(text):
        if word := re.fullmatch(rf'"({WORD})"', last_argument(text, call.end())):
            yield word.group(1)


def words_of(path):
    """What a test may mean as a cause: a whole literal or the "CAUSE: message" of one; in a script any word."""
    text = path.read_text(errors="replace")
    if path.suffix in (".sh", ".py"):
        return set(re.findall(WORD, text))
    literals = re.findall(rf"[\"']({WORD})[\"']", text)
    return {*literals, *re.findall(rf"[\" ]({WORD})(?=[:;] )", text)}


def causes_of(root):
    """Each cause, and the first file that gives it."""
    causes = {}
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp", ".h", ".rs"):
                for cause in causes_in(path.read_text()):
                    causes.setdefault(cause, path.relative_to(root))
    return {cause: path for cause, path in causes.items() if cause not in NO_CAUSE}


def main():
    root = pathlib.Path(sys.argv[1])
    causes = causes_of(root)
    tests = (root / "tests").rglob("*")
    named = set().union(
        *(
            words_of(path)
            for path in tests
            if path.suffix in (".cpp", ".hpp", ".c", ".sh", ".py", ".rs") and path.name != "causes.py"
        )
    )
    # Where another way of writing them down comes up, this script must learn it.
    enough = len(causes) >= 80
    print("ok the causes are found" if enough else f"FAIL the causes are found: {len(causes)} are")
    for cause, path in sorted(causes.items()):
        if cause in named:
            print(f"ok a test names the cause {cause}")
        else:
            print(f"FAIL a test names the cause {cause}: it is given in {path}, and no file below tests/ has it")
    return 0 if enough and causes.keys() <= named else 1


if __name__ == "__main__":
    sys.exit(main())
