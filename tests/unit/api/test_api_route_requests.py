"""Routes of the user's own: requests and answers, without a network."""

import asyncio
import contextvars
import dataclasses
import datetime as dt
import decimal
import functools
import logging
import threading
import types
import uuid

import flask
import pytest
from flask import Blueprint
from pydantic import BaseModel, Field

from redengine.api import ApiResponse, FlaskAPI
from redengine.exceptions import Conflict, Forbidden, NotFound, WaitTimeout


class Item(BaseModel):
    """A body."""

    name: str
    price: float = Field(default=1.0, gt=0, alias="cost")


@dataclasses.dataclass
class Point:
    """Something to answer with."""

    x: int
    at: dt.date


@pytest.fixture
def rest(session):
    """The routes of the session."""
    return session.rest


def constant(value):
    """A handler that always answers the same."""
    return lambda: value


def pair(number, x):
    """A handler of which a part is given."""
    return [number, x]


def test_the_root_is_free_for_a_route(rest, client):
    """`/` answers 404 until somebody takes it."""
    assert client.get("/").status_code == 404
    rest.get("/")(lambda: {"hello": "you"})
    assert client.get("/").json == {"hello": "you"}


def test_routes_are_added_and_replaced_while_requests_are_answered(rest, client):
    """Flask itself would refuse; each change is seen by the next request."""
    for number in range(5):
        rest.get(f"/late/{number}")(constant(number))
        rest.get("/same/<x>", replace=True)(functools.partial(pair, number))
        assert client.get(f"/late/{number}").json == number
        assert client.get("/same/a").json == [number, "a"]
    assert client.get("/late/0").json == 0


def test_views_of_replaced_routes_are_let_go(rest, api, client):
    """Replacing a route a hundred times, as in a notebook, leaves no hundred views behind."""
    before = len(api.app.view_functions)
    for number in range(100):
        rest.get("/same", replace=True)(constant(number))
        assert client.get("/same").json == number
    assert len(api.app.view_functions) <= before + 2


def test_routes_may_be_there_before_the_api(session):
    """The session keeps them, and whichever FlaskAPI it gets serves them."""
    session.rest.get("/early")(lambda: "early")
    for name in ("one", "two"):
        api = FlaskAPI(port=0, session=session, name=name)
        assert api.app.test_client().get("/early").json == "early"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/int/12", 12),
        ("/int/12/", 12),
        ("/float/1.5", 1.5),
        ("/path/a/b/c", "a/b/c"),
        ("/path/a%2Fb", "a/b"),
        ("/name/a%2Fb", "a/b"),
        ("/any/one", "one"),
        ("/text/%C3%A9 %25", "é %"),
        ("/uuid/12345678-1234-5678-1234-567812345678", "12345678-1234-5678-1234-567812345678"),
        ("/mixed/v7.json", 7),
    ],
)
def test_values_of_the_path_are_converted(rest, client, path, value):
    """Each converter gives the handler a value of its type."""
    for kind in ("int", "float", "path", "name", "any(one, two)", "uuid"):
        rest.get(f"/{kind.partition('(')[0]}/<{kind}:x>")(lambda x: x)
    rest.get("/text/<x>")(lambda x: x)
    rest.get("/mixed/v<int:x>.json")(lambda x: x)
    assert client.get(path).json == value


@pytest.mark.parametrize(
    "path",
    [
        "/int/x",
        "/int/-1",
        "/int/1.5",
        "/int/" + "9" * 5_000,
        "/text/a%2Fb",
        "/text/..",
        "/text/%2E%2E",
        "/text/.",
        "/path/../../etc/passwd",
        "/path/a/../b",
        "/path/..%2F..%2Fetc",
        "/path/a/%2E%2E/b",
        "/path/..%5C..%5Cwindows",
        "/path/a/.",
        "/path/%2Fetc",
        "/name/..%2Fx",
    ],
)
def test_a_value_of_another_kind_or_one_that_climbs_leads_nowhere(rest, client, path):
    """404 in the envelope: no handler sees a part that is `..`, nor a slash it did not ask for."""
    reached = []

    def seen(x):
        reached.append(x)

    for kind in ("int", "path", "name"):
        rest.get(f"/{kind}/<{kind}:x>")(seen)
    rest.get("/text/<x>")(seen)
    answer = client.get(path)
    assert (answer.status_code, answer.json["error"]) == (404, "NOT_FOUND")
    assert answer.json["details"]["suggestion"] is None
    assert reached == []


