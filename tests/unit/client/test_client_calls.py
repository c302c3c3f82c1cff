"""Every method of both clients sends the request that the API knows."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from client_stubs import JOB, Stub, answer, outcome

from redengine.client.operations import OPERATIONS

AT = datetime(2026, 1, 1, 7, tzinfo=UTC)
ENDED = {**JOB, "status": "success"}
LINES = {"lines": []}

CALLS = [
    ("GET /tasks", None, [], lambda c: c.tasks.list()),
    ("GET /tasks/a", None, {"name": "a"}, lambda c: c.tasks.get("a")),
    ("GET /tasks/a%2Fb%25", None, {"name": "a/b%"}, lambda c: c.tasks["a/b%"].get()),
    ("GET /tasks/%2E%2E", None, {"name": ".."}, lambda c: c.tasks[".."].get()),
    (
        "POST /tasks/a",
        {"class": "CodeTask", "code": "1", "start_cond": "daily", "permanent_task": False},
        {"name": "a"},
        lambda c: c.tasks.create(
            "a", kind="CodeTask", code="1", start_cond="daily", permanent=False
        ),
    ),
    (
        "PUT /tasks/a",
        {"command": "ls", "timeout": 60.0},
        {"name": "a"},
        lambda c: c.tasks.replace("a", command="ls", timeout=timedelta(minutes=1)),
    ),
    (
        "PATCH /tasks/a",
        {"priority": 3, "end_cond": None},
        {"name": "a"},
        lambda c: c.tasks["a"].update(priority=3, end_cond=None),
    ),
    ("PATCH /tasks/a", {"disabled": True}, {"name": "a"}, lambda c: c.tasks["a"].disable()),
    ("PATCH /tasks/a", {"disabled": False}, {"name": "a"}, lambda c: c.tasks["a"].enable()),
    ("DELETE /tasks/a", None, None, lambda c: c.tasks["a"].delete()),
    ("DELETE /tasks/a?force=true", None, None, lambda c: c.tasks["a"].delete(force=True)),
    ("GET /tasks/a/jobs?status=fail", None, [], lambda c: c.tasks["a"].jobs(status="fail")),
    (
        "POST /tasks/a/jobs",
        {"job_id": "mine", "parameters": {"day": "x"}, "priority": 2, "timeout": "1 min"},
        JOB,
        lambda c: c.tasks["a"].submit({"day": "x"}, job_id="mine", priority=2, timeout="1 min"),
    ),
    ("GET /tasks/a/why", None, {"task": "a"}, lambda c: c.tasks["a"].why()),
    ("POST /tasks/a/terminate", None, {"name": "a"}, lambda c: c.tasks["a"].terminate()),
    (
        "POST /tasks/a/terminate",
        {"reason": "late"},
        {"name": "a"},
        lambda c: c.tasks["a"].terminate("late"),
    ),
    ("GET /jobs?$limit=5", None, [], lambda c: c.jobs.list(limit=5)),
    ("GET /jobs/j1", None, JOB, lambda c: c.jobs.get("j1")),
    (
        "POST /jobs",
        {
            "task": "a",
            "job_id": "mine",
            "parameters": {},
            "runtime": "gpu",
            "retries": 1,
            "deadline": "2026-01-01T07:00:00+00:00",
            "run_at": "2026-01-01",
        },
        JOB,
        lambda c: c.jobs.submit(
            "a", job_id="mine", runtime="gpu", retries=1, deadline=AT, run_at="2026-01-01"
        ),
    ),
    (
        "POST /jobs",
        {"operation": "a", "job_id": "mine", "payload": {"data": {"n": 1}}},
        JOB,
        lambda c: c.jobs.submit_document(
            {"operation": "a", "job_id": "mine", "payload": {"data": {"n": 1}}}
        ),
    ),
    ("DELETE /jobs/j1", None, None, lambda c: c.jobs["j1"].delete()),
    ("POST /jobs/j1/wait?timeout=20.000", None, ENDED, lambda c: c.jobs["j1"].wait()),
    ("GET /jobs/j1/output?after=0", None, LINES, lambda c: c.jobs["j1"].output()),
    ("GET /jobs/j1/output?after=7", None, LINES, lambda c: c.jobs["j1"].output(after=7)),
    ("GET /jobs/j1/logs?action=run", None, [], lambda c: c.jobs["j1"].logs(action="run")),
    ("GET /jobs/j1/stack", None, {"stack": "File …"}, lambda c: c.jobs["j1"].stack()),
    ("POST /jobs/j1/cancel", None, JOB, lambda c: c.jobs["j1"].cancel()),
    ("POST /jobs/j1/pause", None, JOB, lambda c: c.jobs["j1"].pause()),
    ("POST /jobs/j1/resume", None, JOB, lambda c: c.jobs["j1"].resume()),
    ("POST /jobs/j1/terminate", None, JOB, lambda c: c.jobs["j1"].terminate()),
    ("POST /jobs/j1/terminate", {"reason": "x"}, JOB, lambda c: c.jobs["j1"].terminate("x")),
    ("GET /parameters", None, {"x": 1}, lambda c: c.parameters.snapshot()),
    ("PATCH /parameters", {"x": 1, "y": 2}, {}, lambda c: c.parameters.update({"x": 1, "y": 2})),
    ("GET /parameters/x", None, {"x": 1}, lambda c: c.parameters.value("x")),
    ("PATCH /parameters/x", {"value": None}, {"x": None}, lambda c: c.parameters.set("x", None)),
    ("DELETE /parameters/x", None, None, lambda c: c.parameters.delete("x")),
    ("GET /config", None, {"max_threads": 4}, lambda c: c.config.value("max_threads")),
    ("PATCH /config", {"max_threads": 8}, {}, lambda c: c.config.set("max_threads", 8)),
    ("GET /returns", None, {"a": 1}, lambda c: c.returns.snapshot()),
    ("PATCH /returns", {"a": 2}, {}, lambda c: c.returns.set("a", 2)),
    ("GET /session", None, {"state": "running"}, lambda c: c.session.snapshot()),
    ("POST /session/pause", None, {"state": "paused"}, lambda c: c.session.pause()),
    ("POST /session/resume", None, {"state": "running"}, lambda c: c.session.resume()),
    ("POST /session/shutdown", None, {"state": "stopping"}, lambda c: c.session.shut_down()),
    ("POST /session/restart", None, {"state": "stopping"}, lambda c: c.session.restart()),
    ("GET /logs?action=fail&action=crash", None, [], lambda c: c.logs(action=["fail", "crash"])),
    (
        "POST /conditions/lint",
        {"text": "daily"},
        {"findings": []},
        lambda c: c.conditions.lint("daily"),
    ),
    (
        "POST /conditions/lint",
        {"text": "daily", "task": "a"},
        {"findings": []},
        lambda c: c.conditions.lint("daily", task="a"),
    ),
    (
        "GET /conditions/explain?text=daily&timezone=UTC",
        None,
        {},
        lambda c: c.conditions.explain("daily", timezone="UTC"),
    ),
    (
        "GET /conditions/explain?text=cron+H+7+1+1+mon&task=a",
        None,
        {},
        lambda c: c.conditions.explain("cron H 7 1 1 mon", task="a"),
    ),
    ("GET /dependencies", None, [], lambda c: c.dependencies.list()),
    ("GET /dependencies?parent=a&format=dot", None, "", lambda c: c.dependencies.dot(parent="a")),
    ("GET /dependencies?format=mermaid", None, "", lambda c: c.dependencies.mermaid()),
    (
        "GET /forecast?until=2+days&task=a",
        None,
        {},
        lambda c: c.forecast("2 days", task="a"),
    ),
    ("GET /forecast?until=90.0", None, {}, lambda c: c.forecast(timedelta(seconds=90))),
    ("GET /changes?resource=Task", None, [], lambda c: c.changes.list(resource="Task")),
    ("GET /changes/3", None, {"id": 3}, lambda c: c.changes.get(3)),
    (
        "POST /changes/3/revert",
        None,
        {"reverted": 3, "change": {"id": 4}},
        lambda c: c.changes.revert(3),
    ),
    ("POST /plan", {"version": 1}, {}, lambda c: c.plan({"version": 1})),
    (
        "POST /apply?prune=true&expect=abc",
        {"version": 1},
        {},
        lambda c: c.apply('{"version": 1}', prune=True, expect="abc"),
    ),
    ("GET /commands", None, [], lambda c: c.commands.list()),
    ("GET /commands/ping", None, {"name": "ping"}, lambda c: c.commands["ping"].get()),
    ("POST /commands/ping?timeout=30", None, {"code": 0}, lambda c: c.commands["ping"]()),
    (
        "POST /commands/a%2Fb?timeout=0.5",
        [1],
        {"code": 0},
        lambda c: c.commands["a/b"]([1], timeout="500 ms"),
    ),
    (
        "POST /commands/ping?wait=false",
        {"x": 1},
        {"command_id": "c1"},
        lambda c: c.commands["ping"].submit({"x": 1}),
    ),
    (
        "GET /commands/ping/c1?timeout=5",
        None,
        {"command_id": "c1"},
        lambda c: c.commands["ping"].outcome("c1", timeout=5),
    ),
    ("GET /workers?kind=worker", None, [], lambda c: c.workers(kind="worker")),
    ("GET /calendars", None, [], lambda c: c.calendars.list()),
    ("GET /calendars/bank", None, {"name": "bank"}, lambda c: c.calendars.get("bank")),
    (
        "GET /calendars/bank?from=2026-01-01&to=2026-01-31",
        None,
        {"name": "bank"},
        lambda c: c.calendars.get("bank", since=AT.date(), until="2026-01-31"),
    ),
    (
        "PUT /calendars/bank",
        {"country": "FI", "categories": ["public"], "dates": ["2026-01-01"], "weekend": ["sun"]},
        {"name": "bank"},
        lambda c: c.calendars.set(
            "bank", country="FI", categories=("public",), dates=[AT.date()], weekend=("sun",)
        ),
    ),
    (
        "PUT /calendars/bank",
        {"dates": {"2026-01-01": "New Year"}, "timezone": "Europe/Helsinki"},
        {"name": "bank"},
        lambda c: c.calendars.set(
            "bank", dates={"2026-01-01": "New Year"}, timezone="Europe/Helsinki"
        ),
    ),
    ("DELETE /calendars/bank", None, None, lambda c: c.calendars.delete("bank")),
    ("GET /runtimes", None, [], lambda c: c.runtimes.list()),
    (
        "POST /runtimes",
        {"runtime_id": "gpu", "kind": "process", "size": 2},
        {"runtime_id": "gpu"},
        lambda c: c.runtimes.create("gpu", kind="process", size=2),
    ),
    ("GET /runtimes/gpu", None, {"runtime_id": "gpu"}, lambda c: c.runtimes.get("gpu")),
    ("PATCH /runtimes/gpu", {"size": 3}, {}, lambda c: c.runtimes.resize("gpu", 3)),
    ("PATCH /runtimes/gpu", {"is_default": True}, {}, lambda c: c.runtimes.make_default("gpu")),
    ("DELETE /runtimes/gpu", None, None, lambda c: c.runtimes.delete("gpu")),
    ("DELETE /runtimes/gpu?force=true", None, None, lambda c: c.runtimes.delete("gpu", force=True)),
    ("GET /channels", None, [], lambda c: c.channels.list()),
    (
        "POST /channels",
        {"name": "prices", "keyby": ["sym"]},
        {"name": "prices"},
        lambda c: c.channels.create("prices", keyby=("sym",)),
    ),
    ("GET /channels/a%2Fb", None, {"name": "a/b"}, lambda c: c.channels["a/b"].get()),
    ("PATCH /channels/p", {"history": 5}, {}, lambda c: c.channels["p"].update(history=5)),
    ("DELETE /channels/p", None, None, lambda c: c.channels["p"].delete()),
    ("POST /channels/p/send", {"x": 1}, [{"id": "1"}], lambda c: c.channels["p"].send({"x": 1})),
    ("POST /channels/p/send", [{"x": 1}], [{}], lambda c: c.channels["p"].send([{"x": 1}])),
    ("GET /channels/p/last", None, [{"id": "1"}], lambda c: c.channels["p"].last()),
    ("GET /channels/p/last/a%2Fb,1", None, [], lambda c: c.channels["p"].last(("a/b", 1))),
    ("GET /channels/p/last/true", None, [], lambda c: c.channels["p"].last(True)),
    ("GET /channels/p/last/a%2Cb", None, [], lambda c: c.channels["p"].last("a,b")),
    ("GET /channels/p/next?timeout=30&limit=100", None, [], lambda c: c.channels["p"].next()),
    (
        "GET /channels/p/next/a?timeout=5&limit=3&after=e%3A1",
        None,
        None,
        lambda c: c.channels["p"].next("e:1", timeout=5, limit=3, key="a"),
    ),
    ("GET /channels/p/state", None, [], lambda c: c.channels["p"].state()),
    (
        "GET /channels/p/state?query=%7B%22filters%22%3A+%5B%5D%7D&by=sym",
        None,
        [],
        lambda c: c.channels["p"].state({"filters": []}, by="sym"),
    ),
    ("GET /channels/p/lookup/r1", None, [{"id": "r1"}], lambda c: c.channels["p"].lookup("r1")),
    (
        "GET /events?mode=poll&timeout=0",
        None,
        {"events": [], "position": "e:1"},
        lambda c: c.position(),
    ),
    ("GET /keys", None, [], lambda c: c.keys.list()),
    (
        "POST /keys",
        {"name": "reader", "scopes": ["read"]},
        {"name": "reader", "key": "k"},
        lambda c: c.keys.create("reader", scopes=["read"]),
    ),
    (
        "POST /keys",
        {
            "name": "r",
            "scopes": ["run"],
            "tasks": "report-*",
            "commands": "p*",
            "channels": "c*",
            "expires_at": "2027-01-01",
        },
        {"name": "r", "key": "k"},
        lambda c: c.keys.create(
            "r",
            scopes=["run"],
            tasks="report-*",
            commands="p*",
            channels="c*",
            expires_at="2027-01-01",
        ),
    ),
    ("GET /keys/reader", None, {"name": "reader"}, lambda c: c.keys.get("reader")),
    ("DELETE /keys/reader", None, None, lambda c: c.keys.revoke("reader")),
    ("GET /health", None, {"status": "healthy"}, lambda c: c.health()),
    ("GET /health/live", None, {"status": "alive"}, lambda c: c.is_live()),
    ("GET /health/ready", None, {"status": "ready"}, lambda c: c.is_ready()),
    ("GET /metrics", None, "", lambda c: c.metrics()),
    ("GET /capabilities", None, {"features": []}, lambda c: c.capabilities()),
    ("GET /export", None, {}, lambda c: c.export()),
    ("POST /plan", {"tasks": {}}, {}, lambda c: c.plan({"tasks": {}})),
    ("POST /plan?prune=true", {"tasks": {}}, {}, lambda c: c.plan('{"tasks": {}}', prune=True)),
    ("POST /apply?expect=abc", {}, {}, lambda c: c.apply({}, expect="abc")),
    ("GET /openapi.json", None, {"openapi": "3.1.0"}, lambda c: c.openapi()),
]
"""The request, its body, what is answered, and the call."""


def flavours(stub):
    """Both clients of a stub."""
    return stub.client(), stub.async_client()


@pytest.mark.parametrize("flavour", [0, 1], ids=["sync", "async"])
@pytest.mark.parametrize(
    ("line", "body", "given", "call"), CALLS, ids=[f"{n}-{each[0]}" for n, each in enumerate(CALLS)]
)
def test_a_method_sends_its_request(flavour, line, body, given, call):
    """Method, path, query and body are those of the API's reference; one request is enough."""
    stub = Stub(answer(given, 204 if given is None else 200))
    outcome(call(flavours(stub)[flavour]))
    assert stub.lines == [line]
    assert stub.bodies == [body]


