"""Metrics of one session: what is counted as it happens, and given in the format of Prometheus.

Counting is our own: `prometheus_client` takes ten times as long for it, and is imported when the
metrics are first asked for. It makes their text.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from redengine.exceptions import counted
from redengine.scheduler.engine.context import SessionContext
from redengine.scheduler.engine.next_runs import is_overdue
from redengine.support.histogram import SHORT_SECONDS, Histogram
from redengine.tasks.history import ENDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from redengine.scheduler.commands import Commands
    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.engine import Engine
    from redengine.scheduler.jobs.job import Job
    from redengine.store import Store
    from redengine.tasks import Task

T = TypeVar("T", int, float)

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

    # -- giving

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
        core = self._core
        with core.lock:
            self._forget_gone_tasks()
            _drop_all_but(core.runtimes, self._waits, spare=0)
            found = [*map(_as_prometheus, self._of_jobs())]
            found += map(_as_prometheus, _of_session(core, self._engine))
            found += map(_as_prometheus, _of_store(core.store))
        found += map(_as_prometheus, _of_tasks(self._task_figures()))
        if core.commands is not None:
            found += map(_as_prometheus, _of_commands(core.commands))
        with self._request_lock:
            found += map(_as_prometheus, self._of_requests())
        yield from found

    def _of_jobs(self) -> Iterator[Family]:
        """How many jobs were made, how they ended, how long they ran and waited."""
        yield Family(
            "counter",
            "jobs_submitted",
            "Jobs that were made, by task and what asked for them.",
            _by_two(self._submitted),
            ("task", "trigger"),
        )
        yield Family(
            "counter", "jobs_ended", "Jobs by task and end.", _by_two(self._ends), ("task", "end")
        )
        yield Family(
            "histogram",
            "job_duration_seconds",
            "How long the last attempt of ended jobs ran.",
            self._durations,
            ("task",),
        )
        yield Family(
            "histogram",
            "job_queue_wait_seconds",
            "How long attempts waited in the queue of their runtime before they began.",
            self._waits,
            ("runtime",),
        )
        meaning = "From the due time, or the submission, to the start."
        yield Family("histogram", "job_lateness_seconds", meaning, {(): self._lateness})

    def _of_requests(self) -> Iterator[Family]:
        """How many requests the API has answered, and how fast."""
        yield Family(
            "counter",
            "api_requests",
            "Requests by route, method and status.",
            {(*names, str(status)): number for (*names, status), number in self._requests.items()},
            ("route", "method", "status"),
        )
        yield Family(
            "histogram",
            "api_request_duration_seconds",
            "How long answers took.",
            self._request_times,
            ("route", "method"),
        )

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


class TaskFigures(NamedTuple):
    """What is told of a task, or of all those that share a label.

    Attributes:
        last_success: when one last succeeded, in seconds since 1970; None if none ever did.
        last_end: when one last ended, whatever way.
        next_start: when one starts next, as far as time alone decides it.
        overdue: how many should have started by now and have not; None without a condition.
    """

    last_success: float | None
    last_end: float | None
    next_start: float | None
    overdue: int | None

    def beside(self, others: TaskFigures | None) -> TaskFigures:
        """The same for this task and others: the latest ends, the earliest start, the sum."""
        if others is None:
            return self
        return TaskFigures(
            last_success=max(_known(self.last_success, others.last_success), default=None),
            last_end=max(_known(self.last_end, others.last_end), default=None),
            next_start=min(_known(self.next_start, others.next_start), default=None),
            overdue=sum(_known(self.overdue, others.overdue)),
        )


def _known(*values: T | None) -> list[T]:
    return [value for value in values if value is not None]


def _figures_of(core: Core, task: Task, context: SessionContext) -> TaskFigures:
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


class Family(NamedTuple):
    """One metric.

    Attributes:
        kind: "counter", "gauge" or "histogram".
        name: its name, without `redengine_` and `_total`.
        meaning: what it tells.
        values: by the value of its label, or by a tuple of the values of several or none.
        labels: their names.
    """

    kind: str
    name: str
    meaning: str
    values: Mapping[Any, float | Histogram]
    labels: tuple[str, ...] = ()


def _as_prometheus(metric: Family) -> Any:
    from prometheus_client import core

    kinds = {
        "counter": core.CounterMetricFamily,
        "gauge": core.GaugeMetricFamily,
        "histogram": core.HistogramMetricFamily,
    }
    family: Any = kinds[metric.kind](
        f"redengine_{metric.name}", metric.meaning, labels=metric.labels
    )
    for key, value in metric.values.items():
        labels = key if isinstance(key, tuple) else (key,)
        if isinstance(value, Histogram):
            bounds = [*map(str, value.bounds), "+Inf"]
            buckets = list(zip(bounds, value.cumulated(), strict=True))
            family.add_metric(labels, buckets, sum_value=value.total)
        else:
            family.add_metric(labels, value)
    return family


def _by_two(counters: Mapping[str, Counter[str]]) -> dict[tuple[str, str], int]:
    return {(task, word): n for task, counter in counters.items() for word, n in counter.items()}


_OF_TASKS: Final[Mapping[str, str]] = {
    "last_success_timestamp_seconds": "When a job of the task last succeeded.",
    "last_end_timestamp_seconds": "When a job of the task last ended, whatever way.",
    "next_start_timestamp_seconds": "When the task starts next, as far as time alone decides it.",
    "overdue": "Whether the task should have started more than 5 seconds ago and has not.",
}
"""In the order of the fields of `TaskFigures`."""


def _of_tasks(figures: Mapping[str, TaskFigures]) -> Iterator[Family]:
    """When each task last succeeded and ended, when it starts next, and whether it should have."""
    for place, (name, meaning) in enumerate(_OF_TASKS.items()):
        given = {task: each[place] for task, each in figures.items()}
        values = {task: value for task, value in given.items() if value is not None}
        yield Family("gauge", f"task_{name}", meaning, values, ("task",))


_LOAD: Final[Mapping[str, str]] = {
    "running": "Jobs that run, by runtime.",
    "queued": "Jobs that wait in the queue of a runtime.",
    "abandoned": "Jobs that were given up and whose thread goes on, by runtime.",
    "size": "How many jobs a runtime runs at once.",
}


def _of_session(core: Core, engine: Engine) -> Iterator[Family]:
    """What the session holds, how much its engine did, and how full each runtime is."""
    for kind, name, meaning, value in (
        ("gauge", "tasks", "Registered tasks.", len(core.tasks)),
        ("gauge", "jobs_active", "Jobs that have not ended.", len(core.active_jobs)),
        ("gauge", "jobs_waiting", "Jobs that have not begun.", core.waiting),
        ("gauge", "queue_limit", "How many jobs may wait.", core.config.max_queue_size),
        ("counter", "engine_wake_ups", "Looks at the agenda.", engine.wake_ups),
        ("counter", "engine_looks", "Tasks and other items that were looked at.", engine.looks),
        (
            "counter",
            "engine_evaluation_seconds",
            "Time spent in looking: evaluating conditions, and making the jobs that start.",
            engine.looking_s,
        ),
    ):
        yield Family(kind, name, meaning, {(): value})
    loads = {name: runtime.load() for name, runtime in core.runtimes.items()}
    for figure, meaning in _LOAD.items():
        values = {name: float(str(load.get(figure, 0))) for name, load in loads.items()}
        yield Family("gauge", f"runtime_{figure}", meaning, values, ("runtime",))


def _of_commands(commands: Commands) -> Iterator[Family]:
    """How often commands were called, how that ended, and how long they ran."""
    ends, durations = commands.figures()
    meaning = "Calls of commands that began, by command and end."
    yield Family("counter", "commands_ended", meaning, ends, ("command", "end"))
    meaning = "How long commands ran."
    yield Family("histogram", "command_duration_seconds", meaning, durations, ("command",))


def _of_store(store: Store) -> Iterator[Family]:
    """Whether and how the store is written."""
    for kind, name, meaning, value in (
        ("gauge", "pending", "Entries on their way into the store.", store.pending),
        ("gauge", "healthy", "Whether the store can be written.", int(store.healthy)),
        (
            "histogram",
            "batch_entries",
            "How many entries were committed together.",
            store.batch_sizes,
        ),
        ("histogram", "commit_seconds", "How long commits of the store took.", store.commit_times),
    ):
        yield Family(kind, f"store_{name}", meaning, {(): value})
