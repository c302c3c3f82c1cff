"""Operands: what the text behind a filter's equals sign means for each kind of field."""

from __future__ import annotations

import contextlib
import math
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, shortened
from redengine.query.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

TEXTUAL: Final = ("text", "json")
_LARGEST_INTEGER: Final = 2**63 - 1
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


class Span(NamedTuple):
    """A datetime operand: one instant, or the instants from `start` up to but without `end`."""

    start: datetime
    end: datetime | None


class JsonOperand(NamedTuple):
    """An operand for a value whose type only the data tells."""

    text: str
    number: float | None

    @classmethod
    def of(cls, text: str) -> JsonOperand:
        """The operand that `text` spells."""
        try:
            number = float(text)
        except ValueError:
            return cls(text, None)
        return cls(text, number if math.isfinite(number) else None)


def parse_operand(kind: str, operator: str, text: str, zone: tzinfo) -> Any:
    """The operand that `text` spells; None for `null`, which a text field takes as a word.

    Raises:
        ValueError: it spells none; the message says what was expected.
    """
    if not has_utf8_form(text):
        raise ValueError("holds half of a surrogate pair, which no text has")
    if operator == "regex":
        return _pattern(text)
    if text == "null" and operator in {"eq", "not"} and kind not in TEXTUAL:
        return None
    return _PARSERS[kind](text, zone)


def has_utf8_form(text: str) -> bool:
    """Whether the text can be written as UTF-8: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parse_text(text: str, _zone: tzinfo) -> str:
    return text


def _parse_json(text: str, _zone: tzinfo) -> JsonOperand:
    return JsonOperand.of(text)


def _parse_number(text: str, _zone: tzinfo) -> float:
    try:
        number = int(text) if len(text) < 20 else float(text)  # noqa: PLR2004 - digits of 64 bits
    except ValueError:
        try:
            number = float(text)
        except ValueError:
            raise ValueError(f"expected a number, got {shortened(text)}") from None
    if not math.isfinite(number) or abs(number) > _LARGEST_INTEGER:
        raise ValueError(f"expected a number of at most 64 bits, got {shortened(text)}")
    return number


def _parse_boolean(text: str, _zone: tzinfo) -> bool:
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise ValueError(f"expected true or false, got {shortened(text)}") from None


def _parse_date(text: str, _zone: tzinfo) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"expected a date such as 2026-01-31, got {shortened(text)}") from None


def _parse_datetime(text: str, zone: tzinfo) -> Span:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Span(_parse_instant(text, zone), None)
    try:
        return Span(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))
    except OverflowError:
        raise ValueError(f"the date {shortened(text)} is out of range") from None


def _parse_instant(text: str, zone: tzinfo) -> datetime:
    for spelling in (text, "+".join(text.rsplit(" ", 1))):  # a bare + in a URL means a space
        try:
            at = datetime.fromisoformat(spelling)
            return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
        except ValueError:
            continue
        except OverflowError:
            raise ValueError(f"the time {shortened(text)} is out of range") from None
    raise ValueError(
        f"expected a date or time such as 2026-01-31 or 2026-01-31T07:00:00+02:00, "
        f"got {shortened(text)}"
    )


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _pattern(text: str) -> str:
    compile_pattern(text)
    return text


def _parse_limit(text: str, zone: tzinfo) -> float:
    """Seconds, as a number or a text such as "10 min"; "never" is more than any."""
    if text.casefold() == "never":
        return math.inf
    with contextlib.suppress(ValueError):
        return _parse_number(text, zone)
    try:
        return parse_duration(text).total_seconds()
    except InvalidInput as error:
        raise ValueError("; ".join(error.fields.values())) from None


_PARSERS: Final[Mapping[str, Callable[[str, tzinfo], Any]]] = {
    "text": _parse_text,
    "number": _parse_number,
    "limit": _parse_limit,
    "boolean": _parse_boolean,
    "datetime": _parse_datetime,
    "date": _parse_date,
    "json": _parse_json,
}
