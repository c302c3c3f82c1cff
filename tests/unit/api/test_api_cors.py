"""Pages of browsers: who may read, who may write, and what a preflight is told."""

import pytest

from redengine.api import FlaskAPI
from redengine.api.http.origins import EXPOSED

KEY = "a-key-of-thirty-two-characters-00"
LOCAL = "http://localhost:3000"
APP = "https://app.example:8443"
ALLOWING = "Access-Control-Allow-Origin"


@pytest.fixture
def app_client(session):
    """A client of an API that serves one page, and asks for keys."""
    keys = {"all": {"key": KEY, "scopes": ["admin"]}}
    api = FlaskAPI(session=session, cors_origins=["https://App.example:8443"], api_keys=keys)
    return api.app.test_client()


def preflight(client, origin, method="PATCH", path="/tasks/fetch"):
    """Ask as a browser does before a page may write."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "x-api-key,content-type",
    }
    return client.options(path, headers=headers)


@pytest.mark.parametrize(
    "origin", [LOCAL, "http://127.0.0.1", "https://[::1]:5173", "HTTP://LocalHost:3000"]
)
def test_pages_of_this_machine_may_read_by_default(client, origin):
    """Loopback origins get the headers, without credentials."""
    answer = client.get("/tasks", headers={"Origin": origin})
    assert answer.headers[ALLOWING] == origin
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.headers["Vary"]
    assert preflight(client, origin).status_code == 204


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "http://localhost:3000.evil.example",
        "http://127.0.0.1@evil.example",
        "file://",
        "http://localhost:3000/",
    ],
)
def test_pages_of_strangers_may_not(client, session, origin):
    """A stranger's page reads nothing, and its preflight is refused without any permission."""
    answer = client.get("/tasks", headers={"Origin": origin})
    assert ALLOWING not in answer.headers
    asked = preflight(client, origin)
    assert (asked.status_code, asked.json["error"]) == (403, "FORBIDDEN")
    assert not any(name.startswith("Access-Control-") for name, _ in asked.headers)
    assert (
        client.delete("/tasks/fetch", headers={"Origin": "https://evil.example"}).status_code == 403
    )
    assert "fetch" in session.tasks


def test_a_listed_origin_may_read_and_write(app_client, session):
    """A page of a listed origin writes although the browser says it is of another site."""
    asked = preflight(app_client, APP)
    assert asked.status_code == 204
    assert asked.headers[ALLOWING] == APP
    assert asked.headers["Access-Control-Allow-Credentials"] == "true"
    assert "x-api-key" in asked.headers["Access-Control-Allow-Headers"]
    assert "PATCH" in asked.headers["Access-Control-Allow-Methods"]
    headers = {"Origin": APP, "Sec-Fetch-Site": "cross-site", "X-API-Key": KEY}
    answer = app_client.patch("/tasks/fetch", json={"priority": 9}, headers=headers)
    assert answer.status_code == 200
    assert answer.headers[ALLOWING] == APP
    assert session.tasks["fetch"].data["priority"] == 9


def test_a_list_of_origins_is_exact(app_client):
    """Another port, scheme or subdomain is a stranger, and so are pages of this machine."""
    for origin in ("https://app.example", "http://app.example:8443", f"{APP}0", LOCAL):
        assert preflight(app_client, origin).status_code == 403
        answer = app_client.get("/tasks", headers={"Origin": origin, "X-API-Key": KEY})
        assert ALLOWING not in answer.headers


def test_an_empty_list_serves_no_page(session):
    """`cors_origins=[]` takes the default away."""
    client = FlaskAPI(session=session, cors_origins=[]).app.test_client()
    assert preflight(client, LOCAL).status_code == 403
    assert ALLOWING not in client.get("/tasks", headers={"Origin": LOCAL}).headers


def test_errors_can_be_read_by_pages(app_client):
    """A page learns that its key is missing, and may read the headers that tell more."""
    answer = app_client.get("/tasks", headers={"Origin": APP})
    assert answer.status_code == 401
    assert answer.headers[ALLOWING] == APP
    exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert sorted(exposed) == sorted(EXPOSED)


def test_a_preflight_needs_no_key_and_is_not_counted(session):
    """Browsers send none with it."""
    keys = {"all": {"key": KEY, "scopes": ["read"]}}
    api = FlaskAPI(session=session, cors_origins=[APP], api_keys=keys, rate_limit="1/hour")
    client = api.app.test_client()
    assert {preflight(client, APP).status_code for _ in range(3)} == {204}
    assert client.get("/tasks", headers={"X-API-Key": KEY}).status_code == 200


def test_a_request_without_an_origin_gets_no_such_headers(client):
    """Programs other than browsers are not told of permissions."""
    answer = client.get("/tasks")
    assert not any(name.startswith("Access-Control-") for name, _ in answer.headers)
