"""Reverse proxies: who is believed, and who is not."""

import pytest

from redengine.api import FlaskAPI
from redengine.api.http.origins import Proxies

FORWARDED = "203.0.113.9, 10.0.0.2, 10.0.0.3"


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "caller"),
    [
        (1, "10.0.0.9", "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.9", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.9", "1.1.1.1, 203.0.113.9, 10.0.0.3", "203.0.113.9"),
        (2, "10.0.0.9", "203.0.113.9", None),
        (1, "10.0.0.9", "", None),
        (1, "10.0.0.9", "unknown", None),
        (1, "10.0.0.9", "203.0.113.9:4711", "203.0.113.9"),
        (1, "10.0.0.9", "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "10.0.0.9", "2001:db8::1", "2001:db8::1"),
        (["10.0.0.0/24"], "10.0.0.9", FORWARDED, "203.0.113.9"),
        (["10.0.0.9", "10.0.0.3"], "10.0.0.9", FORWARDED, "10.0.0.2"),
        (["10.0.0.0/24"], "203.0.113.1", "1.1.1.1", None),
        (["10.0.0.0/24"], "10.0.0.9", "", None),
        (["10.0.0.0/24"], "10.0.0.9", "1.1.1.1, ' OR 1=1", None),
        (["10.0.0.0/24"], "10.0.0.9", "10.0.0.2, 10.0.0.3", None),
        (["::1"], "::1", "1.1.1.1", "1.1.1.1"),
        ([], "10.0.0.9", "1.1.1.1", None),
    ],
)
def test_the_caller_is_told_by_trusted_proxies_only(trusted, peer, forwarded, caller):
    """What a caller wrote into the header stands left of what proxies added, and is not read."""
    assert Proxies(trusted).caller(peer, forwarded) == caller


def asking(session, peer, trusted=None, **headers):
    """What the application sees of a request: address, scheme and host."""
    api = FlaskAPI(session=session, trusted_proxies=trusted, allowed_hosts=["api.example"])

    @api.app.get("/seen")
    def seen():
        from flask import request

        return [request.remote_addr, request.scheme, request.host, sorted(request.headers.keys())]

    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.app.test_client().get("/seen", headers=names, environ_base={"REMOTE_ADDR": peer})


HEADERS = {
    "X_Forwarded_For": "203.0.113.9",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Host": "api.example",
}


def test_forwarded_headers_are_honoured_from_a_trusted_proxy(session):
    """Address, scheme and host are the caller's, and the headers are gone."""
    for trusted in (1, ["127.0.0.1"]):
        address, scheme, host, names = asking(session, "127.0.0.1", trusted, **HEADERS).json
        assert (address, scheme, host) == ("203.0.113.9", "https", "api.example")
        assert not any(name.startswith("X-Forwarded") for name in names)


def test_forwarded_headers_are_ignored_from_anybody_else(session):
    """Without trusted proxies, or from another address, nothing of them is believed."""
    for trusted in (None, ["10.0.0.1"]):
        address, scheme, host, _ = asking(session, "198.51.100.7", trusted, **HEADERS).json
        assert (address, scheme, host) == ("198.51.100.7", "http", "localhost")


def test_a_forwarded_host_has_to_be_known(session):
    """A proxy that passes on a forged host does not get past the guard."""
    headers = {**HEADERS, "X_Forwarded_Host": "evil.example"}
    assert asking(session, "127.0.0.1", 1, **headers).status_code == 403
    assert asking(session, "127.0.0.1", 1, X_Forwarded_Proto="gopher").json[1] == "http"


def test_limits_count_the_caller_behind_the_proxy(session):
    """Callers behind one proxy have a limit each; forging the header does not give a new one."""
    api = FlaskAPI(session=session, trusted_proxies=1, rate_limit="1/hour")
    client = api.app.test_client()

    def ask(forwarded):
        return client.get("/tasks", headers={"X-Forwarded-For": forwarded}).status_code

    assert [ask("1.1.1.1"), ask("2.2.2.2"), ask("1.1.1.1")] == [200, 200, 429]
    assert ask("9.9.9.9, 1.1.1.1") == 429
