"""Services: nobody but who may stop the session ends the API, for now or for good."""

import logging
import socket

import pytest
from test_api_slow_callers import comes

from redengine import Session
from redengine.api import FlaskAPI
from redengine.exceptions import InvalidInput
from redengine.tasks import CodeTask, CommandTask
from redengine.testing import ManualSession

SCOPES = ("read", "run", "write", "debug", "admin")
KEYS = {
    **{scope: {"key": f"{scope}-key-of-enough-length", "scopes": [scope]} for scope in SCOPES},
    "all-but-admin": {"key": "most-key-of-enough-length", "scopes": list(SCOPES[:-1])},
}
ROOT = {"X-API-Key": KEYS["admin"]["key"]}
MOST = {"X-API-Key": KEYS["all-but-admin"]["key"]}


@pytest.fixture
def app():
    """A session over virtual time with a task, and a service of the script's own."""
    with ManualSession() as app:

        @app.task("daily")
        def fetch(file=None): ...

        @app.task(permanent=True, disabled=True)
        def watch(): ...

        app.advance("1 s")
        yield app


@pytest.fixture
def api(app):
    """The API of the session, with keys."""
    return FlaskAPI(port=0, session=app, api_keys=KEYS)


@pytest.fixture
def client(api):
    """A client that calls the application without a network."""
    return api.app.test_client()


@pytest.mark.parametrize("name", ["FlaskAPI", "watch"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/tasks/{}", None),
        ("DELETE", "/tasks/{}?force=true", None),
        ("DELETE", "/task/{}", None),
        ("PATCH", "/tasks/{}", {"disabled": True}),
        ("PATCH", "/tasks/{}", {"end_cond": "always true"}),
        ("PATCH", "/tasks/{}", {"description": "mine"}),
        ("PATCH", "/tasks/{}", {"force_termination": True}),
        ("PATCH", "/tasks/{}", {"force_run": True}),
        ("PUT", "/tasks/{}", {"start_cond": "daily"}),
        ("POST", "/tasks/{}/terminate", {}),
    ],
)
def test_a_service_takes_admin(client, app, name, method, path, body):
    """Every write to a service is refused to a key with all other scopes, and changes nothing."""
    before = app.tasks[name].snapshot()
    answer = client.open(path.format(name), method=method, json=body, headers=MOST)
    assert (answer.status_code, answer.json["error"]) == (403, "INSUFFICIENT_SCOPE")
    assert answer.json["details"]["needed"] == ["admin"]
    assert app.tasks[name].snapshot() == before


def test_a_service_of_the_scripts_own_takes_no_job_without_admin(client):
    """Submitting one would start it a second time."""
    for path, body in (("/jobs", {"task": "watch"}), ("/tasks/watch/jobs", {})):
        answer = client.post(path, json=body, headers=MOST)
        assert (answer.status_code, answer.json["error"]) == (403, "INSUFFICIENT_SCOPE")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/jobs", {"task": "FlaskAPI"}),
        ("POST", "/jobs", {"operation": "FlaskAPI", "version": "1.0"}),
        ("POST", "/tasks/FlaskAPI/jobs", {}),
        ("PATCH", "/tasks/FlaskAPI", {"force_run": True}),
    ],
)
def test_no_second_server_is_started(client, app, method, path, body):
    """The API takes no job, whoever asks."""
    answer = client.open(path, method=method, json=body, headers=ROOT)
    assert (answer.status_code, answer.json["details"]["reason"]) == (409, "service")
    assert not [job for job in app.jobs if job.task == "FlaskAPI"]


@pytest.mark.parametrize("action", ["terminate", "cancel", "pause", "resume"])
def test_the_job_of_a_service_takes_admin(client, app, action):
    """Ending, withdrawing and holding it are refused to a key with all other scopes."""
    app.tasks["watch"].disabled = False
    job = app.submit("watch", job_id="service")
    answer = client.post(f"/jobs/{job.id}/{action}", json={}, headers=MOST)
    assert (answer.status_code, answer.json["error"]) == (403, "INSUFFICIENT_SCOPE")


@pytest.mark.parametrize("field", ["permanent", "permanent_task"])
def test_a_task_is_made_a_service_by_admin_only(client, app, field):
    """A service is ended by no time limit."""
    answer = client.patch("/tasks/fetch", json={field: True}, headers=MOST)
    assert (answer.status_code, answer.json["details"]["needed"]) == (403, ["admin"])
    assert client.patch("/tasks/fetch", json={field: True}, headers=ROOT).status_code == 200


