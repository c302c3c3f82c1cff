"""Where the API is, and with which key it is asked."""

import httpx
import pytest
from client_stubs import Stub, answer

from redengine import __version__
from redengine.client import AsyncClient, Client
from redengine.exceptions import InvalidInput

BOTH = pytest.mark.parametrize("kind", [Client, AsyncClient])


def sent(stub=None, **options):
    """The request of a client made with these options."""
    stub = stub or Stub(answer({}))
    Client(transport=httpx.MockTransport(stub), **options).session.snapshot()
    return stub.requests[-1]


@BOTH
def test_the_default_is_this_machine(kind):
    """Without a word the API is looked for where FlaskAPI listens by default."""
    assert kind().url == "http://127.0.0.1:5000"


@BOTH
def test_the_environment_says_where(kind, monkeypatch):
    """REDENGINE_URL is the default; an argument comes first."""
    monkeypatch.setenv("REDENGINE_URL", "https://jobs.example/api/v1")
    assert kind().url == "https://jobs.example"
    assert kind("http://other").url == "http://other"


def test_the_environment_has_the_key(monkeypatch):
    """REDENGINE_API_KEY is the default; an argument comes first."""
    assert "Authorization" not in sent().headers
    monkeypatch.setenv("REDENGINE_API_KEY", "from-env")
    assert sent().headers["Authorization"] == "Bearer from-env"
    assert sent(api_key="mine").headers["Authorization"] == "Bearer mine"


def test_a_file_in_the_working_directory_says_both(tmp_path):
    """`.env` is read as shells and other tools write it."""
    (tmp_path / ".env").write_text(
        "# where\nOTHER=x\nexport REDENGINE_URL='http://there:81'\n"
        'REDENGINE_API_KEY = "a#key" # mine\nnonsense\n',
        encoding="utf-8",
    )
    request = sent()
    assert str(request.url) == "http://there:81/api/v1/session"
    assert request.headers["Authorization"] == "Bearer a#key"


def test_the_environment_comes_before_the_file(tmp_path, monkeypatch):
    """A variable that is set is not looked for in `.env`."""
    (tmp_path / ".env").write_text("REDENGINE_URL=http://file\nREDENGINE_API_KEY=key # x\n")
    monkeypatch.setenv("REDENGINE_URL", "http://env")
    request = sent()
    assert request.url.host == "env"
    assert request.headers["Authorization"] == "Bearer key"


def test_a_file_cannot_lead_the_key_elsewhere(tmp_path, monkeypatch):
    """A key of the environment does not go to a URL that a file says."""
    (tmp_path / ".env").write_text("REDENGINE_URL=http://elsewhere\n")
    monkeypatch.setenv("REDENGINE_API_KEY", "secret")
    request = sent()
    assert request.url.host == "elsewhere"
    assert "Authorization" not in request.headers


@pytest.mark.parametrize("content", [b"\xff\xfe", b""])
def test_a_file_that_is_none_is_passed_over(tmp_path, content):
    """What cannot be read as text says nothing."""
    (tmp_path / ".env").write_bytes(content)
    assert Client().url == "http://127.0.0.1:5000"


@BOTH
@pytest.mark.parametrize(
    "url", ["localhost:5000", "127.0.0.1:5000", "ftp://h", "http://", "http://h:port", "/x", 5000]
)
def test_a_url_that_is_none_is_refused(kind, url):
    """The error shows what one looks like, and not what was given: it may have a password."""
    with pytest.raises(InvalidInput, match=r"url: expected a URL such as http://127\.0\.0\.1:5000"):
        kind(url)


@pytest.mark.parametrize("key", ["two words", "line\nend", "schlüssel"])
def test_a_key_that_no_header_takes_is_refused(key):
    """The error does not repeat it."""
    with pytest.raises(InvalidInput, match="api_key") as caught:
        Client(api_key=key)
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "options", [{"timeout": "soon"}, {"timeout": -1}, {"retries": -1}, {"retries": 1.5}]
)
def test_numbers_that_mean_nothing_are_refused(options):
    """The error names the argument."""
    with pytest.raises(InvalidInput, match=next(iter(options))):
        Client(**options)


@pytest.mark.parametrize(("given", "limit"), [(None, None), (3, 3), ("1 min", 60), ("500 ms", 0.5)])
def test_the_time_limit_is_that_of_the_client(given, limit):
    """It holds for connecting, writing and reading; None is none."""
    assert sent(timeout=given).extensions["timeout"]["read"] == limit


def test_ten_seconds_are_the_limit_if_nothing_is_said():
    """The default keeps nobody waiting for ever."""
    assert sent().extensions["timeout"]["read"] == 10


def test_headers_of_ones_own_are_sent():
    """They come with the client's own, and in their place where the name is the same."""
    request = sent(api_key="k", headers={"X-Request-Id": "r", "authorization": "Basic xyz"})
    assert request.headers["X-Request-Id"] == "r"
    assert request.headers.get_list("Authorization") == ["Basic xyz"]
    assert request.headers["User-Agent"] == f"redengine/{__version__}"


def test_a_client_closes_its_connections():
    """After the block, or `close`, nothing can be sent."""
    stub = Stub(answer({}))
    with stub.client() as client:
        client.session.snapshot()
    with pytest.raises(RuntimeError, match="closed"):
        client.session.snapshot()
