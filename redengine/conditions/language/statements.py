"""How each statement of the string language is read: one function a keyword."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from redengine.conditions.calendar.positions import WEEKDAYS, Position, read_position
from redengine.conditions.calendar.wall_clock import BY_ADVERB, DAILY, UNITS, WEEK, Unit
from redengine.conditions.calendar.windows import Kind, Window
from redengine.conditions.calendar.zones import ZoneError, zone_of
from redengine.conditions.channels import TICKED, ChannelField, ChannelTicked
from redengine.conditions.condition import All, Condition, InZone
from redengine.conditions.condition import Any as AnyOf
from redengine.conditions.dates import At, In, Since, Until
from redengine.conditions.days.open_days import SHIFTS, BusinessDays, CalendarIs, on_business_days
from redengine.conditions.dependencies import OUTCOMES, After, IsRunning, Retry
from redengine.conditions.explanation import unquote
from redengine.conditions.facts import FALSE, TRUE, Env, ParamExists, ParamIs, SchedulerRun
from redengine.conditions.fire_times import PeriodicAt
from redengine.conditions.intervals import Every, EveryStarting, Periodic, TimeOf
from redengine.conditions.language.crons import read_cron
from redengine.conditions.language.tokens import ZONE
from redengine.conditions.run_history import ACTIONS, OPERATORS, Has, infer_unit
from redengine.exceptions import ImpossibleCondition, InvalidInput, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from redengine.conditions.language.tokens import Cursor, Token

KINDS: Final = ("between", "before", "after", "starting", "at", "on")
"""The words with which a window begins."""


def periodic(cursor: Cursor, unit: Unit) -> Condition:
    """`daily …` and its kin, after the first keyword."""
    if cursor.sees("on") and cursor.following.text in _DAYS:
        condition: Condition = Periodic(Window(unit))
    elif not cursor.sees(*KINDS):
        return Periodic(Window(unit))
    elif cursor.take("at"):
        positions = [_position(cursor, unit)]
        while _goes_on(cursor):
            positions.append(_position(cursor, unit))
        condition = _one_of([PeriodicAt(unit, each) for each in positions])
    elif cursor.sees("on"):
        condition = _on(cursor, unit)
    else:
        condition = Periodic(read_window(cursor, unit))
    return _limited(cursor, condition)


def _limited(cursor: Cursor, condition: Condition) -> Condition:
    """A statement with the days to which it is limited, if they follow."""
    if not (cursor.sees("on") and cursor.following.text in _DAYS):
        return condition
    cursor.advance()
    if not cursor.sees(*_BUSINESS):
        return All.of([condition, _days_of_week(cursor)])
    calendar = _business_days(cursor)
    return _shifted(cursor, condition, calendar)


def _shifted(cursor: Cursor, condition: Condition, calendar: str | None) -> Condition:
    """`[or the next | or the previous]`, after `on business days`."""
    first = cursor.token
    if not cursor.take("or"):
        return on_business_days(condition, calendar)
    cursor.take("the")
    shift = cursor.expect(*SHIFTS)
    cursor.take("one")
    try:
        return on_business_days(condition, calendar, shift)  # type: ignore[arg-type] # one of the two
    except InvalidInput as error:
        cursor.fail("; ".join(error.fields.values()), at=first)


def _business_days(cursor: Cursor) -> str | None:
    """`business days [of '<calendar>']`: the calendar's name, if one is given."""
    if cursor.expect(*_BUSINESS) == "business":
        cursor.expect("days", "day")
    return cursor.expect_quoted("the name of a calendar") if cursor.take("of") else None


def _on_days(cursor: Cursor) -> Condition:
    """`on weekdays`, `on weekends` or `on business days`, after the `on`."""
    if not cursor.sees(*_BUSINESS):
        return _days_of_week(cursor)
    return BusinessDays(_business_days(cursor))


def _calendar(cursor: Cursor) -> Condition:
    """`calendar '<name>' is open`, after the first keyword."""
    name = cursor.expect_quoted("the name of a calendar")
    cursor.expect("is")
    is_negated = cursor.take("not") is not None
    state = CalendarIs(name, cursor.expect("open", "closed"))  # type: ignore[arg-type] # one of the two
    return ~state if is_negated else state


