"""The string language: everything that can be written is read, printed and read back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import POSITION_TEXTS, conditions
from thoroughness import examples

from redengine.conditions import (
    FORMS,
    After,
    All,
    Any,
    Condition,
    Env,
    Has,
    IsRunning,
    ParamExists,
    ParamIs,
    condition,
    daily,
    every,
    parse,
    time_of_day,
)
from redengine.conditions.calendar.positions import read_position
from redengine.conditions.explanation import quote, unquote
from redengine.conditions.language import LONGEST_TEXT
from redengine.conditions.language.tokens import MOST_TOKENS
from redengine.exceptions import ConditionSyntaxError, ImpossibleCondition, InvalidInput

names = st.text(min_size=1, max_size=12)


@condition(every="5 s")
def file_exists(path="inbox", size=0, *, strict=False):
    """Never asked here."""


CUSTOMS = {"file_exists": file_exists}


@settings(max_examples=examples(300), deadline=None)
@given(conditions)
def test_round_trip(tree):
    """Every tree prints as text that is read back as an equal tree."""
    again = parse(str(tree))
    assert again == tree
    assert hash(again) == hash(tree)
    assert str(again) == str(tree)


@settings(deadline=None)
@given(names, names, st.sampled_from(["succeeded", "failed"]))
def test_any_name_round_trips(name, other, word):
    """Names with quotes, backslashes, line ends or emoji are read back as they were."""
    for statement in (
        After((name, other), word, "Any"),
        Has(word, name),
        IsRunning(name),
        ParamIs(name, other),
        ParamExists(name),
        Env(name),
    ):
        assert parse(str(statement)) == statement


@given(st.one_of(st.integers(-(10**17), 10**17), st.booleans(), st.none(), st.text(max_size=20),
                 st.floats(allow_nan=False, allow_infinity=False)))  # fmt: skip
def test_values_round_trip(value):
    """Texts, numbers, booleans and None keep their type in a condition's text."""
    again = parse(str(ParamIs("x", value)))
    assert again == ParamIs("x", value)
    assert type(again.value) is type(value)


@given(names)
def test_quoting_round_trips(name):
    """A quoted text means the text."""
    assert unquote(quote(name)) == name


@given(st.sampled_from(list(POSITION_TEXTS)).flatmap(
    lambda unit: POSITION_TEXTS[unit].map(lambda text: (unit, text))))  # fmt: skip
