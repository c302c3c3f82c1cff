"""The guard against web pages."""

import pytest

from redengine.api.auth.guard import Guard, is_loopback
from redengine.exceptions import Forbidden


def _passes(guard, method="GET", host="localhost:5000", origin="", fetch_site=""):
    try:
        guard.check(method, host, origin, fetch_site)
    except Forbidden:
        return False
    return True


@pytest.mark.parametrize(
    ("host", "passes"),
    [
        ("localhost", True),
        ("LOCALHOST:5000", True),
        ("127.0.0.1:5000", True),
        ("[::1]:5000", True),
        ("proxy.example:443", True),
        ("", False),
        ("evil.example", False),
        ("localhost.evil.example:5000", False),
        ("evil.example:5000@localhost", False),
        ("localhost@evil.example", False),
        ("10.0.0.7:5000", False),
        ("[::1", False),
        ("127.0.0.1.evil.example", False),
        ("127.0.0.1:5000.evil", False),
        ("localhost:5000:80", False),
        ("localhost:99999", False),
        ("localhost:", False),
        ("localhost:5000/", False),
        ("localhost#.evil.example", False),
        ("localhost?", False),
        ("localhost\\.evil.example", False),
        ("localhost, localhost", False),
        ("[::1].evil.example", False),
        ("[::1]5000", False),
        ("::1", False),
        (" localhost", False),
        ("\uff4cocalhost", False),
        ("proxy.example.evil", False),
    ],
)
def test_a_host_must_be_known(host, passes):
    """A name that DNS may have been made to point here is refused."""
    assert _passes(Guard("127.0.0.1", ["proxy.example"]), host=host) is passes


@pytest.mark.parametrize(
    ("origin", "fetch_site", "passes"),
    [
        ("", "", True),
        ("", "same-origin", True),
        ("http://localhost:5000", "same-origin", True),
        ("http://127.0.0.1:3000", "same-site", True),
        ("https://evil.example", "", False),
        ("null", "", False),
        ("https://evil.example", "same-origin", False),
        ("", "cross-site", False),
        ("http://localhost:5000", "cross-site", False),
        ("http://localhost.evil.example", "", False),
    ],
)
def test_a_write_must_not_come_from_a_foreign_page(origin, fetch_site, passes):
    """A write with a foreign Origin or from another site is refused; reading is not."""
    guard = Guard("127.0.0.1")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert _passes(guard, method, origin=origin, fetch_site=fetch_site) is passes
    assert _passes(guard, "GET", origin=origin, fetch_site=fetch_site)


def test_an_open_address_is_known_by_its_digits():
    """An API that others may reach takes addresses in digits, but no unknown names."""
    guard = Guard("0.0.0.0")
    assert _passes(guard, host="10.0.0.7:5000")
    assert _passes(guard, host="[fe80::1]:5000")
    assert not _passes(guard, host="evil.example:5000")


def test_forged_hosts_do_not_fill_the_memory():
    """Only a bounded number of Host headers is remembered."""
    guard = Guard("127.0.0.1")
    for port in range(1_000):
        assert _passes(guard, host=f"localhost:{port}")
    assert len(guard._passed) <= 100


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("", False),
        ("::", False),
        ("10.0.0.7", False),
        ("example.org", False),
    ],
)
def test_loopback_is_told_from_the_rest(host, expected):
    """Only addresses that other machines cannot reach are loopback."""
    assert is_loopback(host) is expected


def test_requests_are_guarded(client, session):
    """A forged Host gets 403 in the envelope, a foreign page cannot write."""
    answer = client.get("/tasks", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json["error"]) == (403, "FORBIDDEN")
    answer = client.delete("/tasks/fetch", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert client.get("/nowhere", headers={"Host": "évil"}).status_code == 403
    assert "fetch" in session.tasks
