"""FlaskAPI on a real session: the parts that a fake cannot vouch for."""

import http.client
import json
import socket
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from redengine import Session
from redengine.api import APITask, FlaskAPI
from redengine.api.http.description import described_operations
from redengine.exceptions import PortInUse
from redengine.parameters import TerminationFlag
from redengine.tasks import FuncTask

CODE = {"class": "CodeTask", "code": "result = 40 + 2"}


def nothing():
    """A task's function."""


@contextmanager
def running(session):
    """The session, running with its API until the block ends; gives the API."""
    api = FlaskAPI(port=0, session=session)
    session.start(block=False)
    try:
        api.wait_ready(60)
        yield api
    finally:
        session.shut_down()


def call(api, method, path, body=None, headers=None):
    """Status and body of the API's answer."""
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=10)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, headers or {})
        answer = connection.getresponse()
        text = answer.read()
        is_json = answer.headers["Content-Type"] == "application/json"
        return answer.status, json.loads(text) if is_json and text else text
    finally:
        connection.close()


def test_a_task_made_over_http_runs():
    """From POST to the result: a code task is made, run, logged and read."""
    session = Session()
    with running(session) as api:
        status, task = call(api, "POST", "/tasks/a%2Fb", CODE)
        assert (status, task["name"], task["class"]) == (201, "a/b", "CodeTask")
        status, job = call(api, "POST", "/tasks/a%2Fb/jobs", {"job_id": "mine"})
        assert (status, job["job_id"], job["trigger"]) == (201, "mine", "api")
        assert session.job("mine").result(timeout=60) == 42
        assert call(api, "GET", "/jobs/mine/result") == (
            200,
            {"job_id": "mine", "status": "success", "result": 42},
        )
        assert call(api, "POST", "/jobs", {"task": "a/b", "job_id": "mine"})[0] == 200
        _, records = call(api, "GET", "/jobs/mine/logs")
        assert [record["action"] for record in records] == ["success", "run"]
        _, logs = call(api, "GET", "/logs?task_name=a%2Fb&action=success&$fields=action")
        assert logs == [{"action": "success"}]
        assert call(api, "GET", "/returns")[1]["a/b"] == 42
        assert call(api, "GET", "/jobs?task=a%2Fb")[1][0]["links"]["self"] == "/jobs/mine"
        assert call(api, "DELETE", "/tasks/a%2Fb")[0] == 204


def test_a_patch_is_seen_by_the_scheduler():
    """A new condition, and force_run, take effect at once."""
    session = Session()
    ran = threading.Event()
    FuncTask(ran.set, name="quiet", session=session)
    with running(session) as api:
        assert call(api, "PATCH", "/tasks/quiet", {"force_run": True})[0] == 200
        assert ran.wait(60)
        ran.clear()
        status, task = call(api, "PATCH", "/tasks/quiet", {"start_cond": "every 10 ms"})
        assert status == 200
        assert ran.wait(60)
        status, error = call(api, "PATCH", "/tasks/quiet", {"start_cond": "evry 10 s"})
        assert (status, error["error"]) == (400, "VALIDATION_ERROR")
        assert task["start_cond"] == call(api, "GET", "/tasks/quiet")[1]["start_cond"]


def test_a_running_task_is_ended_by_force_termination():
    """PATCH force_termination ends the job that runs."""
    session = Session()
    started = threading.Event()

    def wait(flag=TerminationFlag()):
        started.set()
        flag.wait(60)

    FuncTask(wait, name="long", session=session)
    with running(session) as api:
        _, job = call(api, "POST", "/tasks/long/jobs")
        assert started.wait(60)
        assert call(api, "DELETE", "/tasks/long")[0] == 409
        assert call(api, "GET", f"/jobs/{job['job_id']}/result")[1]["details"]["reason"] == (
            "not_finished"
        )
        assert call(api, "PATCH", "/tasks/long", {"force_termination": True})[0] == 200
        assert session.job(job["job_id"]).wait(60)
        details = call(api, "GET", f"/jobs/{job['job_id']}/result")[1]["details"]
        assert (details["reason"], details["status"]) == ("failed", "terminate")


