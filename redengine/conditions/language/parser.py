"""The parser: `|` binds least, then `&`, then `~`; parentheses group. And the published forms."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from typing import Any as Anything

from redengine.conditions.calendar.wall_clock import BY_ADVERB
from redengine.conditions.condition import DEEPEST, All, Any, Condition
from redengine.conditions.language.statements import (
    CONTINUATIONS,
    KEYWORDS,
    LEAVES,
    custom,
    periodic,
    zoned,
)
from redengine.conditions.language.tokens import Cursor, Part
from redengine.exceptions import ConditionSyntaxError, InvalidInput, nearest, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.conditions.custom import ConditionFactory
    from redengine.conditions.language.translations import Translation


class Form(NamedTuple):
    """A form of statement.

    Attributes:
        keyword: its first keyword.
        form: how it is written; optional parts are in brackets.
        example: one that can be read.
    """

    keyword: str
    form: str
    example: str


_WINDOW: Final = (
    "[between <a> and <b> | before <t> | after <t> | starting <t> | at <t>, … | on <t>, …]"
)
_OUTCOME: Final = "[succeeded | failed | finished | terminated | crashed]"

FORMS: Final = (
    Form("always", "always true | always false", "always true"),
    Form("true", "true", "true"),
    Form("false", "false", "false"),
    Form("every", "every <duration>", "every 10 seconds"),
    Form(
        "every",
        "every <duration> starting <date> [<time>]",
        "every 6 hours starting 2026-12-01 07:00",
    ),
    Form("in", "in <duration>", "in 10 minutes"),
    Form("secondly", f"secondly {_WINDOW}", "secondly"),
    Form("minutely", f"minutely {_WINDOW}", "minutely before 30"),
    Form("hourly", f"hourly {_WINDOW}", "hourly at 30:00"),
    Form("daily", f"daily {_WINDOW}", "daily between 22:00 and 03:00"),
    Form("weekly", f"weekly {_WINDOW}", "weekly on Monday"),
    Form("monthly", f"monthly {_WINDOW}", "monthly at last 10:00"),
    Form("quarterly", f"quarterly {_WINDOW}", "quarterly at 1st 08:00"),
    Form("yearly", f"yearly {_WINDOW}", "yearly at 24 December 18:00"),
    Form(
        "time",
        "time of minute|hour|day|week|month|quarter|year "
        "[between <a> and <b> | before <t> | after <t> | at <t> | on <t>]",
        "time of week between Monday and Friday",
    ),
    Form("cron", "cron <5 or 6 fields>", "cron 0 7 * * mon-fri"),
    Form("on", "on weekdays | on weekends", "on weekdays"),
    Form("on", "on business days [of '<calendar>']", "on business days"),
    Form(
        "daily",
        "daily|weekly|monthly|cron|at … on business days [of '<calendar>'] "
        "[or the next | or the previous]",
        "monthly at 1st 08:00 on business days of 'bank' or the next",
    ),
    Form(
        "calendar",
        "calendar '<name>' is open | calendar '<name>' is closed",
        "calendar 'bank' is open",
    ),
    Form("at", "at <date> <time>", "at 2026-12-24 18:00"),
    Form("from", "from <date> [<time>]", "from 2026-12-24"),
    Form("until", "until <date> [<time>]", "until 2026-12-24 18:00"),
    Form("after", f"after task '<name>' {_OUTCOME}", "after task 'fetch' failed"),
    Form("after", f"after tasks '<a>', '<b>' … {_OUTCOME}", "after tasks 'fetch', 'clean'"),
    Form("after", f"after any tasks '<a>', '<b>' … {_OUTCOME}", "after any tasks 'a', 'b' failed"),
    Form(
        "has",
        "[task '<name>'] has [not] succeeded|failed|finished|started|terminated|inacted|crashed "
        "[today | this minute|hour|day|week|month|quarter|year] "
        "[between … | before … | after … | on …] [>= <n>]",
        "task 'fetch' has failed today >= 3",
    ),
    Form(
        "has",
        "[task '<name>'] has <succeeded …> past <duration> [>= <n>]",
        "has succeeded past 2 hours",
    ),
    Form(
        "is",
        "[task '<name>'] is [not] running [for more than <duration>]",
        "task 'fetch' is running for more than 10 minutes",
    ),
    Form("param", "param '<name>' is [not] '<value>'", "param 'mode' is 'fast'"),
    Form("param", "param '<name>' exists", "param 'mode' exists"),
    Form("env", "env '<name>'", "env 'prod'"),
    Form("channel", "channel '<name>' ticked", "channel 'prices' ticked"),
    Form(
        "channel",
        "channel '<name>' <field> == | != | < | <= | > | >= <value>",
        "channel 'prices' bid.price > 10",
    ),
    Form("scheduler", "scheduler has run over <duration>", "scheduler has run over 1 hour"),
    Form("scheduler", "scheduler started <duration> ago", "scheduler started 10 minutes ago"),
    Form("retry", "retry <n> [times]", "retry 3 times"),
    Form(
        "in",
        "<any of these> in <zone> | (<condition>) in <zone>",
        "daily at 07:00 in Europe/Helsinki",
    ),
)

STARTS: Final = (*dict.fromkeys(form.keyword for form in FORMS), "task")
"""The words with which a statement begins."""


def form_of(keyword: str) -> str | None:
    """The first form that begins with a keyword."""
    keyword = "has" if keyword == "task" else keyword
    return next((form.form for form in FORMS if form.keyword == keyword), None)


LONGEST_TEXT: Final = 65_536
LONGEST_TRANSLATED: Final = 300
_LONGEST_CACHED: Final = 500
_LONGEST_FIXED: Final = 2_000
"""Of a longer text that is refused no suggestion is read: its place and form are told."""
_MOST_FIXES: Final = 3
_NEAR: Final = 20
_LONGEST_KEYWORD: Final = 40
_CALL: Final = re.compile(r"[^\W\d]\w*\s*\(")
_NO_CUSTOMS: Final[dict[str, Anything]] = {}


def parse(text: str, customs: Mapping[str, ConditionFactory] | None = None) -> Condition:
    """The condition that a text means.

    Args:
        text: in the string language.
        customs: what makes custom conditions, by their names.

    Raises:
        ConditionSyntaxError: it cannot be read; the message has a caret under the place and
            the nearest valid form.
        ImpossibleCondition: it names what never comes, or negates an instant.
    """
    if not isinstance(text, str):
        raise InvalidInput({"condition": f"expected text, got {shortened(text)}"})
    if len(text) > LONGEST_TEXT:
        message = f"expected at most {LONGEST_TEXT} characters, got {len(text)}"
        raise ConditionSyntaxError(text, 0, message)
    if len(text) <= _LONGEST_CACHED and not (customs and _names_any(customs, text)):
        return _read_cached(text)
    return _read(text, customs or _NO_CUSTOMS)


def _names_any(customs: Mapping[str, ConditionFactory], text: str) -> bool:
    """Whether a text may name a custom condition, so that its meaning is not the text's alone."""
    return _CALL.search(text) is not None or any(name in text for name in customs)


