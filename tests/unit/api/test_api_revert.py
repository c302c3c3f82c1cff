"""Undoing changes: what was before comes back, as a new change, or the answer says why not."""

import pytest
from sqlalchemy import text

from redengine import Session
from redengine.api import FlaskAPI
from redengine.api.core.masking import kept
from redengine.parameters import Arg, SecretArg
from redengine.tasks import CommandTask, FuncTask
from redengine.testing import ManualSession


def work(day):
    """A function of the script."""
    return day


def furnish(session):
    """What the script makes."""
    FuncTask(work, name="fetch", parameters={"day": Arg("day")}, priority=1, session=session)
    CommandTask("echo 1", name="cmd", env={"KEY": "secret"}, session=session)
    return session


@pytest.fixture
def session():
    """A real session that does not run."""
    return furnish(ManualSession(parameters={"day": "today", "token": SecretArg("s3cr3t")}))


@pytest.fixture
def api(session):
    """The session's API, which does not serve."""
    return FlaskAPI(port=0, session=session, disabled=True)


def newest(client):
    return client.get("/changes?kind=change&$limit=1").json[0]["id"]


def revert(client, number, query=""):
    return client.post(f"/changes/{number}/revert{query}")


def state_of(session):
    """All that can be changed."""
    return (
        {task.name: kept(task.definition()) for task in session.tasks if task.kind != "FlaskAPI"},
        dict(session.parameters),
        session.config.snapshot(),
        dict(session.returns.snapshot()),
    )


CHANGES = [
    ("patch", "/tasks/fetch", {"priority": 7, "start_cond": "daily", "timeout": "10 min"}),
    ("patch", "/tasks/fetch", {"permanent": True, "runtime": "main"}),
    ("patch", "/tasks/cmd", {"command": "echo 2", "env": {"KEY": "other", "MORE": "x"}}),
    ("post", "/tasks/new", {"code": "1", "tags": ["a"]}),
    ("put", "/tasks/new", {"code": "1"}),
    ("put", "/tasks/cmd", {"code": "1"}),
    ("put", "/tasks/fetch", {"command": "ls"}),
    ("delete", "/tasks/fetch", None),
    ("delete", "/tasks/cmd", None),
    ("patch", "/parameters", {"day": "tomorrow", "limit": 5}),
    ("patch", "/parameters/day", {"value": [1, {"a": None}]}),
    ("patch", "/parameters/limit", {"value": 5}),
    ("delete", "/parameters/day", None),
    ("patch", "/config", {"max_threads": 3, "timezone": "Europe/Helsinki"}),
    ("patch", "/config", {"max_thread_count": 3}),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_a_change_is_undone_and_done_again(client, session, method, path, body):
    """After a revert all is as before; after a revert of that, all is as after."""
    before = state_of(session)
    assert getattr(client, method)(path, json=body).status_code < 300
    after = state_of(session)
    assert after != before
    number = newest(client)
    answer = revert(client, number)
    assert answer.status_code == 200, answer.text
    assert state_of(session) == before
    change = answer.json["change"]
    assert (change["reverts"], change["kind"]) == (number, "change")
    assert client.get(f"/changes/{number}").json["reverted_by"] == change["id"]
    assert revert(client, change["id"]).status_code == 200
    assert state_of(session) == after
    assert revert(client, number).status_code == 200  # in effect again, so it can be undone again
    assert state_of(session) == before


def test_the_task_of_the_script_itself_comes_back(client, session):
    """A removed task has its function and arguments again, and its history."""
    task = session.tasks["fetch"]
    client.delete("/tasks/fetch")
    revert(client, newest(client))
    assert session.tasks["fetch"] is task
    assert isinstance(session.tasks["fetch"].parameters["day"], Arg)


def test_a_revert_tells_what_it_reverts(client):
    """The trail links both ways, and says who did it."""
    client.patch("/tasks/fetch", json={"priority": 7})
    number = newest(client)
    client.post(f"/changes/{number}/revert", headers={"X-Request-Id": "undoing"})
    (undoing,) = client.get(f"/changes?reverts={number}").json
    assert (undoing["before"], undoing["after"]) == ({"priority": 7}, {"priority": 1})
    assert undoing["request_id"] == "undoing"
    assert [each["id"] for each in client.get("/changes?reverted_by$not=null").json] == [number]


def refused(answer, reason):
    assert answer.status_code == 409, answer.text
    assert answer.json["details"]["reason"] == reason
    return answer.json


def test_a_revert_twice_is_refused(client):
    """The second one names the first."""
    client.patch("/tasks/fetch", json={"priority": 7})
    number = newest(client)
    by = revert(client, number).json["change"]["id"]
    assert refused(revert(client, number), "already_reverted")["details"]["by"] == by
    assert revert(client, number, "?force=true").status_code == 409


def test_a_later_change_of_the_same_is_in_the_way(client, session):
    """It is named; one of other fields is not in the way, and force passes over it."""
    client.patch("/tasks/fetch", json={"priority": 7, "retries": 1})
    number = newest(client)
    client.patch("/tasks/fetch", json={"description": "x"})
    client.patch("/tasks/cmd", json={"priority": 1})
    client.patch("/tasks/fetch", json={"priority": 8})
    later = newest(client)
    assert refused(revert(client, number), "changed_since")["details"]["changes"] == [later]
    assert session.tasks["fetch"].priority == 8
    assert revert(client, number, "?force=true").status_code == 200
    assert (session.tasks["fetch"].priority, session.tasks["fetch"].retries) == (1, 0)
    assert session.tasks["fetch"].description == "x"


def test_a_later_change_that_was_undone_is_not_in_the_way(client, session):
    """Undoing the latest first is always possible."""
    client.patch("/tasks/fetch", json={"priority": 7})
    first = newest(client)
    client.patch("/tasks/fetch", json={"priority": 8})
    assert revert(client, newest(client)).status_code == 200
    assert revert(client, first).status_code == 200
    assert session.tasks["fetch"].priority == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("patch", "/parameters", {"day": 1, "a": 1}), ("patch", "/parameters/a", {"value": 2})),
        (("patch", "/parameters/a", {"value": 2}), ("delete", "/parameters/a", None)),
        (("patch", "/config", {"timeout": 1}), ("patch", "/config", {"timeout": 2})),
        (("post", "/tasks/new", {"code": "1"}), ("patch", "/tasks/new", {"priority": 1})),
        (("patch", "/tasks/cmd", {"priority": 1}), ("put", "/tasks/cmd", {"code": "1"})),
    ],
)
def test_what_touches_the_same_is_found(client, first, second):
    """One parameter among all, and a whole task behind one field, count as the same."""
    numbers = []
    for method, path, body in (first, second):
        assert getattr(client, method)(path, json=body).status_code < 300
        numbers.append(newest(client))
    answer = revert(client, numbers[0])
    assert answer.json["details"]["reason"] in {"changed_since", "gone"}, answer.text


