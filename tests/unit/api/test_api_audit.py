"""The audit trail: who asked for what, from where, and how it was answered."""

import pytest

from redengine.api import FlaskAPI
from redengine.api.auth.audit import MOST_AT_ONCE, Allowance
from redengine.api.core.masking import MOST_SHOWN
from redengine.exceptions import Forbidden
from redengine.parameters import SecretArg

SECRET = "hunter2-secret"


def trail(session):
    return session.changes.trail


def last(session):
    return session.changes.trail[-1]


def test_a_change_tells_what_was_before_and_after(client, session):
    """An accepted change has everything: who, from where, what, how it was answered."""
    answer = client.patch(
        "/tasks/fetch", json={"priority": 7}, headers={"X-Request-Id": "my-request"}
    )
    assert answer.status_code == 200
    entry = last(session)
    assert (entry["kind"], entry["resource"], entry["name"]) == ("change", "Task", "fetch")
    assert (entry["method"], entry["status"], entry["result"]) == ("patch", 200, None)
    assert (entry["before"], entry["after"]) == ({"priority": 1}, {"priority": 7})
    assert (entry["address"], entry["actor"]) == ("127.0.0.1", "127.0.0.1")
    assert entry["request_id"] == "my-request"


def test_making_and_removing_tell_the_whole_task(client, session):
    """There is nothing before a creation, and nothing after a removal."""
    client.post("/tasks/new", json={"code": "1"})
    assert (last(session)["before"], last(session)["after"]["code"]) == (None, "1")
    client.delete("/tasks/new")
    assert (last(session)["before"]["code"], last(session)["after"]) == ("1", None)


@pytest.mark.parametrize(
    ("method", "path", "body", "resource", "name"),
    [
        ("post", "/tasks/fetch/jobs", {"parameters": {"a": 1}}, "TaskJobs", "fetch"),
        ("post", "/tasks/fetch/terminate", {"reason": "x"}, "TaskTerminate", "fetch"),
        ("post", "/jobs", {"task": "fetch"}, "Jobs", None),
        ("post", "/session/pause", {}, "SessionPause", None),
        ("post", "/session/shutdown", {}, "SessionShutdown", None),
        ("patch", "/tasks/fetch", {"force_run": True}, "Task", "fetch"),
        ("patch", "/tasks/fetch", {"force_termination": True}, "Task", "fetch"),
    ],
)
def test_actions_are_recorded(client, session, method, path, body, resource, name):
    """What happens once is told as such, with what was asked for."""
    status = getattr(client, method)(path, json=body).status_code
    entry = last(session)
    assert (entry["kind"], entry["resource"], entry["name"]) == ("action", resource, name)
    assert (entry["method"], entry["status"]) == (method, status)
    assert entry["data"] == (body or None)
    assert session.changes.entries == []


def test_a_change_with_an_action_in_it_is_both(client, session):
    """The start by force is not lost beside the change, nor applied again with it."""
    client.patch("/tasks/fetch", json={"priority": 7, "force_run": True})
    action, change = sorted(trail(session), key=lambda entry: entry["kind"])
    assert change["data"] == {"name": "fetch", "priority": 7}
    assert action["data"] == {"force_run": True}
    assert action["request_id"] == change["request_id"]


@pytest.mark.parametrize(
    ("method", "path", "kwargs", "status", "result", "resource"),
    [
        ("patch", "/tasks/fetch", {"json": {"priority": "high"}}, 400, "VALIDATION_ERROR", "Task"),
        ("post", "/tasks/fetch", {"json": {"code": "1"}}, 409, "CONFLICT", "Task"),
        ("delete", "/tasks/nothing", {}, 404, "NOT_FOUND", "Task"),
        ("post", "/tasks", {}, 405, "METHOD_NOT_ALLOWED", "Path"),
        ("patch", "/tasks/fetch", {"data": "{"}, 400, "VALIDATION_ERROR", "Task"),
        ("post", "/nowhere", {"json": {}}, 404, "NOT_FOUND", "Path"),
        (
            "patch",
            "/tasks/fetch",
            {"json": {}, "headers": {"If-Match": '"a"'}},
            412,
            "PRECONDITION_FAILED",
            "Task",
        ),
        (
            "patch",
            "/tasks/fetch",
            {"json": {}, "headers": {"Host": "evil.example"}},
            403,
            "FORBIDDEN",
            "Task",
        ),
        ("patch", "/tasks/fetch", {"data": b"x" * 2_000_000}, 413, "PAYLOAD_TOO_LARGE", "Task"),
    ],
)
def test_refused_writes_are_recorded(
    client, session, method, path, kwargs, status, result, resource
):
    """Whatever refuses it, at the door or behind it, the trail tells once."""
    assert getattr(client, method)(path, **kwargs).status_code == status
    (entry,) = trail(session)
    assert (entry["kind"], entry["status"], entry["result"]) == ("refusal", status, result)
    assert (entry["method"], entry["resource"]) == (method, resource)
    assert entry["address"] == "127.0.0.1"
    assert entry["request_id"]


def test_whoever_is_not_let_in_is_recorded(session):
    """A 401 and a 403 of `authenticate` are in the trail, without what was sent."""

    class Guarded(FlaskAPI):
        def authenticate(self):
            from flask import abort, request

            if request.headers.get("X-Who") == "nobody":
                abort(401)
            raise Forbidden("not you")

    client = Guarded(port=0, session=session).app.test_client()
    client.patch("/tasks/fetch", json={"priority": SECRET}, headers={"X-Who": "nobody"})
    client.delete("/tasks/fetch")
    client.get("/tasks/fetch")
    assert [(entry["status"], entry["name"], entry["data"]) for entry in trail(session)] == [
        (401, "fetch", None),
        (403, "fetch", None),
    ]


