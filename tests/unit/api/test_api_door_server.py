"""The door of a server on a real port: slow callers, raw bytes, many threads, the log."""

import http.client
import json
import logging
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from redengine import Session
from redengine.api import FlaskAPI

ROOT = "root-key-with-enough-characters"
KEYS = {"root": {"key": ROOT, "scopes": ["admin"]}}
FAR_S = 60.0
"""Longer than anything here takes; shorter than the timeout of a test."""


@contextmanager
def serving(session, **options):
    """An API on a free port, answering until the block ends."""
    api = FlaskAPI(port=0, session=session, **options)
    stop = threading.Event()
    thread = threading.Thread(target=api.func, args=(stop,))
    thread.start()
    try:
        api.wait_ready(FAR_S)
        yield api
    finally:
        stop.set()
        thread.join(FAR_S)
        assert not thread.is_alive()


def call(api, method, path, body=None, **headers):
    """Status, headers and text of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=FAR_S)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, names)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def raw(api, content):
    """All that the server answers to raw bytes."""
    with socket.create_connection(("127.0.0.1", api.port), timeout=FAR_S) as connection:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        parts = iter(lambda: connection.recv(65_536), b"")
        return b"".join(parts)


# -- slow callers


def test_a_request_that_trickles_in_is_cut_off(session):
    """A byte now and then does not keep a connection, and others are answered meanwhile."""
    with serving(session, request_timeout=0.5) as api:
        slow = socket.create_connection(("127.0.0.1", api.port), timeout=FAR_S)
        slow.sendall(b"GET /tasks HTTP/1.1\r\nHost: localhost\r\n")
        began = time.monotonic()
        is_open = True
        while is_open and time.monotonic() - began < FAR_S:
            slow.settimeout(0.05)
            try:
                slow.sendall(b"X-Slow: 1\r\n")
                is_open = slow.recv(1) != b""
            except TimeoutError:
                continue
            except OSError:
                is_open = False
        slow.close()
        assert not is_open
        assert call(api, "GET", "/tasks")[0] == 200


def test_a_body_that_does_not_come_is_cut_off(session):
    """A connection that falls silent in the middle of a body is closed, and nothing has changed."""
    with serving(session, request_timeout=0.5) as api:
        head = b"PATCH /tasks/fetch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n"
        with socket.create_connection(("127.0.0.1", api.port), timeout=FAR_S) as connection:
            connection.sendall(head + b'{"priority": 9')
            assert connection.recv(1) == b""
    assert session.tasks["fetch"].data["priority"] == 1


def test_a_silent_connection_is_closed(session):
    """An idle connection is given back after the timeout, also after it was used."""
    with (
        serving(session, request_timeout=0.5) as api,
        socket.create_connection(("127.0.0.1", api.port), timeout=FAR_S) as connection,
    ):
        connection.sendall(b"GET /tasks/fetch HTTP/1.1\r\nHost: localhost\r\n\r\n")
        seen = b"".join(iter(lambda: connection.recv(65_536), b""))
        assert seen.startswith(b"HTTP/1.1 200 OK")


def test_a_request_that_takes_long_to_answer_is_not_cut_off(session):
    """The timeout is about how requests come in, not about how long the answer takes."""
    with serving(session, request_timeout=0.2) as api:
        rounds = threading.Semaphore(0)
        maintain = api._serving._server.maintenance

        def maintenance(now):
            maintain(now)
            rounds.release()

        api._serving._server.maintenance = maintenance

        @api.app.get("/long")
        def long():
            return "done" if all(rounds.acquire(timeout=FAR_S) for _ in range(6)) else "no"

        assert call(api, "GET", "/long")[2] == "done"


# -- raw bytes

HOST = b"Host: localhost\r\nConnection: close\r\nX-API-Key: " + ROOT.encode() + b"\r\n"


@pytest.mark.parametrize(
    "line",
    [
        b"X-Request-Id: a\rSet-Cookie: evil=1\r\n",
        b"X-Request-Id: a\n Set-Cookie: evil=1\r\n",
        b"X-Request-Id: a\r\n Set-Cookie: evil=1\r\n",
        b"X-Request-Id: a\x0bb\r\n",
        b"X-Request-Id: \xc3\xa9\r\n",
        b"X-Request-Id: " + b"x" * 129 + b"\r\n",
        b"Origin: http://localhost\rSet-Cookie: evil=1\r\n",
    ],
)
def test_headers_cannot_be_injected(session, line):
    """What a caller sends never becomes a header of its own in the answer."""
    with serving(session, api_keys=KEYS) as api:
        answer = raw(api, b"GET /tasks HTTP/1.1\r\n" + HOST + line + b"\r\n")
    head = answer.partition(b"\r\n\r\n")[0]
    names = [each.partition(b":")[0].lower() for each in head.replace(b"\r", b"\n").split(b"\n")]
    assert b"set-cookie" not in names
    assert b"x" * 129 not in head
    assert b"\xc3" not in head


@pytest.mark.parametrize("name", ["a%0d%0aSet-Cookie:%20evil=1", "a%0aX: y"])
def test_names_cannot_inject_headers(session, name):
    """A task's name with a break in it is escaped wherever it stands in a header."""
    with serving(session, api_keys=KEYS) as api:
        status, headers, _ = call(
            api, "PUT", f"/tasks/{name.replace(' ', '%20')}", {"code": "1"}, X_API_Key=ROOT
        )
        assert status == 201
        assert "Set-Cookie" not in headers
        assert "X" not in headers
        assert "%0" in headers["Location"]


