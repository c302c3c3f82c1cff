"""Spellings of other schedulers, and what they are in the language.

The rules are those that each documents: the order of the fields, what a field that is left out
means, and the number at which the weekdays begin.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_FIELDS: Final = ("minute", "hour", "day", "month", "day_of_week")
_PAIR: Final = re.compile(r"(\w{1,20}) ?= ?(?:'([^']{0,60})'|\"([^\"]{0,60})\"|([^,\s)]{1,60}))")
_COMMA: Final = re.compile(r",(?=(?:[^'\"]|'[^']*'|\"[^\"]*\")*$)")
"""A comma that is in no quotes."""
_INTERVAL_UNITS: Final = ("weeks", "days", "hours", "minutes", "seconds")
_NAMES: Final = {"day_of_month": "day", "month_of_year": "month"}
_QUARTZ_WITH_YEAR: Final = 7


def _pairs(text: str) -> dict[str, str]:
    """The named arguments of a call, or of a line of them; none if there is anything else."""
    found: dict[str, str] = {}
    if _PAIR.sub("", text).strip(" ,"):
        return found
    for name, *values in _PAIR.findall(text.lower()):
        found[_NAMES.get(name, name)] = next((each for each in values if each), "")
    return found


def _weekday_numbers(field: str, shift: int) -> str:
    """A field of weekdays with the numbers moved; what follows a slash or # counts otherwise."""
    return re.sub(r"(?<![/#\d])\d+", lambda found: str((int(found[0]) + shift) % 7), field.lower())


def _interval(text: str) -> str | None:
    pairs = _pairs(text)
    parts = [
        f"{pairs[unit]} {unit if pairs[unit] != '1' else unit.rstrip('s')}"
        for unit in _INTERVAL_UNITS
        if pairs.get(unit)
    ]
    return f"every {' '.join(parts)}" if parts and len(parts) == len(pairs) else None


def _apscheduler_cron(found: re.Match[str]) -> str | None:
    """Fields above the finest that is given are any; finer ones are at their least."""
    pairs = _pairs(found["args"])
    fine = ("month", "day", "day_of_week", "hour", "minute", "second")
    if not pairs or not set(pairs) <= set(fine):
        return None
    finest = max(fine.index(each) for each in pairs)
    least = {"hour": "0", "minute": "0", "second": "0", "day_of_week": "*", "day": "1"}
    fields = {
        name: pairs.get(name, "*" if place <= finest else least[name])
        for place, name in enumerate(fine)
    }
    fields["day_of_week"] = _weekday_numbers(fields["day_of_week"], 1)
    fields["day"] = {"last": "l"}.get(fields["day"], fields["day"])
    seconds = "" if fields["second"] == "0" else f" {fields['second']}"
    return f"cron {' '.join(fields[each] for each in _FIELDS)}{seconds}"


def _celery_crontab(found: re.Match[str]) -> str | None:
    """Fields that are left out are any; weekdays count from Sunday as 0."""
    pairs = _pairs(_named(found["args"]))
    if not set(pairs) <= set(_FIELDS) or (found["args"].strip() and not pairs):
        return None
    return f"cron {' '.join(pairs.get(each, '*') for each in _FIELDS)}"


def _named(arguments: str) -> str:
    """Celery's arguments with the names of those that stand without, in the documented order."""
    order = ("minute", "hour", "day_of_week", "day_of_month", "month_of_year")
    parts = [
        each.strip()
        for each in re.split(r",(?=[^'\"]*(?:(?:'[^']*'|\"[^\"]*\")[^'\"]*)*$)", arguments)
    ]
    named = [
        part if "=" in part or place >= len(order) else f"{order[place]}={part}"
        for place, part in enumerate(parts)
        if part
    ]
    return ", ".join(named)


def _aws_cron(found: re.Match[str]) -> str | None:
    """Minutes first, weekdays from Sunday as 1, the year last."""
    *fields, weekday, year = found["fields"].split()
    return _in_year(_five([*fields, _weekday_numbers(weekday, -1)]), year)


def _in_year(condition: str, year: str) -> str | None:
    """A condition within the years of a field; None for one that is no year or span of them."""
    if year in {"*", "?"}:
        return condition
    if not re.fullmatch(r"\d{4}(?:-\d{4})?", year):
        return None
    first, _, last = year.partition("-")
    return f"{condition} & from {first}-01-01 & until {last or first}-12-31"


def _quartz(found: re.Match[str]) -> str | None:
    """Seconds first, weekdays from Sunday as 1, the year last where there is one."""
    fields = found["fields"].split()
    year = fields.pop() if len(fields) == _QUARTZ_WITH_YEAR else "*"
    seconds, *rest, weekday = fields
    five = _five([*rest, _weekday_numbers(weekday, -1)])
    return _in_year(five if seconds in {"0", "00"} else f"{five} {seconds}", year)