@lru_cache(maxsize=4096)
def _read_cached(text: str) -> Condition:
    return _read(text, _NO_CUSTOMS)


def _read(text: str, customs: Mapping[str, ConditionFactory]) -> Condition:
    try:
        return _parsed(text, customs)
    except ConditionSyntaxError as error:
        read = _read_sugar(text, customs)
        if read is not None:
            return read
        raise _answered(error, customs) from None


_STATEMENTS: Final = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^&|()~'"])+""")


def _read_sugar(text: str, customs: Mapping[str, ConditionFactory]) -> Condition | None:
    """The condition of a text in which statements are written in plain English, or None."""
    plain = "".join(meant for meant, _ in without_sugar(text, customs))
    if plain == text:
        return None
    try:
        return _parsed(plain, customs)
    except ConditionSyntaxError:
        return None


def without_sugar(text: str, customs: Mapping[str, ConditionFactory]) -> list[tuple[str, str]]:
    """The pieces of a text as the language writes them, each with how it is written there."""
    if len(text) > LONGEST_TRANSLATED:
        return [(text, text)]
    from redengine.conditions.language.translations import sugar_meaning  # many patterns

    meant = sugar_meaning(text)
    if meant is not None:
        return [(meant, text)]
    pieces, end = [], 0
    for found in _STATEMENTS.finditer(text):
        between = text[end : found.start()]
        pieces += [(between, between), (_plain(found[0], customs), found[0])]
        end = found.end()
    return [*pieces, (text[end:], text[end:])]