def test_dots_in_a_name_are_no_climbing(rest, client):
    """Only whole parts that are `.` or `..` are refused."""
    rest.get("/path/<path:x>")(lambda x: x)
    for path in ("a..b", ".hidden", "..a/b.", "..."):
        assert client.get(f"/path/{path}").json == path


def test_an_annotated_value_of_the_path_is_read_as_its_type(rest, client):
    """Without a converter, the annotation does it; what does not fit is 400 by name."""

    @rest.get("/items/<day>/<int:number>")
    def item(day: dt.date, number: str):
        return [day, number]

    assert client.get("/items/2026-01-02/7").json == ["2026-01-02", "7"]
    answer = client.get("/items/monday/7")
    assert (answer.status_code, list(answer.json["details"]["fields"])) == (400, ["day"])


def find(
    limit: int,
    q: str = "all",
    exact: bool = False,
    tags: list[int] = (),
    day: dt.date | None = None,
):
    """Takes its arguments from the query."""
    return {"limit": limit, "q": q, "exact": exact, "tags": tags, "day": day}


def test_the_query_fills_annotated_arguments(rest, client):
    """Texts become the types; a list takes a repeated key; defaults stand for what is missing."""
    rest.get("/find")(find)
    assert client.get("/find?limit=5").json == {
        "limit": 5, "q": "all", "exact": False, "tags": [], "day": None,
    }  # fmt: skip
    answer = client.get("/find?limit=5&q=a%20b&exact=true&tags=1&tags=2&day=2026-01-02")
    assert answer.json == {
        "limit": 5, "q": "a b", "exact": True, "tags": [1, 2], "day": "2026-01-02",
    }  # fmt: skip
    assert client.get("/find?limit=5&q=").json["q"] == ""


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", {"limit"}),
        ("?limit=many", {"limit"}),
        ("?limit=1&limit=2", {"limit"}),
        ("?limit=1&tags=1&tags=x", {"tags.1"}),
        ("?limit=x&exact=perhaps&day=x", {"limit", "exact", "day"}),
        ("?limit=1&lmit=2", {"lmit"}),
        ("?" + "&".join(f"a{number}=1" for number in range(1_001)), {"query"}),
    ],
)
def test_a_query_that_does_not_fit_is_400_with_a_reason_for_each(rest, client, query, fields):
    """Missing, unknown, repeated and ill-typed keys are named."""
    rest.get("/find")(find)
    answer = client.get(f"/find{query}")
    assert (answer.status_code, answer.json["error"]) == (400, "VALIDATION_ERROR")
    assert set(answer.json["details"]["fields"]) == fields


def test_a_handler_with_the_request_reads_any_query(rest, client):
    """It can see the keys itself, so they are not refused."""
    rest.get("/all")(lambda request: request.args.to_dict())
    assert client.get("/all?a=1&b=2").json == {"a": "1", "b": "2"}


