"""APIs of a session over virtual time: they answer calls, and time goes on."""

import socket

import pytest

from redengine import Session
from redengine.api import APITask, FlaskAPI, WorkerAPI
from redengine.client import Client
from redengine.exceptions import Conflict
from redengine.parameters import TerminationFlag
from redengine.testing import ManualSession


class Folder(APITask):
    """A transport that would take requests for as long as it is let."""

    def serve(self, stop):
        """Not to be called where time is virtual."""
        raise AssertionError(stop)


@pytest.fixture
def app():
    """A session over virtual time with a task that is due each minute."""
    with ManualSession(start="2026-01-01T00:00:30") as app:
        app.task("cron * * * * *", name="each")(lambda: None)
        yield app


@pytest.mark.parametrize("kind", [FlaskAPI, WorkerAPI, Folder])
def test_time_goes_on_beside_an_api(app, kind):
    """Its job runs from the start to the end of the session, and no code of its own with it."""
    api = kind(session=app) if kind is Folder else kind(port=0, session=app)
    app.advance("3 minutes")
    assert len(app.runs("each")) == 3
    assert [job.status for job in api.jobs()] == ["run"]
    app.advance("2 days")
    assert len(api.jobs()) == 1
    app.shut_down()
    assert [job.status for job in api.jobs()] == ["terminate"]
    app.advance("1 minute")
    assert [job.status for job in api.jobs()] == ["run", "terminate"]


def test_an_api_answers_calls_and_does_not_listen(app):
    """The client, Flask's and `call_resource` work; the port stays free."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        api = FlaskAPI(port=taken.getsockname()[1], session=app)
        app.advance("1 minute")
        with Client(app=app) as client:
            assert client.tasks.get("each").status == "success"
        answer = api.app.test_client().patch("/tasks/each", json={"disabled": True})
        assert answer.status_code == 200
        assert api.app.test_client().get("/health").status_code == 200
        assert b'"disabled":true' in api.call_resource("Task", "get", {"name": "each"}).body
        with pytest.raises(Conflict, match="time is virtual"):
            api.wait_ready(60)
        app.advance("1 minute")
    assert len(app.runs("each")) == 1


def test_an_api_can_be_paused_resumed_and_terminated(app):
    """What its job is told does not let it end by itself."""
    api = FlaskAPI(port=0, session=app)
    app.advance("1 minute")
    (job,) = api.jobs()
    job.pause()
    app.advance("1 minute")
    job.resume()
    app.advance("1 minute")
    assert job.status == "run"
    job.terminate("enough")
    assert job.status == "terminate"


def test_journalled_changes_are_applied_as_the_session_starts(tmp_path):
    """What was changed over the API of one session is there in the next."""
    url = f"sqlite:///{tmp_path / 'a.db'}"
    for expected in (False, True):
        with ManualSession(store=url) as app:
            app.task(name="each")(lambda: None)
            api = FlaskAPI(port=0, session=app)
            app.advance("1 s")
            assert app.tasks["each"].disabled is expected
            api.call_resource("Task", "patch", {"name": "each", "disabled": True})


@pytest.mark.parametrize(
    ("timeout", "permanent", "status"),
    [(None, False, "fail"), (None, True, "fail"), (0.01, True, "fail"), (0.0, False, "success")],
)
def test_who_waits_for_a_stop_that_nobody_asks_for_is_refused(app, timeout, permanent, status):
    """The job fails with the reason, and time goes on."""

    @app.task(permanent=permanent, on_startup=True)
    def watch(stop=TerminationFlag()):
        while not stop.wait(timeout):
            if not permanent:
                break

    app.advance("1 s")
    action = app.logs(task_name="watch")[0]
    assert action["action"] == status
    assert ("virtual time" in str(action["exc_text"])) is (status == "fail")
    app.advance("1 minute")
    assert len(app.runs("each")) == 1


def test_a_session_tells_whether_its_time_is_virtual(app):
    """`is_virtual` is what transports go by."""
    assert app.is_virtual is True
    assert Session().is_virtual is False


def test_reverting_the_end_of_a_disabling_disables_until_the_same_time(app):
    """Who enabled the task too early undoes that: it is enabled when it was meant to be."""
    client = FlaskAPI(port=0, session=app).app.test_client()
    task = app.tasks["each"]
    task.disable("repairs", until="2026-01-01T00:10:30")
    app.advance("1 minute")
    assert client.patch("/tasks/each", json={"disabled": False}).status_code == 200
    app.advance("2 minutes")
    assert len(app.runs("each")) == 2
    change = client.get("/changes?name=each").json[0]["id"]
    assert client.post(f"/changes/{change}/revert").status_code in {200, 201}
    assert (task.disabled, task.disabled_reason) == (True, "repairs")
    app.advance("6 minutes")
    assert len(app.runs("each")) == 2
    app.advance("2 minutes")
    assert not task.disabled
    assert len(app.runs("each")) == 3


ROOT = {"X-API-Key": "root-key-with-enough-characters"}


def test_keys_are_made_expire_and_are_revoked_by_the_session_s_clock(app):
    """Given keys, made ones, and what is told of them: all by one clock."""
    given = {
        "root": {"key": ROOT["X-API-Key"], "scopes": ["admin"]},
        "guest": {
            "key": "guest-key-with-enough-characters",
            "scopes": ["read"],
            "expires_at": "2026-01-10",
        },
    }
    app.tasks["each"].delete()
    client = FlaskAPI(port=0, session=app, api_keys=given).app.test_client()
    body = {"name": "ops", "scopes": ["read"], "expires_at": "30 days"}
    made = client.post("/keys", json=body, headers=ROOT).json
    assert (made["created_at"], made["expires_at"]) == (
        "2026-01-01T00:00:30+00:00",
        "2026-01-31T00:00:30+00:00",
    )
    keys = ({"X-API-Key": made["key"]}, {"X-API-Key": "guest-key-with-enough-characters"})

    def statuses():
        return [client.get("/tasks", headers=each).status_code for each in keys]

    app.advance("1 day")
    assert statuses() == [200, 200]
    app.advance("10 days")
    assert statuses() == [200, 403]
    app.advance("20 days")
    assert statuses() == [403, 403]
    past = {"name": "late", "scopes": ["read"], "expires_at": "2026-01-20"}
    assert client.post("/keys", json=past, headers=ROOT).status_code == 400
    assert client.post("/keys", json={**past, "expires_at": None}, headers=ROOT).status_code == 201
    assert client.delete("/keys/late", headers=ROOT).status_code == 204
    assert client.get("/keys/late", headers=ROOT).json["revoked_at"] == "2026-02-01T00:00:30+00:00"


def test_a_forecast_begins_at_the_virtual_time(app):
    """A duration counts from it, and a time is to come when it lies behind it."""
    client = FlaskAPI(port=0, session=app).app.test_client()
    for until in ("2 min", "2026-01-01T00:02:30Z"):
        found = client.get("/forecast", query_string={"until": until}).json
        assert [start["at"][14:19] for start in found["starts"]] == ["01:00", "02:00"]
