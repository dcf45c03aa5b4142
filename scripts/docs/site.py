#!/usr/bin/env python3
"""Puts the pages of the documentation together: docs/, the documents of the top folder, and the reference, made of the
headers, of the plugins' own texts and of the command's.

usage: site.py SOURCE_ROOT RTFFI PAGES

RTFFI is the command rtffi, PAGES the folder that is written anew; PAGES.yml, beside it, is what MkDocs then builds the site of.
"""

import json
import re
import shutil
import sys
from pathlib import Path

import header_pages
import plugin_pages
import rust_pages

# The pages in the order in which they are offered. A page has the title of its first heading.
PAGES = {
    "": ["index.md", "start.md", "install.md"],
    "Guides": ["embed.md", "plugin.md", "torch.md", "integration.md", "report.md"],
    "Reasons": ["abi.md", "reliability.md", "performance.md", "gpu.md"],
    "Troubleshooting": [
        "troubleshooting.md",
        "troubleshooting-finding.md",
        "troubleshooting-loading.md",
        "troubleshooting-trust.md",
        "troubleshooting-calls.md",
        "troubleshooting-closing.md",
        "troubleshooting-torch.md",
    ],
    "Project": ["contributing.md", "security.md", "changelog.md"],
}
# Documents of the top folder, where a forge looks for them.
TOP = {"CONTRIBUTING.md": "contributing.md", "SECURITY.md": "security.md", "CHANGELOG.md": "changelog.md"}
HEADERS = [
    "rtffi.h",
    "abi.h",
    "host.hpp",
    "torch.hpp",
    "binding.hpp",
    "plugin.h",
    "plugin.hpp",
    "plugin_function.hpp",
    "plugin.rs",
    "test_kit.hpp",
]


def title(page: Path) -> str:
    """What the navigation calls a page: its heading, without the section that it stands in."""
    if page.name == "index.md" and page.parent.name != "reference":
        return "Overview"
    found = re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise SystemExit(f"site.py: {page} has no heading")
    name = found[1].removeprefix("Troubleshooting: ").replace("`", "")
    return name if "." in name.split()[0] else name[0].upper() + name[1:]


def without_directives(text: str) -> str:
    """The comments that tell the tests what to do with a block of code are no part of a page."""
    return re.sub(r"^<!-- test: .*-->\n", "", text, flags=re.MULTILINE)


def copy_pages(root: Path, out: Path) -> None:
    for path in (root / "docs").rglob("*"):
        target = out / path.relative_to(root / "docs")
        if path.suffix in (".svg", ".png", ".css"):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        elif path.suffix == ".md":
            text = without_directives(path.read_text(encoding="utf-8"))
            for name, page in TOP.items():
                text = text.replace(f"](../{name}", f"]({page}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    for name, page in TOP.items():
        text = without_directives((root / name).read_text(encoding="utf-8")).replace("](docs/", "](")
        for other, other_page in {**TOP, "README.md": "index.md"}.items():
            text = text.replace(f"]({other}", f"]({other_page}")
        text = text.replace("[LICENSE](LICENSE)", "`LICENSE`")
        (out / page).write_text(text, encoding="utf-8")


def write_reference(root: Path, rtffi: str, out: Path) -> list[str]:
    """The names of the pages, in their order."""
    of_headers = header_pages.pages(root / "include/rtffi") | rust_pages.pages(root / "include/rtffi")
    of_plugins = plugin_pages.pages(rtffi)
    for name, text in {**of_headers, **of_plugins}.items():
        (out / name).write_text(text, encoding="utf-8")
    order = [header.replace(".", "-") + ".md" for header in HEADERS]
    order += [*sorted(name for name in of_plugins if name != "command.md"), "command.md"]
    index = out / "index.md"
    lines = [f"- [{title(out / name)}]({name})" for name in order]
    index.write_text(index.read_text(encoding="utf-8") + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return ["reference/index.md"] + ["reference/" + name for name in order]


def navigation(out: Path, reference: list[str]) -> list:
    entries: list = []
    for heading, names in [*PAGES.items(), ("Reference", reference)]:
        pages = [{title(out / name): name} for name in names if (out / name).exists()]
        entries += pages if heading == "" else [{heading: pages}]
    # What helps somebody stands before what the project says about itself.
    project = next(entry for entry in entries if "Project" in entry)
    entries.remove(project)
    return [*entries, project]


def main(arguments: list[str]) -> int:
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    root, rtffi, out = Path(arguments[0]).resolve(), arguments[1], Path(arguments[2]).resolve()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    copy_pages(root, out)
    reference = write_reference(root, rtffi, out / "reference")
    settings = {"INHERIT": str(root / "docs/mkdocs.yml"), "docs_dir": str(out), "nav": navigation(out, reference)}
    # YAML takes JSON.
    Path(f"{out}.yml").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
