"""Entity tags and preconditions: no write overwrites what its author has not seen."""

import threading

import pytest

from redengine.api import FlaskAPI
from redengine.parameters import SecretArg
from redengine.tasks import CommandTask
from redengine.testing import ManualSession


@pytest.fixture
def session():
    """A real session that does not run, with one command."""
    session = ManualSession(parameters={"day": "today", "token": SecretArg("s3cr3t")})
    CommandTask("echo 1", name="fetch", env={"KEY": "1"}, session=session)
    return session


@pytest.fixture
def api(session):
    """The session's API, which does not serve."""
    return FlaskAPI(port=0, session=session, disabled=True)


def if_match(tag):
    return {"If-Match": tag}


def tag_at(client, path="/tasks/fetch"):
    return client.get(path).headers["ETag"]


def test_a_write_for_an_older_state_is_refused(client, session):
    """The second of two writers who read the same is told so, and nothing of it is done."""
    tag = tag_at(client)
    first = client.patch("/tasks/fetch", json={"priority": 1}, headers=if_match(tag))
    second = client.patch("/tasks/fetch", json={"priority": 2}, headers=if_match(tag))
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json["error"] == "PRECONDITION_FAILED"
    assert second.json["details"]["etag"] == first.headers["ETag"] == tag_at(client)
    assert session.tasks["fetch"].priority == 1


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_every_write_of_a_task_can_be_guarded(client, session, method):
    """PATCH, PUT and DELETE look at the tag; with the right one they do their work."""
    body = {"command": "echo 2"} if method != "delete" else None
    call = getattr(client, method)
    assert call("/tasks/fetch", json=body, headers=if_match('"other"')).status_code == 412
    assert session.tasks["fetch"].command == "echo 1"
    tag = tag_at(client)
    assert call("/tasks/fetch", json=body, headers=if_match(tag)).status_code < 300


def test_a_secret_that_nobody_sees_counts_as_well(client):
    """A change of an environment variable's value makes the tag another one."""
    tag = tag_at(client)
    client.patch("/tasks/fetch", json={"env": {"KEY": "2"}})
    answer = client.patch("/tasks/fetch", json={"priority": 1}, headers=if_match(tag))
    assert answer.status_code == 412


def test_a_run_is_no_reason_to_refuse(client, session):
    """State is in the tag of an answer that may be spared, not in that of a write."""
    tag = tag_at(client)
    session.advance("1 s")
    session.tasks["fetch"].update({"force_run": True})
    session.advance("1 s")
    later = client.get("/tasks/fetch", headers={"If-None-Match": tag})
    assert (later.status_code, later.json["status"]) == (200, "success")
    assert later.headers["ETag"] != tag
    unchanged = client.get("/tasks/fetch", headers={"If-None-Match": later.headers["ETag"]})
    assert unchanged.status_code == 304
    assert (
        client.patch("/tasks/fetch", json={"priority": 1}, headers=if_match(tag)).status_code == 200
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/parameters", {"day": 1}),
        ("/parameters/day", {"value": 1}),
        ("/parameters/token", {"value": "other"}),
        ("/config", {"max_threads": 3}),
    ],
)
def test_parameters_and_configuration_have_tags(client, path, body):
    """They are read with a tag, written under it, and answered with the new one."""
    tag = tag_at(client, path)
    answer = client.patch(path, json=body, headers=if_match(tag))
    assert (answer.status_code, answer.headers["ETag"]) == (200, tag_at(client, path))
    assert answer.headers["ETag"] != tag
    assert client.patch(path, json=body, headers=if_match(tag)).status_code == 412
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_task_can_be_made_only_where_there_is_none(client, session):
    """`If-None-Match: *` turns PUT into creation."""
    only_new = {"If-None-Match": "*"}
    made = client.put("/tasks/new", json={"code": "1"}, headers=only_new)
    assert made.status_code == 201
    again = client.put("/tasks/new", json={"code": "2"}, headers=only_new)
    assert (again.status_code, again.json["details"]["etag"]) == (412, made.headers["ETag"])
    assert session.tasks["new"].code == "1"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": "*"}, 200),
        ({"If-Match": '"a", {tag}'}, 200),
        ({"If-Match": ' {tag} ,"b"'}, 200),
        ({"If-Match": '"a,b"'}, 412),
        ({"If-Match": "W/{tag}"}, 412),
        ({"If-Match": 'W/"a", "b"'}, 412),
        ({"If-Match": '""'}, 412),
        ({"If-None-Match": "W/{tag}"}, 412),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-Match": "{tag}", "If-None-Match": '"other"'}, 200),
        ({"If-Match": "garbage"}, 400),
        ({"If-Match": '"open'}, 400),
        ({"If-Match": '"a" "b" c'}, 400),
        ({"If-Match": ","}, 400),
        ({"If-Match": '*, "a"'}, 400),
        ({"If-Match": "w/{tag}"}, 400),
        ({"If-None-Match": "garbage"}, 400),
    ],
)
def test_headers_are_read_as_the_standard_has_them(client, session, headers, status):
    """Stars, lists and weak tags; what cannot be read is refused, not passed over."""
    tag = tag_at(client)
    filled = {name: value.format(tag=tag) for name, value in headers.items()}
    answer = client.patch("/tasks/fetch", json={"priority": 5}, headers=filled)
    assert answer.status_code == status, answer.text
    assert session.tasks["fetch"].priority == (5 if status == 200 else 0)
    if status == 400:
        assert "expected * or tags" in answer.json["message"]


