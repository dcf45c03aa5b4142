"""What `pip wheel .` builds beside the Python package: an installation of the core, as the folder rtffi/_native of the wheel.

RTFFI_BUILD_FOLDER names a build of Meson's that is complete already; without it one is made, without LibTorch: the torch
plugin belongs to the LibTorch that it was built with, and is installed on its own."""

import os
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SONAME = "librtffi.so.0"
OPTIONS = ("-Dlibtorch=none", "-Dtests=false", "-Dexamples=false", "-Dbuildtype=release", "-Dpkgconfig.relocatable=true")


def run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True)


def built(source: Path) -> Path:
    given = os.environ.get("RTFFI_BUILD_FOLDER")
    if given:
        return Path(given)
    # A place that stays: pip asks for the wheel twice, and the second time there is nothing left to compile.
    folder = source / "build" / "wheel"
    setup = ["meson", "setup", str(folder), str(source), "--libdir=lib", *OPTIONS]
    known = (folder / "build.ninja").exists()
    if not known or subprocess.run([*setup, "--reconfigure"], check=False).returncode != 0:  # by another Meson, say
        shutil.rmtree(folder, ignore_errors=True)
        run(*setup)
    run("meson", "compile", "-C", folder)
    return folder


def installed(build: Path, root: Path) -> Path:
    """The prefix below `root`."""
    run("meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", root)
    return next(root.rglob("include/rtffi/rtffi.h")).parents[2]


def tidy(prefix: Path) -> None:
    """Wheels hold no symbolic links, and nothing that needs a LibTorch: of the core's names the one that is loaded is kept."""
    core = next(prefix.rglob(SONAME))
    whole = core.resolve()
    for link in [path for path in prefix.rglob("*") if path.is_symlink()]:
        link.unlink()
    whole.rename(core)
    (core.parent / "librtffi.so").write_text(f"INPUT({SONAME})\n")  # for the linker
    for plugin in prefix.rglob("librtffi_torch.so"):
        plugin.unlink()


class CoreBuildHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict) -> None:
        if version == "editable":
            raise RuntimeError("a core cannot be edited in place: install examples/hosts/python, and set RTFFI_LIBRARY")
        build = built(Path(self.root))
        self.folder = Path(tempfile.mkdtemp(prefix="rtffi-wheel-"))
        prefix = installed(build, self.folder)
        tidy(prefix)
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"
        for file in sorted(path for path in prefix.rglob("*") if path.is_file()):
            build_data["force_include"][str(file)] = f"rtffi/_native/{file.relative_to(prefix)}"

    def finalize(self, version: str, build_data: dict, artifact_path: str) -> None:
        shutil.rmtree(self.folder)
