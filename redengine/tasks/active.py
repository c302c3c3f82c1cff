"""The jobs of a task that have not ended: any number of them, each step in constant time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


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
