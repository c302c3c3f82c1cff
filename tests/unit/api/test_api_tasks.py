"""Tasks over HTTP."""

import pytest


def test_all_tasks_come_in_the_order_in_which_they_were_made(client):
    """GET /tasks is a JSON array of every task, in creation order, with the total."""
    answer = client.get("/tasks")
    assert [task["name"] for task in answer.json] == ["fetch", "report"]
    assert answer.headers["X-Total-Count"] == "2"
    assert answer.headers["Content-Type"] == "application/json"


def test_a_new_task_is_in_the_list_at_once(client, session):
    """The list that was answered before is not answered again once a task has come."""
    client.get("/tasks")
    session.create_task({"name": "third"})
    assert len(client.get("/tasks").json) == 3


@pytest.mark.parametrize("path", ["/tasks", "/tasks?priority=1", "/tasks/fetch"])
def test_what_has_not_changed_is_not_sent_again(client, session, path):
    """A request with the tag of the last answer gets 304 until a task changes."""
    tag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": f'W/{tag}, "other"'})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    session.tasks["fetch"].update({"description": "new"})
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_tasks_are_filtered_sorted_and_paged(client):
    """The filter language works on /tasks, and Link leads to the other pages."""
    assert [t["name"] for t in client.get("/tasks?priority=2").json] == ["report"]
    answer = client.get("/api/v1/tasks?$sort=-priority&$limit=1&$fields=name")
    assert answer.json == [{"name": "report"}]
    assert answer.headers["X-Total-Count"] == "2"
    assert (
        '</api/v1/tasks?$sort=-priority&$fields=name&$limit=1&$offset=1>; rel="next"'
        in answer.headers["Link"]
    )


def test_a_plus_in_a_pattern_works_as_written(client, session):
    """`name$regex=scraper.%2B` matches one character or more after the word."""
    session.create_task({"name": "scraper-1"})
    session.create_task({"name": "scraper"})
    answer = client.get("/tasks?name$regex=scraper.%2B")
    assert [task["name"] for task in answer.json] == ["scraper-1"]


@pytest.mark.parametrize("key", ["nmae", "name$like", "name$regex=(", "last_run$min=yesterdayish"])
def test_a_filter_that_cannot_be_applied_is_named(client, key):
    """An unknown field or operator, a bad pattern or date: 400 that names the key."""
    answer = client.get(f"/tasks?{key}" if "=" in key else f"/tasks?{key}=x")
    assert answer.status_code == 400
    assert answer.json["error"] == "VALIDATION_ERROR"
    assert list(answer.json["details"]["fields"]) == [key.split("=")[0]]


@pytest.mark.parametrize(
    "path", ["/tasks/fetch", "/task/fetch", "/tasks/fetch/", "/api/v1/tasks/fetch"]
)
def test_one_task_is_found_under_all_its_paths(client, path):
    """The alias, a trailing slash and the versioned prefix lead to the same task."""
    assert client.get(path).json["name"] == "fetch"


def test_an_unknown_task_is_404_with_the_nearest_name(client):
    """The envelope says what is missing and what was probably meant."""
    answer = client.get("/tasks/fecth", headers={"X-Request-Id": "abc"})
    assert answer.status_code == 404
    assert answer.json["error"] == "NOT_FOUND"
    assert "did you mean 'fetch'?" in answer.json["message"]
    assert answer.json["request_id"] == answer.headers["X-Request-Id"] == "abc"


