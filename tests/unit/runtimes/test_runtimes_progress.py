"""What a job tells of its progress is checked, thinned out, and never loses the last."""

from __future__ import annotations

import threading
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redengine.exceptions import InvalidInput
from redengine.runtimes import JobContext, Progress
from redengine.runtimes.progress import LONGEST_PROGRESS_TEXT, Meter, checked_progress

WAIT_S = 30.0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((3, 10, "three"), (3, 10, "three")),
        ((0.5, 1.0, None), (0.5, 1.0, None)),
        ((3, None, None), (3, None, None)),
        ((11, 10, None), (10, 10, None)),
        ((5, 0, None), (5, 0, None)),
        ((Decimal("2.5"), Fraction(5, 1), None), (2.5, 5.0, None)),
    ],
)
def test_progress_is_kept_as_numbers_that_json_has(given, kept):
    """More than all is all; a total of 0 is not reckoned with; other numbers are converted."""
    progress = checked_progress(*given)
    assert progress == kept
    assert {type(progress.done), type(progress.total)} <= {int, float, type(None)}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ((-1,), "done"),
        ((float("nan"),), "done"),
        ((float("inf"),), "done"),
        (("3",), "done"),
        ((True,), "done"),
        ((None,), "done"),
        ((2**64,), "done"),
        ((1, -1), "total"),
        ((1, float("nan")), "total"),
        ((1, "ten"), "total"),
        ((1, 2, 3), "text"),
    ],
)
def test_what_is_no_progress_is_refused_in_the_tasks_own_code(given, field):
    """The error names the field; what was told before stays."""
    context = JobContext("1", "t")
    context.progress(1, 2)
    with pytest.raises(InvalidInput) as caught:
        context.progress(*given)
    assert list(caught.value.fields) == [field]
    assert context.latest_progress == (1, 2, None)


def test_a_long_text_is_cut_and_broken_characters_are_escaped():
    """What is shown in lists and terminals is bounded and can be written as UTF-8."""
    assert len(checked_progress(1, 2, "x" * 10_000).text) == LONGEST_PROGRESS_TEXT
    checked_progress(1, 2, "\ud800 half a pair, ü whole").text.encode()


class Taken(list):
    """Takes progress, and wakes who waits for so many."""

    def __init__(self):
        super().__init__()
        self.changed = threading.Condition()

    def take(self, progress):
        with self.changed:
            self.append(progress)
            self.changed.notify_all()

    def wait_for(self, number):
        with self.changed:
            return self.changed.wait_for(lambda: len(self) >= number, WAIT_S)


def test_a_million_calls_are_few_updates_and_the_last_one_comes():
    """What is told in quick succession is thinned out; the close passes the last one on."""
    taken = Taken()
    context = JobContext("1", "t", on_progress=taken.take, progress_every_s=3600)
    for number in range(1_000_000):
        context.progress(number)
    context.close()
    context.progress(5)
    assert [progress.done for progress in taken] == [0, 999_999]


def test_what_came_too_soon_is_passed_on_without_another_call():
    """Silence after a burst does not hide the last of the burst."""
    taken = Taken()
    meter = Meter(taken.take, every_s=0.05)
    for number in range(100):
        meter.tell(Progress(number))
    assert taken.wait_for(2)
    assert taken[0].done == 0
    assert taken[-1].done == 99


def test_every_call_is_passed_on_where_no_pace_is_wanted():
    """On a virtual clock nothing waits."""
    taken = Taken()
    meter = Meter(taken.take, every_s=0)
    for number in range(5):
        meter.tell(Progress(number))
    assert [progress.done for progress in taken] == [0, 1, 2, 3, 4]


def test_a_taker_that_fails_does_not_stop_the_pace(caplog):
    """The thread that comes for late progress logs the error and serves the others."""
    taken = Taken()

    def fail(progress):
        taken.take(progress)
        if len(taken) == 2:
            raise OSError("gone")

    meter = Meter(fail, every_s=0.02)
    for number in range(2):
        meter.tell(Progress(number))
    assert taken.wait_for(2)
    meter.tell(Progress(7))
    assert taken.wait_for(3)
    assert taken[-1].done in {1, 7}
    meter.close()
    assert taken[-1].done == 7
    assert "could not be passed on" in caplog.text


def test_threads_that_tell_at_once_lose_nothing():
    """After the close the last progress is one that was told last by a thread."""
    taken = Taken()
    context = JobContext("1", "t", on_progress=taken.take, progress_every_s=0.001)
    start = threading.Barrier(4)

    def work():
        start.wait()
        for number in range(2_000):
            context.progress(number)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    context.close()
    assert taken[-1] is context.latest_progress


@given(st.lists(st.integers(min_value=0, max_value=100), min_size=1))
def test_the_last_one_is_never_lost(numbers):
    """Whatever was told, what was passed on last is what was told last."""
    taken = []
    meter = Meter(taken.append, every_s=3600)
    for number in numbers:
        meter.tell(Progress(number))
    meter.close()
    assert taken[-1].done == numbers[-1]
    assert len(taken) <= 2
