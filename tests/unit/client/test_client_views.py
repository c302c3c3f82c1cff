"""Views: typed attributes over the API's objects, frozen."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from client_stubs import JOB, Stub, answer

from redengine.client import (
    AsyncClient,
    Client,
    Explanation,
    Forecast,
    Job,
    LogRecord,
    NewKey,
    OutputLine,
    Task,
)

RECORD = {
    "id": 3,
    "timestamp": "2026-01-01T09:00:00.250000+02:00",
    "action": "fail",
    "task_name": "fetch",
    "job_id": None,
    "start": None,
    "new_in_2_0": [1],
}


def test_attributes_have_python_types():
    """Times are aware datetimes, null is None, the rest is as JSON has it."""
    record = LogRecord(RECORD)
    two_hours = timezone(timedelta(hours=2))
    assert record.timestamp == datetime(2026, 1, 1, 9, 0, 0, 250_000, tzinfo=two_hours)
    assert (record.id, record.action, record.job_id, record.start) == (3, "fail", None, None)


def test_fields_of_later_versions_are_kept():
    """What this version does not know is readable by its name."""
    record = LogRecord(RECORD)
    assert record["new_in_2_0"] == record.data["new_in_2_0"] == [1]
    assert "new_in_2_0" in record
    assert "other" not in record
    assert record.to_dict() == RECORD


def test_views_do_not_change():
    """Neither attributes nor data can be set."""
    record = LogRecord(RECORD)
    with pytest.raises(AttributeError, match="cannot be set"):
        record.action = "success"
    with pytest.raises(AttributeError, match="cannot be set"):
        record.other = 1
    with pytest.raises(TypeError):
        record.data["action"] = "success"


def test_views_of_the_same_object_are_equal():
    """They compare by what they were given, and by their kind."""
    assert LogRecord(RECORD) == LogRecord(dict(RECORD))
    assert LogRecord(RECORD) != LogRecord({**RECORD, "id": 4})
    assert OutputLine(RECORD) != LogRecord(RECORD)
    assert len({LogRecord(RECORD), LogRecord(RECORD)}) == 1


def test_a_task_that_was_not_read_says_so():
    """`client.tasks["a"]` makes no request, so its state is not there, and the error says why."""
    task = Client().tasks["a"]
    assert task.name == "a"
    with pytest.raises(AttributeError, match=r"Task\(name='a'\).*'status'.*\.get\(\)"):
        _ = task.status
    with pytest.raises(AttributeError, match=r"Job\(job_id='j1'\).*'status'.*\.get\(\)"):
        _ = Client().jobs["j1"].status
    assert not hasattr(task, "status")
    assert not Client().jobs["j1"].has_ended


def test_reprs_are_one_line_without_addresses():
    """What a view stands for can be told at a glance."""
    client = Client()
    assert repr(client) == "Client('http://127.0.0.1:5000')"
    assert repr(AsyncClient()) == "AsyncClient('http://127.0.0.1:5000')"
    assert repr(Job(client._connection, JOB)) == "Job(job_id='j1', task='fetch', status='queued')"
    assert repr(Task(client._connection, {"name": "a", "status": None})) == (
        "Task(name='a', status=None)"
    )
    assert repr(NewKey({"name": "n", "scopes": ["read"], "key": "sesame"})) == (
        "NewKey(name='n', scopes=['read'])"
    )


def test_some_fields_have_names_that_python_allows():
    """`class` is `kind`, `permanent_task` is `permanent`, `job_id` is `id`."""
    task = Stub(answer({"name": "a", "class": "CodeTask", "permanent_task": True}))
    found = task.client().tasks.get("a")
    assert (found.kind, found.permanent) == ("CodeTask", True)
    assert Stub(answer(JOB)).client().jobs.get("j1").id == "j1"


EXPLANATION = {
    "task": "report",
    "holds": False,
    "will_start": False,
    "verdict": "its condition does not hold",
    "blocks": ["the session is paused"],
    "earliest": "2026-01-02T07:00:00+00:00",
    "change": "task 'fetch' must succeed",
    "condition": {
        "text": "daily & after task 'fetch'",
        "holds": False,
        "evidence": "",
        "until": None,
        "children": [
            {"text": "daily", "holds": True, "evidence": "not yet today", "until": None},
            {"text": "after task 'fetch'", "holds": False, "evidence": "never", "until": None},
        ],
    },
}


def test_an_explanation_is_a_tree_and_a_text():
    """Each part of the condition can be asked; printed, it reads as the server's own text."""
    why = Explanation(EXPLANATION)
    assert [part.holds for part in why.condition.children] == [True, False]
    assert why.earliest == datetime(2026, 1, 2, 7, tzinfo=UTC)
    assert str(why).splitlines() == [
        "report: its condition does not hold",
        "  in the way: the session is paused",
        "  earliest start: 2026-01-02 07:00:00+00:00",
        "  smallest change: task 'fetch' must succeed",
        "  condition:",
        "    ✗ daily & after task 'fetch'",
        "      ✓ daily: not yet today",
        "      ✗ after task 'fetch': never",
    ]
    assert Explanation({**EXPLANATION, "condition": None}).condition is None


def test_a_forecast_has_starts():
    """Its parts are views of their own."""
    found = Forecast(
        {
            "since": "2026-01-01T00:00:00Z",
            "until": "2026-01-02T00:00:00Z",
            "starts": [{"task": "a", "at": "2026-01-01T07:00:00Z", "due_at": None}],
            "unpredictable": [{"task": "b", "reason": "it is disabled"}],
        }
    )
    assert [start.at.hour for start in found.starts] == [7]
    assert found.unpredictable[0].reason == "it is disabled"


def test_brackets_are_for_ordinary_code_only():
    """In the sync client parameters are used like a dict; the other says what to write."""
    client = Stub(answer({"x": 1})).client()
    assert client.parameters["x"] == 1
    assert "x" in client.parameters
    assert "y" not in client.parameters
    assert (list(client.parameters), len(client.parameters)) == (["x"], 1)
    stub = Stub(answer({"x": 2}))
    stub.client().parameters["x"] = 2
    del stub.client().parameters["x"]
    assert stub.lines == ["PATCH /parameters/x", "DELETE /parameters/x"]
    with pytest.raises(TypeError, match="await"):
        _ = AsyncClient().parameters["x"]
    with pytest.raises(TypeError, match="await"):
        AsyncClient().config["max_threads"] = 1
