"""Commands over HTTP: listed, called, given up in time, and asked for their outcome."""

import logging
import threading

import pytest

from redengine import Session
from redengine.api import FlaskAPI, Principal
from redengine.exceptions import JobFailed, NotFound, WaitTimeout
from redengine.parameters import SecretArg
from redengine.testing import ManualSession

LONG_S = 60


@pytest.fixture
def app():
    """A session in real time that is closed after the test."""
    made = Session()
    yield made
    made.close(0)


@pytest.fixture
def api(app):
    """Its API, not listening."""
    return FlaskAPI(port=0, session=app)


@pytest.fixture
def client(api):
    """A client that calls the application without a network."""
    return api.app.test_client()


@pytest.fixture
def gate():
    """An event for which commands wait; set after the test, so that none is left behind."""
    event = threading.Event()
    yield event
    event.set()


def test_commands_are_listed_with_the_schema_of_their_body(app, client):
    """One that takes any value has an empty one."""

    @app.command
    def resize(pool: str, size: int = 4):
        """Resize a pool."""
        return pool, size

    ping, resized = client.get("/api/commands").json
    assert ping["name"] == "ping"
    assert ping["parameters"] == {}
    assert resized == {
        "name": "resize",
        "description": "Resize a pool.",
        "parameters": {
            "type": "object",
            "properties": {"pool": {"type": "string"}, "size": {"type": "integer"}},
            "required": ["pool"],
            "additionalProperties": False,
        },
        "links": {"self": "/api/commands/resize"},
    }
    assert client.get("/commands/resize").json["links"] == {"self": "/commands/resize"}


@pytest.mark.parametrize("body", ["{}", "[1, 2]", '"x"', "null", "3", "true", " "])
def test_a_command_is_called_with_any_json_value(app, client, body):
    """The answer is what it returns, and 200, also for nothing."""
    app.command("echo")(lambda body: body)
    answer = client.post("/commands/echo", data=body)
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).strip() == (body.strip() or "null").replace(", ", ",")


def test_ping_answers_with_its_code(client):
    """With a body, and without."""
    assert client.post("/commands/ping").json == {"code": 0}
    assert client.post("/api/v1/commands/ping", data='{"x": 1}').json == {"code": 0}


@pytest.mark.parametrize(
    ("url", "body", "status", "told"),
    [
        ("/commands/png", "", 404, "no command 'png'; did you mean 'ping'?"),
        ("/commands/ping", "{", 400, "body: expected JSON"),
        ("/commands/ping", "[" * 100 + "]" * 100, 400, "nest deeper than 64"),
        ("/commands/ping?timeout=0", "", 400, "timeout: expected seconds from 0.001 to 60"),
        ("/commands/ping?timeout=61", "", 400, "timeout: expected seconds from 0 to 60, got '61'"),
        ("/commands/ping?timeout=soon", "", 400, "timeout: expected seconds"),
        ("/commands/ping?wait=maybe", "", 400, "wait: expected true or false, got 'maybe'"),
        ("/commands/ping?wiat=false", "", 400, "unknown query key; did you mean 'wait'?"),
        ("/commands/resize", "", 400, "pool: is needed, and there is none"),
        ("/commands/resize", '{"pol": "a"}', 400, "pol: unknown field; did you mean 'pool'?"),
        ("/commands/resize", '{"pool": 3}', 400, "pool: Input should be a valid string"),
        ("/commands/resize", "[]", 400, "body: expected an object"),
        ("/commands/resize", "1e999", 400, "body"),
    ],
)
def test_a_bad_call_is_told_with_its_reason_and_runs_nothing(app, client, url, body, status, told):
    """The envelope names the field and the form to write."""
    ran = []

    @app.command
    def resize(pool: str):
        ran.append(pool)

    answer = client.post(url, data=body)
    assert (answer.status_code, ran) == (status, [])
    assert told in answer.json["message"]


@pytest.mark.parametrize(("method", "status"), [("put", 405), ("patch", 405), ("delete", 405)])
def test_a_command_is_only_read_and_called(client, method, status):
    """Commands are made in the program."""
    assert getattr(client, method)("/commands/ping").status_code == status


