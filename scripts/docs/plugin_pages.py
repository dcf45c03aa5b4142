"""The reference of the plugins' functions and of the command, asked from the command `rtffi` itself: nothing is loaded."""

import json
import re
import subprocess

COMMANDS = """# The command rtffi

What each subcommand says with `--help`. Exit codes: 0 all well, 1 the answer is no (a check failed, a name was not found), 2
wrong usage. With `--json` a subcommand prints one JSON document on standard output and nothing else.
"""


def ask(rtffi: str, *arguments: str) -> str:
    return subprocess.run([rtffi, *arguments], check=True, capture_output=True, text=True).stdout


def subcommands(help_text: str) -> list[str]:
    listed = help_text.partition("Subcommands:\n")[2].partition("\n\n")[0]
    return re.findall(r"^  (\S+)", listed, re.MULTILINE)


def command_page(rtffi: str) -> str:
    top = ask(rtffi, "--help")
    parts = [COMMANDS, f"```text\n{top.rstrip()}\n```\n"]
    for name in subcommands(top):
        text = ask(rtffi, name, "--help")
        parts.append(f"## rtffi {name}\n\n```text\n{text.rstrip()}\n```\n")
        for inner in subcommands(text):
            parts.append(f"### rtffi {name} {inner}\n\n```text\n{ask(rtffi, name, inner, '--help').rstrip()}\n```\n")
    return "\n".join(parts)


def pages(rtffi: str) -> dict[str, str]:
    """A page for each plugin on the search path; of several files of one plugin, the one that would be loaded."""
    made: dict[str, str] = {}
    for plugin in json.loads(ask(rtffi, "list", "--json")):
        name = f"plugin-{plugin['name']}.md"
        if name not in made:
            made[name] = ask(rtffi, "docs", plugin["path"])
    return {**made, "command.md": command_page(rtffi)}
