"""Fixtures of the scheduler's tests."""

import functools
import logging
import traceback
import warnings
import weakref

import pytest

from redengine.scheduler.core import Core


@pytest.fixture(autouse=True)
def _no_handler_under_a_lock(monkeypatch):
    """A test in which a log handler or a warning is called under a session's lock fails."""
    cores = weakref.WeakSet()
    make = Core.__init__
    under = []

    @functools.wraps(make)
    def note(self, clock):
        make(self, clock)
        cores.add(self)

    def watched(call):
        @functools.wraps(call)
        def look(*args, **options):
            if any(core.lock._is_owned() for core in list(cores)):
                under.append("".join(traceback.format_stack(limit=8)))
            return call(*args, **options)

        return look

    monkeypatch.setattr(Core, "__init__", note)
    monkeypatch.setattr(logging.Logger, "handle", watched(logging.Logger.handle))
    monkeypatch.setattr(warnings, "warn", watched(warnings.warn))
    yield
    assert not under, under[0]