def test_curl_creates_a_task_as_documented(client, session):
    """JSON in a body that claims to be a form makes a task: `curl --data` sends it so."""
    answer = client.post(
        "/tasks/my-new-task",
        data='{"class": "CodeTask", "start_cond": "daily", "code": "print(1)"}',
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/tasks/my-new-task"
    assert answer.json["start_cond"] == "daily"
    assert session.tasks["my-new-task"].data["code"] == "print(1)"


def test_creating_a_task_that_exists_is_a_conflict(client, session):
    """POST to a taken name is 409, and the task is as it was."""
    answer = client.post("/tasks/fetch", json={"code": "1", "priority": 9})
    assert (answer.status_code, answer.json["error"]) == (409, "CONFLICT")
    assert session.tasks["fetch"].data["priority"] == 1


def test_put_creates_or_replaces(client):
    """PUT answers 201 for a new task and 200 for one that it replaced."""
    assert client.put("/tasks/new", json={"code": "1"}).status_code == 201
    answer = client.put("/tasks/new", json={"code": "2"})
    assert (answer.status_code, answer.json["code"]) == (200, "2")


def test_an_object_that_was_read_can_be_written_back(client):
    """The state in a task's object is passed over by PUT."""
    task = client.get("/tasks/report").json
    assert "status" in task
    assert client.put("/tasks/copy", json={**task, "name": "copy"}).status_code == 201


def test_patch_answers_with_the_object_as_it_now_is(client):
    """PATCH changes the named fields and answers with all of them."""
    answer = client.patch("/tasks/fetch", json={"disabled": True})
    assert (answer.status_code, answer.json["disabled"]) == (200, True)
    assert client.get("/tasks/fetch").json["disabled"] is True


@pytest.mark.parametrize("body", [{"priorty": 1}, {"priority": "high"}, {"name": "other"}])
def test_a_patch_that_does_not_fit_changes_nothing(client, session, body):
    """An unknown field, a wrong type or another name: 400, and the task as it was."""
    before = session.tasks["fetch"].snapshot()
    answer = client.patch("/tasks/fetch", json={"description": "new", **body})
    assert answer.status_code == 400
    assert list(answer.json["details"]["fields"]) == list(body)
    assert session.tasks["fetch"].snapshot() == before


def test_force_termination_ends_running_jobs(client, session):
    """PATCH force_termination ends the jobs, beside other changes, and takes only a boolean."""
    answer = client.patch("/tasks/fetch", json={"force_termination": True, "disabled": True})
    assert answer.json["disabled"] is True
    assert len(session.tasks["fetch"].terminated) == 1
    client.patch("/tasks/fetch", json={"force_termination": False})
    assert client.patch("/tasks/fetch", json={"force_termination": "yes"}).status_code == 400
    assert len(session.tasks["fetch"].terminated) == 1


def test_delete_removes_the_task(client, session):
    """DELETE answers 204 without a body."""
    answer = client.delete("/tasks/fetch")
    assert (answer.status_code, answer.data) == (204, b"")
    assert "fetch" not in session.tasks


def test_a_running_task_is_deleted_only_by_force(client, session):
    """DELETE of a running task is 409 unless `?force=true`."""
    session.tasks["fetch"].is_running = True
    assert client.delete("/tasks/fetch").status_code == 409
    assert client.delete("/tasks/fetch?force=maybe").status_code == 400
    assert client.delete("/tasks/fetch?force=true").status_code == 204


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a/b", "/tasks/a%2Fb"),
        ("a/b", "/tasks/a%2fb/"),
        ("daily report", "/tasks/daily%20report"),
        ("🚀 launch", "/tasks/%F0%9F%9A%80%20launch"),
        ("50%2F", "/tasks/50%252F"),
        ("jobs", "/tasks/jobs"),
        ("/why", "/tasks/%2Fwhy"),
    ],
)
def test_any_name_can_stand_in_a_path(client, session, name, path):
    """Names with slashes, spaces, emoji and percent signs are found by their encoded form."""
    made = client.put(path, json={"code": "1"})
    assert made.status_code == 201
    assert made.json["name"] == name
    assert client.get(path).json["name"] == name
    assert client.get(made.headers["Location"]).json["name"] == name
    assert client.get(f"{path.rstrip('/')}/why").status_code == 200


