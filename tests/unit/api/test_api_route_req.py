"""Handlers that take the request as `req`, or annotated as `redengine.api.Request`."""

import pytest

from redengine import Session
from redengine.api import FlaskAPI, Request


@pytest.fixture
def app():
    """A running session with an API."""
    session = Session()
    FlaskAPI(port=0, session=session)
    with session:
        yield session


@pytest.fixture
def web(app):
    """Flask's own test client on the session's API."""
    return app["FlaskAPI"].app.test_client()


def sync(req):
    """All that a plain handler sees."""
    return {
        "json": req.json(),
        "body": len(req.body()),
        "text": req.text(),
        "header": req.headers["x-colour"],
        "query": req.query_params["q"],
        "path": req.path_params,
        "method": req.method,
    }


async def awaiting(req):
    """The same of one that awaits."""
    return {
        "json": await req.json(),
        "body": len(await req.body()),
        "text": await req.text(),
        "header": req.headers["X-Colour"],
        "query": req.query_params.get("q"),
        "path": req.path_params,
        "method": req.method,
    }


@pytest.mark.parametrize("handler", [sync, awaiting])
def test_a_handler_reads_the_request(app, web, handler):
    """Body, headers, query and path, whatever the content type says; no query key is refused."""
    app.rest.post("/items/<int:item_id>")(handler)
    answer = web.post(
        "/items/7?q=a&other=b",
        data='{"x": "é"}',
        headers={"X-Colour": "red"},
        content_type="text/plain",
    )
    assert answer.status_code == 200, answer.text
    assert answer.json == {
        "json": {"x": "é"},
        "body": 11,
        "text": '{"x": "é"}',
        "header": "red",
        "query": "a",
        "path": {"item_id": 7},
        "method": "POST",
    }


def by_type(incoming: Request, item_id: int):
    """Any name will do with the annotation, beside other arguments."""
    return {"path": incoming.path_params, "item_id": item_id, "json": incoming.json()}


def of_flask(request: Request):
    """The annotation counts for `request` as well."""
    return {"json": request.json()}


def of_another(req: "fastapi.Request"):  # noqa: F821 - such an annotation is ignored
    """An annotation that nobody knows."""
    return {"json": req.json()}


def annotated(req: int):
    """An annotation of another type."""
    return {"json": req.json()}


@pytest.mark.parametrize("handler", [by_type, of_flask, of_another, annotated])
def test_the_name_or_the_annotation_asks_for_it(app, web, handler):
    """`req` however it is annotated, or any argument annotated as `Request`."""
    app.rest.post("/items/<int:item_id>")(handler)
    assert web.post("/items/7", data="[1]").json["json"] == [1]


def test_the_plain_request_is_flasks_as_before(app, web):
    """`request` without the annotation."""
    app.rest.post("/plain")(lambda request: {"kind": type(request).__module__.split(".")[0]})
    assert web.post("/plain").json["kind"] in {"flask", "redengine"}
    app.rest.post("/args")(lambda request: {"q": request.args["q"]})
    assert web.post("/args?q=1").json == {"q": "1"}


@pytest.mark.parametrize("content", [b"{", b"", b"\xff", b'{"a": NaN}', b"[" * 100_000])
@pytest.mark.parametrize("handler", [sync, awaiting])
def test_malformed_json_is_400(app, web, handler, content):
    """Not 500, for both kinds of handlers."""
    app.rest.post("/items/<int:item_id>")(handler)
    answer = web.post("/items/7", data=content)
    assert (answer.status_code, answer.json["error"]) == (400, "VALIDATION_ERROR")


def test_a_page_of_the_users_own_at_the_root(app, web):
    """`/` may be taken."""
    app.rest.get("/")(lambda req: {"path": req.path})
    assert web.get("/").json == {"path": "/"}