def test_what_a_command_raises_is_told_without_a_traceback(app, client, caplog):
    """The log has it, once; the package's own errors keep their status."""

    @app.command
    def fail(body):
        raise (body and JobFailed("j1", "fetch", "why")) or ValueError("no such pool")

    app.command("missing")(lambda: app.tasks["fetch"])
    with caplog.at_level(logging.ERROR):
        answer = client.post("/commands/fail")
    assert answer.status_code == 500
    assert answer.json["error"] == "COMMAND_FAILED"
    assert answer.json["message"] == "command 'fail' raised ValueError: no such pool"
    assert answer.json["details"] == {"command": "fail", "error": "ValueError: no such pool"}
    assert "Traceback" not in answer.get_data(as_text=True)
    (record,) = caplog.records
    assert record.exc_info[0] is ValueError
    assert client.post("/commands/fail", data="true").status_code == 409
    assert client.post("/commands/missing").status_code == 404


def test_what_has_no_json_form_is_the_commands_failure(app, client):
    """Nothing is made up in its place."""
    app.command("odd")(object)
    app.command("nan")(lambda: float("nan"))
    for name in ("odd", "nan"):
        answer = client.post(f"/commands/{name}")
        assert (answer.status_code, answer.json["error"]) == (500, "COMMAND_FAILED")
        assert "cannot be written as JSON" in answer.json["message"]


def test_a_long_error_is_cut(app, client):
    """An error may quote what was sent."""

    @app.command
    def fail():
        raise ValueError("x" * 5_000)

    assert len(client.post("/commands/fail").json["message"]) < 1_100


def test_secrets_are_masked_in_results_and_errors(app, client):
    """Wherever in them they stand; in the audit trail too."""
    app.parameters["token"] = SecretArg("s3cret-value")
    app.command("tell")(lambda: {"it": "is s3cret-value"})

    @app.command
    def fail(body):
        raise ValueError(f"cannot log in with {body['password']}")

    assert "s3cret" not in client.post("/commands/tell").get_data(as_text=True)
    answer = client.post("/commands/fail", data='{"password": "s3cret-value"}')
    assert answer.status_code == 500
    assert "s3cret" not in answer.get_data(as_text=True)
    assert "s3cret" not in client.get("/changes").get_data(as_text=True)


def test_a_call_that_takes_too_long_is_answered_with_504(app, client, gate):
    """Its outcome can be asked for later; the thread of the server is free."""
    app.command("hang")(lambda: gate.wait(LONG_S))
    answer = client.post("/commands/hang?timeout=0.05")
    assert (answer.status_code, answer.json["error"]) == (504, "TIMEOUT")
    call = answer.json["details"]["command_id"]
    assert call in answer.json["message"]
    running = client.get(f"/commands/hang/{call}").json
    assert (running["status"], running["result"], running["error"]) == ("running", None, None)
    gate.set()
    ended = client.get(f"/commands/hang/{call}?timeout={LONG_S}").json
    assert (ended["status"], ended["result"]) == ("success", True)


def test_a_call_that_is_not_waited_for_is_answered_at_once(app, client, gate):
    """Location leads to its outcome."""
    app.command("hang")(lambda body: gate.wait(LONG_S) and body)
    answer = client.post("/commands/hang?wait=false", data="[1]")
    assert answer.status_code == 202
    where = answer.headers["Location"]
    assert where == f"/commands/hang/{answer.json['command_id']}"
    assert client.get(where).json["status"] in {"queued", "running"}
    gate.set()
    ended = client.get(f"{where}?timeout={LONG_S}").json
    assert ended["result"] == [1]
    assert ended["links"] == {"self": where, "command": "/commands/hang"}
    assert None not in {ended["submitted_at"], ended["started_at"], ended["ended_at"]}


