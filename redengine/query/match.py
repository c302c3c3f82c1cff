"""Matching: whether a value in memory fulfils a clause, and patterns in linear time."""

from __future__ import annotations

import math
import re
import warnings
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    Test = Callable[[Any], bool]

    Comparison = Callable[[Any, Any], bool]

try:
    import re2
except ImportError:
    re2 = None


LONGEST_PATTERN: Final = 1_000
_NUMBER: Final = re.compile(r" *[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)? *", re.ASCII)
_MOST_REPEATS: Final = 3
_SMALL_REPEAT: Final = 100
"""A repetition of at most so many times costs little, unless it stands in another one."""


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
        number = number_in(text)
        return cls(text, number if number is not None and math.isfinite(number) else None)


def number_in(text: str) -> int | float | None:
    """The number that a text spells as JSON and people do; None for others, such as "1_0"."""
    if _NUMBER.fullmatch(text) is None:
        return None
    is_whole = text.strip(" +-").isdigit() and len(text) < 20  # noqa: PLR2004 - digits of 64 bits
    return int(text) if is_whole else float(text)


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """A function that tells whether a text matches `pattern` at its start, in linear time.

    The syntax is RE2's (https://github.com/google/re2/wiki/Syntax), which has neither
    backreferences nor look-around.

    Raises:
        ValueError: the pattern cannot be used, and why.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"the pattern is longer than {LONGEST_PATTERN} characters")
    if re2 is None:
        return _compile_plain(pattern)
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except (re2.error, UnicodeError) as error:
        raise ValueError(
            f"RE2 cannot use the pattern: {_told(error)} (it has no backreferences or look-around)"
        ) from None
    match = compiled.match

    def matches(text: str) -> bool:
        try:
            return match(text) is not None
        except UnicodeEncodeError:
            return match(text.encode("utf-8", "replace").decode()) is not None

    return matches


def _told(error: Exception) -> str:
    reason = error.args[0] if error.args else error
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)


def _compile_plain(pattern: str) -> Callable[[str], bool]:
    """The same without RE2.

    Raises:
        ValueError: the pattern cannot be used, or could take long.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compiled = re.compile(pattern, re.ASCII)
            repeats = _open_repeats(re._parser.parse(pattern))  # type: ignore[attr-defined] # noqa: SLF001 - what re itself compiles
    except (re.error, RecursionError, OverflowError, Warning) as error:
        raise ValueError(f"the pattern cannot be used: {error} ({_WITHOUT_RE2})") from None
    if repeats > _MOST_REPEATS:
        reason = f"it has {repeats} open repetitions such as .*, and {_MOST_REPEATS} are taken"
        raise ValueError(f"the pattern cannot be used: {reason} ({_WITHOUT_RE2})")
    return lambda text: compiled.match(text) is not None


_WITHOUT_RE2: Final = "google-re2 is not installed, and Python's re could take very long"
_REFUSED: Final = {
    "ASSERT": "look-around is not taken",
    "ASSERT_NOT": "look-around is not taken",
    "GROUPREF": "backreferences are not taken",
    "GROUPREF_EXISTS": "backreferences are not taken",
}


def _open_repeats(parsed: Any, *, is_inside: bool = False) -> int:
    """How many repetitions without a small bound there are.

    Raises:
        re.error: there is a repetition in another one, look-around or a backreference.
    """
    found = 0
    for operation, argument in parsed:
        name = str(operation)
        if name in _REFUSED:
            raise re.error(_REFUSED[name])
        is_repeat = name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"} and argument[1] > 1
        if is_repeat and is_inside:
            raise re.error("a repetition stands in another one")
        found += is_repeat and argument[1] > _SMALL_REPEAT
        for part in _parts(argument):
            found += _open_repeats(part, is_inside=is_inside or is_repeat)
    return found


def _parts(argument: Any) -> list[Any]:
    """The patterns in an argument of an operation of `re`'s own form."""
    if hasattr(argument, "getwidth"):
        return [argument]
    if isinstance(argument, list | tuple):
        return [part for each in argument for part in _parts(each)]
    return []


def value_matcher(
    kind: str, path: tuple[str, ...], operator: str, operands: tuple[Any, ...]
) -> Test:
    """A function that tells whether a value of a field fulfils a clause."""
    if kind == "json":
        return json_matcher(path, operator, operands)
    prepare, comparisons = _KINDS[kind]
    if operator == "regex":
        patterns = [compile_pattern(pattern) for pattern in operands]
        return lambda value: value is not None and any(each(str(value)) for each in patterns)
    if len(operands) == 1:
        return _single_matcher(prepare, comparisons, operator, operands[0])
    if operator in _BOUNDS:
        compare = comparisons[operator]
        return lambda value: _holds_for_all(compare, prepare(value), operands)
    equal = comparisons["eq"]
    wanted = operator == "eq"
    return lambda value: _is_any(equal, prepare(value), operands) is wanted


