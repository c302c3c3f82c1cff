"""The linter of conditions: what one of them says that is wrong, or hardly meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from itertools import islice, product
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from typing import Any as Anything

from redengine.conditions.calendar.cron_fields import lonely_steps
from redengine.conditions.calendar.windows import Window
from redengine.conditions.condition import All, Any, Combination, Condition
from redengine.conditions.context import CalendarContext
from redengine.conditions.dependencies import After, Retry
from redengine.conditions.explanation import quote
from redengine.conditions.facts import FALSE, Env, ParamIs
from redengine.conditions.fire_times import Cron, PeriodicAt
from redengine.conditions.insight.clock_changes import LOOKED_AHEAD, changed_times
from redengine.conditions.insight.contradictions import Limits, always, contradiction
from redengine.conditions.insight.misreadings import misreadings
from redengine.conditions.insight.run_out import run_out, running_out
from redengine.conditions.intervals import Every, Periodic, TimeOf
from redengine.conditions.language.places import NOWHERE, Places, located
from redengine.exceptions import ConditionSyntaxError, InvalidInput, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime, tzinfo

    from redengine.conditions.insight.starts import Calendars

Severity = Literal["error", "warning", "info"]


class Kind(NamedTuple):
    """A kind of finding.

    Attributes:
        severity: how bad it is: an error keeps the task from ever starting.
        meaning: what is the matter, in a few words.
    """

    severity: Severity
    meaning: str


KINDS: Final[dict[str, Kind]] = {
    "syntax": Kind("error", "the text cannot be read; the fix is all of it as it may be meant"),
    "never-true": Kind("error", "it can never hold; the parts that exclude each other are named"),
    "deadlock": Kind("error", "tasks wait for each other in a circle, so that none can start"),
    "always-true": Kind("warning", "it always holds, or a part of it does and says nothing"),
    "no-pause": Kind("warning", "it goes on holding after a run, so the task starts without pause"),
    "dead-part": Kind("warning", "a part beside others can never hold"),
    "is-over": Kind("warning", "all its times are past"),
    "said-twice": Kind("warning", "a combination has the same part twice"),
    "instant-and-event": Kind(
        "warning", "an event counts only if it holds at exactly a nominal time"
    ),
    "lonely-step": Kind("warning", "a step of cron that is one value alone"),
    "minutes-as-hours": Kind(
        "warning", "`hourly between 09:00 and 17:00`: minutes and seconds that look like hours"
    ),
    "every-minute-of-the-hour": Kind(
        "warning", "`cron * 7 * * *`: each minute of an hour, where one start may be meant"
    ),
    "six-fields": Kind(
        "warning", "cron of six fields in which the seconds may be meant to come first"
    ),
    "either-day": Kind("warning", "cron with both days restricted: either of them is enough"),
    "unknown-task": Kind("warning", "there is no task of that name"),
    "unknown-parameter": Kind("warning", "there is no session parameter of that name"),
    "unknown-calendar": Kind("warning", "there is no calendar of that name"),
    "unknown-channel": Kind("warning", "there is no channel of that name"),
    "calendar-over": Kind(
        "warning", "a calendar has run out: of today and later days it knows the weekend alone"
    ),
    "window-too-short": Kind("warning", "a window is shorter than the task usually takes"),
    "period-too-short": Kind("warning", "starts follow faster than the task usually takes"),
    "interval-of-days": Kind(
        "info", "`every 24 hours`: counted from the last start, at no time of day"
    ),
    "missing-day": Kind("info", "a day that not every month has"),
    "calendar-ends": Kind(
        "info", "a calendar runs out within a month, or before the tenth of the next starts"
    ),
    "crowded": Kind("info", "many tasks start at one instant"),
    "skipped-time": Kind("info", "a time that does not exist on a day when the clocks change"),
    "doubled-time": Kind("info", "a time that comes twice on a day when the clocks change"),
}
"""Every kind of finding by its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about a condition that is wrong, or may be.

    Attributes:
        code: which of `KINDS` it is.
        severity: "error", "warning" or "info".
        start: the place in the text of its first character.
        end: the place after its last one.
        message: what is the matter, in a sentence.
        fix: a condition that says what may be meant, to stand in that place; None if none is known.
    """

    code: str
    severity: Severity
    start: int
    end: int
    message: str
    fix: str | None = None

    def to_dict(self) -> dict[str, Anything]:
        """The finding as JSON values."""
        return {
            "code": self.code,
            "severity": self.severity,
            "start": self.start,
            "end": self.end,
            "message": self.message,
            "fix": self.fix,
        }


_MOST_REMARKS: Final = 50
"""Of each sort; a condition with more is no more readable than its findings would be."""

Nodes = tuple[tuple[Condition, "tzinfo"], ...]
"""A condition and all conditions below it, parents first, with the zones of their times."""


class Remark(NamedTuple):
    """A finding before its place is looked up.

    Attributes:
        code: its code.
        parts: the parts of the condition that it is about.
        message: what is the matter.
        fix: what could stand in their place, from the first of them to the last.
    """

    code: str
    parts: tuple[Condition, ...]
    message: str
    fix: str | None = None

    @property
    def is_doubt(self) -> bool:
        """Whether it is more than something to know."""
        return KINDS[self.code].severity != "info"


def unreadable(text: str, error: InvalidInput) -> Finding:
    """The finding of a text that is no condition.

    Args:
        text: the text.
        error: what it was refused with: a syntax error, or that it names what never comes.
    """
    code = "syntax" if isinstance(error, ConditionSyntaxError) else "never-true"
    reason = getattr(error, "reason", None)
    return Finding(
        code=code,
        severity=KINDS[code].severity,
        start=0,
        end=len(text),
        message=str(error) if reason is None else f"'{text}' can never hold: {reason}",
        fix=getattr(error, "suggestion", None),
    )


def lint(
    condition: Condition,
    zone: tzinfo = UTC,
    *,
    now: datetime | None = None,
    places: Places | None = None,
    known: Mapping[str, Collection[str]] | None = None,
    task: str | None = None,
    calendars: Calendars | None = None,
) -> tuple[Finding, ...]:
    """All findings of one condition, in the order of their places.

    Args:
        condition: the condition.
        zone: the zone of its wall-clock times.
        now: the present instant, for what depends on it: times that are past, calendars that run
            out, and the changes of clocks in the two years to come. None leaves these out.
        places: where its parts stand in the text that was read; those of `str(condition)` if not
            given.
        known: the names that exist by their kind, such as `{"task": names}`; what is named of a
            kind that is not in it is taken to exist.
        task: the name of the task that has it, by which an `H` of cron has its value. Without it
            nothing is told that is not so for all tasks.
        calendars: gives the calendar of a name; None leaves out whether they run out.
    """
    remarks = remarks_of(condition, zone, now=now, known=known, task=task, calendars=calendars)
    return findings(condition, remarks, places)


def remarks_of(
    condition: Condition,
    zone: tzinfo,
    *,
    now: datetime | None = None,
    known: Mapping[str, Collection[str]] | None = None,
    task: str | None = None,
    calendars: Calendars | None = None,
) -> list[Remark]:
    """The same as `lint` before the places are looked up."""
    remarks = [*_impossible(condition, zone, task)]
    if not remarks:
        remarks += islice(doubts(condition, zone, now, task), _MOST_REMARKS)
    remarks += islice(unknown_names(condition, known or {}), _MOST_REMARKS)
    if now is not None and calendars is not None:
        remarks += calendars_over(condition, zone, now, calendars)
        remarks += _calendars_ending(condition, zone, now, calendars, task)
    if now is not None:
        remarks += islice(_changes_of_clocks(condition, zone, now, task), _MOST_REMARKS)
    return remarks


def findings(
    condition: Condition, remarks: list[Remark], places: Places | None = None
) -> tuple[Finding, ...]:
    """Remarks with their places, errors first, then in the order of places."""
    if not remarks:
        return ()
    places = places if places is not None else _places_of(condition)
    found = []
    for code, parts, message, fix in dict.fromkeys(remarks):
        starts, ends = zip(*map(places.of, parts), strict=True)
        place = min(starts), max(ends)
        found.append(
            Finding(
                code=code,
                severity=KINDS[code].severity,
                start=place[0],
                end=place[1],
                message=message,
                fix=None if fix is None else _fitting(fix, is_whole=place == places.whole),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.severity != "error", each.start, each.end)))


def _places_of(condition: Condition) -> Places:
    """The places in the text that a condition prints as."""
    try:
        return located(str(condition))
    except InvalidInput:
        return NOWHERE  # it has a custom part, or one of another class


def _fitting(fix: str, *, is_whole: bool) -> str | None:
    """A fix as it can stand in its place; None if it is no condition."""
    try:
        meant = Condition.parse_text(fix)
    except InvalidInput:
        return None
    return fix if is_whole or not isinstance(meant, Combination) else f"({fix})"


def _impossible(condition: Condition, zone: tzinfo, task: str | None) -> Iterator[Remark]:
    """That a condition can never hold; `always false` says so, and means by hand only."""
    found = None if condition == FALSE else contradiction(condition, zone, task)
    if found is None:
        return
    given = condition.conditions if isinstance(condition, All) else ()
    is_either = set(found.parts) == set(given) and all(map(_is_alternative, given))
    fix = str(Any.of(given)) if is_either else None
    message = f"'{condition}' can never hold: {found.reason}"
    yield Remark("never-true", found.parts, message, fix)


def _is_alternative(part: Condition) -> bool:
    """Whether "and" may have been written where one of several was meant."""
    return isinstance(part.unzoned, ParamIs | Env | Cron | PeriodicAt | TimeOf)


def doubts(
    condition: Condition, zone: tzinfo, now: datetime | None = None, task: str | None = None
) -> Iterator[Remark]:
    """What of a condition may not be meant.

    It costs little: it is asked for each task that is made.

    Args:
        condition: the condition, which is not a `contradiction`.
        zone: the zone of its wall-clock times.
        now: the present instant; None leaves out that all times are past.
        task: the name of the task that has it, if it is known.
    """
    nodes = tuple(condition.walk_in(zone))
    for check in _CHECKS:
        yield from check(nodes)
    if now is not None:
        yield from _over(condition, zone, now, task)


_TAIL: Final = "it starts again as soon as it ends; add 'every …', 'daily …' or the like"


def _pauses(nodes: Nodes) -> Iterator[Remark]:
    """What starts a task again as soon as it has ended."""
    condition, zone = nodes[0]
    if not _never_pauses(condition):
        return
    reason = always(condition, zone)
    if reason is None:
        message = f"'{condition}' goes on holding after the task has run: {_TAIL}"
        yield Remark("no-pause", (condition,), message)
        return
    message = f"'{condition}' always holds ({reason}), so it goes on holding after the task has run"
    yield Remark("always-true", (condition,), f"{message}: {_TAIL}")


def _never_pauses(condition: Condition) -> bool:
    """Whether nothing in it becomes false by the task's own run, which starts it again at once.

    A statement that holds at instants ends by itself, one that reads the task's own history by the
    task's run; whatever else is read goes on as it is.
    """
    if isinstance(condition, Any):
        return any(map(_never_pauses, condition.conditions))
    if condition.parts():
        return all(map(_never_pauses, condition.parts()))
    topics = condition.reads()
    if condition == FALSE or not condition.can_negate:
        return False
    if any(topic == "task:" or topic.startswith("custom:") for topic in topics):
        return False
    return bool(topics) or condition.is_calendar


def _parts(nodes: Nodes) -> Iterator[Remark]:
    """What is the matter with the parts of combinations."""
    limits = Limits()
    for node, zone in nodes:
        if type(node) not in {All, Any}:
            continue
        assert isinstance(node, Combination)
        different = dict.fromkeys(node.conditions)
        if len(different) < len(node.conditions):
            once = str(type(node).of(different))
            yield Remark("said-twice", (node,), f"'{node}' says the same twice", once)
        for part in different:
            dead = contradiction(part, zone, limits=limits) if isinstance(node, Any) else None
            if dead is not None:
                message = f"'{part}' can never hold: {dead.reason}"
                yield Remark("dead-part", (node,), message, _without(node, part))
            reason = always(part, zone, limits) if isinstance(node, All) else None
            if reason is not None:
                message = f"'{part}' always holds ({reason}) and says nothing here"
                yield Remark("always-true", (node,), message, _without(node, part))


def _without(node: Combination, part: Condition) -> str | None:
    """A combination without one of its parts; None where nothing would be left."""
    others = [each for each in node.conditions if each != part]
    return str(type(node).of(others)) if others else None


def _instants_and_events(nodes: Nodes) -> Iterator[Remark]:
    """Nominal times that are joined with what happens at some other instant."""
    for node, _ in nodes:
        if type(node) is not All:
            continue
        events = [
            each for each in node.conditions if isinstance(each.unzoned, After | Retry | Every)
        ]
        timed = [each for each in node.conditions if each.is_calendar and not each.can_negate]
        for fixed, event in product(timed, events):
            message = (
                f"'{fixed}' holds at instants only, so '{event}' counts only if it holds at "
                "exactly such an instant; a window such as 'after 07:00' waits for it"
            )
            window = _as_window(fixed)
            if window is None:
                yield Remark("instant-and-event", (fixed, event), message)
                continue
            parts = [window if each is fixed else each for each in node.conditions]
            yield Remark("instant-and-event", (node,), message, str(All.of(parts)))


def _as_window(timed: Condition) -> Condition | None:
    """The window that a nominal time of each period begins, None for another one."""
    if type(timed) is not PeriodicAt:
        return None
    return Periodic(Window(timed.unit, "after", timed.position))


def _of_statements(nodes: Nodes) -> Iterator[Remark]:
    """What is the matter with single statements."""
    for leaf, _ in nodes:
        if type(leaf) is Cron:
            for message in lonely_steps(leaf.expression):
                yield Remark("lonely-step", (leaf,), message)
        for code, message, fix in misreadings(leaf):
            yield Remark(code, (leaf,), message, fix)


_CHECKS: Final[tuple[Callable[[Nodes], Iterator[Remark]], ...]] = (
    _pauses,
    _parts,
    _instants_and_events,
    _of_statements,
)


def _over(condition: Condition, zone: tzinfo, now: datetime, task: str | None) -> Iterator[Remark]:
    """Times that are all past: no instant to come is one of them."""
    parts = condition.conditions if isinstance(condition, All) else (condition,)
    context = CalendarContext(now, zone)
    for part in parts:
        if part == FALSE:
            continue
        if not part.is_calendar or part.reads():
            continue
        own = part.for_task(task)
        if not own.holds(context) and own.until(context) is None:
            yield Remark("is-over", (part,), f"'{part}' is over: no time of it is still to come")


def unknown_names(condition: Condition, known: Mapping[str, Collection[str]]) -> Iterator[Remark]:
    """Names in a condition that do not exist, with the nearest that does; see `lint`."""
    for leaf in condition.leaves():
        for topic in sorted(leaf.reads()):
            kind, _, name = topic.partition(":")
            if not name or kind not in known or name in known[kind]:
                continue
            near = nearest(name, known[kind])
            fix = None if near is None else str(leaf).replace(quote(name), quote(near))
            hint = "" if near is None else f"; did you mean '{near}'?"
            noun = {"parameter": "session parameter"}.get(kind, kind)
            yield Remark(f"unknown-{kind}", (leaf,), f"there is no {noun} '{name}'{hint}", fix)


def calendars_over(
    condition: Condition, zone: tzinfo, now: datetime, calendars: Calendars
) -> list[Remark]:
    """Calendars that have run out; it costs little."""
    found = islice(run_out(condition, zone, now, calendars), _MOST_REMARKS)
    return [Remark(code, (leaf,), message) for code, leaf, message in found]


def _calendars_ending(
    condition: Condition, zone: tzinfo, now: datetime, calendars: Calendars, task: str | None
) -> list[Remark]:
    """Calendars that run out soon."""
    found = islice(running_out(condition, zone, now, calendars, task), _MOST_REMARKS)
    return [Remark(code, (leaf,), message) for code, leaf, message in found]


def _changes_of_clocks(
    condition: Condition, zone: tzinfo, now: datetime, task: str | None
) -> Iterator[Remark]:
    """Times that a change of the clocks skips or doubles in the years to come."""
    for leaf, there in dict.fromkeys(condition.walk_in(zone)):
        if task is None and isinstance(leaf, Cron) and leaf.is_hashed:
            continue  # each task has other times
        own = leaf if leaf.parts() else leaf.for_task(task)
        for changed in changed_times(own, there, now, now + LOOKED_AHEAD):
            yield Remark(changed.code, (leaf,), changed.message)
