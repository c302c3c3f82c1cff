"""Keys for some tasks: what belongs to the others is not there, on any path."""

import re
import threading

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.api.endpoints import RESOURCES
from redengine.api.endpoints.task import CODE_FIELDS
from redengine.api.http.routes import ROUTES
from redengine.tasks import FuncTask

OWN, OTHER = "mine.fetch", "hidden.payroll"
ALL_SCOPES = ["read", "run", "write", "debug", "admin"]
KEYS = {
    "root": {"key": "root-key-with-enough-characters", "scopes": ["admin"]},
    "some": {"key": "some-key-with-enough-characters", "scopes": ALL_SCOPES, "tasks": "mine.*"},
}
ROOT = {"X-API-Key": KEYS["root"]["key"]}
SOME = {"X-API-Key": KEYS["some"]["key"]}


def nothing():
    """A task's function."""


def secretive():
    """A task's function that returns something."""
    return "the secret of hidden.payroll"


@pytest.fixture
def running(tmp_path):
    """A session in which an own and another task have run, and been changed over the API."""
    session = Session(store=f"sqlite:///{tmp_path / 'jobs.db'}")
    session.runtime("gpu")
    FuncTask(nothing, name=OWN, session=session, execution="thread")
    FuncTask(nothing, name="mine.report", start_cond=f"after task '{OWN}'", session=session)
    FuncTask(
        nothing,
        name="mine.after",
        start_cond=f"daily & after task '{OTHER}'",
        session=session,
        disabled=True,
    )
    FuncTask(secretive, name=OTHER, session=session)
    FuncTask(nothing, name="hidden.late", start_cond="every 1 hour", session=session)
    api = FlaskAPI(port=0, session=session, api_keys=KEYS)
    awaited, is_quiet = {OWN, OTHER, "mine.report", "hidden.late"}, threading.Event()

    @session.hook("job_end")
    def note(job):
        awaited.discard(job.task)
        if not awaited:
            is_quiet.set()

    session.start(block=False)
    try:
        for number, name in enumerate((OWN, OTHER)):
            session.submit(name, job_id=f"job-{number}").result(timeout=60)
        assert is_quiet.wait(60)
        client = api.app.test_client()
        for name in (OWN, OTHER):
            answer = client.patch(f"/tasks/{name}", json={"priority": 3}, headers=ROOT)
            assert answer.status_code == 200
        client.patch("/parameters", json={"of": OTHER}, headers=ROOT)
        client.delete("/parameters/of", headers=ROOT)
        yield client
    finally:
        session.shut_down()


def paths(name, task, job):
    """A resource's path, filled."""
    return ROUTES[name][0].replace("<name>", task).replace("<job_id>", job).replace("<id>", "1")


@pytest.mark.parametrize("name", ROUTES)
def test_no_answer_tells_of_other_tasks(running, name):
    """What every resource answers names no other task, nor what it did."""
    if "get" not in RESOURCES[name].methods():
        return
    for task, job in ((OWN, "job-0"), ("mine.after", "job-1")):
        answer = running.get(paths(name, task, job), headers=SOME)
        known = answer.text
        if name in {"Task", "Tasks"}:  # a task's own condition is its own
            known = re.sub(r'"start_cond":"[^"]*"', "", known)
        assert "hidden." not in known, known


@pytest.mark.parametrize("name", [name for name in ROUTES if "<" in ROUTES[name][0]])
def test_other_tasks_and_their_jobs_are_not_there(running, name):
    """Every method on a path of another task or job answers as if there were none."""
    if name in {"Key", "Parameter", "Calendar", "Change", "ChangeRevert"}:
        return
    for method in RESOURCES[name].methods():
        is_making = name == "Task" and method in {"post", "put"}
        answer = running.open(
            paths(name, OTHER, "job-1"),
            method=method.upper(),
            json={"code": "1"} if is_making else {},
            headers=SOME,
        )
        assert answer.status_code == (403 if is_making else 404), (method, answer.text)
    assert running.get(f"/tasks/{OTHER}", headers=ROOT).json["class"] == "FuncTask"


def test_an_unknown_name_suggests_no_other_task(running):
    """A typing error does not reveal names."""
    answer = running.get("/tasks/hidden.payrol", headers=SOME)
    assert (answer.status_code, answer.json["details"]["suggestion"]) == (404, None)
    assert running.get("/tasks/mine.fetsh", headers=SOME).json["details"]["suggestion"] == OWN


