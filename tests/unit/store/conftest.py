"""Entries to write, and stores that are closed at the end of a test."""

from datetime import UTC, datetime, timedelta

import pytest
from store_servers import SERVERS, server_for_test

from redengine.query import parse_query
from redengine.store import JobEntry, LogEntry, Store

START = datetime(2026, 3, 7, 12, tzinfo=UTC)


class Make:
    """Entries with what a test does not care about filled in."""

    start = START

    @staticmethod
    def at(seconds):
        return START + timedelta(seconds=seconds)

    @classmethod
    def log(cls, number, action="run", task="fetch", **values):
        return LogEntry(number, cls.at(number), action, task, **values)

    @classmethod
    def job(cls, name, status="success", task="fetch", **values):
        return JobEntry(
            **{
                "job_id": name,
                "task": task,
                "status": status,
                "trigger": "api",
                "submitted_at": START,
                **values,
            }
        )

    @staticmethod
    def query(fields, *items, **options):
        return parse_query(items, fields, zone=UTC, **options)


@pytest.fixture(scope="session")
def make():
    """Makes entries and queries."""
    return Make


@pytest.fixture
def opened():
    """Opens stores, and closes them at the end."""
    stores = []

    def open_store(url=None, **options):
        store = Store.open(url, **options)
        stores.append(store)
        return store

    yield open_store
    for store in stores:
        store.close(timeout=0)


@pytest.fixture
def file_url(tmp_path):
    """The URL of a file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'jobs.db'}"


@pytest.fixture(params=SERVERS)
def server(request):
    """A place of its own on each kind of server."""
    with server_for_test(request.param) as server:
        yield server
