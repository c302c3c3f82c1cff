"""Metrics of one session, in the text format of Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redengine.scheduler.core import Core
    from redengine.scheduler.engine import Engine
    from redengine.scheduler.job import Job

BUCKETS_S: Final = (0.001, 0.01, 0.1, 1.0, 10.0, 60.0, 600.0, 3600.0)
_LOAD: Final = ("running", "queued", "abandoned", "size")


class Spread:
    """Counts seconds by bucket; a fraction of the cost of a ready-made histogram."""

    __slots__ = ("_counts", "_sum_s")

    def __init__(self) -> None:
        self._counts = [0] * (len(BUCKETS_S) + 1)
        self._sum_s = 0.0

    def note(self, seconds: float) -> None:
        """Count one more."""
        self._counts[bisect_left(BUCKETS_S, seconds)] += 1
        self._sum_s += seconds

    def add_to(self, family: HistogramMetricFamily, labels: list[str]) -> None:
        """Put the counts into a family, as Prometheus has it: cumulated."""
        bounds = [*map(str, BUCKETS_S), "+Inf"]
        totals = accumulate(self._counts)
        family.add_metric(labels, list(zip(bounds, totals, strict=True)), self._sum_s)


class Metrics:
    """Counts jobs as they end, and reads the rest when it is asked for.

    Labels are bounded by what the session's script makes: tasks, runtimes and the words for
    how a job ends.
    """

    def __init__(self, core: Core, engine: Engine) -> None:
        self._core = core
        self._engine = engine
        self._ended: Counter[tuple[str, str]] = Counter()
        self._durations: dict[str, Spread] = {}
        self._lateness = Spread()
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def note_end(self, job: Job) -> None:
        """Count a job that has ended; under the session's lock."""
        self._ended[job.task, job.status] += 1
        started_at, ended_at = job.started_at, job.ended_at
        if started_at is None or ended_at is None:
            return
        spread = self._durations.get(job.task)
        if spread is None:
            spread = self._durations[job.task] = Spread()
        spread.note((ended_at - started_at).total_seconds())
        due = job.due_at or job.run_at or job.submitted_at
        self._lateness.note(max(0.0, (started_at - due).total_seconds()))

    def collect(self) -> Iterator[Any]:
        """All families (`prometheus_client`'s protocol of a collector)."""
        with self._core.lock:
            families = [*self._of_jobs(), *self._of_session()]
        yield from families

    def _of_jobs(self) -> Iterator[Any]:
        ended = CounterMetricFamily(
            "redengine_jobs_ended", "Jobs by task and end.", labels=("task", "end")
        )
        for (task, end), number in self._ended.items():
            ended.add_metric([task, end], number)
        yield ended
        durations = HistogramMetricFamily(
            "redengine_job_duration_seconds",
            "How long the last attempt of ended jobs ran.",
            labels=("task",),
        )
        for task, spread in self._durations.items():
            spread.add_to(durations, [task])
        yield durations
        lateness = HistogramMetricFamily(
            "redengine_job_lateness_seconds", "From the due time, or the submission, to the start."
        )
        self._lateness.add_to(lateness, [])
        yield lateness

    def _of_session(self) -> Iterator[Any]:
        core, store = self._core, self._core.journal.store
        for name, meaning, value in (
            ("tasks", "Registered tasks.", len(core.tasks)),
            ("jobs_active", "Jobs that have not ended.", len(core.jobs)),
            ("engine_wake_ups", "Looks at the agenda.", self._engine.wake_ups),
            ("store_pending", "Entries on their way into the store.", store.pending),
            ("store_healthy", "Whether the store can be written.", int(store.healthy)),
        ):
            yield GaugeMetricFamily(f"redengine_{name}", meaning, value)
        for name in _LOAD:
            family = GaugeMetricFamily(
                f"redengine_runtime_{name}", f"Jobs by runtime: {name}.", labels=("runtime",)
            )
            for runtime in core.runtimes.values():
                family.add_metric([runtime.name], float(str(runtime.load().get(name, 0))))
            yield family

    def text(self) -> bytes:
        """All metrics in the text format."""
        return generate_latest(self._registry)