def test_lists_have_what_is_seen_and_count_it(running):
    """Tasks, jobs, log records, returns, links, changes and forecasts are filtered."""

    def get(path):
        return running.get(path, headers=SOME)

    own = {OWN, "mine.report", "mine.after"}
    tasks = get("/tasks")
    assert {task["name"] for task in tasks.json} == own
    assert tasks.headers["X-Total-Count"] == "3"
    assert [task["name"] for task in get("/tasks?name$regex=.*&$sort=name").json] == sorted(own)
    jobs = get("/jobs")
    assert {job["task"] for job in jobs.json} <= own
    assert "job-0" in jobs.text
    assert get("/jobs?task=hidden.payroll").json == []
    assert get(f"/jobs?task={OTHER}&task={OWN}").json[0]["task"] == OWN
    logs = get("/logs")
    assert {record["task_name"] for record in logs.json} <= own
    assert int(logs.headers["X-Total-Count"]) == len(logs.json) > 0
    assert set(get("/returns").json) <= own
    assert [link["child"] for link in get("/dependencies").json] == ["mine.report"]
    assert "hidden" not in get("/dependencies?format=dot").text
    changes = get("/changes").json
    assert [change["name"] for change in changes] == [OWN]
    assert get(f"/changes/{changes[0]['id']}").status_code == 200
    others = {each["id"] for each in running.get("/changes", headers=ROOT).json} - {
        changes[0]["id"]
    }
    assert {get(f"/changes/{number}").status_code for number in others} == {404}
    forecast = get("/forecast?until=1%20day").json
    assert {start["task"] for start in forecast["starts"]} <= own
    assert get(f"/forecast?task={OTHER}").status_code == 404
    runtime = get("/runtimes/thread").json
    assert set(runtime["tasks"]) == own
    assert runtime in get("/runtimes").json
    capabilities = get("/capabilities").json
    assert {task["name"] for task in capabilities["tasks"]} == own
    session = get("/session").json
    assert set(session["tasks"]) == own
    assert set(session["returns"]) <= own


def test_an_explanation_withholds_what_it_knows_of_others(running):
    """The verdict is told, the evidence about another task is not, in either form."""
    tree = running.get("/tasks/mine.after/why", headers=SOME)
    assert tree.json["task"] == "mine.after"
    assert "that this key may not see" in tree.text
    text = running.get("/tasks/mine.after/why", headers={**SOME, "Accept": "text/plain"})
    assert "that this key may not see" in text.text
    assert "hidden" not in text.text
    assert "hidden" in running.get("/tasks/mine.after/why", headers=ROOT).text
    whole = running.get("/tasks/mine.report/why", headers=SOME).text
    assert "may not see" not in whole


def test_ones_own_tasks_can_be_run_and_changed(running):
    """Everything that the scopes allow works on them."""
    job = running.post(f"/tasks/{OWN}/jobs", json={"job_id": "again"}, headers=SOME)
    assert (job.status_code, job.json["task"]) == (201, OWN)
    assert running.get("/jobs/again", headers=SOME).status_code == 200
    assert running.post("/jobs", json={"task": OWN}, headers=SOME).status_code == 201
    assert running.post("/jobs", json={"task": OTHER}, headers=SOME).status_code == 404
    assert running.patch(f"/tasks/{OWN}", json={"priority": 1}, headers=SOME).status_code == 200
    made = running.post("/tasks/mine.new", json={"code": "result = 1"}, headers=SOME)
    assert made.status_code == 201
    assert running.delete("/tasks/mine.new", headers=SOME).status_code == 204
    assert running.patch("/returns", json={OWN: 7}, headers=SOME).json[OWN] == 7


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/parameters", {"a": 1}),
        ("PATCH", "/parameters/a", {"a": 1}),
        ("DELETE", "/parameters/a", None),
        ("PATCH", "/config", {"timeout": 1}),
        ("PATCH", "/returns", {OWN: 7, OTHER: 7}),
        ("POST", "/session/pause", None),
        ("POST", "/session/resume", None),
        ("POST", "/session/shutdown", None),
        ("POST", "/session/restart", None),
        ("POST", "/runtimes", {"runtime_id": "mine.gpu"}),
        ("PATCH", "/runtimes/thread", {"size": 1}),
        ("PATCH", "/runtimes/process", {"is_default": True}),
        ("DELETE", "/runtimes/gpu?force=true", None),
        ("GET", "/metrics", None),
        ("GET", "/keys", None),
        ("GET", "/keys/root", None),
        ("POST", "/keys", {"name": "new", "scopes": ["admin"]}),
        ("DELETE", "/keys/root", None),
        ("POST", "/tasks/other.new", {"code": "1"}),
        ("PUT", f"/tasks/{OTHER}", {"code": "1"}),
    ],
)
def test_what_concerns_the_whole_session_is_refused(running, method, path, body):
    """Whatever the scopes: such a key could get at the other tasks that way."""
    before = running.get("/session", headers=ROOT).json
    answer = running.open(path, method=method, json=body or {}, headers=SOME)
    assert (answer.status_code, answer.json["error"]) == (403, "FORBIDDEN")
    after = running.get("/session", headers=ROOT).json
    for key in ("config", "parameters", "tasks", "returns", "state"):
        assert after[key] == before[key]


def test_two_callers_see_their_own(running):
    """The list that is kept for one key is not sent to another, nor called unchanged for it."""
    for _ in range(2):
        assert len(running.get("/tasks", headers=SOME).json) == 3
        assert len(running.get("/tasks", headers=ROOT).json) == 6
    tag = running.get("/tasks", headers=ROOT).headers["ETag"]
    assert running.get("/tasks", headers={**SOME, "If-None-Match": tag}).status_code == 200


def test_the_fields_of_code_are_those_of_tasks():
    """Every field that says what a task runs takes scope admin."""
    from redengine.tasks import CodeTask, CommandTask

    fields = {field for kind in (FuncTask, CommandTask, CodeTask) for field in kind.body_fields}
    assert fields <= CODE_FIELDS
