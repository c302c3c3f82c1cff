"""Carrying out one execution in the calling thread, and how it ended."""

from __future__ import annotations

import contextlib
import logging
import os
import os.path
import sys
import traceback
from contextvars import copy_context
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import TYPE_CHECKING, Any

from redengine.exceptions import JobTerminated, TaskInaction, TaskTermination
from redengine.runtimes.base import Outcome
from redengine.runtimes.context import enter_job
from redengine.support.forks import times_forked
from redengine.support.interrupts import INTERRUPTS

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from redengine.runtimes.base import Execution
    from redengine.runtimes.context import JobContext

LONGEST_TEXT = 64 * 1024
"""A formatted traceback longer than this many characters loses its middle."""

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep  # noqa: PTH100, PTH120 # imported by every worker process: pathlib would slow its start
_OURS = (_PACKAGE, os.path.dirname(os.__file__) + os.sep + "asyncio" + os.sep)  # noqa: PTH120 # see above


def returned(value: object, context: JobContext) -> Outcome:
    """The outcome of code that came back with a value.

    Code that saw that it should stop has ended early, whatever it returned;
    code that was asked to stop but finished before it looked has done its work.
    """
    if context.has_noticed_stop:
        return Outcome("terminate", reason=context.stop_reason)
    if isinstance(value, GeneratorType | AsyncGeneratorType) and _has_code_left(value):
        message = (
            f"the task returned a {type(value).__name__}, whose code has not run; "
            "return a list, or loop over it in the task"
        )
        return raised(TypeError(message), context)
    return Outcome("success", value)


def _has_code_left(value: GeneratorType[Any, Any, Any] | AsyncGeneratorType[Any, Any]) -> bool:
    frame = value.gi_frame if isinstance(value, GeneratorType) else value.ag_frame
    return frame is not None


def raised(exception: BaseException, context: JobContext) -> Outcome:
    """The outcome of code that raised; anything but the job's own stop signal keeps its text."""
    if isinstance(exception, JobTerminated) and exception.job_id == context.job_id:
        return Outcome("terminate", None, exception, reason=context.stop_reason or exception.reason)
    text = format_exception(exception)
    if context.has_noticed_stop:
        return Outcome("terminate", None, exception, text, reason=context.stop_reason)
    if isinstance(exception, TaskInaction):
        return Outcome("inaction", reason=_bounded(str(exception), 500))
    if isinstance(exception, TaskTermination):
        return Outcome("terminate", reason=_bounded(str(exception), 500))
    return Outcome("fail", None, exception, text, reason=summary(exception))


def stopped(context: JobContext) -> Outcome:
    """The outcome of an execution that was ended before or without its code's doing."""
    return Outcome("terminate", reason=context.stop_reason)


def abandoned(context: JobContext) -> Outcome:
    """The outcome of an execution whose code does not stop and cannot be ended."""
    grace = f" within {context.grace_s:g} s" if context.grace_s else ""
    reason = f"{context.stop_reason}; its code did not stop{grace} and runs on, abandoned"
    return Outcome("terminate", abandoned=True, reason=reason)


def summary(exception: BaseException) -> str:
    """The exception in one line, as the last line of a traceback says it."""
    lines = traceback.format_exception_only(exception)
    return _bounded("".join(lines).strip().split("\n", 1)[0], 500)


def format_exception(exception: BaseException) -> str:
    """The traceback from the user's first frame on; its frames are cleared afterwards.

    Clearing lets go of the locals: a failed job that is remembered for a while
    does not keep a task's data in memory.
    """
    trace = _from_user_frame(exception.__traceback__)
    lines = traceback.format_exception(type(exception), exception, trace)
    traceback.clear_frames(exception.__traceback__)
    exception.__traceback__ = trace
    return _bounded("".join(lines), LONGEST_TEXT)


def _from_user_frame(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_OURS):
        trace = trace.tb_next
    return trace


def format_stack(frame: FrameType) -> str:
    """A live stack as text, oldest call first, from the user's first frame on."""
    entries = traceback.extract_stack(frame)
    is_ours = [entry.filename.startswith(_OURS) for entry in entries]
    first = is_ours.index(True) if True in is_ours else 0
    while first < len(entries) and is_ours[first]:
        first += 1
    return "".join(traceback.format_list(entries[first:] or entries))


def _bounded(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - limit} characters left out …\n{text[-half:]}"


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
