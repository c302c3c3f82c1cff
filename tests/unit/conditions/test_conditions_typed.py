"""What people type, in English or as other schedulers spell it, and what they are answered."""

from __future__ import annotations

import random
import string
import time

import pytest
import typed_conditions
import typed_elsewhere
from thoroughness import examples

from redengine.conditions import Condition, parse
from redengine.conditions.language import FORMS, parser
from redengine.conditions.language.tokens import MOST_TOKENS, tokens_of
from redengine.exceptions import ConditionSyntaxError, ImpossibleCondition
from redengine.tasks import OPTIONS as OPTIONS_OF_TASKS

READ = (*typed_conditions.READ, *typed_elsewhere.READ)
SUGGESTED = (*typed_conditions.SUGGESTED, *typed_elsewhere.SUGGESTED)
OPTIONS = (*typed_conditions.OPTIONS, *typed_elsewhere.OPTIONS)
UNKNOWN = (*typed_conditions.UNKNOWN, *typed_elsewhere.UNKNOWN)


def refusal(text: str) -> ConditionSyntaxError:
    """The error that a text is refused with."""
    with pytest.raises(ConditionSyntaxError) as caught:
        parse(text)
    return caught.value


def test_the_table_is_large():
    """Hundreds of different texts are held."""
    texts = [text for text, _ in (*READ, *SUGGESTED, *OPTIONS)] + list(UNKNOWN)
    assert len(set(texts)) == len(texts) >= 380


@pytest.mark.parametrize(("text", "meaning"), READ)
def test_what_has_one_meaning_is_read(text, meaning):
    """Plain English with one meaning, and cron without the word, are the condition itself."""
    assert parse(text) == parse(meaning)
    assert parse(str(parse(text))) == parse(text)


@pytest.mark.parametrize(("text", "suggestion"), SUGGESTED)
def test_what_is_refused_carries_what_was_meant(text, suggestion):
    """The suggestion is a condition that can be parsed, and stands in the message."""
    error = refusal(text)
    assert error.suggestion == suggestion
    assert isinstance(parse(suggestion), Condition)
    assert f"did you mean: {suggestion}" in str(error)
    assert (error.option, error.form) == (None, None)


@pytest.mark.parametrize(("text", "option"), OPTIONS)
def test_what_no_condition_says_carries_the_option(text, option):
    """An option or a call says what a condition cannot."""
    error = refusal(text)
    assert (error.suggestion, error.option, error.form) == (None, option, None)
    assert f"no condition says this; write: {option}" in str(error)


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_is_not_known_carries_the_nearest_form(text):
    """Where there is neither, the nearest form is said to be only that."""
    error = refusal(text)
    assert (error.suggestion, error.option) == (None, None)
    assert error.form in {form.form for form in FORMS}
    assert f"the nearest form: {error.form}" in str(error)


@pytest.mark.parametrize(("text", "option"), OPTIONS)
def test_an_option_that_is_named_exists(text, option):
    """Those of tasks, and calls of the session."""
    name, _, value = option.partition("=")
    assert name in OPTIONS_OF_TASKS or name in {"start_cond", "submit(run_at"}
    assert value


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("every hour", ("every 1 hour", "hourly")),
        ("every day", ("every 1 day", "daily")),
        ("every monday", ("weekly on Monday", "weekly at Monday 00:00")),
        ("every second monday", ("cron 0 0 * * mon#2", "every 14 days & time of week on Monday")),
    ],
)
def test_two_meanings_are_both_told(text, both):
    """What could be either of two conditions is refused with both."""
    error = refusal(text)
    for form in both:
        assert f"'{form}'" in error.expected
        assert isinstance(parse(form), Condition)


