"""Routes of the user's own on a real session and port: threads, loops, clients that go, the end."""

import asyncio
import http.client
import json
import logging
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.exceptions import (
    AlreadyExists,
    InvalidInput,
    PortInUse,
    StoreError,
    UnsafeAddress,
)
from redengine.tasks import FuncTask
from redengine.testing import ManualSession


@contextmanager
def running(session):
    """The session, running until the block ends; gives its API, once it answers."""
    session.start(block=False)
    try:
        api = session.tasks["FlaskAPI"]
        api.wait_ready(60)
        yield api
    finally:
        session.shut_down(timeout=2)


def connect(api):
    """A connection to the API."""
    return http.client.HTTPConnection("127.0.0.1", api.port, timeout=20)


def call(api, method, path, body=None):
    """Status and parsed body of the API's answer."""
    connection = connect(api)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None
    finally:
        connection.close()


def double(number: int):
    """A task's function."""
    return number * 2


def test_handlers_submit_jobs_and_wait_for_them_on_few_threads():
    """With two threads, eight callers at once get the results of eight jobs."""
    session = Session(rest={"port": 0, "threads": 2})
    FuncTask(double, name="double", session=session)

    @session.rest.post("/double")
    def handler(body: int, session):
        return session.submit("double", number=body).result(timeout=20)

    @session.rest.post("/async-double")
    async def async_handler(body: int, session):
        job = session.submit("double", number=body)
        return await asyncio.to_thread(job.result, 20)

    with running(session) as api, ThreadPoolExecutor(8) as callers:
        for path in ("/double", "/async-double"):
            answers = callers.map(lambda n: call(api, "POST", path, str(n)), range(8))  # noqa: B023
            assert list(answers) == [(200, n * 2) for n in range(8)]
        assert call(api, "GET", "/health")[0] == 200


def test_a_handler_changes_the_session_it_is_answered_by():
    """Tasks, parameters and routes are changed from a handler, while others do the same."""
    session = Session(rest=0)

    @session.rest.put("/tasks-of-mine/<name>")
    def make(name: str, session):
        session.create_task({"name": name, "code": "1"}, on_exists="replace")
        session.parameters[name] = 1
        session.rest.get(f"/made/{name}", replace=True)(lambda: name)
        return session.why(name).verdict

    with running(session) as api, ThreadPoolExecutor(6) as callers:
        names = [f"task-{number}" for number in range(30)]
        answers = callers.map(lambda name: call(api, "PUT", f"/tasks-of-mine/{name}"), names)
        assert {status for status, _ in answers} == {200}
        assert call(api, "GET", "/tasks/task-29")[0] == 200
        for name in names:
            assert call(api, "GET", f"/made/{name}") == (200, name)


def test_async_handlers_share_a_loop_that_ends_with_the_server():
    """One handler can wait for what another does; no thread is left when the server has stopped."""
    session = Session(rest=0)
    arrived, is_there = [], threading.Event()

    @session.rest.post("/wait")
    async def wait():
        arrived.append(asyncio.Event())
        is_there.set()
        await arrived[0].wait()
        return threading.current_thread().name

    @session.rest.post("/set")
    async def set_it():
        arrived[0].set()

    with running(session) as api, ThreadPoolExecutor(2) as callers:
        waiting = callers.submit(call, api, "POST", "/wait")
        assert is_there.wait(60)
        assert call(api, "POST", "/set") == (204, None)
        assert waiting.result(timeout=60) == (200, "redengine-handlers")
    assert not any(each.name == "redengine-handlers" for each in threading.enumerate())


def test_a_handler_that_exits_takes_nothing_with_it():
    """sys.exit in a handler, async or not, is a 500; thread and loop live on."""
    session = Session(rest={"port": 0, "threads": 1})

    @session.rest.get("/exit")
    def leave():
        raise SystemExit(1)

    @session.rest.get("/async-exit")
    async def async_leave():
        raise SystemExit(1)

    @session.rest.get("/async")
    async def stay():
        return "here"

    with running(session) as api:
        for _ in range(2):
            assert call(api, "GET", "/exit")[0] == 500
            assert call(api, "GET", "/async-exit")[0] == 500
            assert call(api, "GET", "/async") == (200, "here")


