"""Server-Sent Events: whole, in order, resumed, guarded, and without a thread each."""

import json
import socket
import time

import pytest
from live_callers import Stream, ask, eventually, running, threads_named

from redengine.api import FlaskAPI

READER, ADMIN = "reader-" + "r" * 20, "admin-" + "a" * 20
KEYS = {
    "reader": {"key": READER, "scopes": ["read"]},
    "fetcher": {"key": "fetcher-" + "f" * 20, "scopes": ["read"], "tasks": "fetch"},
    "runner": {"key": "runner-" + "u" * 20, "scopes": ["run"]},
    "admin": {"key": ADMIN, "scopes": ["admin"]},
}


@pytest.fixture(scope="module")
def open_session():
    with running() as pair:
        yield pair


@pytest.fixture(scope="module")
def guarded():
    with running(api_keys=KEYS) as pair:
        yield pair


def ended(job):
    return lambda event: event["type"] == "job_ended" and event["job_id"] == job.id


def test_a_stream_tells_a_job_in_order(open_session):
    """It tells submission, start and end, with growing numbers and the position as the id."""
    app, api = open_session
    with Stream(api, "/events?topics=jobs") as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        assert stream.position == app.events.position
        job = app.submit("fetch")
        events = stream.events(ended(job))
    assert [each["type"] for each in events] == ["job_submitted", "job_started", "job_ended"]
    numbers = [each["seq"] for each in events]
    assert numbers == sorted(numbers)
    assert events[-1]["status"] == "success"


@pytest.mark.parametrize("prefix", ["", "/api", "/api/v1"])
def test_a_stream_is_found_under_each_prefix(open_session, prefix):
    """As every path."""
    with Stream(open_session[1], f"{prefix}/events") as stream:
        assert stream.status == 200


def test_a_list_and_then_a_stream_lose_nothing(open_session):
    """A list answer carries a position from which the stream goes on."""
    app, api = open_session
    _, headers, _ = ask(api, "GET", "/tasks")
    job = app.submit("fetch")
    job.wait(10)
    with Stream(api, f"/events?topics=jobs&after={headers['X-Event-Position']}") as stream:
        types = [each["type"] for each in stream.events(ended(job))]
    assert types == ["job_submitted", "job_started", "job_ended"]


def test_a_browser_that_comes_back_goes_on_where_it_was(open_session):
    """`Last-Event-ID` stands for `after`, also where the address still has the first one."""
    app, api = open_session
    with Stream(api, "/events?topics=jobs") as stream:
        first = app.submit("fetch")
        last = stream.events(ended(first))[-1]
    second = app.submit("fetch")
    back = {"Last-Event-ID": last["position"]}
    for path in ("/events?topics=jobs", f"/events?topics=jobs&after={app.events.epoch}:0"):
        with Stream(api, path, back) as stream:
            assert stream.event()["job_id"] == second.id


def test_two_watchers_of_a_job_both_see_all(open_session):
    """Events are not split between them."""
    app, api = open_session
    after = app.events.position
    job = app.submit("fetch")
    path = f"/events?topics=job:{job.id}&after={after}"
    with Stream(api, path) as one, Stream(api, path) as other:
        assert one.events(ended(job)) == other.events(ended(job))


