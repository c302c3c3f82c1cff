"""Routes of the user's own: what is refused when they are added, and what is known of them."""

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from redengine.api import FlaskAPI
from redengine.api.routes import NOT_GIVEN
from redengine.exceptions import AlreadyExists, InvalidInput, UnknownName
from redengine.parameters import Arg

if TYPE_CHECKING:
    from nowhere import Unknown


class Item(BaseModel):
    """A body."""

    name: str
    price: float = 1.0


@dataclass
class Point:
    """Something that no query can say."""

    x: int


def nothing():
    """Answers with nothing."""


@pytest.fixture
def rest(session):
    """The routes of a session that has no FlaskAPI yet."""
    return session.rest


def test_a_route_tells_all_that_is_known_of_it(rest):
    """Path, methods, arguments with their places and types, docstring, body, answer, public."""

    @rest.route("/items/<int:item_id>/", methods=["put", "PATCH"], public=True)
    async def change(
        item_id, body: Item, request, session, q: str = "x", *, tags: list[int]
    ) -> Item:
        """Change an item.

        And more.
        """

    (route,) = rest.routes
    assert (route.path, route.methods) == ("/items/<int:item_id>", ("PUT", "PATCH"))
    assert (route.handler, route.name, route.is_async, route.public) == (
        change,
        "change",
        True,
        True,
    )
    assert route.doc == "Change an item.\n\nAnd more."
    assert route.returns is Item
    assert route.body.annotation is Item
    assert route.body.schema()["properties"].keys() == {"name", "price"}
    assert [(each.name, each.source) for each in route.arguments] == [
        ("item_id", "path"),
        ("body", "body"),
        ("request", "request"),
        ("session", "session"),
        ("q", "query"),
        ("tags", "query"),
    ]
    q, tags = route.arguments_from("query")
    assert (q.annotation, q.default, q.is_required, q.takes_several) == (str, "x", False, False)
    assert (tags.annotation, tags.is_required, tags.takes_several) == (list[int], True, True)
    (item_id,) = route.arguments_from("path")
    assert (item_id.converter, item_id.annotation, item_id.schema()) == ("int", NOT_GIVEN, {})
    assert repr(rest) == "Rest(PUT PATCH /items/<int:item_id>)"
    assert repr(route) == "<Route PUT PATCH /items/<int:item_id>: change, public>"


def test_a_decorated_handler_stays_a_plain_function(rest):
    """It may be called, and take several decorators."""

    @rest.get("/a")
    @rest.post("/a")
    def handler():
        return 1

    assert handler() == 1
    assert sorted(str(route) for route in rest) == ["GET /a", "POST /a"]
    assert len(rest) == 2
    assert rest.routes[0].returns is inspect.Signature.empty


def takes_anything(*args):
    """Has no names."""


def takes_any_name(**names):
    """Has no names either."""


def positional(q: str, /):
    """Cannot be called by name."""


def with_argument(day: str = Arg("day")):
    """Is written like a task."""


def unannotated(bdy):
    """Does not say where it comes from."""


def model_in_query(item: Item):
    """Has a body by another name."""


def point_in_query(point: Point | None = None):
    """Has a body by another name."""


def unknown_type(q: "Unknown"):
    """Is annotated with what exists for type checkers alone."""


def no_type(q: "int.nothing"):
    """Is annotated with nothing."""


def odd_type(q: inspect.Signature):
    """Is annotated with what pydantic does not know."""


def with_body(body):
    """Takes a body."""


@pytest.mark.parametrize(
    ("handler", "field", "reason"),
    [
        (takes_anything, "args", "takes anything"),
        (takes_any_name, "names", "takes anything"),
        (positional, "q", "positional-only"),
        (with_argument, "day", "arguments of tasks"),
        (unannotated, "bdy", "did you mean 'body'"),
        (model_in_query, "item", "call it body"),
        (point_in_query, "point", "call it body"),
        (unknown_type, "q", "cannot be looked up"),
        (no_type, "q", "cannot be looked up"),
        (odd_type, "q", "cannot be read"),
        (with_body, "body", "GET has no body"),
        (3, "handler", "expected a function"),
    ],
)
def test_an_argument_that_nothing_fills_is_refused_by_name(rest, handler, field, reason):
    """The error comes when the route is added, names the argument and says why."""
    with pytest.raises(InvalidInput) as caught:
        rest.get("/a")(handler)
    assert list(caught.value.fields) == [field]
    assert reason in caught.value.fields[field]
    assert rest.routes == ()


def test_what_is_annotated_for_type_checkers_alone_does_not_matter_elsewhere(rest):
    """`request`, `session` and the answer are not looked up."""

    @rest.get("/a")
    def handler(request: "Unknown", session: "Unknown") -> "Unknown":
        return request, session

    assert rest.routes[0].returns == "Unknown"


def test_an_annotation_of_an_enclosing_function_is_found(rest):
    """A text annotation may name what the handler's closure has."""

    class Local(BaseModel):
        n: int

    @rest.post("/a")
    def handler(body: "Local"):
        return Local(n=body.n)

    assert rest.routes[0].body.annotation is Local


def test_a_value_of_the_path_must_be_taken(rest):
    """A forgotten name is told, unless the handler can read it from the request."""
    with pytest.raises(InvalidInput, match=r"item_id: is in the path.*did you mean 'item'"):

        @rest.get("/items/<item_id>")
        def handler(item: str):
            return item

    rest.get("/items/<item_id>")(lambda request: request.view_args)


