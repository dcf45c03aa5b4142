#!/usr/bin/env python3
"""Runs clang-tidy on the project's files that a build folder compiles, several at once, and prints each finding once.

usage: tidy.py CLANG_TIDY BUILD_FOLDER SOURCE...

A file found clean is not checked again until it, a header of the project, a .clang-tidy or its command changes.
"""

import concurrent.futures
import hashlib
import itertools
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tidy_groups import as_one, grouped

# gcc's precompiled headers mean nothing to clang; a file includes what it uses, so it compiles without them.
PRECOMPILED = ("-fpch-preprocess", "-Winvalid-pch")


def without_precompiled(arguments: list[str]) -> list[str]:
    kept = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "-include":
            next(rest)
        elif argument not in PRECOMPILED:
            kept.append(argument)
    return kept


def compiled_with(command: dict) -> list[Path]:
    """The files that a command compiles: the many that one of Meson's unity files includes, or the one that it names."""
    file = Path(command["directory"]) / command["file"]
    if not re.search(r"-unity\d+\.", file.name):
        return [file.resolve()]
    return [
        Path(included).resolve() for included in re.findall(r"^#include *<(.*)>$", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def commands_of(build: Path, sources: set[Path]) -> list[dict]:
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    chosen = {}
    for command in commands:
        for source in compiled_with(command):
            if source not in sources or source in chosen:
                continue
            arguments = without_precompiled(shlex.split(command["command"]))
            # clang-tidy takes the compiler's name from here, and ccache is none.
            if arguments[0].endswith("ccache"):
                arguments = arguments[1:]
            arguments[arguments.index("-c") + 1] = str(source)
            chosen[source] = {"directory": command["directory"], "file": str(source), "arguments": arguments}
    return [chosen[source] for source in sorted(chosen)]


def clang_can_read(command: dict) -> bool:
    """LibTorch 1's headers are no C++20 for clang: std::vector's constexpr destructor meets the incomplete c10::IValue."""
    folders = [Path(argument[len("-isystem") :]) for argument in command["arguments"] if argument.startswith("-isystem")]
    headers = [folder / "torch/version.h" for folder in folders]
    return not any("VERSION_MAJOR 1\n" in header.read_text(encoding="utf-8") for header in headers if header.exists())


def run(clang_tidy: str, database: Path, file: str) -> tuple[bool, str]:
    result = subprocess.run(
        [clang_tidy, "--quiet", "--warnings-as-errors=*", "-p", str(database), file],
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode == 0, result.stdout if result.returncode == 0 else result.stdout + result.stderr


def check(clang_tidy: str, database: Path, group: list[dict]) -> list[tuple[dict, bool, str]]:
    """Whether each file of a group is clean, and what was found. Files with findings are taken out and checked anew; or half of
    the group, where none is named."""
    if len(group) == 1:
        return [(group[0], *run(clang_tidy, database, group[0]["file"]))]
    whole = as_one(group, database / "groups")
    folder = Path(whole["file"]).parent
    (folder / "compile_commands.json").write_text(json.dumps([whole]), encoding="utf-8")
    passed, output = run(clang_tidy, folder, whole["file"])
    if passed:
        return [(command, True, "") for command in group]
    named = {line.split(":")[0] for line in output.splitlines() if ": error: " in line}
    apart = [command for command in group if command["file"] in named]
    if not apart or len(apart) == len(group):
        apart = group[len(group) // 2 :]
    rest = [command for command in group if command not in apart]
    return check(clang_tidy, database, rest) + check(clang_tidy, database, apart)


def findings(output: str) -> list[str]:
    """A finding with the lines that belong to it, so that one in a header is told apart from the file it was met in."""
    found: list[str] = []
    for line in re.sub(r"[^/\n]+/\.\./", "", output.replace(f"{Path.cwd()}/", "")).splitlines():
        if ": error: " in line or ": warning: " in line or not found:
            found.append(line)
        else:
            found[-1] += "\n" + line
    return found


def main(clang_tidy: str, build: Path, sources: list[Path]) -> int:
    commands = commands_of(build, {source.resolve() for source in sources})
    readable = [command for command in commands if clang_can_read(command)]
    if len(readable) < len(commands):
        print(
            f"tidy: {len(commands) - len(readable)} files left out, since clang cannot read this LibTorch's headers as C++20; "
            "./dev lint --libtorch python checks them",
            file=sys.stderr,
        )

    database = build.resolve() / "tidy"
    database.mkdir(exist_ok=True)
    (database / "compile_commands.json").write_text(json.dumps(readable), encoding="utf-8")

    shared = hashlib.sha256(subprocess.run([clang_tidy, "--version"], capture_output=True, check=True).stdout)
    configurations = [path for path in Path(".").glob("**/.clang-tidy") if path.parts[0] != "build"]
    for path in sorted([s for s in sources if s.suffix in (".h", ".hpp")] + configurations):
        shared.update(path.read_bytes())

    def stamp_of(command: dict) -> Path:
        key = shared.copy()
        key.update(json.dumps(command).encode() + Path(command["file"]).read_bytes())
        return database / f"{key.hexdigest()}.clean"

    waiting = [command for command in readable if not stamp_of(command).exists()]
    print(f"tidy: {len(waiting)} files to check, {len(readable) - len(waiting)} unchanged", file=sys.stderr)
    clean = True
    printed: set[str] = set()
    groups = sorted(grouped(waiting), key=len, reverse=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        checked = pool.map(lambda group: check(clang_tidy, database, group), groups)
        for command, passed, output in itertools.chain.from_iterable(checked):
            if passed:
                stamp_of(command).touch()
                continue
            clean = False
            for finding in findings(output):
                if finding not in printed:
                    printed.add(finding)
                    print(finding, flush=True)
    return 0 if clean else 1


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), [Path(argument) for argument in sys.argv[3:]]))