@pytest.mark.parametrize("body", [{"shut_cond": "always true"}, {"timeout": 5, "shut_cond": None}])
def test_what_can_stop_the_session_takes_admin(client, app, body):
    """`shut_cond` is refused to a key with all other scopes, alone or among other keys."""
    before = app.config.snapshot()
    answer = client.patch("/config", json=body, headers=MOST)
    assert (answer.status_code, answer.json["details"]["needed"]) == (403, ["admin"])
    assert app.config.snapshot() == before
    assert client.patch("/config", json={"timeout": 5}, headers=MOST).status_code == 200


def test_a_runtime_of_a_service_takes_admin(client, app):
    """Removing or resizing the runtime in which a service runs is refused."""
    app.runtime("own", kind="thread", size=1)
    app.tasks["watch"].update({"execution": "own"})
    for method, body in (("PATCH", {"size": 2}), ("DELETE", None)):
        answer = client.open("/runtimes/own?force=true", method=method, json=body, headers=MOST)
        if method == "PATCH":
            answer = client.open("/runtimes/own", method=method, json=body, headers=MOST)
        assert (answer.status_code, answer.json["details"]["needed"]) == (403, ["admin"])
    assert client.patch("/runtimes/thread", json={"size": 3}, headers=MOST).status_code == 200


def test_a_hidden_service_is_not_told_of(app):
    """For a key of other tasks the API itself is not there: 404, not a missing scope."""
    keys = {"some": {"key": "some-key-of-enough-length", "scopes": ["write"], "tasks": "fetch"}}
    client = FlaskAPI(port=0, session=app, api_keys=keys).app.test_client()
    headers = {"X-API-Key": keys["some"]["key"]}
    assert client.delete("/tasks/FlaskAPI", headers=headers).status_code == 404
    assert client.post("/tasks/FlaskAPI/terminate", json={}, headers=headers).status_code in {
        403,
        404,
    }


# -- options of commands


@pytest.mark.parametrize(
    ("parameters", "may"),
    [
        ({"day": "2"}, True),
        ({"week": "2"}, True),
        ({}, True),
        ({"to-command": "sh"}, False),
        ({"day": "2", "exec": "sh"}, False),
    ],
)
def test_a_command_gets_new_options_by_admin_only(app, client, parameters, may):
    """Its parameters become options, and options choose what a program does."""
    CommandTask(["echo"], name="tar", parameters={"day": "1"}, options=["day", "week"], session=app)
    body = {"parameters": parameters}
    answer = client.patch("/tasks/tar", json=body, headers=MOST)
    assert answer.status_code == (200 if may else 403)
    assert client.patch("/tasks/tar", json=body, headers=ROOT).status_code in {200, 400}
    assert client.patch("/tasks/tar", json={"options": ["x"]}, headers=MOST).status_code == 403
    assert client.patch("/tasks/fetch", json={"parameters": {"file": 1}}, headers=MOST).is_json


@pytest.mark.parametrize(
    ("task", "parameters"),
    [("tar", {"to-command": "sh"}), ("code", {"__builtins__": {}}), ("code", {"__name__": "x"})],
)
def test_a_job_gives_no_undeclared_options_and_replaces_no_globals(app, client, task, parameters):
    """A key that may run tasks chooses values of what their authors declared."""
    CommandTask(["echo"], name="tar", session=app)
    CodeTask("print(1)", name="code", session=app)
    for path, body in (
        ("/jobs", {"task": task, "parameters": parameters}),
        (f"/tasks/{task}/jobs", {"parameters": parameters}),
        ("/jobs", {"operation": task, "payload": {"data": parameters}}),
    ):
        answer = client.post(path, json=body, headers=MOST)
        assert (answer.status_code, answer.json["error"]) == (400, "VALIDATION_ERROR")


# -- input files

FILE = {"path": "/etc/hostname", "checksum": "sha256:" + "0" * 64}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/jobs", {"task": "fetch", "parameters": {"file": FILE}}),
        ("POST", "/jobs", {"task": "fetch", "parameters": {"file": [{"a": FILE}]}}),
        ("POST", "/tasks/fetch/jobs", {"parameters": {"file": FILE}}),
        ("POST", "/jobs", {"operation": "fetch", "payload": {"data": {"file": FILE}}}),
        ("PATCH", "/tasks/fetch", {"parameters": {"file": FILE}}),
        ("PATCH", "/parameters", {"file": FILE}),
        ("PATCH", "/parameters/file", {"value": FILE}),
        ("PATCH", "/returns", {"fetch": FILE}),
    ],
)
def test_the_digest_of_any_file_is_not_for_every_key(client, app, method, path, body):
    """A file with a checksum takes admin: what becomes of it tells what the file has in it."""
    answer = client.open(path, method=method, json=body, headers=MOST)
    assert (answer.status_code, answer.json["error"]) == (403, "FORBIDDEN")
    assert "input_roots" in answer.json["message"]
    assert client.open(path, method=method, json=body, headers=ROOT).status_code < 400