def _plain(statement: str, customs: Mapping[str, ConditionFactory]) -> str:
    """A statement without its sugar; as it is, if it has none or is read as it stands."""
    from redengine.conditions.language.translations import sugar_meaning

    meant = sugar_meaning(statement.strip())
    if meant is None or _can_read(statement, customs):
        return statement
    return f" {meant} "


def parts_of(text: str, customs: Mapping[str, ConditionFactory]) -> list[Part]:
    """The parts of a condition's text with their places, those that stand within others first.

    Raises:
        ConditionSyntaxError: the text cannot be read.
        ImpossibleCondition: it names what never comes, or negates an instant.
    """
    parts: list[Part] = []
    _parsed(text, customs, parts)
    return parts


def _can_read(text: str, customs: Mapping[str, ConditionFactory]) -> bool:
    try:
        _parsed(text, customs)
    except ConditionSyntaxError:
        return False
    except InvalidInput:
        return True  # of the right form, and impossible
    return True


def _answered(
    error: ConditionSyntaxError, customs: Mapping[str, ConditionFactory]
) -> ConditionSyntaxError:
    """The error with what was meant: a condition, an option, or else the nearest form."""
    text, position, expected = error.text, error.position, error.expected
    known = _translated(text, customs) if len(text) <= LONGEST_TRANSLATED else None
    if known is not None and known.option:
        return ConditionSyntaxError(text, position, expected, option=known.option)
    if known is not None and known.text and _is_possible(known.text, customs):
        return ConditionSyntaxError(text, position, known.reason or expected, known.text)
    fixed = _fixed(error, customs) if len(text) <= _LONGEST_FIXED else None
    form = None if fixed else _nearest_form(text, position)
    return ConditionSyntaxError(text, position, expected, fixed, form=form)


_OPERATORS: Final = re.compile(r"""('[^']*'|"[^"]*")|\s*([&|])\s*""")


def _translated(text: str, customs: Mapping[str, ConditionFactory]) -> Translation | None:
    """What a text means, or what the statements between its operators do."""
    from redengine.conditions.language.translations import Translation, translated

    whole = translated(text)
    if whole is not None and (whole.option or _is_possible(whole.text or "", customs)):
        return whole
    marked = _OPERATORS.sub(lambda found: found[1] or f"\0{found[2]}\0", text).split("\0")
    known: list[Translation] = []
    for place, part in enumerate(marked):
        meaning = None if part in {"&", "|"} or _can_read(part, customs) else translated(part)
        if meaning is not None and meaning.option:
            return meaning
        if meaning is not None and meaning.text:
            known.append(meaning)
            is_alone = not {"&", "|"} & set(meaning.text)
            marked[place] = meaning.text if is_alone else f"({meaning.text})"
    reason = next((each.reason for each in known if each.reason), None)
    return Translation(" ".join(marked), reason=reason) if known else None


def _is_possible(text: str, customs: Mapping[str, ConditionFactory]) -> bool:
    try:
        _parsed(text, customs)
    except InvalidInput:
        return False
    return True


def _fixed(error: ConditionSyntaxError, customs: Mapping[str, ConditionFactory]) -> str | None:
    """The suggested text, with what else is wrong in it put right; None if that fails."""
    suggestion = error.suggestion
    for _ in range(_MOST_FIXES):
        if suggestion is None:
            return None
        try:
            _parsed(suggestion, customs)
        except ConditionSyntaxError as another:
            suggestion = another.suggestion
        except InvalidInput:
            return None
        else:
            return suggestion
    return None


