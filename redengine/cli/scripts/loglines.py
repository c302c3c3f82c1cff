"""The lines about jobs on stderr, for a script that configures no logging of its own."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOGGER: Final = logging.getLogger("redengine")
_FIELDS: Final = ("action", "task", "job_id", "reason")


@contextlib.contextmanager
def lines_on_stderr(form: str) -> Iterator[None]:
    """Write what the package logs to stderr, from level INFO on.

    A script that configures logging itself has its own lines, and these end.

    Args:
        form: "text", or "json" for one object a line.
    """
    handler = _Stderr()
    handler.setFormatter(_JsonLine() if form == "json" else _TextLine())
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        handler.retire()


class _Stderr(logging.StreamHandler):  # type: ignore[type-arg] # its stream is looked up below
    """Writes to the stderr of the moment, as long as nothing else handles the records."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def filter(self, record: logging.LogRecord) -> bool:
        if logging.getLogger().handlers:
            self.retire()
            return False
        self.stream = sys.stderr
        return bool(super().filter(record))

    def retire(self) -> None:
        """Leave the lines to others."""
        if self in _LOGGER.handlers:
            _LOGGER.removeHandler(self)
            _LOGGER.setLevel(logging.NOTSET)


class _TextLine(logging.Formatter):
    """`2026-03-07 02:30:00,000 ERROR task 'fetch' failed …`, and the traceback below."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")


class _JsonLine(logging.Formatter):
    """One JSON object: timestamp, level, logger, message, and what the record says of a job."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        told = {
            "timestamp": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name in _FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                told[name] = str(value)
        if record.exc_info and record.exc_text is None:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text is not None:
            told["traceback"] = record.exc_text
        return json.dumps(told, ensure_ascii=False)
