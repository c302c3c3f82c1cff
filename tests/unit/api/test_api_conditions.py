"""Conditions over HTTP that are no task's yet: linted and explained, for whom may read."""

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.client import Client
from redengine.conditions import parse
from redengine.tasks import FuncTask

KEYS = {
    "reader": {"key": "read-key-with-enough-characters", "scopes": ["read"]},
    "runner": {"key": "run-key-with-enough-characters", "scopes": ["run"]},
    "some": {"key": "some-key-with-enough-characters", "scopes": ["read", "write"],
             "tasks": "mine.*"},
}  # fmt: skip


def key(name):
    """The header of a key."""
    return {"X-API-Key": KEYS[name]["key"]}


def nothing():
    """A task's function."""


@pytest.fixture
def api():
    """The test client of an API without keys, with two tasks."""
    session = Session(timezone="America/New_York")
    FuncTask(nothing, name="mine.fetch", start_cond="daily", session=session)
    FuncTask(nothing, name="hidden.pay", start_cond="daily", session=session)
    yield FlaskAPI(port=0, session=session).app.test_client()
    session.close()


@pytest.fixture
def guarded():
    """The same with keys."""
    session = Session()
    FuncTask(nothing, name="mine.fetch", start_cond="daily", session=session)
    FuncTask(nothing, name="hidden.pay", start_cond="daily", session=session)
    yield FlaskAPI(port=0, session=session, api_keys=KEYS).app.test_client()
    session.close()


def lint(client, headers=None, **body):
    """The findings of a condition."""
    answer = client.post("/conditions/lint", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert set(answer.json) == {"findings"}
    return answer.json["findings"]


def test_findings_have_code_severity_place_message_and_fix(api):
    """The shape of the answer, and a fix that can be parsed."""
    (finding,) = lint(api, text="env 'x' & hourly between 09:00 and 17:00 & daily")[1:]
    assert set(finding) == {"code", "severity", "start", "end", "message", "fix"}
    assert (finding["code"], finding["severity"]) == ("minutes-as-hours", "warning")
    assert (finding["start"], finding["end"]) == (10, 40)
    assert parse(finding["fix"])


def test_nothing_is_found_in_a_sound_condition(api):
    """An empty array."""
    assert lint(api, text="every 10 min & time of day between 08:00 and 18:00") == []


def test_the_session_s_zone_and_names_count(api):
    """Times that its clocks skip, and tasks that it has."""
    codes = [
        each["code"] for each in lint(api, text="daily at 02:30 & task 'mine.fetch' has failed")
    ]
    assert codes == ["skipped-time"]
    (finding,) = lint(api, text="after task 'mine.fetsh'", task="mine.new")
    assert finding["fix"] == "after task 'mine.fetch'"


def test_what_cannot_be_read_is_a_finding(api):
    """With the text that may be meant."""
    (finding,) = lint(api, text="evry 5 min")
    assert (finding["code"], finding["fix"]) == ("syntax", "every 5 min")


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "text"), ({"text": 5}, "text"), ({"text": "daily", "task": 5}, "task"),
     ({"txt": "daily"}, "txt")],
)  # fmt: skip
def test_a_body_that_does_not_fit_is_refused(api, body, field):
    """Field and reason are named."""
    answer = api.post("/conditions/lint", json=body)
    assert (answer.status_code, list(answer.json["details"]["fields"])) == (400, [field])


def explain(client, **query):
    """The answer to a question."""
    return client.get("/conditions/explain", query_string=query)


def test_a_condition_is_explained(api):
    """Plain words, ten starts in the zone that is asked for, and how far was looked."""
    told = explain(api, text="daily at 07:00 & param 'x' is 1", timezone="Asia/Tokyo").json
    assert told["plain"].startswith("It starts every day at 07:00, and while")
    assert (len(told["next"]), told["complete"]) == (10, True)
    assert all(each.endswith("T07:00:00+09:00") for each in told["next"])
    assert told["searched_until"] >= told["next"][-1]
    assert told["waits_for"] == ["param 'x' is 1"]
    assert [each["code"] for each in told["findings"]] == ["unknown-parameter"]