def _nearest_form(text: str, position: int) -> str:
    """The form of the statement in which the error is, or of the one that begins most like it."""
    statement = re.split(r"[&|~(]", text[:position])[-1] + text[position : position + _NEAR]
    words = re.findall(r"[a-z_]\w*", statement.lower())
    keyword = nearest(words[0][:_LONGEST_KEYWORD], STARTS) if words else None
    return form_of(keyword or "cron") or ""


def _parsed(
    text: str, customs: Mapping[str, ConditionFactory], places: list[Part] | None = None
) -> Condition:
    cursor = Cursor(text, customs, places)
    if cursor.token.kind == "end":
        cursor.fail("expected a condition such as 'every 10 seconds', got nothing")
    condition = _any(cursor)
    if cursor.token.text:
        _fail_between(cursor)
    return condition


def _fail_between(cursor: Cursor) -> None:
    token = cursor.token
    suggestion = None
    if token.text == ")":
        suggestion = f"{cursor.text[: token.start]}{cursor.text[token.end :]}"
        cursor.fail("this parenthesis was never opened", suggestion=suggestion)
    if token.kind == "word" and token.text in KEYWORDS:
        suggestion = f"{cursor.text[: token.start]}& {cursor.text[token.start :]}"
    expected = "expected '&', '|' or the end"
    cursor.fail(expected, candidates=CONTINUATIONS, suggestion=suggestion)


def _any(cursor: Cursor) -> Condition:
    first, parts = cursor.token, [_all(cursor)]
    while cursor.take_sign("|"):
        parts.append(_all(cursor))
    return cursor.note(_combined(cursor, Any, parts), first)


def _all(cursor: Cursor) -> Condition:
    first, parts = cursor.token, [_not(cursor)]
    while cursor.take_sign("&"):
        parts.append(_not(cursor))
    return cursor.note(_combined(cursor, All, parts), first)


def _combined(cursor: Cursor, kind: type[All | Any], parts: list[Condition]) -> Condition:
    try:
        return kind.of(parts)
    except InvalidInput as error:
        cursor.fail("; ".join(error.fields.values()))


def _not(cursor: Cursor) -> Condition:
    first, is_negated = cursor.token, False
    while cursor.take_sign("~"):
        is_negated = not is_negated
    inner = cursor.token
    condition = cursor.note(_primary(cursor), inner)
    condition = cursor.note(zoned(cursor, condition), inner)
    return cursor.note(~condition, first) if is_negated else condition


def _primary(cursor: Cursor) -> Condition:
    token = cursor.token
    if cursor.take_sign("("):
        return _group(cursor, token.start)
    if token.kind != "word":
        got = f"{token.text!r}" if token.text else "the end"
        cursor.fail(f"expected a statement such as 'daily after 07:00', got {got}")
    reader = LEAVES.get(token.text)
    unit = BY_ADVERB.get(token.text)
    if reader is None and unit is None:
        if cursor.following.text == "(":
            cursor.advance()
            return custom(cursor, token)
        _fail_unknown(cursor)
    cursor.advance()
    if unit is not None:
        return periodic(cursor, unit)
    assert reader is not None
    return reader(cursor)


def _fail_unknown(cursor: Cursor) -> None:
    token = cursor.token
    written = cursor.raw(token, token)
    if written in cursor.customs:
        fixed = f"{cursor.text[: token.end]}(){cursor.text[token.end :]}"
        cursor.fail("a custom condition is written with parentheses", suggestion=fixed)
    cursor.fail(f"no statement begins with {shortened(written)}", candidates=KEYWORDS)


def _group(cursor: Cursor, start: int) -> Condition:
    cursor.depth += 1
    if cursor.depth > DEEPEST:
        cursor.fail(f"parentheses nest at most {DEEPEST} deep", at=start)
    condition = _any(cursor)
    if not cursor.take_sign(")"):
        if cursor.token.kind == "end":
            fixed = f"{cursor.text})"
            cursor.fail("this parenthesis is not closed", at=start, suggestion=fixed)
        _fail_between(cursor)
    cursor.depth -= 1
    return condition
