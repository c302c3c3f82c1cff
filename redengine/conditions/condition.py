"""The algebra of conditions: `Condition`, combinations with `&`, `|` and `~`, and zones."""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, Final, Literal, NamedTuple

from redengine.conditions.calendar.zones import ZoneError, zone_of
from redengine.conditions.context import CalendarContext, LaterContext, ZonedContext
from redengine.conditions.explanation import Change, Event, Explanation, say_instant
from redengine.conditions.insight.changed import ChangedContext
from redengine.exceptions import ImpossibleCondition, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime, tzinfo
    from zoneinfo import ZoneInfo

    from redengine.conditions.context import EvaluationContext

DEEPEST: Final = 50
"""How deep conditions may nest: far beyond use, far below Python's recursion limit."""

OWN: Final = frozenset(("task:",))
"""The topics of a statement about the task itself; the session puts its name in."""

NOTHING: Final[frozenset[str]] = frozenset()
_UNKNOWN: Final = timedelta(seconds=1)
_MOST_JUMPS: Final = 500
_MOST_ROUNDS: Final = 3
_MOST_COUNTED: Final = 10_000
_SHORTEST_LOOK_BACK: Final = timedelta(hours=1)


Joining = Literal["All", "Any"]
"""Whether all of several statements have to hold, or any of them."""


class Dependency(NamedTuple):
    """That a condition waits for another task.

    Attributes:
        task: the other task's name.
        relation: DependSuccess, DependFailure, DependFinish, DependTerminate or DependCrash.
        type: "All" or "Any" of the innermost combination, or list of tasks, that it stands in; None
            where it stands alone.
    """

    task: str
    relation: str
    type: Joining | None = None

    def within(self, combination: Joining | None) -> Dependency:
        """The same as part of a combination, unless it is already part of one."""
        return self if self.type is not None else self._replace(type=combination)


