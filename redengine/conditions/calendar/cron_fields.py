"""The fields of a cron expression: which values each part of a field stands for.

croniter knows the names and reads steps. Ranges are read here, as it takes some otherwise: one of
equal ends is that one value, as in Vixie cron, and one that runs over the end of its field is
stepped from its left end, as an extension of it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from croniter import croniter

FIELDS: Final = {
    "minute": "0-59",
    "hour": "0-23",
    "day of month": "1-31, L, LW, L-3 or 15W",
    "month": "1-12 or jan-dec",
    "day of week": "0-7, sun-sat, 5L or fri#2",
    "second": "0-59",
}
"""The fields in the order in which they are written, with what they take."""

DAY_OF_MONTH: Final = 2
DAY_OF_WEEK: Final = 4
STARS: Final = ("*", "?")
_NAMES: Final = tuple(FIELDS)
_FIRST: Final = (0, 0, 1, 1, 0, 0)
_SIZES: Final = (60, 24, 31, 12, 7, 60)
"""How many values each field has."""
_LONGEST: Final = 200
_STEP: Final = re.compile(r"/0*(\d+)$", re.ASCII)
_RANGE: Final = re.compile(r"(\d+|[a-z]{3})-(\d+|[a-z]{3})(?:/0*([1-9]\d*))?", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,3}", re.ASCII)
_STEPPED: Final = re.compile(r"(?:\*|\d+|[a-z]{3})/\d+", re.ASCII)


class CronError(ValueError):
    """A cron expression cannot be read.

    Args:
        reason: what is wrong.
        field: the number of the field that is wrong, if one is.
    """

    def __init__(self, reason: str, field: int | None = None) -> None:
        self.field = field
        super().__init__(reason)

    def of_whole(self, expression: str) -> CronError:  # noqa: ARG002 - for overrides
        """The same where only a part of a field is known to be wrong."""
        return self


class _WrongPartError(CronError):
    """A field, or a part of it, stands for nothing."""

    def __init__(self, got: str, number: int) -> None:
        name = _NAMES[number]
        super().__init__(f"the {name} takes {FIELDS[name]}, got {got[:40]!r}", number)

    def of_whole(self, expression: str) -> CronError:
        assert self.field is not None
        return _WrongPartError(expression, self.field)


def parts_of(expression: str, number: int) -> list[str]:
    """The parts of a field between its commas.

    Raises:
        CronError: the field is longer than 200 characters.
    """
    if len(expression) > _LONGEST:
        raise refusal(expression, number)
    return expression.split(",")


def refusal(got: str, number: int) -> CronError:
    """The error for a field, or a part of it, that cannot be read."""
    return _WrongPartError(got, number)


def all_values(expression: str, number: int) -> tuple[int, ...]:
    """The values of a field, ascending.

    Raises:
        CronError: it cannot be read, or a step is longer than the field.
    """
    try:
        parts = [values_of(part, number) for part in parts_of(expression, number)]
    except CronError as error:
        raise error.of_whole(expression) from None
    return tuple(sorted(set().union(*parts)))


@lru_cache(maxsize=4096)
def values_of(part: str, number: int) -> tuple[int, ...]:
    """The values of one part of a field, ascending; of a day of the week, Sunday is 0.

    Raises:
        CronError: it cannot be read, or its step is longer than the field.
    """
    values = _read(part, number)
    step = _STEP.search(part)
    if step is not None and int(step[1]) > _SIZES[number]:
        message = (
            f"a step in the {_NAMES[number]} counts within {_SIZES[number]} values, got "
            f"{part[:40]!r}, which is {values[0]} alone"
        )
        raise CronError(message, number)
    return values


def _read(part: str, number: int) -> tuple[int, ...]:
    first, size = _FIRST[number], _SIZES[number]
    if part == "*":
        return tuple(range(first, first + size))
    if _NUMBER.fullmatch(part):
        value = int(part)
        if number == DAY_OF_WEEK and value == size:
            return (0,)
        if not first <= value < first + size:
            raise refusal(part, number)
        return (value,)
    named = _reader().ALPHACONV[number].get(part)
    if isinstance(named, int):
        return (named,)
    ends = _RANGE.fullmatch(part)
    if ends is not None:
        (low,), (high,) = _read(ends[1], number), _read(ends[2], number)
        if number == DAY_OF_WEEK and ends[2] == "7" != ends[1]:
            high = 7  # the Sunday at the end of the week
        return _between(low, high, int(ends[3] or 1), number)
    return _stepped(part, number)


def _between(low: int, high: int, step: int, number: int) -> tuple[int, ...]:
    """The values with a step between them from `low` to `high`, or over the end of the field."""
    first, size = _FIRST[number], _SIZES[number]
    span = high - low if low <= high else (high - low) % size
    return tuple(sorted({first + (low - first + each) % size for each in range(0, span + 1, step)}))


@lru_cache(maxsize=1024)
def _stepped(part: str, number: int) -> tuple[int, ...]:
    """What croniter makes of a step from a value or a star, where every other field is a star."""
    first, size = _FIRST[number], _SIZES[number]
    if not _STEPPED.fullmatch(part):
        raise refusal(part, number)
    fields = ["*"] * len(FIELDS)
    fields[number] = part
    try:
        expanded, special = _reader().expand(" ".join(fields))
    except (ValueError, KeyError, IndexError, TypeError):
        raise refusal(part, number) from None
    found: Sequence[int | str] = expanded[number]
    if special or not all(each == "*" or isinstance(each, int) for each in found):
        raise refusal(part, number)
    if "*" in found:
        return tuple(range(first, first + size))
    return tuple(sorted({int(each) for each in found}))


def _reader() -> type[croniter]:
    """What reads the fields, imported with the first expression: most sessions have none."""
    from croniter import croniter

    reader: type[croniter] = croniter
    return reader


def lonely_steps(text: str) -> list[str]:
    """What of a valid expression is a step and means one value alone, each as a sentence."""
    found = []
    for number, (name, expression) in enumerate(zip(FIELDS, text.split(), strict=False)):
        for part in expression.split(","):
            is_step = _STEP.search(part) and not part.startswith("h")
            values = values_of(part, number) if is_step else ()
            if len(values) == 1:
                found.append(f"'{part}' in the {name} is {values[0]} alone; write {values[0]}")
    return found
