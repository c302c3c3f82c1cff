"""Fixtures of all tests."""

import pytest

from redengine.testing import ManualSession


@pytest.fixture
def session():
    """A session over virtual time, in UTC, from Thursday 2026-01-01; closed after the test."""
    with ManualSession(start="2026-01-01T00:00") as made:
        yield made


@pytest.fixture(autouse=True)
def _fresh_default_session():
    """No test inherits another one's default session."""
    from redengine.scheduler.default import forget_default

    forget_default()
    yield
    forget_default()