class Condition(ABC):
    """A pure statement about time, tasks, parameters or the scheduler.

    Conditions are immutable and hashable, equal by structure, and print as the expression of
    the string language that makes them. A subclass needs only `holds`: it is then asked again
    every second, so tell `until` and `reads` where they are known.
    """

    __slots__ = ()

    parse_text: ClassVar[Callable[[str], Condition]]
    """Reads the string language; the package sets it, so that `&` and `|` accept text."""

    limit_to_open_days: ClassVar[Callable[..., Condition]]
    """What `on_business_days` does; the module of those statements sets it."""

    is_calendar: bool = False
    """Whether it depends on nothing but time and the calendars that it `reads`."""

    can_negate: bool = True
    """Whether `~` means something: an instant and an interval have no opposite."""

    joins: ClassVar[Joining | None] = None
    """How a combination joins its parts."""

    depth: int = 0
    """How many levels of conditions are below it."""

    @abstractmethod
    def holds(self, context: EvaluationContext) -> bool:
        """Whether it is true now."""

    def until(self, context: EvaluationContext) -> datetime | None:
        """The earliest instant after now at which time alone could change `holds` or `due`.

        It may be too early, never too late; None means never.
        """
        return context.now + _UNKNOWN

    def reads(self) -> frozenset[str]:
        """The topics whose change could change the verdict.

        They are "task:<name>", "task:" for the asked task, "parameter:<name>", "calendar:<name>",
        "channel:<name>", "scheduler" and "custom:<key>".
        """
        return NOTHING

    def due(self, context: EvaluationContext) -> datetime | None:  # noqa: ARG002 - for overrides
        """The nominal time of the occurrence that makes it hold now, if it has one."""
        return None

    def evidence(self, context: EvaluationContext) -> str:  # noqa: ARG002 - for overrides
        """What the verdict rests on, in words."""
        return ""

    def change(self, context: EvaluationContext) -> Change:
        """What would turn the verdict round."""
        wish = "must not hold" if self.holds(context) else "must hold"
        return Change((Event(f"{self} {wish}"),))

    def explain(self, context: EvaluationContext) -> Explanation:
        """The verdict as a tree, with evidence at each node and what would turn it round."""
        explanation = self._explained(context)
        if explanation.holds:
            return explanation
        return replace(explanation, change=self.proven(context, explanation.change))

    def proven(self, context: EvaluationContext, change: Change) -> Change:
        """A change after which the condition holds: the given one, with what else it takes.

        It is asked in a context in which the events have happened, and from then on as time goes
        by. Where that proves nothing, as with events of which nothing more is known than their
        words, the change is as it was.

        Args:
            context: the context in which the condition does not hold, or may not start.
            change: what would turn the verdict round, as far as its parts know.
        """
        found = change
        for _ in range(_MOST_ROUNDS if change.is_possible else 0):
            at = context.now if found.wait is None else max(context.now, found.wait)
            later = ChangedContext(context, at, found.effects)
            earliest = self.earliest(later)
            if earliest is not None:
                return replace(found, wait=earliest if earliest > context.now else None)
            more = self.change(later)
            together = Change.together((found, more))
            if not more.is_possible or together == found:
                break
            found = together
        return found

    def earliest(self, context: EvaluationContext) -> datetime | None:
        """The earliest instant from now on at which it holds if nothing but time goes on.

        None if there is none, or none that is found soon.
        """
        later = LaterContext(context, context.now)
        for _ in range(_MOST_JUMPS):
            if self.holds(later):
                return later.now
            until = self.until(later)
            if until is None:
                return None
            later.now = until
        return None

    def _explained(self, context: EvaluationContext) -> Explanation:
        until = self.until(context)
        return Explanation(
            text=str(self),
            holds=self.holds(context),
            evidence=self.evidence(context),
            until=until,
            zone=context.zone,
            change=self.change(context),
            children=tuple(part._explained(context) for part in self.parts()),  # noqa: SLF001 - same class
        )

    def nominal_times(
        self, context: EvaluationContext, since: datetime, until: datetime
    ) -> Iterator[datetime]:
        """The nominal instants after `since` and up to `until`, ascending."""
        del context, since, until  # for overrides
        return iter(())

    def latest_nominal(
        self, context: EvaluationContext, since: datetime, until: datetime
    ) -> datetime | None:
        """The last of `nominal_times`, found without listing those far back."""
        span = _SHORTEST_LOOK_BACK
        upper = until
        while upper > since:
            lower = max(since, until - span)
            latest = None
            for latest in self.nominal_times(context, lower, upper):  # noqa: B007 - the last one
                pass
            if latest is not None:
                return latest
            upper, span = lower, span * 4
        return None

    def count_nominal(self, context: EvaluationContext, since: datetime, until: datetime) -> int:
        """How many `nominal_times` there are; up to 10,000 where that takes listing them."""
        return sum(1 for _ in islice(self.nominal_times(context, since, until), _MOST_COUNTED))

    def parts(self) -> tuple[Condition, ...]:
        """The conditions that it is made of; none for a statement."""
        return ()

    def walk(self) -> Iterator[Condition]:
        """It and all conditions below it, parents first."""
        yield self
        for part in self.parts():
            yield from part.walk()

    def walk_in(self, zone: tzinfo) -> Iterator[tuple[Condition, tzinfo]]:
        """The same as `walk`, each with the zone in which its times are read.

        Args:
            zone: the zone where the condition names none.
        """
        yield self, zone
        for part in self.parts():
            yield from part.walk_in(zone)

    @property
    def unzoned(self) -> Condition:
        """The condition without the zones that are named around it."""
        return self

    def in_zone(self, zone: ZoneInfo | str) -> InZone:
        """The same with its wall-clock times in a zone: `daily.at("07:00").in_zone("Asia/Tokyo")`.

        Where a part of it names a zone, that one counts for the part.

        Raises:
            InvalidInput: there is no such zone.
        """
        return InZone.of(self, zone)

    def for_task(self, task: str | None) -> Condition:
        """The condition with what is each task's own written out; itself where nothing is.

        Args:
            task: the task's name; None for a condition that holds whenever it does for any task.
        """
        del task
        return self

    def leaves(self) -> Iterator[Condition]:
        """The statements at the ends of the tree."""
        return (node for node in self.walk() if not node.parts())

    def dependencies(self) -> tuple[Dependency, ...]:
        """The tasks that it waits for, at any depth.

        The type of each is that of the innermost combination that it stands in; a negation is none.
        """
        found = (each for part in self.parts() for each in part.dependencies())
        return tuple(dict.fromkeys(each.within(self.joins) for each in found))

    def remembered(self) -> frozenset[tuple[str | None, str]]:
        """The (task, action) pairs of which more than the last moment is needed.

        The task is None for the asked one.
        """
        return frozenset().union(*(part.remembered() for part in self.parts()))

    def on_business_days(
        self, calendar: str | None = None, *, shift: Literal["next", "previous"] | None = None
    ) -> Condition:
        """The same on the open days of a calendar alone.

        Args:
            calendar: the calendar's name; None for the default one, Monday to Friday.
            shift: where fixed times go that fall on a closed day: to the "next" open day or to
                the "previous" one, at the same time of the day; they are skipped if not given.

        Raises:
            InvalidInput: other than fixed times are to be moved.
        """
        return self.limit_to_open_days(self, calendar, shift)

    def __and__(self, other: Condition | str) -> Condition:
        return All.of((self, _as_condition(other)))

    def __rand__(self, other: str) -> Condition:
        return All.of((_as_condition(other), self))

    def __or__(self, other: Condition | str) -> Condition:
        return Any.of((self, _as_condition(other)))

    def __ror__(self, other: str) -> Condition:
        return Any.of((_as_condition(other), self))

    def __invert__(self) -> Condition:
        return Not.of(self)

    def __str__(self) -> str:
        return f"{type(self).__name__}()"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