def test_every_reading_path_answers():
    """All lists and documents can be read from a session with tasks."""
    session = Session(parameters={"env": "test"})
    FuncTask(nothing, name="fetch", start_cond="daily", session=session)
    FuncTask(nothing, name="report", start_cond="after task 'fetch'", session=session)
    with running(session) as api:
        for path in (
            "/tasks",
            "/tasks?status=null&$sort=-name&$limit=1",
            "/tasks/report",
            "/tasks/report/why",
            "/tasks/report/jobs",
            "/parameters",
            "/parameters/env",
            "/config",
            "/session",
            "/logs?timestamp$min=2021-01-01&timestamp$max=2121-12-31",
            "/returns",
            "/dependencies",
            "/dependencies?format=mermaid",
            "/jobs",
            "/forecast?until=2%20days",
            "/changes",
            "/health",
        ):
            status, body = call(api, "GET", path)
            assert status == 200, (path, body)
        assert call(api, "GET", "/dependencies")[1][0]["relation"] == "DependSuccess"
        status, text = call(api, "GET", "/tasks/report/why", headers={"Accept": "text/plain"})
        assert b"fetch" in text
        assert {"FlaskAPI", "fetch"} <= set(call(api, "GET", "/session")[1]["tasks"])


def test_a_name_of_300_characters_and_a_bad_class_are_refused():
    """The session's own rules come back as 400 that name the field."""
    session = Session()
    with running(session) as api:
        for path, body, field in (
            (f"/tasks/{'x' * 300}", CODE, "name"),
            ("/tasks/a", {**CODE, "class": "CoedTask"}, "class"),
            ("/tasks/a", {**CODE, "prioriti": 1}, "prioriti"),
            ("/tasks/a", {"func": "no_such_module:f"}, "func"),
            ("/tasks/a", {**CODE, "start_cond": "evry day"}, "start_cond"),
        ):
            status, error = call(api, "POST", path, body)
            assert (status, list(error["details"]["fields"])) == (400, [field]), error
        assert len(session.tasks) == 1


def test_changes_survive_a_restart(tmp_path):
    """What was made and changed over HTTP is there in the next session, before anything runs."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    ran = threading.Event()

    def scripted():
        session = Session(store=url)
        FuncTask(ran.set, name="unwanted", start_cond="daily", disabled=True, session=session)
        return session

    with running(scripted()) as api:
        assert call(api, "POST", "/tasks/new", CODE)[0] == 201
        assert call(api, "PATCH", "/tasks/new", {"priority": 7})[0] == 200
        assert call(api, "PATCH", "/parameters", {"day": "today"})[0] == 200
        assert call(api, "DELETE", "/tasks/unwanted")[0] == 204
    session = scripted()
    with running(session) as api:
        assert session.tasks["new"].priority == 7
        assert session.parameters["day"] == "today"
        assert "unwanted" not in session.tasks
        changes = call(api, "GET", "/changes")[1]
        assert [change["method"] for change in changes] == ["delete", "patch", "patch", "post"]
    assert not ran.is_set()


def test_a_taken_port_refuses_the_start():
    """session.start() itself says that the port is in use, and which."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        session = Session()
        FlaskAPI(port=taken.getsockname()[1], session=session)
        with pytest.raises(PortInUse, match=str(taken.getsockname()[1])):
            session.start(block=False)
    session.shut_down()


def test_shut_down_over_http_answers_and_stops():
    """POST /session/shutdown is answered, and the session stops within a second or so."""
    session = Session()
    api = FlaskAPI(port=0, session=session)
    session.start(block=False)
    api.wait_ready(60)
    began = time.monotonic()
    assert call(api, "POST", "/session/shutdown")[0] == 202
    session.shut_down()
    assert time.monotonic() - began < session.config.shutdown_timeout.total_seconds()
    assert session.state == "stopped"