def test_the_outcome_of_a_failure_has_the_code_of_the_answer(app, client):
    """With its status, message and details; a call of another command is none of this one."""
    app.command("fail")(lambda: 1 / 0)
    call = client.post("/commands/fail?wait=false").json["command_id"]
    ended = client.get(f"/commands/fail/{call}?timeout={LONG_S}").json
    assert ended["status"] == "fail"
    assert (ended["error"]["code"], ended["error"]["status"]) == ("COMMAND_FAILED", 500)
    assert "ZeroDivisionError" in ended["error"]["message"]
    assert client.get(f"/commands/ping/{call}").status_code == 404
    assert client.get("/commands/fail/nothing").status_code == 404
    assert client.get(f"/commands/fail/{call}?timeout=-1").status_code == 400
    assert client.get("/commands/fail?timeout=1").status_code == 400


def test_a_request_that_gets_no_place_to_wait_calls_nothing(api, app, client):
    """It is refused with 503 before the command begins."""
    ran = []
    app.command("note")(lambda: ran.append(1))
    api.poll_limit.most = 0
    answer = client.post("/commands/note")
    assert (answer.status_code, answer.json["error"], ran) == (503, "TOO_MANY_WAITING", [])
    assert client.post("/commands/note?wait=false").status_code == 202


def test_calls_are_on_the_audit_trail(app, client):
    """With what was sent, and how it was answered."""
    app.command("fail")(lambda body: 1 / 0)
    client.post("/commands/ping", data='{"x": 1}')
    client.post("/commands/fail", data="[2]")
    client.post("/commands/fail", data="{")
    bad, refused, done = client.get("/changes?resource=Command").json
    assert (done["kind"], done["name"], done["status"]) == ("action", "ping", 200)
    assert done["data"] == {"body": {"x": 1}}
    assert (refused["kind"], refused["status"], refused["result"]) == (
        "refusal",
        500,
        "COMMAND_FAILED",
    )
    assert refused["data"] == {"body": [2]}
    assert (bad["status"], bad["data"]) == (400, None)


KEYS = {
    "reader": {"key": "reader-0123456789", "scopes": ["read"]},
    "runner": {"key": "runner-0123456789", "scopes": ["run", "read"]},
    "tasks": {"key": "tasks-00123456789", "scopes": ["run", "read"], "tasks": "a*"},
    "both": {
        "key": "both-0123456789ab",
        "scopes": ["run", "read"],
        "tasks": "a*",
        "commands": "p*",
    },
    "root": {"key": "root-0123456789ab", "scopes": ["admin"]},
}


@pytest.fixture
def guarded(app):
    """A client of an API with keys."""
    api = FlaskAPI(port=0, session=app, api_keys=KEYS)
    client = api.app.test_client()

    def call(method, path, name, **options):
        key = {"X-API-Key": KEYS[name]["key"]}
        return client.open(path, method=method, headers=key, **options)

    return call


def test_calling_takes_the_scope_run(app, guarded):
    """The function learns who calls."""
    app.command("who")(lambda principal: principal.name)
    assert guarded("POST", "/commands/who", "reader").status_code == 403
    assert guarded("GET", "/commands", "reader").status_code == 200
    assert guarded("POST", "/commands/who", "runner").json == "runner"


def test_a_key_for_some_tasks_sees_no_commands(guarded):
    """They are not there for it."""
    assert guarded("GET", "/commands", "tasks").json == []
    assert guarded("POST", "/commands/ping", "tasks").status_code == 404
    assert guarded("GET", "/commands/ping", "tasks").status_code == 404
    assert guarded("GET", "/commands/ping/x", "tasks").status_code == 404


@pytest.mark.parametrize(
    ("tasks", "commands", "seen"),
    [(None, None, True), ("a*", None, False), ("a*", "p*", True), (None, "x*", False)],
)
def test_a_principal_sees_the_commands_of_its_pattern(tasks, commands, seen):
    """All of them without one, unless it is for some tasks only."""
    principal = Principal(name="ada", tasks=tasks, commands=commands)
    assert principal.sees_command("ping") is seen


def test_a_key_with_a_pattern_of_commands_sees_those(app, guarded):
    """Beside its tasks; the others are not there."""
    app.command("stop")(lambda: None)
    assert [each["name"] for each in guarded("GET", "/commands", "both").json] == ["ping"]
    assert guarded("POST", "/commands/ping", "both").json == {"code": 0}
    answer = guarded("POST", "/commands/stop", "both")
    assert (answer.status_code, answer.json["message"]) == (404, "no command 'stop'")


