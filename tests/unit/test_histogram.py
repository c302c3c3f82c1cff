"""How measured values are counted by bucket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redengine.support.histogram import NUMBERS, SECONDS, SHORT_SECONDS, Histogram


@given(st.lists(st.floats(0, 10_000), max_size=50))
def test_a_spread_counts_what_is_at_most_each_bound(values):
    """Bounds are included, and the last figure is the number of all values."""
    histogram = Histogram(SECONDS)
    for value in values:
        histogram.note(value)
    expected = [sum(value <= bound for value in values) for bound in SECONDS]
    assert histogram.cumulated() == [*expected, len(values)]
    assert histogram.total == pytest.approx(sum(values))


@pytest.mark.parametrize("bounds", [SECONDS, SHORT_SECONDS, NUMBERS])
def test_bounds_rise(bounds):
    """Otherwise a value would be counted nowhere."""
    assert list(bounds) == sorted(set(bounds))


def test_a_spread_shows_itself_in_a_line():
    """How many values there are, and their sum."""
    histogram = Histogram()
    histogram.note(2.5)
    assert repr(histogram) == "Histogram(1 values, 2.5 in all)"
