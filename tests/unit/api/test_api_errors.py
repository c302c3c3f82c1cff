"""Errors over HTTP: the envelope, whatever goes wrong."""

import inspect
import logging

import pytest
from flask import Response, abort

from redengine import exceptions
from redengine.api import FlaskAPI, errors
from redengine.api.core.messages import ApiResponse, error_response
from redengine.api.errors import STATUS_BY_CODE
from redengine.exceptions import Forbidden, RedengineError, StoreError


def _classes():
    for module in (exceptions, errors):
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, RedengineError):
                yield kind


@pytest.mark.parametrize("kind", sorted(set(_classes()), key=lambda kind: kind.__name__))
def test_every_error_has_a_status(kind):
    """Each class of the tree has a code that the table knows."""
    assert kind.code in STATUS_BY_CODE


@pytest.mark.parametrize(
    "body",
    [
        b'{"disabled": tru',
        b"[1, 2]",
        b'"text"',
        b"3",
        b"null",
        b"\xff\xfe",
        b'{"a": ' * 100 + b"1" + b"}" * 100,
        b"[" * 100_000,
        b'{"a": "\\ud800"}',
        b'{"a": NaN}',
    ],
)
@pytest.mark.parametrize("method", ["post", "put", "patch"])
def test_a_body_that_is_no_proper_object_is_refused(client, session, method, body):
    """Malformed JSON, other values than objects and deep nesting: 400, and nothing changed."""
    before = session.tasks["fetch"].snapshot()
    answer = getattr(client, method)("/tasks/fetch", data=body)
    assert (answer.status_code, answer.json["error"]) == (400, "VALIDATION_ERROR")
    assert list(answer.json["details"]["fields"]) == ["body"]
    assert session.tasks["fetch"].snapshot() == before


def test_a_body_over_one_megabyte_is_refused(client, session):
    """413 with the limit, and nothing changed."""
    answer = client.post("/tasks/new", data=b'{"code": "' + b"x" * 1024 * 1024 + b'"}')
    assert (answer.status_code, answer.json["error"]) == (413, "PAYLOAD_TOO_LARGE")
    assert answer.json["details"]["limit_bytes"] == 1024 * 1024
    assert "new" not in session.tasks


@pytest.mark.parametrize("path", ["/tasks", "/logs", "/tasks/fetch", "/health"])
def test_ten_thousand_query_keys_are_refused(client, path):
    """A query with 10,000 keys is 400 at once."""
    answer = client.get(f"{path}?{'&'.join(f'k{n}=1' for n in range(10_000))}")
    assert (answer.status_code, answer.json["error"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/taks", "/tasks"),
        ("/tasks/fetch/wy", "/tasks/fetch/why"),
        ("/api/v1/job", "/api/v1/jobs"),
        ("/session/resum/", "/session/resume"),
    ],
)
def test_an_unknown_path_names_the_nearest(client, path, nearest):
    """404 in the envelope with the path that was probably meant."""
    answer = client.get(path)
    assert (answer.status_code, answer.json["error"]) == (404, "NOT_FOUND")
    assert answer.json["details"]["suggestion"] == nearest


@pytest.mark.parametrize("path", ["/", "//", "/tasks//jobs", "/tasks/fetch/jobs/1/2", "/%FF"])
def test_other_unknown_paths_are_404(client, path):
    """Whatever the path looks like, the answer is the envelope and never a redirect."""
    answer = client.get(path)
    assert (answer.status_code, answer.json["error"]) == (404, "NOT_FOUND")