def test_what_the_server_refuses_is_not_sniffed_or_kept(session):
    """Answers that never reach the application have the headers of safety too."""
    with serving(session) as api:
        answer = raw(api, b"NONSENSE\r\n\r\n")
    assert b"X-Content-Type-Options: nosniff" in answer
    assert b"Cache-Control: no-store" in answer


def test_a_rebound_name_reads_nothing_even_with_a_key(session):
    """The Host header is looked at before the key; so is the origin of a write."""
    with serving(session, api_keys=KEYS) as api:
        for headers in ({"Host": "evil.example"}, {"Host": f"localhost.evil.example:{api.port}"}):
            status, _, text = call(api, "GET", "/tasks", X_API_Key=ROOT, **headers)
            assert (status, json.loads(text)["error"]) == (403, "FORBIDDEN")
        status, _, _ = call(
            api, "DELETE", "/tasks/fetch", X_API_Key=ROOT, Origin="https://evil.example"
        )
        assert status == 403
    assert "fetch" in session.tasks


def test_a_body_over_the_buffer_may_be_allowed(session):
    """`max_body` raises the server's own limit as well."""
    text = "x" * 17 * 1024 * 1024
    with serving(session, max_body=20 * 1024 * 1024) as api:
        assert call(api, "PATCH", "/tasks/fetch", {"description": text})[0] == 200
    assert len(session.tasks["fetch"].data["description"]) == len(text)


# -- many threads


def test_exactly_as_many_requests_pass_as_may_with_eight_threads(session):
    """Eight callers at the same moment, a limit of five: five pass, three are refused."""
    barrier = threading.Barrier(8)
    seen = []

    def ask():
        barrier.wait(FAR_S)
        seen.append(call(api, "GET", "/tasks", X_API_Key=ROOT)[0])

    with serving(session, api_keys=KEYS, rate_limit={"read": "5/hour"}) as api:
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(FAR_S)
    assert sorted(seen) == [200] * 5 + [429] * 3


# -- what is told


def test_an_open_api_says_so_once(session, caplog):
    """One warning at the start, and none where somebody stands at the door."""
    caplog.set_level(logging.WARNING)
    with serving(session) as api:
        for _ in range(3):
            call(api, "GET", "/tasks")
    (record,) = caplog.records
    assert "is open to every user of this machine; set REDENGINE_API_KEY" in record.getMessage()
    caplog.clear()
    with serving(session, api_keys=KEYS):
        pass
    assert caplog.records == []
    with serving(session, host="0.0.0.0", insecure=True):
        pass
    assert "is open to everybody" in caplog.text


def test_a_door_that_nobody_can_pass_is_told(session, caplog):
    """When every key has expired, the log says how to get in."""
    keys = {"past": {"key": ROOT, "scopes": ["admin"], "expires_at": "2001-01-01"}}
    with serving(session, api_keys=keys):
        pass
    assert "all keys of the API are revoked or expired" in caplog.text


def test_no_key_leaks(tmp_path, monkeypatch, caplog, capfd):
    """Whatever is done with keys: no log line, list, document, error or file has their text."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("REDENGINE_API_KEY", "environment-key-long-enough")
    wrong = "wrong-key-with-enough-characters"
    session = Session(store=f"sqlite:///{tmp_path / 'jobs.db'}")
    api = FlaskAPI(port=0, session=session, api_keys=KEYS)
    texts = [repr(api), repr(vars(api)), repr(api.dispatcher.keys.all()), str(api.app.config)]
    session.start(block=False)
    try:
        api.wait_ready(FAR_S)
        _, _, text = call(api, "POST", "/keys", {"name": "ops", "scopes": ["read"]}, X_API_Key=ROOT)
        made = json.loads(text)["key"]
        keys = (ROOT, made, "environment-key-long-enough")
        for key in (*keys, wrong):
            for path in ("/tasks/nothing", f"/tasks?api_key={key}", f"/tasks?x={key}", "/keys/x"):
                headers = {"Authorization": f"Bearer {key}"}
                status, sent, text = call(api, "GET", path, **headers)
                assert status >= 400
                texts += [str(sent), text]
            texts.append(call(api, "GET", "/tasks", X_API_Key=key, Authorization="Bearer x")[2])
            call(api, "POST", "/tasks/bad", {"code": ""}, X_API_Key=key)
        for path in (
            "/tasks",
            f"/tasks/{api.name}",
            "/changes",
            "/config",
            "/session",
            "/parameters",
            "/keys",
            "/keys/ops",
            "/logs",
            "/health",
            f"/tasks/{api.name}/why",
        ):
            status, sent, text = call(api, "GET", path, X_API_Key=ROOT)
            assert status == 200, path
            texts += [str(sent), text]
        assert call(api, "DELETE", "/keys/ops", X_API_Key=ROOT)[0] == 204
    finally:
        session.shut_down()
    texts += [record.getMessage() + str(vars(record)) for record in caplog.records]
    texts += capfd.readouterr()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for key in (*keys, wrong):
        assert not any(key in text for text in texts)
        assert key.encode() not in stored
