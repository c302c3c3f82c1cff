"""Fixtures of all tests."""

import pytest

from redengine.testing import ManualSession


@pytest.fixture
def session():
    """A session over virtual time, in UTC, from Thursday 2026-01-01; closed after the test."""
    with ManualSession(start="2026-01-01T00:00") as made:
        yield made


@pytest.fixture(autouse=True)
def _no_keys_of_the_environment(monkeypatch):
    """No API of a test asks for a key that somebody has set for real."""
    for name in ("REDENGINE_API_KEY", "REDENGINE_API_KEYS", "REDENGINE_API_KEY_ENABLED"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _fresh_default_session():
    """No test inherits another one's default session."""
    from redengine.scheduler.default import forget_default

    forget_default()
    yield
    forget_default()
