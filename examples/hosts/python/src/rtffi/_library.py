"""Finds librtffi.so and opens it."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

from ._abi import ABI_VERSION, PROTOTYPES

SONAME = "librtffi.so.0"
PACKAGE = Path(__file__).resolve().parent


def packaged(*patterns: str) -> Path | None:
    """The first file of the core that lies in the package itself, as it does in a wheel."""
    return next((file for pattern in patterns for file in sorted((PACKAGE / "_native").glob(pattern))), None)


def _candidates() -> Iterator[tuple[str, str]]:
    if given := os.environ.get("RTFFI_LIBRARY"):
        yield "RTFFI_LIBRARY", given
        return  # who names a file gets that one or an error
    if inside := packaged(f"lib*/{SONAME}", f"lib*/*/{SONAME}"):
        yield "the package", str(inside)
    yield "the dynamic linker's folders", SONAME


def _open() -> ctypes.CDLL:
    tried = []
    for place, file in _candidates():
        try:
            return ctypes.CDLL(file)
        except OSError as error:
            tried.append(f"{place}: {error}")
    raise ImportError(
        f"rtffi needs {SONAME}, which could not be opened ({'; '.join(tried)}). To do: install rtffi (meson install, or "
        f"the wheel that has the core inside), or set RTFFI_LIBRARY to the path of {SONAME}"
    )


def _load() -> ctypes.CDLL:
    library = _open()
    try:
        for name, (result, parameters) in PROTOTYPES.items():
            function = getattr(library, name)
            function.restype = result
            function.argtypes = parameters
    except AttributeError as error:
        raise ImportError(f"{library._name} is no librtffi that this package can use: {error}") from error
    if library.rt_abi_version() != ABI_VERSION:
        raise ImportError(
            f"{library._name} has version {library.rt_abi_version()} of the binary interface; this package is for {ABI_VERSION}"
        )
    return library


def c_name(text: str) -> bytes:
    """A name or path for C, where a text ends at its first NUL."""
    if "\0" in text:
        raise ValueError(f"{text!r} has a NUL in it, which no name has")
    return text.encode()


core = _load()