def _as_condition(value: object) -> Condition:
    if isinstance(value, Condition):
        return value
    if isinstance(value, str):
        return Condition.parse_text(value)
    message = f"expected a condition or its text, got {type(value).__name__}"
    raise InvalidInput({"condition": message})


@dataclass(frozen=True, slots=True, repr=False)
class Combination(Condition):
    """Several conditions as one; make it with `of`, which flattens.

    Attributes:
        conditions: the parts, in the order in which they were given.
    """

    conditions: tuple[Condition, ...]
    is_calendar: bool
    can_negate: bool
    depth: int

    @classmethod
    def of(cls, conditions: Iterable[Condition | str]) -> Condition:
        """The combination; a single condition stays itself.

        Raises:
            InvalidInput: there is none, or they nest too deep.
        """
        flat: list[Condition] = []
        for given in conditions:
            condition = _as_condition(given)
            flat += condition.conditions if isinstance(condition, cls) else (condition,)
        if not flat:
            raise InvalidInput({"condition": f"{cls.__name__} needs at least one condition"})
        if len(flat) == 1:
            return flat[0]
        return cls(
            tuple(flat),
            is_calendar=all(each.is_calendar for each in flat),
            can_negate=all(each.can_negate for each in flat),
            depth=_one_deeper(flat),
        )

    def parts(self) -> tuple[Condition, ...]:
        return self.conditions

    def for_task(self, task: str | None) -> Condition:
        parts = tuple(each.for_task(task) for each in self.conditions)
        return self if parts == self.conditions else self.of(parts)

    def reads(self) -> frozenset[str]:
        return NOTHING.union(*(each.reads() for each in self.conditions))

    def due(self, context: EvaluationContext) -> datetime | None:
        """The latest nominal time of those parts that hold."""
        holding = (each.due(context) for each in self.conditions if each.holds(context))
        return max((due for due in holding if due is not None), default=None)

    def evidence(self, context: EvaluationContext) -> str:
        held = sum(each.holds(context) for each in self.conditions)
        return f"{held} of {len(self.conditions)} hold"


