"""Files that clang-tidy can read in one go: parsing LibTorch's headers takes longer than checking a file that includes them."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

LARGEST = 30

# Of a line that begins in the first column, outside functions: the name that it declares. It need not be right: a name too many
# keeps two files apart, and one too few makes a group that does not compile, whose files are then checked one by one.
DECLARED = re.compile(
    r"^(?:template <.*> )?(?:struct|class|enum(?: class)?|union|using|namespace) (?!namespace\b)(\w+)"
    r"|^#define (\w+)"
    r"|^(RT_PLUGIN)\b"
    r"|^(?!using|namespace|typedef|return|extern|#)[\w:][^=(;{]*?[ &*](\w+)(?:\[[^]]*\])* ?(?:=|\(|\{|;)"
)
NAMESPACE = re.compile(r"^namespace (\w[\w:]*) \{")
SHARED = re.compile(r"^(?:#define RT_GROUP |using \w+::\w+;|using namespace )")


def declared_names(text: str) -> set[str]:
    """With the namespace that each stands in."""
    names = set()
    namespace = ""
    for line in text.splitlines():
        if opened := NAMESPACE.match(line):
            namespace = opened[1]
        elif match := None if SHARED.match(line) else DECLARED.match(line):
            names.add(next(f"{namespace}::{name}" for name in match.groups() if name))
    return names


def kept_of(command: dict) -> list[str]:
    """What must be equal in a group: neither the files that are named, nor where headers are looked for, nor what changes machine
    code alone."""
    arguments = command["arguments"]
    named = {command["file"]}
    for option in ("-o", "-MF", "-MQ", "-c"):
        named.update(arguments[i + 1] for i, argument in enumerate(arguments[:-1]) if argument == option)
    ignored = ("-I", "-O", "-fPIC", "-fPIE", "-pthread")
    return [argument for argument in arguments if argument not in named and not argument.startswith(ignored)]


def grouped(commands: Iterable[dict]) -> list[list[dict]]:
    """Commands of one folder and with the same flags, whose files share no name that they declare."""
    open_groups: dict[tuple, list[tuple[list[dict], set[str]]]] = {}
    groups = []
    for command in commands:
        path = Path(command["file"])
        names = declared_names(path.read_text(encoding="utf-8"))
        alike = open_groups.setdefault((path.parent, path.suffix, *kept_of(command)), [])
        for members, taken in alike:
            if len(members) < LARGEST and not names & taken:
                members.append(command)
                taken.update(names)
                break
        else:
            alike.append(([command], names))
            groups.append(alike[-1][0])
    return groups


def as_one(group: list[dict], top: Path) -> dict:
    """The command of a file that includes a group's, in a folder of its own where clang-tidy finds their configuration."""
    first = group[0]
    source = Path(first["file"])
    places = [folder for folder in source.relative_to(Path.cwd()).parents if (folder / ".clang-tidy").exists()]
    folder = top / source.relative_to(Path.cwd()).with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    for place in places[:-1]:  # the last is the top of the project, which is above `top`, too
        (top / place).mkdir(parents=True, exist_ok=True)
        shutil.copy(place / ".clang-tidy", top / place)
    path = folder / f"group{source.suffix}"
    # A header that must come before another one does so in a file that includes more.
    texts = {command["file"]: Path(command["file"]).read_text(encoding="utf-8") for command in group}
    files = sorted(texts, key=lambda file: -texts[file].count("#include"))
    path.write_text("".join(f'#include "{file}" // NOLINT\n' for file in files), encoding="utf-8")
    arguments = list(first["arguments"])
    arguments[arguments.index("-c") + 1] = str(path)
    searched = (argument for command in group for argument in command["arguments"] if argument.startswith("-I"))
    arguments += [argument for argument in dict.fromkeys(searched) if argument not in arguments]
    return {"directory": first["directory"], "file": str(path), "arguments": arguments}
