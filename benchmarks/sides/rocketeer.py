"""Rocketry 2.5.1."""

from __future__ import annotations

import logging
import threading
import time
import warnings
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rocketry import Rocketry

if TYPE_CHECKING:
    from collections.abc import Callable

warnings.simplefilter("ignore")


def nothing() -> None:
    """What waiting tasks would do."""


def plain(func: Callable[[], None]) -> Callable[[], None]:
    """A function of its own, as Rocketry writes an attribute on what it is given."""

    def task() -> None:
        func()

    return task


class Side:
    """An application whose tasks run in threads, with its log in memory as it comes."""

    def __init__(self) -> None:
        self.app = Rocketry(config={"task_execution": "thread"})
        logging.getLogger("rocketry").propagate = False
        self._thread: threading.Thread | None = None

    def add_waiting(self, count: int) -> None:
        """Tasks whose window opens 6 hours from now."""
        opens = datetime.now() + timedelta(hours=6)  # noqa: DTZ005 - Rocketry's times are local
        closes = opens + timedelta(hours=3)
        condition = f"daily between {opens:%H:%M} and {closes:%H:%M}"
        for number in range(count):
            self.app.task(condition, name=f"waiting-{number}")(plain(nothing))

    def start(self) -> None:
        self._thread = threading.Thread(target=self.app.run, daemon=True)
        self._thread.start()
        while not self.app.session.scheduler.is_alive:
            time.sleep(0.01)

    def add_periodic(self, name: str, period_s: float, func: Callable[[], None]) -> None:
        self.app.task(f"every {period_s * 1000:g} ms", name=name)(plain(func))

    def add_burst(self, count: int, func: Callable[[], None]) -> None:
        """Tasks that are due when the application starts."""
        for number in range(count):
            self.app.task("every 1 hour", name=f"burst-{number}")(plain(func))

    def add_chain(
        self, period_s: float, first: Callable[[], None], second: Callable[[], None]
    ) -> None:
        self.add_periodic("first", period_s, first)
        self.app.task("after task 'first'", name="second")(plain(second))

    def nominal(self, name: str, stamps: list[float]) -> list[float]:
        """Rocketry has none: a grid from the first run."""
        period_s = 1.0 if name == "every-1s" else 0.1
        return [stamps[0] + number * period_s for number in range(len(stamps))]

    def stop(self) -> None:
        """The thread is a daemon: the process ends with it."""
