"""Running a script as Python would, or up to where it would start its session."""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import os
import runpy
import sys
import traceback
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from redengine.cli import errors
from redengine.scheduler.environment import Environment
from redengine.sessions import Session, forget_default

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType
    from warnings import WarningMessage


@contextlib.contextmanager
def in_place_of_python(script: str, arguments: Sequence[str]) -> Iterator[None]:
    """With the arguments and the path that a script would have, were it started by Python."""
    argv, path = list(sys.argv), list(sys.path)
    sys.argv[:] = [script, *arguments]
    sys.path.insert(0, os.fspath(Path(script).resolve().parent))
    try:
        yield
    finally:
        sys.argv[:], sys.path[:] = argv, path


def run_script(script: str, arguments: Sequence[str]) -> int:
    """Run a script as `__main__` until it ends; an error in it is printed with its traceback.

    Returns:
        The exit code.
    """
    with in_place_of_python(script, arguments):
        try:
            runpy.run_path(script, run_name="__main__")
        except KeyboardInterrupt:
            click.echo(err=True)
            return errors.INTERRUPTED
        except Exception as error:  # noqa: BLE001 - whatever the script raises is shown
            error.__traceback__ = own_part(error.__traceback__, script)
            traceback.print_exception(error)
            return errors.FAILED
    return errors.OK


def serve_empty() -> None:
    """Run an empty session with its API until it is stopped.

    Raises:
        RedengineError: a variable of the environment does not fit, or the port is taken.
    """
    from redengine.api import FlaskAPI
    from redengine.sessions import Session

    session = Session()
    FlaskAPI(session=session)
    session.start()


def own_part(found: TracebackType | None, script: str) -> TracebackType | None:
    """A traceback from the script's first line on; all of it where the script is not in it."""
    step = found
    while step is not None and step.tb_frame.f_code.co_filename != script:
        step = step.tb_next
    return step or found


class Started(BaseException):
    """The script would start its session now; nothing in it is to catch this."""


@dataclass(slots=True)
class Loaded:
    """What became of a script.

    Attributes:
        sessions: the sessions that it made.
        warnings: the warnings that were given meanwhile.
        error: what it raised, if it did.
        has_started: whether it came to where it would start.
    """

    sessions: list[Session] = field(default_factory=list)
    warnings: list[WarningMessage] = field(default_factory=list)
    error: BaseException | None = None
    has_started: bool = False


def load(script: str, arguments: Sequence[str]) -> Loaded:
    """Run a script until it would start a session; what it prints goes to stderr.

    Stores are not opened: sessions keep their memory in memory.
    """
    loaded = Loaded()
    forget_default()
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(sys.stderr),
        in_place_of_python(script, arguments),
        _intercepted(loaded),
    ):
        warnings.simplefilter("default")
        try:
            runpy.run_path(script, run_name="__main__")
        except Started:
            loaded.has_started = True
        except KeyboardInterrupt:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is what is reported
            loaded.error = error
    loaded.warnings = list(caught)
    for session in loaded.sessions:
        session.shut_down()  # closes its store; it was never started
    forget_default()
    return loaded


@contextlib.contextmanager
def _intercepted(loaded: Loaded) -> Iterator[None]:
    """With sessions that are noted, open no store, and go no further than their start."""
    make, open_store = Session.__init__, Environment.open_store

    @functools.wraps(make)
    def noted(session: Session, *args: Any, **options: Any) -> None:
        make(session, *args, **options)
        if options.get("environment") is None:
            loaded.sessions.append(session)

    def stop_instead_of(method: Any) -> Any:
        @functools.wraps(method)
        def stop(session: Session, *args: Any, **options: Any) -> Any:
            if session in loaded.sessions:
                raise Started
            return method(session, *args, **options)  # one over virtual time may run

        return stop

    def in_memory(environment: Environment, core: Any, _url: str | None) -> Any:
        return open_store(environment, core, None)

    replaced: list[tuple[type, str, Any]] = [
        (Session, "__init__", noted),
        (Session, "start", stop_instead_of(Session.start)),
        (Session, "run", stop_instead_of(Session.run)),
        (Environment, "open_store", in_memory),
    ]
    kept = [(kind, name, getattr(kind, name)) for kind, name, _ in replaced]
    for kind, name, each in replaced:
        setattr(kind, name, each)
    try:
        yield
    finally:
        for kind, name, each in kept:
            setattr(kind, name, each)


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
