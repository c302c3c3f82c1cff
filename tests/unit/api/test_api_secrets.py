"""Secrets: whatever is asked for, nothing shows or tells the value of one."""

import json

import pytest

from redengine.api import FlaskAPI
from redengine.conditions import after_success, daily
from redengine.parameters import SecretArg
from redengine.tasks import CommandTask
from redengine.testing import ManualSession

SECRET = "s3cr3t-'quoted'\\value"
GIVEN = "g1ven-by-a-caller"
PIN = 987_654_321
NAMED = "hunter2-in-plain-sight"
URL_PASSWORD = "p4ss-in-a-url"
ALL = (SECRET, GIVEN, str(PIN), NAMED, URL_PASSWORD)


@pytest.fixture
def app():
    """A session whose tasks use, return, print and raise secrets."""
    with ManualSession(start="2026-03-07T10:00") as app:

        @app.task("daily & (param 'token' is 'other' | param 'pin' is 5)")
        def waits(tok=SecretArg("token"), pin=SecretArg("pin")): ...

        @app.task()
        def returns(tok=SecretArg("token")):
            print("printed", tok)
            return {"is": [f"<{tok}>", tok]}

        @app.task()
        def fails(tok=SecretArg("token")):
            raise ValueError(f"no such token {tok}, {tok!r}")

        @app.condition(every="1 s")
        def is_open(token=SECRET):
            raise RuntimeError(f"cannot ask with {token}")

        app.task(is_open() & daily, name="asks")(lambda: None)
        CommandTask(
            f"psql postgres://me:{URL_PASSWORD}@db/x",
            name="command",
            parameters={"password": NAMED, "deep": {"api_key": NAMED, "plain": 1}},
            session=app,
        )
        app.parameters["token"] = SecretArg(SECRET)
        app.parameters["pin"] = SecretArg(PIN)
        app.parameters["db_password"] = NAMED
        app.parameters["url"] = f"https://me:{URL_PASSWORD}@host/"
        app.parameters["nested"] = {"secret": NAMED, "plain": 1}
        app.advance("2 s")
        yield app


@pytest.fixture
def client(app):
    """A client of its API, without a network, after jobs with and without a given secret."""
    client = FlaskAPI(port=0, session=app, disabled=True).app.test_client()
    for task in ("returns", "fails"):
        for number, parameters in enumerate(({}, {"tok": GIVEN})):
            body = {"task": task, "parameters": parameters, "job_id": f"{task}-{number}"}
            assert client.post("/jobs", json=body).status_code == 201
    app.advance("2 s")
    return client


PATHS = [
    "/tasks",
    "/tasks/waits",
    "/tasks/command",
    "/tasks/waits/why",
    "/tasks/asks/why",
    "/tasks/returns/jobs",
    "/parameters",
    "/parameters/token",
    "/parameters/db_password",
    "/parameters/url",
    "/parameters/nested",
    "/session",
    "/config",
    "/logs",
    "/returns",
    "/jobs",
    *(f"/jobs/{task}-{number}" for task in ("returns", "fails") for number in (0, 1)),
    *(
        f"/jobs/{task}-{number}/{part}"
        for task in ("returns", "fails")
        for number in (0, 1)
        for part in ("result", "output", "logs")
    ),
    "/changes",
    "/export",
    "/export?all=true",
    "/export?format=json&all=true",
    "/dependencies",
    "/capabilities",
    "/health",
    "/metrics",
]


@pytest.mark.parametrize("accept", ["application/json", "text/plain"])
@pytest.mark.parametrize("path", PATHS)
def test_no_answer_shows_a_secret(client, path, accept):
    """What is asked for, as JSON or as text, has no secret in it, quoted or not."""
    answer = client.get(path, headers={"Accept": accept})
    text = answer.text
    assert answer.status_code in {200, 404}, text
    makes_task = path in {"/tasks", "/tasks/command"}  # which a command in full does
    for secret in (each for each in ALL if not (makes_task and each == URL_PASSWORD)):
        for spelling in (secret, repr(secret)[1:-1], json.dumps(secret)[1:-1]):
            assert spelling not in text


