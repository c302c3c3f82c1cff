"""The wire: frames over a pair of pipes, and the values and exceptions in them."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import struct
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from redengine.runtimes.outcome import summary
from redengine.support.forks import HeldLocks

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = struct.Struct("!Q")
_CHUNK = 1024 * 1024

Frame = tuple[Any, ...]


class Wire:
    """One end of a conversation; frames are tuples of what pickles plainly.

    Frames are sent whole, from any thread; one thread receives.

    Args:
        read_fd: where frames come from.
        write_fd: where frames go to.
        peer: a process descriptor (`os.pidfd_open`) of the other side, where the system
            has such: its death ends the conversation like a closed pipe.
    """

    __slots__ = (
        "__weakref__",
        "_held",
        "_lock",
        "_peer",
        "_poll",
        "_read_fd",
        "_shared",
        "_write_fd",
    )

    def __init__(self, read_fd: int, write_fd: int, peer: int | None = None) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._peer = peer
        self._lock = threading.Lock()
        self._held = HeldLocks(self._lock)
        self._shared: int | None = None
        """A file whose lock keeps processes apart that write here, where this one has forked."""
        self._poll = None
        if sys.platform != "win32":
            self._poll = select.poll()
            for descriptor in (read_fd, peer):
                if descriptor is not None:
                    self._poll.register(descriptor, select.POLLIN)

    def send(self, *frame: Any) -> None:
        """Send a frame; blocks while the other side does not read.

        Raises:
            OSError: the other side is gone.
        """
        data = pickle.dumps(frame, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            self._write(data)

    def send_if_free(self, *frame: Any) -> None:
        """Send a frame unless another thread is sending one or the other side is gone."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._write(pickle.dumps(frame, pickle.HIGHEST_PROTOCOL))
        except OSError:
            pass
        finally:
            self._lock.release()

    def receive(self) -> Frame:
        """The next frame; blocks until there is one.

        Raises:
            EOFError: the other side has closed its end or is gone.
        """
        (size,) = _HEADER.unpack(self._read(_HEADER.size))
        frame: Frame = pickle.loads(self._read(size))  # noqa: S301 # both ends are ours, the pipe is private
        return frame

    def wait_for_end(self, timeout_s: float) -> None:
        """Wait until the other side has closed its end or is gone; what it sends is dropped."""
        deadline = time.monotonic() + timeout_s
        while self._poll is not None and (left := deadline - time.monotonic()) > 0:
            events = self._poll.poll(left * 1000)
            if not self._is_readable(events) or not os.read(self._read_fd, _CHUNK):
                return

    def has_ended(self) -> bool:
        """Whether the other side is gone, asked while it has nothing to say."""
        return self._poll is not None and bool(self._poll.poll(0))

    def close(self) -> None:
        """Close this end."""
        for descriptor in (self._read_fd, self._write_fd, self._peer):
            if descriptor is not None:
                os.close(descriptor)

    def before_fork(self) -> None:
        """Share this end with the child: what its code prints is sent, frame by frame."""
        self._held.take()
        if self._shared is None:
            self._shared = _file_to_lock()

    def after_fork(self, *, is_child: bool) -> None:
        """Go on sending, here and there."""
        self._held.give_back(is_child=is_child)

    def _write(self, data: bytes) -> None:
        rest = memoryview(_HEADER.pack(len(data)) + data)
        with _locked(self._shared):
            while rest:
                rest = rest[os.write(self._write_fd, rest) :]

    def _read(self, size: int) -> bytearray:
        data = bytearray()
        while len(data) < size:
            if self._poll is not None and not self._is_readable(self._poll.poll()):
                raise EOFError
            chunk = os.read(self._read_fd, min(_CHUNK, size - len(data)))
            if not chunk:
                raise EOFError
            data += chunk
        return data

    def _is_readable(self, events: list[tuple[int, int]]) -> bool:
        """Whether there is something to read; if not, the other side is dead."""
        return any(descriptor == self._read_fd for descriptor, _ in events)


@contextlib.contextmanager
def _locked(descriptor: int | None) -> Iterator[None]:
    """Hold the lock of a file, which the system gives back when the process dies."""
    if sys.platform == "win32" or descriptor is None:
        yield
        return
    import fcntl

    fcntl.lockf(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.lockf(descriptor, fcntl.LOCK_UN)


def _file_to_lock() -> int:
    import tempfile

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def process_descriptor(pid: int) -> int | None:
    """A descriptor that becomes readable when the process dies; None where there is no such."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


class Report(NamedTuple):
    """What a worker process tells of the end of a job: the frame "end"."""

    action: str
    value: bytes | None
    exception: bytes | None
    exc_text: str | None
    reason: str | None
    dropped_lines: int
    exit_code: int | None


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
