"""`H` in cron expressions: a value of the field that is each task's own, and stays.

The value is taken from the BLAKE2b hash of the task's name and the field's, so that it is the same
after a restart, on each machine and in each version of Python, and many tasks are spread evenly.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from redengine.conditions.calendar.cron_fields import DAY_OF_MONTH, FIELDS, CronError, values_of

if TYPE_CHECKING:
    from collections.abc import Callable

_HASHED: Final = re.compile(r"h(?:\((\w+)-(\w+)\))?(?:/0*([1-9]\d{0,2}))?", re.ASCII)
_HAS_HASH: Final = re.compile(r"(?:^|[\s,])h")
_MOST_DAYS: Final = 28
"""Each month has so many days, so that no month is passed over."""


def has_hash(expression: str) -> bool:
    """Whether there is an `H` in a text of fields; in lower case."""
    return _HAS_HASH.search(expression) is not None


@lru_cache(maxsize=65_536)
def hashed(expression: str, task: str) -> str:
    """The expression with the values of a task in the place of each `H`.

    Args:
        expression: five or six fields, in lower case.
        task: the task's name.

    Raises:
        CronError: an `H` cannot be read.
    """
    return _written_out(expression, lambda number, step: _hash(task, number) % step)


def widest(expression: str) -> str:
    """The expression with all values that an `H` can be in the place of each `H`.

    Args:
        expression: five or six fields, in lower case.

    Raises:
        CronError: an `H` cannot be read.
    """
    return _written_out(expression, None)


def _written_out(expression: str, offset: Callable[[int, int], int] | None) -> str:
    """The expression with a part of numbers in the place of each `H`.

    Args:
        expression: five or six fields, in lower case.
        offset: how far a value is from the least one, by the field's number and how many values
            it is one of; None for all of them.
    """
    if not has_hash(expression):
        return expression
    fields = expression.split()
    own = (
        ",".join(
            _own(part, number, offset) if part.startswith("h") else part
            for part in field.split(",")
        )
        for number, field in enumerate(fields[: len(FIELDS)])
    )
    return " ".join((*own, *fields[len(FIELDS) :]))


def _own(part: str, number: int, offset: Callable[[int, int], int] | None) -> str:
    """The part of a field that stands for an `H`."""
    low, high, step = _span(part, number)
    if offset is None:
        return f"{low}-{high}"
    start = low + offset(number, step or high - low + 1)
    return f"{start}-{high}/{step}" if step and start < high else str(start)


def _span(part: str, number: int) -> tuple[int, int, int | None]:
    """The least and the greatest value that an `H` can be, and its step if it has one."""
    values = values_of("*", number)
    low, high = values[0], _MOST_DAYS if number == DAY_OF_MONTH else values[-1]
    found = _HASHED.fullmatch(part)
    refused = _refused(part, number, low, high)
    if found is None:
        raise refused
    if found[1] is not None:
        (first,), (last,) = values_of(found[1], number), values_of(found[2], number)
        if not low <= first < last <= high:
            raise refused
        low, high = first, last
    if found[3] is None:
        return low, high, None
    step = int(found[3])
    if step > high - low + 1:
        raise refused
    return low, high, step


def _refused(part: str, number: int, low: int, high: int) -> CronError:
    name = list(FIELDS)[number]
    return CronError(
        f"H in the {name} is written H, H/5, H({low}-{high}) or H({low}-{high})/5, its values "
        f"from {low} to {high}, got {part[:40]!r}",
        number,
    )


def _hash(task: str, number: int) -> int:
    name = list(FIELDS)[number]
    digest = blake2b(f"{name}\0{task}".encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")
