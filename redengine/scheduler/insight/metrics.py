"""Metrics of one session: what is counted as it happens, and given in the format of Prometheus."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import counted
from redengine.scheduler.engine.context import SessionContext
from redengine.scheduler.engine.next_runs import is_overdue
from redengine.support.histogram import SHORT_SECONDS, Histogram
from redengine.tasks.history import ENDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.engine import Engine
    from redengine.scheduler.insight.collector import TaskFigures
    from redengine.scheduler.jobs.job import Job
    from redengine.tasks import Task

_SPARE_SERIES: Final = 64
MOST_TASKS: Final = 1_000
"""So many tasks are told apart; all others are counted under `OTHER`."""
OTHER: Final = "other"
_TRIGGERS: Final = frozenset(
    ("condition", "run", "api", "force_run", "startup", "shutdown", "retry", "flow")
)
_BATCH: Final = 32
"""So many tasks are asked before the session's lock is given free."""


class Metrics:
    """Counts jobs as they begin and end, and requests; reads the rest when it is asked for.

    Labels are bounded: the first 1,000 tasks, runtimes that exist, routes of the API, HTTP methods
    and statuses, and the words for who asked for a job and how it ended. What is counted of a task
    or runtime goes with it; what is counted as "other" stays.
    """

    def __init__(self, core: Core, engine: Engine) -> None:
        self._core = core
        self._engine = engine
        self._told: dict[str, None] = {}
        """The tasks that are told apart."""
        self._submitted: dict[str, Counter[str]] = {}
        self._ends: dict[str, Counter[str]] = {}
        self._durations: dict[str, Histogram] = {}
        self._waits: dict[str, Histogram] = {}
        self._lateness = Histogram()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._request_times: dict[tuple[str, str], Histogram] = {}
        self._request_lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<Metrics of {counted(len(self._told), 'task')}>"

    # -- counting

    def _label(self, task: str) -> str:
        """What a task is called in the metrics; under the lock."""
        if task in self._told:
            return task
        if len(self._told) > len(self._core.tasks) + _SPARE_SERIES:
            self._forget_gone_tasks()
        if len(self._told) >= MOST_TASKS or task not in self._core.tasks:
            return OTHER
        self._told[task] = None
        return task

    def _forget_gone_tasks(self) -> None:
        tasks = self._core.tasks
        for name in [each for each in self._told if each not in tasks]:
            del self._told[name]
            for series in (self._submitted, self._ends, self._durations):
                series.pop(name, None)

    def note_submit(self, job: Job) -> None:
        """Count a job that was made; under the lock."""
        label = self._label(job.task)
        counter = self._submitted.get(label)
        if counter is None:
            counter = self._submitted[label] = Counter()
        counter[job.trigger if job.trigger in _TRIGGERS else OTHER] += 1

    def note_begin(self, job: Job, waited_s: float) -> None:
        """Count a job that begins after so long in its runtime's queue; under the lock."""
        histogram = self._waits.get(job.runtime)
        if histogram is None:
            _drop_all_but(self._core.runtimes, self._waits)
            histogram = self._waits[job.runtime] = Histogram()
        histogram.note(waited_s)

    def note_end(self, job: Job) -> None:
        """Count a job that has ended; under the lock."""
        label = self._label(job.task)
        ends = self._ends.get(label)
        if ends is None:
            ends = self._ends[label] = Counter()
        ends[job.status] += 1
        started_at, ended_at = job.started_at, job.ended_at
        if started_at is None or ended_at is None:
            return
        histogram = self._durations.get(label)
        if histogram is None:
            histogram = self._durations[label] = Histogram()
        histogram.note((ended_at - started_at).total_seconds())
        due = job.due_at or job.run_at or job.submitted_at
        self._lateness.note(max(0.0, (started_at - due).total_seconds()))

    def note_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered; from any thread.

        Args:
            route: the template of its path, never the path itself.
            method: the HTTP method; one of a few.
            status: the status of the answer.
            seconds: how long the answer took.
        """
        with self._request_lock:
            self._requests[route, method, status] += 1
            histogram = self._request_times.get((route, method))
            if histogram is None:
                histogram = self._request_times[route, method] = Histogram(SHORT_SECONDS)
            histogram.note(seconds)

    # -- giving; the client library is imported when it is first asked for

    @property
    def content_type(self) -> str:
        """What `text()` is, for HTTP."""
        from prometheus_client.exposition import CONTENT_TYPE_LATEST

        return CONTENT_TYPE_LATEST

    def text(self) -> bytes:
        """All metrics in the text format."""
        from prometheus_client import CollectorRegistry, generate_latest

        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Any]:
        """All families (`prometheus_client`'s protocol of a collector)."""
        from redengine.scheduler.insight import collector as families

        core = self._core
        with core.lock:
            self._forget_gone_tasks()
            _drop_all_but(core.runtimes, self._waits, spare=0)
            found = [
                *families.of_submissions(self._submitted),
                *families.of_jobs(self._ends, self._durations, self._waits, self._lateness),
                *families.of_session(core),
                *families.of_engine(self._engine),
                *families.of_store(core.store),
                *families.of_runtimes(core),
            ]
        found += families.of_tasks(self._task_figures())
        with self._request_lock:
            found += families.of_requests(self._requests, self._request_times)
        yield from found

    def _task_figures(self) -> dict[str, TaskFigures]:
        """What is told of each task that has a condition or has run, by label."""
        core = self._core
        with core.lock:
            tasks = [task for task in core.tasks.values() if not task.permanent]
        found: dict[str, TaskFigures] = {}
        for first in range(0, len(tasks), _BATCH):
            with core.lock:
                context = SessionContext(core)
                for task in tasks[first : first + _BATCH]:
                    if core.tasks.get(task.name) is task:
                        label = self._label(task.name)
                        found[label] = _figures_of(core, task, context).beside(found.get(label))
        return found


def _figures_of(core: Core, task: Task, context: SessionContext) -> TaskFigures:
    from redengine.scheduler.insight.collector import TaskFigures

    success, end = task.history.last("success"), task.history.latest(ENDS)
    following = core.next_runs.of(task)
    return TaskFigures(
        last_success=success.at.timestamp() if success else None,
        last_end=end[1].at.timestamp() if end else None,
        next_start=following.timestamp() if following else None,
        overdue=None if task.start_cond is None else int(is_overdue(core, task, context)),
    )


def _drop_all_but(
    names: Collection[str], *counted: dict[str, Any], spare: int = _SPARE_SERIES
) -> None:
    """Forget what was counted of things that are gone, once there are too many."""
    for series in counted:
        if len(series) > len(names) + spare or spare == 0:
            for name in [each for each in series if each not in names]:
                del series[name]