def test_a_result_is_asked_for_after_the_end():
    """`result` waits, and then reads what the task returned."""
    stub = Stub(answer(ENDED), answer({"result": [1, 2]}))
    assert stub.client().jobs["j1"].result(timeout=5) == [1, 2]
    assert stub.lines == ["POST /jobs/j1/wait?timeout=5.000", "GET /jobs/j1/result"]


def test_every_operation_is_sent_by_a_method():
    """No operation of the table is there that no method uses."""
    sent = [line.partition("?")[0] for line, *_ in CALLS] + ["GET /jobs/j1/result"]

    def is_sent(operation):
        pattern = re.sub(r"<\w+>", "[^/]+", f"{operation.method} {operation.path}")
        return any(re.fullmatch(pattern, line) for line in sent)

    assert [each for each in OPERATIONS if not is_sent(each)] == []


def test_requests_go_to_the_version_that_the_client_knows():
    """Every path of the API has its version before it; a path of one's own has not."""
    stub = Stub(answer({}))
    client = stub.client()
    client.session.snapshot()
    client.request("get", "items/1", query={"colour": ["red", "blue"]})
    client.request("POST", "/items", body={"n": 1})
    paths = [each.url.raw_path.decode() for each in stub.requests]
    assert paths == ["/api/v1/session", "/items/1?colour=red&colour=blue", "/items"]
    assert stub.bodies[-1] == {"n": 1}


