"""What is remembered of one task: the moments of its actions, and the jobs it has running."""

from __future__ import annotations

from collections import deque
from itertools import pairwise, takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.tasks.occurrences import Occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from redengine.conditions import Moment


class ActiveJobs:
    """Jobs in the order in which they were made, and which of them run.

    Changed under the session's lock; reading it needs none.
    """

    __slots__ = ("_jobs", "_resting", "_running")

    def __init__(self) -> None:
        self._jobs: dict[Any, None] = {}
        self._running: dict[Any, None] = {}
        self._resting: set[Any] = set()

    def add(self, job: Any) -> None:
        """A job was made."""
        self._jobs[job] = None

    def rest(self, job: Any) -> None:
        """The job may not begin yet, for it is held or its time has not come: it takes no slot."""
        if job in self._jobs:
            self._resting.add(job)

    def wake(self, job: Any) -> None:
        """The job may begin: it takes a slot."""
        self._resting.discard(job)

    def is_resting(self, job: Any) -> bool:
        """Whether the job takes no slot."""
        return job in self._resting

    def begin(self, job: Any) -> None:
        """An attempt of the job runs."""
        self._running[job] = None

    def pause(self, job: Any) -> None:
        """No attempt of the job runs any more."""
        self._running.pop(job, None)

    def remove(self, job: Any) -> None:
        """The job has ended."""
        self._jobs.pop(job, None)
        self._running.pop(job, None)
        self._resting.discard(job)

    @property
    def running(self) -> int:
        """How many of them run."""
        return len(self._running)

    @property
    def oldest(self) -> Any:
        """Of those that take a slot, the one that was made first."""
        return next(job for job in self._jobs if job not in self._resting)

    @property
    def longest_running(self) -> Any:
        """The running one that began first, or None."""
        return next(iter(self._running), None)

    @property
    def slots(self) -> int:
        """How many instances they are, against `max_instances`."""
        return len(self._jobs) - len(self._resting)

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._jobs))

    def __len__(self) -> int:
        return len(self._jobs)

    def __repr__(self) -> str:
        return f"ActiveJobs({list(self._jobs)!r})"


NO_JOBS: Final = ActiveJobs()
"""Stands in for those of a task that has never had a job; nothing is put into it."""


ENDS: Final = ("success", "fail", "terminate", "crash")
KEPT_MOMENTS: Final = 10_000


class TaskHistory:
    """The memory that conditions read (`conditions.History`), kept in step with the log.

    Only the latest moment of each action is kept, unless a condition asked for more
    through `keep`. A `fail` here is a fail past the retries.
    """

    __slots__ = (
        "_is_ascending",
        "_kept",
        "_latest",
        "created",
        "failures",
        "occurrences",
        "running_since",
    )

    def __init__(self, created: datetime | None = None) -> None:
        self.created = created
        self.occurrences = Occurrences()
        self.failures = 0
        self.running_since: datetime | None = None
        self._latest: dict[str, Moment] = {}
        self._is_ascending = True
        """Whether later moments have later instants: not once the clock was set back."""
        self._kept: dict[str, deque[Moment]] | None = None

    @property
    def last_due(self) -> datetime | None:
        """The nominal time of the latest job that the task's own condition started."""
        return self.occurrences.last_due

    def last(self, action: str) -> Moment | None:
        """The latest moment of an action, or None."""
        return self._latest.get(action)

    def moments(self, action: str, since: datetime, until: datetime) -> Sequence[Moment]:
        """The kept moments of an action from `since` up to but without `until`, ascending."""
        kept = (self._kept or {}).get(action)
        if kept is None:
            latest = self._latest.get(action)
            return (latest,) if latest is not None and since <= latest.at < until else ()
        if not self._is_ascending:
            return [moment for moment in kept if since <= moment.at < until]
        recent = takewhile(lambda moment: moment.at >= since, reversed(kept))
        return [moment for moment in recent if moment.at < until][::-1]

    def latest(self, actions: Iterable[str]) -> tuple[str, Moment] | None:
        """The latest of several actions with its moment, or None if there was none of them."""
        known = [(action, self._latest[action]) for action in actions if action in self._latest]
        return max(known, key=lambda pair: pair[1].order) if known else None

    @property
    def status(self) -> str | None:
        """The word of the latest action, or None while there was none."""
        latest = self.latest(("run", *ENDS, "inaction"))
        return latest[0] if latest else None

    def __repr__(self) -> str:
        latest = {action: moment.at.isoformat() for action, moment in self._latest.items()}
        return f"TaskHistory({latest!r})"

    def note(self, action: str, moment: Moment) -> None:
        """Remember an action that has just happened."""
        self._latest[action] = moment
        if self._kept is not None and action in self._kept:
            self._kept[action].append(moment)
        if action == "fail":
            self.failures += 1
        elif action in {"success", "terminate"}:
            self.failures = 0

    def restore(self, latest: dict[str, Moment], failures: int) -> None:
        """Take over what a store remembers from earlier runs."""
        self._latest.update(latest)
        self.failures = failures

    def go_back(self, now: datetime) -> None:
        """The clock was set back: intervals go on from `now`, nominal times do not come again."""
        self._is_ascending = False
        self.occurrences.go_back(now)
        if self.running_since is not None and self.running_since > now:
            self.running_since = now

    def keep(self, action: str) -> bool:
        """Keep all moments of an action from now on; whether this is new."""
        if self._kept is None:
            self._kept = {}
        if action in self._kept:
            return False
        latest = self._latest.get(action)
        self._kept[action] = deque((latest,) if latest else (), maxlen=KEPT_MOMENTS)
        return True

    def refill(self, action: str, earlier: Iterable[Moment]) -> None:
        """Put the store's moments before those that were kept here."""
        if self._kept is None:
            return
        kept = self._kept[action]
        merged = {moment.order: moment for moment in (*earlier, *kept)}
        ordered = [merged[order] for order in sorted(merged)]
        self._is_ascending &= all(a.at <= b.at for a, b in pairwise(ordered))
        self._kept[action] = deque(ordered, maxlen=KEPT_MOMENTS)

    def snapshot(self) -> HistorySnapshot:
        """What is remembered now, as a value; under the session's lock."""
        kept = self._kept
        return HistorySnapshot(
            _scalars_of(self),
            self._latest.copy(),
            None if kept is None else {action: tuple(each) for action, each in kept.items()},
            self.occurrences.snapshot(),
        )

    @classmethod
    def of_snapshot(cls, snapshot: HistorySnapshot) -> TaskHistory:
        """A history that goes on from what was remembered, independent of the first."""
        made = cls()
        for name, value in zip(_SCALARS, snapshot.scalars, strict=True):
            setattr(made, name, value)
        made.occurrences = Occurrences.of_snapshot(snapshot.occurrences)
        made._latest = dict(snapshot.latest)
        if snapshot.kept is not None:
            made._kept = {
                action: deque(each, maxlen=KEPT_MOMENTS) for action, each in snapshot.kept.items()
            }
        return made


class HistorySnapshot(NamedTuple):
    """What a history remembered at one instant; nothing in it changes.

    Attributes:
        scalars: the plain values, in the order of `_SCALARS`.
        latest: by action, its latest moment.
        kept: by action, the moments that conditions count.
        occurrences: what was known of the task's occurrences.
    """

    scalars: tuple[Any, ...]
    latest: Mapping[str, Moment]
    kept: Mapping[str, tuple[Moment, ...]] | None
    occurrences: tuple[Any, ...]


_SCALARS: Final = ("_is_ascending", "created", "failures", "running_since")
_scalars_of: Final = attrgetter(*_SCALARS)
