"""Speaking: conditions in plain words."""

from __future__ import annotations

import re
from typing import Final

from redengine.conditions import (
    After,
    All,
    Any,
    At,
    BusinessDays,
    CalendarIs,
    ChannelField,
    ChannelTicked,
    Condition,
    Constant,
    Cron,
    CustomCondition,
    Env,
    Every,
    EveryStarting,
    Has,
    In,
    InZone,
    IsRunning,
    MovedToOpenDay,
    Not,
    ParamExists,
    ParamIs,
    Periodic,
    PeriodicAt,
    Retry,
    SchedulerRun,
    Since,
    TimeOf,
    Until,
)
from redengine.conditions.calendar.cron_hash import has_hash
from redengine.conditions.dates import say_date
from redengine.conditions.explanation import quote
from redengine.durations import format_duration

_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_ALIASES: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_FIELDS: Final = 5
_STARS: Final = ("*", "?")
_SUNDAY_AGAIN: Final = 7
_ITEM: Final = re.compile(r"(\*|[a-z]+|\d+)(?:-([a-z]+|\d+))?(?:/(\d+))?")


def cron_words(expression: str) -> str:
    """What a cron expression says: "at 07:00, on Monday to Friday".

    Args:
        expression: five fields, six with the seconds last, or an alias; it is valid.
    """
    fields = _ALIASES.get(expression, expression).split()
    if has_hash(expression):
        own = " ".join(",".join(map(_as_hash, each.split(","))) for each in fields)
        return f"{cron_words(own)}; H is a value of the task's own"
    minute, hour, day, month, weekday = fields[:_FIELDS]
    seconds = fields[_FIELDS] if len(fields) > _FIELDS else "0"
    parts = [_clock(minute, hour, seconds)]
    days = [
        _days(day, "day {} of the month", "day", ()) if day not in _STARS else "",
        _days(weekday, "{}", "day of the week", _DAYS) if weekday not in _STARS else "",
    ]
    named = [each for each in days if each]
    if named:
        is_either = day[0] not in _STARS and weekday[0] not in _STARS
        parts.append(f"on {(' or ' if is_either else ' and ').join(named)}")
    if month != "*":
        parts.append(f"in {_field(month, '{}', 'month', ('', *_MONTHS))}")
    return ", ".join(parts)


def _as_hash(part: str) -> str:
    return part.upper() if part.startswith("h") else part


def _days(field: str, form: str, noun: str, names: tuple[str, ...]) -> str:
    """A field of days in words, part by part where one of them is not a mere number."""
    parts = [_special_day(each) for each in field.split(",")]
    if not any(parts):
        return _field(field, form, noun, names)
    return " or ".join(
        special or _field(each, form, noun, names)
        for special, each in zip(parts, field.split(","), strict=True)
    )


_LAST_DAY: Final = {"l": "the last day of the month", "lw": "the last weekday of the month"}
_SPECIAL_DAY: Final = re.compile(
    r"l-(?P<before>\d+)|(?P<nearest>\d+)w|(?P<of>\w+)#(?P<nth>\d)|l(?P<number>\d)|(?P<last>\w+)l"
)


def _special_day(part: str) -> str:
    """A part of a day field that is no number, name, range or step; empty for one that is."""
    found = _SPECIAL_DAY.fullmatch(part)
    if part in _LAST_DAY or found is None:
        return _LAST_DAY.get(part, "")
    if found["before"]:
        return f"{found['before']} days before the last day of the month"
    if found["nearest"]:
        return f"the weekday nearest to day {found['nearest']} of the month"
    if found["of"]:
        return f"the {_ordinal(int(found['nth']))} {_name(found['of'], _DAYS)} of the month"
    return f"the last {_name(found['last'] or found['number'], _DAYS)} of the month"


def _clock(minute: str, hour: str, seconds: str) -> str:
    tail = "" if seconds == "0" else f" and {_field(seconds, 'second {}', 'second', ())}"
    if minute.isdigit() and all(each.isdigit() for each in hour.split(",")):
        times = [f"{int(each):02}:{int(minute):02}" for each in hour.split(",")]
        return f"at {_joined(times)}{tail}"
    told = f"at {_field(minute, 'minute {}', 'minute', ())}"
    if hour != "*":
        told += f" of {_field(hour, 'hour {}', 'hour', ())}"
    return told + tail


def _field(field: str, form: str, noun: str, names: tuple[str, ...]) -> str:
    """One field in words.

    Args:
        field: as it is written.
        form: what is put around its values.
        noun: what it counts.
        names: the names of its values, by number.
    """
    found = [_ITEM.fullmatch(each) for each in field.split(",")]
    steps = [each for each in found if each is not None and each[3]]
    if any(each is None for each in found) or (steps and len(found) > 1):
        return form.format(field)
    if steps:
        return _stepped(steps[0], form, noun, names)
    items = [each for each in found if each is not None]
    if [each[1] for each in items] == ["*"]:
        return f"every {noun}"
    spans = [
        _name(each[1], names) + (f" to {_name(each[2], names)}" if each[2] else "")
        for each in items
    ]
    return form.format(_joined(spans))


def _stepped(item: re.Match[str], form: str, noun: str, names: tuple[str, ...]) -> str:
    told = f"every {noun}" if item[3] == "1" else f"every {_ordinal(int(item[3]))} {noun}"
    if item[1] == "*":
        return told
    end = f" to {_name(item[2], names)}" if item[2] else " on"
    return f"{told} from {form.format(_name(item[1], names))}{end}"


