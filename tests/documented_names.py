"""Whether somebody who has the built site alone finds in it what the project gives a name to, and nothing that is not so.

usage: documented_names.py SOURCE_ROOT BUILD SITE. Prints `ok NAME` and `FAIL NAME: why` as the checks do.

What there is comes from elsewhere than the site does: symbols from nm, the headers' names from ctags, functions from the
plugins, causes as tests/causes.py finds them in the sources.
"""

import html
import json
import re
import subprocess
import sys
from pathlib import Path

from causes import causes_of

# What the headers need for themselves, without a promise to keep it.
INTERNAL_FILES = r"detail/(?:sdk_arguments|sdk_results|sdk_place|host_types|plugin_c|test_malloc)\.h.*|torch/api\.hpp"
INTERNAL_SCOPES = re.compile(r"\b(?:detail|api|Argument|collect|__anon\w+)\b")
INTERNAL_NAMES = re.compile(
    r"__anon|offsetof|.*_H(?:PP)?$|RTFFI_|RT_.*_$|.*_(?:EMIT|NUMBERED)$|operator|~|rt_(?:parse|slot)_|Argument$|Object$|tuple_(?:size|element)$"
)


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def names_of_headers(include: Path) -> dict[str, str]:
    """Each public name, and the header that has it."""
    options = [
        "-f",
        "-",
        "--recurse",
        "--language-force=C++",
        "--exclude=*.rs",
        "--kinds-C++=+px-nl",
        "--fields=+Kas",
        "-I",
        "RT_API,RT_NOTE_ALONE",
    ]
    names = {}
    for line in output("ctags", *options, str(include)).splitlines():
        name, path, rest = line.split("\t", 2)
        header = Path(path).relative_to(include).as_posix()
        fields = dict(field.split(":", 1) for field in rest.rsplit(';"\t')[-1].split("\t") if ":" in field)
        scope = " ".join(value for key, value in fields.items() if key in ("class", "struct", "union", "namespace"))
        local = "function" in fields
        hidden = (
            local or fields.get("access", "public") != "public" or INTERNAL_SCOPES.search(scope) or INTERNAL_NAMES.match(name)
        )
        if not hidden and not re.fullmatch(INTERNAL_FILES, header):
            names.setdefault(name, header)
    return names


def names_of_rust(include: Path) -> set[str]:
    """What the crate rtffi offers a plugin in Rust: what plugin.rs hands on, and its macros that are not hidden."""
    source = (include / "plugin.rs").read_text(encoding="utf-8")
    handed_on = re.findall(r"^pub use \w+::([^;]*);", source, re.MULTILINE)
    macros = re.findall(r"(?<!#\[doc\(hidden\)\]\n)#\[macro_export\]\nmacro_rules! (\w+)", source)
    return {*re.findall(r"\w+", " ".join(handed_on)), *macros, *re.findall(r"^pub const (\w+)", source, re.MULTILINE)}


def text_of(page: Path) -> str:
    text = re.sub(r"<(script|style)\b.*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def words_of(pages: list[Path]) -> set[str]:
    return {word for page in pages for word in re.findall(r"\w+", text_of(page))}


def loaded_from_elsewhere(site: Path) -> list[str]:
    """What a page would fetch from another place when it is read; links that a reader follows are none of it."""
    found = []
    for page in site.rglob("*.html"):
        for tag in re.findall(r"<(?:script|img|iframe|link|source)\b[^>]*>", page.read_text(encoding="utf-8")):
            if re.search(r'\b(?:src|href)="?(?:https?:)?//', tag) and not re.search(r'rel="?canonical', tag):
                found.append(f"{page.relative_to(site)}: {tag}")
    return found


def report(name: str, wrong: list[str]) -> bool:
    print(f"FAIL {name}: {', '.join(sorted(wrong)[:20])}" if wrong else f"ok {name}")
    return not wrong


def main(arguments: list[str]) -> int:
    root, build, site = (Path(argument).resolve() for argument in arguments)
    rtffi = str(build / "tools/rtffi")
    symbols = {
        line.split()[-1].split("@")[0]
        for line in output("nm", "-D", "--defined-only", str(build / "loader/librtffi.so")).splitlines()
    }
    headers = names_of_headers(root / "include/rtffi")
    rust = names_of_rust(root / "include/rtffi")
    functions = {
        function["name"]
        for plugin in json.loads(output(rtffi, "list", "--json"))
        for function in json.loads(output(rtffi, "info", plugin["path"], "--json"))["functions"]
    }
    causes = set(causes_of(root))
    statuses = {name for name in headers if re.match(r"RT_(?:OK|E_)", name)}

    reference = words_of(list((site / "reference").rglob("*.html")))
    answers = "".join(page.read_text(encoding="utf-8") for page in site.glob("troubleshooting*/index.html"))
    sections = set(re.findall(r'<h[23] id="?(\w+)', answers))
    written = "".join(path.read_text(encoding="utf-8") for path in [*(root / "docs").glob("*.md"), root / "README.md"])
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in [
            *(root / "loader").glob("*.cpp"),
            *(root / "plugins/torch").glob("*.cpp"),
            *(root / "tests/faults").glob("*.cpp"),
            *(root / "examples/hosts/python/src/rtffi").glob("*.py"),
        ]
    )
    known = symbols | set(headers) | functions | set(re.findall(r'"(RTFFI_\w+)"', sources))
    known |= {"rt_plugin_host", "RT_PROCEDURE"}  # of plugin.h in C
    known.add("RT_TEST_KIT_IMPLEMENT")  # which a program defines
    mentioned = set(re.findall(r"\b(?:rt_[a-z]\w*[a-z]|RT_[A-Z_]+[A-Z]|RTFFI_[A-Z_]+[A-Z])\b(?!\*)", written))

    # Where another way of writing names down comes up, this must learn it.
    lists = {"symbols": (symbols, 35), "headers": (headers, 900), "functions": (functions, 300), "causes": (causes, 100)}
    lists |= {"statuses": (statuses, 12), "Rust": (rust, 14)}

    good = [
        report("the lists are not empty", [name for name, (found, least) in lists.items() if len(found) < least]),
        report("the site has every symbol of librtffi.so", [*(symbols - reference)]),
        report("the site has every name of the headers", [f"{name} ({headers[name]})" for name in set(headers) - reference]),
        report("the site has every name of the Rust SDK", [*(rust - reference)]),
        report("the site has every function of the plugins", [*(functions - reference)]),
        report("the site has a section on every cause", [*(causes - sections)]),
        report("the site has a section on every status", [name for name in statuses if name.lower() not in sections]),
        report("what the pages mention is there", [name for name in mentioned if name not in known]),
        report("no page loads anything from elsewhere", loaded_from_elsewhere(site)),
    ]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
