"""Messages that are no errors, such as warnings of LibTorch, for the module logging."""

from __future__ import annotations

import atexit
import ctypes
import logging

from ._abi import LogSink
from ._library import core

_levels = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR)
_sinks: list[object] = []  # a thread may still be inside an earlier one


def log_to(logger: logging.Logger | None) -> None:
    """Messages go to the logger from now on, whatever thread they come from; None: to standard error, as at the beginning."""
    if logger is None:
        core.rt_log_set(None, None)
        return
    target = logger

    def write(_: int | None, level: int, plugin: bytes, message: bytes) -> None:
        number = _levels[level] if 0 <= level < len(_levels) else logging.ERROR
        target.log(number, "%s: %s", (plugin or b"").decode(errors="replace"), (message or b"").decode(errors="replace"))

    sink = LogSink(write)
    _sinks.append(sink)
    core.rt_log_set(ctypes.cast(sink, ctypes.c_void_p), None)


atexit.register(core.rt_log_set, None, None)