def _five(fields: list[str]) -> str:
    return f"cron {' '.join('*' if each == '?' else each.lower() for each in fields)}"


def _systemd(found: re.Match[str]) -> str | None:
    """A calendar event: weekdays, a date and a time."""
    days = (found["days"] or "*").lower().replace("..", "-").replace(" ", "")
    days = re.sub("([a-z]{3})[a-z]*", r"\1", days)
    if not found["hour"] and not found["month"]:
        return None
    month, day = found["month"] or "*", found["day"] or "*"
    hour, minute = found["hour"] or "0", found["minute"] or "0"
    fields = [_systemd_field(each) for each in (minute, hour, day, month)]
    return f"cron {' '.join(fields)} {days}"


def _systemd_field(field: str) -> str:
    """A field of cron: `0/15` is every fifteenth from 0 on."""
    field = re.sub(r"\b0+(\d)", r"\1", field)
    return re.sub(r"^0/", "*/", field.replace("..", "-"))


_UNITS: Final = r"(?P<unit>seconds?|minutes?|hours?|days?|weeks?)"
_QUOTED: Final = r"['\"](?P<text>[^'\"]{1,100})['\"]"
_CLOCK_IN: Final = r"\(['\"](?P<clock>\d\d?:\d\d(?::\d\d)?)['\"]\)"
_DAY_NAME: Final = r"(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_DAY_NAME_START: Final = "(?:mon|tue|wed|thu|fri|sat|sun)"
_DO: Final = r"(?:\.do\(.{0,80}\))?"
_OUTCOMES: Final = {
    "success": "succeeded", "fail": "failed", "finish": "finished", "terminate": "terminated",
    "succeeds": "succeeded", "succeeded": "succeeded",
    "fails": "failed", "failed": "failed", "finishes": "finished", "ends": "finished",
    "is done": "finished", "completes": "finished", "crashes": "crashed", "finished": "finished",
}  # fmt: skip


def _after(found: re.Match[str]) -> str:
    return f"after task '{found['task']}' {_OUTCOMES[found['outcome'].lower()]}"


def _adverb(found: re.Match[str]) -> str:
    unit = found["unit"].rstrip("s")
    return "daily" if unit == "day" else f"every 1 {unit}"


