"""The description of the API, and the pages that show it."""

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from redengine import Session
from redengine.api.endpoints import RESOURCES
from redengine.api.http.description import ASSETS, described_operations
from redengine.api.http.routes import ROUTES
from redengine.tasks.api import FlaskAPI


@pytest.fixture
def client():
    api = FlaskAPI(port=0, session=Session())
    return api.app.test_client()


@pytest.fixture
def document(client):
    return client.get("/openapi.json").json


def test_the_document_is_valid(document):
    """It follows the OpenAPI specification 3.1, and names its version."""
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_every_method_of_every_resource_is_described(document):
    """No endpoint is left out, and none is made up."""
    described = {
        (path, method) for path, methods in document["paths"].items() for method in methods
    }
    served = {
        (re.sub(r"<(\w+)>", r"{\1}", routes[0]), method)
        for name, routes in ROUTES.items()
        for method in RESOURCES[name].methods()
    }
    assert described == served


def test_operations_have_names_of_their_own():
    """Programs can call each operation by its id."""
    ids = [each[-1] for each in described_operations()]
    assert len(ids) == len(set(ids))


def test_bodies_that_are_described_are_refused_with_a_stranger_in_them(document):
    """What is sent is described as strictly as it is read."""
    strict = document["components"]["schemas"]["TaskBody"]
    assert strict["additionalProperties"] is False


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_pages_need_no_other_host(client, page, prefix):
    """All that a page refers to is served here, and its policy forbids the rest."""
    answer = client.get(prefix + page)
    references = re.findall(r'(?:src|href|data-document)="([^"]+)"', answer.text)
    assert references
    for reference in references:
        assert reference.startswith("/")
        assert client.get(reference).status_code == 200
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_assets_are_only_those_that_are_named(client):
    """No other file of the package can be read."""
    for name in ASSETS:
        assert client.get(f"/docs/assets/{name}").status_code == 200
    for name in ("LICENSE-redoc.txt", "..%2Fpages.py", "../pages.py"):
        assert client.get(f"/docs/assets/{name}").status_code == 404


def test_a_document_that_is_known_is_not_sent_again(client):
    """The ETag of the document is honoured."""
    first = client.get("/openapi.json")
    again = client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_routes_of_the_users_own_are_described():
    """Path, query, body and docstring are told, also of a route that comes later."""
    session = Session()
    client = FlaskAPI(port=0, session=session).app.test_client()
    before = client.get("/openapi.json").json

    @session.rest.post("/items/<int:item_id>", public=True)
    def change(item_id, body: dict[str, int], limit: int = 10) -> list[str]:
        """Change an item.

        At once.
        """

    document = client.get("/openapi.json").json
    OpenAPIV31SpecValidator(document).validate()
    operation = document["paths"]["/items/{item_id}"]["post"]
    assert "/items/{item_id}" not in before["paths"]
    assert (operation["summary"], operation["description"]) == ("Change an item.", "At once.")
    assert operation["security"] == []
    parameters = {each["name"]: each for each in operation["parameters"]}
    assert parameters["item_id"]["schema"] == {"type": "integer"}
    assert parameters["limit"]["schema"]["type"] == "integer"
    assert operation["requestBody"]["required"] is True
    assert operation["responses"]["200"]["content"]["application/json"]["schema"]["type"] == "array"


def test_keys_are_described_where_they_are_asked_for():
    """The document tells how a caller says who it is."""
    api = FlaskAPI(port=0, session=Session(), api_keys={"a": {"key": "k" * 20, "scopes": ["read"]}})
    client = api.app.test_client()
    document = client.get("/openapi.json", headers={"X-API-Key": "k" * 20}).json
    assert document["security"] == [{"ApiKey": []}, {"Bearer": []}]
    assert document["paths"]["/health/live"]["get"]["security"] == []


@pytest.mark.parametrize("paths", [(), ("/health",), ("/tasks", "/docs")])
def test_the_description_says_what_is_public(paths):
    """An operation is free of keys in the document where it is at the door."""
    keys = {"a": {"key": "k" * 20, "scopes": ["read"]}}
    session = Session()
    api = FlaskAPI(port=0, session=session, api_keys=keys, public_paths=paths)

    @session.rest.get("/open", public=True)
    @session.rest.get("/tasks/mine/own")
    def mine():
        return {}

    client = api.app.test_client()
    document = client.get("/openapi.json", headers={"X-API-Key": "k" * 20}).json
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            answer = client.open(path.replace("{", "").replace("}", ""), method=method.upper())
            is_open = answer.status_code != 401
            assert (operation.get("security") == []) is is_open, (path, method)