@pytest.mark.parametrize("body", ['{"a": 1}', "[1, 2]", '"text"', "3", "null", "false"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", ""])
def test_a_body_is_any_json_whatever_its_content_type(rest, client, body, kind):
    """Curl sends JSON as a form, and it is read all the same."""
    rest.post("/body")(lambda body: {"body": body})
    answer = client.post("/body", data=body, content_type=kind)
    assert answer.json == {"body": flask.json.loads(body)}


TAKEN_BY_FLASK = ['{"name": NaN}', "[" * 70 + "]" * 70]
BROKEN = ["{", "{'a': 1}", "[1,]", "nul", "\xff", "[" * 100_000, *TAKEN_BY_FLASK]


@pytest.mark.parametrize("content", BROKEN, ids=lambda text: text[:10])
@pytest.mark.parametrize("path", ["/plain", "/model", "/request", "/force"])
def test_a_malformed_body_is_400_and_not_500(rest, client, content, path):
    """However the handler takes it: by `body`, as a model, or from the request."""
    rest.post("/plain")(lambda body: body)

    @rest.post("/model")
    def model(body: Item):
        return body

    rest.post("/request")(lambda request: request.json)
    rest.post("/force")(lambda request: request.get_json(force=True))
    if path == "/force" and content in TAKEN_BY_FLASK:
        return
    answer = client.post(path, data=content.encode("latin-1"))
    assert (answer.status_code, answer.json["error"]) == (400, "VALIDATION_ERROR")
    assert list(answer.json["details"]["fields"]) == ["body"]


def test_a_missing_body_is_400_unless_there_is_a_default(rest, client):
    """An empty body is not an empty object."""
    rest.post("/needed")(lambda body: body)

    @rest.post("/optional")
    def optional(body: Item | None = None):
        return {"body": body}

    for content in (b"", b" \n"):
        answer = client.post("/needed", data=content)
        assert (answer.status_code, list(answer.json["details"]["fields"])) == (400, ["body"])
        assert client.post("/optional", data=content).json == {"body": None}
    assert client.post("/optional", data="null").json == {"body": None}


def test_a_body_is_checked_against_its_model(rest, client):
    """The handler gets a model; 400 names each field that does not fit as the sender knows it."""

    @rest.post("/items")
    def make(body: Item):
        assert type(body) is Item
        return body

    assert client.post("/items", data='{"name": "a", "cost": 2}').json == {"name": "a", "cost": 2.0}
    answer = client.post("/items", data='{"cost": -1}')
    assert set(answer.json["details"]["fields"]) == {"name", "cost"}
    answer = client.post("/items", data="[]")
    assert (answer.status_code, list(answer.json["details"]["fields"])) == (400, ["body"])


def test_a_body_over_the_limit_is_413(rest, client):
    """The limit of the API holds for routes as well."""
    rest.post("/body")(lambda body: body)
    assert client.post("/body", data=b" " * 2_000_000).status_code == 413


def test_body_and_request_may_be_taken_together(rest, client, session):
    """Both see the same body; `session` is the session."""

    @rest.delete("/both")
    def both(body, request, session):
        return [body == request.json, request.method, request.path, session.state]

    assert client.delete("/both", data="[1]").json == [True, "DELETE", "/both", session.state]


@pytest.mark.parametrize(
    ("value", "status", "content"),
    [
        (None, 204, b""),
        ({"a": [1, 2.5, None, True]}, 200, b'{"a":[1,2.5,null,true]}'),
        ([], 200, b"[]"),
        ("text", 200, b'"text"'),
        (7, 200, b"7"),
        (False, 200, b"false"),
        (Item(name="a", cost=3), 200, b'{"name":"a","cost":3.0}'),
        ([Item(name="a")], 200, b'[{"name":"a","cost":1.0}]'),
        (Point(1, dt.date(2026, 1, 2)), 200, b'{"x":1,"at":"2026-01-02"}'),
        (dt.timedelta(minutes=1), 200, b"60.0"),
        (decimal.Decimal("1.50"), 200, b'"1.50"'),
        ({1: uuid.UUID(int=0)}, 200, b'{"1":"00000000-0000-0000-0000-000000000000"}'),
        ({"big": 2**64 - 1, "none": None}, 200, b'{"big":18446744073709551615,"none":null}'),
        (types.MappingProxyType({"a": {3}}), 200, b'{"a":[3]}'),
        ("\ud800", 200, b'"\\ud800"'),
        (({"a": 1}, 201), 201, b'{"a":1}'),
        ((None, 202), 202, b""),
        ((ApiResponse.text("a"), 404), 404, b"a"),
        (ApiResponse.text("a"), 200, b"a"),
    ],
)
def test_what_a_handler_returns_becomes_the_answer(rest, client, value, status, content):
    """None is 204; the rest is JSON; a tuple has the status; an ApiResponse is as it is."""
    rest.get("/a")(lambda: value)
    answer = client.get("/a")
    assert (answer.status_code, answer.data) == (status, content)
    assert answer.headers["X-Request-Id"]


def test_headers_and_flask_responses_are_sent(rest, client):
    """A third part of the tuple has headers; a Flask response is sent as it is."""
    rest.get("/a")(lambda: ([1], 203, {"X-Mine": "yes"}))
    rest.get("/b")(lambda: flask.Response("<p>", content_type="text/html"))
    rest.get("/c")(lambda: (flask.make_response("<p>"), 203, {"X-Mine": "yes"}))
    rest.get("/d")(lambda: flask.redirect("/a"))
    assert client.get("/a").headers["X-Mine"] == "yes"
    assert (client.get("/b").data, client.get("/b").mimetype) == (b"<p>", "text/html")
    assert (client.get("/c").status_code, client.get("/c").headers["X-Mine"]) == (203, "yes")
    assert client.get("/d").status_code == 302
    assert client.get("/d").headers["X-Request-Id"]


def recursive():
    """A list that holds itself."""
    made = []
    made.append(made)
    return made


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {"a": object()},
        b"\xff",
        recursive(),
        (1, 2),
        (1, 2, 3, 4),
        (1,),
        (1, True),
    ],
    ids=["object", "inner", "bytes", "cycle", "pair", "four", "one", "flag"],
)
def test_what_cannot_be_written_is_a_500_to_find_in_the_log(rest, client, caplog, value):
    """No guess, no repr, no traceback to the caller; the log has it under the request's id."""
    rest.get("/a")(lambda: value)
    answer = client.get("/a", headers={"X-Request-Id": "find-me"})
    assert (answer.status_code, answer.json["error"]) == (500, "INTERNAL_ERROR")
    assert "Traceback" not in answer.text
    assert "find-me" in caplog.text


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound("item", "7"), 404, "NOT_FOUND"),
        (Conflict("not now"), 409, "CONFLICT"),
        (Forbidden("not you"), 403, "FORBIDDEN"),
        (WaitTimeout("the end", 1), 504, "TIMEOUT"),
        (ValueError("secret"), 500, "INTERNAL_ERROR"),
        (SystemExit(3), 500, "INTERNAL_ERROR"),
        (asyncio.CancelledError(), 500, "INTERNAL_ERROR"),
        (RecursionError("secret"), 500, "INTERNAL_ERROR"),
    ],
)
@pytest.mark.parametrize("is_async", [False, True])
def test_what_a_handler_raises_has_an_envelope(rest, client, caplog, error, status, code, is_async):
    """Our errors keep their status; anything else is a 500 that tells nothing."""

    def handler():
        raise error

    async def async_handler():
        await asyncio.sleep(0)
        raise error

    rest.get("/a")(async_handler if is_async else handler)
    answer = client.get("/a")
    if is_async and isinstance(error, asyncio.CancelledError):
        status, code = 503, "UNAVAILABLE"
    assert (answer.status_code, answer.json["error"]) == (status, code)
    assert "secret" not in answer.text
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert ("secret" in caplog.text) == ("secret" in str(error))


