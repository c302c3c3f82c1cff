"""Occurrences: what is known of the instants at which one task was due."""

from __future__ import annotations

import hashlib
from collections import deque
from datetime import UTC, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

SLOT: Final = frozenset(("overlap", "limit"))
"""The reasons that pass when another job of the task goes on or ends."""
INSTANT: Final = timedelta(microseconds=1)
"""The smallest difference between two instants, and between two occurrences of one due time."""
_KEPT_RUNS: Final = 64


class FireTimes:
    """A set of instants, kept as arithmetic progressions: a regular schedule takes one.

    The oldest progressions are forgotten beyond 64.
    """

    __slots__ = ("_runs",)

    def __init__(self, instants: Iterable[datetime] = ()) -> None:
        self._runs: deque[tuple[datetime, datetime, timedelta | None]] = deque(maxlen=_KEPT_RUNS)
        for instant in sorted(instants):
            self.add(instant)

    def add(self, instant: datetime) -> None:
        """Take an instant in."""
        if self._runs:
            first, last, step = self._runs[-1]
            if last < instant and step in {None, instant - last}:
                self._runs[-1] = (first, instant, instant - last)
                return
        self._runs.append((instant, instant, None))

    def __contains__(self, instant: datetime) -> bool:
        for first, last, step in self._runs:
            if first <= instant <= last and (step is None or not (instant - first) % step):
                return True
        return False

    def between(self, since: datetime, until: datetime) -> int:
        """How many of them lie after `since` and up to `until`."""
        total = 0
        for first, last, step in self._runs:
            low, high = max(first, since + INSTANT), min(last, until)
            if low > high:
                continue
            total += 1 if step is None else (high - first) // step - -(-(low - first) // step) + 1
        return total

    def snapshot(self) -> tuple[Any, ...]:
        """What `of_snapshot` makes the same from."""
        return tuple(self._runs)

    @classmethod
    def of_snapshot(cls, snapshot: tuple[Any, ...]) -> FireTimes:
        """The fire times as they were."""
        made = cls()
        made._runs.extend(snapshot)
        return made


_MILLISECOND: Final = timedelta(milliseconds=1)
_DIGEST: Final = 8