@pytest.mark.parametrize("name", ["body", "request", "session"])
def test_a_value_of_the_path_has_no_reserved_name(rest, name):
    """Nobody could tell which of the two is meant."""
    with pytest.raises(InvalidInput, match=f"{name}: has a meaning of its own"):
        rest.get(f"/a/<{name}>")(lambda request: request)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("items", "begins with /"),
        ("", "begins with /"),
        (None, "begins with /"),
        ("/a//b", "is empty"),
        ("/a/../b", "or .."),
        ("/a/.", "or .."),
        ("/a?b=1", "a query"),
        ("/a#b", "a fragment"),
        ("/a%20b", "an escape"),
        ("/a/<in:x>", "did you mean 'int'"),
        ("/a/<x>/<x>", "cannot be read"),
        ("/a/<x", "cannot be read"),
        ("/a/<int(minimum=1):x>", "cannot be read"),
    ],
)
def test_a_path_that_cannot_be_read_is_refused(rest, path, reason):
    """The error names the path and the reason."""
    with pytest.raises(InvalidInput) as caught:
        rest.get(path)(lambda request: request)
    assert reason in caught.value.fields["path"]


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("/tasks", "/tasks"),
        ("/tasks/", "/tasks"),
        ("/tasks/<name>", "/tasks/<name>"),
        ("/tasks/<int:n>", "/tasks/<name>"),
        ("/tasks/special", "/tasks/<name>"),
        ("/session/pause", "/session/pause"),
        ("/api/v1/jobs", "/api/v1/jobs"),
        ("/<any(tasks, others):x>", "/tasks"),
    ],
)
@pytest.mark.parametrize("method", ["get", "delete"])
def test_a_built_in_path_is_refused_by_name(rest, path, taken, method):
    """Whatever the method: such a route would never be reached, or only by half."""
    with pytest.raises(AlreadyExists, match=f"'{taken}'"):
        getattr(rest, method)(path)(lambda request: request)


@pytest.mark.parametrize(
    "path", ["/", "/<name>", "/<path:rest>", "/tasks/<name>/notes", "/api/v1/x"]
)
def test_a_path_that_built_in_ones_leave_room_for_is_taken(rest, path):
    """A route may get what is left."""
    rest.get(path)(lambda request: request)
    assert len(rest.routes) == 1


def test_the_same_path_and_method_twice_is_refused_unless_replaced(rest):
    """Names of values and a slash at the end make no other path."""
    rest.route("/a/<int:x>", ["GET", "PUT"])(lambda x: 1)
    with pytest.raises(AlreadyExists, match=r"'GET /a/<int:x>'.*replace=True"):
        rest.get("/a/<int:other>/")(lambda other: 2)
    rest.get("/a/<other>")(lambda other: 3)
    rest.get("/a/<int:other>/", replace=True)(lambda other: 2)
    assert [str(each) for each in rest.routes] == [
        "PUT /a/<int:x>",
        "GET /a/<other>",
        "GET /a/<int:other>",
    ]
    rest.route("/a/<int:y>", ["GET", "PUT"], replace=True)(lambda y: 4)
    assert [str(each) for each in rest.routes] == ["GET /a/<other>", "GET PUT /a/<int:y>"]


def test_methods_are_known(rest):
    """HEAD and OPTIONS are made, and others nobody knows."""
    for methods in (["FETCH"], ["HEAD"], [3]):
        with pytest.raises(UnknownName, match="method of a route"):
            rest.route("/a", methods)(nothing)
    with pytest.raises(InvalidInput, match="got none"):
        rest.route("/a", [])(nothing)
    rest.route("/a", "post")(nothing)
    assert rest.routes[0].methods == ("POST",)


def test_a_path_that_flask_has_is_refused(session, api):
    """Flask's own routes go first, so a route with such a path would never be reached."""

    @api.app.get("/page/<title>")
    def page(title):
        return title

    with pytest.raises(AlreadyExists, match="'/page/<title>'"):
        session.rest.get("/page/<name>")(lambda name: name)


def test_routes_before_the_api_are_looked_at_when_it_is_made(session, monkeypatch):
    """A path that only the application itself has is told by FlaskAPI()."""
    session.rest.get("/mine")(nothing)
    real = FlaskAPI.path_at

    def path_at(api, path):
        return "/<anything>" if path == "/mine" else real(api, path)

    monkeypatch.setattr(FlaskAPI, "path_at", path_at)
    with pytest.raises(AlreadyExists, match="'/mine'"):
        FlaskAPI(port=0, session=session)


def test_the_api_adds_to_the_same_routes(session, api):
    """`api.get` and its siblings are those of `session.rest`."""
    for method in ("get", "post", "put", "patch", "delete"):
        assert getattr(api, method)("/a")(nothing) is nothing
    route = api.add_route("/b", nothing, public=True)
    assert route is session.rest.routes[-1]
    assert [each.methods[0] for each in session.rest] == [
        "GET", "POST", "PUT", "PATCH", "DELETE", "GET",
    ]  # fmt: skip
    api.route("/a", ["GET", "DELETE"], replace=True)(nothing)
    assert len(session.rest) == 5


def test_a_schema_that_cannot_be_made_is_empty(rest):
    """A type that pydantic checks and cannot describe does not keep the route from being added."""
    from typing import Annotated

    from pydantic import PlainValidator

    rest.get("/a")(lambda: 1)

    def handler(q: Annotated[Any, PlainValidator(str)]):
        return q

    rest.get("/b")(handler)
    assert rest.routes[1].arguments[0].schema() == {}