def test_abort_is_honoured(rest, client):
    """A status gets the envelope, and a response is sent as it is."""
    rest.get("/status")(lambda: flask.abort(418))
    rest.get("/missing")(lambda: flask.abort(404, "no such thing"))
    rest.get("/response")(lambda: flask.abort(flask.Response("mine", 409)))
    assert client.get("/status").status_code == 418
    assert client.get("/missing").json["message"] == "no such thing"
    assert (client.get("/response").status_code, client.get("/response").data) == (409, b"mine")


def test_error_handlers_of_the_application_are_asked(rest, api, client):
    """What Flask offers for errors works for routes."""
    api.app.register_error_handler(ZeroDivisionError, lambda error: (f"mine: {error}", 422))
    rest.get("/a")(lambda: 1 / 0)
    assert client.get("/a").status_code == 422


def test_methods_are_answered_as_http_has_them(rest, client):
    """HEAD comes with GET, OPTIONS with each; others are 405 with Allow."""
    rest.get("/a")(lambda: [1])
    rest.put("/a")(lambda: [2])
    head = client.head("/a")
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", "3")
    options = client.options("/a")
    assert options.status_code == 200
    assert set(options.allow) == {"GET", "HEAD", "PUT", "OPTIONS"}
    answer = client.post("/a")
    assert (answer.status_code, answer.json["error"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "GET, HEAD, PUT"


def test_routes_stand_at_their_own_path_alone(rest, client):
    """The prefix of built-in paths is not theirs; a slash at the end makes no difference."""
    rest.get("/a")(lambda: 1)
    assert client.get("/a/").json == 1
    assert client.get("/api/v1/a").status_code == 404


def test_built_in_paths_go_first(rest, client):
    """A route for everything gets what is left, and no method of a built-in path."""
    rest.route("/<path:rest>", ["GET", "DELETE"])(lambda rest: f"mine: {rest}")
    assert client.get("/tasks/fetch").json["name"] == "fetch"
    assert client.delete("/tasks").status_code == 405
    assert client.get("/elsewhere/a").json == "mine: elsewhere/a"
    assert set(client.options("/tasks").allow) == {"GET", "HEAD", "OPTIONS"}


def test_a_path_that_is_nearly_a_route_names_it(rest, client):
    """The envelope of an unknown path knows the routes."""
    rest.get("/items/<int:n>")(lambda n: n)
    assert client.get("/itmes/3").json["details"]["suggestion"] == "/items/3"


def test_an_async_handler_sees_the_context_of_its_request(rest, client):
    """Flask's request and the context variables of the caller are there; answers are the same."""
    flag = contextvars.ContextVar("flag", default="unset")

    @rest.get("/a/<int:n>")
    async def handler(n):
        await asyncio.sleep(0)
        return [n, flask.request.path, flag.get(), threading.current_thread().name]

    flag.set("set")
    assert client.get("/a/3").json == [3, "/a/3", "set", "redengine-handlers"]
    assert not any(each.name.startswith("redengine-handler") for each in threading.enumerate())


def test_what_gives_an_awaitable_is_awaited(rest, client):
    """A partial or a decorated coroutine function is no `async def`, and works all the same."""

    async def add(a, b):
        return a + b

    rest.get("/a")(functools.partial(add, 1, 2))
    assert client.get("/a").json == 3


class Guarded(FlaskAPI):
    """Lets nobody in."""

    def authenticate(self):
        raise Forbidden("say who you are")


def test_routes_are_behind_the_door_unless_public(session):
    """`public=True` is answered without asking who calls; the guard against web pages stays."""
    client = Guarded(port=0, session=session).app.test_client()
    session.rest.get("/mine")(lambda: 1)
    session.rest.get("/ours", public=True)(lambda: 2)
    assert client.get("/mine").status_code == 403
    assert client.get("/ours").json == 2
    assert client.get("/nowhere").status_code == 403
    assert client.get("/tasks").status_code == 403
    assert client.get("/ours", headers={"Host": "evil.example"}).status_code == 403


def test_the_view_of_a_route_tells_what_it_is(rest, api, client):
    """Extensions and the door find the handler's name, the route and whether it is public."""

    @rest.get("/a", public=True)
    async def mine():
        return flask.request.endpoint

    view = api.app.view_functions[client.get("/a").json]
    assert (view.__name__, view.__module__, view.is_public) == ("mine", __name__, True)
    assert view.route is rest.routes[0]


def test_writes_are_logged_without_what_was_written(rest, client, caplog):
    """As for built-in paths: who, what, and the request's id."""
    caplog.set_level(logging.INFO, "redengine.api")
    rest.post("/a/<x>")(lambda x, body: None)
    client.post("/a/1", data='"hidden"', headers={"X-Request-Id": "find-me"})
    assert "POST /a/<x> by 127.0.0.1, request find-me" in caplog.text
    assert "hidden" not in caplog.text


def test_blueprints_work_beside_routes(session, api):
    """`api.app` is the Flask application, whose own routes go first."""
    pages = Blueprint("pages", __name__, url_prefix="/pages")
    pages.get("/<title>", endpoint="page")(lambda title: f"<h1>{title}</h1>")
    pages.post("/json", endpoint="json")(lambda: flask.jsonify(flask.request.json))
    api.app.register_blueprint(pages)
    session.rest.get("/<path:rest>")(lambda rest: rest)
    client = api.app.test_client()
    assert client.get("/pages/one").text == "<h1>one</h1>"
    assert client.post("/pages/json", data="[1]").json == [1]
    assert client.get("/pages/one/two").json == "pages/one/two"


def test_an_application_with_a_server_name_finds_routes(session):
    """Where Flask reads host names itself, routes are found just so."""
    session.rest.get("/a")(lambda: 1)
    api = FlaskAPI(port=0, session=session, app_config={"SERVER_NAME": "localhost"})
    assert api.app.test_client().get("/a").json == 1


def test_a_mounted_application_finds_routes(rest, api):
    """Behind a prefix of another server, paths are those after it."""
    rest.get("/a/<name:x>")(lambda x: x)
    client = api.app.test_client()
    assert client.get("/a/b", base_url="http://localhost/mounted").json == "b"
