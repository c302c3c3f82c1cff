"""`?dry_run=1`: a write is answered with what it would do to starts, and nothing is changed."""

import pytest

from redengine.api import FlaskAPI
from redengine.testing import ManualSession

WRITES = [
    ("post", "/tasks/new", {"command": "true", "start_cond": "hourly"}),
    ("put", "/tasks/new", {"command": "true", "start_cond": "hourly"}),
    ("put", "/tasks/fetch", {"command": "true", "start_cond": "hourly"}),
    ("patch", "/tasks/fetch", {"start_cond": "hourly"}),
    ("patch", "/tasks/fetch", {"disabled": True}),
    ("patch", "/tasks/fetch", {"force_run": True}),
    ("delete", "/tasks/fetch", None),
    ("patch", "/parameters", {"mode": "fast"}),
    ("patch", "/parameters/mode", {"value": "fast"}),
    ("delete", "/parameters/mode", None),
    ("patch", "/config", {"timezone": "Europe/Helsinki"}),
    ("put", "/calendars/shop", {"dates": ["2026-01-02"]}),
    ("put", "/calendars/new", {"dates": ["2026-01-02"]}),
    ("delete", "/calendars/unused", None),
]
REFUSED = [
    ("post", "/tasks/fetch", {"command": "true"}, 409),
    ("post", "/tasks/new", {"command": "true", "start_cond": "dayly"}, 400),
    ("post", "/tasks/new", {"command": "true", "retires": 3}, 400),
    ("post", "/tasks/new", {"command": "true", "start_cond": "after task 'new'"}, 400),
    ("patch", "/tasks/fetch", {"name": "other"}, 400),
    ("patch", "/tasks/fetch", {"execution": "nowhere"}, 404),
    ("patch", "/tasks/nobody", {"retries": 3}, 404),
    ("delete", "/tasks/nobody", None, 404),
    ("patch", "/parameters/mode", {"other": 1}, 400),
    ("delete", "/parameters/nobody", None, 404),
    ("patch", "/config", {"timezon": "UTC"}, 400),
    ("put", "/calendars/shop", {"dates": ["soon"]}, 400),
    ("delete", "/calendars/nobody", None, 404),
    ("delete", "/calendars/shop", None, 409),
    ("patch", "/config", {"execution": "nowhere"}, 400),
]


class NotedAPI(FlaskAPI):
    """An API that notes what it journals."""

    def __init__(self, **options):
        self.stored = []
        super().__init__(**options)

    def store_request(self, resource, method, data):
        self.stored.append((resource, method))
        return super().store_request(resource, method, data)


@pytest.fixture
def session():
    """A session with three tasks, of which one reads a parameter and one a calendar."""
    session = ManualSession(parameters={"mode": "slow", "db_password": "hunter2"})
    session.create_task({"name": "fetch", "command": "true", "start_cond": "daily at 07:00"})
    condition = "daily at 09:00 & param 'mode' is 'fast'"
    session.create_task({"name": "quick", "command": "true", "start_cond": condition})
    session.calendar("shop", dates=["2026-01-06"])
    session.calendar("unused", dates=["2026-01-06"])
    condition = "daily at 10:00 on business days of 'shop'"
    session.create_task({"name": "open", "command": "true", "start_cond": condition})
    return session


@pytest.fixture
def api(session):
    """Its API."""
    return NotedAPI(session=session)


@pytest.fixture
def client(api):
    """A client that calls the application without a network."""
    return api.app.test_client()


def call(client, method, path, body, **options):
    """The answer to a write."""
    given = {} if body is None else {"json": body}
    return getattr(client, method)(path, **given, **options)


def state(client, session):
    """All that a write could change, with its entity tags."""
    paths = ("/tasks", "/tasks/fetch", "/parameters", "/config", "/calendars", "/changes", "/logs")
    answers = [client.get(path) for path in paths]
    kept = [(each.get_json(), each.headers.get("ETag")) for each in answers]
    return kept, session.changes.whole()


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_write_is_tried_and_nothing_is_changed(client, api, session, method, path, body):
    """The answer has the five lists' names and instants; no tag, journal or record changes."""
    before = state(client, session)
    answer = call(client, method, f"{path}?dry_run=1", body)
    assert answer.status_code == 200
    found = answer.get_json()
    assert {"added", "moved", "removed", "colliding", "cut"} <= found.keys()
    assert found["cut"] is None
    assert "ETag" not in answer.headers
    assert "Location" not in answer.headers
    assert state(client, session) == before
    assert api.stored == []


@pytest.mark.parametrize(("method", "path", "body", "status"), REFUSED)
def test_what_a_write_refuses_is_refused_when_it_is_tried(
    client, api, session, method, path, body, status
):
    """Status and envelope are those of the write, but for the request's id."""
    before = state(client, session)
    tried = call(client, method, f"{path}?dry_run=1", body)
    assert state(client, session) == before
    made = call(client, method, path, body)
    assert tried.status_code == made.status_code == status
    envelopes = [each.get_json() | {"request_id": ""} for each in (tried, made)]
    assert envelopes[0] == envelopes[1]
    assert api.stored == []