def _name(word: str, names: tuple[str, ...]) -> str:
    if not names:
        return word
    if word.isdigit():
        number = int(word)
        is_sunday = number == _SUNDAY_AGAIN and names is _DAYS
        return names[0 if is_sunday else number] if is_sunday or number < len(names) else word
    return next((name for name in names if name and name.lower().startswith(word)), word)


def _joined(words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _ordinal(number: int) -> str:
    is_teen = number % 100 in {11, 12, 13}
    return f"{number}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


_ENDS = {
    "succeeded": "has succeeded",
    "failed": "has failed",
    "finished": "has ended, however it did",
    "terminated": "was terminated",
}


def spoken(condition: Condition) -> list[str]:
    """What a condition says, as lines; parts of a combination are indented.

    The lines go on from "a task with this condition starts".
    """
    match condition:
        case All():
            return ["when all of this holds:", *_listed(condition.conditions)]
        case Any():
            return ["when any of this holds:", *_listed(condition.conditions)]
        case Not():
            return ["when this does not hold:", *_listed((condition.condition,))]
        case InZone(condition=inner, zone=zone):
            first, *rest = spoken(inner)
            told = f"{first.removesuffix(':')}, by the clocks of {zone}"
            return [f"{told}:" if rest else told, *rest]
    return [_statement(condition)]


def sentence(condition: Condition) -> str:
    """What a condition says in one sentence: "It starts every day at 07:00."."""
    told = _clause(condition)
    verb = "" if told.startswith("never") else "it starts "
    text = f"{verb}{told}"
    return f"{text[0].upper()}{text[1:]}."


def _clause(condition: Condition) -> str:
    """The same as `spoken` in one line, with parentheses around alternatives of a part."""
    match condition:
        case All(conditions=parts):
            told = ((part, _clause(part)) for part in parts)
            return ", and ".join(
                f"({each})" if isinstance(part, Any) else each for part, each in told
            )
        case Any(conditions=parts):
            return "either " + ", or ".join(map(_clause, parts))
        case Not(condition=inner):
            return f"while this does not hold: ({_clause(inner)})"
        case InZone(condition=inner, zone=zone):
            return f"by the clocks of {zone}, {_clause(inner)}"
    return _statement(condition)


def _listed(parts: tuple[Condition, ...]) -> list[str]:
    lines = []
    for part in parts:
        first, *rest = spoken(part)
        lines += [f"- {first}", *(f"  {line}" for line in rest)]
    return lines


def _statement(condition: Condition) -> str:
    """One statement."""
    match condition:
        case EveryStarting(moment=moment):
            return f"every {format_duration(condition.interval)}, beginning at {say_date(moment)}"
        case Every(interval=interval):
            return f"every {format_duration(interval)}, the first time at once"
        case Periodic(window=window):
            part = f", {window}" if str(window) else ""
            return f"once every {window.unit.name}{part}, at the first chance"
        case PeriodicAt(unit=unit, position=position):
            return f"every {unit.name} at {position}"
        case TimeOf(window=window):
            part = str(window)
            return f"while the time of {window.unit.name} is {part or 'any'}"
        case At() | In() | Since() | Until():
            return _dated(condition)
        case Cron(expression=expression):
            return cron_words(expression)
        case BusinessDays() | CalendarIs() | MovedToOpenDay():
            return _of_days(condition)
        case Constant(value=value):
            return "always, again and again" if value else "never by itself, only by hand"
    return _of_facts(condition)


def _dated(condition: At | In | Since | Until) -> str:
    match condition:
        case At():
            return f"once, {condition}"
        case In(delay=delay):
            return f"once, {format_duration(delay)} after the task was made"
    return f"{condition}, that time included"


def _of_days(condition: BusinessDays | CalendarIs | MovedToOpenDay) -> str:
    """A statement about the days of a calendar."""
    name = condition.calendar
    days = "days of Monday to Friday" if name is None else f"open days of calendar {quote(name)}"
    match condition:
        case MovedToOpenDay(timed=timed, shift=shift):
            return f"{_statement(timed)}, moved to the {shift} of the {days}"
        case CalendarIs(state="closed"):
            return f"on the closed days of calendar {quote(condition.calendar)}"
    return f"on the {days}"


def _of_facts(condition: Condition) -> str:
    """A statement about tasks, parameters and the session."""
    match condition:
        case After():
            return _after(condition)
        case Has() | IsRunning():
            told = str(condition)
            return f"while {told if told.startswith('task ') else f'it {told}'}"
        case Retry(times=times):
            return f"again after it failed, up to {times} {'time' if times == 1 else 'times'}"
        case ParamIs(name=name):
            wanted = str(condition).removeprefix(f"param {quote(name)} is ")
            return f"while the session parameter '{name}' is {wanted}"
        case ParamExists(name=name):
            return f"while there is a session parameter '{name}'"
        case ChannelTicked() | ChannelField():
            return _of_channel(condition)
        case Env(value=value):
            return f"while the session parameter 'env' is '{value}'"
        case SchedulerRun():
            return f"while the {condition}"
        case CustomCondition():
            return f"while your own condition {condition} holds"
    return f"while {condition}"


def _of_channel(condition: ChannelTicked | ChannelField) -> str:
    name = quote(condition.channel)
    if isinstance(condition, ChannelTicked):
        return f"after a record has been sent to channel {name}, once each time"
    wanted = str(condition).removeprefix(f"channel {name} ")
    return f"while the latest record of channel {name} has {wanted}"


def _after(condition: After) -> str:
    names = [f"'{name}'" for name in condition.tasks]
    end = _ENDS[condition.outcome]
    if len(names) == 1:
        return f"after task {names[0]} {end}, once each time"
    some = "any" if condition.mode == "Any" else "each"
    return f"after {some} of the tasks {', '.join(names)} {end}, since it last started"