def _on(cursor: Cursor, unit: Unit) -> Condition:
    """`… on <a> and <b> [at <time>]`."""
    windows = [read_window(cursor, unit)]
    while _goes_on(cursor):
        windows.append(Window(unit, "on", _position(cursor, unit)))
    if not ((unit is WEEK or unit.months) and cursor.sees("at")):
        return _one_of([Periodic(each) for each in windows])
    first = cursor.advance()
    clock, _ = cursor.phrase("a time such as 07:00", stop=("and", "on"))
    try:
        positions = [read_position(unit, f"{each.first} {clock}") for each in windows]
    except ValueError as error:
        cursor.fail(str(error), at=first)
    return _one_of([PeriodicAt(unit, each) for each in positions])


def _goes_on(cursor: Cursor) -> bool:
    """Take what joins two times or days, if that is what comes."""
    is_joined = cursor.sees_sign(",") or (
        cursor.sees("and") and cursor.following.text not in KEYWORDS
    )
    return is_joined and bool(cursor.advance())


def _one_of(conditions: list[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else AnyOf.of(conditions)


_DAYS_OF_WEEK: Final = {"weekdays": ("Monday", "Friday"), "weekends": ("Saturday", "Sunday")}
_BUSINESS: Final = ("business",)
_DAYS: Final = (*_DAYS_OF_WEEK, *_BUSINESS)
"""The words after `on` that limit a statement to days."""


def _days_of_week(cursor: Cursor) -> Condition:
    """`on weekdays` or `on weekends`, after the `on`."""
    first, last = _DAYS_OF_WEEK[cursor.expect(*_DAYS)]
    return TimeOf(Window(WEEK, "between", read_position(WEEK, first), read_position(WEEK, last)))


def time_of(cursor: Cursor) -> Condition:
    """`time of …`, after the first keyword."""
    cursor.expect("of")
    unit = UNITS[cursor.expect(*UNITS)]
    if not cursor.sees(*KINDS):
        return TimeOf(Window(unit))
    if cursor.sees("starting"):
        cursor.fail("'time of' takes between, before, after, at or on", candidates=("after",))
    return TimeOf(read_window(cursor, unit))


def read_window(cursor: Cursor, unit: Unit | None) -> Window:
    """A window from its keyword on; without a unit, the times tell it."""
    start = cursor.token
    kind: Kind = cursor.expect(*KINDS)  # type: ignore[assignment]  # one of the literals
    kind = "on" if cursor.text[start.start : start.end].lower() == "at" else kind
    if unit is None:
        unit = infer_unit(" ".join(_ahead(cursor)))
    first = last = None
    if kind == "before":
        last = _position(cursor, unit)
    else:
        first = _position(cursor, unit)
    if kind == "between":
        cursor.expect("and")
        last = _position(cursor, unit)
    try:
        return Window(unit, kind, first, last)
    except InvalidInput as error:
        cursor.fail("; ".join(error.fields.values()), at=start)


def _ahead(cursor: Cursor) -> list[str]:
    """The words of the next position, without taking them."""
    words = [cursor.token.text.strip("'\"")]
    if cursor.following.kind == "word" and cursor.following.text != "and":
        words.append(cursor.following.text)
    return words


def _position(cursor: Cursor, unit: Unit) -> Position:
    phrase, first = cursor.phrase(f"a time in a {unit.name}", stop=("and", "on", "at"))
    try:
        return read_position(unit, phrase)
    except ValueError as error:
        day = nearest(first.text, WEEKDAYS) if unit is WEEK else None
        cursor.fail(str(error), at=first, candidates=(day,) if day else ())


_NUMBER: Final = re.compile(r"[+-]?\d{1,18}")
_FLOAT: Final = re.compile(r"[+-]?(\d{1,300}\.\d{0,300}|\.\d{1,300}|\d{1,300})(e[+-]?\d{1,3})?")
_CONSTANTS: Final[dict[str, Any]] = {"true": True, "false": False, "none": None, "null": None}


def _always(cursor: Cursor) -> Condition:
    return TRUE if cursor.expect("true", "false") == "true" else FALSE


def _in(cursor: Cursor) -> Condition:
    first = cursor.token
    delay = cursor.duration()
    try:
        return In(delay)
    except InvalidInput as error:
        cursor.fail("; ".join(error.fields.values()), at=first)


_DATE: Final = "a date such as 2026-12-24 18:00"


def _every(cursor: Cursor) -> Condition:
    first = cursor.token
    interval = cursor.duration(stop=("starting",))
    try:
        every = Every(interval)
    except InvalidInput as error:
        cursor.fail("; ".join(error.fields.values()), at=first)
    if not cursor.take("starting"):
        return every
    cursor.take("at", "from")
    phrase, first = cursor.phrase(_DATE, stop=("and", "or", *KEYWORDS))
    try:
        return EveryStarting(interval, phrase)
    except InvalidInput as error:
        cursor.fail("; ".join(error.fields.values()), at=first)


def _cron(cursor: Cursor) -> Condition:
    return _limited(cursor, read_cron(cursor))


def _after(cursor: Cursor) -> Condition:
    noun = "tasks" if cursor.take("any") else None
    first = cursor.token
    if not cursor.sees("task", "tasks"):
        known = "tasks" if noun else "task"
        suggestion = None
        if first.kind == "quoted":
            suggestion = f"{cursor.text[: first.start]}{known} {cursor.text[first.start :]}"
        cursor.fail(f"expected {known!r}", candidates=("task", "tasks"), suggestion=suggestion)
    is_plural = cursor.advance().text == "tasks"
    names = [cursor.expect_quoted("the name of a task")]
    while is_plural and cursor.take_sign(","):
        names.append(cursor.expect_quoted("the name of a task"))
    if cursor.sees_sign(","):
        fixed = f"{cursor.text[: first.start]}tasks{cursor.text[first.end :]}"
        cursor.fail("several tasks follow 'after tasks'", suggestion=fixed)
    outcome = cursor.take(*OUTCOMES) or "succeeded"
    return After(tuple(names), outcome, "Any" if noun else None)


def _task(cursor: Cursor) -> Condition:
    task = cursor.expect_quoted("the name of a task")
    verb = cursor.expect("has", "is")
    return _has(cursor, task) if verb == "has" else _is(cursor, task)


def _is(cursor: Cursor, task: str | None = None) -> Condition:
    if cursor.take("not"):
        return ~_is(cursor, task)
    cursor.expect("running")
    if not cursor.take("for"):
        return IsRunning(task)
    cursor.expect("more")
    cursor.expect("than")
    return IsRunning(task, cursor.duration())


def _has(cursor: Cursor, task: str | None = None) -> Condition:
    if cursor.take("not"):
        return ~_has(cursor, task)
    statement = Has(cursor.expect(*ACTIONS), task)
    if cursor.sees("past") or (cursor.sees("in") and cursor.following.text in {"the", "past"}):
        cursor.take("in")
        cursor.take("the")
        cursor.expect("past")
        statement = statement.past(cursor.duration())
    else:
        unit = _current_unit(cursor)
        if cursor.sees(*KINDS):
            statement = Has(statement.word, task, read_window(cursor, unit))
        elif unit is not None:
            statement = Has(statement.word, task, Window(unit))
    return _counted(cursor, statement)


def _current_unit(cursor: Cursor) -> Unit | None:
    if cursor.take("today"):
        return DAILY
    if cursor.take("this"):
        return UNITS[cursor.expect(*(name for name in UNITS if name != "second"))]
    return None


def _counted(cursor: Cursor, statement: Has) -> Condition:
    if not cursor.sees_sign(*OPERATORS, "="):
        return statement
    sign = cursor.advance()
    if sign.text == "=":
        fixed = f"{cursor.text[: sign.start]}=={cursor.text[sign.end :]}"
        cursor.fail("expected a comparison", at=sign, suggestion=fixed)
    return Has(
        statement.word,
        statement.task,
        statement.window,
        statement.past_span,
        (sign.text, _whole_number(cursor)),
    )


def _whole_number(cursor: Cursor) -> int:
    if cursor.token.kind != "word" or not _NUMBER.fullmatch(cursor.token.text):
        cursor.fail("expected a whole number")
    return int(cursor.advance().text)


def _param(cursor: Cursor) -> Condition:
    name = cursor.expect_quoted("the name of a parameter")
    if cursor.expect("is", "exists") == "exists":
        return ParamExists(name)
    is_negated = cursor.take("not") is not None
    value = constant(cursor, "a value in quotes, a number, true, false or none")
    return ~ParamIs(name, value) if is_negated else ParamIs(name, value)


def _channel(cursor: Cursor) -> Condition:
    """`channel '<name>' ticked` or `channel '<name>' <field> <sign> <value>`."""
    name = cursor.expect_quoted("the name of a channel")
    first = cursor.token
    if cursor.take(TICKED):
        return ChannelTicked(name)
    if first.kind not in {"word", "quoted"}:
        cursor.fail("expected 'ticked' or a field such as bid.price", candidates=(TICKED,))
    field = unquote(first.text) if first.kind == "quoted" else cursor.raw(first, first)
    cursor.advance()
    sign = _sign(cursor, first)
    if first.kind == "word" and field.endswith("!") and sign == "=":
        field, sign = field[:-1], "!="
    value = constant(cursor, "a value in quotes, a number, true, false or none")
    try:
        return ChannelField(name, field, "==" if sign == "=" else sign, value)
    except InvalidInput as error:
        return cursor.fail("; ".join(error.fields.values()), at=first)


def _sign(cursor: Cursor, field: Token) -> str:
    """How a field compares: one of the signs, `is` or `is not`."""
    if cursor.take("is"):
        return "==" if cursor.take("not") is None else "!="
    if not cursor.sees_sign("=", "==", "!=", "<", "<=", ">", ">="):
        ticked = nearest(field.text, (TICKED,)) if field.kind == "word" else None
        fixed = f"{cursor.text[: field.start]}{TICKED}{cursor.text[field.end :]}"
        expected = "expected ==, !=, <, <=, > or >= after the field"
        cursor.fail(expected, suggestion=fixed if ticked else None)
    return cursor.advance().text


def constant(cursor: Cursor, what: str) -> Any:
    """Take a constant: a quoted text, a number, true, false or none."""
    token = cursor.token
    if token.kind == "quoted":
        return unquote(cursor.advance().text)
    if token.kind == "word":
        if token.text in _CONSTANTS:
            return _CONSTANTS[cursor.advance().text]
        if _NUMBER.fullmatch(token.text):
            return int(cursor.advance().text)
        if _FLOAT.fullmatch(token.text):
            return float(cursor.advance().text)
    word = cursor.raw(token, token)
    fixed = f"{cursor.text[: token.start]}'{word}'{cursor.text[token.end :]}"
    return cursor.fail(f"expected {what}", suggestion=fixed if token.kind == "word" else None)


def _env(cursor: Cursor) -> Condition:
    return Env(cursor.expect_quoted("the name of an environment"))


def _scheduler(cursor: Cursor) -> Condition:
    if cursor.expect("has", "started") == "has":
        cursor.expect("run")
        cursor.expect("over")
        return SchedulerRun(cursor.duration())
    over = cursor.duration(stop=("ago",))
    cursor.expect("ago")
    return SchedulerRun(over)


def _dated(cursor: Cursor, kind: type[At | Since | Until]) -> Condition:
    phrase, first = cursor.phrase(_DATE, stop=("and", "or", *KEYWORDS))
    try:
        condition = kind(phrase)  # type: ignore[arg-type] # it is read there
    except InvalidInput as error:
        cursor.fail("; ".join(error.fields.values()), at=first)
    return _limited(cursor, condition) if isinstance(condition, At) else condition


def _retry(cursor: Cursor) -> Condition:
    first = cursor.token
    times = _whole_number(cursor)
    cursor.take("times", "time")
    try:
        return Retry(times)
    except InvalidInput as error:
        cursor.fail("; ".join(error.fields.values()), at=first)


def custom(cursor: Cursor, name: Token) -> Condition:
    """`<name>(<arguments>)`, from the opening parenthesis on."""
    written = cursor.raw(name, name)
    factory = cursor.customs.get(written)
    if factory is None:
        cursor.fail(f"no custom condition {written!r}", at=name, candidates=cursor.customs)
    cursor.advance()
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    while not cursor.sees_sign(")"):
        _argument(cursor, args, kwargs)
        if not cursor.take_sign(",") and not cursor.sees_sign(")"):
            cursor.fail("expected ',' or ')'")
    cursor.advance()
    try:
        return factory(*args, **kwargs)
    except (ImpossibleCondition, InvalidInput) as error:
        cursor.fail("; ".join(error.fields.values()), at=name)


def _argument(cursor: Cursor, args: list[Any], kwargs: dict[str, Any]) -> None:
    token = cursor.token
    is_named = token.kind == "word" and cursor.following.text == "="
    if not is_named:
        if kwargs:
            cursor.fail("expected a named argument: positional ones come first")
        args.append(constant(cursor, "a value in quotes, a number, true, false or none"))
        return
    name = cursor.raw(token, token)
    if name in kwargs or not name.isidentifier():
        cursor.fail(f"expected another argument than {name!r}")
    cursor.advance()
    cursor.advance()
    kwargs[name] = constant(cursor, "a value in quotes, a number, true, false or none")


def zoned(cursor: Cursor, condition: Condition) -> Condition:
    """`… in <zone>` after a statement or a parenthesis; without it, the condition as it is."""
    if not cursor.sees(ZONE):
        return condition
    word = cursor.advance()
    first, last = _zone_words(cursor)
    name = unquote(first.text) if first.kind == "quoted" else cursor.raw(first, last)
    try:
        found = InZone.of(condition, zone_of(name))
    except ZoneError as error:
        meant = error.suggestion
        fixed = meant and f"{cursor.text[: first.start]}{meant}{cursor.text[last.end :]}"
        if name[:1].isdigit():  # a delay, which is a statement of its own
            fixed = f"{cursor.text[: word.start]}& {cursor.text[word.start :]}"
        cursor.fail(error.reason, at=first, suggestion=fixed)
    except InvalidInput as error:
        cursor.fail("; ".join(error.fields.values()), at=first)
    if cursor.sees(ZONE):
        fixed = f"{cursor.text[: word.start]}{cursor.text[cursor.token.start :]}"
        cursor.fail(f"the zone {found.zone} is named already", suggestion=fixed)
    return found


def _zone_words(cursor: Cursor) -> tuple[Token, Token]:
    """The first and the last word of a zone's name."""
    first = last = cursor.token
    if first.kind not in {"quoted", "word"}:
        cursor.fail("expected a time zone such as Europe/Helsinki")
    cursor.advance()
    if first.kind == "word":
        while cursor.token.kind == "word" and cursor.token.text not in (*CONTINUATIONS, *KEYWORDS):
            last = cursor.advance()
    return first, last


LEAVES: Final[dict[str, Callable[[Cursor], Condition]]] = {
    "always": _always,
    "true": lambda _cursor: TRUE,
    "false": lambda _cursor: FALSE,
    "every": _every,
    "cron": _cron,
    "time": time_of,
    "after": _after,
    "task": _task,
    "has": _has,
    "is": _is,
    "param": _param,
    "env": _env,
    "scheduler": _scheduler,
    "retry": _retry,
    "on": _on_days,
    "calendar": _calendar,
    "channel": _channel,
    "at": lambda cursor: _dated(cursor, At),
    ZONE: _in,
    "from": lambda cursor: _dated(cursor, Since),
    "until": lambda cursor: _dated(cursor, Until),
}
"""The reader of each statement, by its first keyword; those of `BY_ADVERB` are besides."""

KEYWORDS: Final = (*LEAVES, *BY_ADVERB)
"""The words with which a statement begins."""

CONTINUATIONS: Final = (
    *KINDS,
    *OUTCOMES,
    "today",
    "this",
    "past",
    "for",
    "of",
    "and",
    "or",
    ZONE,
)
"""The words with which a statement may go on after it could have ended."""
