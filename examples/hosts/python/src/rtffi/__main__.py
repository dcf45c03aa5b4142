"""`python -m rtffi ...` is the command rtffi."""

from __future__ import annotations

import os
import sys

from ._command import command_path
from .errors import UnavailableError


def main() -> None:
    try:
        command = str(command_path())
    except UnavailableError as error:
        sys.exit(f"rtffi: {error}")
    os.execv(command, [command, *sys.argv[1:]])


if __name__ == "__main__":
    main()
