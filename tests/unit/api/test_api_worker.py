"""WorkerAPI: a second door to a session, with the words and shapes of a worker API."""

import http.client
import json
import threading
from contextlib import contextmanager

import pytest

from redengine import Session
from redengine.api import FlaskAPI, Principal, WorkerAPI
from redengine.api.worker_resources import worker_status
from redengine.client import Client
from redengine.exceptions import InvalidInput, UnsafeAddress

RUNNER = "runner-key-with-enough-characters"
READER = "reader-key-with-enough-characters"


def document(job_id, operation="system.echo", **data):
    """A job document."""
    return {
        "version": "1.0",
        "job_id": job_id,
        "kind": "VMOperation",
        "operation": operation,
        "created_at": "2026-01-30T10:00:00Z",
        "payload": {"type": f"{operation}.v1", "data": data},
    }


@contextmanager
def running(session, *apis):
    """The session, running until the block ends."""
    session.start(block=False)
    try:
        for api in apis:
            api.wait_ready(60)
        yield
    finally:
        session.shut_down(timeout=5)


def call(api, method, path, body=None, **headers):
    """Status and JSON of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=20)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        content = json.dumps(body) if isinstance(body, dict) else body
        connection.request(method, path, content, names)
        answer = connection.getresponse()
        return answer.status, json.load(answer)
    finally:
        connection.close()


class Worker:
    """A session with both APIs."""

    def __init__(self):
        self.session = Session(name="worker-1")
        self.flask = FlaskAPI(port=0, session=self.session)
        self.api = WorkerAPI(
            port=0, features=["lvm"], extra={"disk_formats": ["qcow2"]}, session=self.session
        )
        self.release = threading.Event()
        release = self.release

        @self.session.task(name="system.echo")
        def echo(message):
            return {"message": message}

        @self.session.task(name="test.fail")
        def fail():
            raise ValueError("no such image")

        @self.session.task(name="test.wait")
        def wait():
            release.wait(20)

    def call(self, method, path, body=None):
        """Status and JSON of the worker API's answer."""
        return call(self.api, method, f"/api/v1{path}", body)

    def ended(self, job_id):
        """The status object of a job at its end."""
        assert self.session.job(job_id).wait(60)
        status, answer = self.call("GET", f"/jobs/{job_id}")
        assert status == 200
        return answer["data"]


@pytest.fixture
def worker():
    """A running session with both APIs."""
    made = Worker()
    with running(made.session, made.flask, made.api):
        yield made
        made.release.set()


def test_a_document_is_accepted_and_run(worker):
    """The answer names the job, whose status object and bare result can then be read."""
    status, answer = worker.call("POST", "/jobs", document("one", message="hi"))
    assert status == 201
    assert answer == {
        "success": True,
        "data": {
            "job_id": "one",
            "status": "submitted",
            "message": "Job one submitted successfully",
        },
    }
    found = worker.ended("one")
    assert list(found) == [
        "job_id",
        "status",
        "submitted_at",
        "started_at",
        "completed_at",
        "error",
    ]
    assert (found["job_id"], found["status"], found["error"]) == ("one", "Completed", None)
    assert found["submitted_at"] <= found["started_at"] <= found["completed_at"]
    answer = worker.call("GET", "/jobs/one/result")
    assert answer == (200, {"success": True, "data": {"message": "hi"}})


def test_the_same_document_again_is_the_same_job(worker):
    """It is answered as the first time, and runs once; another content under the id is 409."""
    first = worker.call("POST", "/jobs", document("one", message="hi"))
    worker.ended("one")
    assert worker.call("POST", "/jobs", document("one", message="hi")) == first
    status, answer = worker.call("POST", "/jobs", document("one", message="other"))
    assert (status, answer["error"]) == (409, "CONFLICT")
    assert [job.id for job in worker.session.tasks["system.echo"].jobs()] == ["one"]