def test_an_api_made_while_the_session_runs_serves():
    """FlaskAPI() may come after start(): it is up at once."""
    session = Session()
    session.start(block=False)
    try:
        api = FlaskAPI(port=0, session=session)
        api.wait_ready(60)
        assert call(api, "GET", "/health")[0] == 200
    finally:
        session.shut_down()


class Inbox(APITask):
    """A transport that takes what a test puts in."""

    def serve(self, stop):
        self.is_serving = threading.Event()
        stop.wait()


def test_a_transport_of_ones_own_runs_with_the_session():
    """An APITask subclass is started and stopped as FlaskAPI is."""
    session = Session()
    inbox = Inbox(session=session)
    with session:
        assert inbox.call_resource("Tasks", "get").status == 200
        answer = inbox.call_resource("Task", "post", {"name": "made", **CODE})
        assert answer.status == 201
    assert session.tasks["made"].code == CODE["code"]


def test_a_write_says_what_of_the_condition_may_not_be_meant():
    """`warnings` stands in the answers to POST, PUT and PATCH, and can be written back."""
    session = Session()
    session.parameters["env"] = "test"
    with running(session) as api:
        task = "/tasks/loop"
        for method, body in (
            ("POST", {**CODE, "start_cond": "env 'prod'"}),
            ("PUT", {**CODE, "start_cond": "env 'prod'"}),
            ("PATCH", {"priority": 3}),
        ):
            _, answer = call(api, method, task, body)
            assert ["starts again as soon as it ends" in each for each in answer["warnings"]] == [
                True
            ]
        assert "warnings" not in call(api, "GET", task)[1]
        assert call(api, "PATCH", task, {"start_cond": "daily"})[1]["warnings"] == []
        status, answer = call(api, "PUT", task, {**answer, "start_cond": "daily"})
        assert (status, answer["warnings"]) == (200, [])


def test_a_record_of_a_skip_tells_its_fire_times():
    """`skipped` is an object with the first, the last and the count; elsewhere null."""
    session = Session()
    session.task("cron * * * * * *", name="off", disabled=True)(nothing)
    with running(session) as api:
        for _ in range(600):
            records = call(api, "GET", "/logs?task_name=off")[1]
            if records:
                break
            time.sleep(0.05)
        skipped = records[0]["skipped"]
        assert skipped["count"] == 1
        assert skipped["first"] == skipped["last"]
        assert call(api, "GET", "/logs?skipped.count$min=1&$limit=1")[0] == 200
        assert call(api, "GET", "/logs?action=run")[1][0]["skipped"] is None