class Timing(NamedTuple):
    """By how much a task's starts may differ from their nominal times.

    Attributes:
        task: the task's name.
        jitter: a start is later by less than this; None: by nothing.
        grace: what is later than this by the time of the decision is skipped; None: nothing is.
    """

    task: str = ""
    jitter: timedelta | None = None
    grace: timedelta | None = None

    def begins(self, occurrence: datetime) -> datetime:
        """When the job for a nominal time may begin: the same wherever and whenever it is asked.

        The delay is the jitter times a number in [0, 1), in whole milliseconds. The number is
        BLAKE2b of the task's name, a zero byte and the nominal time in UTC as ISO 8601 with
        microseconds: eight bytes, read as a big-endian integer, over 2 to the power of 64.
        """
        if self.jitter is None:
            return occurrence
        nominal = occurrence.astimezone(UTC).isoformat(timespec="microseconds")
        digest = hashlib.blake2b(f"{self.task}\0{nominal}".encode(), digest_size=_DIGEST).digest()
        number = int.from_bytes(digest, "big")
        return occurrence + (self.jitter // _MILLISECOND * number >> 8 * _DIGEST) * _MILLISECOND

    def is_late(self, occurrence: datetime, now: datetime) -> bool:
        """Whether a nominal time is past by more than the grace."""
        return self.grace is not None and now - occurrence > self.grace


PUNCTUAL: Final = Timing()


class Start(NamedTuple):
    """The task is to start.

    Attributes:
        occurrence: what the job stands for; no two jobs of the task have the same.
        begins: when it may begin; None: at once.
    """

    occurrence: datetime
    begins: datetime | None = None


class Wait(NamedTuple):
    """The occurrence stays due until what is in its way has passed."""


class Skip(NamedTuple):
    """The occurrence cannot wait, or need not be told of again."""


class Late(NamedTuple):
    """The occurrence is late by more than the task's grace: it is skipped, which is recorded."""


class Done(NamedTuple):
    """The occurrence has had its job."""


Verdict = Start | Wait | Skip | Late | Done


class Occurrences:
    """What is known of the occurrences of one task; it goes with the task.

    Attributes:
        is_nominal: whether the task's condition names times of the calendar, each of which has
            one job at most.
        last_due: the nominal time of the latest job that the task's own condition started, from
            which intervals are counted.
        decided: up to when fire times have been decided on by what has been started.
        due_order: the number of the latest log record when that was decided.
        waiting: an occurrence that is due and waits for a free slot.
        skipped: the latest fire time of which the log says that it was skipped.
        is_skip_noted: whether the log already says that starts are skipped, until something
            changes; for conditions that stay due.
        misfires: fire times that were missed and have no job yet that has begun, ascending.
        second_chance: an occurrence whose job was lost with its session: if it is still due, it
            gets one more.
        used_answers: by custom condition, the number of the latest answer that has served a start.
        is_open: whether all but the answers of custom conditions held at the latest look.
        is_opened: whether that newly came true, and no start was made since.
        is_asked: whether answers were asked again at once.
        asked_for: the occurrence for which they were, if it has a nominal time.
        closed_until: up to when the fire times of closed days are on record; None: from the next
            look on.
    """

    __slots__ = (
        "_floor",
        "_handed",
        "_run",
        "asked_for",
        "closed_until",
        "decided",
        "due_order",
        "is_asked",
        "is_nominal",
        "is_open",
        "is_opened",
        "is_skip_noted",
        "last_due",
        "misfires",
        "second_chance",
        "skipped",
        "used_answers",
        "waiting",
    )

    def __init__(self) -> None:
        self.is_nominal = True
        self.last_due: datetime | None = None
        self.decided: datetime | None = None
        self.due_order = 0
        self.waiting: datetime | None = None
        self.skipped: datetime | None = None
        self.is_skip_noted = False
        self.misfires: list[datetime] = []
        self.second_chance: datetime | None = None
        self.used_answers: dict[str, int] = {}
        self.is_open = self.is_opened = self.is_asked = False
        self.asked_for: datetime | None = None
        self.closed_until: datetime | None = None
        self._handed: set[datetime] = set()
        """The misfires for which a job was made that has not begun."""
        self._floor: datetime | None = None
        """Occurrences up to this one have been dealt with; None after the clock went back."""
        self._run = FireTimes()
        """The nominal times that have had their job, whatever the clock did since."""

    def restore(
        self,
        last_due: datetime | None,
        decided: datetime | None,
        ahead: Iterable[datetime],
        misfires: Iterable[datetime],
        skipped: datetime | None = None,
    ) -> None:
        """Take over what a store remembers of earlier runs.

        Args:
            last_due: the latest nominal time of a job.
            decided: see the attribute.
            ahead: the nominal times of jobs after the latest instant at which the session was
                known to run, which may lie in the future.
            misfires: see the attribute.
            skipped: see the attribute.
        """
        self.last_due = last_due
        self.decided = self._floor = decided
        self._run = FireTimes(ahead)
        self.misfires = sorted(misfires)
        self.skipped = skipped

    def has_run(self, occurrence: datetime) -> bool:
        """Whether an occurrence, its nominal time or now for one without, has had its job."""
        if self._floor is not None and occurrence <= self._floor:
            return True
        return self.is_nominal and occurrence in self._run

    def run_between(self, since: datetime, until: datetime) -> int:
        """How many nominal times after `since` and up to `until` have had their job."""
        return self._run.between(since, until)

    def offer(
        self,
        occurrence: datetime,
        block: str | None,
        *,
        is_due: bool,
        is_instant: Callable[[], bool],
        is_event: Callable[[], bool],
        now: datetime | None = None,
        timing: Timing = PUNCTUAL,
    ) -> Verdict:
        """What comes of an occurrence that the task's condition makes due; changes nothing.

        Args:
            occurrence: its nominal time, or now for one without.
            block: the reason for which nothing may start now, if there is one.
            is_due: whether it has a nominal time.
            is_instant: tells whether it holds for this instant alone.
            is_event: tells whether it stands for an end that came after the latest decision.
            now: the instant of the decision; not needed where everything is punctual.
            timing: how far starts may be from their nominal times.
        """
        if occurrence in self.misfires:
            return Done()  # it has its job once its turn comes
        if self.has_run(occurrence):
            if occurrence != self.second_chance and not is_event():
                return Done()
            occurrence = max(occurrence, self.last_due or occurrence) + INSTANT
        if is_due and now is not None and timing.is_late(occurrence, now):
            return Done() if occurrence == self.skipped else Late()
        if block is None:
            while occurrence in self._run:
                occurrence += INSTANT
            is_delayed = is_due and timing.jitter is not None
            return Start(occurrence, timing.begins(occurrence) if is_delayed else None)
        if is_instant():
            return Done() if occurrence == self.skipped else Skip()
        if block in SLOT:
            return Wait() if is_due and occurrence != self.skipped else Done()
        return Done() if self.is_skip_noted else Skip()

    def started(self, occurrence: datetime, order: int) -> None:
        """A job was made for an occurrence.

        Args:
            occurrence: the one that `offer` gave.
            order: the number of the latest log record.
        """
        self.last_due = self.decided = self._floor = occurrence
        self.due_order = order
        self.is_skip_noted = False
        self.second_chance = None
        if self.is_nominal:
            self._run.add(occurrence)

    def made_up(self, misfire: datetime, order: int, now: datetime) -> None:
        """A job was made for a missed fire time, maybe after one for a later time.

        Args:
            misfire: the fire time; it lies ahead of `now` where the clock was put back since.
            order: the number of the latest log record.
            now: the instant of the decision.
        """
        self.due_order = order
        self._run.add(misfire)
        if misfire > now:
            return
        if self.last_due is None or misfire > self.last_due:
            self.last_due = self.decided = misfire
        if self._floor is None or misfire > self._floor:
            self._floor = misfire

    @property
    def has_misfires(self) -> bool:
        """Whether a missed fire time still waits for its job."""
        return len(self.misfires) > len(self._handed)

    def next_misfire(self) -> datetime:
        """Take the earliest missed fire time that has no job, to make one for it."""
        misfire = next(each for each in self.misfires if each not in self._handed)
        self._handed.add(misfire)
        return misfire

    def owe(self, misfires: Iterable[datetime], *, has_job: bool = False) -> None:
        """Remember fire times until a job for each has begun."""
        given = set(misfires)
        self.misfires = sorted({*self.misfires, *given})
        if has_job:
            self._handed |= given

    def settle(self, fire_time: datetime | None) -> bool:
        """The job for a fire time has begun or ended; whether it was a misfire."""
        if fire_time not in self.misfires:
            return False
        self.misfires.remove(fire_time)
        self._handed.discard(fire_time)
        return True

    def note_skipped(self, fire_time: datetime, now: datetime) -> None:
        """The log says of a fire time that it was skipped: it is not told of again.

        A later one stays the latest, unless it is from before the clock was put back.
        """
        if self.skipped is None or not fire_time < self.skipped <= now:
            self.skipped = fire_time

    def take_waiting(self, newer: datetime) -> datetime | None:
        """The occurrence that waited for a slot and is given up for a newer one, if there is."""
        waited, self.waiting = self.waiting, None
        if waited is None or waited >= newer or self.has_run(waited):
            return None
        return waited

    def go_back(self, now: datetime) -> None:
        """The clock was set back: intervals go on from `now`, and nothing runs twice."""
        if self.last_due is not None and self.last_due > now:
            self.last_due = now
        if self.decided is not None and self.decided > now:
            self.decided = now
        self._floor = self.skipped = self.waiting = None
        if self.closed_until is not None and self.closed_until > now:
            self.closed_until = None

    def change_hands(self) -> list[datetime]:
        """Another task takes over the name: give up the misfires, and tell of the next skip.

        Returns:
            The misfires that are not made up for any more.
        """
        given_up = [each for each in self.misfires if each not in self._handed]
        self.misfires = sorted(self._handed)
        self.waiting = None
        self.is_skip_noted = False
        return given_up

    def snapshot(self) -> tuple[Any, ...]:
        """What `of_snapshot` makes the same from; some calls, however much is remembered."""
        return (
            _scalars_of(self),
            self._run.snapshot(),
            tuple(self.misfires),
            tuple(self._handed),
            tuple(self.used_answers.items()),
        )

    @classmethod
    def of_snapshot(cls, snapshot: tuple[Any, ...]) -> Occurrences:
        """The occurrences as they were, independent of those that go on."""
        made = cls()
        scalars, run, misfires, handed, answers = snapshot
        for name, value in zip(_SCALARS, scalars, strict=True):
            setattr(made, name, value)
        made._run = FireTimes.of_snapshot(run)
        made.misfires = list(misfires)
        made._handed = set(handed)
        made.used_answers = dict(answers)
        return made


_SCALARS: Final = tuple(
    sorted({*Occurrences.__slots__} - {"_handed", "_run", "misfires", "used_answers"})
)
_scalars_of: Final = attrgetter(*_SCALARS)
