"""Progress: what a job's code tells, in the log, in the API, and in a line of the terminal."""

from __future__ import annotations

import logging
import math
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, Final, TextIO

from redengine.runtimes.output import capture
from redengine.runtimes.output.lines import QUIET
from redengine.runtimes.output.terminal import BottomLine, display_width, is_terminal, printable
from redengine.scheduler.events import JOB_PROGRESS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from redengine.runtimes import Progress
    from redengine.scheduler.core import Core
    from redengine.scheduler.jobs.job import Job

log = logging.getLogger("redengine.progress")

LOG_EVERY_S: Final = 10.0
"""A job's progress is logged when it is first told, then at most so often, and at the end."""


class Estimate:
    """Reckons how many seconds of a job are left.

    The rate is what was done since the attempt's code started; where `done` goes back, a new
    stretch begins there, and the rate is that of the new stretch.

    Args:
        now: when the attempt's code started, on a monotonic clock.

    Example:
        >>> from redengine.runtimes import Progress
        >>> Estimate(0.0).seconds_left(Progress(10, 40), 5.0)
        15.0
    """

    __slots__ = ("_began_at", "_began_with", "_done")

    def __init__(self, now: float) -> None:
        self._began_at = now
        self._began_with = 0.0
        self._done = 0.0

    def seconds_left(self, progress: Progress, now: float) -> float | None:
        """The seconds left; None while nothing can be said.

        That is: there is no total or it is 0, nothing has been done, or no time has passed.
        """
        done, total = progress.done, progress.total
        if done < self._done:
            self._began_at, self._began_with = now, done
        self._done = done
        if not total:
            return None
        if done >= total:
            return 0.0
        gained, elapsed_s = done - self._began_with, now - self._began_at
        if gained <= 0 or elapsed_s <= 0:
            return None
        left_s = (total - done) / gained * elapsed_s
        return round(left_s, 3) if math.isfinite(left_s) else None


class Telling:
    """Takes the progress of one attempt to its job, to those who watch, and to the log.

    Args:
        core: the session's state.
        job: the job.
        began_at: when the attempt's code started, on the session's monotonic clock.
    """

    __slots__ = ("_core", "_estimate", "_is_logged", "_job", "_logged_at")

    def __init__(self, core: Core, job: Job, began_at: float) -> None:
        self._core = core
        self._job = job
        self._estimate = Estimate(began_at)
        self._is_logged = True
        self._logged_at: float | None = None

    def take(self, progress: Progress) -> None:
        """The code has told something new."""
        core, job = self._core, self._job
        now = core.clock.monotonic()
        text = progress.text
        at = core.clock.now()
        job.progress_value = told = {
            "done": progress.done,
            "total": progress.total,
            "text": None if text is None else core.parameters.scrub(text),
            "eta": self._estimate.seconds_left(progress, now),
            "updated_at": at.isoformat(),
        }
        core.events.publish(JOB_PROGRESS, at, job.id, job.task, job.attempt, told)
        self._is_logged = False
        if self._logged_at is None or now - self._logged_at >= LOG_EVERY_S:
            self._logged_at = now
            self._log()

    def finish(self) -> None:
        """The attempt has ended: log what was told last."""
        if not self._is_logged:
            self._log()

    def _log(self) -> None:
        self._is_logged = True
        job, told = self._job, self._job.progress_value
        if told is None or not log.isEnabledFor(logging.INFO):
            return
        facts = {"job_id": job.id, "task_name": job.task, **told}
        was_quiet, QUIET.is_on = QUIET.is_on, True  # this is not the job's own output
        try:
            log.info(
                "job %s of task '%s': %s",
                job.id,
                job.task,
                spoken(told["done"], told["total"], told["text"]),
                extra={"action": "progress", **facts},
            )
        finally:
            QUIET.is_on = was_quiet


def spoken(done: float, total: float | None, text: str | None) -> str:
    """Progress in words: "30 of 120 (25%), reading"."""
    words = f"{done:g}" if isinstance(done, float) else str(done)
    if total is not None:
        words += f" of {total:g}" if isinstance(total, float) else f" of {total}"
    if total:
        words += f" ({percent(done, total)}%)"
    return f"{words}, {text}" if text else words