def hang(entered, go_on):
    """A handler that does not come to its end, and one of each kind of coroutine."""

    def sync():
        entered.release()
        go_on.wait(120)

    async def waiting():
        entered.release()
        await asyncio.sleep(120)

    async def stubborn():
        entered.release()
        while not go_on.is_set():
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                continue

    async def blocking():
        entered.release()
        go_on.wait(120)

    return {"sync": sync, "waiting": waiting, "stubborn": stubborn, "blocking": blocking}


@pytest.mark.parametrize("kind", ["sync", "waiting", "stubborn", "blocking"])
def test_a_handler_that_hangs_does_not_hold_up_the_shut_down(kind):
    """Whatever it does, the session has stopped about a second after it was told to."""
    entered, go_on = threading.Semaphore(0), threading.Event()
    session = Session(rest={"port": 0, "threads": 2})
    session.rest.get("/hang")(hang(entered, go_on)[kind])
    session.start(block=False)
    api = session.tasks["FlaskAPI"]
    api.wait_ready(60)
    connections = [connect(api) for _ in range(3)]
    try:
        for connection in connections:
            connection.request("GET", "/hang")
        for _ in range(1 if kind == "blocking" else 2):
            assert entered.acquire(timeout=60)
        began = time.monotonic()
        session.shut_down()
        took = time.monotonic() - began
    finally:
        go_on.set()
        for connection in connections:
            connection.close()
        session.shut_down()
    assert took < 60  # half of what a handler would have taken
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", api.port), timeout=1)
    for thread in threading.enumerate():
        if thread.name.startswith(("redengine-handler", "waitress")):
            thread.join(60)
            assert not thread.is_alive()


def test_a_handler_may_shut_the_session_down():
    """It waits for no more than its own grace, and the session comes to its end."""
    session = Session(rest=0)
    session.rest.post("/stop")(lambda session: session.shut_down(wait=False))
    session.rest.post("/stop-and-wait")(lambda session: session.shut_down())
    for path, statuses in (("/stop", {204}), ("/stop-and-wait", {204, None})):
        with running(session) as api:
            try:
                status = call(api, "POST", path)[0]
            except (OSError, http.client.HTTPException):
                status = None
            session.shut_down()
            assert session.state == "stopped"
            assert status in statuses


def test_a_client_that_goes_before_or_amid_its_answer_disturbs_nobody(caplog):
    """The handler comes to its end, the thread answers the next request, the log stays clean."""
    caplog.set_level(logging.WARNING)
    entered, go_on, left = threading.Semaphore(0), threading.Event(), threading.Semaphore(0)
    session = Session(rest={"port": 0, "threads": 1})

    @session.rest.get("/slow")
    def slow():
        entered.release()
        go_on.wait(60)
        left.release()
        return "late"

    session.rest.get("/large")(lambda: ["x" * 1_000] * 20_000)
    with running(session) as api:
        gone = socket.create_connection(("127.0.0.1", api.port), timeout=5)
        gone.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert entered.acquire(timeout=60)
        gone.close()
        go_on.set()
        assert left.acquire(timeout=60)
        for _ in range(3):
            gone = socket.create_connection(("127.0.0.1", api.port), timeout=5)
            gone.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert gone.recv(100).startswith(b"HTTP/1.1 200")
            gone.close()
        assert call(api, "GET", "/slow") == (200, "late")
        assert len(call(api, "GET", "/large")[1]) == 20_000
    told = [record for record in caplog.records if record.name.startswith("redengine.api")]
    assert [record for record in told if "is open to" not in record.getMessage()] == []


