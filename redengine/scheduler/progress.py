"""What a job's code tells of its progress, as others see it: with an estimate, and in the log."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Final

from redengine.runtimes.output import QUIET

if TYPE_CHECKING:
    from redengine.runtimes import Progress
    from redengine.scheduler.core import Core
    from redengine.scheduler.job import Job

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
        job.progress_value = {
            "done": progress.done,
            "total": progress.total,
            "text": None if text is None else core.parameters.scrub(text),
            "eta": self._estimate.seconds_left(progress, now),
            "updated_at": core.clock.now().isoformat(),
        }
        for watcher in core.progress_watchers:
            watcher(job)
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
