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


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item):
    """Stop a test's sessions before its captured output is read.

    Reading cuts the file off that other threads would be printing to, and CPython 3.11 does not
    survive that: its text streams are not safe to truncate under a writer.
    """
    try:
        return (yield)
    finally:
        stage = item.funcargs.get("stage")
        if stage is not None:
            stage.close()
