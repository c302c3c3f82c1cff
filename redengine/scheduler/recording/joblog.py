"""The lines that tell a program's `logging` what becomes of jobs, on the logger `redengine.jobs`.

What else the scheduler says under its lock goes the same way, on loggers of its own.

Log handlers are user code: a line that is made under the session's lock waits in a queue until a
thread without the lock hands it over, and what a handler raises is shown and goes no further.
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
import traceback
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from redengine.exceptions import MissingArgument
from redengine.parameters import MASK
from redengine.runtimes.output.lines import QUIET, UNSAID

if TYPE_CHECKING:
    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.job import Job
    from redengine.tasks import Task

LOGGER: Final = logging.getLogger("redengine.jobs")
# The package prints nothing about jobs by itself: without a handler Python's last resort would.
LOGGER.addHandler(logging.NullHandler())

_TOO_LATE: Final = frozenset({"timeout", "deadline", "grace"})
_WISHED: Final = frozenset({"disabled", "paused", "condition", "end_cond"})
"""Reasons of skipped starts that somebody asked for."""
_ENDS: Final = {
    "success": "succeeded",
    "fail": "failed",
    "crash": "crashed",
    "terminate": "was terminated",
    "inaction": "did nothing",
    "cancel": "was withdrawn",
}


class _Line(NamedTuple):
    """What is said; `trace` is the formatted traceback, `error` the exception it tells of."""

    level: int
    text: str
    action: str
    task: str
    job_id: str | None
    reason: str | None = None
    trace: str | None = None
    error: BaseException | None = None


class JobLog:
    """Tells of starts, ends, retries and skipped starts.

    A line carries `action`, `task` and `job_id` as attributes of its record, next to the text.

    Args:
        core: the session's state.
        speaks: False in a forecast, where nothing really runs.
        has_threads: False over virtual time, where the stepping thread hands over all lines.
    """

    def __init__(self, core: Core, *, speaks: bool, has_threads: bool) -> None:
        self._core = core
        core.hooks.say = self.say
        self._speaks = speaks
        self._has_threads = has_threads
        self._later: deque[_Line | logging.LogRecord] = deque()
        self._aside: queue.SimpleQueue[_Line | logging.LogRecord | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    # -- called in the thread that runs or ends the job; under the lock over virtual time alone

    def began(self, job: Job) -> None:
        """The code of a job is about to run."""
        if self._hears(logging.INFO):
            text = f"task '{job.task}' starts (job {job.id}, attempt {job.attempt})"
            self._give(_Line(logging.INFO, text, "run", job.task, job.id))

    def ended(self, job: Job) -> None:
        """A job has come to its end."""
        line = self._end_of(job)
        if line is not None:
            self._give(line)

    def flush(self) -> None:
        """Hand over the lines that were made under the lock, unless it is held here as well."""
        if self._core.has_lock:
            return
        for waiting in (self._later, UNSAID):
            while waiting:
                try:
                    line = waiting.popleft()
                except IndexError:  # another thread was quicker
                    break
                _hand_over(line)

    # -- called with or without it

    def say(self, logger: logging.Logger, level: int, text: str, *values: object) -> None:
        """Log something now, or soon after where the lock is held.

        Args:
            logger: on which logger.
            level: as `logging` has it; for `ERROR` with the exception that is being handled.
            text: the text, with a place for each of the values.
            values: what stands there.
        """
        if not logger.isEnabledFor(level):
            return
        handled = sys.exc_info() if level == logging.ERROR else None
        found = handled if handled is not None and handled[0] is not None else None
        record = logger.makeRecord(
            logger.name, level, __file__, 0, text % values if values else text, (), found
        )
        self._give(record)

    def _give(self, line: _Line | logging.LogRecord) -> None:
        """Hand a line over, after those that were made before it; later under the lock."""
        self._later.append(line)
        if not self._core.has_lock:
            self.flush()
        elif self._has_threads:
            self.flush_aside()

    # -- called under the lock

    def will_end(self, job: Job) -> None:
        """A job has come to its end, and only the engine or a start knows."""
        line = self._end_of(job)
        if line is not None:
            self._later.append(line)

    def will_retry(self, job: Job, action: str, follows: str) -> None:
        """An attempt has ended, and another one follows.

        Args:
            job: the job, whose error is that of the attempt.
            action: how the attempt ended.
            follows: what comes next, in words.
        """
        if self._hears(logging.WARNING) and not self._is_silenced(job):
            text = f"task '{job.task}' {_ENDS[action]} (job {job.id}): {job.error}; {follows}"
            found = _trace_of(job)
            self._later.append(
                _Line(logging.WARNING, text, action, job.task, job.id, "retry", *found)
            )

    def skipped(
        self, task: Task, skipped: object | None, reason: str, message: str, job_id: str | None
    ) -> None:
        """A start was skipped, or a row of them: `skipped` names their times as text."""
        level = logging.INFO if reason in _WISHED else logging.WARNING
        if self._hears(level):
            when = f" due {skipped}" if skipped is not None else ""
            text = f"task '{task.name}' was not started{when}: {message}"
            self._later.append(_Line(level, text, "inaction", task.name, job_id, reason))

    # -- the engine's lines

    def flush_aside(self) -> None:
        """Let another thread hand over the lines: the engine never waits for a handler."""
        if not (self._later or UNSAID):
            return
        if not self._has_threads:
            self.flush()
            return
        if self._thread is None and not self._start():
            return
        for waiting in (self._later, UNSAID):
            while waiting:
                try:
                    self._aside.put(waiting.popleft())
                except IndexError:  # another thread was quicker
                    break

    def _start(self) -> bool:
        """Start the thread that hands lines over; False where the system has none left."""
        thread = threading.Thread(target=self._run, name="redengine-log", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return False
        self._thread = thread
        return True

    def _run(self) -> None:
        while (line := self._aside.get()) is not None:
            _hand_over(line)

    def close(self, timeout_s: float) -> None:
        """Hand over what is left; a handler that does not return is waited for so long."""
        self.flush()
        thread, self._thread = self._thread, None
        if thread is not None:
            self._aside.put(None)
            thread.join(timeout_s)

    # -- what is said

    def _hears(self, level: int) -> bool:
        return self._speaks and LOGGER.isEnabledFor(level)

    def _is_silenced(self, job: Job) -> bool:
        """Whether the job failed for want of an argument, and the config says not to tell."""
        silences: bool = self._core.config.silence_task_prerun
        return silences and isinstance(job.exception_object, MissingArgument)

    def _end_of(self, job: Job) -> _Line | None:
        level = _level_of(job)
        if not self._hears(level) or self._is_silenced(job):
            return None
        took = f" after {job.duration:.3f} s" if job.duration is not None else ""
        told = job.error or job.reason
        text = f"task '{job.task}' {_ENDS[job.status]}{took} (job {job.id})"
        said = f"{text}: {told}" if told else text
        trace, error = _trace_of(job) if level >= logging.WARNING else (None, None)
        return _Line(level, said, job.status, job.task, job.id, job.reason, trace, error)


def _level_of(job: Job) -> int:
    """An error where work was not done that should have been."""
    if job.status in {"fail", "crash"} or job.is_refused:
        return logging.ERROR
    if job.reason in _TOO_LATE:
        return logging.ERROR if job.status == "terminate" else logging.WARNING
    return logging.INFO


def _trace_of(job: Job) -> tuple[str | None, BaseException | None]:
    """The traceback of a failure, and its exception unless a secret stands in it.

    A handler may show the exception in its own way, but never one with a secret.
    """
    trace = job.exc_text
    if trace is None:
        return None, None
    return trace.rstrip("\n"), None if MASK in trace else job.exception_object


def _hand_over(line: _Line | logging.LogRecord) -> None:
    """Give a line to the program's handlers; a failing one does no harm."""
    was_quiet, QUIET.is_on = QUIET.is_on, True  # no part of the output of a job that runs here
    try:
        record = _record(line) if isinstance(line, _Line) else line
        logging.getLogger(record.name).handle(record)
    except BaseException:  # noqa: BLE001 - shown, as logging shows what its own handlers raise; sys.exit() in one ends no worker
        if logging.raiseExceptions and sys.stderr is not None:
            traceback.print_exc()
    finally:
        QUIET.is_on = was_quiet


def _record(line: _Line) -> logging.LogRecord:
    error = line.error
    found = None if error is None else (type(error), error, error.__traceback__)
    extra = {name: getattr(line, name) for name in ("action", "task", "job_id", "reason")}
    level, text = line.level, line.text
    record = LOGGER.makeRecord(LOGGER.name, level, __file__, 0, text, (), found, extra=extra)
    record.exc_text = line.trace
    return record
