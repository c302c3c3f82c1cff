"""The state over a real server: lost updates, the audit trail, reverts, plan and apply."""

import http.client
import json
import threading
from contextlib import contextmanager

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.tasks import CodeTask

DOCUMENT = """\
version: 1
parameters:
  day: tomorrow
tasks:
  fetch:
    start_cond: daily at 07:00
  new:
    code: |
      result = 40 + 2
"""


@contextmanager
def running(url):
    """A session with an API that listens, until the block ends."""
    session = Session(store=url)
    CodeTask("1", name="fetch", session=session)
    api = FlaskAPI(port=0, session=session)
    session.start(block=False)
    try:
        api.wait_ready(60)
        yield session, api
    finally:
        session.shut_down()


def call(api, method, path, body=None, **headers):
    """Status, headers and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", api.port, timeout=30)
    try:
        content = json.dumps(body) if isinstance(body, dict) else body
        connection.request(method, path, content, headers)
        answer = connection.getresponse()
        text = answer.read()
        is_json = answer.headers.get("Content-Type") == "application/json"
        return answer.status, answer.headers, json.loads(text) if is_json and text else text
    finally:
        connection.close()


@pytest.fixture
def url(tmp_path):
    """The URL of a store in a file."""
    return f"sqlite:///{tmp_path / 'jobs.db'}"


def test_one_of_many_writers_at_once_wins(url):
    """Of requests with the same tag that arrive together one is answered 200, the others 412."""
    with running(url) as (session, api):
        _, headers, _ = call(api, "GET", "/tasks/fetch")
        answers = []
        gate = threading.Barrier(6)

        def write(number):
            gate.wait(60)
            tag = {"If-Match": headers["ETag"]}
            status, _, task = call(api, "PATCH", "/tasks/fetch", {"priority": number}, **tag)
            answers.append((status, task.get("priority")))

        threads = [threading.Thread(target=write, args=(number,)) for number in range(1, 7)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(status for status, _ in answers) == [200, 412, 412, 412, 412, 412]
        (won,) = [priority for status, priority in answers if status == 200]
        assert session.tasks["fetch"].priority == won
        assert len(session.changes.whole()) == 1
        _, _, refusals = call(api, "GET", "/changes?kind=refusal&address=127.0.0.1&status=412")
        assert len(refusals) == 5


def test_a_state_is_planned_applied_kept_and_undone(url):
    """From the plan over the apply and a restart to the revert and the export."""
    with running(url) as (session, api):
        kind = {"Content-Type": "application/yaml"}
        status, _, plan = call(api, "POST", "/plan", DOCUMENT, **kind)
        assert (status, plan["summary"]) == (
            200,
            "2 to create, 1 to change, 0 to delete, 0 unchanged",
        )
        path = f"/apply?expect={plan['digest']}"
        status, _, applied = call(api, "POST", path, DOCUMENT, **kind)
        assert (status, applied["applied"]) == (200, True)
        assert call(api, "POST", path, DOCUMENT)[0] == 412
        _, _, job = call(api, "POST", "/tasks/new/jobs", {"job_id": "mine"})
        assert session.job(job["job_id"]).result(timeout=30) == 42
    with running(url) as (session, api):
        assert session.parameters["day"] == "tomorrow"
        assert str(session.tasks["fetch"].start_cond) == "daily at 07:00"
        _, _, changes = call(api, "GET", "/changes?kind=change&name=fetch")
        status, _, answer = call(api, "POST", f"/changes/{changes[0]['id']}/revert")
        assert (status, answer["change"]["reverts"]) == (200, changes[0]["id"])
        assert session.tasks["fetch"].start_cond is None
        _, headers, text = call(api, "GET", "/export")
        assert headers["Content-Type"] == "application/yaml"
        assert b"  new:\n    class: CodeTask\n    code: |\n      result = 40 + 2\n" in text
        status, _, trail = call(api, "GET", "/changes?resource=TaskJobs")
        assert [(each["kind"], each["status"]) for each in trail] == [("action", 201)]
    with running(url) as (session, api):
        assert session.tasks["fetch"].start_cond is None
        assert session.tasks["new"].code == "result = 40 + 2\n"
