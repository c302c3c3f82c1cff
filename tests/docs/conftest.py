"""Fixtures of the documentation's tests."""

import pytest
from docs_support import Stage


@pytest.fixture
def stage(monkeypatch, tmp_path):
    """Runs scripts in an empty folder, and stops what they started."""
    monkeypatch.chdir(tmp_path)
    made = Stage(monkeypatch)
    yield made
    made.close()
