"""Contradictions: that a condition can never hold, or always does, and which parts of it say so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import combinations, islice, product
from typing import TYPE_CHECKING, Final

from redengine.conditions.condition import All, Any, Condition, InZone, Not
from redengine.conditions.context import CalendarContext
from redengine.conditions.dates import At, Since, Until, first_instant
from redengine.conditions.dependencies import IsRunning
from redengine.conditions.explanation import literal, quote
from redengine.conditions.facts import Constant, Env, ParamExists, ParamIs, SchedulerRun, is_value
from redengine.conditions.intervals import Periodic, TimeOf
from redengine.conditions.run_history import OPERATORS, Has

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

_SEARCH_FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SEARCH_FOR: Final = timedelta(days=30 * 366)
_SEARCH_AT_LEAST: Final = timedelta(days=400)
_LONGEST_PERIOD: Final = timedelta(days=366)
"""What ends at a date may have held for the last time so long before it."""
_MOST_STEPS: Final = 1_000
_FEWEST_STEPS: Final = 10
_DECIDED: Final = frozenset((Constant, Has, Not, Any, All, InZone))
"""Of what is looked at first of all, as asking a class of each kind takes longer than the rest."""
_OF_PARAMETERS: Final = frozenset((ParamIs, Env, InZone))
_OF_SPANS: Final = frozenset((SchedulerRun, IsRunning))
_MOST_COMPARED: Final = 1_000
_MOST_PAIRED: Final = 8
_MOST_REMOVED: Final = 40


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Why a condition can never hold.

    Attributes:
        parts: the smallest set of its parts that exclude each other; the condition itself where
            no smaller part says it.
        reason: why they do, to go on after "it can never hold: ".
    """

    parts: tuple[Condition, ...]
    reason: str


def contradiction(
    condition: Condition,
    zone: tzinfo = UTC,
    task: str | None = None,
    limits: Limits | None = None,
) -> Contradiction | None:
    """Why a condition can never hold, as far as that can be decided; None if it may.

    Args:
        condition: the condition.
        zone: the zone of its wall-clock times.
        task: the name of the task that has it; None where it has to be so for all tasks.
        limits: how much may be looked at, shared with other questions.
    """
    found = _Search(zone, task, limits).contradiction(condition)
    if found is None or task is None:
        return found
    leaves = dict.fromkeys(leaf for part in found.parts for leaf in part.leaves())
    own = {str(leaf): str(leaf.for_task(task)) for leaf in leaves}
    told = [
        f"; for task {quote(task)} '{leaf}' is '{its}'" for leaf, its in own.items() if its != leaf
    ]
    return replace(found, reason="".join((found.reason, *told)))


def always(condition: Condition, zone: tzinfo = UTC, limits: Limits | None = None) -> str | None:
    """Why a condition always holds, as far as that can be decided; None if it may not.

    Args:
        condition: the condition.
        zone: the zone of its wall-clock times.
        limits: how much may be looked at, shared with other questions.
    """
    return _Search(zone, limits=limits).always(condition)


@dataclass(slots=True)
class Limits:
    """How much is looked at, at most; beyond, a condition is held to be possible.

    Attributes:
        asks: how often a statement is asked, whatever the instant.
        choices: how many alternatives are tried beside the other parts.
    """

    asks: int = 20_000
    choices: int = 64


