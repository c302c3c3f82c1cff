"""Cron within conditions: where an expression ends, and what of it cannot be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from redengine.conditions.calendar.cron import settled
from redengine.conditions.calendar.cron_fields import FIELDS, CronError
from redengine.conditions.explanation import unquote
from redengine.conditions.fire_times import Cron
from redengine.conditions.language.tokens import ZONE

if TYPE_CHECKING:
    from redengine.conditions.language.tokens import Cursor, Token


def read_cron(cursor: Cursor) -> Cron:
    """A cron expression after its keyword, with what is said of its seconds.

    Raises:
        ConditionSyntaxError: it cannot be read.
        ImpossibleCondition: it never comes.
    """
    first = last = cursor.token
    if first.kind == "quoted":
        cursor.advance()
        expression, start = unquote(first.text), first.start + 1
    else:
        while _goes_on_in_cron(cursor, last):
            last = cursor.advance()
        if last is first and cursor.token is first:
            cursor.fail("expected a cron expression such as 0 7 * * mon-fri")
        expression, start = cursor.raw(first, last), first.start
    seconds: Any = cursor.expect("first", "last") if cursor.take("seconds") else None
    _check_cron(cursor, expression, start, seconds)
    return Cron(expression, seconds)


def _goes_on_in_cron(cursor: Cursor, last: Token) -> bool:
    """Whether the next token is of the expression; parentheses are only behind an `H`."""
    token = cursor.token
    if token.kind == "word":
        return not cursor.sees(ZONE, "seconds", "on")
    if cursor.sees_sign("("):
        before = cursor.text[last.start : last.end].lower()
        return last.end == token.start and before.endswith("h")
    if cursor.sees_sign(")"):
        return cursor.text.rfind("(", last.start, last.end) < 0 and _closes_hash(cursor)
    return cursor.sees_sign(",")


_LONGEST_HASH: Final = 80
"""What stands within the parentheses of an `H` is shorter."""


def _closes_hash(cursor: Cursor) -> bool:
    """Whether a parenthesis that closes is that of an `H`."""
    end = cursor.token.start
    before = cursor.text[max(end - _LONGEST_HASH, 0) : end].lower()
    return re.search(r"(?:^|[\s,])h\([\w-]*$", before) is not None


def _check_cron(cursor: Cursor, expression: str, start: int, seconds: Any) -> None:
    """Refuse an expression that cannot be read, at its field."""
    try:
        settled(" ".join(expression.lower().split()), seconds)
    except CronError as error:
        fields = list(re.finditer(r"\S+", expression))
        at = start
        if error.field is not None:
            moved = (error.field + 1) % len(fields) if seconds == "first" else error.field
            at = start + fields[moved].start()
        meant = None if seconds else _interval_meant([each[0] for each in fields])
        cursor.fail(str(error), at=at, suggestion=meant and _instead_of_cron(cursor, meant, start))
    except ValueError:
        pass  # it never comes: the condition says so itself


_LONG_STEP: Final = re.compile(r"\*/([1-9]\d{0,5})", re.ASCII)


def _interval_meant(fields: list[str]) -> str | None:
    """The interval that `*/90` in one field means where it is longer than the field; else None."""
    for number, unit in enumerate(("minute", "hour", "day")):
        step = _LONG_STEP.fullmatch(fields[number]) if len(fields) == len(FIELDS) - 1 else None
        finer, coarser = fields[:number], fields[number + 1 :]
        if step and set(finer) <= {"0", "00"} and set(coarser) <= {"*"}:
            return f"every {step[1]} {unit}s"
    return None


def _instead_of_cron(cursor: Cursor, meant: str, start: int) -> str:
    """The text with another statement in the place of a cron that begins at `start`."""
    text = cursor.text
    end = cursor.before.end
    return f"{text[: text.lower().rindex('cron', 0, start)]}{meant}{text[end:]}"
