"""What an API is told by its arguments and the environment: addresses, paths, origins, its log."""

import json
import logging
import sys
import threading
import warnings

import pytest
from flask import url_for
from test_api_door_server import FAR_S, call, raw, serving
from test_api_slow_callers import comes
from werkzeug.routing import Rule

from redengine import Session
from redengine.api import FlaskAPI
from redengine.api.reloading import Reloader
from redengine.exceptions import InvalidInput

ROOT = "root-key-of-enough-length"
KEYS = {
    "root": {"key": ROOT, "scopes": ["admin"]},
    "reader": {"key": "reader-key-of-enough-length", "scopes": ["read"]},
}
KEY = {"X-API-Key": ROOT}


def client_of(session, **options):
    """A client of an API, without a network."""
    return FlaskAPI(port=0, session=session, **options).app.test_client()


# -- paths


@pytest.mark.parametrize("prefix", ["", "/api/v1", "/api"])
def test_every_path_stands_under_the_prefixes(client, prefix):
    """Resources, aliases and pages answer, and links keep the prefix."""
    assert client.get(f"{prefix}/tasks/fetch/").json["name"] == "fetch"
    assert client.get(f"{prefix}/task/fetch").status_code == 200
    assert client.get(f"{prefix}/openapi.json").status_code == 200
    assert f"{prefix}/docs/assets/" in client.get(f"{prefix}/docs").text
    made = client.post(f"{prefix}/jobs", json={"task": "fetch"})
    assert made.headers["Location"].startswith(f"{prefix}/jobs/")
    assert made.json["links"]["self"] == made.headers["Location"]
    missing = client.get(f"{prefix}/tassk/fetch")
    assert f"did you mean '{prefix}/task" in missing.json["message"]