def test_what_is_not_there(client):
    """PATCH and DELETE of nothing are 404 as ever; PUT under a tag does not make anything."""
    for method in ("patch", "delete"):
        call = getattr(client, method)
        assert call("/tasks/nothing", json={}, headers=if_match('"a"')).status_code == 404
    for header in ('"a"', "*"):
        answer = client.put("/tasks/nothing", json={"code": "1"}, headers=if_match(header))
        assert (answer.status_code, answer.json["details"]["etag"]) == (412, None)
    assert client.get("/tasks/nothing").status_code == 404


def test_a_precondition_is_never_passed_over(client, session):
    """What has no tags cannot satisfy one."""
    answer = client.post("/session/pause", headers=if_match('"a"'))
    assert answer.status_code == 412
    assert session.state == "initialised"


def test_one_of_two_writers_at_the_same_time_wins(session):
    """Writers of several APIs of one session, with one tag: one is answered 200, the rest 412."""
    apis = [
        FlaskAPI(port=0, session=session, name=f"api{number}", disabled=True) for number in range(2)
    ]
    writers = 8
    for round_number in range(10):
        tag = tag_at(apis[0].app.test_client())
        gate = threading.Barrier(writers)
        answers = []

        def write(number, tag=tag, gate=gate, answers=answers, base=round_number):
            client = apis[number % 2].app.test_client()
            gate.wait(60)
            body = {"priority": 100 * (base + 1) + number}
            answer = client.patch("/tasks/fetch", json=body, headers=if_match(tag))
            answers.append((answer.status_code, body["priority"]))

        threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(status for status, _ in answers) == [200] + [412] * (writers - 1)
        (won,) = [priority for status, priority in answers if status == 200]
        assert session.tasks["fetch"].priority == won


@pytest.mark.parametrize(
    ("path", "first", "second"),
    [
        ("/returns", {"fetch": 1}, {"fetch": 2}),
        ("/runtimes/process", {"size": 5}, {"size": 6}),
    ],
)
def test_returns_and_runtimes_have_tags_too(client, path, first, second):
    """The second of two writes with one tag is refused, and nothing is changed by it."""
    tag = client.get(path).headers["ETag"]
    changed = client.patch(path, json=first, headers={"If-Match": tag})
    assert changed.status_code == 200
    refused = client.patch(path, json=second, headers={"If-Match": tag})
    assert (refused.status_code, refused.json["error"]) == (412, "PRECONDITION_FAILED")
    now = client.get(path)
    assert first.items() <= now.json.items()
    assert now.headers["ETag"] == changed.headers["ETag"] != tag