def test_starts_are_told_as_they_would_be(client):
    """Each has its task and instant; one that moves says from when."""
    found = client.patch("/tasks/fetch?dry_run=true", json={"start_cond": "daily at 08:00"})
    assert found.get_json()["moved"][0] == {
        "task": "fetch",
        "at": "2026-01-01T08:00:00+00:00",
        "from": "2026-01-01T07:00:00+00:00",
    }
    found = client.patch("/parameters?dry_run", json={"mode": "fast"}).get_json()
    assert [each["task"] for each in found["added"]] == ["quick"] * 7
    found = client.put("/calendars/shop?dry_run=1", json={"dates": ["2026-01-02"]}).get_json()
    assert [each["at"][:10] for each in found["removed"]] == ["2026-01-02"]
    assert [each["at"][:10] for each in found["added"]] == ["2026-01-06"]
    found = client.delete("/tasks/fetch?dry_run=1&force=true").get_json()
    assert len(found["removed"]) == 7


def test_preconditions_are_checked_as_for_the_write(client):
    """Who has seen another state is told 412; who has seen this one gets the answer."""
    tag = client.get("/tasks/fetch").headers["ETag"]
    body = {"start_cond": "hourly"}
    for given, status in (('"another"', 412), (tag, 200)):
        headers = {"If-Match": given}
        answer = client.patch("/tasks/fetch?dry_run=1", json=body, headers=headers)
        assert answer.status_code == status
    headers = {"If-None-Match": "*"}
    answer = client.put("/tasks/fetch?dry_run=1", json={"command": "true"}, headers=headers)
    assert answer.status_code == 412


def test_a_write_that_says_that_it_is_no_dry_run_is_made(client, session):
    """`dry_run=false` is as if it were not there; anything but true and false is refused."""
    answer = client.patch("/tasks/fetch?dry_run=false", json={"retries": 3})
    assert (answer.status_code, session.tasks["fetch"].retries) == (200, 3)
    answer = client.patch("/tasks/fetch?dry_run=maybe", json={"retries": 4})
    assert (answer.status_code, session.tasks["fetch"].retries) == (400, 3)


@pytest.mark.parametrize("path", ["/returns", "/session/pause", "/tasks/fetch/terminate"])
def test_other_writes_know_no_dry_run(client, session, path):
    """They are refused rather than made."""
    method = "patch" if path == "/returns" else "post"
    answer = call(client, method, f"{path}?dry_run=1", {})
    assert answer.status_code in {400, 404}
    assert session.state == "initialised"


def test_a_service_is_not_foretold(client, session):
    """The API's own task runs as long as the session; the answer says so."""
    name = next(task.name for task in session.tasks if task.permanent)
    answer = client.patch(f"/tasks/{name}?dry_run=1", json={"description": "x"})
    assert answer.status_code == 400
    assert "as long as the session" in answer.get_json()["details"]["fields"]["dry_run"]


def test_the_scopes_are_those_of_the_write(session):
    """Who may only read may not try; who may write some tasks sees what becomes of these alone."""
    session.create_task({"name": "web.a", "command": "true", "start_cond": "daily at 06:00"})
    session.create_task({"name": "x", "command": "true", "start_cond": "after task 'web.a'"})
    keys = {
        "reader": {"key": "r" * 20, "scopes": ["read"]},
        "web": {"key": "w" * 20, "scopes": ["read", "write"], "tasks": "web.*"},
    }
    client = FlaskAPI(session=session, api_keys=keys).app.test_client()
    reader, web = ({"X-API-Key": each["key"]} for each in keys.values())
    body, path = {"start_cond": "daily at 05:00"}, "/tasks/web.a?dry_run=1"
    assert client.patch(path, json=body, headers=reader).status_code == 403
    found = client.patch(path, json=body, headers=web).get_json()
    assert {each["task"] for each in found["moved"]} == {"web.a"}
    assert client.patch("/tasks/fetch?dry_run=1", json=body, headers=web).status_code == 404
    answer = client.patch("/parameters?dry_run=1", json={"mode": "x"}, headers=web)
    assert answer.status_code == 403


def test_a_mask_that_was_read_leaves_its_secret_as_it_is(session, client):
    """Written back it is no change, so that no start is told to go."""
    session.parameters.mark_secret("mode")
    session.parameters["mode"] = "fast"
    assert client.get("/parameters").get_json()["mode"] == "*****"
    found = client.patch("/parameters?dry_run=1", json={"mode": "*****"}).get_json()
    assert (found["added"], found["removed"]) == ([], [])
    found = client.patch("/parameters?dry_run=1", json={"mode": "slow"})
    assert [each["task"] for each in found.get_json()["removed"]] == ["quick"] * 7