def _one_deeper(conditions: Iterable[Condition]) -> int:
    depth = 1 + max(each.depth for each in conditions)
    if depth > DEEPEST:
        raise InvalidInput({"condition": f"conditions nest at most {DEEPEST} deep"})
    return depth


def _earliest(instants: Iterable[datetime | None]) -> datetime | None:
    return min((each for each in instants if each is not None), default=None)


@dataclass(frozen=True, slots=True, repr=False)
class All(Combination):
    """Holds when all of its parts do."""

    joins: ClassVar[Joining | None] = "All"

    def holds(self, context: EvaluationContext) -> bool:
        for condition in self.conditions:  # noqa: SIM110 - a loop is twice as fast as all()
            if not condition.holds(context):
                return False
        return True

    def until(self, context: EvaluationContext) -> datetime | None:
        """While it is false: not before the last of the false parts can become true."""
        latest = None
        is_false = False
        for condition in self.conditions:
            if not condition.holds(context):
                until = condition.until(context)
                if until is None:
                    return None
                is_false = True
                latest = until if latest is None or until > latest else latest
        if is_false:
            return latest
        return _earliest(condition.until(context) for condition in self.conditions)

    def change(self, context: EvaluationContext) -> Change:
        false = [each for each in self.conditions if not each.holds(context)]
        if false:
            return Change.together(each.change(context) for each in false)
        return Change.smallest(each.change(context) for each in self.conditions)

    def nominal_times(
        self, context: EvaluationContext, since: datetime, until: datetime
    ) -> Iterator[datetime]:
        """Those of its parts at which all parts that depend on time alone hold."""
        calendar = [each for each in self.conditions if each.is_calendar]
        for instant in _merged(self, context, since, until):
            then = CalendarContext(instant, context.zone, context.task, context.calendar)
            if all(each.holds(then) for each in calendar):
                yield instant

    def __str__(self) -> str:
        return " & ".join(
            f"({each})" if isinstance(each, Any) else str(each) for each in self.conditions
        )


@dataclass(frozen=True, slots=True, repr=False)
class Any(Combination):
    """Holds when at least one of its parts does."""

    joins: ClassVar[Joining | None] = "Any"

    def holds(self, context: EvaluationContext) -> bool:
        for condition in self.conditions:  # noqa: SIM110 - a loop is twice as fast as any()
            if condition.holds(context):
                return True
        return False

    def until(self, context: EvaluationContext) -> datetime | None:
        return _earliest(condition.until(context) for condition in self.conditions)

    def change(self, context: EvaluationContext) -> Change:
        true = [each for each in self.conditions if each.holds(context)]
        if true:
            return Change.together(each.change(context) for each in true)
        return Change.smallest(each.change(context) for each in self.conditions)

    def nominal_times(
        self, context: EvaluationContext, since: datetime, until: datetime
    ) -> Iterator[datetime]:
        return _merged(self, context, since, until)

    def __str__(self) -> str:
        return " | ".join(map(str, self.conditions))


def _merged(
    combination: Combination, context: EvaluationContext, since: datetime, until: datetime
) -> Iterator[datetime]:
    latest = None
    times = (each.nominal_times(context, since, until) for each in combination.conditions)
    for instant in heapq.merge(*times):
        if instant != latest:
            latest = instant
            yield instant


