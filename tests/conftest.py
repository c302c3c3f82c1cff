"""Fixtures of all tests."""

import functools
import signal
import socket
import weakref

import pytest
import thoroughness

from redengine import Session
from redengine.testing import ManualSession

FIRST_CHOSEN_PORT = 32_768
"""Where systems begin to choose ports where they are left the choice; Linux by default here."""


def pytest_addoption(parser):
    """Have golden files written, not compared, on demand."""
    parser.addoption("--rewrite-golden", action="store_true", help="write tests/house/golden")


def pytest_configure(config):
    """Let Ctrl-C interrupt tests and their children, also where a shell's `&` has it ignored."""
    thoroughness.choose(is_long=config.option.markexpr != "not slow")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_ignore_collect(collection_path, config):
    """Where no slow test runs, pass over those that it takes each worker seconds to collect."""
    is_long = collection_path.name == "test_acceptance_openapi_edges.py"
    return True if is_long and config.option.markexpr == "not slow" else None


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
def _no_fixed_port(monkeypatch):
    """A test that listens on a port of its own choice fails: something else may have it."""
    bind = socket.socket.bind

    def bind_any(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6} and 0 < address[1] < FIRST_CHOSEN_PORT:
            pytest.fail(f"a test takes port {address[1]}; let the system choose with port=0")
        return bind(self, address)

    monkeypatch.setattr(socket.socket, "bind", bind_any)


@pytest.fixture(autouse=True)
def _fresh_default_session():
    """No test inherits another one's default session."""
    from redengine.sessions import forget_default

    forget_default()
    yield
    forget_default()


@pytest.fixture(autouse=True)
def _no_session_left_running(monkeypatch):
    """A test that leaves a session running fails, and the session is stopped."""
    started = []
    start = Session.start

    @functools.wraps(start)
    def note(self, *, block=True):
        started.append(weakref.ref(self))
        return start(self, block=block)

    monkeypatch.setattr(Session, "start", note)
    yield
    sessions = {session for each in started if (session := each()) is not None}
    running = {each for each in sessions if each.state not in {"initialised", "stopped"}}
    left = [each for each in running if not each._environment.is_virtual]
    for session in left:
        session.shut_down(0)
    assert not left, "a test has to shut down the sessions that it starts"
