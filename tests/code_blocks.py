"""Compiles or runs every block of code in the pages it is given, and compares what it prints with what the page says.

usage: code_blocks.py SOURCE_ROOT BUILD PAGE...

Blocks of a page work in one folder, in their order, with the build's rtffi, plugins and ./dev (which runs a command in the build,
and otherwise only knows its commands by name). A comment above a block, `<!-- test: ... -->`, says what the block alone does not:

    file NAME      the block is kept as NAME, for the blocks after it, and compiled where it is a program or a plugin
    keep NAME      the block is kept as NAME for the commands after it, which compile it or run it
    in FILE        each line of the block stands in that file of the sources, which is a test's
    main           the block stands in a function: #include <rtffi/torch.hpp>, int main() { ... }
    build          commands that build, install or train: their names are checked, they are not run here
    status N       the last command ends with N, not 0
    message        a message of the project's: what stands between its <...> must be in the sources

Without a comment: c, cpp, rust   a whole program is compiled, and run where the next block is a text: what it prints
                   sh             run, each line must end well
                   console        each `$ command` is run; what follows it, if anything, is what it prints, `...` any lines
                   python         run, with the package rtffi, and what it prints compared as above
                   json           read
A block without a rule fails. Prints `ok NAME` and `FAIL NAME: why` as the checks do.
"""

import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"((?:^<!-- test: [^\n]*-->\n)*)^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STANDARD = {"c": ["cc", "-std=c11"], "cpp": ["c++", "-std=c++20"]}
PLUGIN = ["-shared", "-fPIC", "-Wl,--version-script=include/rtffi/plugin.map"]
PROGRAM = ["-Lbuild/auto/loader", "-lrtffi"]
MAIN = "#include <iostream>\n#include <rtffi/torch.hpp>\nnamespace torch = rt::torch;\nint main() {{\n{}\n}}\n"
ABOUT_TORCH = re.compile(r"torch|aten::")

DEV = """#!/bin/bash
# Stands in for ./dev: its environment is set, and what it would build is built.
case $1 in
run) shift && exec "$@" ;;
*) "{root}/dev" --help | grep -qE "^  $1( |$)" || {{ echo "there is no ./dev $1" >&2; exit 2; }} ;;
esac
"""

COMPILER = """#!/bin/bash
# Stands in for {compiler}: a warning is an error, and what was compiled before is taken from ccache, which knows no linking.
PATH=${{PATH#*:}}
# rustc links by it.
[[ " $* " =~ [.](c|cpp)" " ]] || exec {compiler} "$@"
compile=() link=() source=
while [ $# -gt 0 ]; do
    case $1 in
    *.c | *.cpp) source=$1 ;;
    -l* | -L* | -Wl,* | -shared | *.so*) link+=("$1") ;;
    -o) link+=("$1" "$2") && shift ;;
    *) compile+=("$1") ;;
    esac
    shift
done
{ccache} {compiler} "${{compile[@]}}" -Wall -Wextra -Wpedantic -Wconversion -Werror -c "$source" -o "${{source##*/}}.o" &&
    {compiler} "${{source##*/}}.o" "${{link[@]}}"
"""


@dataclass
class Block:
    page: str
    line: int
    language: str
    code: str
    directives: dict[str, str]
    is_output: bool = False

    @property
    def name(self) -> str:
        directives = self.directives
        return f"{self.page}:{self.line} {directives.get('file') or directives.get('keep') or self.language}"


def rust_folder() -> list[Path]:
    """Some rustc look into the home folder for the one behind them: this is where that one is."""
    if not shutil.which("rustc"):
        return []
    result = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True)
    return [Path(result.stdout.strip()) / "bin"]