@dataclass(frozen=True, slots=True, repr=False)
class Not(Condition):
    """Holds when its part does not; make it with `of`, which cancels a double negation.

    Attributes:
        condition: the part.
    """

    condition: Condition
    is_calendar: bool
    depth: int

    @classmethod
    def of(cls, given: Condition | str) -> Condition:
        """The negation.

        Raises:
            ImpossibleCondition: the condition is, or contains, an instant or an interval.
        """
        condition = _as_condition(given)
        if isinstance(condition, Not):
            return condition.condition
        if not condition.can_negate:
            raise ImpossibleCondition(
                f"~({condition})",
                "'every', 'cron' and 'at' name instants, which have no opposite; "
                "negate a window instead, such as ~time of day between 10:00 and 12:00",
            )
        return cls(condition, is_calendar=condition.is_calendar, depth=_one_deeper((condition,)))

    def holds(self, context: EvaluationContext) -> bool:
        return not self.condition.holds(context)

    def until(self, context: EvaluationContext) -> datetime | None:
        return self.condition.until(context)

    def reads(self) -> frozenset[str]:
        return self.condition.reads()

    def change(self, context: EvaluationContext) -> Change:
        return self.condition.change(context)

    def parts(self) -> tuple[Condition, ...]:
        return (self.condition,)

    def __str__(self) -> str:
        compound = isinstance(self.condition, Combination)
        return f"~({self.condition})" if compound else f"~{self.condition}"


@dataclass(frozen=True, slots=True, repr=False)
class InZone(Condition):
    """Holds when its part does with the wall clocks of a zone; make it with `of`.

    Attributes:
        condition: the part; where it names a zone itself, that one counts.
        zone: the zone.
    """

    condition: Condition
    zone: ZoneInfo
    is_calendar: bool
    can_negate: bool
    depth: int

    @classmethod
    def of(cls, given: Condition | str, zone: ZoneInfo | str) -> InZone:
        """The condition in a zone.

        Raises:
            InvalidInput: there is no such zone, or conditions nest too deep.
        """
        condition = _as_condition(given)
        try:
            found = zone_of(zone)
        except ZoneError as error:
            raise InvalidInput({"zone": str(error)}) from None
        depth = _one_deeper((condition,))
        return cls(condition, found, condition.is_calendar, condition.can_negate, depth)

    def _there(self, context: EvaluationContext) -> ZonedContext:
        return ZonedContext(context, self.zone)

    def holds(self, context: EvaluationContext) -> bool:
        return self.condition.holds(self._there(context))

    def until(self, context: EvaluationContext) -> datetime | None:
        return self.condition.until(self._there(context))

    def reads(self) -> frozenset[str]:
        return self.condition.reads()

    def due(self, context: EvaluationContext) -> datetime | None:
        return self.condition.due(self._there(context))

    def evidence(self, context: EvaluationContext) -> str:
        return f"it is {say_instant(context.now, self.zone)} there"

    def change(self, context: EvaluationContext) -> Change:
        return self.condition.change(self._there(context))

    def _explained(self, context: EvaluationContext) -> Explanation:
        part = self.condition._explained(self._there(context))  # noqa: SLF001 - same class
        return replace(part, text=str(self), evidence=self.evidence(context), children=(part,))

    def nominal_times(
        self, context: EvaluationContext, since: datetime, until: datetime
    ) -> Iterator[datetime]:
        return self.condition.nominal_times(self._there(context), since, until)

    def latest_nominal(
        self, context: EvaluationContext, since: datetime, until: datetime
    ) -> datetime | None:
        return self.condition.latest_nominal(self._there(context), since, until)

    def count_nominal(self, context: EvaluationContext, since: datetime, until: datetime) -> int:
        return self.condition.count_nominal(self._there(context), since, until)

    def parts(self) -> tuple[Condition, ...]:
        return (self.condition,)

    def for_task(self, task: str | None) -> Condition:
        part = self.condition.for_task(task)
        return self if part is self.condition else InZone.of(part, self.zone)

    def walk_in(self, zone: tzinfo) -> Iterator[tuple[Condition, tzinfo]]:
        yield self, zone
        yield from self.condition.walk_in(self.zone)

    @property
    def unzoned(self) -> Condition:
        return self.condition.unzoned

    def __str__(self) -> str:
        text = f"({self.condition})" if self.condition.parts() else str(self.condition)
        return f"{text} in {self.zone.key}"
