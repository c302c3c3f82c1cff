"""The HTTP API answers alike over every store: numbers, booleans, times, texts and their order."""

import json
from contextlib import ExitStack
from datetime import datetime

import pytest
from store_servers import SERVERS, server_for_test

from redengine import Session
from redengine.api import FlaskAPI

VALUE = {
    "text": "Grüße, 🚀 and 'quotes'\n",
    "float": 0.1 + 0.2,
    "big": 2**63 - 1,
    "none": None,
    "yes": True,
    "deep": [{"a": [1, 2.5, "x"]}],
}
DOCUMENT = """
version: 1
tasks:
  nightly:
    class: CodeTask
    code: result = 1
    start_cond: daily at 02:00
parameters: {day: today}
"""


@pytest.fixture(scope="module", params=["memory", "sqlite", *SERVERS])
def client(request, tmp_path_factory):
    """A client of the API of a running session with some history, over one of the stores."""
    with ExitStack() as stack:
        if request.param == "memory":
            url = None
        elif request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('store')}/http.db"
        else:
            url = stack.enter_context(server_for_test(request.param)).url
        session = Session(store=url, parameters={"env": "test"})
        session.task("every 1 hour & param 'env' is 'live'", name="fetch")(lambda: VALUE)
        session.task(name="Fetch")(lambda day: day)
        session.task(name="fetch ", retries=0)(lambda: 1 / 0)
        session.task("after task 'fetch'", name="görünür", limits={"db": 2})(lambda: print("ok"))
        api = FlaskAPI(port=0, session=session)
        session.start(block=False)
        stack.callback(session.shut_down)
        for name, parameters in (
            ("fetch", {}),
            ("Fetch", {"day": "2026-01-01"}),
            ("fetch ", {}),
            ("fetch", {}),
        ):
            session.submit(name, **parameters).wait(20)
        found = api.app.test_client()
        for body in ({"env": "other"}, {"env": "test"}):
            assert found.patch("/parameters", json=body).status_code == 200
        assert found.patch("/config", json={"timeout": 90.5}).status_code == 200
        session.store.flush()
        yield found