def test_the_script_may_have_changed_it_since(client, session):
    """What no change tells of is told by its fields."""
    client.patch("/tasks/fetch", json={"priority": 7, "retries": 1})
    session.tasks["fetch"].priority = 9
    found = refused(revert(client, newest(client)), "changed_by_script")
    assert found["details"]["fields"] == ["priority"]
    assert revert(client, newest(client), "?force=true").status_code == 200
    assert session.tasks["fetch"].priority == 1


def test_a_change_of_what_is_gone_cannot_be_undone(client, session):
    """Force does not help: the removal has to be undone first."""
    client.patch("/tasks/fetch", json={"priority": 7})
    number = newest(client)
    client.delete("/tasks/fetch")
    for query in ("", "?force=true"):
        assert "undo its removal first" in refused(revert(client, number, query), "gone")["message"]
    assert revert(client, newest(client)).status_code == 200
    assert revert(client, number).status_code == 200
    assert session.tasks["fetch"].priority == 1


def test_a_removed_task_that_is_there_again(client, session):
    """Who made it again is not overwritten, unless by force."""
    client.delete("/tasks/cmd")
    number = newest(client)
    CommandTask("echo other", name="cmd", session=session)
    refused(revert(client, number), "exists_again")
    assert revert(client, number, "?force=true").status_code == 200
    assert session.tasks["cmd"].command == "echo 1"


def test_a_created_task_that_runs_is_removed_by_force_only(client, session):
    """The reverse of a creation is a removal, which has its own rules."""
    client.post("/tasks/new", json={"code": "1"})
    number = newest(client)
    session.tasks["new"].active = (type("Job", (), {"id": "j", "has_ended": True})(),)
    assert revert(client, number).status_code == 409
    assert "new" in session.tasks
    assert revert(client, number, "?force=true").status_code == 200
    assert "new" not in session.tasks


