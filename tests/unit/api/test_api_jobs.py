"""Jobs over HTTP."""

import pytest

DOCUMENT = {
    "version": "1.0",
    "job_id": "d-1",
    "kind": "task",
    "operation": "fetch",
    "created_at": "2026-11-21T02:00:00Z",
    "payload": {"type": "json", "data": {"day": "today"}},
}


def submit(session, task, job_id=None):
    """A job of the session."""
    return session.accept_job(session.tasks[task], {}, job_id=job_id)[0]


@pytest.mark.parametrize("path", ["/jobs", "/tasks/fetch/jobs"])
def test_a_job_is_submitted(client, session, path):
    """POST answers 201 with the job's place and its object."""
    answer = client.post(path, json={"task": "fetch", "parameters": {"day": 1}})
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/jobs/job-1"
    assert answer.json["links"]["result"] == "/jobs/job-1/result"
    assert session.jobs.by_id["job-1"].parameters == {"day": 1}


def test_a_job_needs_no_body_where_the_path_says_all(client):
    """POST /tasks/<name>/jobs without a body submits a job without parameters."""
    assert client.post("/api/v1/tasks/fetch/jobs").headers["Location"] == "/api/v1/jobs/job-1"


def test_a_job_document_is_accepted(client, session):
    """The worker API's document submits its operation with its payload's data."""
    assert client.post("/jobs", json=DOCUMENT).status_code == 201
    job = session.jobs.by_id["d-1"]
    assert (job.task, job.parameters) == ("fetch", {"day": "today"})


def test_the_same_id_is_the_same_job(client, session):
    """The same submission again is 200, another under the id is 409."""
    assert client.post("/jobs", json=DOCUMENT).status_code == 201
    assert client.post("/jobs", json=DOCUMENT).status_code == 200
    other = {**DOCUMENT, "payload": {"data": {}}}
    assert client.post("/jobs", json=other).status_code == 409
    assert session.jobs.by_id["d-1"].parameters == {"day": "today"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "task"),
        ({"task": 1}, "task"),
        ({"task": "fetch", "parameters": [1]}, "parameters"),
        ({"task": "fetch", "job_id": ""}, "job_id"),
        ({"task": "fetch", "job_id": "x" * 300}, "job_id"),
        ({"task": "fetch", "job_id": 7}, "job_id"),
        ({"task": "fetch", "prioriti": 1}, "prioriti"),
        ({"task": "fetch", "retries": -1}, "retries"),
        ({"task": "fetch", "priority": "high"}, "priority"),
        ({"operation": "fetch", "priority": "high"}, "priority"),
        ({"operation": "fetch", "max_attempts": 0}, "max_attempts"),
        ({"operation": "fetch", "version": "2"}, "version"),
        ({"operation": "fetch", "version": True}, "version"),
        ({"operation": "fetch", "kind": ""}, "kind"),
        ({"operation": "fetch", "run_at": "2026-01-01"}, "run_at"),
        ({"operation": "fetch", "created_at": "2999-01-01T00:00:00Z"}, "created_at"),
        ({"operation": "fetch", "job_id": "a", "idempotency_key": "b"}, "idempotency_key"),
        ({"operation": "fetch", "created_at": "soon"}, "created_at"),
        ({"operation": "fetch", "payload": {"dta": {}}}, "payload.dta"),
    ],
)
def test_a_submission_that_does_not_fit_is_refused(client, session, body, field):
    """A field that is missing, unknown or of a wrong type is named, and no job is made."""
    answer = client.post("/jobs", json=body)
    assert answer.status_code == 400
    assert list(answer.json["details"]["fields"]) == [field]
    assert not session.jobs.by_id


def test_a_job_of_an_unknown_task_is_404(client):
    """Both ways to submit name the task that is missing."""
    assert client.post("/jobs", json={"task": "fecth"}).status_code == 404
    assert client.post("/tasks/fecth/jobs").status_code == 404


def test_the_path_and_the_body_must_name_one_task(client):
    """A body that names another task than the path is 400."""
    assert client.post("/tasks/fetch/jobs", json={"task": "report"}).status_code == 400


