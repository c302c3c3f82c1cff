"""FlaskAPI on a real port: it starts, answers, and stops whatever is in progress."""

import http.client
import json
import socket
import threading
import time
from contextlib import contextmanager
from functools import partial

import pytest

from redengine.api import FlaskAPI
from redengine.api.http.server import HttpServer
from redengine.exceptions import InvalidInput, PortInUse, WaitTimeout


@contextmanager
def serving(api):
    """The API, answering until the block ends; gives the flag that stops it and its thread."""
    stop = threading.Event()
    thread = threading.Thread(target=api.func, args=(stop,))
    thread.start()
    try:
        api.wait_ready(60)
        yield stop, thread
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


def connect(api):
    """A connection to the API."""
    return http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)


def test_it_answers_on_a_free_port(api):
    """port=0 takes a free port, which `port` and `url` tell."""
    with serving(api):
        assert api.port != 0
        assert api.url == f"http://127.0.0.1:{api.port}"
        connection = connect(api)
        connection.request("GET", "/tasks/fetch/")
        answer = connection.getresponse()
        assert json.load(answer)["name"] == "fetch"
        connection.request("GET", "/tasks/a%2Fb?x=%2F")
        assert connection.getresponse().status == 400
        connection.close()


def test_it_can_serve_again(api):
    """After it has stopped, the port is free and it can listen once more."""
    for _ in range(2):
        with serving(api):
            port = api.port
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", port), timeout=1)


@pytest.fixture
def servers(monkeypatch):
    """Every server that is made meanwhile."""
    made = []

    class Kept(HttpServer):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            made.append(self)

    monkeypatch.setattr("redengine.api.flask_api.HttpServer", Kept)
    return made


def test_a_job_that_ends_late_leaves_no_server_of_the_next_start_open(api, servers):
    """A session that starts again may set the API up before its last job has ended."""
    with serving(api) as (stop, thread):
        api.tear_down()
        api.setup()
        stop.set()
        thread.join(60)
    api.tear_down()
    assert [each.is_closed for each in servers] == [True] * len(servers)


def test_a_job_begins_to_serve_when_the_one_before_has_given_its_port_back(session, servers):
    """Both ask for the same port, and the first is still at a request when it is told to stop."""
    first = FlaskAPI(port=0, session=session)
    entered, go_on = threading.Event(), threading.Event()

    @first.app.get("/slow")
    def slow():
        entered.set()
        go_on.wait(60)
        return "done"

    with serving(first) as (stop, _):
        connection = connect(first)
        connection.request("GET", "/slow")
        assert entered.wait(60)
        first._asked_port = first.port
        stop.set()
        assert servers[0].is_stopping.wait(60)
        with serving(first):
            other = connect(first)
            other.request("GET", "/health/live")
            assert other.getresponse().status == 200
            other.close()
        go_on.set()
        connection.close()
    assert [each.is_closed for each in servers] == [True, True]


def test_whatever_fails_at_the_stop_the_port_is_given_back(api, servers, caplog):
    """A step that raises keeps no other from being done."""
    with serving(api):
        (server,) = servers
        shutdown = server._workers.shutdown

        def fail(**options):
            shutdown(**options)
            raise OSError("mine")

        server._workers.shutdown = fail
        with pytest.raises(OSError, match="mine"):
            server.stop()
        assert server.is_closed
        assert server._listener.fileno() == -1


