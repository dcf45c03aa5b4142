#!/usr/bin/env python3
"""Says which LibTorch the torch plugin is built with, as key=value lines; what it cannot find, it says on standard error.

usage: find_libtorch.py auto|system|python|none|PATH

PATH is a LibTorch (with include/ and lib/), or a Python environment whose torch package is meant. Nothing is imported from torch:
that takes seconds, and fails where one of its many dependencies does.
"""

import glob
import importlib.util
import re
import sys
from pathlib import Path

# Tells the two C++ ABIs of a libstdc++ apart: with the old one, c10::Error's constructor takes the std::string "Ss".
OLD_ABI_SYMBOL = b"_ZN3c105ErrorC2ENS_14SourceLocationESs"

API_HEADERS = "include/torch/csrc/api/include"


def version_of(root: Path) -> str:
    for header in ("include/torch/headeronly/version.h", f"{API_HEADERS}/torch/version.h"):
        try:
            text = (root / header).read_text(encoding="utf-8")
        except OSError:
            continue
        parts = [re.search(rf"define TORCH_VERSION_{part} (\d+)", text) for part in ("MAJOR", "MINOR", "PATCH")]
        if all(parts):
            return ".".join(part.group(1) for part in parts if part)
    return "unknown"


def in_folder(root: Path, kind: str) -> dict[str, str] | None:
    """A LibTorch that has its own include and lib folders: an unpacked archive, or Python's torch package."""
    library = root / "lib/libc10.so"
    if not (root / API_HEADERS / "torch/torch.h").exists() or not library.exists():
        return None
    return {
        "kind": kind,
        "version": version_of(root),
        "root": str(root),
        "include": f"{root}/include;{root}/{API_HEADERS}",
        "libdir": str(root / "lib"),
        "cxx11_abi": "0" if OLD_ABI_SYMBOL in library.read_bytes() else "1",
    }


def in_system() -> dict[str, str] | None:
    """A distribution's: its headers lie in the compiler's own folders, which must not be named again as system folders."""
    for root in (Path("/usr/local"), Path("/usr")):
        if (root / API_HEADERS / "torch/torch.h").exists():
            return {
                "kind": "system",
                "version": version_of(root),
                "root": str(root),
                "include": str(root / API_HEADERS),
                "libdir": "",
                "cxx11_abi": "",
            }
    return None


def in_python() -> dict[str, str] | None:
    # This script's own folder comes first on the path, and is no place to find torch in.
    sys.path.pop(0)
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    return in_folder(Path(spec.origin).parent, "python")


def in_path(path: str) -> dict[str, str] | None:
    packages = glob.glob(f"{glob.escape(path)}/lib/python3*/site-packages/torch")
    for root in [path, f"{path}/torch", *packages]:
        found = in_folder(Path(root).resolve(), "path")
        if found:
            return found
    return None


def find(choice: str) -> dict[str, str]:
    if choice == "none":
        return {"kind": "none"}
    if choice == "auto":
        return in_python() or in_system() or {"kind": "none"}
    found = {"system": in_system, "python": in_python}.get(choice, lambda: in_path(choice))()
    if found:
        return found
    sys.exit(
        {
            "system": "no LibTorch in the system: install Debian's libtorch-dev, or choose another one",
            "python": "python3 has no torch package with LibTorch's headers: pip install torch into the environment in use, "
            "or choose another one",
        }.get(choice, f"no LibTorch in {choice}: it needs {API_HEADERS}/torch/torch.h and lib/libc10.so")
    )


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        sys.exit(__doc__)
    print("\n".join(f"{key}={value}" for key, value in find(sys.argv[1]).items()))