def test_reading_is_not_recorded(client, session):
    """Nor is asking for a plan, which changes nothing."""
    for path in ("/tasks", "/tasks/fetch", "/nowhere", "/export", "/changes"):
        client.get(path)
    client.head("/tasks")
    client.options("/tasks")
    assert trail(session) == []


def test_other_transports_are_audited_too(api, session):
    """Actions and refusals of `answer` are recorded with the transport's name."""
    api.answer("SessionPause", "post")
    api.answer("Task", "patch", {"name": "fetch", "priority": "high"})
    assert [(entry["kind"], entry["actor"]) for entry in trail(session)] == [
        ("action", "FlaskAPI"),
        ("refusal", "FlaskAPI"),
    ]


def test_no_secret_is_shown(client, session):
    """Environments, secret parameters, passwords in URLs and keys that sound secret are masked."""
    session.parameters["token"] = SecretArg("x")
    client.put(
        "/tasks/new",
        json={
            "code": f"open('https://me:{SECRET}@example.com/x?a=b')",
            "parameters": {"api_key": SECRET, "list": [{"password": SECRET}], "plain": 1},
        },
    )
    client.patch("/parameters", json={"token": SECRET, "url": f"redis://:{SECRET}@host"})
    client.patch("/parameters/token", json={"value": SECRET})
    client.post("/tasks/fetch/jobs", json={"parameters": {"token": SECRET, "db_password": SECRET}})
    client.post("/tasks/fetch/jobs", json={"nonsense": {"env": {"A": SECRET}}})
    client.put("/tasks/cmd", json={"command": "x", "cwd": "/", "env": {"A": SECRET}})
    assert len(trail(session)) >= 6
    assert SECRET not in client.get("/changes").text
    assert SECRET not in str(trail(session))
    shown = client.get("/changes?name=new").json[0]["data"]
    assert shown["code"] == "open('https://me:*****@example.com/x?a=b')"
    assert shown["parameters"]["plain"] == 1


def test_what_is_not_shown_is_kept_for_the_next_start(client, session):
    """The journal has the whole write, so that it can be made again."""
    body = {"code": "x", "parameters": {"api_key": SECRET}}
    client.put("/tasks/new", json=body)
    (whole,) = session.changes.whole()
    assert whole["data"] == {"name": "new", **body}


def test_a_secret_parameter_is_not_written_down_at_all(client, session):
    """Neither its new value nor its old one is anywhere in the trail."""
    session.parameters["token"] = SecretArg(f"{SECRET}-old")
    client.patch("/parameters", json={"token": SECRET, "day": 1})
    client.delete("/parameters/token")
    assert SECRET not in f"{trail(session)}{session.changes.sealed}"


def test_a_parameter_that_became_secret_is_masked_and_cannot_be_guessed(client, session):
    """A filter by its value is refused, as its matches would tell the value."""
    client.patch("/parameters", json={"code": SECRET})
    client.patch("/parameters/code", json={"value": SECRET})
    session.parameters.mark_secret("code")
    assert SECRET not in client.get("/changes").text
    answer = client.get("/changes?data.code$regex=h.*")
    assert answer.status_code == 400
    assert "a secret cannot be filtered by" in answer.json["message"]
    assert client.get("/changes?after.code$min=a").status_code == 400


def test_long_requests_are_cut(client, session):
    """An action or a refusal takes little room, however much was sent."""
    client.post("/tasks/fetch/jobs", json={"parameters": {"x": "y" * 100_000}})
    data = last(session)["data"]
    assert data["bytes"] > 100_000
    assert len(data["begins"]) < MOST_SHOWN
    client.delete(f"/tasks/{'x' * 10_000}")
    assert len(last(session)["name"]) <= 200


def test_a_flood_of_refusals_is_not_recorded_one_by_one(client, session):
    """What is over the allowance is counted, and the next one that is recorded tells of it."""
    clock = [0.0]
    allowance = Allowance(3, lambda: clock[0])
    taken = [allowance.take() for _ in range(10)]
    assert taken == [0, 0, 0] + [None] * 7
    clock[0] = 1.5
    assert [allowance.take(), allowance.take()] == [7, None]
    for _ in range(MOST_AT_ONCE + 20):
        client.delete("/tasks/nothing")
    assert len(trail(session)) <= MOST_AT_ONCE + 5


def test_a_journal_of_ones_own_leaves_the_trail_complete(session):
    """What a subclass keeps elsewhere is told as an action, and not applied again from here."""

    class Own(FlaskAPI):
        def store_request(self, resource, method, data):
            del resource, method, data

    Own(port=0, session=session).app.test_client().patch("/tasks/fetch", json={"priority": 6})
    assert [(entry["kind"], entry["data"]) for entry in trail(session)] == [
        ("action", {"priority": 6})
    ]


def test_the_trail_is_a_list_like_any_other(client):
    """Filters, paging and sorting work on its fields."""
    client.post("/session/pause")
    client.patch("/tasks/fetch", json={"priority": 5})
    client.patch("/tasks/fetch", json={"priority": "x"})
    assert [each["status"] for each in client.get("/changes?kind=refusal").json] == [400]
    answer = client.get("/changes?kind$not=refusal&$sort=id&$limit=1")
    assert [each["resource"] for each in answer.json] == ["SessionPause"]
    assert answer.headers["X-Total-Count"] == "2"
    assert client.get("/changes?after.priority=5&status$min=200").json[0]["name"] == "fetch"
    assert client.get("/changes?nonsense=1").status_code == 400