_RULES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), meaning)
    for pattern, meaning in (
        (r"(?P<alias>@(?:hourly|daily|midnight|weekly|monthly|yearly|annually))",
         lambda found: f"cron {found['alias'].lower()}"),
        ((r"@?every[ (]*['\"]?(?P<span>\d{1,9} ?[a-z]{1,12}(?: ?\d{1,9} ?[a-z]{1,12})*)"
         r"['\"]?\)?"), lambda found: f"every {found['span']}"),
        (r"cron ?\((?P<fields>(?:\S+ ){5}\S+)\)", _aws_cron),
        (rf"rate ?\((?P<span>\d{{1,9}} {_UNITS})\)", lambda found: f"every {found['span']}"),
        ((r"(?:cron ?)?(?:\(['\"]|['\"])?(?P<fields>\S+ (?:\S+ ){4}\S*[?]\S*"
         r"|\S+ \S+ \S+ [?] \S+ \S+|(?:\S+ ){6}\S+)(?:['\"]\)?)?"), _quartz),
        (rf"(?:crontab|cron(?:trigger\.from_crontab|time|schedule)?) ?\({_QUOTED}.{{0,60}}\)",
         lambda found: f"cron {found['text']}"),
        (r"(?:cron ?expression|schedule|cron) ?[:=] ?['\"]?(?P<text>[^'\"=:]{1,100}?)['\"]?",
         lambda found: f"cron {found['text']}"),
        (r"crontab ?\((?P<args>.{0,200})\)", _celery_crontab),
        ((r"(?:crontrigger ?\(|cron ?\(|cron,? |['\"]cron['\"], ?|trigger=['\"]cron['\"], ?)?"
         r"(?P<args>[^()]{0,200}=[^()]{0,200})\)?"), _apscheduler_cron),
        (r"(?:intervaltrigger|timedelta|datetime\.timedelta) ?\((?P<args>.{1,200})\)",
         lambda found: _interval(found["args"])),
        ((r"(?:interval|['\"]interval['\"]|trigger=['\"]interval['\"]),? ?"
         r"\(?(?P<args>[^()]{1,200})\)?"),
         lambda found: _interval(found["args"])),
        (r"(?P<args>(?:weeks|days|hours|minutes|seconds) ?= ?\d{1,9})",
         lambda found: _interval(found["args"])),
        (r"schedule\((?:run_every=)?(?P<seconds>\d{1,9}(?:\.\d{1,6})?)\)",
         lambda found: f"every {found['seconds']} seconds"),
        (rf"(?:schedule\.)?every\((?P<count>\d{{1,9}})\)\.{_UNITS}{_DO}",
         lambda found: f"every {found['count']} {found['unit']}"),
        (rf"(?:schedule\.)?every\(\)\.day\.at{_CLOCK_IN}{_DO}",
         lambda found: f"daily at {found['clock']}"),
        (rf"(?:schedule\.)?every\(\)\.{_DAY_NAME}\.at{_CLOCK_IN}{_DO}",
         lambda found: f"weekly at {found['day'].capitalize()} {found['clock']}"),
        (rf"(?:schedule\.)?every\(\)\.{_UNITS}{_DO}",
         lambda found: f"every 1 {found['unit'].lower()}"),
        (rf"(?:schedule\.)?every\(\)\.{_DAY_NAME}{_DO}",
         lambda found: f"weekly on {found['day'].capitalize()}"),
        ((rf"(?P<adverb>minutely|hourly|daily|weekly|monthly|quarterly|yearly)\."
         rf"(?P<kind>at|after|before|on|starting)\({_QUOTED}\)"),
         lambda found: f"{found['adverb']} {found['kind']} {found['text']}".lower()),
        ((r"(?P<adverb>minutely|hourly|daily|weekly|monthly|quarterly|yearly)\.between\(['\"]"
         r"(?P<first>[\w: ]{1,20})['\"], ?['\"](?P<last>[\w: ]{1,20})['\"]\)"),
         lambda found: f"{found['adverb']} between {found['first']} and {found['last']}".lower()),
        ((r"time_of_(?P<unit>minute|hour|day|week|month|quarter|year)\.(?P<kind>after|before|on|at)"
         rf"\({_QUOTED}\)"),
         lambda found: f"time of {found['unit']} {found['kind']} {found['text']}".lower()),
        ((r"time_of_(?P<unit>minute|hour|day|week|month|quarter|year)\.between\(['\"]"
         r"(?P<first>[\w: ]{1,20})['\"], ?['\"](?P<last>[\w: ]{1,20})['\"]\)"),
         lambda found: (
             f"time of {found['unit']} between {found['first']} and {found['last']}".lower())),
        (r"after_(?P<outcome>success|fail|finish|terminate)\(['\"]?(?P<task>[\w.-]{1,60})['\"]?\)",
         _after),
        ((r"(?:after|when|once|if) (?:the )?(?:task )?['\"]?(?P<task>[\w.-]{1,60})['\"]? "
         r"(?:has )?(?P<outcome>succeeds|succeeded|fails|failed|finishes|finished|ends|is done"
         r"|completes|crashes)"),
         _after),
        (r"on (?P<outcome>success|fail|finish)(?: of)? ['\"]?(?P<task>[\w.-]{1,60})['\"]?",
         _after),
        (rf"after (?P<task>(?!tasks?\b|any\b|noon|midnight|{_DAY_NAME_START})[a-z_][\w.-]{{0,60}})",
         lambda found: f"after task '{found['task']}'"),
        (r"on(?:unit(?:in)?active|calendar)sec ?= ?(?P<span>[\w. ]{1,60})",
         lambda found: f"every {found['span']}"),
        (r"(?:oncalendar ?= ?)(?P<adverb>minutely|hourly|daily|weekly|monthly|yearly)",
         lambda found: (
             "cron * * * * *" if found["adverb"].lower() == "minutely"
             else "cron 0 0 * * mon" if found["adverb"].lower() == "weekly"
             else f"cron @{found['adverb'].lower()}")),
        ((r"(?:oncalendar ?= ?)?(?P<days>(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}"
         r"(?:(?:,|\.\.)(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}){0,6})?"
         r"(?: ?\*-(?P<month>\*|[\d,/.]{1,30})-(?P<day>\*|[\d,/.]{1,30}))?"
         r"(?: ?(?P<hour>\*|[\d,/.]{1,60}):(?P<minute>\*|[\d,/.]{1,60})(?::00)?)?"), _systemd),
    )
)  # fmt: skip
"""How each spelling is recognised, and what it means; the first that knows the text answers."""


def foreign_meaning(text: str) -> str | None:
    """The condition that a spelling of another scheduler means, None if it is none.

    Knows Quartz, AWS EventBridge, APScheduler, Celery, the schedule library, Rocketry's fluent
    names and systemd's calendar events.
    """
    words = " ".join(text.split())
    meaning: Callable[[re.Match[str]], str | None]
    for pattern, meaning in _RULES:
        found = pattern.fullmatch(words)
        meant = meaning(found) if found else None
        if meant is not None:
            return meant
    return None
