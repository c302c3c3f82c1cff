"""Values and exceptions on their way between a session and its worker processes."""

from __future__ import annotations

import contextlib
import pickle
from typing import Any, NamedTuple

from redengine.runtimes.outcome import summary


class Report(NamedTuple):
    """What a worker process tells of the end of a job: the frame "end"."""

    action: str
    value: bytes | None
    exception: bytes | None
    exc_text: str | None
    reason: str | None
    dropped_lines: int


class TransferError(Exception):
    """A function, argument or return value cannot go to or come from a worker process."""


class RemoteError(Exception):
    """Stands in for an exception of a worker process that cannot be rebuilt here.

    Args:
        type_name: the full name of the exception's class.
        text: the exception in one line, its class included.
    """

    def __init__(self, type_name: str, text: str) -> None:
        self.type_name = type_name
        self.text = text
        super().__init__(type_name, text)

    def __str__(self) -> str:
        return self.text


class RemoteTraceback(Exception):
    """The cause of an exception that came from a worker process: its traceback as text."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)

    def __str__(self) -> str:
        return f"\n\n{self.text}"


def type_name(value: object) -> str:
    """The full name of the value's class, without "builtins."."""
    kind = type(value)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def pack_call(function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> bytes:
    """A call as bytes; what lives in `__main__` and closures goes by value.

    Raises:
        TransferError: a part of it cannot be pickled; the message names the part.
    """
    import cloudpickle

    try:
        data: bytes = cloudpickle.dumps((function, arguments, keywords))
    except Exception as error:
        part = _culprit(function, arguments, keywords)
        raise TransferError(
            f"{part} cannot be sent to a worker process: {summary(error)}; "
            "give it something that pickles, or run the task in a thread"
        ) from error
    return data


def _culprit(function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> str:
    named = [(f"argument {n + 1}", value) for n, value in enumerate(arguments)]
    named += [(f"argument '{name}'", value) for name, value in keywords.items()]
    for name, value in named:
        if not _pickles(value):
            return f"{name} (a {type_name(value)})"
    name = getattr(function, "__qualname__", None) or repr(function)
    return f"the function '{name}' (or a variable that it uses)"


def _pickles(value: object) -> bool:
    import cloudpickle

    try:
        cloudpickle.dumps(value)
    except Exception:  # noqa: BLE001 # pickling runs user code
        return False
    return True


def pack_value(value: object) -> bytes:
    """A return value as bytes.

    Raises:
        TransferError: it cannot be pickled; the message names its type.
    """
    try:
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except Exception:  # noqa: BLE001 # pickling runs user code; the second way tells more
        return _pack_by_value(value)


def _pack_by_value(value: object) -> bytes:
    import cloudpickle

    try:
        data: bytes = cloudpickle.dumps(value)
    except Exception as error:
        raise TransferError(
            f"the task returned a {type_name(value)}, which cannot be sent back from the "
            f"worker process: {summary(error)}; return something that pickles, "
            "or run the task in a thread"
        ) from error
    return data


def unpack_value(data: bytes) -> object:
    """The value that `pack_value` packed.

    Raises:
        TransferError: it cannot be rebuilt here.
    """
    try:
        return pickle.loads(data)  # noqa: S301 # it comes from our own worker process
    except Exception as error:
        raise TransferError(
            f"what the task returned cannot be rebuilt in the session's process: {summary(error)}"
        ) from error


def pack_exception(error: BaseException) -> bytes:
    """An exception as bytes: as itself when it survives the way, else as a `RemoteError`."""
    try:
        data = pack_value(error)
        pickle.loads(data)  # noqa: S301 # it was packed one line above
    except Exception:  # noqa: BLE001 # pickling runs user code
        data = pickle.dumps(RemoteError(type_name(error), summary(error)))
    return data


def unpack_exception(data: bytes, exc_text: str | None, reason: str | None) -> BaseException:
    """The exception that `pack_exception` packed, with its traceback as the cause."""
    error: Any = None
    with contextlib.suppress(Exception):  # unpickling runs user code
        error = pickle.loads(data)  # noqa: S301 # it comes from our own worker process
    if not isinstance(error, BaseException):
        error = RemoteError((reason or "Exception").split(":", 1)[0], reason or "")
    if exc_text:
        error.__cause__ = RemoteTraceback(exc_text)
    rebuilt: BaseException = error
    return rebuilt