def mutated(text: str, chance: random.Random) -> str:
    """A text with up to three changes, as slips of the hand and of the clipboard make them."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.randint(0, 4))
        extra = chance.choice(
            ("", chance.choice(string.printable), chance.choice("'\"()&|~,ſİ٣…\0"), text[:end])
        )
        text = text[:start] + extra + text[end:]
    return text


def read_or_refused(text: str) -> Condition | ConditionSyntaxError | ImpossibleCondition:
    """The condition that a text is, or the error of a condition; no other comes."""
    try:
        return parse(text)
    except (ConditionSyntaxError, ImpossibleCondition) as error:
        return error


LONGEST_S = 0.05
"""So much of the processor's time reading or refusing a text takes at most."""


def least_s(text: str) -> float:
    """How much of the processor's time a text takes when nothing else is in the way."""
    spans = []
    for _ in range(5):
        parser._read_cached.cache_clear()
        began = time.thread_time()
        read_or_refused(text)
        spans.append(time.thread_time() - began)
    return min(spans)


@pytest.mark.parametrize("seed", range(10))
def test_mutations_are_read_or_refused_with_an_answer(seed):
    """Whatever a slip makes of a valid text, it is a condition or an error with its answer."""
    chance = random.Random(seed)
    valid = [form.example for form in FORMS] + [text for text, _ in (*READ, *SUGGESTED, *OPTIONS)]
    for _ in range(examples(1000)):
        text = mutated(chance.choice(valid), chance)
        began = time.thread_time()
        answer = read_or_refused(text)
        if time.thread_time() - began > LONGEST_S:
            assert least_s(text) < LONGEST_S, text
        if isinstance(answer, Condition):
            assert parse(str(answer)) == answer, text
        elif isinstance(answer, ConditionSyntaxError):
            assert 0 <= answer.position <= len(text), text
            assert answer.suggestion or answer.option or answer.form, text
            assert answer.suggestion is None or isinstance(parse(answer.suggestion), Condition)
        else:
            assert answer.reason, text


@pytest.mark.parametrize(
    "part",
    ["every 5 minutes between 9 ", "monday and ", "7 and ", "* / ", "a=1, ", "'", "at 7 ", "("],
)
def test_long_nonsense_is_refused(part):
    """Repetitions of what rules look for are refused like anything else, up to the longest."""
    for length in (10, 290, 500, 60_000):
        assert refusal((part * length)[:length]).position >= 0
    assert least_s((part * 60_000)[:60_000]) < LONGEST_S


@pytest.mark.parametrize(
    ("head", "piece", "tail"),
    [
        *(("", sign, "") for sign in "'\"()&|~,=<a\\ \n\0é٣"),
        ("", "~", "daily"), ("", "(", "daily"), ("", "daily & ", "evry"), ("'", "\\", ""),
        ("cron ", "* ", ""), ("cron ", "1,", ""), ("cron ", "h(1-5) ", ""),
        ("cron ", "x", " * * *"), ("", "cron h(0-5) h(1-3) * * * & ", "evry"),
        ("daily ", "in UTC ", ""), ("daily in ", "a", ""), ("every ", "1 s ", ""),
        ("every ", "1", " s"), ("daily at ", "07:00, ", "25:00"), ("f(", "1, ", ""),
        ("after tasks ", "'a', ", ""), ("has failed past ", "1 d ", ""),
        ("yearly at ", "1 May ", ""), ("", "weekly on Monday and Tuesday | ", "x!"),
        ("", "daily at 7 & ", ""), ("", "every monday at 7 | ", ""),
        ("", "daily at 07:00 on business days or the next | ", "evry"),
    ],
)  # fmt: skip
def test_hostile_texts_are_refused_soon(head, piece, tail):
    """Up to the longest text and the most tokens, nothing takes more than a bounded time."""
    times = 60_000 // len(piece)
    assert least_s(f"{head}{piece * times}{tail}") < LONGEST_S
    few = (
        max(MOST_TOKENS // max(len(tokens_of(piece)) - 1, 1) - 2, 1)
        if piece not in "'\""
        else 2_000
    )
    assert least_s(f"{head}{piece * few}{tail}") < LONGEST_S
