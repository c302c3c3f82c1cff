"""Carrying out one execution in the calling thread."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from contextvars import copy_context
from types import CoroutineType
from typing import TYPE_CHECKING

from redengine.forks import times_forked
from redengine.interrupts import INTERRUPTS
from redengine.runtimes.context import enter_job
from redengine.runtimes.outcome import raised, returned

if TYPE_CHECKING:
    from redengine.runtimes.base import Execution
    from redengine.runtimes.outcome import Outcome

_LOGGER = logging.getLogger("redengine.runtimes")


def begin(execution: Execution) -> Outcome | bool:
    """Begin an execution.

    Returns:
        True: it is begun. False: it is not to be run, nor ended.
        An Outcome: beginning it failed; it must be ended with this one.
    """
    try:
        if not execution.begin():
            return False
    except BaseException as error:
        _LOGGER.exception("job %s could not begin", execution.id)
        return raised(error, execution.context)
    return True


def perform(execution: Execution) -> Outcome:
    """Run the code here, as the current job; whatever it raises becomes the outcome."""
    return copy_context().run(_perform, execution)


def _perform(execution: Execution) -> Outcome:
    context = execution.context
    enter_job(context)
    forks = times_forked()
    try:
        value = execution.call()
        if type(value) is CoroutineType:
            value = run_coroutine(value)
    except BaseException as error:  # noqa: BLE001 # SystemExit and KeyboardInterrupt end the job, not the worker
        outcome = raised(error, context)
    else:
        outcome = returned(value, context)
    leave_if_forked(forks, outcome)
    return outcome


def leave_if_forked(forks: int, outcome: Outcome) -> None:
    """End a forked child that comes back from a task's code: the job and its end are the parent's.

    Args:
        forks: what `times_forked` said before the code was called.
        outcome: how the code came back here.
    """
    if times_forked() == forks:
        return
    error = outcome.exception
    status: object = 0 if error is None else 1
    if isinstance(error, SystemExit):
        status = error.code or 0
    elif outcome.exc_text and sys.stderr is not None:
        sys.stderr.write(outcome.exc_text)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(status if isinstance(status, int) else 1)


@INTERRUPTS.caller
def run_coroutine(coroutine: CoroutineType[object, object, object]) -> object:
    """What an `async def` function returns, run on a loop of its own in this thread."""
    import asyncio

    return asyncio.run(coroutine)


def finish(execution: Execution, outcome: Outcome) -> None:
    """Hand over what the code told last, and report the end; a failing report is only logged."""
    try:
        execution.context.close()
        execution.end(outcome)
    except BaseException:
        _LOGGER.exception("the end of job %s (%s) could not be reported", execution.id, outcome[0])