@pytest.mark.parametrize(
    "path",
    [b"/files/../../etc/passwd", b"/files/..%2f..%2fetc", b"/files/%2e%2e/x", b"/files/a%00/../b"],
)
def test_a_path_that_climbs_never_reaches_a_handler_over_the_wire(path):
    """Clients that do not tidy paths up, as browsers do, get 404."""
    session = Session(rest=0)
    seen = []
    session.rest.get("/files/<path:file>")(lambda file: seen.append(file))  # noqa: PLW0108
    with running(session) as api, socket.create_connection(("127.0.0.1", api.port), 5) as raw:
        raw.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = http.client.HTTPResponse(raw)
        answer.begin()
        assert (answer.status, json.loads(answer.read())["error"]) == (404, "NOT_FOUND")
    assert seen == []


def test_a_malformed_body_over_the_wire_is_400_and_the_connection_lives_on():
    """The same connection carries the next request."""
    session = Session(rest=0)
    session.rest.post("/body")(lambda body: body)
    with running(session) as api:
        connection = connect(api)
        connection.request("POST", "/body", b"{")
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["error"]) == (400, "VALIDATION_ERROR")
        connection.request("POST", "/body", b"{}")
        assert json.load(connection.getresponse()) == {}
        connection.close()


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(
    "spell",
    [
        lambda port: port,
        str,
        lambda port: f"127.0.0.1:{port}",
        lambda port: f":{port}",
        lambda port: {"port": port, "threads": 3},
    ],
    ids=["number", "text", "address", "colon", "dict"],
)
def test_rest_makes_an_api_for_the_session(spell):
    """A port, an address or FlaskAPI's arguments; it starts with the session."""
    port = free_port()
    session = Session(rest=spell(port), name="mine")
    session.rest.get("/")(lambda session: session.name)
    with running(session) as api:
        assert (api.port, call(api, "GET", "/")) == (port, (200, "mine"))


def test_true_is_the_usual_port_and_false_is_none():
    """`rest=True` is what FlaskAPI() makes; without rest there is none."""
    assert Session(rest=True).tasks["FlaskAPI"].port == 5000
    assert "FlaskAPI" not in Session(rest=False).tasks
    assert "FlaskAPI" not in Session().tasks


def test_rest_and_flask_api_together_are_told_apart_by_name():
    """A second API needs a name of its own, as any task."""
    session = Session(rest=0)
    with pytest.raises(AlreadyExists, match="'FlaskAPI'"):
        FlaskAPI(session=session)


@pytest.mark.parametrize(
    ("rest", "error", "field"),
    [
        ("here", InvalidInput, "rest"),
        ("host:", InvalidInput, "rest"),
        ("::1:80", InvalidInput, "rest"),
        (1.5, InvalidInput, "rest"),
        ([5000], InvalidInput, "rest"),
        ({5000: 1}, InvalidInput, "rest"),
        ({"session": None}, InvalidInput, "rest"),
        (-1, InvalidInput, "port"),
        (70_000, InvalidInput, "port"),
        ({"prt": 5000}, InvalidInput, "prt"),
        ("0.0.0.0:5000", UnsafeAddress, None),
    ],
    ids=str,
)
def test_a_rest_that_does_not_fit_is_refused_and_leaves_nothing_open(tmp_path, rest, error, field):
    """The error names what is wrong, and the store can be opened by the next session."""
    store = f"sqlite:///{tmp_path}/jobs.db"
    with pytest.raises(error) as caught:
        Session(store=store, rest=rest)
    assert field is None or list(caught.value.fields) == [field]
    try:
        session = Session(store=store)
    except StoreError:
        pytest.fail("the store is still held")
    session.shut_down()


def test_a_refused_session_is_not_the_default_one():
    """Tasks that are made later do not join it."""
    from redengine.sessions import default_session

    with pytest.raises(InvalidInput):
        Session(rest="here", name="refused")
    assert default_session().name == "redengine"


def test_a_session_over_virtual_time_serves_nobody():
    """A server cannot run in it, so `rest` is refused; routes can be added."""
    for port in (5000, 0):
        with pytest.raises(InvalidInput, match="virtual time"):
            ManualSession(rest=port)
    with ManualSession() as session:
        handler = session.rest.get("/a")(lambda: 1)
        session.advance("1 minute")
        assert handler() == 1


