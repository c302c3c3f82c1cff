"""Running a script as Python would."""

from __future__ import annotations

import contextlib
import os
import runpy
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redengine.cli import exits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType


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
            return exits.INTERRUPTED
        except Exception as error:  # noqa: BLE001 - whatever the script raises is shown
            error.__traceback__ = own_part(error.__traceback__, script)
            traceback.print_exception(error)
            return exits.FAILED
    return exits.OK


def serve_empty() -> None:
    """Run an empty session with its API until it is stopped.

    Raises:
        RedengineError: a variable of the environment does not fit, or the port is taken.
    """
    from redengine.api import FlaskAPI
    from redengine.scheduler import Session

    session = Session()
    FlaskAPI(session=session)
    session.start()


def own_part(found: TracebackType | None, script: str) -> TracebackType | None:
    """A traceback from the script's first line on; all of it where the script is not in it."""
    step = found
    while step is not None and step.tb_frame.f_code.co_filename != script:
        step = step.tb_next
    return step or found