def test_a_job_that_failed_tells_why_in_one_text(worker):
    """Its status is Failed, and it has no result."""
    worker.call("POST", "/jobs", document("bad", "test.fail"))
    found = worker.ended("bad")
    assert (found["status"], found["error"]) == ("Failed", "ValueError: no such image")
    status, answer = worker.call("GET", "/jobs/bad/result")
    assert (status, answer["error"]) == (404, "NOT_FOUND")
    assert answer["details"]["reason"] == "failed"


def test_a_job_that_is_withdrawn_has_failed(worker):
    """Its clients know no other end; the error is the reason."""
    later = {"task": "test.fail", "job_id": "later", "run_at": "2999-01-01T00:00:00Z"}
    assert call(worker.flask, "POST", "/jobs", later)[0] == 201
    assert worker.call("GET", "/jobs/later")[1]["data"]["status"] == "Pending"
    worker.session.job("later").cancel()
    found = worker.ended("later")
    assert found["status"] == "Failed"
    assert found["started_at"] is None
    assert isinstance(found["error"], str)


def test_jobs_are_listed_newest_first_with_their_number(worker):
    """The total counts all that match, however few are asked for."""
    for name in ("one", "two", "three"):
        worker.call("POST", "/jobs", document(name, message=name))
        worker.ended(name)
    status, answer = worker.call("GET", "/jobs")
    assert status == 200
    assert answer["success"] is True
    assert [job["job_id"] for job in answer["data"]["jobs"]] == ["three", "two", "one"]
    assert answer["data"]["total"] == 3
    answer = worker.call("GET", "/jobs?task=system.echo&task=test.fail&$limit=1")[1]
    assert [job["job_id"] for job in answer["data"]["jobs"]] == ["three"]
    assert answer["data"]["total"] == 3


def test_a_job_between_two_attempts_runs(worker):
    """Its clients would take anything else for an end, or for a job that has not begun."""
    body = {**document("again", "test.fail"), "max_attempts": 2}
    waits = threading.Event()

    @worker.session.hook("job_end")
    def note(job):
        waits.set()

    worker.session.tasks["test.fail"].backoff = "1 h"
    assert worker.call("POST", "/jobs", body)[0] == 201
    while worker.session.job("again").attempt == 1:
        assert not waits.is_set()
    found = worker.call("GET", "/jobs/again")[1]["data"]
    assert (found["status"], found["completed_at"], found["error"]) == ("Running", None, None)
    worker.session.job("again").cancel()
    assert worker.ended("again")["status"] == "Failed"


def test_capabilities_are_those_of_the_session_and_what_was_given(worker):
    """Operations are the tasks that can be submitted; the places are counted."""
    status, answer = worker.call("GET", "/capabilities")
    assert status == 200
    assert answer["data"] == {
        "worker_id": "worker-1",
        "operations": ["system.echo", "test.fail", "test.wait"],
        "features": ["lvm"],
        "max_concurrent_jobs": worker.session.config.max_threads,
        "disk_formats": ["qcow2"],
    }


def test_health_is_a_word_and_a_time(worker, monkeypatch):
    """200 with `healthy`; 503 with `unhealthy` when a check of the session fails."""
    status, answer = worker.call("GET", "/health")
    assert (status, answer["success"], answer["data"]["status"]) == (200, True, "healthy")
    assert set(answer["data"]) == {"status", "timestamp"}
    _, checks = worker.session.health()
    monkeypatch.setattr(worker.session, "health", lambda: (False, checks))
    status, answer = worker.call("GET", "/health")
    assert (status, answer["success"], answer["data"]["status"]) == (503, False, "unhealthy")


