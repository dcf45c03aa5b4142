"""What the command rtffi answers: it tries plugins in processes of its own, so that nothing they do harms this one."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ._library import core, packaged
from .errors import ArgumentError, Error, UnavailableError, error_of


class _SymbolInfo(ctypes.Structure):
    """Dl_info."""

    _fields_ = [("file", ctypes.c_char_p), ("base", ctypes.c_void_p), ("name", ctypes.c_char_p), ("address", ctypes.c_void_p)]


def core_path() -> Path:
    """Where the librtffi.so lies that this process uses."""
    info = _SymbolInfo()
    address = ctypes.cast(core.rt_dlopen, ctypes.c_void_p)
    ctypes.CDLL(None).dladdr(address, ctypes.byref(info))
    return Path(os.fsdecode(info.file or b"")).resolve()


def _candidates() -> Iterator[Path]:
    if given := os.environ.get("RTFFI_COMMAND"):
        yield Path(given)
        return
    if inside := packaged("bin/rtffi"):
        yield inside
    folder = core_path().parent
    # Installed with the library, below lib or lib/TRIPLET, or built with it.
    yield from (folder / up / "rtffi" for up in ("../bin", "../../bin", "../tools"))
    if found := shutil.which("rtffi"):
        yield Path(found)


def command_path() -> Path:
    tried = []
    for candidate in _candidates():
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate.resolve()
        tried.append(str(candidate))
    raise UnavailableError(
        f"the command rtffi was not found ({', '.join(tried)}). To do: install it (meson install, or the wheel that has the "
        "core inside), or set RTFFI_COMMAND to its path",
        cause="no_command",
    )


def run(arguments: Sequence[str]) -> Any:
    """The answer to a subcommand, from its --json. That it is no is part of the answer."""
    command = [str(command_path()), *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode == 2:
        raise ArgumentError(done.stderr.strip(), cause="usage")
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise Error(f"{' '.join(command)} exits {done.returncode} and says: {(done.stderr or done.stdout).strip()}") from None


def _expect_no_error(answer: Any) -> Any:
    error = answer.get("error") if isinstance(answer, dict) else None
    if error:
        raise error_of(error["code"], error["message"], cause=error["cause"])
    return answer


def functions(prefix: str = "") -> list[dict[str, Any]]:
    """The functions whose names begin so: name, signature, doc, group, plugin. Nothing is loaded into this process."""
    if not prefix:
        return [row for plugin in run(["list"]) for row in run(["info", plugin["name"]])["functions"]]
    found: list[dict[str, Any]] = _expect_no_error(run(["list", prefix]))
    return found


def verify(plugin: str) -> dict[str, Any]:
    """Tries a plugin, by its name or its file, in a process of its own: {"ok", "checks", ...}."""
    answer: dict[str, Any] = _expect_no_error(run(["verify", plugin]))
    return answer


def bind(
    *,
    language: str = "python",
    plugins: Sequence[str] = (),
    files: Sequence[str] = (),
    output: str | os.PathLike[str] | None = None,
) -> str:
    """The text of a binding for a language; of all plugins where none is named. With `output` it is written there, too."""
    arguments = ["bind", "--lang", language]
    arguments += [part for plugin in plugins for part in ("--plugin", plugin)]
    arguments += [part for file in files for part in ("--file", os.fspath(file))]
    arguments += ["-o", os.fspath(output)] if output is not None else []
    return str(_expect_no_error(run(arguments))["text"])