def percent(done: float, total: float) -> int:
    """How many hundredths are done; 100 when all is, and not before."""
    return int(done * 100 // total)


REDRAW_EVERY_S: Final = 0.1
"""The line is drawn at most so often, so a job that takes less time is never shown."""
_TICK_S: Final = 1.0
"""How often the elapsed time is renewed while jobs are shown; nothing wakes up otherwise."""
_BAR: Final = 10
_BETWEEN: Final = " | "
_JOIN_S: Final = 2.0


class ProgressLine:
    """Draws the line when something has changed, from a thread that sleeps in between.

    Args:
        core: the session's state.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._line: BottomLine | None = None
        self._thread: threading.Thread | None = None
        self.looks = 0
        """How often it has looked at the jobs."""

    def start(self, stream: TextIO | None = None) -> None:
        """Show the line from now on, if the stream is a terminal that can and may have one.

        Args:
            stream: where to draw; the error stream if not given.
        """
        stream = capture.real_stream("stderr") if stream is None else stream
        if stream is None or self._line is not None or not can_have_line(stream, os.environ):
            return
        self._stop.clear()
        self._line = line = BottomLine(stream, self._wake.set)
        capture.make_room_for(line)
        self._core.events.listen(self._wake.set)
        self._wake.set()
        self._thread = threading.Thread(
            target=self._run, args=(line,), name="redengine-progress-line", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Erase the line for good; without effect where there is none."""
        line, thread = self._line, self._thread
        if line is None or thread is None:
            return
        self._core.events.ignore(self._wake.set)
        self._stop.set()
        self._wake.set()
        thread.join(_JOIN_S)
        line.step_aside()  # and it never comes back
        capture.make_room_for(None)
        self._line = self._thread = None

    def _run(self, line: BottomLine) -> None:
        is_shown = False
        while not self._stop.is_set():
            self._wake.wait(_TICK_S if is_shown else None)
            if self._stop.wait(REDRAW_EVERY_S):
                return
            self._wake.clear()
            self.looks += 1
            text = self.text(line.width)
            line.show(text)
            is_shown = bool(text)

    def text(self, width: int) -> str:
        """What runs now, in at most so many columns; empty where nothing is to be shown."""
        core = self._core
        if not core.config.progress_line:
            return ""
        with core.lock:
            jobs = [job for job in core.jobs.values() if _is_shown(job)]
        jobs.sort(key=lambda job: (job.progress is None, job.started_at))
        now = core.clock.now()
        return _joined([described(job, now) for job in jobs], width)


def can_have_line(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether the stream is a terminal, and neither NO_COLOR nor TERM=dumb forbids the line."""
    if not is_terminal(stream) or environment.get("NO_COLOR"):
        return False
    return environment.get("TERM") != "dumb" and (
        sys.platform == "win32" or bool(environment.get("TERM"))
    )


def _is_shown(job: Job) -> bool:
    if job.status not in {"run", "paused"} or job.started_at is None or job.is_held:
        return False
    return job.definition is None or not job.definition.permanent


def described(job: Job, now: datetime) -> str:
    """One running job in a few words: name, bar, percent, text, elapsed time, estimate."""
    parts = [job.task]
    told = job.progress
    if told is not None:
        parts.append(_bar(told))
        if told["text"]:
            parts.append(told["text"])
    if job.started_at is not None:
        parts.append(clock_text((now - job.started_at).total_seconds()))
    if job.status == "paused":
        parts.append("paused")
    elif told is not None and told["eta"] is not None:
        parts.append(f"eta {clock_text(told['eta'])}")
    return printable(" ".join(parts))


def _bar(told: Mapping[str, Any]) -> str:
    done, total = told["done"], told["total"]
    if not total:
        return f"{done:g}"
    full = int(done * _BAR // total)
    return f"[{'#' * full}{'.' * (_BAR - full)}] {percent(done, total):>3}%"


def clock_text(seconds: float) -> str:
    """A span as a clock shows it: 0:07, 12:34, 1:02:03."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _joined(descriptions: list[str], width: int) -> str:
    """As many descriptions as there is room for, the first at least, and the number of others."""
    text = "".join(descriptions[:1])
    for number, description in enumerate(descriptions[1:], 1):
        longer = text + _BETWEEN + description
        left = len(descriptions) - number - 1
        more = f"{_BETWEEN}+{left} more" if left else ""
        if display_width(longer + more) > width:
            return f"{text}{_BETWEEN}+{left + 1} more"
        text = longer
    return text