def test_what_is_kept_no_longer_is_one_gap_that_names_it(open_session):
    """The gap reaches from behind the position to the latest event that is missing."""
    app, api = open_session
    epoch = app.events.epoch
    for number in range(1_010):
        app.parameters["n"] = number
    last = app.events.position
    with Stream(api, f"/events?topics=parameters&after={epoch}:0") as stream:
        events = stream.events(lambda event: event["position"] == last)
    gaps = [each for each in events if each["type"] == "gap"]
    assert gaps == events[:1]
    assert (gaps[0]["from"], gaps[0]["reason"]) == (f"{epoch}:1", "evicted")
    assert int(gaps[0]["to"].partition(":")[2]) < events[1]["seq"]
    assert len(events) == 1_001


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ("topics=bogus", 400, "topics"),
        ("topics=jobs,", 400, "topics"),
        ("topics=task:", 400, "topics"),
        ("after=nonsense", 400, "after"),
        ("after=ffffffff:0", 410, "another session"),
        ("after={epoch}:999999999", 410, "nothing has happened there yet"),
        ("mode=push", 400, "mode"),
        ("timeout=5", 400, "timeout"),
        ("mode=poll&timeout=-1", 400, "timeout"),
        ("mode=poll&timeout=61", 400, "timeout"),
        ("mode=poll&limit=0", 400, "limit"),
        ("mode=poll&limit=x", 400, "limit"),
        ("color=red", 400, "color"),
        ("api_key=x", 400, "key"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(open_session, query, status, word):
    """With words that name the field, and as any other request."""
    app, api = open_session
    found, _, body = ask(api, "GET", "/events?" + query.format(epoch=app.events.epoch))
    assert found == status
    assert word in json.dumps(body)


def test_an_old_position_of_a_browser_is_gone_as_well(open_session):
    """`Last-Event-ID` of another epoch is 410."""
    with Stream(open_session[1], headers={"Last-Event-ID": "ffffffff:3"}) as stream:
        assert stream.status == 410


def test_too_many_topics_are_refused(open_session):
    """More than a thousand."""
    topics = "&".join("topics=" + ",".join(["jobs"] * 101) for _ in range(10))
    assert ask(open_session[1], "GET", f"/events?{topics}")[0] == 400


def test_a_poll_gives_what_is_there_and_waits_for_what_comes(open_session):
    """At once behind an old position, in time for a new one, and nothing at the end."""
    app, api = open_session
    before = app.events.position
    job = app.submit("fetch")
    job.wait(10)
    status, headers, body = ask(api, "GET", f"/events?mode=poll&topics=jobs&after={before}")
    assert status == 200
    assert body["events"][0]["type"] == "job_submitted"
    assert headers["X-Event-Position"] == body["position"] == body["events"][-1]["position"]
    path = f"/events?mode=poll&topics=parameters&timeout=0.01&after={body['position']}"
    assert ask(api, "GET", path)[2]["events"] == []


def test_a_poll_is_cut_and_goes_on(open_session):
    """`limit` cuts the list, and its position leads to the rest."""
    app, api = open_session
    before = app.events.position
    for number in range(5):
        app.parameters["cut"] = number
    found, after = [], before
    for _ in range(3):
        path = f"/events?mode=poll&topics=parameters&limit=2&timeout=0&after={after}"
        body = ask(api, "GET", path)[2]
        found += [each["seq"] for each in body["events"]]
        after = body["position"]
    assert found == sorted(set(found))
    assert len(found) == 5


def test_streams_hold_no_thread_of_the_server(open_session):
    """Many of them, and requests are answered; one thread serves them all."""
    _, api = open_session
    Stream(api).close()
    before = threads_named("")
    streams = [Stream(api) for _ in range(40)]
    try:
        assert ask(api, "GET", "/tasks/fetch")[0] == 200
        assert threads_named("") <= before
    finally:
        for each in streams:
            each.close()


def test_a_head_request_ends(open_session):
    """It asks for no stream."""
    assert ask(open_session[1], "HEAD", "/events")[0] == 200


def test_a_used_connection_and_a_head_in_pieces(open_session):
    """A keep-alive connection may become a stream, whose request comes byte by byte."""
    app, api = open_session
    opened = socket.create_connection(("127.0.0.1", api.port), 20)
    opened.sendall(b"GET /tasks/fetch HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert opened.recv(65536).startswith(b"HTTP/1.1 200")
    for byte in b"GET /events?topics=jobs HTTP/1.1\r\nHost: localhost\r\nX-Pad: 1":
        opened.sendall(bytes([byte]))
    opened.sendall(b"\r\n\r\n")
    head = b""
    while b"\n\n" not in head:
        head += opened.recv(65536)
    assert b"text/event-stream" in head
    app.submit("fetch")
    assert b"job_submitted" in opened.recv(65536)
    opened.close()


def test_answers_before_a_stream_come_first_and_requests_behind_it_never(open_session):
    """Pipelined: both answers in order; what follows the stream's request has no meaning."""
    _, api = open_session
    one = b"GET /tasks/fetch HTTP/1.1\r\nHost: localhost\r\n\r\n"
    follow = b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"
    opened = socket.create_connection(("127.0.0.1", api.port), 20)
    opened.sendall(one + one + follow + one)
    data = b""
    while b"retry: 2000" not in data:
        data += opened.recv(65536)
    assert data.count(b"HTTP/1.1 200") == 3
    assert data.count(b'"name":"fetch"') == 2
    assert data.rindex(b'"name":"fetch"') < data.index(b"text/event-stream")
    opened.close()


def test_who_has_closed_their_own_side_still_reads(open_session):
    """A half-closed connection is served on."""
    app, api = open_session
    with Stream(api, "/events?topics=jobs") as stream:
        stream.socket.shutdown(socket.SHUT_WR)
        job = app.submit("fetch")
        assert stream.events(ended(job))[-1]["job_id"] == job.id


def test_who_talks_without_end_is_cut_off(open_session):
    """A stream has nothing to hear."""
    with Stream(open_session[1]) as stream, pytest.raises(OSError, match=r"reset|pipe"):
        stream.socket.sendall(b"x" * (64 << 20))


def test_one_stream_more_than_may_be_is_503(open_session):
    """With `Retry-After`; and there is room again once one has gone."""
    del open_session
    with running(max_connections=3) as (_, api):
        streams = [Stream(api) for _ in range(3)]
        refused = Stream(api)
        assert (refused.status, refused.headers["retry-after"]) == (503, "1")
        refused.close()
        streams.pop().close()

        def has_room():
            with Stream(api) as stream:
                return stream.status == 200

        assert eventually(has_room)
        for each in streams:
            each.close()


def test_without_the_package_s_server_streams_are_501_and_polls_work():
    """As in a test client, or under another WSGI server."""
    from redengine import Session

    app = Session()
    client = FlaskAPI(port=0, session=app).app.test_client()
    assert client.get("/events").status_code == 501
    assert client.get("/events").json["error"] == "NOT_IMPLEMENTED"
    assert client.get("/events?mode=poll&timeout=0").json["events"] == []


# -- who may follow


def key(name):
    return {"X-API-Key": KEYS[name]["key"]}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"X-API-Key": "wrong-" + "w" * 20}, 403),
        (key("runner"), 403),
        ({**key("reader"), "Host": "evil.example"}, 403),
        (key("reader"), 200),
    ],
)
def test_the_door_is_that_of_all_requests(guarded, headers, status):
    """Keys, scopes and host names are checked before the stream begins."""
    found = ask(guarded[1], "HEAD", "/events", headers)[0]
    assert found == status