def test_a_permanent_task_is_a_service_and_no_job_of_a_list(tmp_path):
    """Its job is found where somebody asks for it, and is no crash after a kill."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    session = Session(store=url)
    FuncTask(nothing, name="job", session=session)
    with running(session) as api:
        session.submit("job", job_id="mine").wait(60)
        assert [job["task"] for job in call(api, "GET", "/jobs")[1]] == ["job"]
        assert len(session.jobs) == len(list(session.jobs)) == 0
        (service,) = session.jobs.services
        both = {"FlaskAPI", "job"}
        asked = {"services=true": both, "services": both, "task=FlaskAPI&task=job": both}
        for query, tasks in {**asked, "task=FlaskAPI": {"FlaskAPI"}}.items():
            assert {job["task"] for job in call(api, "GET", f"/jobs?{query}")[1]} == tasks
        assert call(api, "GET", "/jobs?services=maybe")[0] == 400
        assert call(api, "GET", f"/jobs/{service.id}")[1]["status"] == "run"
        own = call(api, "GET", "/tasks/FlaskAPI/jobs")[1]
        assert [job["job_id"] for job in own] == [service.id]
        assert call(api, "GET", "/tasks/FlaskAPI")[1]["next_run"] is None
        assert call(api, "GET", "/session")[1]["jobs_active"] == 0
        _, metrics = call(api, "GET", "/metrics")
        assert b"redengine_jobs_active 0.0" in metrics
        assert b'redengine_task_overdue{task="FlaskAPI"}' not in metrics


def test_a_service_ends_with_its_session_and_does_not_crash(tmp_path, caplog):
    """What an earlier session left running of a permanent task is told as terminated."""
    from redengine.store import JobEntry, LogEntry, Store

    url, at = f"sqlite:///{tmp_path}/jobs.db", datetime(2026, 1, 1, tzinfo=UTC)
    with Store.open(url) as store:
        for number, task in enumerate(("FlaskAPI", "job"), 1):
            options = {"trigger": "startup", "submitted_at": at, "started_at": at}
            store.write(
                JobEntry(job_id=f"left-{task}", task=task, status="run", **options),
                LogEntry(number, at, "run", task, f"left-{task}", start=at),
            )
    session = Session(store=url)
    FuncTask(nothing, name="job", session=session)
    with running(session) as api:
        ends = {task: call(api, "GET", f"/jobs/left-{task}")[1] for task in ("FlaskAPI", "job")}
        assert {task: job["status"] for task, job in ends.items()} == {
            "FlaskAPI": "terminate",
            "job": "crash",
        }
        assert session.tasks["FlaskAPI"].last_crash is None
    assert "task 'job' crashed" in caplog.text
    assert "'FlaskAPI' crashed" not in caplog.text


ALL_REASONS = [
    ("PATCH", "/config", {"max_treads": 4, "timeout": "foo", "max_processes": -1}),
    ("PATCH", "/tasks/echo", {"prioritty": 4, "timeout": "x", "status": "run", "start_cond": "x"}),
    ("POST", "/tasks/new", {"code": "1", "prioritty": 4, "retries": -1}),
    ("POST", "/tasks/new", {"code": "1", "start_cond": "x", "timeout": "foo"}),
    ("POST", "/tasks/new", {"class": "Code"}),
    ("POST", "/tasks/echo/jobs", {"parameters": {"times": 1, "count": "x"}}),
    ("POST", "/runtimes", {"runtime_id": "a/b", "kind": "x", "bogus": 1}),
    ("PATCH", "/runtimes/thread", {"size": -1, "bogus": 1}),
]


@pytest.mark.parametrize(("method", "path", "body"), ALL_REASONS)
def test_every_field_that_does_not_fit_is_told(method, path, body):
    """Unknown, missing and unfit ones together; the error names them as the caller did."""
    session = Session()

    @session.task
    def echo(text: str, count: int = 1):
        """Needs a text."""

    client = FlaskAPI(port=0, session=session).app.test_client()
    answer = client.open(path, method=method, json=body)
    expected = set(body) - {"code", "parameters"} | set(body.get("parameters", ()))
    if "parameters" in body:
        expected.add("text")
    assert answer.status_code == 400
    assert set(answer.json["details"]["fields"]) == expected


def test_a_single_condition_that_cannot_be_read_keeps_its_place():
    """Also where other fields stand beside it."""
    client = FlaskAPI(port=0, session=Session()).app.test_client()
    body = {"code": "1", "priority": 4, "start_cond": "after task 'a' succeded"}
    details = client.post("/tasks/new", json=body).json["details"]
    assert (details["position"], details["suggestion"]) == (15, "after task 'a' succeeded")


LISTS = [
    (path, operation)
    for path, method, operation, *_ in described_operations()
    if method == "get" and operation.filters is not None
]


def test_entries_of_lists_are_what_the_description_says():
    """Every list that takes `$fields` tells what a whole entry is, and gives such entries."""
    session = Session()
    session.task(name="fetch")(nothing)
    session.task("after task 'fetch'", name="report")(nothing)
    with running(session) as api:
        session.submit("fetch", job_id="mine").result(timeout=10)
        assert call(api, "PATCH", "/tasks/fetch", {"priority": 1})[0] == 200
        for path, operation in LISTS:
            assert operation.entry is not None, path
            filled = path.format(name="fetch", job_id="mine")
            status, entries = call(api, "GET", filled)
            assert status == 200
            assert entries, f"{filled} has nothing to look at"
            for entry in entries:
                operation.entry.model_validate(entry)
        assert call(api, "GET", "/dependencies")[1]
