"""Notations of standards and of configuration files, and what they are in the language.

ISO 8601 durations and repeating intervals, the recurrence rules of iCalendar (RFC 5545), lines of
YAML and crontab files, and the settings that stand beside a schedule elsewhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_ISO: Final = re.compile(
    r"P(?:(?P<week>\d{1,6})W|(?:(?P<day>\d{1,6})D)?"
    r"(?:T(?:(?P<hour>\d{1,6})H)?(?:(?P<minute>\d{1,6})M)?(?:(?P<second>\d{1,6})S)?)?)",
    re.IGNORECASE | re.ASCII,
)
_REPEATED: Final = re.compile(
    r"R/(?P<start>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?)/(?P<span>P\w{1,40})",
    re.IGNORECASE | re.ASCII,
)
_RULE: Final = re.compile(r"(?:rrule ?: ?)?(?P<parts>freq ?=[\w=;,: +-]{1,200})", re.IGNORECASE)
_FREQUENCIES: Final = {
    "SECONDLY": "second", "MINUTELY": "minute", "HOURLY": "hour", "DAILY": "day", "WEEKLY": "week",
}  # fmt: skip
_DAYS: Final = {
    "MO": "mon", "TU": "tue", "WE": "wed", "TH": "thu", "FR": "fri", "SA": "sat", "SU": "sun",
}  # fmt: skip
_READ_PARTS: Final = frozenset(
    ("FREQ", "INTERVAL", "BYHOUR", "BYMINUTE", "BYSECOND", "BYDAY", "BYMONTHDAY", "BYMONTH",
     "WKST")
)  # fmt: skip
_FIELD: Final = r"[\d*?/,lwa-z#-]{1,60}"
_CRONTAB_LINE: Final = re.compile(
    rf"(?P<fields>(?:{_FIELD} ){{4}}{_FIELD}) (?:(?:root|www-data|nobody) )?[/~.$a-z][^*&|]*",
    re.IGNORECASE | re.ASCII,
)
_KEYED: Final = re.compile(
    r"(?:- )?(?:['\"]?(?:schedule(?:_interval|_expression|expression)?|cron(?:_expression)?"
    r"|expression|trigger|timetable|when|oncalendar)['\"]? ?[:=]|-) ?['\"]?"
    r"(?P<text>[^'\"]{1,200}(?:['\"][^'\"]{0,100}['\"][^'\"]{0,100})?)['\"]?,?",
    re.IGNORECASE,
)
_VALUE: Final = r" ?[:=] ?['\"]?(?P<value>[\w./+-]{1,60})['\"]?,?"
_SPAN_AFTER: Final = r"(?: of)? (?P<value>\d{1,6} ?[a-z]{1,12})"


def _setting(names: str, option: str, value: str = _VALUE) -> tuple[re.Pattern[str], str]:
    return re.compile(rf"(?:{names}){value}", re.IGNORECASE | re.ASCII), option


_SETTINGS: Final = (
    _setting("timezone|time_zone|tz|cron_tz|scheduleexpressiontimezone", 'timezone="{value}"'),
    _setting("max_instances|maxinstances|max_active_runs", "max_instances={value}"),
    _setting("concurrencypolicy", "max_instances=1", r" ?[:=] ?['\"]?forbid['\"]?"),
    _setting("coalesce", 'missed="once"', r" ?[:=] ?true"),
    _setting("coalesce", 'missed="all"', r" ?[:=] ?false"),
    _setting("catchup", 'missed="skip"', r" ?[:=] ?false"),
    _setting("catchup", 'missed="all"', r" ?[:=] ?true"),
    _setting("persistent", 'missed="once"', r" ?[:=] ?(?:true|yes|1)"),
    _setting("startingdeadlineseconds|misfire_grace_time", 'grace="{value} s"'),
    _setting("jitter|randomizeddelaysec", 'jitter="{value} s"', r" ?[:=] ?(?P<value>\d{1,9})"),
    _setting(r".{1,200}? with (?:a )?jitter", 'jitter="{value}"', _SPAN_AFTER),
    _setting(r"(?:.{1,200}?,? )?at most", 'grace="{value}"', f"{_SPAN_AFTER} late"),
    _setting(r"(?:.{1,200}?,? )?late by at most", 'grace="{value}"', _SPAN_AFTER),
    _setting("suspend|paused|is_paused", "disabled=True", r" ?[:=] ?(?:true|yes|1)"),
    _setting("backofflimit|max_retries|retries", "retries={value}"),
    _setting("activedeadlineseconds|time_limit|timeout_seconds", 'timeout="{value} s"'),
)
"""Settings that others give beside a schedule, with the option of a task that is meant."""


def standard_meaning(text: str) -> str | None:
    """The condition that a notation of a standard or a file means, None if it is none.

    Args:
        text: what was written, with single spaces.
    """
    readers: tuple[Callable[[str], str | None], ...] = (
        _duration, _repeated, _recurrence, _crontab_line, _seconds,
    )  # fmt: skip
    return next((meant for read in readers if (meant := read(text)) is not None), None)


def within_key(text: str) -> str | None:
    """The value of a line such as `schedule: "0 7 * * *"`; None if it is none."""
    found = _KEYED.fullmatch(text)
    return None if found is None else found["text"].strip()


def option_of_setting(text: str) -> str | None:
    """The option of a task that a setting of another scheduler means, None if it is none."""
    for pattern, option in _SETTINGS:
        found = pattern.fullmatch(text)
        if found is not None:
            return option.format(**found.groupdict())
    return None


def _duration(text: str) -> str | None:
    """`PT1H30M`."""
    span = _span(text)
    return None if span is None else f"every {span}"


def _span(text: str) -> str | None:
    found = _ISO.fullmatch(text)
    parts = [] if found is None else [(unit, each) for unit, each in found.groupdict().items()]
    told = [f"{int(each)} {unit}{'' if int(each) == 1 else 's'}" for unit, each in parts if each]
    return " ".join(told) or None


def _repeated(text: str) -> str | None:
    """`R/2026-01-01T00:00:00Z/PT1H`."""
    found = _REPEATED.fullmatch(text)
    span = None if found is None else _span(found["span"])
    return None if found is None or span is None else f"every {span} starting {found['start']}"


def _recurrence(text: str) -> str | None:
    """`FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=9`."""
    found = _RULE.fullmatch(text)
    if found is None:
        return None
    pairs = [each.partition("=") for each in found["parts"].upper().replace(" ", "").split(";")]
    parts = {name: value for name, _, value in pairs if name}
    if not parts.keys() <= _READ_PARTS:
        return None
    by = {name: value for name, value in parts.items() if name.startswith("BY")}
    interval = parts.get("INTERVAL", "1")
    unit = _FREQUENCIES.get(parts["FREQ"])
    if not by and unit is not None and interval.isdigit():
        return f"every {interval} {unit}{'' if interval == '1' else 's'}"
    return _as_cron(parts["FREQ"], by) if interval == "1" else None


def _as_cron(frequency: str, by: dict[str, str]) -> str | None:
    """A rule with named times as a cron expression; coarser fields are any."""
    days = [_DAYS.get(each) for each in by.get("BYDAY", "").split(",") if each]
    if None in days or frequency not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}:
        return None
    named = {"MONTHLY": "1", "YEARLY": "1"}.get(frequency, "*") if not days else "*"
    fields = (
        by.get("BYMINUTE", "0"),
        by.get("BYHOUR", "0"),
        by.get("BYMONTHDAY", named),
        by.get("BYMONTH", "1" if frequency == "YEARLY" else "*"),
        ",".join(each for each in days if each) or ("mon" if frequency == "WEEKLY" else "*"),
    )
    seconds = by.get("BYSECOND", "0")
    return f"cron {' '.join(fields)}{'' if seconds == '0' else f' {seconds}'}"


def _crontab_line(text: str) -> str | None:
    """A line of a crontab with its command, which is the task's own matter here."""
    found = _CRONTAB_LINE.fullmatch(text)
    return None if found is None else f"cron {found['fields'].lower()}"


def _seconds(text: str) -> str | None:
    """A bare number of seconds."""
    is_number = text.isascii() and text.isdigit() and 0 < len(text) < 8  # noqa: PLR2004 - a year
    return f"every {int(text)} seconds" if is_number and int(text) else None
