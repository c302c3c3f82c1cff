"""Custom routes whose handlers yield answer bit by bit, and hold no thread of the server."""

import asyncio
import json
import logging
import socket
import threading

import pytest
from live_callers import PATIENCE_S, ask, eventually, running
from pydantic import BaseModel

from redengine.api import FlaskAPI, Request
from redengine.api.live import route_stream
from redengine.exceptions import NotFound
from redengine.parameters import SecretArg
from redengine.testing import ManualSession

EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
def virtual():
    """A session over virtual time, of which nothing listens."""
    with ManualSession() as session:
        yield session


@pytest.fixture
def client(virtual):
    """A client that calls its API without a network."""
    return FlaskAPI(port=0, session=virtual).app.test_client()


@pytest.fixture
def served():
    """A running session with two threads for requests, and its API."""
    with running(threads=2) as pair:
        yield pair


class Caller:
    """A socket on which a stream is read line by line."""

    def __init__(self, api, path, accept="*/*"):
        self.socket = socket.create_connection(("127.0.0.1", api.port), PATIENCE_S)
        self.socket.settimeout(PATIENCE_S)
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"
        self.socket.sendall(head.encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while (line := self.file.readline().strip().decode()) != "":
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value

    def line(self):
        return self.file.readline()

    def rest(self):
        return self.file.read()

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Point(BaseModel):
    """A value that only pydantic can write."""

    x: int


def test_values_are_lines_of_json_or_events(virtual, client):
    """As `Accept` says; models and everything else that a route may return, and null."""

    @virtual.rest.get("/points/<int:n>")
    def points(n: int):
        for x in range(n):
            yield Point(x=x)
        yield None

    answer = client.get("/points/2")
    assert answer.content_type == "application/x-ndjson"
    assert answer.get_data() == b'{"x":0}\n{"x":1}\nnull\n'
    events = client.get("/points/1", headers=EVENTS)
    assert events.content_type == "text/event-stream"
    assert events.get_data() == (b'data: {"x":0}\n\ndata: null\n\nevent: end\ndata: null\n\n')
    assert events.headers["X-Accel-Buffering"] == "no"
    assert events.headers["X-Request-Id"]


def test_an_asynchronous_generator_streams_too(virtual, client):
    """With its own request, whose body it awaits; also where a coroutine returns one."""

    @virtual.rest.post("/echo")
    async def echo(req: Request):
        for value in await req.json():
            await asyncio.sleep(0)
            yield value

    @virtual.rest.get("/made")
    async def made():
        async def inner():
            yield "a"

        return inner()

    assert client.post("/echo", data="[1, 2]").get_data() == b"1\n2\n"
    assert client.get("/made").get_data() == b'"a"\n'


def test_arguments_are_checked_before_the_stream_begins(virtual, client):
    """A bad one is an error as of any route."""

    @virtual.rest.get("/count")
    def count(n: int):
        yield from range(n)

    assert client.get("/count?n=2").get_data() == b"0\n1\n"
    answer = client.get("/count?n=many")
    assert (answer.status_code, answer.json["error"]) == (400, "VALIDATION_ERROR")
    assert client.get("/count").status_code == 400
    assert client.head("/count?n=2").get_data() == b""


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_an_error_is_the_last_thing_that_is_told(virtual, client, caplog, kind):
    """With the code of the envelope, without a traceback, and without secrets."""
    virtual.parameters["token"] = SecretArg("s3cret-value")

    def fail(body):
        raise NotFound("pool", f"s3cret-value-{body}") if body else ValueError("s3cret-value")

    def plain(n: int):
        yield 1
        fail(n)

    async def later(n: int):
        yield 1
        fail(n)

    virtual.rest.get("/fail")(plain if kind == "plain" else later)
    first, last = client.get("/fail?n=1").get_data().splitlines()
    told = json.loads(last)
    assert (first, told["error"], list(told)) == (
        b"1",
        "NOT_FOUND",
        ["error", "message", "details", "request_id"],
    )
    assert b"s3cret" not in last
    with caplog.at_level(logging.ERROR):
        text = client.get("/fail?n=0", headers=EVENTS).get_data()
    assert text.startswith(b'data: 1\n\nevent: error\ndata: {"error":"INTERNAL_ERROR"')
    assert b"Traceback" not in text
    assert b"event: end" not in text
    assert caplog.records[0].exc_info[0] is ValueError


def test_what_has_no_json_form_ends_the_stream(virtual, client):
    """Nothing is made up in its place, and the generator is closed."""
    closed = []

    @virtual.rest.get("/odd")
    def odd():
        try:
            yield 1
            yield object()
            yield 2
        finally:
            closed.append(True)

    first, last = client.get("/odd").get_data().splitlines()
    assert (first, json.loads(last)["error"], closed) == (b"1", "INTERNAL_ERROR", [True])


def test_an_exit_ends_the_stream_alone(served):
    """Neither the server's thread nor the program."""
    app, api = served

    @app.rest.get("/leave")
    def leave():
        yield 1
        raise SystemExit(3)

    with Caller(api, "/leave") as caller:
        assert caller.line() == b"1\n"
        assert json.loads(caller.rest())["error"] == "INTERNAL_ERROR"


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_streams_hold_no_thread_of_the_server(served, kind):
    """Ten of them on two threads, and requests are answered beside them."""
    app, api = served
    gate = threading.Event()

    @app.rest.get("/plain")
    def plain():
        yield "begun"
        gate.wait(PATIENCE_S)
        yield "done"

    @app.rest.get("/async")
    async def later():
        yield "begun"
        await asyncio.to_thread(gate.wait, PATIENCE_S)
        yield "done"

    callers = [Caller(api, f"/{kind}") for _ in range(10)]
    try:
        assert {caller.headers["content-type"] for caller in callers} == {"application/x-ndjson"}
        assert [caller.line() for caller in callers] == [b'"begun"\n'] * 10
        assert ask(api, "GET", "/tasks")[0] == 200
        gate.set()
        assert [caller.rest() for caller in callers] == [b'"done"\n'] * 10
    finally:
        gate.set()
        for caller in callers:
            caller.close()


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_a_caller_that_goes_away_closes_the_generator(served, kind):
    """Its `finally` runs."""
    app, api = served
    closed = threading.Event()

    @app.rest.get("/plain")
    def plain():
        try:
            while True:
                yield "x" * 1_000
        finally:
            closed.set()

    @app.rest.get("/async")
    async def later():
        try:
            yield "begun"
            await asyncio.sleep(PATIENCE_S * 3)
        finally:
            closed.set()

    with Caller(api, f"/{kind}") as caller:
        caller.line()
    assert closed.wait(PATIENCE_S)


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_a_slow_caller_is_waited_for(served, kind):
    """No more is asked of the generator than there is room for."""
    app, api = served
    made = []

    @app.rest.get("/plain")
    def plain():
        for n in range(2_000):
            made.append(n)
            yield "x" * 10_000

    @app.rest.get("/async")
    async def later():
        for n in range(2_000):
            made.append(n)
            yield "x" * 10_000

    with Caller(api, f"/{kind}") as caller:
        assert eventually(lambda: len(made) > 3)
        counts = []
        for _ in range(40):
            counts.append(len(made))
            threading.Event().wait(0.02)
            if counts[-10:].count(counts[-1]) == 10:
                break
        assert len(made) < 1_900
        assert len(caller.rest().splitlines()) == 2_000
    assert len(made) == 2_000


def test_so_many_plain_generators_run_at_once(served, monkeypatch):
    """One more is told so, and its connection ends."""
    app, api = served
    monkeypatch.setattr(route_stream, "_threads", threading.BoundedSemaphore(1))
    gate = threading.Event()

    @app.rest.get("/hang")
    def hang():
        yield 1
        gate.wait(PATIENCE_S)

    try:
        with Caller(api, "/hang") as first:
            assert first.line() == b"1\n"
            with Caller(api, "/hang") as second:
                assert json.loads(second.rest())["error"] == "TOO_MANY_WAITING"
            gate.set()
            assert first.rest() == b""
            assert eventually(lambda: route_stream._threads._value == 1)
            with Caller(api, "/hang") as third:
                assert third.line() == b"1\n"
    finally:
        gate.set()


@pytest.mark.parametrize("accept", ["*/*", "text/event-stream"])
def test_a_shut_down_ends_streams_with_a_word(accept):
    """So that nobody takes the part that was told for the whole; the generator is closed."""
    closed = threading.Event()
    with running() as (app, api):

        @app.rest.get("/ticks")
        async def ticks():
            try:
                while True:
                    yield "tick"
                    await asyncio.sleep(0.01)
            finally:
                closed.set()

        caller = Caller(api, "/ticks", accept)
        assert b"tick" in caller.line()
    with caller:
        assert b'{"error":"CONFLICT","message":"the session stops' in caller.rest()
    assert closed.wait(PATIENCE_S)


def test_a_revoked_key_ends_the_stream():
    """Who may not ask any more may not read on."""
    key = "reader-" + "r" * 20
    admin = "admin-" + "a" * 20
    with running(api_keys={"admin": {"key": admin, "scopes": ["admin"]}}) as (app, api):
        headers = {"X-API-Key": admin}
        body = json.dumps({"name": "reader", "scopes": ["read"]})
        key = ask(api, "POST", "/keys", headers, body)[2]["key"]

        @app.rest.get("/ticks")
        async def ticks():
            while True:
                yield "tick"
                await asyncio.sleep(0.01)

        connection = socket.create_connection(("127.0.0.1", api.port), PATIENCE_S)
        head = f"GET /ticks HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\n\r\n"
        with connection, connection.makefile("rb") as file:
            connection.sendall(head.encode())
            while file.readline() != b'"tick"\n':
                continue
            assert ask(api, "DELETE", "/keys/reader", headers)[0] == 204
            assert b'"FORBIDDEN"' in file.read().splitlines()[-1]


def test_the_description_says_that_a_route_streams(virtual, client):
    """Lines of JSON, or events."""
    virtual.rest.get("/ticks")(lambda: iter(()))

    @virtual.rest.get("/lines")
    def stream():
        """Tell."""
        yield 1

    answers = client.get("/openapi.json").json["paths"]["/lines"]["get"]["responses"]
    assert set(answers["200"]["content"]) == {"application/x-ndjson", "text/event-stream"}