@pytest.mark.parametrize(
    ("body", "error", "field"),
    [
        (b'{"operation": ', "BAD_REQUEST", "body"),
        (b"[1]", "VALIDATION_ERROR", "body"),
        ({}, "VALIDATION_ERROR", "operation"),
        (document("a", "system.ecko", message="hi"), "VALIDATION_ERROR", "operation"),
        ({**document("a", message="hi"), "version": "7"}, "VALIDATION_ERROR", "version"),
        ({**document("a", message="hi"), "payload": 3}, "VALIDATION_ERROR", "payload"),
        ({**document("a", message="hi"), "created_at": "now"}, "VALIDATION_ERROR", "created_at"),
        ({**document("a/b", message="hi")}, "VALIDATION_ERROR", "job_id"),
        (document("a"), "VALIDATION_ERROR", "payload.data.message"),
        (document("a", message="hi", colour=1), "VALIDATION_ERROR", "payload.data.colour"),
    ],
)
def test_what_is_wrong_with_a_document_is_named(worker, body, error, field):
    """Malformed JSON is BAD_REQUEST; anything else names the document's field and the reason."""
    status, answer = worker.call("POST", "/jobs", body)
    assert status == 400
    assert set(answer) == {"error", "message", "details"}
    assert answer["error"] == error
    assert answer["details"]["field"] == field
    assert answer["details"]["reason"] == answer["details"]["fields"][field]


def test_an_unknown_operation_names_the_nearest(worker):
    """The reason says which task was probably meant."""
    answer = worker.call("POST", "/jobs", document("a", "system.ecko", message="hi"))[1]
    assert "'system.echo'" in answer["details"]["reason"]


@pytest.mark.parametrize("path", ["/jobs/nobody", "/jobs/nobody/result"])
def test_an_unknown_job_is_not_found(worker, path):
    """The message is the one that clients of worker APIs know."""
    status, answer = worker.call("GET", path)
    assert status == 404
    assert (answer["error"], answer["message"]) == ("NOT_FOUND", "Job nobody not found")


def test_a_job_without_a_result_yet_has_none(worker):
    """While it runs, its status is Running and its result 404."""
    worker.call("POST", "/jobs", document("slow", "test.wait"))
    status, answer = worker.call("GET", "/jobs/slow/result")
    assert (status, answer["error"]) == (404, "NOT_FOUND")
    assert answer["details"]["reason"] == "not_finished"


@pytest.mark.parametrize(
    "path", ["/", "/jobs", "/tasks", "/api/v1/tasks", "/api/v1/openapi.json", "/api/v1/jobs/x/wait"]
)
def test_there_is_nothing_else(worker, path):
    """Other paths are 404 in the same envelope."""
    status, answer = call(worker.api, "GET", path)
    assert (status, answer["error"]) == (404, "NOT_FOUND")
    assert "request_id" not in answer


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/api/v1/jbos/one", "/api/v1/jobs/one"),
        ("/api/v1/helth", "/api/v1/health"),
        ("/docs", None),
        ("/logs", None),
        ("/task/one", None),
    ],
)
def test_a_path_that_is_not_there_is_told_one_that_is(worker, path, nearest):
    """Never one of FlaskAPI's."""
    details = call(worker.api, "GET", path)[1]["details"]
    assert details["suggestion"] == nearest


def test_a_method_that_a_path_does_not_know_is_refused(worker):
    """Jobs cannot be forgotten or changed at this door."""
    worker.call("POST", "/jobs", document("one", message="hi"))
    worker.ended("one")
    assert worker.call("DELETE", "/jobs/one")[0] == 405
    assert worker.session.job("one").status == "success"


@pytest.mark.parametrize(
    ("job", "word"),
    [
        ({"status": "queued", "attempt": 1, "started_at": None}, "Pending"),
        ({"status": "paused", "attempt": 1, "started_at": None}, "Pending"),
        ({"status": "claimed", "attempt": 1, "started_at": None}, "Assigned"),
        ({"status": "run", "attempt": 1, "started_at": "2026-01-30T10:00:00Z"}, "Running"),
        ({"status": "paused", "attempt": 1, "started_at": "2026-01-30T10:00:00Z"}, "Running"),
        ({"status": "queued", "attempt": 2, "started_at": None}, "Running"),
        ({"status": "success"}, "Completed"),
        *(({"status": each}, "Failed") for each in ("fail", "crash", "terminate", "cancel")),
        ({"status": "inaction"}, "Failed"),
    ],
)
def test_each_status_has_a_word(job, word):
    """The five words of a worker API cover all statuses."""
    assert worker_status(job) == word


