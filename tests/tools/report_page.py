#!/usr/bin/env python3
"""Checks the page of `rtffi report` against the document of `rtffi report --json`, and that against other subcommands.

usage: report_page.py RTFFI PAGE DOCUMENT

Prints `ok NAME` or `FAIL NAME: why` for each.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "input", "link", "img", "br", "hr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    children: list = field(default_factory=list)

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def all(self, *tags: str) -> list["Element"]:
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += ([child] if not tags or child.tag in tags else []) + child.all(*tags)
        return found


class Tree(HTMLParser):
    def __init__(self, markup: str):
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]
        self.wrong: list[str] = []
        self.feed(markup)
        self.close()
        self.wrong += [f"<{element.tag}> has no end" for element in self.open[1:]]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs))
        if len(element.attributes) != len(attrs):
            self.wrong.append(f"<{tag}> has an attribute twice")
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        if self.open[-1].tag == tag:
            self.open.pop()
        else:
            self.wrong.append(f"</{tag}> ends <{self.open[-1].tag}>, on line {self.getpos()[0]}")

    def handle_data(self, data):
        self.open[-1].children.append(data)

    def handle_comment(self, data):
        self.wrong.append(f"a comment: {data[:40]}")


failed: list[str] = []


def verdict(name: str, wrong: list) -> None:
    print(f"FAIL {name}: {wrong[:3]}" if wrong else f"ok {name}")
    failed.extend([name] if wrong else [])


def printable(text: str) -> str:
    """What a page may hold of a text: HTML has no control characters."""
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", " ", text)


def is_marked(table: Element) -> bool:
    """Whether it has a caption, and heads for its columns and rows."""
    heads = table.all("thead")[0].all("th")
    whole = [("th", "row")] + [("td", None)] * (len(heads) - 1)
    for row in table.all("tbody")[0].all("tr"):
        if [(cell.tag, cell.attributes.get("scope")) for cell in row.all("th", "td")] != whole:
            return False
    return len(table.all("caption")) == 1 and all(head.attributes.get("scope") == "col" for head in heads)


def check_markup(tree: Tree) -> None:
    page = tree.root
    elements = page.all()

    def attribute(name: str) -> list[str]:
        return [element.attributes[name] or "" for element in elements if name in element.attributes]

    verdict("every element of the page ends where it must", tree.wrong)
    ids = attribute("id")
    verdict("no id is there twice", [i for i in set(ids) if ids.count(i) > 1])
    links = attribute("href")
    meant = [link[1:] for link in links] + attribute("for") + attribute("aria-labelledby") + attribute("aria-describedby")
    verdict("what a label or a link means is there", [i for i in meant if i not in ids])
    levels = [int(element.tag[1]) for element in page.all("h1", "h2", "h3", "h4")]
    steps = [pair for pair in zip(levels, levels[1:], strict=False) if pair[1] > pair[0] + 1]
    verdict("headings go down one level at a time, from one h1", steps if levels.count(1) == 1 == levels[0] else levels)
    unmarked = [table.all("caption")[0].text() for table in page.all("table") if not is_marked(table)]
    verdict("each table has a caption, and heads for columns and rows", unmarked)
    hidden = attribute("hidden") and [e.attributes.get("id") for e in elements if "hidden" in e.attributes]
    verdict("without a script only its own parts are missing", [i for i in hidden if i not in ("scheme", "search", "nothing")])
    marks = [mark.text() for mark in page.all("span") if "mark" in (mark.attributes.get("class") or "")]
    verdict(
        "a mark has a word beside its colour", [mark for mark in marks if not re.search(r"\w{2}", mark)] if marks else ["none"]
    )


def check_closed(page: Element) -> None:
    """That it needs nothing from elsewhere, and that nothing can run but its own script."""
    elements = page.all()
    asked = [f"{name}={value}" for e in elements for name, value in e.attributes.items() if name in ("src", "href")]
    verdict("nothing comes from elsewhere", [text for text in asked if not text.startswith("href=#")])
    style, script = page.all("style"), page.all("script")
    verdict("the style asks for nothing from elsewhere", re.findall(r"url\(|@import|@font-face", style[0].text()))
    other = [name for e in elements for name in e.attributes if name.startswith("on") or name == "style"]
    verdict("one style and one script, and no other way to have one", other or [e.tag for e in (style + script)[2:]])
    policy = next(e.attributes["content"] for e in page.all("meta") if "http-equiv" in e.attributes)
    wanted = ["default-src 'none'"]
    for element in style + script:
        digest = base64.b64encode(hashlib.sha256(element.text().encode()).digest()).decode()
        wanted.append(f"{element.tag}-src 'sha256-{digest}'")
    verdict(
        "the policy allows that style and that script alone",
        [w for w in wanted if w not in policy] + re.findall("unsafe", policy),
    )


def texts_of(plugin: dict) -> list[str]:
    texts = [plugin["file"].get("doc", "")] + [one["doc"] for one in plugin["file"]["classes"]]
    for check in (plugin["verification"] or plugin["file"])["checks"]:
        texts += [check["detail"], check["hint"]]
    if not plugin["chosen"]:
        texts += [plugin["answer"], plugin["hint"]]
    if len(plugin["candidates"]) > 1:
        texts += [candidate[key] for candidate in plugin["candidates"] for key in ("path", "reason")]
    return texts


def check_content(page: Element, document: dict) -> None:
    told = []
    for plugin in document["plugins"]:
        functions = plugin["file"]["functions"] if plugin["chosen"] else []
        for function in functions + [one for provider in plugin["provided"] for one in provider["functions"]]:
            told.append((printable(function["signature"]), printable(function["doc"])))
    items = [item for item in page.all("li") if item.attributes.get("id", "").startswith("function-")]
    shown = [(item.all("code")[0].text(), "".join(p.text() for p in item.all("p"))) for item in items]
    verdict(
        "each function stands there with its signature and its description",
        sorted(set(told) ^ set(shown)) or shown[:1] * (len(told) < 20),
    )
    texts = [text for plugin in document["plugins"] for text in texts_of(plugin)]
    environment = document["environment"]
    texts += [folder[key] for folder in environment["searched"] for key in ("folder", "from", "state")]
    texts += [variable["value"] or "" for variable in environment["variables"]]
    texts += [figure["what"] for figure in document["figures"]]
    everything = page.text()
    verdict("so do checks, files not taken and why, and the environment", [t for t in texts if printable(t) not in everything])
    wanted = [plugin["name"] or plugin["path"] for plugin in document["plugins"] if not plugin["chosen"]]
    for plugin in document["plugins"]:
        checks = plugin["verification"]["checks"] if plugin["chosen"] else []
        wanted += [f"{plugin['name']}: {check['id']}" for check in checks if not check["ok"] or check["hint"]]
    summary = next(e for e in page.all("section") if e.attributes.get("id") == "summary")
    found = [link.text() for link in summary.all("a")]
    verdict("the summary names what failed and what cannot be used", sorted(set(wanted) ^ set(found)))
    checks = [check for plugin in document["plugins"] for check in (plugin["verification"] or plugin["file"])["checks"]]
    functions = sum(len(plugin["file"]["functions"]) for plugin in document["plugins"] if plugin["chosen"])
    counts = [len(document["plugins"]), functions, sum(check["ok"] for check in checks)]
    numbers = [number.text() for number in summary.all("strong")][:3]
    verdict("its numbers are how many there are", [] if numbers == [str(count) for count in counts] else [numbers, counts])


def by_name(entries: list) -> list:
    return sorted(entries, key=lambda entry: (entry["name"], entry.get("path", "")))


def without_times(report: dict) -> dict:
    checks = [{key: check[key] for key in check if key != "seconds"} for check in report["checks"]]
    return report | {"checks": [check | {"detail": re.sub(r"\d+ ms", "", check["detail"])} for check in checks]}


def check_document(document: dict, rtffi: str) -> None:
    """Beside what other subcommands say."""

    def ask(*arguments: str):
        answer = subprocess.run([rtffi, *arguments, "--json"], capture_output=True, text=True, check=False)
        return json.loads(answer.stdout)

    plugins = document["plugins"]
    names = [plugin["name"] for plugin in plugins]
    verdict("plugins are sorted by name, those without one last", [] if names == sorted(filter(None, names)) + [""] else names)
    listed = by_name(ask("list"))
    told = [{key: plugin[key] for key in listed[0]} for plugin in by_name(plugins)]
    verdict("its plugins are those of rtffi list", [] if told == listed else [told, listed])
    differing = []
    for plugin in plugins:
        explained = ask("explain", "--no-load", plugin["name"] or plugin["path"])
        differing += [(plugin["name"], key) for key in ("answer", "hint", "candidates") if plugin[key] != explained[key]]
        file = ask("info", plugin["path"])
        file["functions"], file["classes"] = by_name(file["functions"]), by_name(file["classes"])
        differing += [] if file == plugin["file"] else [(plugin["name"], "file")]
    verdict("what it tells of each is that of rtffi explain and rtffi info", differing)
    searched = ask("explain", "--no-load", "geometry")["searched"]
    verdict("its folders are those of rtffi explain", [] if document["environment"]["searched"] == searched else searched)
    verified = {plugin["name"]: plugin["verification"] for plugin in plugins}
    differing = [n for n in ("geometry", "hostile_texts") if without_times(ask("verify", n)) != without_times(verified[n])]
    verdict("its verifications are those of rtffi verify", differing)
    seconds = {check["id"]: check.get("seconds") or 0 for check in verified["geometry"]["checks"]}
    untimed = [name for name in ("load", "functions", "registration", "handles", "unload") if seconds[name] <= 0]
    verdict("each check that was run in a process of its own has its time", untimed)
    verdict(
        "so has one that came to no end",
        [] if verified["hanging"]["checks"][-1]["seconds"] > 1 else verified["hanging"]["checks"],
    )
    figures = {figure["id"]: figure for figure in document["figures"]}
    missing = [name for name in ("native", "rt_call", "rt_lookup", "handle") if name not in figures]
    verdict("calls and handles are measured", missing + [f for f in figures.values() if not 0 < f["fastest"] <= f["nanoseconds"]])
    verdict("and leave no handle", [] if document["handles"] == {"count": 0, "living": []} else [document["handles"]])


def main() -> int:
    rtffi, page, document_path = sys.argv[1:]
    document = json.loads(Path(document_path).read_text(encoding="utf-8"))
    tree = Tree(Path(page).read_text(encoding="utf-8"))
    check_markup(tree)
    check_closed(tree.root)
    check_content(tree.root, document)
    check_document(document, rtffi)
    return 1 if failed else 0


sys.exit(main())