def test_an_api_under_a_path_is_found():
    """The URL may have a path, with or without the version and a slash."""
    import httpx

    from redengine.client import Client

    for url in ("http://h/pre", "http://h/pre/", "http://h/pre/api/v1/"):
        stub = Stub(answer({"name": "a/b"}))
        Client(url, transport=httpx.MockTransport(stub)).tasks.get("a/b")
        assert str(stub.requests[0].url) == "http://h/pre/api/v1/tasks/a%2Fb"


def test_a_job_gets_an_id_that_sorts_by_time():
    """A submission without an id gets a UUIDv7, so that it can be repeated."""
    stub = Stub(answer(JOB))
    client = stub.client()
    client.tasks["a"].run(day="x")
    client.jobs.submit("a")
    client.jobs.submit_document({"operation": "a"})
    ids = [body["job_id"] for body in stub.bodies]
    pattern = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert all(re.fullmatch(pattern, each) for each in ids)
    assert len(set(ids)) == 3
    assert stub.bodies[0]["parameters"] == {"day": "x"}


def test_conditions_may_be_given_as_objects():
    """A condition is sent as the text that makes it."""
    from redengine.conditions import daily

    stub = Stub(answer({"name": "a"}))
    stub.client().tasks.create("a", code="1", start_cond=daily.after("07:00"))
    assert stub.bodies[0]["start_cond"] == str(daily.after("07:00"))


@pytest.mark.parametrize("value", [object(), float("nan"), {1: object()}, {(1, 2): 3}])
def test_a_value_without_a_json_form_is_refused(value):
    """The error says so before anything is sent."""
    stub = Stub(answer({}))
    with pytest.raises(ValueError, match="JSON"):
        stub.client().parameters.set("x", value)
    assert stub.requests == []


def test_values_are_sent_as_json_has_them():
    """Times are ISO 8601, timedeltas seconds, sets arrays."""
    stub = Stub(answer({}))
    stub.client().parameters.set(
        "x", {"at": AT, "day": AT.date(), "for": timedelta(minutes=2), "tags": {"b", "a"}}
    )
    assert json.loads(stub.requests[0].content)["value"] == {
        "at": "2026-01-01T07:00:00+00:00",
        "day": "2026-01-01",
        "for": 120.0,
        "tags": ["a", "b"],
    }


@pytest.mark.parametrize("name", ["", None, 7])
def test_an_empty_name_is_refused(name):
    """It would be the path of the whole list."""
    stub = Stub(answer([]))
    with pytest.raises(ValueError, match="non-empty"):
        stub.client().tasks[name].delete()
    assert stub.requests == []