def test_a_key_that_is_made_has_patterns_of_commands_and_channels(tmp_path):
    """They are kept in the store with it."""
    url = f"sqlite:///{tmp_path / 'keys.db'}"
    body = {"name": "caller", "scopes": ["run"], "commands": "pi*", "channels": "price*"}
    headers = {"X-API-Key": KEYS["root"]["key"]}
    made = []
    for _ in range(2):
        app = Session(store=url)
        app.command("stop")(lambda: None)
        api = FlaskAPI(port=0, session=app, api_keys={"root": KEYS["root"]})
        client = api.app.test_client()
        if not made:
            made.append(client.post("/keys", json=body, headers=headers).json)
        shown = client.get("/keys/caller", headers=headers).json
        assert (shown["tasks"], shown["commands"], shown["channels"]) == (None, "pi*", "price*")
        own = {"X-API-Key": made[0]["key"]}
        assert client.post("/commands/ping", headers=own).status_code == 200
        assert client.post("/commands/stop", headers=own).status_code == 404
        app.close()


@pytest.mark.parametrize("field", ["commands", "channels"])
@pytest.mark.parametrize("pattern", ["", 7, "[z-a]", ["a"]])
def test_a_bad_pattern_of_a_key_is_refused(guarded, field, pattern):
    """By the name of its field; no key is made."""
    body = {"name": "caller", "scopes": ["run"], field: pattern}
    answer = guarded("POST", "/keys", "root", json=body)
    assert (answer.status_code, list(answer.json["details"]["fields"])) == (400, [field])
    assert guarded("GET", "/keys/caller", "root").status_code == 404


def test_call_resource_calls_commands_too(api, app, gate):
    """What is sent stands under `body`."""
    app.command("echo")(lambda body: body)
    assert api.call_resource("Command", "post", {"name": "echo", "body": [1]}).body == b"[1]"
    told = api.call_resource("Command", "post", {"name": "ping", "wait": False})
    assert told.status == 202
    app.command("hang")(lambda: gate.wait(LONG_S))
    with pytest.raises(WaitTimeout):
        api.call_resource("Command", "post", {"name": "hang", "timeout": 0.01})
    with pytest.raises(NotFound):
        api.call_resource("Command", "post", {"name": "png"})
    answer = api.answer("Command", "post", {"name": "echo", "bdy": 1})
    assert answer.body["message"] == "bdy: unknown field; did you mean 'body'?"


def test_commands_work_over_virtual_time():
    """Through a test client and call_resource, in the calling thread."""
    session = ManualSession()
    api = FlaskAPI(port=0, session=session)
    session.command("where")(lambda: threading.current_thread() is threading.main_thread())
    assert api.app.test_client().post("/commands/where").json is True
    assert api.call_resource("Command", "post", {"name": "where"}).body == b"true"


def test_the_processes_of_the_session_are_listed(app, client):
    """Found by name, and by any other field; an unknown one is told."""
    (main,) = client.get("/workers").json
    assert list(main) == ["name", "pid", "host", "kind", "session", "since"]
    assert (main["name"], main["kind"]) == ("redengine", "main")
    assert client.get("/workers?name=redengine&kind=main").json == [main]
    assert client.get("/workers?name=other").json == []
    answer = client.get("/workers?nmae=x")
    assert (answer.status_code, "name" in answer.json["message"]) == (400, True)


def test_a_key_for_some_tasks_sees_no_process_of_others(session, guarded):
    """What jobs of its own tasks have started is seen, and the session's own processes."""
    kinds = ("main", "worker", "spawned", "spawned")
    names = ("fake", "process-1", "abc", "xyz")
    found = [{"name": n, "kind": k} for n, k in zip(names, kinds, strict=True)]
    session.workers = lambda: found
    api = FlaskAPI(port=0, session=session, api_keys=KEYS)
    key = {"X-API-Key": KEYS["tasks"]["key"]}
    seen = api.app.test_client().get("/workers?$fields=name,kind", headers=key).json
    assert [each["name"] for each in seen] == ["fake", "process-1", "abc"]
