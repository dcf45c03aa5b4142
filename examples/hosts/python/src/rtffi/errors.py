"""The exceptions: one class for each status of the core."""

from __future__ import annotations

import ctypes
import threading

from ._abi import Failure
from ._library import core


class Error(Exception):
    """A call failed. `code` is the status, `cause` a short word for programs where the code is too coarse, "" else."""

    code = 0

    def __init__(self, message: str, *, cause: str = "", function: str = "", plugin: str = "") -> None:
        super().__init__(message)
        self.cause = cause
        self.function = function
        self.plugin = plugin


class ArgumentError(Error, ValueError):
    """A value is out of range, or the number of arguments is wrong."""

    code = 1


class WrongTypeError(Error, TypeError):
    """An argument has another type than the signature says."""

    code = 2


class HandleError(Error, ValueError):
    """An object was closed, or is of another class."""

    code = 3


class NotFoundError(Error, LookupError):
    """There is no plugin, function or symbol of that name."""

    code = 4


class SignatureError(Error, TypeError):
    """A signature does not parse, or does not agree with the registered one."""

    code = 5


class UnavailableError(Error, RuntimeError):
    """It exists but cannot be used here and now."""

    code = 6


class LoadError(Error, RuntimeError):
    """A library could not be loaded."""

    code = 7


class UntrustedError(Error, PermissionError):
    """A file breaks a rule of trust."""

    code = 8

    # OSError makes its text of errno otherwise.
    def __str__(self) -> str:
        return str(self.args[0])


class BusyError(Error, RuntimeError):
    """It is in use: live objects, a load that does not end, a name that is taken."""

    code = 9


class OutOfMemoryError(Error, MemoryError):
    """Memory is exhausted."""

    code = 10


class CalleeError(Error, RuntimeError):
    """The function itself failed; the message is its own."""

    code = 11


_classes: dict[int, type[Error]] = {c.code: c for c in Error.__subclasses__()}


def error_of(code: int, message: str, **details: str) -> Error:
    return _classes.get(code, Error)(message, **details)


_raised = threading.local()  # what a callback of this thread raised


def fail(exception: BaseException) -> int:
    """Reports what a callback raised to the core, and remembers it for the call that the callback ran in."""
    _raised.exception = exception
    code = exception.code if isinstance(exception, Error) else CalleeError.code
    cause = exception.cause if isinstance(exception, Error) else "python_exception"
    status: int = core.rt_fail(code or CalleeError.code, cause.encode(), described(exception).encode())
    return status


def described(exception: BaseException) -> str:
    try:
        text = str(exception).encode(errors="replace").decode().replace("\0", "\\0")
    except Exception:  # noqa: BLE001 - of the exception's own code, which may fail in turn
        text = "it cannot say what went wrong"
    return text if isinstance(exception, Error) else f"{type(exception).__name__}: {text}" if text else type(exception).__name__


def _as_exception(failure: Failure) -> BaseException:
    texts = [part.decode(errors="replace") for part in (failure.message, failure.cause, failure.function, failure.plugin)]
    message, cause, function, plugin = texts
    error = error_of(failure.code, message, cause=cause, function=function, plugin=plugin)
    raised: BaseException | None = getattr(_raised, "exception", None)
    _raised.exception = None
    if raised is None or described(raised) not in message:
        return error
    if not isinstance(raised, Exception):
        return raised  # KeyboardInterrupt and SystemExit go on as what they are
    error.__cause__ = raised
    return error


def new_failure() -> Failure:
    return Failure(struct_size=ctypes.sizeof(Failure))


def raise_failure(failure: Failure) -> None:
    """Raises what rt_call_ex gave, and frees it."""
    try:
        raise _as_exception(failure)
    finally:
        core.rt_error_clear(ctypes.byref(failure))


def raise_last() -> None:
    """Raises the last error of this thread."""
    failure = new_failure()
    core.rt_last_error(ctypes.byref(failure))
    raise _as_exception(failure)


def check(status: int) -> None:
    if status != 0:
        raise_last()