class Place:
    """The build, and the folder of one page's blocks."""

    def __init__(self, root: Path, build: Path, folder: Path):
        self.root, self.build, self.folder = root, build, folder
        self.has_torch = (build / "plugins/torch/librtffi_torch.so").exists()
        folder.mkdir()
        (folder / "include").symlink_to(root / "include")
        (folder / "examples").symlink_to(root / "examples")
        (folder / "build").mkdir()
        (folder / "build/auto").symlink_to(build)
        ccache = shutil.which("ccache") or ""
        scripts = {"dev": DEV.format(root=root)}
        scripts |= {f"bin/{compiler}": COMPILER.format(compiler=compiler, ccache=ccache) for compiler in ("cc", "c++")}
        (folder / "bin").mkdir()
        for name, text in scripts.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)
        environments = root / "build/venv"
        plugin_folders = [folder, build / "plugins/torch", build / "plugins/torch-stub", build / "examples/plugins"]
        before = [folder / "bin", build / "tools", build / "examples", environments / "python/bin", *rust_folder()]
        self.environment = {
            **os.environ,
            "HOME": str(folder),
            "CCACHE_DIR": os.environ.get("CCACHE_DIR", os.path.expanduser("~/.cache/ccache")),
            "XDG_DATA_HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "PATH": ":".join(map(str, before)) + f":{os.environ['PATH']}:{environments / 'deno/bin'}",
            "DENO_DIR": str(folder / "deno"),
            "DENO_NO_UPDATE_CHECK": "1",
            "NO_COLOR": "1",
            "LD_LIBRARY_PATH": f"{build / 'loader'}:{os.environ.get('LD_LIBRARY_PATH', '')}".rstrip(":"),
            "RTFFI_PLUGIN_PATH": ":".join(map(str, plugin_folders)),
            "PYTHONPATH": str(root / "examples/hosts/python/src"),
            "PKG_CONFIG_PATH": str(build / "meson-uninstalled"),
        }

    def run(self, *command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )

    def has_only_stub(self, code: str, result: subprocess.CompletedProcess) -> bool:
        """Whether LibTorch is missing here, which what needs it must say; what it prints is then another thing."""
        if self.has_torch:
            return False
        says_so = result.returncode != 0 and re.search("LibTorch|the stub", result.stdout + result.stderr) is not None
        return says_so or (result.returncode == 0 and ABOUT_TORCH.search(code) is not None)


def blocks_of(page: str, text: str) -> list[Block]:
    found = []
    for match in BLOCK.finditer(text):
        directives = {}
        for line in re.findall(r"<!-- test: (.*?) *-->", match[1]):
            word, _, rest = line.partition(" ")
            directives[word] = rest
        found.append(Block(page, text.count("\n", 0, match.start(2)) + 1, match[2], match[3], directives))
    if text.count("\n```") + text.startswith("```") != 2 * len(found):
        raise SystemExit(f"FAIL {page}: a block of code is not closed, or indented")
    return found


def source_of(block: Block) -> str:
    return MAIN.format(block.code) if "main" in block.directives else block.code


def compiled(block: Block, place: Place) -> tuple[Path, str]:
    """The program or plugin that a block is, and what the compiler says against it."""
    source = source_of(block)
    path = place.folder / (block.directives.get("file") or f"{block.line}.{block.language}")
    path.write_text(source)
    made = path.with_suffix(".program")
    plugin = re.search(r'^RT_PLUGIN\("(\w+)"', source, re.MULTILINE)
    if block.language == "rust":
        kind = ["--crate-type=cdylib"] if "#[no_mangle]" in source else []
        made = place.folder / f"librtffi_{path.stem}.so" if kind else made
        result = place.run("rustc", "--edition=2021", "-Dwarnings", *kind, "-o", made.name, path.name)
    else:
        made = place.folder / f"librtffi_{plugin[1]}.so" if plugin else made
        kind = PLUGIN if plugin else PROGRAM
        result = place.run(*STANDARD[block.language], "-Iinclude", path.name, *kind, "-lm", "-o", made.name)
    why = re.search(r".*error.*", result.stderr)
    return made, "" if result.returncode == 0 else f"does not compile: {why[0] if why else result.stderr[-300:]}"


