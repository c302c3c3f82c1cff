"""The pytest plugin that this package ships: a fixture, and captured output that is safe.

pytest captures output in text streams, which it reads, truncates and closes in its own thread
while the jobs of a session that a test has started print to them. `io.TextIOWrapper` does not
survive that: the interpreter can crash. So both use a stream one after the other here.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redengine.testing import ManualSession

_STREAMS: Final = {"EncodedFile": ("write", "flush"), "CaptureIO": ("write", "flush", "getvalue")}
_READERS: Final = ("SysCaptureBinary", "SysCapture", "FDCaptureBinary", "FDCapture")
_PATCH: Final = pytest.StashKey[pytest.MonkeyPatch]()


@pytest.fixture
def manual_session() -> Iterator[ManualSession]:
    """A fresh session over virtual time, in UTC, from 2026-01-01; closed after the test."""
    from redengine.testing import ManualSession

    with ManualSession(start="2026-01-01T00:00") as session:
        yield session


def pytest_configure(config: pytest.Config) -> None:
    """Let nobody print to what pytest captures while pytest reads, truncates or closes it."""
    from _pytest import capture

    patch = config.stash[_PATCH] = pytest.MonkeyPatch()
    for name, methods in _STREAMS.items():
        for method in methods:
            _wrap(patch, capture, name, method, lambda stream: stream)
    for name in _READERS:
        for method in ("snap", "done", "start", "resume"):
            _wrap(patch, capture, name, method, lambda reader: reader.tmpfile)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave pytest's classes as they were."""
    config.stash[_PATCH].undo()


def _wrap(
    patch: pytest.MonkeyPatch, module: Any, name: str, method: str, stream_of: Callable[[Any], Any]
) -> None:
    """Have a method of a class of pytest's called while no other thread uses its stream.

    The classes are pytest's own affair: what is not there in some version is left out.
    """
    from redengine.runtimes.output.capture import ensure
    from redengine.runtimes.output.terminal import exclusive

    owner = getattr(module, name, None)
    original = getattr(owner, method, None)
    if owner is None or original is None:
        return

    @functools.wraps(original)
    def alone(self: Any, *args: Any) -> Any:
        with exclusive(stream_of(self)):
            answer = original(self, *args)
        if method in {"start", "resume"}:
            ensure()  # the standard streams are others now: what jobs print is still their output
        return answer

    patch.setattr(owner, method, alone)
