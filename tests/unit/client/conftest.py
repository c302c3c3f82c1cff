"""Fixtures of the client's tests."""

from __future__ import annotations

import pytest

from redengine.client._generated.connection import Connection
from redengine.client.aio.connection import AsyncConnection


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch, tmp_path):
    """Neither the environment nor a file of the machine says where the API is."""
    monkeypatch.delenv("REDENGINE_URL", raising=False)
    monkeypatch.delenv("REDENGINE_API_KEY", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def waits(monkeypatch):
    """The waits of all clients, which are noted and not made."""
    noted = []

    def sleep(self, seconds):
        noted.append(seconds)

    async def async_sleep(self, seconds):
        noted.append(seconds)

    monkeypatch.setattr(Connection, "sleep", sleep)
    monkeypatch.setattr(AsyncConnection, "sleep", async_sleep)
    return noted
