#!/usr/bin/env python3
"""Writes a C++ header with files as texts, and with the digests by which a Content-Security-Policy names them.

usage: embed.py HEADER FILE...

page.css becomes page_css and page_css_digest.
"""

import base64
import hashlib
import sys
from pathlib import Path

DELIMITER = "embedded"


def definitions(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    name = path.name.replace(".", "_")
    if f"){DELIMITER}" in text or "</" in text:
        sys.exit(f"{path}: it may have neither `){DELIMITER}` nor `</`, which would end it before its end")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return (
        f'inline constexpr const char *{name}_digest = "sha256-{digest}";\n'
        f'inline constexpr const char *{name} = R"{DELIMITER}({text}){DELIMITER}";\n'
    )


header = Path(sys.argv[1])
header.write_text(
    "// Made by embed.py, of the files beside it.\n#pragma once\n\n"
    + "\n".join(definitions(Path(path)) for path in sys.argv[2:]),
    encoding="utf-8",
)