def test_a_session_without_routes_knows_nothing_of_http():
    """Flask is imported when `rest` is first used, and not before."""
    script = (
        "import sys; from redengine import Session; session = Session();"
        "session.start(block=False); session.shut_down();"
        "assert 'flask' not in sys.modules, 'early';"
        "session.rest; assert 'flask' in sys.modules, 'late'"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_an_api_starts_without_what_only_some_requests_need():
    """Models, YAML and the readings of foreign spellings are imported with the first use."""
    script = (
        "import sys; from redengine import Session; from redengine.api import FlaskAPI;"
        "app = Session(); api = FlaskAPI(port=0, session=app);"
        "app.task('daily after 07:00 & every 10 min', name='x')(print);"
        "app.start(block=False); api.wait_ready(60);"
        "print(*sorted({name.split('.')[0] for name in sys.modules}),"
        " 'redengine.conditions.language.translations' in sys.modules); app.shut_down()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=120
    )
    *modules, reads_foreign = ran.stdout.split()
    assert "flask" in modules
    assert not {"alembic", "prometheus_client", "pydantic", "sqlalchemy", "yaml"} & {*modules}
    assert reads_foreign == "False"


def test_routes_that_nobody_serves_are_told_at_the_start(caplog):
    """A warning names them; none where there is an API, or no route."""
    lonely, served, silent = Session(name="lonely"), Session(rest=0), Session()
    assert len(silent.rest) == 0
    for session in (lonely, served):
        session.rest.get("/mine")(lambda: 1)
    for session in (lonely, served, silent):
        session.start(block=False)
        session.shut_down()
    warnings = [each.getMessage() for each in caplog.records if "nobody serves" in each.message]
    assert len(warnings) == 1
    assert warnings[0].startswith("GET /mine and 0 more: nobody serves the routes")


def test_a_disabled_or_removed_api_serves_nobody(caplog):
    """It is as if there were none."""
    for change in (lambda api: api.update({"disabled": True}), lambda api: api.delete()):
        session = Session(rest=0)
        session.rest.get("/mine")(lambda: 1)
        change(session.tasks["FlaskAPI"])
        session.start(block=False)
        session.shut_down()
    assert caplog.text.count("nobody serves") == 2


def test_deleting_the_api_while_it_runs_closes_its_port():
    """`api.delete()` without a path is that of a task."""
    session = Session(rest=0)
    with running(session) as api:
        api.delete(force=True)
        for job in api.active:
            assert job.wait(60)
        assert "FlaskAPI" not in session.tasks
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", api.port), timeout=1)


def test_an_api_made_while_the_session_runs_serves_its_routes():
    """Routes wait for an API however late it comes."""
    session = Session()
    session.rest.get("/mine")(lambda: 1)
    session.start(block=False)
    try:
        api = FlaskAPI(port=0, session=session)
        api.wait_ready(60)
        assert call(api, "GET", "/mine") == (200, 1)
    finally:
        session.shut_down()


def test_a_port_is_given_back_where_the_api_never_began_to_serve():
    """A start that is refused, or a stop before the first request, leaves no socket behind."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        session = Session()
        first = FlaskAPI(port=0, session=session, name="first")
        FlaskAPI(port=taken.getsockname()[1], session=session, name="second")
        with pytest.raises(PortInUse):
            session.start(block=False)
        assert first._opened is None
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", first.port), timeout=1)
    session.shut_down()


def test_a_server_that_was_opened_is_closed_at_tear_down(session):
    """Between set-up and the first request there is a port, which nobody else would close."""
    api = FlaskAPI(port=0, session=session)
    api.setup()
    api.tear_down()
    api.tear_down()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", api.port), timeout=1)


def test_a_tear_down_that_fails_does_not_keep_the_session_from_its_end(caplog):
    """It is logged, and the others have their turn."""

    class Stubborn(FuncTask):
        def tear_down(self):
            raise RuntimeError("mine")

    session = Session(rest=0)
    Stubborn(double, name="stubborn", session=session)
    session.start(block=False)
    session.shut_down()
    assert session.state == "stopped"
    assert "'stubborn' cannot let go" in caplog.text