def test_positions_round_trip(case):
    """A time in a period prints as text that means the same."""
    unit, text = case
    position = read_position(unit, text)
    assert read_position(unit, str(position)) == position


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.example)
def test_examples_of_all_forms(form):
    """Every published example is read, and read back from what it prints."""
    tree = parse(form.example)
    assert parse(str(tree)) == tree
    assert parse(form.example.upper().replace("'FETCH'", "'fetch'")) is not None


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("EVERY 10 Seconds", "every 10 seconds"),
        ("every 1 hour 30 min", "every 1 hour 30 minutes"),
        ("every '500 ms'", "every 500 milliseconds"),
        ("  daily   after 10 PM ", "daily after 22:00"),
        ("daily after 12 am", "daily after 00:00"),
        ("daily between 10:00 and 10 PM", "daily between 10:00 and 22:00"),
        ("daily at 7:30:05", "daily at 07:30:05"),
        ("hourly after 30:00", "hourly after 30:00"),
        ("hourly after 30", "hourly after 30"),
        ("minutely before 45", "minutely before 45"),
        ("weekly on mon", "weekly on Monday"),
        ("weekly between Fri 22:00 and mon 6 am", "weekly between Friday 22:00 and Monday 06:00"),
        ("weekly starting tue 07:00", "weekly starting Tuesday 07:00"),
        ("monthly after 3rd", "monthly after 3rd"),
        ("monthly on 22.", "monthly on 22nd"),
        ("monthly before LAST 10:00", "monthly before last 10:00"),
        ("time of day at 10:00", "time of day on 10:00"),
        ("time of month between 1st and 5th", "time of month between 1st and 5th"),
        ("cron  0 7 *  * MON-FRI", "cron 0 7 * * mon-fri"),
        ("cron '*/5 * * * *'", "cron */5 * * * *"),
        ("cron 0,30 7,8 * * 1,2 & daily", "cron 0,30 7,8 * * 1,2 & daily"),
        ("cron @daily", "cron @daily"),
        ("cron 0 7 * * 5#2 30", "cron 0 7 * * 5#2 30"),
        ("after task 'a' succeeded", "after task 'a'"),
        ('after task "a\'b" failed', "after task \"a'b\" failed"),
        ("after tasks 'a', 'b'", "after tasks 'a', 'b'"),
        ("after tasks 'a'", "after task 'a'"),
        ("after any tasks 'a', 'b' finished", "after any tasks 'a', 'b' finished"),
        ("has failed", "has failed"),
        ("task 'a' has succeeded this day", "task 'a' has succeeded today"),
        ("has succeeded today between 10:00 and 12:00",
         "has succeeded today between 10:00 and 12:00"),
        ("has succeeded between 10:00 and 12:00", "has succeeded today between 10:00 and 12:00"),
        ("has succeeded on Monday", "has succeeded this week on Monday"),
        ("has succeeded after 3rd", "has succeeded this month after 3rd"),
        ("has failed in past 2 h", "has failed past 2 hours"),
        ("has failed in the past 2 h>=3", "has failed past 2 hours >= 3"),
        ("task 'a' has crashed this hour != 2", "task 'a' has crashed this hour != 2"),
        ("is running for more than 90 s", "is running for more than 1 minute 30 seconds"),
        ("param 'x' is 5", "param 'x' is 5"),
        ("param 'x' is null", "param 'x' is none"),
        ("scheduler started 10 min ago", "scheduler has run over 10 minutes"),
        ("retry 1", "retry 1 time"),
        ("true & false", "always true & always false"),
        ("~~daily", "daily"),
        ("((daily))", "daily"),
        ("daily | hourly & minutely", "daily | hourly & minutely"),
        ("(daily | hourly) & minutely", "(daily | hourly) & minutely"),
        ("~(daily & hourly)", "~(daily & hourly)"),
        ("~daily & hourly", "~daily & hourly"),
        ("daily & (hourly & minutely)", "daily & hourly & minutely"),
    ],
)  # fmt: skip
def test_reads(text, canonical):
    """Each spelling prints in its canonical form."""
    assert str(parse(text)) == canonical
    assert parse(canonical) == parse(text)


