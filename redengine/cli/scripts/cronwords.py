"""Cron expressions in plain words."""

from __future__ import annotations

import re
from typing import Final

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
_SUNDAY_AGAIN: Final = 7
_ITEM: Final = re.compile(r"(\*|[a-z]+|\d+)(?:-([a-z]+|\d+))?(?:/(\d+))?")


def cron_words(expression: str) -> str:
    """What a cron expression says: "at 07:00, on Monday to Friday".

    Args:
        expression: five fields, six with the seconds last, or an alias; it is valid.
    """
    fields = _ALIASES.get(expression, expression).split()
    minute, hour, day, month, weekday = fields[:_FIELDS]
    seconds = fields[_FIELDS] if len(fields) > _FIELDS else "0"
    parts = [_clock(minute, hour, seconds)]
    days = [
        _field(day, "day {} of the month", "day", ()) if day != "*" else "",
        _field(weekday, "{}", "day of the week", _DAYS) if weekday != "*" else "",
    ]
    named = [each for each in days if each]
    if named:
        joint = " and " if "#" in weekday or "w" in day else " or "
        parts.append(f"on {joint.join(named)}")
    if month != "*":
        parts.append(f"in {_field(month, '{}', 'month', ('', *_MONTHS))}")
    return ", ".join(parts)


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