def agrees(expected: str, printed: str) -> bool:
    """Whether a text is what a page says; a line `...` stands for any lines, and `...` within one for anything."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n"
        for line in expected.splitlines()
    )
    return re.fullmatch(pattern, printed.rstrip("\n") + "\n") is not None


def check_program(block: Block, following: Block | None, place: Place, *command: str) -> str:
    expected = following if following and following.language == "text" and not following.directives else None
    if expected:
        expected.is_output = True
    if command[0].endswith(".so") or (not expected and "file" in block.directives):
        return ""
    result = place.run(*command)
    if place.has_only_stub(block.code, result):
        return ""
    if result.returncode != int(block.directives.get("status", 0)):
        return f"ends with {result.returncode}: {result.stderr.strip()[-300:]}"
    if expected and not agrees(expected.code, result.stdout):
        return f"prints something else than the page says: {result.stdout[:300]!r}"
    return ""


def check_console(block: Block, place: Place) -> str:
    parts = re.split(r"^\$ ", block.code, flags=re.MULTILINE)
    if parts[0].strip():
        return "begins with something that is no `$ command`"
    for number, part in enumerate(parts[1:], 2):
        command, _, expected = part.partition("\n")
        while command.endswith("\\"):
            more, _, expected = expected.partition("\n")
            command += "\n" + more
        result = place.run("bash", "-c", f"exec 2>&1; {command}")
        if place.has_only_stub(command, result):
            continue
        wanted = int(block.directives.get("status", 0)) if number == len(parts) else 0
        if result.returncode != wanted:
            return f"`{command}` ends with {result.returncode}: {result.stdout.strip()[-300:]}"
        if expected.strip() and not agrees(expected, result.stdout):
            return f"`{command}` prints something else than the page says: {result.stdout[:500]!r}"
    return ""


def check_quoted(block: Block, place: Place) -> str:
    name = block.directives["in"]
    there = (place.root / name).read_text(encoding="utf-8").splitlines()
    return "".join(f"{name} has no line `{line}`; " for line in block.code.splitlines() if line not in there)


def check_kept(block: Block, blocks: list[Block], place: Place) -> str:
    name = block.directives["keep"]
    (place.folder / name).write_text(block.code)
    commands = [other.code for other in blocks if other.language in ("console", "sh") and other.line > block.line]
    return "" if any(name in code for code in commands) else f"no command after it uses {name}"


def check_script(block: Block, place: Place) -> str:
    if "build" in block.directives:
        bad = place.run("bash", "-nc", block.code).stderr
        names = re.findall(r"(?:^|\s|\()\./dev (?:--libtorch \S+ )?([a-z-]+)", block.code)
        unknown = [name for name in names if place.run("./dev", name).returncode == 2] if not bad else []
        return bad or "".join(f"there is no ./dev {name}; " for name in unknown)
    result = place.run("bash", "-euc", block.code)
    if place.has_only_stub(block.code, result):
        return ""
    return "" if result.returncode == 0 else f"ends with {result.returncode}: {result.stderr.strip()[-300:]}"


def literals_of(root: Path) -> str:
    """All text in the sources' literals, adjacent ones put together, one a line."""
    out = []
    for folder in ("include/rtffi", "loader", "plugins/torch", "plugins/torch-stub", "tools"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp", ".h", ".rs"):
                text = re.sub(r'(?<!\\)"\s*\n?\s*"', "", path.read_text(encoding="utf-8"))
                out += re.findall(r'"((?:[^"\\\n]|\\.)*)"', text)
    return "\n".join(out).replace('\\"', '"').replace("\\n", "\n")


def is_made_of(piece: str, literals: str, begins: bool = True) -> bool:
    """Whether a text is part of one of the sources', or made of several; those in the middle are long, or whole literals."""
    for end in range(len(piece), 0, -1):
        part = piece[:end]
        if part not in literals:
            continue
        is_whole = f"\n{part}\n" in literals or (begins and f"{part}\n" in literals)
        if end == len(piece) or ((end >= 12 or is_whole) and is_made_of(piece[end:], literals, False)):
            return True
    return False


def check_message(block: Block, literals: str) -> str:
    """A message is made of pieces in the sources, with names and numbers between them, which a page writes as <...>."""
    for line in block.code.splitlines():
        for piece in re.split(r"<[^<>]*>", line):
            if len(piece.strip()) > 2 and not is_made_of(piece.strip(), literals):
                return f"the sources have no text `{piece.strip()}`"
    return ""


def check_page(blocks: list[Block], place: Place, literals: str) -> list[tuple[Block, str]]:
    programs = [block for block in blocks if block.language in ("c", "cpp", "rust") and "keep" not in block.directives]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        made = dict(zip(map(id, programs), pool.map(lambda block: compiled(block, place), programs), strict=True))
    verdicts = []
    for block, following in zip(blocks, [*blocks, None][1:], strict=True):
        if block.is_output:
            continue
        if id(block) in made:
            path, why = made[id(block)]
            why = why or check_program(block, following, place, str(path))
            if why and following and following.language == "text":
                following.is_output = True
        elif "in" in block.directives:
            why = check_quoted(block, place)
        elif "keep" in block.directives:
            why = check_kept(block, blocks, place)
        elif block.language == "console":
            why = check_console(block, place)
        elif block.language == "sh":
            why = check_script(block, place)
        elif block.language == "text" and "message" in block.directives:
            why = check_message(block, literals)
        elif block.language == "python":
            path = place.folder / (block.directives.get("file") or f"{block.line}.py")
            path.write_text(block.code)
            why = check_program(block, following, place, "python3", str(path))
        elif block.language == "json":
            why = "" if json.loads(block.code) is not None else "is null"
        else:
            why = "there is no rule for this block: see tests/code_blocks.py"
        verdicts.append((block, why))
    return verdicts


def main(arguments: list[str]) -> int:
    root, build = Path(arguments[0]).resolve(), Path(arguments[1]).resolve()
    literals = literals_of(root)
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        for number, argument in enumerate(arguments[2:]):
            page = Path(argument)
            name = page.resolve().relative_to(root).as_posix() if page.resolve().is_relative_to(root) else page.name
            blocks = blocks_of(name, page.read_text(encoding="utf-8"))
            for block, why in check_page(blocks, Place(root, build, Path(scratch) / str(number)), literals):
                failed = failed or bool(why)
                print(f"FAIL {block.name}: {' '.join(why.split())}" if why else f"ok {block.name}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