def test_a_key_for_some_tasks_sees_theirs_alone(guarded):
    """Events of others are not there, one by one."""
    app, api = guarded
    if "secret" not in app.tasks:
        app.task(name="secret")(lambda: 2)
    with Stream(api, "/events?topics=jobs", key("fetcher")) as stream:
        app.submit("secret").wait(10)
        job = app.submit("fetch")
        assert {each["task"] for each in stream.events(ended(job))} == {"fetch"}


def test_a_revoked_key_ends_its_stream(guarded):
    """While it is open, within a second or two."""
    _, api = guarded
    body = json.dumps({"name": "brief", "scopes": ["read"]})
    made = ask(api, "POST", "/keys", key("admin"), body)[2]["key"]
    with Stream(api, "/events", {"X-API-Key": made}) as stream:
        assert ask(api, "DELETE", "/keys/brief", key("admin"))[0] == 204
        assert stream.is_over()


def test_a_ticket_lets_its_stream_in_and_nothing_else(guarded):
    """Without a header; for its topics alone; and not at other paths."""
    app, api = guarded
    body = json.dumps({"topics": ["jobs"]})
    status, _, made = ask(api, "POST", "/events/tickets", key("fetcher"), body)
    assert status == 201
    path = f"/events?ticket={made['ticket']}"
    for _ in range(2):
        with Stream(api, path) as stream:
            job = app.submit("fetch")
            assert stream.events(ended(job))[0]["task"] == "fetch"
    assert ask(api, "GET", f"{path}&topics=tasks")[0] == 403
    assert ask(api, "GET", f"/tasks?ticket={made['ticket']}")[0] == 401
    assert ask(api, "GET", "/events?ticket=nonsense")[0] == 403


@pytest.mark.parametrize(
    ("body", "word"),
    [('{"topic": ["jobs"]}', "topic"), ('{"topics": "jobs"}', "topics"), ('{"topics": [1]}', "1")],
)
def test_a_ticket_for_nothing_sensible_is_refused(guarded, body, word):
    """The field is named."""
    status, _, told = ask(guarded[1], "POST", "/events/tickets", key("reader"), body)
    assert status == 400
    assert word in json.dumps(told)


def test_a_clean_stop_with_a_hundred_streams_takes_no_second():
    """All of them are ended."""
    before = threads_named("redengine-live")
    with running() as (_, api):
        streams = [Stream(api) for _ in range(100)]
        server = api._serving
        began = time.monotonic()
        server.stop()
        took = time.monotonic() - began
        assert all(each.is_over() for each in streams)
        for each in streams:
            each.close()
    assert took < 1.0
    assert threads_named("redengine-live") == before