def read(client, path):
    """The JSON of an answer of 200."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.data)


@pytest.mark.parametrize(
    "path",
    [
        "/forecast?until=2%20days",
        "/forecast?task=fetch",
        "/export?format=json",
        "/session",
        "/health",
        "/capabilities",
        "/dependencies",
        "/runtimes",
        "/returns",
        "/parameters",
        "/config",
        "/keys",
        "/changes",
        "/tasks?$sort=-last_run",
        "/tasks/fetch/why",
        "/tasks/fetch/jobs",
        "/logs?$sort=duration,-id",
        "/jobs?$sort=-duration",
        "/jobs?$sort=task,-submitted_at&$limit=2&$offset=1",
    ],
)
def test_what_can_be_read_is_read(client, path):
    """No store makes an error of a number, a boolean, a time or a text of its own."""
    read(client, path)


def test_a_plan_and_its_application(client):
    """The plan tells of durations, and the application of what it changed."""
    plan = client.post("/plan", data=DOCUMENT)
    assert plan.status_code == 200, plan.text
    applied = client.post("/apply", data=DOCUMENT)
    assert applied.status_code == 200, applied.text
    assert applied.json["applied"] is True
    assert read(client, "/tasks/nightly")["start_cond"] == "daily at 02:00"
    change = read(client, "/changes?resource=Task&name=nightly")[0]
    assert client.post(f"/changes/{change['id']}/revert").status_code == 200
    assert client.get("/tasks/nightly").status_code == 404


def test_values_come_back_as_they_were(client):
    """Texts to the last character, floats and large numbers exactly, booleans and nulls."""
    job = read(client, "/jobs?task=fetch&$limit=1")[0]
    assert read(client, f"/jobs/{job['job_id']}/result")["result"] == VALUE
    assert read(client, "/returns")["fetch"] == VALUE
    assert read(client, "/returns")["Fetch"] == "2026-01-01"


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("task=fetch", 2),
        ("task=Fetch", 1),
        ("task=fetch%20", 1),
        ("task=FETCH", 0),
        ("task$not=fetch&trigger=run", 2),
        ("task$regex=[Ff]etch$", 3),
        ("status=success&trigger=run", 3),
        ("status=SUCCESS", 0),
        ("parameters.day=2026-01-01", 1),
        ("parameters.day$min=2026", 1),
        ("duration$min=0&trigger=run", 4),
        ("duration$max=0.0&trigger=run", 0),
        ("due_at=null&trigger=run", 4),
    ],
)
def test_filters_compare_texts_and_numbers_alike(client, query, number):
    """Case and trailing spaces count in every store; null, numbers and JSON are compared alike."""
    assert len(read(client, f"/jobs?{query}")) == number


@pytest.mark.parametrize("path", ["/jobs", "/logs", "/changes", "/tasks"])
def test_every_field_that_is_shown_finds_what_shows_it(client, path):
    """By its value, and by a range for numbers and times, to the microsecond."""
    names = {"/jobs": "job_id", "/tasks": "name"}
    for item in read(client, path):
        key = names.get(path, "id")
        for field, value in item.items():
            if field in {"links", "allowed_actions"} or isinstance(value, list | dict):
                continue
            text = json.dumps(value) if value is None or isinstance(value, bool) else str(value)
            queries = [{field: text}]
            is_range = isinstance(value, int | float) and not isinstance(value, bool)
            if is_range or _is_time(value):
                queries.append({f"{field}$min": text, f"{field}$max": text})
            for query in queries:
                answer = client.get(path, query_string={**query, "$limit": 10_000})
                assert answer.status_code == 200, answer.text
                assert item[key] in [each[key] for each in answer.json], query


def _is_time(value):
    try:
        return isinstance(value, str) and "T" in value and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def test_names_are_sorted_alike(client):
    """By code point: capitals first, whatever the database's own order is."""
    tasks = [item["task"] for item in read(client, "/jobs?trigger=run&$sort=task&$fields=task")]
    assert tasks == ["Fetch", "fetch", "fetch", "fetch "]


@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-12:00"])
@pytest.mark.parametrize(
    "path",
    [
        "/forecast?until={}",
        "/tasks?last_run$min={}",
        "/tasks?next_run$max={}",
        "/jobs?submitted_at$min={}",
        "/jobs?due_at={}",
        "/jobs?ended_at$max={}",
        "/logs?timestamp$min={}",
        "/logs?created$not={}",
        "/changes?created$max={}",
    ],
)
def test_the_edges_of_the_calendar_are_refused_by_name(client, path, edge):
    """An instant before the first or after the last is the caller's mistake: 400, and its name."""
    answer = client.get(path.format(edge))
    assert answer.status_code == 400, answer.text
    assert path.partition("?")[2].partition("=")[0] in answer.json["details"]["fields"]


@pytest.mark.parametrize("edge", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59.999999Z"])
@pytest.mark.parametrize(
    "path", ["/jobs?submitted_at$min={}", "/logs?timestamp$max={}", "/tasks?last_run$min={}"]
)
def test_the_first_and_last_days_are_answered_or_refused(client, path, edge):
    """Nothing within or beyond them makes a traceback."""
    assert client.get(path.format(edge)).status_code in {200, 400}


@pytest.mark.parametrize("field", ["run_at", "deadline"])
@pytest.mark.parametrize("edge", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "soon"])
def test_a_job_at_the_edges_of_the_calendar_is_refused_by_name(client, field, edge):
    """Neither is stored, nor is anything else changed."""
    before = len(read(client, "/jobs"))
    answer = client.post("/tasks/fetch/jobs", json={field: edge})
    assert answer.status_code == 400, answer.text
    assert any(field in name for name in answer.json["details"]["fields"])
    assert len(read(client, "/jobs")) == before