def test_jobs_are_listed_newest_first(client, session):
    """GET /jobs has all jobs with links, GET /tasks/<name>/jobs those of the task."""
    for task in ("fetch", "report", "fetch"):
        submit(session, task)
    jobs = client.get("/jobs").json
    assert [job["job_id"] for job in jobs] == ["job-3", "job-2", "job-1"]
    assert jobs[0]["links"]["self"] == "/jobs/job-3"
    assert client.get("/jobs?$limit=1&$fields=job_id").json == [{"job_id": "job-3"}]
    assert client.get("/tasks/fetch/jobs?$limit=1&$fields=task").json == [{"task": "fetch"}]
    own = client.get("/tasks/fetch/jobs?$limit=1")
    assert [job["job_id"] for job in own.json] == ["job-3"]
    assert '</tasks/fetch/jobs?$limit=1&$offset=1>; rel="next"' in own.headers["Link"]
    assert client.get("/tasks/fetch/jobs?task=report").status_code == 400


def test_a_job_is_read_cancelled_and_terminated(client, session):
    """The job's own paths act on it, and a state that forbids it is 409 naming the state."""
    submit(session, "fetch", "j")
    assert client.get("/jobs/j").json["status"] == "queued"
    assert client.post("/jobs/j/cancel").json["status"] == "cancel"
    answer = client.post("/jobs/j/cancel")
    assert (answer.status_code, answer.json["details"]["status"]) == (409, "cancel")
    assert client.post("/jobs/j/terminate").json["status"] == "terminate"
    assert client.get("/jobs/nothing").status_code == 404


def test_a_result_is_the_return_value(client, session):
    """The result of a job that succeeded is answered with its id."""
    job = submit(session, "fetch", "j")
    job.status, job.value = "success", {"rows": 42}
    expected = {"job_id": "j", "status": "success", "result": {"rows": 42}}
    assert client.get("/jobs/j/result").json == expected


@pytest.mark.parametrize(
    ("status", "reason"), [(None, "unknown_job"), ("run", "not_finished"), ("fail", "failed")]
)
def test_a_result_that_is_not_there_says_why(client, session, status, reason):
    """Without a result the answer is 404 with the reason."""
    if status:
        submit(session, "fetch", "j").status = status
    answer = client.get("/jobs/j/result")
    assert (answer.status_code, answer.json["details"]["reason"]) == (404, reason)
    if status == "fail":
        assert answer.json["details"]["error"] == "ValueError: no"


def test_output_is_read_with_a_cursor(client, session):
    """`after` of one answer leads to the next lines."""
    submit(session, "fetch", "j")
    first = client.get("/jobs/j/output?$limit=3").json
    assert [line["seq"] for line in first["lines"]] == [1, 2, 3]
    rest = client.get(f"/jobs/j/output?after={first['after']}").json
    assert [line["seq"] for line in rest["lines"]] == [4, 5]
    assert client.get("/jobs/j/output?after=5").json == {
        "job_id": "j",
        "lines": [],
        "after": 5,
        "ended": False,
    }
    assert client.get("/jobs/j/output?after=-1").status_code == 400
    assert client.get("/jobs/j/output?$limit=20000").status_code == 400


def test_log_records_are_filtered(client, session):
    """/logs and /jobs/<id>/logs filter the records."""
    submit(session, "fetch", "j")
    session.records = [
        {"id": 2, "action": "fail", "task_name": "fetch", "job_id": "j"},
        {"id": 1, "action": "run", "task_name": "report", "job_id": "k"},
    ]
    assert [r["id"] for r in client.get("/logs?action=fail&action=terminate").json] == [2]
    assert [r["id"] for r in client.get("/jobs/j/logs").json] == [2]
    assert client.get("/jobs/j/logs?job_id=k").status_code == 400
    assert client.get("/logs?acton=fail").status_code == 400


def test_all_that_can_be_asked_for_gets_to_the_job(client, session):
    """Each option of a submission is handed on."""
    options = {
        "priority": 3,
        "runtime": "process",
        "timeout": "10 min",
        "retries": 2,
        "deadline": "2999-01-01T00:00:00Z",
        "run_at": "2998-01-01",
        "labels": {"team": "ops"},
    }
    assert client.post("/tasks/fetch/jobs", json={"job_id": "j", **options}).status_code == 201
    assert session.jobs.by_id["j"].options == options