def test_a_condition_is_explained_for_a_task(api):
    """Its name decides an H of cron, and its zone counts where it exists and none is asked for."""
    api.post("/tasks/mine.far", json={"command": "true", "timezone": "Asia/Tokyo"})
    minutes = {}
    for name in ("mine.far", "mine.nowhere"):
        told = explain(api, text="cron H 7 * * *", task=name).json
        minutes[name] = told["next"][0][14:16]
        assert told["task"] == name
        assert told["plain"] == f"It starts at 07:{minutes[name]}."
        assert {each[11:16] for each in told["next"]} == {f"07:{minutes[name]}"}
        assert told["next"][0].endswith("+09:00") is (name == "mine.far")
    assert len(set(minutes.values())) == 2
    other = explain(api, text="cron H 7 * * *", task="mine.far", timezone="UTC").json
    assert other["next"][0].endswith(f"07:{minutes['mine.far']}:00+00:00")
    assert explain(api, text="cron H 7 * * *").json["task"] is None
    made = {"command": "true", "start_cond": "cron H 7 * * *"}
    api.post("/tasks/mine.nowhere", json=made)
    (start,) = api.get("/forecast?task=mine.nowhere").json["starts"]
    assert start["at"][14:16] == minutes["mine.nowhere"]


def test_an_explanation_is_text_where_that_is_asked_for(api):
    """As the command line shows it."""
    answer = api.get("/conditions/explain?text=daily+at+02:30", headers={"Accept": "text/plain"})
    assert answer.mimetype == "text/plain"
    assert "A task with this condition starts\n  every day at 02:30" in answer.text


@pytest.mark.parametrize(
    ("query", "field"),
    [({}, "text"), ({"text": "evry 5 min"}, "condition"),
     ({"text": "daily", "timezone": "Europe/Olso"}, "timezone"),
     ({"text": "daily", "zone": "UTC"}, "zone"), ({"text": "daily", "task": ""}, "task")],
)  # fmt: skip
def test_a_question_that_does_not_fit_is_refused(api, query, field):
    """Field and reason are named."""
    answer = explain(api, **query)
    assert answer.status_code == 400
    assert field in answer.text


def test_a_reader_may_ask_and_a_runner_may_not(guarded):
    """Nothing is changed, so `read` is enough."""
    assert lint(guarded, key("reader"), text="daily") == []
    for method, path in (("post", "/conditions/lint"), ("get", "/conditions/explain?text=daily")):
        answer = getattr(guarded, method)(path, json={"text": "daily"}, headers=key("runner"))
        assert answer.status_code == 403


def test_a_hidden_task_does_not_exist_for_a_key_of_others(guarded):
    """Neither its being there nor its name is told."""
    for name in ("hidden.pay", "hidden.pax"):
        (finding,) = lint(guarded, key("some"), text=f"after task '{name}'")
        assert finding["message"] == f"there is no task '{name}'"
    refused = guarded.post("/conditions/lint", headers=key("some"),
                           json={"text": "daily", "task": "hidden.pay"})  # fmt: skip
    assert refused.status_code == 403
    refused = guarded.get("/conditions/explain?text=daily&task=hidden.pay", headers=key("some"))
    assert refused.status_code == 403
    told = guarded.get("/conditions/explain?text=after+task+'hidden.pay'", headers=key("some"))
    assert [each["code"] for each in told.json["findings"]] == ["unknown-task"]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("after task 'mine.fetsh' | daily", "there is no task 'mine.fetsh'; did you mean"),
        ("at 2020-01-01 10:00", "is over"),
        ("hourly between 09:00 and 17:00", "minutes and seconds"),
        ("after any tasks 'mine.two', 'mine.three'", "waits for the one before it"),
    ],
)
def test_a_write_is_answered_with_warnings(api, condition, words):
    """POST, PUT and PATCH tell the same."""
    for name in ("mine.two", "mine.three"):
        api.post(f"/tasks/{name}", json={"command": "true", "start_cond": "after task 'mine.new'"})
    body = {"command": "true", "start_cond": condition}
    made = api.post("/tasks/mine.new", json=body).json
    put = api.put("/tasks/mine.new", json=body).json
    patched = api.patch("/tasks/mine.new", json={"start_cond": condition}).json
    assert made["warnings"] == put["warnings"] == patched["warnings"]
    assert len(made["warnings"]) == 1
    assert words in made["warnings"][0]


def test_what_is_good_to_know_is_no_warning(api):
    """A time that the clocks skip is moved, and not lost."""
    body = {"command": "true", "start_cond": "daily at 02:30"}
    assert api.post("/tasks/mine.new", json=body).json["warnings"] == []


def test_the_client_lints_and_explains():
    """With views of both answers."""
    session = Session()
    try:
        with Client(app=FlaskAPI(port=0, session=session)) as client:
            (finding,) = client.conditions.lint("after task 'x'", task="y")
            assert (finding.code, finding.start, finding.end) == ("unknown-task", 0, 14)
            told = client.conditions.explain("daily at 07:00", timezone="Asia/Tokyo")
            assert len(told.next) == 10
            assert told.next[0].hour == 7
            assert list(told.findings) == []
    finally:
        session.close()
