"""A session whose database server falls silent or vanishes: calls end, and so does the session."""

import threading
import time

import pytest
from store_servers import SERVERS, Proxy, server_for_test

from redengine import Session
from redengine.exceptions import StoreError

WAIT_S = 30
STORE_TIMEOUT_S = 0.5
"""Set only once the server is silent: on a busy machine one that answers may take longer."""
CONNECTING_S = 2
"""The shortest time that libpq gives a server to take a connection."""
LIMITS = {
    "postgresql": f"connect_timeout={CONNECTING_S}",
    "mariadb": f"read_timeout={CONNECTING_S}",
}
SLOW_S = 5
"""What a busy machine may add to a limit."""


@pytest.fixture(params=SERVERS)
def proxy(request):
    """Stands between the session and a server of each kind."""
    with server_for_test(request.param) as server:
        proxy = Proxy(server.url)
        mark = "&" if "?" in proxy.url else "?"
        proxy.impatient_url = f"{proxy.url}{mark}{LIMITS[server.kind]}"
        yield proxy
        proxy.stop()


@pytest.fixture
def app(proxy):
    """A running session, with a job that has ended."""
    config = {"store_timeout": f"{WAIT_S} s", "shutdown_timeout": "1 s"}
    app = Session(store=proxy.url, config=config)
    app.task(name="work", max_instances=99)(lambda: 5)
    app.start(block=False)
    assert app.submit("work", job_id="first").result(WAIT_S) == 5
    app.store.flush(WAIT_S)
    yield app
    proxy.thaw()
    app.shut_down()


def fall_silent(app, proxy):
    """Let the server say nothing more, and calls wait for it only for a moment."""
    app.config.store_timeout = f"{STORE_TIMEOUT_S} s"
    proxy.freeze()


def seconds_to_refuse(call):
    """How long a call takes to end with a StoreError."""
    began = time.monotonic()
    with pytest.raises(StoreError):
        call()
    return time.monotonic() - began


def test_a_call_ends_within_the_stores_time(app, proxy):
    """With an error, although the server neither answers nor breaks the connection."""
    calls = [
        lambda: app.submit("work"),
        app.logs,
        app.tasks["work"].jobs,
        lambda: app.delete_job("first"),
        app.logs,  # a new connection is no help either
    ]
    fall_silent(app, proxy)
    for call in calls:
        assert seconds_to_refuse(call) < max(STORE_TIMEOUT_S, CONNECTING_S) + SLOW_S


def test_health_tells_of_a_silent_server(app, proxy):
    """Once a commit has not been answered for as long as a call waits."""
    assert app.health()[0]
    fall_silent(app, proxy)
    seconds_to_refuse(lambda: app.submit("work"))
    deadline, pause = time.monotonic() + WAIT_S, threading.Event()
    while app.health()[0] and time.monotonic() < deadline:
        pause.wait(0.05)
    is_well, told = app.health()
    assert not is_well
    assert not told["checks"]["store"]["ok"]
    assert seconds_to_refuse(lambda: app.submit("work")) < 1  # that is known: nobody waits again


def test_a_server_that_answers_again_is_gone_on_with(app, proxy):
    """What was accepted is written, what was refused has not run."""
    fall_silent(app, proxy)
    seconds_to_refuse(lambda: app.submit("work", job_id="refused"))
    app.config.store_timeout = f"{WAIT_S} s"
    proxy.thaw()
    app.store.flush(WAIT_S)
    assert app.submit("work", job_id="second").result(WAIT_S) == 5
    app.store.flush(WAIT_S)
    ended = {job.id: job.status for job in app.tasks["work"].jobs()}
    assert (ended["first"], ended["second"]) == ("success", "success")
    assert ended.get("refused", "inaction") == "inaction"


@pytest.mark.parametrize("trouble", ["freeze", "stop"])
def test_a_session_stops_in_time_whatever_its_server_does(app, proxy, trouble):
    """Within `shutdown_timeout` and two seconds, with jobs that wait for the store."""
    app.task("every 20 ms", name="often")(lambda: None)
    app.config.store_timeout = f"{STORE_TIMEOUT_S} s"
    getattr(proxy, trouble)()
    refused = threading.Thread(target=lambda: seconds_to_refuse(lambda: app.submit("work")))
    refused.start()
    began = time.monotonic()
    app.shut_down()
    took_s = time.monotonic() - began
    refused.join(WAIT_S)
    assert took_s < 1 + 2 + SLOW_S
    assert app.state == "stopped"


def test_opening_a_store_on_a_silent_server_ends(proxy):
    """A session that cannot be made says so, as soon as the limit in the URL is over."""
    proxy.freeze()
    began = time.monotonic()
    with pytest.raises(StoreError, match=r"timed out|timeout expired"):
        Session(store=proxy.impatient_url)
    assert time.monotonic() - began < CONNECTING_S + SLOW_S


def test_opening_a_store_takes_no_longer_than_a_call(proxy):
    """Where the URL says nothing, the limit of the session's calls counts for connecting too."""
    proxy.freeze()
    began = time.monotonic()
    with pytest.raises(StoreError, match=r"timed out|timeout expired"):
        Session(store=proxy.url, config={"store_timeout": "2 s"})
    assert time.monotonic() - began < CONNECTING_S + SLOW_S