# -- what both APIs share


def test_keys_given_to_the_other_door_are_asked_for_here():
    """A key of FlaskAPI opens the worker API with its scopes, in whichever order they are made."""
    keys = {"runner": {"key": RUNNER, "scopes": ["read", "run"]}}
    keys["reader"] = {"key": READER, "scopes": ["read"]}
    for worker_first in (False, True):
        session = Session()
        session.task(name="system.echo")(lambda message: message)
        if worker_first:
            worker = WorkerAPI(port=0, session=session)
            FlaskAPI(port=0, api_keys=keys, session=session)
        else:
            FlaskAPI(port=0, api_keys=keys, session=session)
            worker = WorkerAPI(port=0, session=session)
        with running(session, worker):
            body = document("one", message="hi")
            assert call(worker, "POST", "/api/v1/jobs", body)[0] == 401
            assert call(worker, "POST", "/api/v1/jobs", body, X_API_Key=READER)[0] == 403
            assert call(worker, "POST", "/api/v1/jobs", body, X_API_Key=RUNNER)[0] == 201
            assert call(worker, "GET", "/api/v1/jobs/one", X_API_Key=READER)[0] == 200


def test_keys_given_here_are_asked_for_at_the_other_door():
    """FlaskAPI without keys is not left open beside a worker API that has some."""
    session = Session()
    flask = FlaskAPI(port=0, session=session)
    worker = WorkerAPI(
        port=0, api_keys={"runner": {"key": RUNNER, "scopes": ["read"]}}, session=session
    )
    with running(session, flask, worker):
        assert call(flask, "GET", "/tasks")[0] == 401
        assert call(flask, "GET", "/tasks", X_API_Key=RUNNER)[0] == 200


def test_keys_are_asked_for_when_the_door_that_gave_them_is_gone():
    """Its keys open nothing any more, and the worker API is not left open."""
    session = Session()
    keys = {"runner": {"key": RUNNER, "scopes": ["read"]}}
    flask = FlaskAPI(port=0, api_keys=keys, session=session)
    worker = WorkerAPI(port=0, session=session)
    with running(session, flask, worker):
        assert call(worker, "GET", "/api/v1/jobs", X_API_Key=RUNNER)[0] == 200
        flask.delete(force=True)
        assert call(worker, "GET", "/api/v1/jobs")[0] == 401
        assert call(worker, "GET", "/api/v1/jobs", X_API_Key=RUNNER)[0] == 403


def test_the_other_apis_keys_guard_an_address_that_others_can_reach():
    """Where FlaskAPI has keys, the worker API needs none of its own to listen everywhere."""
    session = Session()
    FlaskAPI(api_keys={"runner": {"key": RUNNER, "scopes": ["read"]}}, session=session)
    assert WorkerAPI(host="0.0.0.0", session=session).address == "0.0.0.0"


def test_a_limit_counts_the_requests_of_both_apis():
    """Three reads at one door and the limit of three is used up at the other."""
    session = Session()
    worker = WorkerAPI(port=0, session=session)
    flask = FlaskAPI(port=0, rate_limit={"read": "3/hour"}, session=session)
    with running(session, flask, worker):
        statuses = [call(flask, "GET", "/tasks")[0] for _ in range(2)]
        statuses += [call(worker, "GET", "/api/v1/jobs")[0] for _ in range(2)]
        assert statuses == [200, 200, 200, 429]


