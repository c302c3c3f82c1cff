"""Session, parameters, configuration and the rest over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from redengine.api.endpoints.tasks import as_dot, as_mermaid, end_of_forecast
from redengine.exceptions import InvalidInput
from redengine.parameters import MASK, SecretArg


def test_parameters_are_read_and_set(client, session):
    """PATCH /parameters sets what the body names and answers with all of them."""
    answer = client.patch("/parameters", json={"day": "today"})
    assert answer.json == client.get("/parameters").json == {"env": "test", "day": "today"}
    assert session.parameters["day"] == "today"


@pytest.mark.parametrize("body", [{"env": "prod"}, {"value": "prod"}])
def test_one_parameter_has_a_path_of_its_own(client, session, body):
    """The alias reads, sets and removes one parameter."""
    assert client.get("/parameters/env").json == {"env": "test"}
    assert client.patch("/parameters/env", json=body).json == {"env": "prod"}
    assert client.delete("/parameters/env").status_code == 204
    assert client.get("/parameters/env").status_code == 404
    assert client.delete("/parameters/env").status_code == 404


@pytest.mark.parametrize("body", [{}, {"other": 1}, {"value": 1, "env": 2}])
def test_one_parameter_takes_one_value(client, session, body):
    """A body with no value, another name or two values changes nothing."""
    assert client.patch("/parameters/env", json=body).status_code == 400
    assert session.parameters["env"] == "test"


def test_a_secret_never_leaves(client, session):
    """A secret is masked when it is read, journalled and listed; its mask does not overwrite it."""
    session.parameters["token"] = SecretArg("s3cr3t")
    assert client.get("/parameters").json["token"] == MASK
    client.patch("/parameters", json={"token": MASK})
    assert session.parameters["token"] == "s3cr3t"
    client.patch("/parameters", json={"token": "n3w", "day": 1})
    client.patch("/parameters/token", json={"value": "n3wer"})
    assert session.parameters["token"] == "n3wer"
    assert [entry["data"] for entry in session.changes.entries] == [{"day": 1}]


def test_a_parameter_that_became_secret_is_masked_in_the_journal(client, session):
    """/changes masks the value of a parameter that was declared secret after it was set."""
    client.patch("/parameters", json={"token": "s3cr3t"})
    client.patch("/parameters/token", json={"value": "s3cr3t"})
    session.parameters.mark_secret("token")
    assert "s3cr3t" not in client.get("/changes").text
    assert "s3cr3t" not in client.get("/changes/2").text


@pytest.mark.parametrize("path", ["/config", "/configs"])
def test_configuration_is_read_and_set(client, path):
    """PATCH sets configuration keys; an unknown one is 400 that names it."""
    assert client.get(path).json["max_threads"] == 8
    assert client.patch(path, json={"timeout": 5}).json["timeout"] == 5
    answer = client.patch(path, json={"timeout": 6, "max_thread": 1})
    assert (answer.status_code, list(answer.json["details"]["fields"])) == (400, ["max_thread"])
    assert client.get(path).json["timeout"] == 5


def test_returns_are_read_and_set(client):
    """PATCH /returns puts a value in place of what a task returned."""
    assert client.get("/returns").json == {"fetch": 42}
    assert client.patch("/returns", json={"fetch": 43}).json == {"fetch": 43}


def test_the_session_is_paused_and_resumed(client):
    """Pause and resume answer with the session as it now is."""
    assert client.get("/session").json["state"] == "running"
    assert client.post("/session/pause").json["state"] == "paused"
    assert client.post("/session/resume").json["state"] == "running"


@pytest.mark.parametrize(
    ("path", "call"), [("/session/shutdown", "shut_down"), ("/session/restart", "restart")]
)
def test_the_answer_comes_before_the_end(client, session, path, call):
    """Shut-down and restart are accepted without waiting for them."""
    answer = client.post(path)
    assert (answer.status_code, answer.json) == (202, {"state": "stopping"})
    assert session.calls == [call]


def test_health_tells_by_its_status(client, session):
    """/health is 200 with the checks when all is well, and 503 when not."""
    assert client.get("/health").status_code == 200
    session.is_well = False
    answer = client.get("/health")
    assert (answer.status_code, answer.json["status"]) == (503, "unhealthy")


LINKS = [
    {"parent": 'a "quoted"', "child": "b", "relation": "DependSuccess", "type": "All"},
    {"parent": "b", "child": "c]", "relation": "DependFinish", "type": None},
]


def test_dependencies_are_listed_and_filtered(client, session):
    """/dependencies is a list like others, with filters."""
    session.links = LINKS
    assert client.get("/dependencies").json == LINKS
    assert client.get("/dependencies?parent=b").json == LINKS[1:]
    assert client.get("/dependencies?format=svg").status_code == 400


def test_dependencies_are_drawn(client, session):
    """`?format=` gives Mermaid or Graphviz, in which a name cannot break out of its label."""
    session.links = LINKS
    assert client.get("/dependencies?format=mermaid").text == as_mermaid(LINKS)
    assert '    t0["a #34;quoted#34;"]\n' in as_mermaid(LINKS)
    assert "    t0 -->|success (all)| t1\n" in as_mermaid(LINKS)
    dot = client.get("/dependencies?format=dot")
    assert dot.content_type == "text/plain; charset=utf-8"
    assert '    "a \\"quoted\\"" -> "b" [label="success (all)"];\n' in as_dot(LINKS)


NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        (None, datetime(2026, 11, 22, 12, tzinfo=UTC)),
        ("2 h", datetime(2026, 11, 21, 14, tzinfo=UTC)),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        ("2026-11-22T06:00:00+02:00", datetime(2026, 11, 22, 4, tzinfo=UTC)),
        ("2026-11-22T06:00:00 02:00", datetime(2026, 11, 22, 4, tzinfo=UTC)),
    ],
)
def test_a_forecast_ends_at_a_time_or_after_a_while(text, until):
    """`until` is a date, a datetime (a plus that became a blank too) or a duration."""
    assert end_of_forecast(text, UTC, NOW) == until


@pytest.mark.parametrize("text", ["soon", "2020-01-01", "2099-01-01", "500 days", ""])
def test_a_forecast_that_ends_nowhere_is_refused(text):
    """A time that is past, too far ahead or unreadable is named."""
    with pytest.raises(InvalidInput) as caught:
        end_of_forecast(text, UTC, NOW)
    assert list(caught.value.fields) == ["until"]


def test_a_forecast_is_of_all_tasks_or_one(client):
    """`?task=` must exist; times come back in ISO 8601 with offset."""
    assert client.get("/forecast?task=fetch").json["task"] == "fetch"
    assert client.get("/forecast?task=fecth").status_code == 404
    until = client.get("/forecast").json["until"]
    assert datetime.fromisoformat(until) - datetime.now(UTC) > timedelta(hours=23)


def test_changes_are_listed(client):
    """An accepted write is in /changes with its request id and author."""
    client.patch("/tasks/fetch", json={"disabled": True}, headers={"X-Request-Id": "r-1"})
    (change,) = client.get("/changes?resource=Task").json
    assert (change["name"], change["method"], change["request_id"]) == ("fetch", "patch", "r-1")
    assert change["data"] == {"name": "fetch", "disabled": True}
    assert change["actor"] == "127.0.0.1"
    assert client.get(f"/changes/{change['id']}").json == change
    assert client.get("/changes/99").status_code == 404
    assert client.get("/changes/x").status_code == 404


@pytest.mark.parametrize(
    "until",
    [
        "0001-01-01T00:00:00%2B14:00",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01",
        "9999-12-31",
        "9999999 days",
    ],
)
def test_a_forecast_until_the_edge_of_time_is_refused(client, until):
    """A time that no calendar has, or that is too far, is the caller's mistake."""
    answer = client.get(f"/forecast?until={until}")
    assert answer.status_code == 400
    assert list(answer.json["details"]["fields"]) == ["until"]
