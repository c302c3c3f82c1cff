"""How the command line speaks and reads: plain words, escapes, values, tables."""

import json
import unicodedata

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redengine.cli.printing import Column, table_lines
from redengine.cli.settings import assignments, filters, json_or_text
from redengine.cli.text import json_text, printable, span
from redengine.conditions import FORMS, CustomCondition, Has, IsRunning, parse
from redengine.conditions.insight.speaking import cron_words, spoken


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 7 * * *", "at 07:00"),
        ("0 7 * * mon-fri", "at 07:00, on Monday to Friday"),
        ("0 7,19 * * 0", "at 07:00 and 19:00, on Sunday"),
        ("0 0 * * 7", "at 00:00, on Sunday"),
        ("*/5 * * * *", "at every 5th minute"),
        ("*/5 8-17 * * 1-5", "at every 5th minute of hour 8 to 17, on Monday to Friday"),
        ("* * * * *", "at every minute"),
        ("30 * * * *", "at minute 30"),
        ("0 0 1 jan,jul *", "at 00:00, on day 1 of the month, in January and July"),
        ("0 0 1 * fri", "at 00:00, on day 1 of the month or Friday"),
        ("0 0 l * *", "at 00:00, on the last day of the month"),
        ("0 0 * * 5#2", "at 00:00, on the 2nd Friday of the month"),
        ("0 12 * * * 30", "at 12:00 and second 30"),
        ("0 12 * * * */10", "at 12:00 and every 10th second"),
        ("3-23/4 * * * *", "at every 4th minute from minute 3 to 23"),
        ("@weekly", "at 00:00, on Sunday"),
    ],
)
def test_cron_in_plain_words(expression, words):
    """What cannot be said better is said as it is written."""
    assert cron_words(expression) == words


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("every 90 s", ["every 1 minute 30 seconds, the first time at once"]),
        ("daily", ["once every day, at the first chance"]),
        ("daily after 07:00", ["once every day, after 07:00, at the first chance"]),
        ("weekly at Monday 07:00", ["every week at Monday 07:00"]),
        ("time of hour before 30:00", ["while the time of hour is before 30:00"]),
        ("after task 'a' failed", ["after task 'a' has failed, once each time"]),
        ("after tasks 'a', 'b'",
         ["after each of the tasks 'a', 'b' has succeeded, since it last started"]),
        ("has succeeded today", ["while it has succeeded today"]),
        ("task 'a' is running", ["while task 'a' is running"]),
        ("param 'mode' is 'fast'", ["while the session parameter 'mode' is 'fast'"]),
        ("param 'a is b' is 3", ["while the session parameter 'a is b' is 3"]),
        ("env 'prod'", ["while the session parameter 'env' is 'prod'"]),
        ("retry 1", ["again after it failed, up to 1 time"]),
        ("always false", ["never by itself, only by hand"]),
        ("scheduler has run over 1 hour", ["while the scheduler has run over 1 hour"]),
        ("~param 'a' exists",
         ["when this does not hold:", "- while there is a session parameter 'a'"]),
        ("daily & (param 'a' exists | env 'b')",
         ["when all of this holds:",
          "- once every day, at the first chance",
          "- when any of this holds:",
          "  - while there is a session parameter 'a'",
          "  - while the session parameter 'env' is 'b'"]),
    ],
)  # fmt: skip
def test_a_condition_in_plain_words(text, lines):
    """Combinations are lists, and nest."""
    assert spoken(parse(text)) == lines


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.example)
def test_every_form_has_plain_words(form):
    """None falls back on its own text, but for what is plain already."""
    condition = parse(form.example)
    is_plain = isinstance(condition, Has | IsRunning)
    assert is_plain or spoken(condition) != [f"while {condition}"]


def test_a_condition_of_ones_own_is_named():
    """There is nothing else to say of it."""

    class QueueIsShort(CustomCondition):
        def check(self):
            return True

    assert spoken(QueueIsShort()) == [f"while your own condition {QueueIsShort()} holds"]


@given(st.text())
def test_nothing_printable_is_obeyed_by_a_terminal(text):
    """No control character, no turn of direction, no half of a pair is left."""
    shown = printable(text)
    assert not any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in shown)
    assert not any(unicodedata.bidirectional(each) in {"RLO", "LRO", "RLE"} for each in shown)


def test_escapes_are_those_of_python():
    """So that they can be read; kept ones stay."""
    text = "a\x1b[2J\n\x9b\u202e\ud800\U000e0041é😀"
    assert printable(text) == r"a\x1b[2J\n\x9b\u202e\ud800\U000e0041é😀"
    assert printable("a\nb\tc", keep="\n") == "a\nb\\tc"


@given(
    st.recursive(st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_json_means_the_same_and_is_not_obeyed(value):
    """It is read back as what it was, half pairs too."""
    text = json_text(value)
    assert json.loads(text) == value
    assert printable(text, keep="\n") == text


@given(st.text())
def test_a_value_is_json_or_text(text):
    """Nothing is refused, and `NaN` is text."""
    value = json_or_text(text)
    assert value == text or json.dumps(value) != json.dumps(text)
    assert json_or_text("NaN") == "NaN"


def test_deep_json_is_text():
    """What is nested too deeply to be read does not end the command."""
    deep = "[" * 100_000
    assert json_or_text(deep) == deep


def test_assignments_have_a_name_once():
    """Only the first sign of equality parts them."""
    assert assignments(["a=b=c", "n=1"]) == {"a": "b=c", "n": 1}
    with pytest.raises(click.UsageError, match="a is given twice"):
        assignments(["a=1", "a=2"])


def test_filters_are_any_of_their_values():
    """Those of options and those in the API's language come together."""
    assert filters(["status=fail", "a$min=1"], status=("crash",), name=None) == {
        "status": ["crash", "fail"],
        "a$min": ["1"],
    }
    with pytest.raises(click.UsageError, match=r"say --limit"):
        filters(["$limit=3"])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0, "0 s"), (0.00001, "1 ms"), (0.25, "250 ms"), (5.25, "5.25 s"),
     (59.9999, "60 s"), (61, "1 min 1 s"), (3600, "1 h 0 min"), (100_000, "1 d 3 h")],
)  # fmt: skip
def test_spans_are_short(seconds, text):
    """Two units at most."""
    assert span(seconds) == text


def test_tables_are_aligned_by_what_a_terminal_shows():
    """Wide characters take two places; columns without anything are left out."""
    columns = (
        Column("NAME", lambda each: each["name"]),
        Column("EMPTY", lambda each: ""),
        Column("N", lambda each: each["n"]),
    )
    entries = [{"name": "日本", "n": "1"}, {"name": "ab", "n": "2"}]
    lines = [click.unstyle(line) for line in table_lines(entries, columns)]
    assert lines == ["NAME  N", "日本  1", "ab    2"]
