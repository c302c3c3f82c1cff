"""Families: what a session has counted, as Prometheus names and types it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping

    from redengine.scheduler.core import Core
    from redengine.scheduler.engine.engine import Engine
    from redengine.store import Store
    from redengine.support.histogram import Histogram

T = TypeVar("T", int, float)

_LOAD: Final[Mapping[str, str]] = {
    "running": "Jobs that run, by runtime.",
    "queued": "Jobs that wait in the queue of a runtime.",
    "abandoned": "Jobs that were given up and whose thread goes on, by runtime.",
    "size": "How many jobs a runtime runs at once.",
}


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


def _add(family: HistogramMetricFamily, labels: list[str], histogram: Histogram) -> None:
    """Put the counts of a histogram into a family."""
    bounds = [*map(str, histogram.bounds), "+Inf"]
    family.add_metric(
        labels, list(zip(bounds, histogram.cumulated(), strict=True)), sum_value=histogram.total
    )


def _histogram(
    name: str, meaning: str, label: str | None, histograms: Mapping[str, Histogram]
) -> HistogramMetricFamily:
    labels = [] if label is None else [label]
    family = HistogramMetricFamily(f"redengine_{name}", meaning, labels=labels)
    for value, histogram in histograms.items():
        _add(family, [] if label is None else [value], histogram)
    return family


def of_submissions(submitted: Mapping[str, Counter[str]]) -> Iterator[Any]:
    """How many jobs were made, and for whom."""
    family = CounterMetricFamily(
        "redengine_jobs_submitted",
        "Jobs that were made, by task and what asked for them.",
        labels=("task", "trigger"),
    )
    for task, counter in submitted.items():
        for trigger, number in counter.items():
            family.add_metric([task, trigger], number)
    yield family


def of_tasks(figures: Mapping[str, TaskFigures]) -> Iterator[Any]:
    """When each task last succeeded and ended, when it starts next, and whether it should have."""
    for name, meaning, values in (
        (
            "last_success_timestamp_seconds",
            "When a job of the task last succeeded.",
            {task: each.last_success for task, each in figures.items()},
        ),
        (
            "last_end_timestamp_seconds",
            "When a job of the task last ended, whatever way.",
            {task: each.last_end for task, each in figures.items()},
        ),
        (
            "next_start_timestamp_seconds",
            "When the task starts next, as far as time alone decides it.",
            {task: each.next_start for task, each in figures.items()},
        ),
        (
            "overdue",
            "Whether the task should have started more than 5 seconds ago and has not.",
            {task: each.overdue for task, each in figures.items()},
        ),
    ):
        family = GaugeMetricFamily(f"redengine_task_{name}", meaning, labels=("task",))
        for task, value in values.items():
            if value is not None:
                family.add_metric([task], value)
        yield family


def of_jobs(
    ends: Mapping[str, Counter[str]],
    durations: Mapping[str, Histogram],
    waits: Mapping[str, Histogram],
    lateness: Histogram,
) -> Iterator[Any]:
    """How jobs ended, how long they ran and waited, and how late they began."""
    ended = CounterMetricFamily(
        "redengine_jobs_ended", "Jobs by task and end.", labels=("task", "end")
    )
    for task, counter in ends.items():
        for end, number in counter.items():
            ended.add_metric([task, end], number)
    yield ended
    meaning = "How long the last attempt of ended jobs ran."
    yield _histogram("job_duration_seconds", meaning, "task", durations)
    meaning = "How long attempts waited in the queue of their runtime before they began."
    yield _histogram("job_queue_wait_seconds", meaning, "runtime", waits)
    meaning = "From the due time, or the submission, to the start."
    yield _histogram("job_lateness_seconds", meaning, None, {"": lateness})


def of_session(core: Core) -> Iterator[Any]:
    """What the session holds."""
    for name, meaning, value in (
        ("tasks", "Registered tasks.", len(core.tasks)),
        ("jobs_active", "Jobs that have not ended.", len(core.active_jobs)),
        ("jobs_waiting", "Jobs that have not begun.", core.waiting),
        ("queue_limit", "How many jobs may wait.", core.config.max_queue_size),
    ):
        yield GaugeMetricFamily(f"redengine_{name}", meaning, value)


def of_engine(engine: Engine) -> Iterator[Any]:
    """How much the engine did."""
    for name, meaning, value in (
        ("wake_ups", "Looks at the agenda.", engine.wake_ups),
        ("looks", "Tasks and other items that were looked at.", engine.looks),
        (
            "evaluation_seconds",
            "Time spent in looking: evaluating conditions, and making the jobs that start.",
            engine.looking_s,
        ),
    ):
        yield CounterMetricFamily(f"redengine_engine_{name}", meaning, value)


def of_store(store: Store) -> Iterator[Any]:
    """Whether and how the store is written."""
    for name, meaning, value in (
        ("pending", "Entries on their way into the store.", store.pending),
        ("healthy", "Whether the store can be written.", int(store.healthy)),
    ):
        yield GaugeMetricFamily(f"redengine_store_{name}", meaning, value)
    meaning = "How many entries were committed together."
    yield _histogram("store_batch_entries", meaning, None, {"": store.batch_sizes})
    meaning = "How long commits of the store took."
    yield _histogram("store_commit_seconds", meaning, None, {"": store.commit_times})


def of_runtimes(core: Core) -> Iterator[Any]:
    """How full each runtime is."""
    loads = {name: runtime.load() for name, runtime in core.runtimes.items()}
    for figure, meaning in _LOAD.items():
        family = GaugeMetricFamily(f"redengine_runtime_{figure}", meaning, labels=("runtime",))
        for name, load in loads.items():
            family.add_metric([name], float(str(load.get(figure, 0))))
        yield family


def of_requests(
    counts: Mapping[tuple[str, str, int], int], times: Mapping[tuple[str, str], Histogram]
) -> Iterator[Any]:
    """How many requests the API has answered, and how fast."""
    answered = CounterMetricFamily(
        "redengine_api_requests",
        "Requests by route, method and status.",
        labels=("route", "method", "status"),
    )
    for (route, method, status), number in counts.items():
        answered.add_metric([route, method, str(status)], number)
    yield answered
    durations = HistogramMetricFamily(
        "redengine_api_request_duration_seconds",
        "How long answers took.",
        labels=("route", "method"),
    )
    for (route, method), histogram in times.items():
        _add(durations, [route, method], histogram)
    yield durations
