"""This package."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from redengine import Session
from redengine.store.tables import logs
from redengine.tasks import FuncTask

if TYPE_CHECKING:
    from collections.abc import Callable


def nothing() -> None:
    """What waiting tasks would do."""


class Side:
    """A session; with `store` in a SQLite file, where each start is committed before it."""

    def __init__(self, store: str | None = None) -> None:
        self._path = store
        self.app = Session(store=f"sqlite:///{store}" if store else None)

    def add_waiting(self, count: int) -> None:
        """Tasks that are due at some minute 6 to 18 hours from now."""
        first = datetime.now(UTC) + timedelta(hours=6)
        times = [f"daily at {first + timedelta(minutes=each):%H:%M}" for each in range(720)]
        for number in range(count):
            FuncTask(
                nothing, name=f"waiting-{number}", start_cond=times[number % 720], session=self.app
            )

    def start(self) -> None:
        """Start, and return when every task has its place in the agenda."""
        self.app.start(block=False)
        last = next(reversed(self.app.tasks.values()), None)
        while last is not None and last.wake is None and not last.active:
            time.sleep(0.001)

    def begin(self) -> None:
        """Start, and return at once."""
        self.app.start(block=False)

    def add_at_once(self, name: str, func: Callable[[], None]) -> None:
        """A task that is due when the session starts."""
        self.add_periodic(name, 10, func)

    def add_periodic(self, name: str, period_s: float, func: Callable[[], None]) -> None:
        FuncTask(func, name=name, start_cond=f"every {period_s * 1000:g} ms", session=self.app)

    def add_burst(self, count: int, func: Callable[[], None]) -> None:
        """Tasks that are due together: first when the session starts, then every second."""
        for number in range(count):
            self.add_periodic(f"burst-{number}", 1, func)

    def add_chain(
        self, period_s: float, first: Callable[[], None], second: Callable[[], None]
    ) -> None:
        self.add_periodic("first", period_s, first)
        FuncTask(second, name="second", start_cond="after task 'first'", session=self.app)

    def nominal(self, name: str, stamps: list[float]) -> list[float]:
        """The nominal times of the task's runs, oldest first."""
        jobs = self.app.jobs.of(name, 10_000)
        due = sorted(job.due_at.timestamp() for job in jobs if job.due_at and job.started_at)
        return due[: len(stamps)]

    def rows(self) -> int:
        """How many ended jobs the file shows to others."""
        with sqlite3.connect(f"file:{self._path}?mode=ro", uri=True) as connection:
            sql = f"SELECT count(*) FROM {logs.name} WHERE action = 'success'"
            return int(connection.execute(sql).fetchone()[0])

    def stop(self) -> None:
        self.app.shut_down(timeout=5)
