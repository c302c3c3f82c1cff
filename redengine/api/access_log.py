"""The access log: one line of JSON for each request, also for those that are refused."""

from __future__ import annotations

import logging
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from redengine.api.encoding import to_json
from redengine.exceptions import InvalidInput, shortened

logger = logging.getLogger("redengine.api")

UNKNOWN: Final = "unknown"
"""Stands for all paths that lead nowhere, and for methods that nothing here answers to."""


class Access(NamedTuple):
    """One request and how it was answered; never a key, a query or a body.

    Attributes:
        request_id: finds it in the other log.
        actor: the name of the key or principal; None where nobody was recognised.
        address: where it came from.
        method: the method.
        route: the template of the path.
        status: the HTTP status.
        ms: milliseconds until the answer was ready.
    """

    request_id: str
    actor: str | None
    address: str
    method: str
    route: str
    status: int
    ms: float


class AccessLog:
    """Writes lines to stderr, or to the end of a file, which may be moved away at any time.

    Args:
        target: True for stderr, or the file.

    Raises:
        InvalidInput: it is neither, or the file's folder is not there.
    """

    def __init__(self, target: bool | str | Path) -> None:
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._has_failed = False
        if target is True:
            return
        if not isinstance(target, str | Path) or not str(target):
            reason = f"expected True or the path of a file, got {shortened(target)}"
            raise InvalidInput({"access_log": reason})
        self._path = Path(target).absolute()
        if not self._path.parent.is_dir() or self._path.is_dir():
            raise InvalidInput({"access_log": f"expected a file in a folder, got {str(target)!r}"})

    def write(self, access: Access) -> None:
        """Write one line; where that fails it is lost, and the request goes on."""
        told = {"time": datetime.now(UTC), **access._asdict(), "ms": round(access.ms, 3)}
        line = to_json(told) + b"\n"
        with self._lock:
            try:
                self._append(line)
            except (AttributeError, OSError, ValueError) as error:
                if not self._has_failed:
                    self._has_failed = True
                    logger.warning("the access log cannot be written: %s", error)

    def _append(self, line: bytes) -> None:
        if self._path is None:
            sys.stderr.write(line.decode())
            sys.stderr.flush()
            return
        with self._path.open("ab") as file:  # by its name: it may have been moved away
            file.write(line)
