"""APITask: a transport of the user's own."""

import json
import threading

import pytest
from api_fakes import FakeSession

from redengine.api import APITask, FlaskAPI
from redengine.exceptions import InvalidInput, NotFound, UnknownName, UnsafeAddress


class ListAPI(APITask):
    """Takes requests from a list."""

    requests = ()

    def serve(self, stop):
        self.answers = [self.answer(*request) for request in self.requests]
        stop.wait()


@pytest.fixture
def transport(session):
    """A transport on the session."""
    return ListAPI(session=session)


def test_call_resource_reads_and_changes(transport, session):
    """One flat mapping has what stands in the path, and the query or the body."""
    changed = transport.call_resource("Task", "patch", {"name": "fetch", "disabled": True})
    assert b'"disabled":true' in changed.content()
    assert session.tasks["fetch"].data["disabled"] is True
    found = transport.call_resource("Tasks", "get", {"name": ["fetch", "other"], "disabled": True})
    assert [task["name"] for task in json.loads(found.content())] == ["fetch"]
    assert transport.call_resource("Task", "DELETE", {"name": "report"}).status == 204
    assert [entry["actor"] for entry in session.changes.entries] == ["ListAPI", "ListAPI"]


def test_call_resource_raises_the_packages_errors(transport):
    """Errors come as they are, with the nearest name."""
    with pytest.raises(NotFound, match="did you mean 'fetch'"):
        transport.call_resource("Task", "get", {"name": "fecth"})
    with pytest.raises(NotFound, match="did you mean 'Tasks'"):
        transport.call_resource("Taskss", "get")
    with pytest.raises(InvalidInput, match="name"):
        transport.call_resource("Task", "get")
    with pytest.raises(UnknownName):
        transport.call_resource("Session", "get", {"verbose": True})


def test_answer_has_an_envelope_for_every_error(transport):
    """A transport that answers gets the error as a response."""
    response = transport.answer("Task", "fly", {"name": "fetch"})
    assert (response.status, response.body["error"]) == (405, "METHOD_NOT_ALLOWED")
    assert response.body["request_id"]
    assert transport.answer("Task", "call", {"name": "fetch"}).status == 405
    assert transport.answer("Task", "get", {"name": 3}).status == 400


def test_the_task_serves_until_it_is_stopped(transport):
    """Its function sets up, takes requests, and ends when the flag is set."""
    transport.requests = [("Session", "get"), ("Task", "get", {"name": "nothing"})]
    stop = threading.Event()
    stop.set()
    transport.func(stop)
    assert [answer.status for answer in transport.answers] == [200, 404]


def test_the_task_runs_as_long_as_the_session(transport, session):
    """It is registered as a permanent thread task under its class's name."""
    assert session.registered == [transport]
    assert transport.name == "ListAPI"
    assert transport.permanent is True
    assert transport.execution == "thread"
    assert ListAPI(session=FakeSession(), name="mine", priority=3).name == "mine"


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": -1},
        {"port": 65_536},
        {"port": "5000"},
        {"port": True},
        {"threads": 0},
        {"hots": "127.0.0.1"},
        {"max_body": 0},
        {"max_body": "1 MB"},
        {"request_timeout": 0},
        {"request_timeout": "60"},
        {"request_timeout": float("nan")},
        {"request_timeout": True},
        {"trusted_proxies": 0},
        {"trusted_proxies": True},
        {"trusted_proxies": 1.5},
        {"trusted_proxies": "10.0.0.1"},
        {"trusted_proxies": ["nginx"]},
        {"cors_origins": "https://app.example"},
        {"cors_origins": ["https://*.example"]},
        {"cors_origins": ["https://app.example/"]},
        {"cors_origins": ["app.example"]},
        {"cors_origins": ["null"]},
        {"cors_origins": [7]},
        {"rate_limit": "often"},
        {"rate_limit": "0/minute"},
        {"rate_limit": "5/minute; 1/second"},
        {"rate_limit": 60},
        {"rate_limit": {"reed": "5/minute"}},
        {"api_keys": ["reader"]},
        {"priority": "high"},
    ],
)
def test_wrong_arguments_are_named(session, wrong):
    """An argument that does not fit, or an unknown option, is an error that names it."""
    with pytest.raises(InvalidInput) as caught:
        FlaskAPI(session=session, **wrong)
    assert list(caught.value.fields) == list(wrong)
    assert session.registered == []


class Guarded(FlaskAPI):
    """Knows who may pass."""

    def authenticate(self):
        return None


def test_an_open_address_needs_a_guard(session):
    """Only authenticate or insecure=True lets the API listen where others can reach it."""
    for host in ("0.0.0.0", "::", "", "10.0.0.7", "example.org"):
        with pytest.raises(UnsafeAddress, match="authenticate"):
            FlaskAPI(host=host, session=session)
    FlaskAPI(host="0.0.0.0", insecure=True, session=session)
    Guarded(host="0.0.0.0", session=session)
    FlaskAPI(host="127.0.0.2", session=session)
    FlaskAPI(host="::1", session=session)


def test_app_config_reaches_flask(session):
    """`app_config` is the Flask application's configuration."""
    api = FlaskAPI(app_config={"SECRET_KEY": "x"}, session=session)
    assert api.app.config["SECRET_KEY"] == "x"


def test_further_names_are_known(session):
    """`allowed_hosts` lets a proxy's name pass."""
    client = FlaskAPI(session=session, allowed_hosts=["proxy.example"]).app.test_client()
    assert client.get("/tasks", headers={"Host": "proxy.example"}).status_code == 200