def test_every_field_of_a_job_document_is_honoured(client, session):
    """Those that mean something are options, the others are kept as labels."""
    more = {
        "priority": 1,
        "max_attempts": 3,
        "timeout": 60,
        "deadline": "2999-01-01T00:00:00Z",
        "idempotency_key": "d-1",
    }
    assert client.post("/jobs", json={**DOCUMENT, **more}).status_code == 201
    assert session.jobs.by_id["d-1"].options == {
        "priority": 1,
        "retries": 2,
        "timeout": 60,
        "deadline": "2999-01-01T00:00:00Z",
        "labels": {
            "version": "1.0",
            "kind": "task",
            "payload_type": "json",
            "created_at": "2026-11-21T02:00:00Z",
        },
    }


def test_an_idempotency_key_names_the_job(client):
    """Without a job id the key is the id, so that the same document again is the same job."""
    document = {"operation": "fetch", "idempotency_key": "k-1"}
    assert client.post("/jobs", json=document).headers["Location"] == "/jobs/k-1"
    assert client.post("/jobs", json=document).status_code == 200


def test_a_job_is_paused_and_resumed(client, session):
    """The answer says which kind of pause it is, and when it takes hold; 409 names the state."""
    submit(session, "fetch", "j")
    paused = client.post("/jobs/j/pause").json
    assert paused["status"] == "paused"
    assert paused["pause"]["kind"] == "held"
    assert "before it is resumed" in paused["pause"]["takes_hold"]
    again = client.post("/jobs/j/pause")
    assert (again.status_code, again.json["details"]["allowed_actions"]) == (409, ["resume"])
    assert client.post("/jobs/j/resume").json["status"] == "queued"
    assert client.post("/jobs/j/resume").status_code == 409
    assert client.post("/jobs/j/pause", json={"why": 1}).status_code == 400


def test_an_ended_job_can_be_forgotten(client, session):
    """DELETE is 204 for one that has ended, and 409 for another."""
    job = submit(session, "fetch", "j")
    assert client.delete("/jobs/j").status_code == 409
    job.status = "success"
    assert client.delete("/jobs/j").status_code == 204
    assert client.get("/jobs/j").status_code == 404


def test_waiting_tells_whether_the_job_has_ended(client, session):
    """The answer is the job as it is at the end, or when the time is over."""
    job = submit(session, "fetch", "j")
    assert client.post("/jobs/j/wait?timeout=0").json["ended"] is False
    job.status = "success"
    assert client.post("/jobs/j/wait").json["ended"] is True


@pytest.mark.parametrize("timeout", ["-1", "61", "soon", "nan", "inf", ""])
def test_a_time_to_wait_that_does_not_fit_is_refused(client, session, timeout):
    """Waiting takes seconds from 0 to 60."""
    submit(session, "fetch", "j")
    answer = client.post(f"/jobs/j/wait?timeout={timeout}")
    assert (answer.status_code, list(answer.json["details"]["fields"])) == (400, ["timeout"])
    assert client.get(f"/jobs/j/output?wait={timeout}").status_code == 400


def test_a_stack_is_shown_where_there_is_one(client, session):
    """JSON or text by what the caller prefers; 409 with the status where nothing runs."""
    job = submit(session, "fetch", "j")
    assert client.get("/jobs/j/stack").status_code == 409
    job.live_stack = "File a.py, line 1"
    assert client.get("/jobs/j/stack").json["stack"] == "File a.py, line 1"
    text = client.get("/jobs/j/stack", headers={"Accept": "text/plain"})
    assert text.text == "File a.py, line 1"


def test_a_forgotten_job_is_told_from_an_unknown_one(client):
    """The result of a job that was pruned is `expired`."""
    assert client.get("/jobs/long-ago/result").json["details"]["reason"] == "expired"


def test_an_active_job_links_to_what_can_be_done(client, session):
    """Links lead to all actions of the state, and the object names those that are allowed."""
    submit(session, "fetch", "a b")
    job = client.get("/jobs/a%20b").json
    assert job["allowed_actions"] == ["cancel", "terminate", "pause"]
    assert job["links"]["pause"] == "/jobs/a%20b/pause"
    assert set(job["links"]) == {
        "self", "result", "output", "logs", "wait", "cancel", "terminate", "pause",
    }  # fmt: skip
