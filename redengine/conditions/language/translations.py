"""What people write instead of a condition string, and what it is in the language.

Asked only when a text could not be parsed. English with one meaning is sugar: it is read as what
it means. Spellings of other schedulers, and English with two meanings, are answered with a
suggestion; what a condition cannot say, with an option that does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from redengine.conditions.calendar.cron import is_ambiguous, settled
from redengine.conditions.calendar.positions import WEEKDAYS, read_position
from redengine.conditions.calendar.wall_clock import DAILY
from redengine.conditions.language.notations import (
    option_of_setting,
    standard_meaning,
    within_key,
)
from redengine.conditions.language.other_schedulers import foreign_meaning

if TYPE_CHECKING:
    from collections.abc import Callable


class Translation(NamedTuple):
    """What a text means.

    Attributes:
        text: the condition that was meant; the caller parses it before it is offered.
        option: the option or call that was meant, where a condition cannot say it.
        reason: why the text is not read as that condition.
    """

    text: str | None = None
    option: str | None = None
    reason: str | None = None


_DAY: Final = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)s?"
)
_DAY_SET: Final = (
    rf"(?:weekdays?|workdays?|working days?|weekends?|{_DAY}(?: ?(?:,|and|, and|-|to|through) ?"
    rf"{_DAY}){{0,6}})"
)
_CLOCK: Final = (
    r"(?:noon|midday|midnight|[01]\d[0-5]\d(?: hours)?|2[0-3][0-5]\d(?: hours)?"
    r"|\d{1,2}(?:[:.h][0-5]\d(?::[0-5]\d)?)?"
    r"(?: ?[ap]\.?m\.?| ?o'clock)?(?: in the (?:morning|afternoon|evening))?)"
)
_CLOCKS: Final = rf"{_CLOCK}(?: ?(?:,|and|, and) ?{_CLOCK}){{0,9}}"
_SPAN: Final = (
    r"(?:\d{1,9}(?:\.\d{1,6})?|one|two|three|four|five|six|ten|fifteen|twenty|thirty) ?[a-z]{1,12}"
)
_ORDINAL: Final = r"(?:the )?(?P<nth>\d{1,2}(?:st|nd|rd|th)?|first|last)(?: day)?"
_NUMBERS: Final = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "ten": "10",
    "fifteen": "15", "twenty": "20", "thirty": "30",
}  # fmt: skip
_MONDAY_TO_FRIDAY: Final = range(5)
_NOON: Final = 12


def _clock(words: str) -> str | None:
    """A time of day as the language writes it."""
    text = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}.get(words, words)
    text, _, part = text.removesuffix(" hours").partition(" in the ")
    text = re.sub(r"^(\d\d)(\d\d)$", r"\1:\2", text)
    text = re.sub(r"(\d)[.h](\d)", r"\1:\2", text.replace(" o'clock", ""))
    text = re.sub(r"([ap])\.?m\.?$", r"\1m", text)
    if part and not text.endswith("m"):
        text += " am" if part == "morning" else " pm"
    try:
        return str(read_position(DAILY, text))
    except ValueError:
        return None


def _clocks(words: str) -> list[str] | None:
    """The times of a list such as "7 and 19:30"; None for "9 and 5 pm", which could be twice pm."""
    parts = re.split(r" ?(?:, and|,|and) ?", words)
    if any(each.isdigit() for each in parts) and re.search(r"m\.?(?:$| ?,| and)", words):
        return None
    times = [_clock(each) for each in parts]
    known = [each for each in times if each is not None]
    return known if len(known) == len(times) else None


def _weekdays(words: str) -> list[int]:
    """The numbers of the weekdays that words name, from Monday as 0."""
    if words.startswith("weekend"):
        return [5, 6]
    if words.startswith(("weekday", "work")):
        return list(_MONDAY_TO_FRIDAY)
    numbers = {day[:3].lower(): number for number, day in enumerate(WEEKDAYS)}
    found: list[int] = []
    for part in re.split(r" ?(?:, and|,|\band\b) ?", words):
        first, *rest = [numbers[each[:3]] for each in re.split(r" ?(?:-|to|through) ?", part)]
        last = rest[-1] if rest else first
        found.extend((first + step) % 7 for step in range((last - first) % 7 + 1))
    return sorted(set(found))


def _at(days: list[int] | None, times: list[str] | None) -> str | None:
    """The condition with these nominal times, every day if no days are given."""
    if times is None:
        return None
    if days is None:
        return " | ".join(f"daily at {each}" for each in times)
    if not _is_run(days):
        return " | ".join(f"weekly at {WEEKDAYS[day]} {time}" for time in times for day in days)
    names = f"{WEEKDAYS[days[0]][:3]}-{WEEKDAYS[days[-1]][:3]}".lower()
    fields = [each.split(":") for each in times]
    return " | ".join(
        " ".join(("cron", str(int(minute)), str(int(hour)), "* *", names, *map(str, seconds)))
        for hour, minute, *seconds in fields
    )


def _is_run(days: list[int]) -> bool:
    """Whether weekdays follow each other and are more than two."""
    return len(days) > 2 and days[-1] - days[0] == len(days) - 1  # noqa: PLR2004 - a pair


def _on(days: list[int]) -> str:
    """The condition that holds on these weekdays."""
    if len(days) > 1 and days[-1] - days[0] == len(days) - 1:
        return f"time of week between {WEEKDAYS[days[0]]} and {WEEKDAYS[days[-1]]}"
    named = " | ".join(f"time of week on {WEEKDAYS[each]}" for each in days)
    return f"({named})" if len(days) > 1 else named


def _on_days_at(found: re.Match[str]) -> str | None:
    return _at(_weekdays(found["days"]), _clocks(found["clocks"]))


def _daily_at(found: re.Match[str]) -> str | None:
    return _at(None, _clocks(found["clocks"]))


def _monthly_at(found: re.Match[str]) -> str | None:
    time = _clock(found["clock"])
    day = {"first": "1st"}.get(found["nth"], found["nth"])
    return f"monthly at {day} {time}" if time else None


def _span(words: str) -> str:
    word = re.match("[a-z]+(?= )", words)
    return f"{_NUMBERS[word[0]]}{words[word.end() :]}" if word else words


def _every(found: re.Match[str]) -> str | None:
    """An interval with what limits it, a span of the day or weekdays."""
    parts = [f"every {_span(found['span'])}"]
    if found["first"]:
        first, last = _clock(found["first"]), _clock(found["last"])
        is_overnight = first is None or last is None or last <= first
        if is_overnight and not (":" in found["first"] and ":" in found["last"]):
            return None  # "between 9 and 5" is seldom meant to pass midnight
        parts.append(f"time of day between {first} and {last}")
    if found["days"]:
        parts.append(_on(_weekdays(found["days"])))
    return " & ".join(parts)


def _in_part_of_day(found: re.Match[str]) -> str | None:
    """A time in the morning, in the evening or at night, which says which half of the day it is."""
    part, words = found["part"] or "night", found["clock"]
    if not re.fullmatch(r"\d{1,2}(?::\d\d)?", words):
        time = _clock(words)
        return time and f"daily at {time}"
    hour = int(words.partition(":")[0])
    is_late = hour < _NOON and (part in {"afternoon", "evening"} or hour > _SMALL_HOURS)
    if part == "morning" or not is_late:
        time = _clock("0" + words[2:] if part == "night" and hour == _NOON else words)
    else:
        time = _clock(f"{hour + _NOON}{words[len(str(hour)) :]}" if words[0] != "0" else words)
    return time and f"daily at {time}"


def _limited(found: re.Match[str]) -> str | None:
    """An interval after what limits it: `weekdays between 9 and 17 every 15 minutes`."""
    days = f" on {found['days']}" if found["days"] else ""
    span = f" between {found['first']} and {found['last']}" if found["first"] else ""
    meant = sugar_meaning(f"every {found['span']}{span}{days}") if days or span else None
    return meant and (meant[1:-1] if meant[0] == "(" else meant)


def _except(found: re.Match[str]) -> str | None:
    """What is said of all days, but for some."""
    base = sugar_meaning(found["base"]) or found["base"]
    return f"{base} & ~{_on(_weekdays(found['days']))}"


def _numbered_day(found: re.Match[str]) -> str | None:
    """`first monday of the month at 9`."""
    times, (day,) = _clocks(found["clocks"]), _weekdays(found["day"])
    if times is None:
        return None
    name, number = WEEKDAYS[day][:3].lower(), _PLACES[found["place"]]
    which = f"{name}#{number}" if number else f"{(day + 1) % 7}l"
    fields = [each.split(":") for each in times]
    return " | ".join(f"cron {int(each[1])} {int(each[0])} * * {which}" for each in fields)


_SMALL_HOURS: Final = 6
_PLACES: Final = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "last": 0,
}  # fmt: skip
_UNIT: Final = {"other ": 2, "half ": 30, "half an ": 30, "quarter of an ": 15, "quarter ": 15}


def _odd_interval(found: re.Match[str]) -> str | None:
    number, unit = _UNIT[found["part"]], found["unit"]
    if number == 2:  # noqa: PLR2004 - every other
        return "every 14 days" if unit == "week" else f"every 2 {unit}s"
    return f"every {number} minutes" if unit == "hour" else None


_ADVERBS: Final = {
    "second": "secondly", "minute": "minutely", "hour": "hourly", "day": "daily",
    "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly",
}  # fmt: skip

_Rule = tuple["re.Pattern[str]", "Callable[[re.Match[str]], str | None]"]


def _rule(pattern: str, meaning: Callable[[re.Match[str]], str | None]) -> _Rule:
    return re.compile(pattern, re.IGNORECASE | re.ASCII), meaning


_EVERY: Final = r"(?:every |each |on |on every )?"
_ALL_DAYS: Final = r"(?:(?:every|each) day|everyday|daily)"
_TASK: Final = r"task (?P<task>'[^']{1,100}'|\"[^\"]{1,100}\")"

_BUSINESS: Final = r"business days?(?P<of> of (?:'[^']{1,100}'|\"[^\"]{1,100}\"))?"


def _on_business_days(found: re.Match[str]) -> str | None:
    times = ", ".join(_clocks(found["clocks"]) or ())
    return f"daily at {times} on business days{found['of'] or ''}" if times else None


_SUGAR: Final = (
    _rule(rf"{_EVERY}{_BUSINESS} (?:at |@ ?)?(?P<clocks>{_CLOCKS})", _on_business_days),
    _rule(rf"(?:at )?(?P<clocks>{_CLOCKS}),? {_EVERY}{_BUSINESS}", _on_business_days),
    _rule(rf"{_ALL_DAYS} (?:at |@ ?)?(?P<clocks>{_CLOCKS})", _daily_at),
    _rule(rf"(?:at )?(?P<clocks>{_CLOCKS}) {_ALL_DAYS}", _daily_at),
    _rule(rf"{_EVERY}(?P<days>{_DAY_SET}) (?:at |@ ?)?(?P<clocks>{_CLOCKS})", _on_days_at),
    _rule(rf"(?:at )?(?P<clocks>{_CLOCKS}),? {_EVERY}(?P<days>{_DAY_SET})", _on_days_at),
    _rule(
        rf"(?:weekly|every week|daily|every day) on (?P<days>{_DAY_SET}) at (?P<clocks>{_CLOCKS})",
        _on_days_at,
    ),
    _rule(
        rf"(?:monthly|every month),? on {_ORDINAL},? at (?P<clock>{_CLOCK})",
        _monthly_at,
    ),
    _rule(
        rf"(?:every |on )?{_ORDINAL} (?:of )?(?:the|each|every) month,? at (?P<clock>{_CLOCK})",
        _monthly_at,
    ),
    _rule(
        rf"(?:once )?(?:every|each) (?P<span>{_SPAN})"
        rf"(?:,? (?:between|from) (?P<first>{_CLOCK}) (?:and|to|until) (?P<last>{_CLOCK}))?"
        rf"(?:,? (?:on )?(?P<days>{_DAY_SET}))?",
        _every,
    ),
    _rule(
        r"(?:every|each) (?P<part>other |half an |half |quarter of an |quarter )"
        r"(?P<unit>second|minute|hour|day|week)",
        _odd_interval,
    ),
    _rule(
        rf"(?:(?:every|each) (?P<part>night|morning|afternoon|evening)|nightly) (?:at |@ ?)?"
        rf"(?P<clock>{_CLOCK})",
        _in_part_of_day,
    ),
    _rule(
        rf"(?P<days>(?:on |every )?{_DAY_SET})?,? ?(?:(?:between|from) (?P<first>{_CLOCK}) "
        rf"(?:and|to|until) (?P<last>{_CLOCK}))?,? (?:every|each) (?P<span>{_SPAN})",
        _limited,
    ),
    _rule(
        rf"(?P<base>[^&|()~]{{1,100}}?),? (?:except|but not|excluding) (?:on |for )?"
        rf"(?P<days>{_DAY_SET})",
        _except,
    ),
    _rule(
        rf"(?:on |every )?(?:the )?(?P<place>{'|'.join(_PLACES)}) (?P<day>{_DAY}) "
        rf"(?:of|in) (?:the|each|every|a) month,? at (?P<clocks>{_CLOCKS})",
        _numbered_day,
    ),
    _rule(r"(?:hourly|(?:every|each) hour),? on the hour", lambda _found: "hourly at 00"),
    _rule(
        r"(?:hourly|every hour) at (?:minute |:)(?P<minute>[0-5]?\d)",
        lambda found: f"hourly at {found['minute']}",
    ),
    _rule(
        r"(?:hourly|every hour) at (?P<minute>[0-5]?\d) minutes?(?: past)?(?: the hour)?",
        lambda found: f"hourly at {found['minute']}",
    ),
    _rule(
        r"(?:every|each) (?P<unit>quarter|year),? (?P<kind>on|at) (?:the )?"
        r"(?P<rest>[^&|()~]{1,60})",
        lambda found: f"{_ADVERBS[found['unit']]} {found['kind']} {found['rest']}",
    ),
    _rule(
        r"once (?:a|an|per|each|every) (?P<unit>second|minute|hour|day|week|month|quarter|year)",
        lambda found: _ADVERBS[found["unit"]],
    ),
    _rule(
        r"param (?P<name>'[^']{1,100}'|\"[^\"]{1,100}\") (?:isn't|!=) (?P<value>[^&|()~]+)",
        lambda found: f"param {found['name']} is not {found['value']}",
    ),
    _rule(
        rf"{_TASK} (?P<verb>is|has)n't (?P<rest>[^&|()~]+)",
        lambda found: f"task {found['task']} {found['verb']} not {found['rest']}",
    ),
    _rule(
        r"(?P<cron>[\d*,/h()-]+ [\d*,/h()-]+ [\d*,/lwh()?-]+ [\d*,/a-z()?-]+ [\d*,/a-z()?#-]+)",
        lambda found: f"cron {found['cron']}",
    ),
)
"""English that has one meaning, and cron without the word."""

_TWO_MEANINGS: Final = {
    **{f"{word} {unit}": (f"every 1 {unit}", adverb)
       for unit, adverb in _ADVERBS.items()
       if unit not in {"month", "quarter", "year"} for word in ("every", "each")},
    "every month": ("monthly", "every 30 days"),
    "biweekly": ("every 14 days", "cron 0 0 * * mon,thu"),
    "bimonthly": ("cron 0 0 1 */2 *", "cron 0 0 1,15 * *"),
}  # fmt: skip
"""What has two meanings, with the forms of both; the first is the suggestion."""

_PHRASES: Final = {
    "always": "always true",
    "never": "always false",
    "continuously": "always true",
    "annually": "yearly",
    "every year": "yearly",
    "every quarter": "quarterly",
    "fortnightly": "every 14 days",
    "every fortnight": "every 14 days",
    "nightly": "daily between 22:00 and 06:00",
    "every night": "daily between 22:00 and 06:00",
    "every morning": "daily between 06:00 and 12:00",
    "every evening": "daily between 18:00 and 22:00",
    "twice a day": "every 12 hours",
    "twice daily": "every 12 hours",
    "twice an hour": "every 30 minutes",
    "three times a day": "every 8 hours",
    "three times a week": "cron 0 0 * * mon,wed,fri",
    "four times a day": "every 6 hours",
    "three times an hour": "every 20 minutes",
    "four times an hour": "every 15 minutes",
    "@continuous": "always true",
    "midnight": "daily at 00:00",
    "noon": "daily at 12:00",
    "office hours": "time of day between 09:00 and 17:00 & time of week between Monday and Friday",
    "business hours": (
        "time of day between 09:00 and 17:00 & time of week between Monday and Friday"
    ),
}
"""Phrases that leave something open, with what is near."""

_MOMENT: Final = re.compile(
    r"(?:once )?(?:at ?\(|at |on |(?:['\"]date['\"]|date(?:trigger)?\b)[^\d]{0,20})?['\"]?"
    r"(?P<moment>\d{4}-\d\d-\d\d(?:[ t]\d\d:\d\d(?::\d\d)?(?:z|[+-]\d\d:\d\d)?)?)['\"]?\)?",
    re.IGNORECASE | re.ASCII,
)
_ZONE: Final = (
    r"(?P<zone>(?:africa|america|antarctica|asia|atlantic|australia|europe|indian|pacific|us|etc)"
    r"/[a-z_/+-]{2,30}|utc|gmt|cet|[ecmp][sd]?t|cest|eest|eet|bst|ist|jst)"
)
_ABBREVIATED: Final = {
    **dict.fromkeys(("est", "edt", "et"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt", "ct"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt", "mt"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt"), "America/Los_Angeles"),
    "cest": "Europe/Paris", "eest": "Europe/Helsinki", "eet": "Europe/Helsinki",
    "bst": "Europe/London", "ist": "Asia/Kolkata", "jst": "Asia/Tokyo",
}  # fmt: skip
"""What abbreviations mean most often; several of them mean more than one zone."""

_OPTIONS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), option)
    for option, *patterns in (
        (
            "on_startup=True",
            r"(?:cron )?@reboot|(?:@|on |at |after )?(?:start-?up|start|boot|reboot)",
            r"(?:when|after) (?:the )?(?:app|session|scheduler) (?:starts|has started)",
            r"on(?:boot|startup)sec ?= ?.{1,40}",
        ),
        ("on_shutdown=True", r"(?:@|on |at |before )(?:shut-?down|stop|exit|end)|shut-?down"),
        ("force_run=True", r"@?once|now|immediately|right away|asap|run now|run once"),
        (
            "submit(run_at=…)",
            r"tomorrow(?: at .{1,20})?|tonight|next [a-z]{3,9}(?: at .{1,20})?",
        ),
        ("start_cond=None", r"manual(?:ly)?|none|null|on demand|by hand|disabled|off"),
    )
    for pattern in patterns
)
"""What a condition does not say, and the option or call that does."""


_SIX_FIELDS: Final = re.compile(r"(?:[\d*,/h()-]+ ){3}(?:[\w*,/#()-]+ ){2}[\w*,/#()-]+")
_DELAY: Final = re.compile(rf"(?:once )?(?:in|after) (?P<span>{_SPAN})(?: from now)?")
_IN_ZONE: Final = re.compile(rf"(?P<rest>.{{1,200}}) in {_ZONE}", re.IGNORECASE | re.ASCII)
_ZONED: Final = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"(?:cron_)?tz ?= ?{_ZONE} (?P<rest>.{{1,200}})",
        rf"(?P<rest>.{{1,200}}?),? (?:in )?\(?{_ZONE}(?: time)?\)?",
    )
)
"""How others say a zone beside a statement."""


def _tidied(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(".")


def sugar_meaning(text: str) -> str | None:
    """The condition that a statement of plain English means, None if it is none of one meaning.

    The answer has parentheses around it where an operator beside it could take it apart.
    """
    words = _tidied(text) if "'" not in text and '"' not in text else " ".join(text.split())
    zoned = _IN_ZONE.fullmatch(words)
    if zoned:
        meant = sugar_meaning(zoned["rest"])
        return meant and f"{meant} in {zoned['zone']}"
    for pattern, meaning in _SUGAR:
        found = pattern.fullmatch(words)
        meant = meaning(found) if found else None
        if meant is not None:
            return f"({meant})" if "&" in meant or "|" in meant else meant
    return None


def translated(text: str) -> Translation | None:
    """What a text that is no condition means, None if nothing is known of it."""
    words, line = _tidied(text), " ".join(text.split())
    if words in _TWO_MEANINGS:
        first, second = _TWO_MEANINGS[words]
        return Translation(first, reason=f"'{words}' has two meanings: '{first}' or '{second}'")
    if words in _PHRASES:
        return Translation(_PHRASES[words])
    option = _option(line)
    if option is not None:
        return Translation(option=option)
    zoned = _zoned(line)
    if zoned is not None:
        return Translation(zoned)
    moment = _MOMENT.fullmatch(words)
    if moment:
        return Translation(f"at {moment['moment'].upper()}")
    named_days = re.fullmatch(rf"{_EVERY}(?P<days>{_DAY_SET})", words)
    if named_days:
        return _only_days(words, _weekdays(named_days["days"]))
    times = re.fullmatch(rf"(?:at )?(?P<clocks>{_CLOCKS})", words)
    if times and (times["clocks"] != words or not words.isdigit()):
        return Translation(_daily_at(times))
    numbered = _NUMBERED_DAY.fullmatch(words)
    if numbered:
        return _only_numbered(words, numbered)
    valued = _of_value(line)
    if valued is not None:
        return valued
    meant = _near(words, text) or foreign_meaning(text)
    six = _six_fields(words) if meant is None else None
    meant = meant or standard_meaning(line)
    return six if six is not None or meant is None else Translation(meant)


def _six_fields(words: str) -> Translation | None:
    """Cron of six fields without the word, whose seconds others write first."""
    if not _SIX_FIELDS.fullmatch(words):
        return None
    try:
        kept = settled(words, None)
    except ValueError:
        return None
    if kept != words or not is_ambiguous(words):
        return Translation(f"cron {words}")
    first, last = f"cron {words} seconds first", f"cron {words} seconds last"
    return Translation(first, reason=f"'{words}' has two meanings: '{first}' or '{last}'")


def _option(line: str) -> str | None:
    """The option or call that says what a condition does not."""
    for pattern, option in _OPTIONS:
        if pattern.fullmatch(line):
            return option
    return option_of_setting(line)


def _zoned(line: str) -> str | None:
    """What is said beside a zone, in the zone."""
    for pattern in _ZONED:
        found = pattern.fullmatch(line)
        if found:
            zone = _ABBREVIATED.get(found["zone"].lower(), found["zone"])
            return f"{sugar_meaning(found['rest']) or found['rest']} in {zone}"
    return None


_STARTING: Final = re.compile(
    rf"(?P<every>every {_SPAN}) (?:starting|from) (?:at )?(?P<at>{_CLOCK})"
)
_NUMBERED_DAY: Final = re.compile(
    rf"(?:on |every )?(?:the )?(?P<place>{'|'.join(_PLACES)}) (?P<day>{_DAY})"
    rf"(?: (?:of|in) (?:the|each|every|a) month)?(?:,? at (?P<clock>{_CLOCK}))?"
)


def _only_numbered(words: str, found: re.Match[str]) -> Translation:
    """A day with an ordinal: of each month, or each second one."""
    at = found["clock"] or "00:00"
    meant = sugar_meaning(f"{found['place']} {found['day']} of the month at {at}")
    if found["place"] not in {"second", "2nd"} or "month" in words:
        return Translation(meant)
    day = WEEKDAYS[_weekdays(found["day"])[0]]
    other = f"every 14 days & time of week on {day}"
    return Translation(meant, reason=f"'{words}' has two meanings: '{meant}' or '{other}'")


def _of_value(line: str) -> Translation | None:
    """What the value of a line of a file means: `- cron: '30 5 * * 1,3'`."""
    value = within_key(line)
    if value is None:
        return None
    meant = sugar_meaning(value)
    if meant is None:
        return translated(value)
    return Translation(meant[1:-1] if meant[0] == "(" else meant)


def _near(words: str, text: str) -> str | None:
    """The condition that English is near to: an interval without its word, or a joining word."""
    if re.fullmatch(_SPAN, words):
        return f"every {_span(words)}"
    delay = _DELAY.fullmatch(words)
    if delay:
        return f"in {_span(delay['span'])}"
    starting = _STARTING.fullmatch(words)
    time = _clock(starting["at"]) if starting else None
    if starting and time:
        return f"{starting['every']} & time of day after {time}"
    limited = re.fullmatch(r"(?:every|each) (second|minute|hour) ((?:between|from|on) .+)", words)
    if limited:
        meant = sugar_meaning(f"every 1 {limited[1]} {limited[2]}")
        return meant[1:-1] if meant else None
    either = re.sub(r"(?<=\w|') or (?=\w)", " | ", text)
    return either if either != text else None


def _only_days(words: str, days: list[int]) -> Translation:
    window = f"weekly on {WEEKDAYS[days[0]]}" if len(days) == 1 else f"daily & {_on(days)}"
    nominal = _at(days, ["00:00"])
    reason = f"'{words}' has two meanings: '{window}' or '{nominal}'"
    return Translation(window, reason=reason)