def test_why_tells_that_a_parameter_is_secret(client):
    """The evidence of a statement about a secret is that it is one."""
    told = client.get("/tasks/waits/why").json
    either = told["condition"]["children"][1]
    assert [each["evidence"] for each in either["children"]] == ["it is a secret"] * 2


def test_what_stands_around_a_secret_is_still_shown(client):
    """Masks are put into texts; numbers, keys and other values stay."""
    result = client.get("/jobs/returns-0/result").json["result"]
    assert result == {"is": ["<*****>", "*****"]}
    assert "no such token *****" in client.get("/jobs/fails-1").json["error"]
    assert client.get("/jobs/returns-1").json["parameters"] == {"tok": "*****"}
    shown = client.get("/parameters").json
    assert shown["nested"] == {"secret": "*****", "plain": 1}
    assert shown["url"] == "https://me:*****@host/"
    assert client.get("/tasks/command").json["parameters"] == {
        "password": "*****",
        "deep": {"api_key": "*****", "plain": 1},
    }


def test_an_error_does_not_show_a_secret(client):
    """Errors repeat what was sent, and mask it."""
    answer = client.patch("/tasks/waits", json={"start_cond": f"param 'x' == '{GIVEN}'"})
    assert (answer.status_code, GIVEN in answer.text) == (400, False)
    assert GIVEN not in client.get(f"/tasks/{GIVEN}").text


@pytest.mark.parametrize("secret", ["true", "null", "name", "status"])
def test_a_secret_that_is_a_common_word_leaves_answers_whole(app, client, secret):
    """Only texts are masked: keys, booleans and null stay what they are."""
    app.parameters["common"] = SecretArg(secret)
    task = client.get("/tasks/returns").json
    assert task["name"] == "returns"
    assert task["disabled"] is False
    assert task["end_cond"] is None


# -- writing back what was read


def test_masks_that_are_written_back_leave_the_secrets(app, client):
    """What was read can be changed and written, over /parameters and /tasks."""
    shown = client.get("/parameters").json
    shown["nested"]["plain"] = 2
    assert client.patch("/parameters", json=shown).status_code == 200
    assert app.parameters["token"] == SECRET
    assert app.parameters["db_password"] == NAMED
    assert app.parameters["url"] == f"https://me:{URL_PASSWORD}@host/"
    assert app.parameters["nested"] == {"secret": NAMED, "plain": 2}
    assert client.patch("/parameters/db_password", json={"value": "*****"}).status_code == 200
    assert app.parameters["db_password"] == NAMED
    task = client.get("/tasks/command").json["parameters"]
    task["deep"]["plain"] = 2
    assert client.patch("/tasks/command", json={"parameters": task}).status_code == 200
    expected = {"password": NAMED, "deep": {"api_key": NAMED, "plain": 2}}
    assert dict(app.tasks["command"].parameters) == expected


def test_an_export_is_applied_without_a_change(app, client):
    """Secrets are left out of the document, named in it, and stay as they are."""
    document = client.get("/export?format=json&all=true").json
    assert {"parameters.db_password", "parameters.nested", "parameters.url"} <= set(
        document["secrets"]
    )
    assert {"tasks.command.command", "tasks.command.parameters.password"} <= set(
        document["secrets"]
    )
    plan = client.post("/plan", json=document)
    assert (plan.status_code, plan.json["change"], plan.json["delete"]) == (200, [], [])


# -- filters