@pytest.mark.parametrize("kind", ["action", "refusal"])
def test_what_is_no_change_cannot_be_undone(client, kind):
    """An action happened once, and a refusal did not happen."""
    client.patch("/tasks/fetch", json={"force_run": True})
    client.delete("/tasks/nothing")
    (entry,) = client.get(f"/changes?kind={kind}&$limit=1").json
    refused(revert(client, entry["id"]), kind)


def test_a_change_of_an_older_version_cannot_be_undone(client, session):
    """It does not say what was before."""
    client.patch("/tasks/fetch", json={"priority": 7})
    session.store.flush()
    with session.store._database.engine.begin() as connection:
        connection.execute(text("UPDATE redengine_changes SET before = NULL, after = NULL"))
    refused(revert(client, newest(client)), "no_earlier_state")


def test_values_that_were_never_written_down_do_not_come_back(client, session):
    """An argument of the script and a secret are named, and nothing is changed."""
    client.patch("/tasks/fetch", json={"parameters": {"day": 1}, "priority": 3})
    found = refused(revert(client, newest(client)), "lost")
    assert found["details"]["fields"] == ["parameters.day"]
    assert "Arg('day')" in found["message"]
    assert session.tasks["fetch"].priority == 3
    client.delete("/parameters/token")
    refused(revert(client, newest(client)), "lost")
    assert "token" not in session.parameters


def test_a_return_value_that_was_not_there_cannot_be_taken_back(client, session):
    """A changed one can."""
    client.patch("/returns", json={"fetch": 1})
    refused(revert(client, newest(client)), "not_reversible")
    client.patch("/returns", json={"fetch": 2})
    assert revert(client, newest(client)).status_code == 200
    assert session.returns["fetch"] == 1


@pytest.mark.parametrize("number", ["0", "77", "-1", "x", "9" * 40, "1.0"])
def test_a_number_that_is_none_is_not_found(client, number):
    """Whatever stands in the path, the answer is 404."""
    assert revert(client, number).status_code == 404


def test_only_force_is_a_query_key(client):
    """Anything else is refused with the nearest."""
    client.patch("/tasks/fetch", json={"priority": 7})
    number = newest(client)
    assert "did you mean 'force'" in revert(client, number, "?forc=true").json["message"]
    for body in ({"forc": True}, {"force": "yes"}):
        assert client.post(f"/changes/{number}/revert", json=body).status_code == 400
    client.patch("/tasks/fetch", json={"priority": 8})
    assert client.post(f"/changes/{number}/revert", json={"force": True}).status_code == 200


def restarted(session, url):
    """The same script, started anew on the same store."""
    session.shut_down()
    session.store.close()
    fresh = furnish(Session(store=url, parameters={"day": "today", "token": SecretArg("s3cr3t")}))
    FlaskAPI(port=0, session=fresh, disabled=True).setup()
    return fresh


@pytest.mark.parametrize("undone", [(), (0,), (1,), (2,), (0, 0), (3, 2), (3, 2, 1, 0)])
def test_a_restart_leads_to_the_state_after_the_reverts(tmp_path, undone):
    """Changes and their reverts, applied again, leave what they left before."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    session = furnish(Session(store=url, parameters={"day": "today", "token": SecretArg("s3cr3t")}))
    client = FlaskAPI(port=0, session=session, disabled=True).app.test_client()
    client.patch("/tasks/cmd", json={"priority": 4, "env": {"KEY": "new"}})
    client.patch("/parameters", json={"day": "x"})
    client.delete("/tasks/fetch")
    client.put("/tasks/cmd", json={"code": "1"})
    numbers = sorted(each["id"] for each in client.get("/changes?kind=change").json)
    for place in undone:
        target = numbers[place]
        by = client.get(f"/changes/{target}").json["reverted_by"]
        assert revert(client, by or target, "?force=true").status_code in {200, 409}
    before = state_of(session)
    fresh = restarted(session, url)
    try:
        assert state_of(fresh) == before
        if "fetch" in fresh.tasks:
            assert isinstance(fresh.tasks["fetch"].parameters["day"], Arg)
    finally:
        fresh.shut_down()
        fresh.store.close()