def test_a_method_that_is_not_known_is_405_with_allow(client):
    """405 tells the methods that the path knows."""
    answer = client.post("/tasks")
    assert (answer.status_code, answer.json["error"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "GET, HEAD"
    assert client.delete("/tasks/fetch/why").json["details"]["allowed"] == ["GET", "HEAD"]


def test_head_and_options_work(client):
    """HEAD has the headers of GET without a body, OPTIONS tells the methods."""
    head = client.head("/tasks/fetch")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(client.get("/tasks/fetch").data))
    assert "PATCH" in client.options("/tasks/fetch").headers["Allow"]


def test_a_defect_is_logged_and_not_told(client, session, caplog):
    """An unexpected error is 500 with an id; the traceback is in the log alone."""

    def broken():
        raise ZeroDivisionError("s3cr3t")

    session.snapshot = broken
    with caplog.at_level(logging.ERROR, "redengine.api"):
        answer = client.get("/session", headers={"X-Request-Id": "find-me"})
    assert (answer.status_code, answer.json["error"]) == (500, "INTERNAL_ERROR")
    assert "s3cr3t" not in answer.text
    assert "Traceback" not in answer.text
    assert "find-me" in answer.json["message"]
    (record,) = caplog.records
    assert "find-me" in record.getMessage()
    assert record.exc_info


@pytest.mark.parametrize("given", ["a" * 129, "tab\there", "ümlaut", ""])
def test_a_request_id_that_could_do_harm_is_replaced(client, given):
    """Ids that are long or not printable ASCII are not taken over."""
    answer = client.get("/session", headers={"X-Request-Id": given})
    made = answer.headers["X-Request-Id"]
    assert made
    assert made != given


def test_every_answer_has_an_id_of_its_own(client):
    """Without an id from the client each request gets a new one, also on 404."""
    ids = {client.get(path).headers["X-Request-Id"] for path in ("/tasks", "/tasks", "/nowhere")}
    assert len(ids) == 3


class KeyedAPI(FlaskAPI):
    """Lets pass who says so."""

    refusal = None

    def authenticate(self):
        if isinstance(self.refusal, Exception):
            raise self.refusal
        return self.refusal


def _unauthorized():
    try:
        abort(401, "who are you?")
    except Exception as error:
        return error


@pytest.mark.parametrize(
    ("refusal", "status", "error"),
    [
        (Forbidden("not you"), 403, "FORBIDDEN"),
        (_unauthorized(), 401, "UNAUTHORIZED"),
        (({"error": "MINE"}, 403), 403, "MINE"),
        (Response('{"error": "OWN"}', 429, content_type="application/json"), 429, "OWN"),
        (ApiResponse({"error": "API"}, 401), 401, "API"),
    ],
)
def test_authenticate_may_raise_or_return_an_answer(session, refusal, status, error):
    """What authenticate gives is the answer, also to unknown paths; None lets pass."""
    api = KeyedAPI(port=0, session=session)
    client = api.app.test_client()
    assert client.get("/tasks").status_code == 200
    api.refusal = refusal
    for path in ("/tasks", "/nowhere"):
        answer = client.get(path)
        assert (answer.status_code, answer.json["error"]) == (status, error)
        assert answer.headers["X-Request-Id"]
    assert client.delete("/tasks/fetch").status_code == status
    assert "fetch" in session.tasks


def test_a_write_that_does_not_become_durable_says_so(client, session):
    """When the store fails after the change, the answer tells that it is in effect."""

    class Lost:
        def wait(self, timeout=None):
            raise StoreError("sqlite:///fake.db", "disk full")

    session.changes.record = lambda *_: Lost()
    answer = client.patch("/tasks/fetch", json={"disabled": True})
    assert (answer.status_code, answer.json["error"]) == (503, "STORE_UNAVAILABLE")
    assert "is in effect" in answer.json["message"]


def test_writes_are_logged_without_what_was_written(client, caplog):
    """The log has who, what and the request id of each write, and no values."""
    with caplog.at_level(logging.INFO, "redengine.api"):
        headers = {"X-Request-Id": "r-7"}
        client.patch("/parameters", json={"token": "s3cr3t"}, headers=headers)
        client.patch("/config", json={"s3cr3t": "s3cr3t"}, headers=headers)
        client.get("/tasks")
    assert [record.getMessage() for record in caplog.records] == [
        "PATCH Parameters  by 127.0.0.1, request r-7",
        "request r-7 refused: VALIDATION_ERROR",
    ]


def test_a_store_in_trouble_refuses_writes_before_they_happen(client, session):
    """While the journal cannot be written a write is 503, and nothing changes."""
    session.store.healthy = False
    session.store.last_error = "disk full"
    answer = client.patch("/tasks/fetch", json={"disabled": True})
    assert (answer.status_code, answer.json["error"]) == (503, "STORE_UNAVAILABLE")
    assert answer.headers["Retry-After"] == "1"
    assert session.tasks["fetch"].data["disabled"] is False
    assert client.get("/tasks/fetch").status_code == 200


def test_blueprints_of_a_user_stand_beside_our_paths(api):
    """`app` is a Flask application: its own routes work, behind the same door and envelope."""

    @api.app.get("/hello")
    def hello():
        return {"hello": "world"}

    @api.app.get("/broken")
    async def broken():
        raise RuntimeError

    client = api.app.test_client()
    assert client.get("/hello").json == {"hello": "world"}
    assert client.get("/hello", headers={"Host": "evil.example"}).status_code == 403
    assert client.get("/hello").headers["X-Request-Id"]
    assert client.get("/broken").json["error"] == "INTERNAL_ERROR"


def test_an_outage_is_not_logged_with_every_request(caplog):
    """The store has told of it once; thousands of refused requests do not fill the log."""
    with caplog.at_level(logging.INFO, "redengine.api"):
        answer = error_response(StoreError("sqlite:///jobs.db", "disk full"), "r-7")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "request r-7 refused: STORE_UNAVAILABLE")
    ]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (414, "REQUEST_URI_TOO_LONG"),
        (416, "REQUESTED_RANGE_NOT_SATISFIABLE"),
        (418, "IM_A_TEAPOT"),
        (422, "UNPROCESSABLE_ENTITY"),
    ],
)
def test_a_status_without_an_error_of_ours_has_one_code_on_every_python(api, status, code):
    """Python 3.13 calls some statuses otherwise than 3.12; a program's answer stays the same."""
    api.app.get("/aborted")(lambda: abort(status))
    assert api.app.test_client().get("/aborted").json["error"] == code


def test_the_document_says_a_status_in_the_same_words_on_every_python(api):
    """The same for the description of an answer."""
    document = api.app.test_client().get("/openapi.json").json
    told = document["paths"]["/jobs"]["post"]["responses"]["413"]["description"]
    assert told == "Request Entity Too Large."
