"""Durations are read as people write them, and printed so that they are read back."""

import contextlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redengine.durations import LONGEST, format_duration, parse_duration
from redengine.exceptions import InvalidInput


@pytest.mark.parametrize(
    ("given_value", "seconds"),
    [
        ("10 min", 600),
        ("1 hour 30 min", 5400),
        ("1h30m", 5400),
        ("1 hour, 30 minutes and 5 s", 5405),
        ("500 ms", 0.5),
        ("0.1 s", 0.1),
        (".5 s", 0.5),
        ("250 µs", 0.00025),
        ("2 days", 172800),
        ("1 week", 604800),
        ("00:10:00", 600),
        ("1 day, 2:00:00", 93600),
        ("0:00:00.250000", 0.25),
        ("90", 90),
        ("10 SECONDS", 10),
        (90, 90),
        (1.5, 1.5),
        (0, 0),
        (timedelta(hours=1), 3600),
    ],
)
def test_reads(given_value, seconds):
    """Texts with units, clocks, bare numbers and timedeltas are durations."""
    assert parse_duration(given_value) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "bad",
    ["", " ", "soon", "10 parsecs", "-5 s", -5, "1 5 s", "10 min x", True, None, [], float("nan"),
     float("inf"), 1e300, "99999999999999 days", "1001 years", timedelta(seconds=-1), "9" * 300,
     timedelta.max, "10 min" * 100, "1.2.3 s"],
)  # fmt: skip
def test_refuses(bad):
    """What is no duration, negative or beyond a thousand years is refused, naming the field."""
    with pytest.raises(InvalidInput) as caught:
        parse_duration(bad, field="timeout")
    assert list(caught.value.fields) == ["timeout"]


def test_names_the_nearest_unit():
    """A misspelt unit is answered with the nearest one."""
    with pytest.raises(InvalidInput, match="did you mean 'minutes'"):
        parse_duration("10 minuts")


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(0), "0 seconds"),
        (timedelta(hours=1, minutes=30), "1 hour 30 minutes"),
        (timedelta(days=1), "1 day"),
        (timedelta(milliseconds=1500), "1 second 500 milliseconds"),
    ],
)
def test_formats(duration, text):
    """The canonical text names the units that are not zero."""
    assert format_duration(duration) == text


@given(st.timedeltas(min_value=timedelta(0), max_value=LONGEST))
def test_round_trip(duration):
    """Every duration is read back from its text."""
    assert parse_duration(format_duration(duration)) == duration


@given(st.text(alphabet="0123456789 .:,smhdinaours-", max_size=30))
def test_reads_or_refuses(text):
    """Any text is either a duration or refused: nothing else is raised."""
    with contextlib.suppress(InvalidInput):
        assert timedelta(0) <= parse_duration(text) <= LONGEST
