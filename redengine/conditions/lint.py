"""What can be told of a condition before it is ever asked: that it can never hold, or is odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from redengine.conditions.calendar.cron import lonely_steps
from redengine.conditions.condition import All, Any, Combination, Condition, InZone, Not
from redengine.conditions.context import CalendarContext
from redengine.conditions.dates import At, Since, Until, first_instant
from redengine.conditions.dependencies import After, Retry
from redengine.conditions.explanation import literal
from redengine.conditions.facts import Constant, Env, ParamExists, ParamIs, SchedulerRun, is_value
from redengine.conditions.fire_times import Cron, FireTimeCondition
from redengine.conditions.intervals import Every, TimeOf
from redengine.conditions.run_history import OPERATORS, Has

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

_SEARCH_FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SEARCH_FOR: Final = timedelta(days=30 * 366)
_SEARCH_AT_LEAST: Final = timedelta(days=400)
_LONGEST_PERIOD: Final = timedelta(days=31)
"""What ends at a date may have held for the last time so long before it."""
_MOST_STEPS: Final = 1_000


def impossible(condition: Condition, zone: tzinfo = UTC) -> str | None:
    """Why a condition can never hold, as far as that can be decided; None if it may.

    Args:
        condition: the condition.
        zone: the zone of its wall-clock times.
    """
    match condition:
        case Constant(value=False):
            return "it is always false"
        case Not(condition=inner):
            reason = _always(inner)
            return None if reason is None else f"'{inner}' always holds: {reason}"
        case Has(count=(sign, number)):
            return None if _is_possible_count(sign, number) else "no count fits that"
        case InZone(condition=inner):
            return impossible(inner, condition.zone)
        case Any():
            return _none_possible(condition, zone)
        case All():
            return _never_together(condition, zone)
    return None


def suspicious(condition: Condition, zone: tzinfo = UTC) -> tuple[str, ...]:
    """What of a condition may not be meant; each a sentence for the task's author.

    Args:
        condition: the condition, which is not `impossible`.
        zone: the zone of its wall-clock times.
    """
    return tuple(dict.fromkeys(_odd(condition, zone)))


def _odd(condition: Condition, zone: tzinfo) -> Iterator[str]:
    if _never_pauses(condition):
        yield (
            f"'{condition}' goes on holding after the task has run: it starts again as soon as "
            "it ends; add 'every …', 'daily …' or the like"
        )
    for node, there in condition.walk_in(zone):
        if isinstance(node, Any):
            for part in node.conditions:
                reason = impossible(part, there)
                if reason is not None:
                    yield f"'{part}' can never hold: {reason}"
        if isinstance(node, Combination) and len(set(node.conditions)) < len(node.conditions):
            yield f"'{node}' says the same twice"
        if isinstance(node, All):
            yield from _fire_times_among_events(node)
        if isinstance(node, Cron):
            yield from lonely_steps(node.expression)


def _fire_times_among_events(node: All) -> Iterator[str]:
    parts = [each.unzoned for each in node.conditions]
    all_timed = [each for each in parts if isinstance(each, FireTimeCondition)]
    events = [each for each in parts if isinstance(each, After | Retry | Every)]
    for timed in all_timed:
        for event in events:
            yield (
                f"'{timed}' holds at instants only, so '{event}' counts only if it holds at "
                "exactly such an instant; a window such as 'after 07:00' waits for it"
            )


_LASTING: Final = (TimeOf, Since, Until, Constant, ParamExists, ParamIs, Env, SchedulerRun)


def _never_pauses(condition: Condition) -> bool:
    """Whether nothing in it becomes false by the task's own run, which starts it again at once."""
    if isinstance(condition, Any):
        return any(map(_never_pauses, condition.conditions))
    if isinstance(condition, Has):
        return condition.task is not None
    if condition.parts():
        return all(map(_never_pauses, condition.parts()))
    return isinstance(condition, _LASTING)


def _always(condition: Condition) -> str | None:
    """Why a condition always holds, as far as that is plain."""
    match condition:
        case Constant(value=True):
            return "it is always true"
        case TimeOf(window=window) if window.kind == "whole":
            return "it names every instant"
        case InZone(condition=inner):
            return _always(inner)
        case Any():
            parts = set(condition.conditions)
            for part in condition.conditions:
                if isinstance(part, Not) and part.condition in parts:
                    return f"it joins '{part.condition}' and its opposite"
                if _always(part) is not None:
                    return _always(part)
    return None


def _is_possible_count(sign: str, number: int) -> bool:
    candidates = (0, number - 1, number, number + 1)
    return any(each >= 0 and OPERATORS[sign](each, number) for each in candidates)


def _none_possible(condition: Any, zone: tzinfo) -> str | None:
    reasons = [impossible(part, zone) for part in condition.conditions]
    if None in reasons:
        return None
    return f"'{condition.conditions[0]}' cannot: {reasons[0]}; nor can the others"


def _never_together(condition: All, zone: tzinfo) -> str | None:
    for part in condition.conditions:
        reason = impossible(part, zone)
        if reason is not None:
            return f"'{part}' can never hold: {reason}"
    return (
        _opposites(condition.conditions)
        or _contradictory_parameters(part.unzoned for part in condition.conditions)
        or _contradictory_counts(condition.conditions)
        or _disjoint_times(condition, zone)
    )


def _opposites(conditions: Iterable[Condition]) -> str | None:
    known = set(conditions)
    for part in known:
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
    counted: dict[object, list[Has]] = {}
    for part in conditions:
        if isinstance(part, Has) and part.count is not None:
            subject = (part.word, part.task, part.window, part.past_span)
            counted.setdefault(subject, []).append(part)
    for statements in counted.values():
        counts = [each.count for each in statements if each.count is not None]
        candidates = {0, *(number + step for _, number in counts for step in (-1, 0, 1))}
        if not any(_fits(each, counts) for each in candidates if each >= 0):
            return f"no count fits {' and '.join(f'{sign} {number}' for sign, number in counts)}"
    return None


def _fits(count: int, conditions: Iterable[tuple[str, int]]) -> bool:
    return all(OPERATORS[sign](count, number) for sign, number in conditions)


def _disjoint_times(condition: All, zone: tzinfo) -> str | None:
    timely = [each for each in condition.conditions if each.is_calendar]
    if len(timely) < 2:  # noqa: PLR2004 - one alone has been looked at
        return None
    together = All.of(timely)
    if _meets(together, zone):
        return None
    names = " and ".join(f"'{each}'" for each in timely)
    return f"{names} never hold at the same time"


@lru_cache(maxsize=1024)
def _meets(condition: Condition, zone: tzinfo) -> bool:
    """Whether a condition of time alone holds at some instant, as far as was searched.

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
    for _ in range(_MOST_STEPS):
        if condition.holds(context):
            return True
        until = condition.until(context)
        if until is None or until - last > _SEARCH_FOR:
            return False
        context.now = until
    return bool(named) or context.now - first < _SEARCH_AT_LEAST