@pytest.mark.parametrize(
    ("text", "position", "suggestion"),
    [
        ("evry 10 seconds", 0, "every 10 seconds"),
        ("daily & evry 10 seconds", 8, "daily & every 10 seconds"),
        ("daily betwen 10:00 and 12:00", 6, "daily between 10:00 and 12:00"),
        ("daily between 10:00 und 12:00", 14, None),
        ("daily after 25:00", 12, None),
        ("weekly on Mondey", 10, "weekly on Monday"),
        ("after task fetch", 11, "after task 'fetch'"),
        ("after 'fetch'", 6, "after task 'fetch'"),
        ("after task 'a', 'b'", 14, "after tasks 'a', 'b'"),
        ("after task 'a' succeded", 15, "after task 'a' succeeded"),
        ("task 'x' has suceeded tody", 13, None),
        ("has failed today = 3", 17, "has failed today == 3"),
        ("has failed today >= many", 20, None),
        ("cron 61 * * * *", 5, None),
        ("cron 0 25 * * *", 7, None),
        ("cron * * *", 5, None),
        ("cron */90 * * * *", 5, "every 90 minutes"),
        ("daily & cron '0 */36 * * *' | hourly", 16, "daily & every 36 hours | hourly"),
        ("(cron 0 0 */40 * *) in UTC", 10, "(every 40 days) in UTC"),
        ("cron 0 1,2-20/36 * * *", 7, None),
        ("cron 0 0 */40 * mon", 9, None),
        ("(daily", 0, "(daily)"),
        ("daily)", 5, "daily"),
        ("daily and hourly", 6, "daily & hourly"),
        ("daily or hourly", 6, "daily | hourly"),
        ("not daily", 0, "~ daily"),
        ("daily hourly", 6, "daily & hourly"),
        ("daily &", 7, None),
        ("", 0, None),
        ("param 'x' is fast", 13, "param 'x' is 'fast'"),
        ("param x exists", 6, "param 'x' exists"),
        ("env ''", 4, None),
        ("task 'x' is runing", 12, "task 'x' is running"),
        ("task 'x is running", 5, None),
        ("retry 0", 6, None),
        ("every 0 s", 6, None),
        ("every", 5, None),
        ("every 10 parsecs", 6, None),
        ("time of dya after 10:00", 8, "time of day after 10:00"),
        ("daily between 10:00 and 10:00", 6, None),
        ("daily before 00:00", 6, None),
        ("unknown()", 0, None),
    ],
)
def test_errors_have_a_caret_and_the_nearest_form(text, position, suggestion):
    """What cannot be read is refused with the place and, where it is clear, what was meant."""
    with pytest.raises(ConditionSyntaxError) as caught:
        parse(text)
    error = caught.value
    assert error.position == position
    _, excerpt, caret, *_ = str(error).split("\n")
    assert caret.index("^") - 2 == position
    assert excerpt == f"  {text}"
    if suggestion is not None:
        assert error.suggestion == suggestion
        assert isinstance(parse(suggestion), Condition)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("cron 61 * * * *", "cron <5 or 6 fields>"),
        ("every 10 parsecs", "every <duration>"),
        ("daily & every10", "every <duration>"),
        ("retry many", "retry <n> [times]"),
    ],
)
def test_errors_fall_back_to_the_form(text, form):
    """Where no fix is clear, the form of the statement is shown."""
    with pytest.raises(ConditionSyntaxError) as caught:
        parse(text)
    assert (caught.value.suggestion, caught.value.form) == (None, form)


@pytest.mark.parametrize("text", ["cron 0 0 30 2 *", "cron 0 0 31 4,6 *", "~every 10 s",
                                  "~(daily & cron 0 7 * * *)", "~daily at 10:00"])  # fmt: skip
def test_impossible_text(text):
    """What never comes, and the opposite of an instant, are refused when read."""
    with pytest.raises(ImpossibleCondition):
        parse(text)


@pytest.mark.parametrize("bad", [None, 5, b"daily", ["daily"], True])
def test_refuses_what_is_no_text(bad):
    """Only text is read."""
    with pytest.raises(InvalidInput):
        parse(bad)


@pytest.mark.parametrize("opening", ["(", "~(", "(daily & ", "(daily | (hourly & "])
def test_deep_nesting_is_refused(opening):
    """Hundreds of parentheses give a syntax error, never a RecursionError."""
    with pytest.raises(ConditionSyntaxError, match="nest at most"):
        parse(opening * 600)


def test_moderate_nesting_is_read():
    """Nesting within the limit is read, printed and asked."""
    text = "daily"
    for _ in range(24):
        text = f"hourly & (minutely | {text})"
    assert str(parse(text)) == text


def test_many_negations_are_read():
    """Negations cancel, however many."""
    assert parse("~" * 3001 + "daily") == ~daily


def test_long_texts():
    """A long flat text is read; one beyond a limit is refused with the limit and the place."""
    most = MOST_TOKENS // 2
    assert len(parse(" & ".join(["daily"] * most)).conditions) == most
    assert parse(f"param 'x' is '{'a' * 60_000}'").value == "a" * 60_000
    with pytest.raises(ConditionSyntaxError, match="characters"):
        parse("daily & " * (LONGEST_TEXT // 8) + "hourly")
    with pytest.raises(ConditionSyntaxError, match="at most 4000 words, signs") as caught:
        parse(" & ".join(["daily"] * (most + 1)))
    assert caught.value.position == len("daily & ") * most
    with pytest.raises(ConditionSyntaxError, match="no statement begins with 'evry'"):
        parse(" & ".join(["daily"] * (most - 1)) + " & evry")
    with pytest.raises(ConditionSyntaxError):
        parse("'" + "\\" * 60_000)


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.sampled_from([*"&|~(),", "daily", "after", "task", "'a'", "10:00", "between",
                                 "and", "cron", "*", "0", "has", "failed", "today", ">=", "3",
                                 "param", "is", "f(", "x=", '"', "every", "10", "s"]),
                max_size=12))  # fmt: skip
