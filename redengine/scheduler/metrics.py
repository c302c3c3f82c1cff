"""Metrics of one session: what is counted as it happens, and given in the format of Prometheus."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from redengine.scheduler import families
from redengine.spread import SHORT_SECONDS, Spread

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from redengine.scheduler.core import Core
    from redengine.scheduler.engine import Engine
    from redengine.scheduler.job import Job

_SPARE_SERIES: Final = 64


class Metrics:
    """Counts jobs as they begin and end, and requests; reads the rest when it is asked for.

    Labels are bounded: tasks and runtimes that exist, routes of the API, HTTP methods and
    statuses, and the words for how a job ends. What is counted of a task or runtime goes with it.
    """

    content_type: Final = CONTENT_TYPE_LATEST
    """What `text()` is, for HTTP."""

    def __init__(self, core: Core, engine: Engine) -> None:
        self._core = core
        self._engine = engine
        self._ends: dict[str, Counter[str]] = {}
        self._durations: dict[str, Spread] = {}
        self._waits: dict[str, Spread] = {}
        self._lateness = Spread()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._request_times: dict[tuple[str, str], Spread] = {}
        self._request_lock = threading.Lock()
        self._registry = CollectorRegistry()
        self._registry.register(self)

    # -- counting

    def note_begin(self, job: Job, waited_s: float) -> None:
        """Count a job that begins after so long in its runtime's queue; under the lock."""
        spread = self._waits.get(job.runtime)
        if spread is None:
            _drop_all_but(self._core.runtimes, self._waits)
            spread = self._waits[job.runtime] = Spread()
        spread.note(waited_s)

    def note_end(self, job: Job) -> None:
        """Count a job that has ended; under the lock."""
        ends = self._ends.get(job.task)
        if ends is None:
            _drop_all_but(self._core.tasks, self._ends, self._durations)
            ends = self._ends[job.task] = Counter()
        ends[job.status] += 1
        started_at, ended_at = job.started_at, job.ended_at
        if started_at is None or ended_at is None:
            return
        spread = self._durations.get(job.task)
        if spread is None:
            spread = self._durations[job.task] = Spread()
        spread.note((ended_at - started_at).total_seconds())
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
            spread = self._request_times.get((route, method))
            if spread is None:
                spread = self._request_times[route, method] = Spread(SHORT_SECONDS)
            spread.note(seconds)

    # -- giving

    def text(self) -> bytes:
        """All metrics in the text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Any]:
        """All families (`prometheus_client`'s protocol of a collector)."""
        core = self._core
        with core.lock:
            _drop_all_but(core.tasks, self._ends, self._durations, spare=0)
            _drop_all_but(core.runtimes, self._waits, spare=0)
            found = [
                *families.of_jobs(self._ends, self._durations, self._waits, self._lateness),
                *families.of_session(core),
                *families.of_engine(self._engine),
                *families.of_store(core.journal.store),
                *families.of_runtimes(core),
            ]
        with self._request_lock:
            found += families.of_requests(self._requests, self._request_times)
        yield from found


def _drop_all_but(
    names: Collection[str], *counted: dict[str, Any], spare: int = _SPARE_SERIES
) -> None:
    """Forget what was counted of things that are gone, once there are too many."""
    for series in counted:
        if len(series) > len(names) + spare or spare == 0:
            for name in [each for each in series if each not in names]:
                del series[name]
