"""What is remembered of one task: the moments of its actions, and the jobs it has running."""

from __future__ import annotations

from collections import deque
from itertools import takewhile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from redengine.conditions import Moment

ENDS: Final = ("success", "fail", "terminate", "crash")
KEPT_MOMENTS: Final = 10_000


class TaskHistory:
    """The memory that conditions read (`conditions.History`), kept in step with the log.

    Only the latest moment of each action is kept, unless a condition asked for more
    through `keep`. A `fail` here is a fail past the retries.
    """

    __slots__ = (
        "_kept",
        "_latest",
        "blocked_due",
        "created",
        "due_order",
        "failures",
        "fired",
        "last_due",
        "running_since",
        "skip_noted",
        "skipped_due",
    )

    def __init__(self, created: datetime | None = None) -> None:
        self.created = created
        self.last_due: datetime | None = None
        self.due_order = 0
        """The number of the latest log record when `last_due` was decided on."""
        self.fired: datetime | None = None
        """Nominal times up to this one have been started, though the clock was set back since."""
        self.failures = 0
        self.running_since: datetime | None = None
        self.blocked_due: datetime | None = None
        """An occurrence that is due and waits for a free slot."""
        self.skipped_due: datetime | None = None
        """The latest occurrence of which the log says that it was skipped."""
        self.skip_noted = False
        """Whether the log already says that starts are skipped, until something changes."""
        self._latest: dict[str, Moment] = {}
        self._kept: dict[str, deque[Moment]] | None = None

    def last(self, action: str) -> Moment | None:
        """The latest moment of an action, or None."""
        return self._latest.get(action)

    def moments(self, action: str, since: datetime, until: datetime) -> Sequence[Moment]:
        """The kept moments of an action from `since` up to but without `until`, ascending."""
        kept = (self._kept or {}).get(action)
        if kept is None:
            latest = self._latest.get(action)
            return (latest,) if latest is not None and since <= latest.at < until else ()
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

    def note(self, action: str, moment: Moment) -> None:
        """Remember an action that has just happened."""
        self._latest[action] = moment
        if self._kept is not None and action in self._kept:
            self._kept[action].append(moment)
        if action == "fail":
            self.failures += 1
        elif action in {"success", "terminate"}:
            self.failures = 0

    def restore(self, latest: dict[str, Moment], failures: int, last_due: datetime | None) -> None:
        """Take over what a store remembers from earlier runs."""
        self._latest.update(latest)
        self.failures = failures
        self.last_due = last_due

    def go_back(self, now: datetime) -> None:
        """The clock was set back: intervals go on from `now`, nominal times do not come again."""
        if self.last_due is not None and self.last_due > now:
            self.fired = max(self.last_due, self.fired or self.last_due)
            self.last_due = now

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
        self._kept[action] = deque(
            (merged[order] for order in sorted(merged)),
            maxlen=KEPT_MOMENTS,
        )

    def copy(self) -> TaskHistory:
        """An independent copy, for a forecast."""
        twin = TaskHistory()
        for name in TaskHistory.__slots__:
            setattr(twin, name, getattr(self, name))
        twin._latest = dict(self._latest)
        if self._kept is not None:
            twin._kept = {action: kept.copy() for action, kept in self._kept.items()}
        return twin