@pytest.mark.parametrize(
    "query",
    [
        f"data.value={NAMED}",
        "data.value$regex=hunter2",
        "data.value$min=hunter1&data.value$max=hunter3",
        f"data.db_password={NAMED}",
        f"after.db_password={NAMED}",
        f"before.url$regex=.*{URL_PASSWORD}",
        f"after.url$regex=.*{URL_PASSWORD}",
        f"data.parameters.password={NAMED}",
    ],
)
def test_a_filter_does_not_tell_what_is_masked(client, query):
    """The audit trail is filtered by what it shows."""
    client.patch("/parameters/db_password", json={"value": NAMED})
    client.patch("/parameters", json={"url": f"ftp://me:{URL_PASSWORD}@host/"})
    client.patch("/tasks/command", json={"parameters": {"password": NAMED}})
    answer = client.get(f"/changes?{query}")
    assert answer.headers.get("X-Total-Count", "0") == "0"
    assert answer.status_code in {200, 400}


def test_the_audit_trail_is_filtered_and_sorted_by_what_it_shows(client):
    """Masks, plain values, pages and the other filters work together."""
    for number in (2, 1, 3):
        client.patch("/parameters", json={"plain": number, "my_token": str(number)})

    def ask(query):
        answer = client.get(f"/changes?{query}")
        plain = [each.get("data", {}).get("plain") for each in answer.json]
        return plain, answer.headers["X-Total-Count"]

    assert ask("data.my_token=*****&$limit=2") == ([3, 1], "3")
    assert ask("data.my_token=*****&$limit=2&$offset=2") == ([2], "3")
    assert ask("data.plain$min=2&resource=Parameters") == ([3, 2], "2")
    assert ask("data.plain$min=2&resource=Task") == ([], "0")
    assert client.get("/changes?data.plain=3&$fields=id,method").json[0].keys() == {"id", "method"}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/jobs", f"parameters.tok={GIVEN}"),
        ("/jobs", "parameters.tok$regex=g1"),
        ("/jobs", "parameters.x.password=1"),
        ("/jobs", "parameters=1"),
        ("/jobs", "$sort=parameters"),
        ("/tasks/returns/jobs", f"parameters.tok={GIVEN}"),
    ],
)
def test_jobs_are_not_filtered_by_secrets(client, path, query):
    """A filter by a secret is refused, and named; others work."""
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert client.get(f"{path}?parameters.other=1").status_code == 200


def test_tasks_are_filtered_by_what_is_shown(client):
    """A parameter whose name tells that it is secret is found by its mask alone."""
    names = [each["name"] for each in client.get("/tasks?parameters.password=*****").json]
    assert names == ["command"]
    assert client.get(f"/tasks?parameters.password={NAMED}").json == []
    assert client.get(f"/tasks?parameters.deep.api_key={NAMED}").json == []


# -- somebody who may see some tasks only


@pytest.mark.parametrize("name", ["it's", 'say "hi"', "back\\slash", "a'b\"c\\d", "plain"])
def test_a_hidden_task_is_not_told_of_whatever_its_name(app, name):
    """Explanations leave out tasks that a key may not see, also with quotes in their names."""
    app.task("daily", name=name)(lambda: None)
    app.task(after_success(name), name="seen")(lambda: None)
    keys = {"some": {"key": "some-key-of-enough-length", "scopes": ["read"], "tasks": "seen"}}
    client = FlaskAPI(port=0, session=app, api_keys=keys).app.test_client()
    headers = {"X-API-Key": keys["some"]["key"]}
    for accept in ("application/json", "text/plain"):
        answer = client.get("/tasks/seen/why", headers={**headers, "Accept": accept})
        assert "that this key may not see" in answer.text
        assert "has not" not in answer.text
        assert "never" not in answer.text


@pytest.mark.parametrize("query", ["", "?all=true", "?format=json"])
def test_a_key_of_some_tasks_gets_no_export(app, query):
    """The document is about the whole session: 403."""
    keys = {"some": {"key": "some-key-of-enough-length", "scopes": ["admin"], "tasks": "w*"}}
    client = FlaskAPI(port=0, session=app, api_keys=keys).app.test_client()
    answer = client.get(f"/export{query}", headers={"X-API-Key": keys["some"]["key"]})
    assert (answer.status_code, answer.json["error"]) == (403, "FORBIDDEN")