def test_a_limit_of_its_own_is_its_own():
    """A worker API with a limit is counted by it, and FlaskAPI by its own."""
    session = Session()
    flask = FlaskAPI(port=0, rate_limit={"read": "100/hour"}, session=session)
    worker = WorkerAPI(port=0, rate_limit={"read": "1/hour"}, session=session)
    with running(session, flask, worker):
        statuses = [call(worker, "GET", "/api/v1/jobs")[0] for _ in range(2)]
        assert statuses == [200, 429]
        assert [call(flask, "GET", "/tasks")[0] for _ in range(2)] == [200, 200]


def test_who_authenticates_at_one_door_is_asked_at_the_other():
    """`authenticate` of a subclass of FlaskAPI decides for the worker API as well."""

    class CompanyAPI(FlaskAPI):
        def authenticate(self):
            from flask import request

            if request.headers.get("X-User") != "ada":
                return {"error": "UNAUTHORIZED"}, 401
            return Principal(name="ada", scopes=["read"])

    session = Session()
    session.task(name="system.echo")(lambda message: message)
    worker = WorkerAPI(port=0, session=session)
    CompanyAPI(port=0, session=session)
    with running(session, worker):
        assert call(worker, "GET", "/api/v1/jobs")[0] == 401
        assert call(worker, "GET", "/api/v1/jobs", X_User="ada")[0] == 200
        body = document("one", message="hi")
        assert call(worker, "POST", "/api/v1/jobs", body, X_User="ada")[0] == 403


def test_a_key_for_some_tasks_sees_only_their_jobs():
    """Operations and jobs of other tasks are not there for it."""
    keys = {"echo": {"key": RUNNER, "scopes": ["read", "run"], "tasks": "system.*"}}
    session = Session()
    session.task(name="system.echo")(lambda message: message)
    session.task(name="other")(lambda: None)
    worker = WorkerAPI(port=0, api_keys=keys, session=session)
    with running(session, worker):
        hidden = session.submit("other").id
        told = call(worker, "GET", "/api/v1/capabilities", X_API_Key=RUNNER)[1]
        assert told["data"]["operations"] == ["system.echo"]
        assert call(worker, "GET", f"/api/v1/jobs/{hidden}", X_API_Key=RUNNER)[0] == 404
        listed = call(worker, "GET", "/api/v1/jobs", X_API_Key=RUNNER)[1]["data"]
        assert listed == {"jobs": [], "total": 0}
        body = document("one", "other")
        assert call(worker, "POST", "/api/v1/jobs", body, X_API_Key=RUNNER)[0] == 400


def test_submissions_are_in_the_audit_trail(worker):
    """Both APIs write into one trail, an accepted job as an action and a refused one as such."""
    worker.call("POST", "/jobs", document("one", message="hi"))
    worker.call("POST", "/jobs", document("two", "nothing"))
    found = call(worker.flask, "GET", "/changes?resource=Jobs")[1]
    assert [(each["kind"], each["status"]) for each in found] == [
        ("refusal", 400),
        ("action", 201),
    ]


def test_a_change_made_over_the_api_is_applied_once_at_the_next_start(tmp_path):
    """The journal is FlaskAPI's to apply: the worker API beside it does not do it again."""
    store = f"sqlite:///{tmp_path}/jobs.db"
    for is_first in (True, False):
        session = Session(store=store)
        worker = WorkerAPI(port=0, session=session)
        flask = FlaskAPI(port=0, session=session)
        with running(session, flask, worker):
            if is_first:
                made = {"class": "CodeTask", "code": "result = 1"}
                assert call(flask, "POST", "/tasks/made", made)[0] == 201
            assert "made" in session.tasks
            assert list(worker.get_requests()) == []


# -- how it is made


def test_its_defaults_are_those_of_worker_apis():
    """Port 8080 on this machine; its id is the session's name."""
    session = Session(name="here")
    worker = WorkerAPI(session=session)
    assert (worker.address, worker.port, worker.name) == ("127.0.0.1", 8080, "WorkerAPI")
    answer = worker.app.test_client().get("/api/v1/capabilities")
    assert answer.json["data"]["worker_id"] == "here"