def test_files_under_the_declared_folders_may_be_named(app, tmp_path):
    """`input_roots` opens folders; neither `..` nor a link leads out of them."""
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "secret").write_text("s")
    (inside / "link").symlink_to(tmp_path / "secret")
    (inside / "data").write_text("d")
    api = FlaskAPI(port=0, session=app, api_keys=KEYS, input_roots=[inside])
    client = api.app.test_client()

    def submit(path):
        parameters = {"file": {**FILE, "path": str(path)}}
        body = {"task": "fetch", "parameters": parameters}
        return client.post("/jobs", json=body, headers=MOST).status_code

    assert submit(inside / "data") == 201
    assert submit(inside / "link") == 403
    assert submit(inside / ".." / "secret") == 403
    assert submit(f"{inside}side") == 403
    assert submit(inside) in {201, 403}


@pytest.mark.parametrize("bad", ["/data", [1]])
def test_folders_that_are_no_list_are_refused(app, bad):
    """The error names the argument and shows its form."""
    with pytest.raises(InvalidInput, match=r"input_roots: expected a list of folders"):
        FlaskAPI(port=0, session=app, input_roots=bad)


# -- the next start


def changed(url, *changes):
    """Make changes over the API of a session that runs, and stop it."""
    app = Session(store=url, config={"shutdown_timeout": "1 s"})
    api = FlaskAPI(port=0, session=app)
    app.task("daily", name="fetch")(print)
    app.start(block=False)
    client = api.app.test_client()
    for method, path, body in changes:
        assert client.open(path, method=method, json=body).status_code < 300
    app.shut_down()
    assert comes(lambda: app.state == "stopped")


@pytest.fixture
def started_anew(tmp_path):
    """Starts a session with an API over the changes that were made before."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    sessions = []

    def start(*changes):
        changed(url, *changes)
        app = Session(store=url)
        app.task("daily", name="fetch")(print)
        api = FlaskAPI(port=0, session=app)
        sessions.append(app)
        app.start(block=False)
        api.wait_ready(60)
        return app

    yield start
    for app in sessions:
        app.shut_down()


@pytest.mark.parametrize(
    "change",
    [
        ("PATCH", "/tasks/FlaskAPI", {"disabled": True}),
        ("PATCH", "/tasks/FlaskAPI", {"end_cond": "always true"}),
        ("PATCH", "/tasks/FlaskAPI", {"permanent_task": False, "start_cond": None}),
        ("DELETE", "/tasks/FlaskAPI?force=true", None),
        ("PUT", "/tasks/FlaskAPI", {"code": "1"}),
        ("PATCH", "/config", {"shut_cond": "always true"}),
        ("PATCH", "/config", {"shut_cond": "scheduler has run over 2 s"}),
    ],
)
def test_a_change_that_leaves_a_dead_session_is_not_applied_again(started_anew, caplog, change):
    """The next start has its API and goes on, and the log says what was left out."""
    caplog.set_level(logging.WARNING)
    app = started_anew(change)
    assert app.state == "running"
    assert app.config.shut_cond is None
    assert "is not applied again" in caplog.text


def test_a_parameter_that_makes_shut_cond_hold_is_seen(started_anew, caplog):
    """Whether it ends the session is asked when all other changes have been applied."""
    app = started_anew(
        ("PATCH", "/config", {"shut_cond": "param 'stop' is 'yes'", "timeout": 7}),
        ("PATCH", "/parameters", {"stop": "no"}),
    )
    assert str(app.config.shut_cond) == "param 'stop' is 'yes'"
    assert app.config.timeout.total_seconds() == 7
    app.shut_down()
    caplog.clear()
    app = started_anew(("PATCH", "/parameters", {"stop": "yes"}))
    assert (app.state, app.config.shut_cond) == ("running", None)
    assert "shut_cond 'param 'stop' is 'yes''" in caplog.text


def test_other_changes_of_what_stops_the_session_are_applied_again(started_anew):
    """A `shut_cond` that lies ahead holds after the next start as well."""
    app = started_anew(("PATCH", "/config", {"shut_cond": "scheduler has run over 2 hours"}))
    assert str(app.config.shut_cond) == "scheduler has run over 2 hours"


@pytest.mark.parametrize("is_replaced", [False, True])
def test_an_api_that_goes_before_it_served_gives_its_port_back(is_replaced):
    """The start takes the port; its job may be withdrawn before it begins."""
    app = Session()
    api = FlaskAPI(port=0, session=app)
    api.setup()
    if is_replaced:
        FlaskAPI(port=0, session=app, on_exists="replace")
    else:
        api.delete(force=True)
    with socket.socket() as other:
        other.bind(("127.0.0.1", api.port))