def test_what_builds_the_url_of_a_rule_is_compiled_when_one_is_built(session, monkeypatch):
    """Making an API compiles none of it; `url_for` works as in every Flask application."""
    compiled = []
    compile_now = Rule._compile_builder

    def watched(rule, append_unknown=True):
        compiled.append(rule.rule)
        return compile_now(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", watched)
    app = FlaskAPI(port=0, session=session).app
    assert app.test_client().get("/api/v1/tasks/fetch").status_code == 200
    assert compiled == []
    with app.test_request_context():
        for _ in range(2):
            assert url_for("Task", name="a b", page=2) == "/tasks/a%20b?page=2"
    assert compiled == ["/tasks/<name:name>"]


def test_a_rule_with_two_values_of_one_name_is_refused_at_once(api):
    """The application's owner learns of it where the rule is added."""
    with pytest.raises(SyntaxError, match="duplicate argument"):
        api.app.add_url_rule("/pairs/<x>/<x>", view_func=str)


def test_what_only_looks_like_a_prefix_is_none(client):
    """/apiary and /api itself lead nowhere."""
    for path in ("/apiary/tasks", "/api", "/api/v2/tasks"):
        assert client.get(path).status_code == 404


# -- who is not let in


@pytest.mark.parametrize(
    ("headers", "path", "status", "word"),
    [
        ({}, "/tasks", 401, "authentication_required"),
        ({"X-API-Key": "unknown-key-of-enough-length"}, "/tasks", 403, "invalid_api_key"),
        ({"X-API-Key": KEYS["reader"]["key"]}, "/keys", 403, "insufficient_scope"),
        ({**KEY, "Host": "evil.example"}, "/tasks", 403, "forbidden"),
    ],
)
def test_a_refusal_tells_in_one_word_why(session, headers, path, status, word):
    """401 and 403 have `detail` with the word and the message; the envelope stays."""
    answer = client_of(session, api_keys=KEYS).get(path, headers=headers)
    assert answer.status_code == status
    assert answer.json["detail"] == {"error": word, "message": answer.json["message"]}
    assert {"error", "message", "details", "request_id"} <= answer.json.keys()


def test_a_revoked_key_is_an_invalid_one(session):
    """Its refusal has the same word as an unknown one's."""
    client = client_of(session, api_keys=KEYS)
    made = client.post("/keys", json={"name": "ci", "scopes": ["read"]}, headers=KEY).json["key"]
    client.delete("/keys/ci", headers=KEY)
    answer = client.get("/tasks", headers={"X-API-Key": made})
    assert answer.json["detail"]["error"] == "invalid_api_key"


def test_other_errors_have_no_detail(client):
    """The field is about who may call."""
    assert "detail" not in client.get("/tasks/nothing").json


# -- health


def test_health_has_the_words_of_monitors(session):
    """Status, time, version, whether a key is asked for, and what is stored."""
    body = client_of(session, api_keys=KEYS).get("/health", headers=KEY).json
    assert (body["status"], body["auth_required"]) == ("healthy", True)
    assert body["monitoring"] == {"enabled": True}
    assert body["stores"].keys() == {"accessible", "flow_count", "job_count"}
    assert {"timestamp", "version"} <= body.keys()


def test_health_of_a_session_counts_its_jobs():
    """The count is of all jobs, and the checks are still there."""
    with Session() as app:
        app.task()(print)
        app.submit("print").wait(FAR_S)
        body = client_of(app).get("/health").json
    assert body["stores"] == {"accessible": True, "flow_count": 0, "job_count": 1}
    assert body["auth_required"] is False
    assert body["checks"]["store"]["ok"] is True


# -- addresses


def test_requests_from_elsewhere_are_refused_before_keys_are_read(session):
    """Neither a right nor a wrong key matters, nor that the path is public."""
    client = client_of(session, api_keys=KEYS, allow_ips=["10.0.0.0/8", "::1", "192.0.2.7"])

    def get(address, path="/tasks", **headers):
        base = {"REMOTE_ADDR": address}
        return client.get(path, headers=headers, environ_base=base).status_code

    assert get("10.9.8.7", **KEY) == 200
    assert get("::ffff:10.9.8.7", **KEY) == 200
    assert get("::1", **KEY) == 200
    assert get("192.0.2.7") == 401
    assert get("127.0.0.1", **KEY) == 403
    assert get("11.0.0.1", "/health/live") == 403
    assert [get("192.0.2.8", **{"X-API-Key": "wrong-key-number"}) for _ in range(12)] == [403] * 12


@pytest.mark.parametrize("bad", ["10.0.0.0/8", [], ["somewhere"], [7.5], 7])
def test_addresses_that_are_none_are_refused(session, bad):
    """The error names the argument and shows its form."""
    with pytest.raises(InvalidInput, match=r"allow_ips: expected a list such as \['10.0.0.0/8'"):
        FlaskAPI(port=0, session=session, allow_ips=bad)


@pytest.mark.parametrize(
    ("proxies", "headers", "address"),
    [
        (1, {"X-Real-IP": "192.0.2.7"}, "192.0.2.7"),
        (["127.0.0.1"], {"X-Real-IP": "2001:db8::7"}, "2001:db8::7"),
        (1, {"X-Real-IP": "192.0.2.7", "X-Forwarded-For": "192.0.2.8"}, "192.0.2.8"),
        (1, {"X-Real-IP": "nonsense"}, "127.0.0.1"),
        (["10.0.0.1"], {"X-Real-IP": "192.0.2.7"}, "127.0.0.1"),
        (None, {"X-Real-IP": "192.0.2.7"}, "127.0.0.1"),
    ],
)
def test_a_trusted_proxy_may_tell_who_asks_in_one_header(session, proxies, headers, address):
    """`X-Real-IP` counts where there is no `X-Forwarded-For`, from a trusted proxy alone."""
    client = client_of(session, trusted_proxies=proxies)
    client.patch("/tasks/fetch", json={"priority": 3}, headers=headers)
    assert [entry["address"] for entry in session.changes.entries] == [address]


# -- public paths


def test_pages_and_probes_need_no_key_and_the_document_does(session):
    """The usual public paths, under every prefix; all else asks for the key."""
    client = client_of(session, api_keys=KEYS)
    for path in ("/docs", "/redoc", "/docs/assets/key.js", "/health/live", "/health/ready"):
        for prefix in ("", "/api", "/api/v1"):
            assert client.get(prefix + path).status_code == 200, prefix + path
    for path in ("/openapi.json", "/health", "/tasks", "/docsx", "/metrics"):
        assert client.get(path).status_code == 401, path


def test_public_paths_are_read_and_not_written(session):
    """A path that is named is open to reading, with all below it; writes still take a key."""
    client = client_of(session, api_keys=KEYS, public_paths=["/tasks/", "/metrics"])
    assert client.get("/tasks").status_code == 200
    assert client.get("/tasks/fetch").status_code == 200
    assert client.get("/metrics").status_code == 200
    assert client.patch("/tasks/fetch", json={"priority": 3}).status_code == 401
    assert client.get("/docs").status_code == 401
    assert client.get("/health/live").status_code == 401


def test_no_public_paths_leave_none(session):
    """`()` asks for a key everywhere."""
    client = client_of(session, api_keys=KEYS, public_paths=())
    for path in ("/docs", "/redoc", "/health/live", "/health/ready"):
        assert client.get(path).status_code == 401
        assert client.get(path, headers=KEY).status_code == 200


@pytest.mark.parametrize("bad", ["/docs", ["docs"], [1]])
def test_paths_that_are_none_are_refused(session, bad):
    """The error names the argument and shows its form."""
    with pytest.raises(InvalidInput, match=r"public_paths: expected paths such as"):
        FlaskAPI(port=0, session=session, public_paths=bad)


# -- origins


@pytest.mark.parametrize("given", ["*", ["*"], ["https://a.example", "*"]])
def test_all_origins_are_taken_with_a_warning_and_without_credentials(session, given):
    """Pages of anybody may read and write with a key; a browser sends no cookies."""
    with pytest.warns(UserWarning, match=r"cors_origins='\*' lets the pages of anybody"):
        client = client_of(session, api_keys=KEYS, cors_origins=given)
    for origin in ("https://evil.example", "null"):
        headers = {**KEY, "Origin": origin, "Sec-Fetch-Site": "cross-site"}
        answer = client.patch("/tasks/fetch", json={"priority": 3}, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        asked = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
        assert client.options("/tasks/fetch", headers=asked).status_code == 204


def test_all_origins_without_keys_are_refused_unless_that_is_meant(session):
    """Every page could do everything; `insecure=True` says that this is meant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(InvalidInput, match=r"cors_origins: '\*' without keys"):
            FlaskAPI(port=0, session=session, cors_origins="*")
        FlaskAPI(port=0, session=session, cors_origins="*", insecure=True)


# -- the access log


def test_each_request_is_one_line(session, tmp_path):
    """Answers, refusals of the door and of the server; who asked, and never a key."""
    path = tmp_path / "access.log"
    with serving(session, api_keys=KEYS, access_log=path) as api:
        call(api, "GET", "/tasks/fetch", **{**KEY, "X-Request-Id": "mine"})
        call(api, "GET", "/nowhere", **KEY)
        call(api, "GET", "/tasks", **{"X-API-Key": "wrong-key-of-enough-length"})
        call(api, "GET", f"/tasks?api_key={ROOT}")
        raw(api, b"NONSENSE\r\n\r\n")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    told = [(line["method"], line["route"], line["status"], line["actor"]) for line in lines]
    assert told == [
        ("GET", "/tasks/<name>", 200, "root"),
        ("GET", "unknown", 404, "root"),
        ("GET", "/tasks", 403, None),
        ("GET", "/tasks", 400, None),
        ("unknown", "unknown", 400, None),
    ]
    assert lines[0].keys() == {
        *("time", "request_id", "actor", "address", "method", "route", "status", "ms")
    }
    assert (lines[0]["request_id"], lines[0]["address"]) == ("mine", "127.0.0.1")
    assert all(line["ms"] >= 0 and line["request_id"] for line in lines)
    assert "key-of-enough" not in path.read_text()


def test_the_log_goes_on_in_a_new_file_when_the_old_one_is_moved(session, tmp_path):
    """Programs that rotate logs move the file away."""
    path = tmp_path / "access.log"
    client = client_of(session, access_log=str(path))
    client.get("/tasks")
    path.rename(tmp_path / "access.log.1")
    client.get("/tasks")
    assert len(path.read_text().splitlines()) == 1


def test_the_log_may_go_to_stderr(session, capsys):
    """One line a request, and nothing else."""
    client = client_of(session, access_log=True)
    client.get("/tasks")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["route"] == "/tasks"


@pytest.mark.parametrize("bad", ["/no/such/folder/access.log", 7, "/"])
def test_a_log_that_cannot_be_written_is_refused(session, bad):
    """The error names the argument."""
    with pytest.raises(InvalidInput, match=r"access_log: expected"):
        FlaskAPI(port=0, session=session, access_log=bad)


# -- the environment


@pytest.fixture
def environment(monkeypatch):
    """Sets variables; none of ours is set before."""
    import os

    for name in [each for each in os.environ if each.startswith("REDENGINE_")]:
        monkeypatch.delenv(name)

    def put(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"REDENGINE_{name}", value)

    return put


def test_the_environment_says_where_it_listens_and_an_argument_wins(session, environment):
    """Host and port."""
    environment(API_HOST="localhost", API_PORT="6001")
    api = FlaskAPI(session=session)
    assert (api.address, api.port) == ("localhost", 6001)
    api = FlaskAPI("127.0.0.1", 6002, session=session)
    assert (api.address, api.port) == ("127.0.0.1", 6002)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("API_PORT", "abc"),
        ("API_PORT", "65536"),
        ("API_PORT", "-1"),
        ("API_KEY", "short"),
        ("API_KEYS", "short,also-short"),
        ("API_KEYS", '{"a": 1}'),
        ("API_KEYS", "name:key"),
        ("API_KEY_ENABLED", "perhaps"),
        ("API_RELOAD", "perhaps"),
        ("RATE_LIMIT_ENABLED", "perhaps"),
        ("RATE_LIMIT_PER_MINUTE", "0"),
        ("RATE_LIMIT_PER_MINUTE", "many"),
        ("DEBUGGER_MODE", "perhaps"),
    ],
)
def test_a_bad_value_stops_the_start_and_is_named(session, environment, name, value):
    """Nothing is guessed."""
    environment(**{name: value})
    with pytest.raises(InvalidInput, match=f"REDENGINE_{name}"):
        FlaskAPI(session=session)


def test_a_bad_origin_of_the_environment_stops_the_start(session, environment):
    """Origins are checked as those of the argument are."""
    environment(CORS_ORIGINS="https://a.example, nonsense")
    with pytest.raises(InvalidInput, match="cors_origins: expected origins"):
        FlaskAPI(session=session)


def test_plain_keys_are_numbered_and_may_do_everything(session, environment):
    """Between commas; each has a name of its own in the journal."""
    environment(API_KEYS="first-key-of-enough-length, second-key-of-enough-length,")
    client = client_of(session)
    headers = {"X-API-Key": "second-key-of-enough-length"}
    assert client.patch("/tasks/fetch", json={"priority": 3}, headers=headers).status_code == 200
    assert [entry["actor"] for entry in session.changes.entries] == ["environment-2"]
    keys = client.get("/keys", headers=headers).json
    assert [(key["name"], key["scopes"]) for key in keys] == [
        ("environment-1", ["admin"]),
        ("environment-2", ["admin"]),
    ]


@pytest.mark.parametrize(
    ("variables", "passes"),
    [
        ({"RATE_LIMIT_ENABLED": "true", "RATE_LIMIT_PER_MINUTE": "2"}, 2),
        ({"RATE_LIMIT_PER_MINUTE": "3"}, 3),
        ({"RATE_LIMIT_ENABLED": "true"}, 60),
        ({"RATE_LIMIT_ENABLED": "false", "RATE_LIMIT_PER_MINUTE": "2"}, 70),
        ({}, 70),
    ],
)
def test_the_environment_limits_each_address(session, environment, variables, passes):
    """Sixty a minute if it does not say how many."""
    environment(**variables)
    client = client_of(session)
    answers = [client.get("/tasks").status_code for _ in range(70)]
    assert answers == [200] * passes + [429] * (70 - passes)


def test_origins_come_from_the_environment(session, environment):
    """Between commas."""
    environment(CORS_ORIGINS="https://a.example, https://b.example")
    answer = client_of(session).get("/tasks", headers={"Origin": "https://b.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "https://b.example"


def test_an_unknown_name_is_told_with_the_nearest(session, environment):
    """A misspelt variable does not go unseen."""
    environment(API_PROT="6000")
    with pytest.warns(UserWarning, match="REDENGINE_API_PROT means nothing.*REDENGINE_API_PORT"):
        FlaskAPI(session=session)


def test_links_to_services_are_passed_over(session, environment):
    """Kubernetes sets them for a service of that name; also under a name that we know."""
    environment(
        SERVICE_HOST="10.0.0.1",
        SERVICE_PORT="5000",
        SERVICE_PORT_HTTP="5000",
        PORT="tcp://10.0.0.1:5000",
        PORT_5000_TCP="tcp://10.0.0.1:5000",
        PORT_5000_TCP_PROTO="tcp",
        PORT_5000_TCP_ADDR="10.0.0.1",
        API_PORT="tcp://10.0.0.1:5000",
        API_SERVICE_HOST="10.0.0.1",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert FlaskAPI(session=session).port == 5000


def test_a_session_takes_its_store_from_the_environment(environment, tmp_path):
    """A store that is given wins; virtual time keeps nothing."""
    from redengine.testing import ManualSession

    environment(STORE=f"sqlite:///{tmp_path / 'said.db'}")
    app = Session()
    assert "said.db" in app.store.url
    app.close()
    app = Session(store=f"sqlite:///{tmp_path / 'given.db'}")
    assert "given.db" in app.store.url
    app.close()
    with ManualSession() as app:
        assert not app.store.durable


# -- reloading


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A script and a module beside it, which are loaded."""
    script, module = tmp_path / "script.py", tmp_path / "beside.py"
    script.write_text("import beside\n")
    module.write_text("x = 1\n")
    for name, path in (("__main__", script), ("beside", module)):
        loaded = type(sys)(name)
        loaded.__file__ = str(path)
        monkeypatch.setitem(sys.modules, name, loaded)
    return script, module


def put(path, text):
    """Write a file at once: nobody finds it empty, or in part."""
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


@pytest.mark.parametrize("which", [0, 1])
def test_a_change_of_the_script_or_a_module_beside_it_restarts_once(program, which):
    """Once: the restarted program watches anew."""
    restarts = threading.Semaphore(0)
    reloader = Reloader(restarts.release, look_s=0.01)
    reloader.start()
    try:
        numbers = iter(range(10, 10_000))
        assert comes(
            lambda: (
                put(program[which], f"x = {next(numbers)}\n" + "#" * next(numbers))
                or restarts.acquire(blocking=False)
            )
        )
        reloader._thread.join(FAR_S)
        assert not reloader._thread.is_alive()
        assert not restarts.acquire(blocking=False)
    finally:
        reloader.stop()


def test_a_change_that_cannot_be_read_is_told_and_waited_out(program, caplog):
    """A script that is half written does not end the session."""
    caplog.set_level(logging.WARNING)
    restarts = threading.Semaphore(0)
    reloader = Reloader(restarts.release, look_s=0.01)
    reloader.start()
    try:
        numbers = iter(range(10_000))
        assert comes(
            lambda: (
                put(program[0], "def half(:\n" + "#" * next(numbers))
                or "script.py has changed, and cannot be read" in caplog.text
            )
        )
        assert not restarts.acquire(blocking=False)
        put(program[0], "whole = 1\n")
        assert restarts.acquire(timeout=FAR_S)
    finally:
        reloader.stop()