def test_it_refuses_an_unguarded_address():
    """As FlaskAPI: others could run code."""
    with pytest.raises(UnsafeAddress, match=r"^WorkerAPI refuses .* subclass of WorkerAPI,"):
        WorkerAPI(host="0.0.0.0", session=Session())


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"worker_id": 3}, "worker_id"),
        ({"features": "lvm"}, "features"),
        ({"features": [1]}, "features"),
        ({"extra": ["a"]}, "extra"),
        ({"extra": {"operations": []}}, "extra.operations"),
        ({"port": 99999}, "port"),
    ],
)
def test_an_argument_that_does_not_fit_is_named(options, field):
    """Nothing is registered then."""
    session = Session()
    with pytest.raises(InvalidInput) as caught:
        WorkerAPI(session=session, **options)
    assert list(caught.value.fields) == [field]
    assert "WorkerAPI" not in session.tasks


def test_it_takes_no_routes():
    """Its paths are those that its clients know."""
    worker = WorkerAPI(session=Session())
    with pytest.raises(InvalidInput, match="FlaskAPI"):
        worker.get("/mine")(lambda: None)


def test_a_client_in_the_process_talks_to_flask_api():
    """The worker API has not what the client asks for."""
    session = Session()
    session.task(name="fetch")(lambda: None)
    WorkerAPI(session=session)
    FlaskAPI(session=session)
    with Client(app=session) as client:
        assert client.tasks.get("fetch").name == "fetch"


# -- job documents at FlaskAPI


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"version": "1.0"}, 400, "operation"),
        ({"kind": "VMOperation", "job_id": "a"}, 400, "operation"),
        ({"payload": {"data": {}}}, 400, "operation"),
        ({"task": "system.echo", "payload": {"data": {}}}, 400, "task"),
        (document("a"), 400, "payload.data.message"),
        (document("a", message="hi", colour=1), 400, "payload.data.colour"),
        ({**document("a", message="hi"), "max_attempts": 0}, 400, "max_attempts"),
    ],
)
def test_errors_of_a_job_document_name_its_fields(worker, body, status, field):
    """A body with `version`, `kind` or `payload` is read as a job document at /jobs as well."""
    answered, answer = call(worker.flask, "POST", "/jobs", body)
    assert (answered, answer["error"]) == (status, "VALIDATION_ERROR")
    assert field in answer["details"]["fields"]
    assert answer["details"]["fields"].keys() <= {field, "operation"}


def test_a_document_at_a_tasks_own_path_need_not_name_it(worker):
    """The path says which; a document that says another is refused by the document's word."""
    path = "/tasks/system.echo/jobs"
    assert call(worker.flask, "POST", path, {"payload": {"data": {"message": "hi"}}})[0] == 201
    status, answer = call(worker.flask, "POST", path, document("a", "test.fail"))
    assert (status, list(answer["details"]["fields"])) == (400, ["operation"])


def test_what_goes_wrong_here_is_told_without_details(worker, monkeypatch):
    """INTERNAL_ERROR names the request, by which the log has the rest."""
    monkeypatch.setattr(worker.session, "job", None)
    status, answer = worker.call("GET", "/jobs/x")
    assert (status, answer["error"]) == (500, "INTERNAL_ERROR")
    assert set(answer) == {"error", "message"}


def test_an_unknown_operation_of_a_document_is_not_found_at_flask_api(worker):
    """The details name the document's field."""
    body = document("a", "system.ecko", message="hi")
    status, answer = call(worker.flask, "POST", "/jobs", body)
    assert (status, answer["error"]) == (404, "NOT_FOUND")
    assert answer["details"]["field"] == "operation"
    assert answer["details"]["suggestion"] == "system.echo"


def test_a_body_in_our_own_words_keeps_its_field_names(worker):
    """A parameter is named as it was given."""
    answer = call(worker.flask, "POST", "/jobs", {"task": "system.echo", "parameters": {}})[1]
    assert list(answer["details"]["fields"]) == ["message"]