def test_a_name_of_300_characters_is_refused(client, session):
    """The session's rule for names is answered with 400, and nothing is made."""
    answer = client.post(f"/tasks/{'x' * 300}", json={"code": "1"})
    assert answer.status_code == 400
    assert len(session.tasks.by_name) == 2
    assert client.get(f"/tasks/{'x' * 300}").status_code == 404


def test_a_nul_in_a_path_is_no_slash(client, session):
    """%00 does not stand for the slash of a name."""
    session.create_task({"name": "a/b"})
    assert client.get("/tasks/a%00b").status_code == 404
    assert client.get("/tasks/a%00b%2Fc").status_code == 404


def test_why_is_a_tree_or_text(client):
    """The explanation is JSON, or text where Accept ranks it higher."""
    assert client.get("/tasks/fetch/why").json["holds"] is False
    text = client.get("/tasks/fetch/why", headers={"Accept": "text/plain"})
    assert (text.content_type, text.text) == ("text/plain; charset=utf-8", "✗ every 10 seconds\n")
    ranked = {"Accept": "text/plain;q=0.5, application/json"}
    assert client.get("/tasks/fetch/why", headers=ranked).is_json


def test_terminate_asks_the_jobs_to_end(client, session):
    """POST /tasks/<name>/terminate hands on the reason."""
    assert client.post("/tasks/fetch/terminate").status_code == 200
    client.post("/tasks/fetch/terminate", json={"reason": "too slow"})
    assert session.tasks["fetch"].terminated == ["terminated over the API", "too slow"]
    assert client.post("/tasks/fetch/terminate", json={"raeson": 1}).status_code == 400


def test_a_query_key_that_nobody_reads_is_refused(client):
    """A key on a path that takes none is 400 that names it: nothing is ignored."""
    answer = client.get("/tasks/fetch?verbose=1")
    assert (answer.status_code, list(answer.json["details"]["fields"])) == (400, ["verbose"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/tasks", None),
        ("get", "/tasks/fetch", None),
        ("get", "/tasks?name=fetch", None),
        ("patch", "/tasks/fetch", {"priority": 3}),
        ("get", "/tasks/fecth", None),
        ("get", "/nowhere", None),
        ("put", "/session", {}),
        ("get", "/openapi.json", None),
    ],
)
def test_json_answers_end_with_the_end_of_a_line(client, method, path, body):
    """A terminal's prompt comes on a line of its own; the length counts it."""
    answer = client.open(path, method=method.upper(), json=body)
    assert answer.data.endswith((b"}\n", b"]\n"))
    assert answer.content_length == len(answer.data)
    assert client.head(path).content_length in {None, 0, len(answer.data)} or method != "get"


def test_text_answers_and_empty_ones_stay_as_they_are(client):
    """No line is added to what is no JSON, nor to nothing."""
    assert client.delete("/tasks/report").data == b""
    assert client.get("/metrics").data == b"# nothing is counted\n"


@pytest.mark.parametrize("key", ["pretty", "$pretty", "pretty=true", "$pretty=1"])
def test_an_answer_is_indented_for_people(client, key):
    """The key is no filter; the answer is the same JSON."""
    for path in ("/tasks", "/tasks?name=fetch", "/tasks/fetch", "/parameters"):
        plain = client.get(path)
        pretty = client.get(f"{path}{'&' if '?' in path else '?'}{key}")
        assert pretty.status_code == 200
        assert pretty.json == plain.json
        assert b"\n  " in pretty.data
        assert b"\n  " not in plain.data
    assert client.get("/tasks?pretty=false").data == client.get("/tasks").data
    assert client.patch("/tasks/fetch?pretty", json={"priority": 4}).data.startswith(b"{\n")


def test_pretty_says_true_or_false(client):
    """Anything else is named."""
    answer = client.get("/tasks?pretty=very")
    assert (answer.status_code, list(answer.json["details"]["fields"])) == (400, ["pretty"])
