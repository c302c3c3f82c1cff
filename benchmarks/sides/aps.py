"""APScheduler 3."""

from __future__ import annotations

import sqlite3
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from apscheduler.events import EVENT_JOB_EXECUTED
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

if TYPE_CHECKING:
    from collections.abc import Callable

UTC = timezone.utc  # noqa: UP017 - the peers' environment may be older
_MARGIN = timedelta(seconds=0.5)
_RELAXED = {"misfire_grace_time": 60, "coalesce": False}


def nothing() -> None:
    """What waiting jobs would do."""


class Side:
    """A background scheduler; with `store`, a listener writes a row after each run.

    APScheduler keeps no history of its own: this is what its users write.
    """

    def __init__(self, store: str | None = None) -> None:
        self.scheduler = BackgroundScheduler(timezone=UTC, job_defaults=_RELAXED)
        self._first: dict[str, tuple[float, float]] = {}
        self._bursts = 0
        self._path = store
        if store:
            self._keep_history(store)

    def _keep_history(self, path: str) -> None:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE logs (id INTEGER PRIMARY KEY, job TEXT, due INT, end INT)")
        turn = threading.Lock()

        def write(event: Any) -> None:
            row = (event.job_id, event.scheduled_run_time.timestamp(), time.time())
            with turn:
                connection.execute("INSERT INTO logs (job, due, end) VALUES (?, ?, ?)", row)

        self.scheduler.add_listener(write, EVENT_JOB_EXECUTED)

    def add_waiting(self, count: int) -> None:
        """Jobs that are due at some minute 6 to 18 hours from now, each day."""
        first = datetime.now(UTC) + timedelta(hours=6)
        for number in range(count):
            at = first + timedelta(minutes=number % 720)
            trigger = CronTrigger(hour=at.hour, minute=at.minute, timezone=UTC)
            self.scheduler.add_job(nothing, trigger, id=f"waiting-{number}")

    def start(self) -> None:
        self.scheduler.start()

    def begin(self) -> None:
        self.scheduler.start()

    def add_at_once(self, name: str, func: Callable[[], None]) -> None:
        """A job that is due when the scheduler starts."""
        self.scheduler.add_job(func, id=name)

    def add_periodic(
        self, name: str, period_s: float, func: Callable[[], None], start: datetime | None = None
    ) -> None:
        start = start or datetime.now(UTC) + _MARGIN
        self._first[name] = (start.timestamp(), period_s)
        trigger = IntervalTrigger(start_date=start, timezone=UTC)
        trigger.interval = timedelta(seconds=period_s)
        trigger.interval_length = period_s
        self.scheduler.add_job(func, trigger, id=name)

    def add_burst(self, count: int, func: Callable[[], None]) -> None:
        """Jobs that are due together, every second."""
        start = datetime.now(UTC) + timedelta(seconds=2)
        for number in range(count):
            self.add_periodic(f"burst-{number}", 1, func, start)

    def add_chain(
        self, period_s: float, first: Callable[[], None], second: Callable[[], None]
    ) -> None:
        """The second is added by a listener when the first has ended, to run at once."""

        def follow(event: Any) -> None:
            if event.job_id == "first":
                self.scheduler.add_job(second)

        self.scheduler.add_listener(follow, EVENT_JOB_EXECUTED)
        self.add_periodic("first", period_s, first)

    def nominal(self, name: str, stamps: list[float]) -> list[float]:
        first, period_s = self._first[name]
        return [first + number * period_s for number in range(len(stamps))]

    def rows(self) -> int:
        with sqlite3.connect(f"file:{self._path}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM logs").fetchone()[0])

    def stop(self) -> None:
        self.scheduler.shutdown(wait=False)
