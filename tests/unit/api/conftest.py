"""Fixtures of the API's tests: a session that runs nothing, its API, and a client."""

from __future__ import annotations

import pytest
from api_fakes import FakeSession

from redengine.api import FlaskAPI


@pytest.fixture
def session():
    """A session with two tasks."""
    session = FakeSession()
    session.create_task({"name": "fetch", "priority": 1})
    session.create_task({"name": "report", "priority": 2, "parameters": {"day": "today"}})
    return session


@pytest.fixture
def api(session):
    """The API of the session, not listening."""
    return FlaskAPI(port=0, session=session)


@pytest.fixture
def client(api):
    """A client that calls the application without a network."""
    return api.app.test_client()