class _Search:
    """One look at a condition, with a limit to how much is asked for.

    Args:
        zone: the zone of wall-clock times.
        task: the name of the task that has the condition, if it is known.
        limits: how much may be looked at.
    """

    def __init__(self, zone: tzinfo, task: str | None = None, limits: Limits | None = None) -> None:
        self._zone = zone
        self._task = task
        self._limits = Limits() if limits is None else limits

    def contradiction(self, condition: Condition) -> Contradiction | None:
        """The same as the function."""
        if type(condition) not in _DECIDED:
            return None
        match condition:
            case Constant(value=False):
                return Contradiction((condition,), "it is always false")
            case Has(count=(sign, number)):
                candidates = (0, max(0, number - 1), max(0, number), max(0, number + 1))
                if not any(OPERATORS[sign](each, number) for each in candidates):
                    return Contradiction((condition,), _no_count([(sign, number)]))
            case InZone(condition=inner, zone=zone):
                return self._within(zone).contradiction(inner)
            case Not(condition=inner):
                return self._of_negation(condition, inner)
            case Any():
                return self._of_alternatives(condition)
            case All():
                return self._of_parts(condition)
        return None

    def _within(self, zone: tzinfo) -> _Search:
        """The search among conditions that stand in another zone; the limits go on."""
        return _Search(zone, self._task, self._limits)

    def _of_negation(self, condition: Not, inner: Condition) -> Contradiction | None:
        reason = self.always(inner)
        if reason is not None:
            return Contradiction((condition,), f"'{inner}' always holds: {reason}")
        if isinstance(inner, Any):
            return self.contradiction(All.of(Not.of(each) for each in inner.conditions))
        return None

    def _of_alternatives(self, condition: Any) -> Contradiction | None:
        found = [self.contradiction(part) for part in condition.conditions]
        first = found[0]
        if first is None or None in found:
            return None
        parts = tuple(part for each in found if each is not None for part in each.parts)
        reason = f"'{condition.conditions[0]}' cannot: {first.reason}; nor can the others"
        return Contradiction(tuple(dict.fromkeys(parts)), reason)

    def _of_parts(self, condition: All) -> Contradiction | None:
        parts = tuple(_flat(condition.conditions))
        for part in parts:
            found = self.contradiction(part)
            if found is not None:
                return Contradiction(found.parts, f"'{part}' can never hold: {found.reason}")
        if self._conflict(parts) is None:
            return None
        smallest = self._smallest(parts)
        reason = self._conflict(smallest) or _never_together(smallest)
        return Contradiction(smallest, reason)

    def _smallest(self, parts: tuple[Condition, ...]) -> tuple[Condition, ...]:
        """Of parts that exclude each other, a set of which none can be left out."""
        if len(parts) <= _MOST_PAIRED:
            for pair in combinations(parts, 2):
                if self._conflict(pair) is not None:
                    return pair
        kept = parts
        for part in parts[:_MOST_REMOVED]:
            fewer = tuple(each for each in kept if each is not part)
            if self._conflict(fewer) is not None:
                kept = fewer
        return kept

    def _conflict(self, parts: Sequence[Condition]) -> str | None:
        """Why parts, each of which is possible, cannot hold at once; None if they can."""
        kinds = set(map(type, parts))
        reason = self._disjoint_times(parts)
        if reason is None and Not in kinds:
            reason = _opposites(parts) or _contradictory_spans(parts)
        if reason is None and not kinds.isdisjoint(_OF_PARAMETERS):
            reason = _contradictory_parameters([each.unzoned for each in parts])
        if reason is None and Has in kinds:
            reason = _contradictory_counts(parts)
        if reason is None and Any in kinds:
            reason = self._no_choice_left(parts)
        return reason

    def _disjoint_times(self, parts: Sequence[Condition]) -> str | None:
        timely = [(each, time) for each in parts if (time := _time_of(each)) is not None]
        if len(timely) < 2:  # noqa: PLR2004 - one alone has been looked at
            return None
        if self._meets(All.of(time for _, time in timely)):
            return None
        return _never_together(each for each, _ in timely)

    def _no_choice_left(self, parts: Sequence[Condition]) -> str | None:
        """Whether each alternative of one of the parts is excluded by the other parts."""
        for choice in parts if len(parts) <= _MOST_REMOVED else ():
            if not isinstance(choice, Any) or (choice.is_calendar and len(parts) > 1):
                continue
            others = [each for each in parts if each is not choice]
            if others and all(self._excludes(others, each) for each in choice.conditions):
                return f"whatever of '{choice}' holds, the rest excludes it"
        return None

    def _excludes(self, others: list[Condition], alternative: Condition) -> bool:
        if self._limits.choices <= 0:
            return False
        self._limits.choices -= 1
        return self._conflict(tuple(_flat((*others, alternative)))) is not None

    def _meets(self, condition: Condition) -> bool:
        size = sum(1 for _ in condition.leaves())
        most_steps = min(_MOST_STEPS, self._limits.asks // size)
        if most_steps < _FEWEST_STEPS:
            return True
        is_met, steps = _meeting(condition.for_task(self._task), self._zone, most_steps)
        self._limits.asks -= steps * size
        return is_met

    def always(self, condition: Condition) -> str | None:
        """The same as the function."""
        if type(condition) is TimeOf and condition.window.kind == "whole":
            return "it names every instant"
        if type(condition) not in _DECIDED:
            return None
        match condition:
            case Constant(value=True):
                return "it is always true"
            case InZone(condition=inner, zone=zone):
                return self._within(zone).always(inner)
            case Not(condition=inner):
                found = self.contradiction(inner)
                return None if found is None else f"'{inner}' never holds: {found.reason}"
            case Any():
                return self._always_any(condition)
        return None

    def _always_any(self, condition: Any) -> str | None:
        parts = set(condition.conditions)
        for part in condition.conditions:
            if isinstance(part, Not) and part.condition in parts:
                return f"it joins '{part.condition}' and its opposite"
            reason = self.always(part)
            if reason is not None:
                return reason
        timely = [each for each in condition.conditions if _is_of_time(each) and each.can_negate]
        if len(timely) > 1 and not self._meets(All.of(map(Not.of, timely))):
            return "its parts leave no time out"
        return None


def _is_of_time(condition: Condition) -> bool:
    """Whether it depends on time alone, and on no calendar, whose days may change."""
    return condition.is_calendar and not condition.reads()


def _flat(parts: Iterable[Condition]) -> Iterable[Condition]:
    """The parts that have to hold, those of combinations and of negated alternatives too."""
    for part in parts:
        if isinstance(part, All):
            yield from _flat(part.conditions)
        elif isinstance(part, Not) and isinstance(part.condition, Any):
            yield from _flat(map(Not.of, part.condition.conditions))
        else:
            yield part


def _time_of(part: Condition) -> Condition | None:
    """What a part asks of time alone; None if nothing of time alone is known of it."""
    match part:
        case Periodic(window=window) if window.kind not in {"whole", "starting"}:
            return TimeOf(window)
        case InZone(condition=inner, zone=zone):
            time = _time_of(inner)
            return None if time is None else InZone.of(time, zone)
    return part if _is_of_time(part) else None


def _never_together(parts: Iterable[Condition]) -> str:
    return f"{_named(parts)} never hold at the same time"


def _named(parts: Iterable[Condition]) -> str:
    return " and ".join(f"'{each}'" for each in parts)


def _opposites(conditions: Iterable[Condition]) -> str | None:
    known = set(conditions)
    for part in conditions:
        if isinstance(part, Not) and part.condition in known:
            return f"it asks for '{part.condition}' and for its opposite"
    return None


def _contradictory_parameters(conditions: Iterable[Condition]) -> str | None:
    wanted: dict[str, list[object]] = {}
    absent = set()
    for part in conditions:
        if isinstance(part, ParamIs | Env):
            wanted.setdefault(part.name, []).append(part.value)
        if isinstance(part, Not) and isinstance(part.condition, ParamExists):
            absent.add(part.condition.name)
    for name, values in wanted.items():
        if name in absent:
            return f"parameter '{name}' cannot be {literal(values[0])} and not exist"
        for value in values[1:]:
            if not is_value(value, values[0]) and not is_value(values[0], value):
                return f"parameter '{name}' cannot be {literal(values[0])} and {literal(value)}"
    return None


def _contradictory_counts(conditions: Iterable[Condition]) -> str | None:
    counted: dict[object, list[tuple[str, int]]] = {}
    for part in conditions:
        if isinstance(part, Has) and part.count is not None:
            subject = (part.word, part.task, part.window, part.past_span)
            counted.setdefault(subject, []).append(part.count)
    for counts in counted.values():
        candidates = {0, *(number + step for _, number in counts for step in (-1, 0, 1))}
        if not any(_fits(each, counts) for each in candidates if each >= 0):
            return _no_count(counts)
    return None


def _no_count(counts: Iterable[tuple[str, int]]) -> str:
    return f"no count fits {' and '.join(f'{sign} {number}' for sign, number in counts)}"


def _fits(count: int, conditions: Iterable[tuple[str, int]]) -> bool:
    return all(OPERATORS[sign](count, number) for sign, number in conditions)


def _contradictory_spans(conditions: Sequence[Condition]) -> str | None:
    """What has run for long has also run for less: `… over 1 hour & ~… over 10 minutes`."""
    longer = [each for each in conditions if type(each) in _OF_SPANS]
    denied = [each.condition for each in conditions if isinstance(each, Not)]
    shorter = [each for each in denied if type(each) in _OF_SPANS]
    for part, other in islice(product(longer, shorter), _MOST_COMPARED):
        if _implies(part, other):
            return f"whenever '{part}' holds, so does '{other}'"
    return None


def _implies(part: Condition, other: Condition) -> bool:
    match part, other:
        case SchedulerRun(over=longer), SchedulerRun(over=shorter):
            return longer >= shorter
        case IsRunning(task=one, longer_than=longer), IsRunning(task=another, longer_than=shorter):
            return one == another and (
                shorter is None or (longer is not None and longer >= shorter)
            )
    return False


@lru_cache(maxsize=1024)
def _meeting(condition: Condition, zone: tzinfo, most_steps: int) -> tuple[bool, int]:
    """Whether a condition of time alone holds at some instant, and how many were looked at.

    It jumps from one instant at which the verdict may change to the next. When the search ends
    for its length after little time, the answer is yes: a doubt never refuses a condition.
    """
    named = [
        first_instant(leaf.moment, there)
        for leaf, there in condition.walk_in(zone)
        if isinstance(leaf, At | Since | Until)
    ]
    first, last = min([_SEARCH_FROM, *named]), max([_SEARCH_FROM, *named])
    context = CalendarContext(first - _LONGEST_PERIOD if named else first, zone)
    for step in range(most_steps):
        if condition.holds(context):
            return True, step + 1
        until = condition.until(context)
        if until is None or until - last > _SEARCH_FOR:
            return False, step + 1
        context.now = until
    return bool(named) or context.now - first < _SEARCH_AT_LEAST, most_steps