def _single_matcher(
    prepare: Callable[[Any], Any],
    comparisons: Mapping[str, Comparison],
    operator: str,
    operand: Any,
) -> Test:
    """The same for one operand, as nearly all clauses have: long lists are searched with it."""
    if operator in _BOUNDS:
        compare = comparisons[operator]
        return lambda value: value is not None and compare(prepare(value), operand)
    equal, wanted = comparisons["eq"], operator == "eq"
    return lambda value: equal(prepare(value), operand) is wanted


def json_matcher(
    path: tuple[str, ...], operator: str, operands: tuple[Any, ...]
) -> Callable[[Any], bool]:
    """A function that tells whether what stands at `path` in a JSON value fulfils a clause."""
    test: Test
    if operator == "regex":
        patterns = [compile_pattern(pattern) for pattern in operands]
        test = lambda value: isinstance(value, str) and any(each(value) for each in patterns)  # noqa: E731 - a closure is what is made here
    elif operator in _BOUNDS:
        compare = _JSON_COMPARISONS[operator]
        test = lambda value: all(compare(value, operand) for operand in operands)  # noqa: E731
    else:
        test = lambda value: any(_json_equals(value, operand) for operand in operands)  # noqa: E731
    negated = operator == "not"
    return lambda value: _any_element(test, _follow(value, path)) is not negated


def sort_key(field: str) -> Callable[[Mapping[str, Any]], tuple[bool, Any]]:
    """The key that sorts items by a field; a missing value comes before all others."""
    return lambda item: orderly(item.get(field))


def orderly(value: Any) -> tuple[bool, Any]:
    """A value as it is sorted by: a missing one before all others, text behind numbers."""
    return (value is not None, (isinstance(value, str), 0 if value is None else value))


def _follow(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _any_element(test: Test, value: Any) -> bool:
    if isinstance(value, list | tuple | set | frozenset):
        return any(test(element) for element in value)
    return test(value)


def _is_any(equal: Comparison, value: Any, operands: tuple[Any, ...]) -> bool:
    return any(equal(value, operand) for operand in operands)


def _holds_for_all(compare: Comparison, value: Any, operands: tuple[Any, ...]) -> bool:
    return value is not None and all(compare(value, operand) for operand in operands)


# What a value is compared as.


def _as_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)


def _as_number(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _as_limit(value: Any) -> Any:
    return math.inf if value == "never" else _as_number(value)


def _as_is(value: Any) -> Any:
    return value


# Comparisons of a value with an operand.


def _equals(value: Any, operand: Any) -> bool:
    return bool(value == operand)


def _text_equals(value: str | None, operand: str) -> bool:
    return value == operand or (value is None and operand == "null")


def _at_least(value: Any, operand: Any) -> bool:
    return bool(value >= operand)


def _at_most(value: Any, operand: Any) -> bool:
    return bool(value <= operand)


def _is_within(value: Any, span: Span | None) -> bool:
    if value is None or span is None:
        return value is None and span is None
    if span.end is None:
        return bool(value == span.start)
    return bool(span.start <= value < span.end)


def _is_from(value: Any, span: Span) -> bool:
    return bool(value >= span.start)


def _is_until(value: Any, span: Span) -> bool:
    return bool(value <= span.start if span.end is None else value < span.end)


def _json_equals(value: Any, operand: JsonOperand) -> bool:
    if isinstance(value, str):
        return value == operand.text
    if value is None or isinstance(value, bool):
        return operand.text == _JSON_WORDS[value]
    return isinstance(value, int | float) and value == operand.number


def _json_at_least(value: Any, operand: JsonOperand) -> bool:
    if isinstance(value, str):
        return value >= operand.text
    return _is_number(value) and operand.number is not None and bool(value >= operand.number)


def _json_at_most(value: Any, operand: JsonOperand) -> bool:
    if isinstance(value, str):
        return value <= operand.text
    return _is_number(value) and operand.number is not None and bool(value <= operand.number)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_BOUNDS: Final = ("min", "max")
_JSON_WORDS: Final = {None: "null", True: "true", False: "false"}
_JSON_COMPARISONS: Final = {"min": _json_at_least, "max": _json_at_most}
_PLAIN: Final = {"eq": _equals, "min": _at_least, "max": _at_most}
_KINDS: Final[Mapping[str, tuple[Callable[[Any], Any], Mapping[str, Comparison]]]] = {
    "text": (_as_text, {"eq": _text_equals, "min": _at_least, "max": _at_most}),
    "number": (_as_number, _PLAIN),
    "limit": (_as_limit, _PLAIN),
    "boolean": (_as_is, _PLAIN),
    "datetime": (_as_is, {"eq": _is_within, "min": _is_from, "max": _is_until}),
    "date": (_as_is, _PLAIN),
}
