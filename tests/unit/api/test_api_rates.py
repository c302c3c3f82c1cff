"""Limits: how often somebody may ask."""

import threading

import pytest

from redengine.api.auth import rates
from redengine.api.auth.rates import Counter, Rate, Rates, Standing, rate_of
from redengine.api.errors import TooManyRequests
from redengine.exceptions import InvalidInput


class Clock:
    """Seconds that a test sets."""

    seconds = 100.0

    def __call__(self):
        return self.seconds


@pytest.mark.parametrize(
    ("text", "amount", "seconds"),
    [
        ("60/minute", 60, 60),
        ("5 per 2 hours", 5, 7200),
        ("1/day", 1, 86_400),
        (" 10/Second ", 10, 1),
    ],
)
def test_a_limit_is_read(text, amount, seconds):
    """The notation is that of Flask-Limiter."""
    assert rate_of(text, "rate_limit")[:2] == (amount, seconds)


@pytest.mark.parametrize(
    "text", ["", "5", "x/minute", "5/fortnight", "0/minute", "-1/minute", None, 5]
)
def test_a_limit_that_cannot_be_read_names_the_form(text):
    """The error shows what a limit looks like."""
    with pytest.raises(InvalidInput, match="such as '60/minute'") as caught:
        Rates({"write": text})
    assert list(caught.value.fields) == ["rate_limit.write"]


def test_a_window_begins_with_the_first_request():
    """So many pass in a window; after its end as many pass again."""
    clock = Clock()
    counter = Counter(Rate(2, 60, "2 per 1 minute"), clock)
    assert counter.take("a") == (True, Standing(2, 1, 60))
    clock.seconds += 30.5
    assert counter.take("a") == (True, Standing(2, 0, 30))
    assert counter.take("a") == (False, Standing(2, 0, 30))
    assert counter.take("b") == (True, Standing(2, 1, 60))
    clock.seconds += 29.5
    assert counter.take("a") == (True, Standing(2, 1, 60))


def test_exactly_as_many_pass_as_may_with_eight_threads():
    """Threads that ask at the same moment are counted one by one."""
    for _ in range(50):
        counter = Counter(Rate(5, 3600, "5 per 1 hour"))
        barrier = threading.Barrier(8)
        passed = []

        def ask(counter=counter, barrier=barrier, passed=passed):
            barrier.wait(60)
            passed.append(counter.take("a")[0])

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(passed) == [False] * 3 + [True] * 5


def test_many_callers_do_not_fill_the_memory(monkeypatch):
    """Ended windows are forgotten first, then the oldest."""
    monkeypatch.setattr(rates, "MOST_COUNTED", 10)
    clock = Clock()
    counter = Counter(Rate(1, 60, "1 per 1 minute"), clock)
    for number in range(10):
        counter.take(f"old {number}")
    clock.seconds += 59
    counter.take("young")
    assert len(counter._windows) == 10
    clock.seconds += 2
    for number in range(12):
        counter.take(f"new {number}")
        assert len(counter._windows) <= 10
    assert counter.take("new 11")[0] is False


def test_kinds_of_requests_are_counted_apart():
    """One text limits reading, changing and submitting, each for itself."""
    limits = Rates("1/hour")
    for bucket in ("read", "write", "submit"):
        assert limits.take(bucket, "a")[0]
        assert not limits.take(bucket, "a")[0]
    assert Rates({"submit": "1/hour"}).take("read", "a") is None
    assert not Rates().limits_requests
    assert not Rates({"login": "3/hour"}).limits_requests


def test_wrong_keys_are_limited_unless_told_otherwise():
    """Ten a minute are looked at; a success in between takes nothing away."""
    clock = Clock()
    limits = Rates(now=clock)
    for _ in range(10):
        limits.check_logins("10.0.0.1")
        limits.note_wrong_login("10.0.0.1")
    with pytest.raises(TooManyRequests) as caught:
        limits.check_logins("10.0.0.1")
    assert caught.value.retry_after_s == 60
    with pytest.raises(TooManyRequests, match="with a wrong key"):
        limits.note_wrong_login("10.0.0.1")
    limits.check_logins("10.0.0.2")
    clock.seconds += 60
    limits.check_logins("10.0.0.1")
