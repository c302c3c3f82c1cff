"""Requests that wait: for what they wait, how many may, and what ends them."""

import http.client
import json
import threading
import time

import pytest
from api_fakes import FakeJob
from test_api_door_server import FAR_S, call, serving

from redengine import Session
from redengine.api.core.waiting import LongPollLimit
from redengine.exceptions import TooManyWaiting
from redengine.tasks.api import FlaskAPI


class Nothing:
    """Something that never comes; it tells when somebody waits for it."""

    def __init__(self):
        self.has_begun = threading.Event()
        self.steps = 0

    def __call__(self, seconds):
        self.steps += 1
        if seconds:
            self.has_begun.set()
            threading.Event().wait(min(seconds, 0.01))
        return False


def test_what_is_there_needs_no_place():
    """Nobody is refused who need not wait."""
    poll_limit = LongPollLimit(most=0)
    assert poll_limit.wait(lambda _seconds: True, 10)
    assert not poll_limit.wait(lambda _seconds: False, 0)
    with pytest.raises(TooManyWaiting):
        poll_limit.wait(lambda _seconds: False, 1)


def test_a_place_is_free_again_when_a_request_has_ended():
    """Waiting twice one after the other takes one place."""
    poll_limit = LongPollLimit(most=1)
    for _ in range(3):
        assert not poll_limit.wait(Nothing(), 0.01)


def test_one_more_than_may_wait_is_refused():
    """A request beyond the number is told so at once, and the other waits on."""
    stop = threading.Event()
    poll_limit = LongPollLimit(most=1, is_stopping=stop.is_set)
    nothing = Nothing()
    waiter = threading.Thread(target=poll_limit.wait, args=(nothing, 30))
    waiter.start()
    assert nothing.has_begun.wait(60)
    with pytest.raises(TooManyWaiting, match="1 request"):
        poll_limit.wait(Nothing(), 1)
    stop.set()
    waiter.join(60)
    assert not waiter.is_alive()


def test_a_request_whose_caller_has_gone_ends():
    """Nobody holds a thread for somebody who does not listen."""
    nothing = Nothing()
    assert not LongPollLimit().wait(nothing, 30, is_gone=lambda: True)
    assert nothing.steps == 2, "once before waiting, once while"


# -- over a real server


@pytest.fixture
def gate():
    return threading.Event()


@pytest.fixture
def api(gate):
    """A running API with four threads, and a job named `long` that ends when the gate opens."""
    session = Session()

    @session.task(name="long")
    def long():
        print("begun", flush=True)
        gate.wait(30)
        return 42

    api = FlaskAPI(port=0, threads=4, session=session)
    session.start(block=False)
    api.wait_ready(60)
    session.submit("long", job_id="long")
    yield api
    gate.set()
    session.shut_down(timeout=5)


def ask(api, method, path, timeout=20):
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=timeout)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()), dict(answer.headers)
    finally:
        connection.close()


def waiting(api, count, until=10.0):
    """Return when so many requests wait."""
    poll_limit = api.poll_limit
    end = time.monotonic() + until
    while poll_limit.waiting != count:
        assert time.monotonic() < end, "they do not wait"
        threading.Event().wait(0.005)


def test_half_of_the_threads_may_wait_and_the_rest_answer(api, gate):
    """The third of four is told to come back, and others are answered meanwhile."""
    answers = []
    waiters = [
        threading.Thread(target=lambda: answers.append(ask(api, "POST", "/jobs/long/wait")))
        for _ in range(2)
    ]
    for each in waiters:
        each.start()
    waiting(api, 2)
    status, body, headers = ask(api, "POST", "/jobs/long/wait")
    assert (status, body["error"], headers["Retry-After"]) == (503, "TOO_MANY_WAITING", "1")
    assert ask(api, "GET", "/jobs/long")[0] == 200
    gate.set()
    for each in waiters:
        each.join(60)
    assert [(status, body["ended"]) for status, body, _ in answers] == [(200, True)] * 2


def test_output_is_followed_without_asking_again(api, gate):
    """A request for output answers with the next line, and the last one says that it was."""
    _, first, _ = ask(api, "GET", "/jobs/long/output?wait=10")
    assert [line["text"] for line in first["lines"]] == ["begun"]
    assert first["ended"] is False
    found = []
    path = f"/jobs/long/output?after={first['after']}&wait=20"
    follower = threading.Thread(target=lambda: found.append(ask(api, "GET", path)[1]))
    follower.start()
    waiting(api, 1)
    gate.set()
    follower.join(60)
    assert found[0]["ended"] is True


def test_a_request_that_waits_ends_when_its_caller_goes(api):
    """The place is free again soon after the connection was closed."""
    connection = http.client.HTTPConnection("127.0.0.1", api.port)
    connection.request("POST", "/jobs/long/wait?timeout=60")
    waiting(api, 1)
    connection.close()
    waiting(api, 0)


def test_the_server_stops_while_requests_wait(api, gate):
    """Nobody who waits keeps the session from shutting down."""
    answers = []
    waiter = threading.Thread(target=lambda: answers.append(ask(api, "POST", "/jobs/long/wait")))
    waiter.start()
    waiting(api, 1)
    api.api_session.tasks["FlaskAPI"].terminate()
    waiter.join(60)
    assert answers[0][1]["ended"] is False


@pytest.mark.parametrize("comes", [False, True])
def test_a_request_that_waits_ends_when_its_key_is_revoked(session, comes):
    """A revoked key learns nothing more: its wait ends with 403, also if what it awaits comes."""
    keys = {"root": {"key": "root-key-with-enough-characters", "scopes": ["admin"]}}
    root = {"X-API-Key": keys["root"]["key"]}
    is_waiting, has_come = threading.Event(), threading.Event()
    session.jobs.by_id["j"] = job = FakeJob("j", "fetch", {})

    def wait(timeout):
        if timeout:
            is_waiting.set()
        return has_come.wait(timeout) and comes

    job.wait = wait
    seen = []
    with serving(session, api_keys=keys) as api:
        made = call(api, "POST", "/keys", {"name": "ci", "scopes": ["read"]}, **root)[2]
        mine = {"X-API-Key": json.loads(made)["key"]}
        waiter = threading.Thread(
            target=lambda: seen.append(call(api, "POST", "/jobs/j/wait?timeout=30", {}, **mine))
        )
        waiter.start()
        assert is_waiting.wait(FAR_S)
        assert call(api, "DELETE", "/keys/ci", **root)[0] == 204
        has_come.set()
        waiter.join(FAR_S)
    ((status, _, text),) = seen
    assert (status, json.loads(text)["error"]) == (403, "FORBIDDEN")
    assert "revoked" in text