def test_any_text_is_read_or_refused(parts):
    """Any soup of tokens is either a condition or an InvalidInput."""
    try:
        tree = parse(" ".join(parts), CUSTOMS)
    except InvalidInput:
        return
    assert parse(str(tree)) == tree


@given(st.text(max_size=40))
def test_any_characters_are_read_or_refused(text):
    """Any text at all is either a condition or an InvalidInput."""
    try:
        parse(text)
    except InvalidInput:
        return


def test_parsed_texts_are_shared():
    """The same text gives the same object: conditions are immutable."""
    assert parse("daily after 07:01") is parse("daily after 07:01")


# -- custom conditions by name


@pytest.mark.parametrize(
    "text",
    [
        "file_exists()",
        "file_exists('a b')",
        "file_exists('a', 3)",
        "file_exists('a', size=3, strict=true)",
        "file_exists(size=1.5) & daily",
        "~file_exists(strict=none)",
    ],
)
def test_custom_conditions_round_trip(text):
    """Registered conditions are called by name with constants, and print so."""
    tree = parse(text, CUSTOMS)
    assert str(tree) == text
    assert parse(str(tree), CUSTOMS) == tree


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("file_exist()", "file_exists()"),
        ("file_exists", "file_exists()"),
        ("file_exists & daily", "file_exists() & daily"),
    ],
)
def test_custom_names_are_suggested(text, expected):
    """A misspelt or bare custom name is answered with the call."""
    with pytest.raises(ConditionSyntaxError) as caught:
        parse(text, CUSTOMS)
    assert caught.value.suggestion == expected


@pytest.mark.parametrize("text", ["file_exists('a', 1, 2)", "file_exists(other=1)",
                                  "file_exists(size=1, 2)", "file_exists(size=1, size=2)",
                                  "file_exists(", "file_exists(a b)", "file_exists('a' 'b')",
                                  "file_exists(1 = 2)"])  # fmt: skip
def test_bad_calls_are_refused(text):
    """Arguments that the function does not take, or that are no constants, are refused."""
    with pytest.raises(ConditionSyntaxError):
        parse(text, CUSTOMS)


def test_a_text_is_not_remembered_across_customs():
    """What a name means depends on the conditions at hand, not on who read the text before."""
    with pytest.raises(ConditionSyntaxError):
        parse("file_exists()")
    assert parse("file_exists()", CUSTOMS).func is file_exists.func
    with pytest.raises(ConditionSyntaxError):
        parse("file_exists()", {"other": file_exists})


def test_operators_accept_text():
    """`&` and `|` take texts on either side."""
    assert daily & "hourly" == parse("daily & hourly")
    assert "daily" | every("10 s") == parse("daily | every 10 s")
    assert isinstance("daily" & time_of_day, All)
    assert isinstance(daily | "hourly", Any)
    with pytest.raises(InvalidInput):
        daily & 5


@pytest.mark.parametrize(("text", "form"), [("500", ".500"), ("50", ".050"), ("5", ".005")])
@pytest.mark.parametrize("word", ["starting", "at", "after"])
def test_milliseconds_are_refused_with_the_form_to_write(word, text, form):
    """A second is divided by a fraction; the refusal says which one was meant, and it is read."""
    with pytest.raises(ConditionSyntaxError, match=f"{text} milliseconds are [.]{form[1:]}"):
        parse(f"secondly {word} {text}")
    assert parse(f"secondly {word} {form}")