def test_a_port_in_use_is_an_error_that_names_it(session):
    """A taken port is told at set-up, and at once."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        api = FlaskAPI(port=port, session=session)
        with pytest.raises(PortInUse, match=str(port)):
            api.setup()
        with pytest.raises(PortInUse):
            api.func(threading.Event())
    with serving(api):
        assert api.port == port


def test_an_address_of_another_machine_is_refused(session):
    """An address that this machine does not have, or a name that nobody knows, is named."""
    for host in ("203.0.113.1", "no-such-host.invalid"):
        api = FlaskAPI(host=host, port=0, session=session, insecure=True)
        with pytest.raises(InvalidInput) as caught:
            api.setup()
        assert list(caught.value.fields) == ["host"]


def test_waiting_for_an_api_that_does_not_serve_ends(api):
    """wait_ready gives up after its timeout."""
    with pytest.raises(WaitTimeout):
        api.wait_ready(0.01)


def test_a_disabled_api_takes_no_port(session):
    """A port that nobody answers on would look like a hang."""
    api = FlaskAPI(port=0, session=session, disabled=True)
    api.setup()
    assert api._opened is None


def test_requests_in_progress_are_answered_at_stop(api):
    """A request that ends within the grace gets its answer; the port is closed at once."""
    entered, go_on = threading.Event(), threading.Event()

    @api.app.get("/slow")
    def slow():
        entered.set()
        go_on.wait(60)
        return "done"

    with serving(api) as (stop, thread):
        connection = connect(api)
        connection.request("GET", "/slow")
        assert entered.wait(60)
        server = api._serving
        stop.set()
        assert server.is_stopping.wait(60)
        go_on.set()
        assert connection.getresponse().read() == b"done"
        thread.join(60)
        connection.close()


def test_requests_that_hang_do_not_hang_the_stop(api):
    """Requests on every thread that never end are cut off after the grace, within a second."""
    entered, go_on = threading.Semaphore(0), threading.Event()

    @api.app.get("/hang")
    def hang():
        entered.release()
        go_on.wait(120)
        return "late"

    connections = []
    with serving(api) as (stop, thread):
        for _ in range(api.threads + 2):
            connection = connect(api)
            connection.request("GET", "/hang")
            connections.append(connection)
        for _ in range(api.threads):
            assert entered.acquire(timeout=60)
        began = time.monotonic()
        stop.set()
        thread.join(60)
        took = time.monotonic() - began
    go_on.set()
    for connection in connections:
        with pytest.raises((OSError, http.client.HTTPException)):
            connection.getresponse()
        connection.close()
    assert took < 60  # half of what a request would have taken


def test_a_connection_that_cannot_be_closed_keeps_no_port(api, caplog):
    """The stop goes on, and says so in the log."""
    with serving(api) as (stop, thread):
        connection = connect(api)
        connection.request("GET", "/health")
        connection.getresponse().read()
        server = api._serving
        (channel,) = server._server.active_channels.values()
        close = channel.handle_close

        def fail():
            close()
            raise OSError("gone already")

        channel.handle_close = fail
        stop.set()
        thread.join(60)
        assert server._listener.fileno() == -1
        assert "closing a connection met an error" in caplog.text
        connection.close()


def test_it_stops_at_once_when_idle(api, servers):
    """Open connections without a request do not hold up the stop, as they would for the grace."""
    with serving(api) as (stop, thread):
        servers[0].stop = partial(servers[0].stop, grace_s=120)
        connection = connect(api)
        connection.request("GET", "/tasks")
        connection.getresponse().read()
        began = time.monotonic()
        stop.set()
        thread.join(60)
        assert time.monotonic() - began < 60
        connection.close()


def test_a_large_answer_on_its_way_arrives(api, session):
    """An answer that is larger than the socket's buffer is sent in full before the stop."""
    for number in range(300):
        session.create_task({"name": f"task-{number}", "description": "x" * 20_000})
    with serving(api) as (stop, thread):
        connection = connect(api)
        connection.request("GET", "/tasks")
        answer = connection.getresponse()
        stop.set()
        assert len(json.load(answer)) == 302
        thread.join(60)
        connection.close()


def raw(api, request):
    """The status and body of what the server answers to raw bytes."""
    with socket.create_connection(("127.0.0.1", api.port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, json.loads(answer.read())


HOST = b"Host: localhost\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    ("request_bytes", "status", "error"),
    [
        (b"NONSENSE\r\n\r\n", 400, "VALIDATION_ERROR"),
        (b"GET /tasks HTTP/1.1\r\nBad Header: x\r\n\r\n", 400, "VALIDATION_ERROR"),
        (b"GET /tasks HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 300_000 + b"\r\n\r\n", 431, None),
        (b"GET /tasks HTTP/1.0\r\n\r\n", 403, "FORBIDDEN"),
        (
            b"POST /tasks/a HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999\r\n\r\n",
            413,
            "PAYLOAD_TOO_LARGE",
        ),
        (
            b"POST /tasks/a HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            400,
            "VALIDATION_ERROR",
        ),
    ],
)
def test_what_the_server_itself_refuses_has_the_envelope(api, request_bytes, status, error):
    """Malformed requests, long headers and huge bodies never reach the application."""
    with serving(api):
        got, body = raw(api, request_bytes)
        assert got == status
        assert body["error"] == error or error is None
        denial = {"detail"} if status in {401, 403} else set()
        assert set(body) == {"error", "message", "details", "request_id"} | denial


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_over_the_limit_is_413_however_it_is_sent(api, session, is_chunked):
    """A body of 2 MB is refused, chunked or not, and the connection lives on."""
    body = b'{"code": "' + b"x" * 2 * 1024 * 1024 + b'"}'
    with serving(api):
        connection = connect(api)
        chunks = (body[start : start + 65_536] for start in range(0, len(body), 65_536))
        connection.request(
            "POST", "/tasks/new", chunks if is_chunked else body, encode_chunked=is_chunked
        )
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["error"]) == (413, "PAYLOAD_TOO_LARGE")
        connection.request("GET", "/tasks")
        assert connection.getresponse().status == 200
        connection.close()
    assert "new" not in session.tasks


def test_a_chunked_body_is_read(api, session):
    """A small body may come in chunks."""
    with serving(api):
        connection = connect(api)
        connection.request("PUT", "/tasks/new", iter([b'{"co', b'de": "1"}']), encode_chunked=True)
        assert connection.getresponse().status == 201
        connection.close()
    assert session.tasks["new"].data["code"] == "1"
