"""Callers that do not read, do not send, or are too many: others are answered meanwhile."""

import json
import socket
import threading
import time

import pytest
from test_api_door_server import FAR_S, call, raw, serving

from redengine.api import FlaskAPI
from redengine.api.http.channel import Server
from redengine.exceptions import InvalidInput

SOON_S = 15.0
"""Within this a caller who behaves is answered, whatever others do."""
GET = b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"


def lives(api):
    """Whether the API answers a new caller soon."""
    began = time.monotonic()
    status = call(api, "GET", "/health/live")[0]
    return status == 200 and time.monotonic() - began < SOON_S


def connected(api, content=b""):
    """A connection with a small window, over which something was sent."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.settimeout(FAR_S)
    connection.connect(("127.0.0.1", api.port))
    connection.sendall(content)
    return connection


@pytest.fixture
def opened():
    """Connections that are closed when the test ends."""
    connections = []
    yield connections
    for each in connections:
        each.close()


def comes(is_so):
    """Whether something comes about before long."""
    ticks = threading.Event()
    return any(is_so() or ticks.wait(0.02) for _ in range(int(FAR_S / 0.02)))


def is_closed(connection):
    """Whether the server closes the connection before long."""
    connection.settimeout(FAR_S)
    try:
        while connection.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def test_callers_that_never_read_hold_no_thread_between_answers(session, opened):
    """Eight connections that ask for large answers in a row, and read none, stop nobody."""
    session.tasks["fetch"].data["description"] = "x" * 3_000_000
    with serving(session) as api:
        opened += [connected(api, GET % b"/tasks/fetch" * 20) for _ in range(8)]
        for _ in range(3):
            assert lives(api)


def test_callers_that_never_read_a_stream_hold_few_threads(session, opened):
    """Eight connections that do not read what a route streams leave threads for others."""
    began = threading.Semaphore(0)
    with serving(session) as api:

        @api.app.get("/long-answer")
        def stream():
            began.release()
            return (b"x" * 500_000 for _ in range(200)), 200

        for _ in range(8):
            opened.append(connected(api, GET % b"/long-answer"))
            assert began.acquire(timeout=FAR_S)
        assert lives(api)


def test_a_caller_that_reads_at_last_gets_all_answers(session):
    """Answers that were held back until the caller read the earlier ones come in order."""
    session.tasks["fetch"].data["description"] = "x" * 3_000_000
    close = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with serving(session) as api:
        seen = raw(api, GET % b"/tasks/fetch" * 4 + close)
    assert seen.count(b"HTTP/1.1 200 OK") == 5
    assert seen.count(b"x" * 3_000_000) == 4
    assert seen.rstrip().endswith(b'{"status":"alive"}')


def test_a_stream_arrives_whole_at_a_slow_reader(session):
    """A caller that reads slowly is waited for, as long as it reads."""
    with serving(session) as api:

        @api.app.get("/long-answer")
        def stream():
            return (b"%08d" % number * 50_000 for number in range(20)), 200

        with connected(api, GET % b"/long-answer") as connection:
            seen = b""
            while part := connection.recv(200_000):
                seen += part
    assert seen.endswith(b"00000019" * 50_000 + b"\r\n0\r\n\r\n")


def test_a_caller_that_never_reads_is_let_go(session, opened, monkeypatch):
    """The connection of a caller that reads nothing is closed after the timeout."""
    add_task, parked = Server.add_task, []

    def noted(self, channel):
        add_task(self, channel)
        parked.append(channel.is_parked)

    monkeypatch.setattr(Server, "add_task", noted)
    session.tasks["fetch"].data["description"] = "x" * 3_000_000
    with serving(session, request_timeout=2) as api:
        opened.append(connected(api, GET % b"/tasks/fetch" * 20))
        assert comes(lambda: any(parked))
        assert comes(lambda: not api._serving._server.active_channels)


@pytest.mark.parametrize("content", [b"", b"GET /tasks HTTP/1.1\r\nX: "])
def test_silent_connections_keep_nobody_out(session, opened, content):
    """For a connection over the limit the one that is idle longest is closed."""
    with serving(session, max_connections=20) as api:
        opened += [connected(api, content) for _ in range(40)]
        for _ in range(5):
            assert lives(api)
        assert is_closed(opened[0])
        assert len(api._serving._server.active_channels) <= 20


def test_as_many_silent_connections_as_waitress_would_take_keep_nobody_out(session, opened):
    """A hundred and ten connections that never send are no matter without any setting."""
    with serving(session) as api:
        opened += [connected(api) for _ in range(110)]
        assert lives(api)


def test_a_connection_in_use_is_not_closed_for_another(session, opened):
    """A request that is being answered is not the one that makes room."""
    is_asked, may_end = threading.Event(), threading.Event()
    with serving(session, max_connections=3) as api:

        @api.app.get("/long")
        def long():
            is_asked.set()
            return "done" if may_end.wait(FAR_S) else "late"

        busy = connected(api, GET % b"/long")
        opened.append(busy)
        assert is_asked.wait(FAR_S)
        opened += [connected(api) for _ in range(6)]
        assert lives(api)
        may_end.set()
        assert busy.recv(65_536).endswith(b"done")


def test_the_limit_of_connections_is_said_once(session, opened, caplog):
    """The log tells when connections are closed to make room, and does not repeat it."""
    with serving(session, max_connections=3) as api:
        opened += [connected(api) for _ in range(12)]
        assert lives(api)
    (line,) = [each for each in caplog.messages if "idle longest" in each]
    assert line.startswith("3 connections are open")


@pytest.mark.parametrize("bad", [1, 0, True, "many", 1_000_000])
def test_a_limit_of_connections_that_makes_no_sense_is_refused(session, bad):
    """The error names the argument and the range."""
    with pytest.raises(InvalidInput, match="max_connections: expected a number from 2 to 100000"):
        FlaskAPI(port=0, session=session, max_connections=bad)


# -- what the server refuses itself

AMBIGUOUS = (
    b"POST /tasks/fetch/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"NONSENSE\r\n\r\n", 400, "VALIDATION_ERROR"),
        (AMBIGUOUS, 400, "VALIDATION_ERROR"),
        (AMBIGUOUS.replace(b"HTTP/1.1", b"HTTP/1.0"), 400, "VALIDATION_ERROR"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400, "VALIDATION_ERROR"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 300_000, 431, "HEADERS_TOO_LARGE"),
        (
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n",
            413,
            "PAYLOAD_TOO_LARGE",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n",
            501,
            "NOT_IMPLEMENTED",
        ),
    ],
)
def test_a_refusal_of_the_server_can_be_found_again(session, content, status, code):
    """It has the envelope with an id, the header with the same id, and ends the connection."""
    with serving(session) as api, connected(api, content + GET % b"/tasks") as connection:
        seen = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = seen.partition(b"\r\n\r\n")
    told = json.loads(body)
    assert head.split()[1] == b"%d" % status
    assert told["error"] == code
    assert told["request_id"]
    assert b"X-Request-Id: " + told["request_id"].encode() in head
    assert b"Connection: close" in head
    assert seen.count(b"Content-Length: ") == 1
    assert session.jobs.by_id == {}


def test_a_refusal_of_the_server_keeps_the_id_of_the_caller(session):
    """The id that the caller gave finds the refusal."""
    content = AMBIGUOUS.replace(b"Content-Length", b"X-Request-Id: mine\r\nContent-Length")
    with serving(session) as api:
        seen = raw(api, content)
    assert json.loads(seen.partition(b"\r\n\r\n")[2])["request_id"] == "mine"


def test_the_authority_in_the_address_counts(session):
    """An address with a foreign authority is refused, whatever the Host header says."""
    with serving(session) as api:
        for name, status in ((b"evil.example", 403), (b"localhost", 200)):
            address = b"http://%s/tasks" % name
            content = b"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % address
            assert raw(api, content).startswith(b"HTTP/1.1 %d" % status)
