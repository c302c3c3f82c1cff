"""WebSockets: one reply to each message, everything followed in order, and guarded as all is."""

import json
import logging
import socket
import threading
import time

import pytest
from flask import abort, request
from live_callers import Stream, Talk, ask, eventually, running, threads_named
from websockets.exceptions import InvalidStatus

from redengine import Session
from redengine.api import FlaskAPI

READER, ADMIN = "reader-" + "r" * 20, "admin-" + "a" * 20
KEYS = {
    "reader": {"key": READER, "scopes": ["read"]},
    "fetcher": {"key": "fetcher-" + "f" * 20, "scopes": ["read"], "tasks": "fetch"},
    "runner": {"key": "runner-" + "u" * 20, "scopes": ["run"]},
    "admin": {"key": ADMIN, "scopes": ["admin"]},
}

UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


def key(name):
    return {"X-API-Key": KEYS[name]["key"]}


@pytest.fixture(scope="module")
def open_session():
    with running() as pair:
        pair[0].channel("prices", keyby=("sym",), history=50)
        yield pair


@pytest.fixture(scope="module")
def guarded():
    with running(api_keys=KEYS) as pair:
        pair[0].channel("prices")
        yield pair


def ended(told):
    return told.get("type") == "job_ended"


# -- following


@pytest.mark.parametrize("path", ["/ws", "/stream", "/api/ws", "/api/v1/stream"])
def test_it_is_found_at_each_of_its_paths(open_session, path):
    """And answers a ping."""
    with Talk(open_session[1], path) as talk:
        assert talk.say(action="ping", id="a") == {"type": "pong", "id": "a"}


def test_a_job_is_told_in_order_with_the_name_of_the_subscription(open_session):
    """`subscribed` says from where; events follow with its `sub`."""
    app, api = open_session
    with Talk(api) as talk:
        reply = talk.say(action="subscribe", topic="jobs")
        assert reply["type"] == "subscribed"
        assert reply["recovered"] is True
        job = app.submit("fetch")
        events = talk.until(ended)
    assert [each["type"] for each in events] == ["job_submitted", "job_started", "job_ended"]
    assert {each["sub"] for each in events} == {reply["sub"]}
    assert {each["job_id"] for each in events} == {job.id}


def test_records_of_a_channel_come_in_the_form_of_its_readers(open_session):
    """`channel`, a list of records, `sub`, and the number of the last one."""
    app, api = open_session
    with Talk(api) as talk:
        sub = talk.say(action="subscribe", channel="prices")["sub"]
        sent = app.channels["prices"].send([{"sym": "A", "x": 1}, {"sym": "B", "x": 2}])
        told = talk.next()
    assert (told["channel"], told["sub"], told["seq"]) == ("prices", sub, sent[-1].seq)
    assert [each["x"] for each in told["data"]] == [1, 2]
    assert [each["id"] for each in told["data"]] == [each.id for each in sent]


def test_one_key_of_a_channel_may_be_followed(open_session):
    """Records of others are not told."""
    app, api = open_session
    with Talk(api) as talk:
        assert talk.say(action="subscribe", channel="prices", key="B")["type"] == "subscribed"
        app.channels["prices"].send([{"sym": "A", "x": 1}, {"sym": "B", "x": 2}])
        assert [each["sym"] for each in talk.next()["data"]] == ["B"]
        wrong = talk.say(action="subscribe", topic="jobs", key="B")
    assert (wrong["code"], list(wrong["details"]["fields"])) == ("VALIDATION_ERROR", ["key"])


def test_of_what_has_piled_up_the_latest_by_key_is_enough_for_some(open_session):
    """`mode: latest` tells one record of each key."""
    app, api = open_session
    channel = app.channels["prices"]
    before = app.events.position
    for number in range(20):
        channel.send([{"sym": "A", "x": number}, {"sym": "B", "x": -number}])
    with Talk(api) as talk:
        reply = talk.say(action="subscribe", channel="prices", mode="latest", after=before)
        assert reply["recovered"] is True
        assert [(each["sym"], each["x"]) for each in talk.next()["data"]] == [("A", 19), ("B", -19)]


def test_a_position_leads_back_to_where_one_was(open_session):
    """What is kept behind `after` comes first, and is whole."""
    app, api = open_session
    before = app.events.position
    for number in range(5):
        app.channels["prices"].send({"sym": "A", "x": number})
    with Talk(api) as talk:
        reply = talk.say(action="subscribe", channel="prices", after=before)
        assert reply["recovered"] is True
        assert [each["x"] for each in talk.next()["data"]] == [0, 1, 2, 3, 4]


def test_what_is_kept_no_longer_is_one_gap(open_session):
    """`recovered` is false, the gap names the range, and the rest follows."""
    app, api = open_session
    before = app.events.position
    sent = [app.channels["prices"].send({"sym": "A", "x": number})[0] for number in range(80)]
    with Talk(api) as talk:
        reply = talk.say(action="subscribe", channel="prices", after=before)
        gap, data = talk.next(), talk.next()
    assert reply["recovered"] is False
    assert (gap["type"], gap["topic"], gap["reason"]) == ("gap", "channel:prices", "evicted")
    assert gap["to"] == sent[29].position
    assert [each["x"] for each in data["data"]] == list(range(30, 80))


def test_a_position_of_another_run_is_one_gap_and_of_the_future_an_error(open_session):
    """Restarts are told; what cannot be is refused."""
    app, api = open_session
    epoch = app.events.epoch
    with Talk(api) as talk:
        reply = talk.say(action="subscribe", topic="jobs", after="ffffffff:7")
        gap = talk.next()
        assert reply["recovered"] is False
        assert (gap["from"], gap["to"], gap["reason"]) == (
            "ffffffff:7",
            reply["position"],
            "restart",
        )
        wrong = talk.say(action="subscribe", topic="tasks", after=f"{epoch}:99999999")
        assert (wrong["code"], wrong["temporary"]) == ("CURSOR_TOO_OLD", False)
        wrong = talk.say(action="subscribe", topic="tasks", after="nonsense")
        assert (wrong["code"], list(wrong["details"]["fields"])) == ("VALIDATION_ERROR", ["after"])


def test_a_subscription_twice_goes_on_under_the_second_name(open_session):
    """Nothing is told twice, and nothing is lost."""
    app, api = open_session
    with Talk(api) as talk:
        first = talk.say(action="subscribe", channel="prices")["sub"]
        second = talk.say(action="subscribe", channel="prices")["sub"]
        app.channels["prices"].send({"sym": "A", "x": 1})
        assert first != second
        assert talk.next()["sub"] == second
        assert talk.say(action="unsubscribe", sub=first)["code"] == "NOT_FOUND"
        assert talk.say(action="unsubscribe", channel="prices")["sub"] == second
        assert talk.say(action="ping")["type"] == "pong"
        assert talk.unasked == []


def test_a_heartbeat_ticks(open_session):
    """Each second, without a number."""
    with Talk(open_session[1]) as talk:
        sub = talk.say(action="subscribe", channel="heartbeat")["sub"]
        for _ in range(2):
            assert talk.next() == {"channel": "heartbeat", "data": ["PING"], "sub": sub}
        assert talk.say(action="unsubscribe", channel="heartbeat")["sub"] == sub


def test_the_end_of_a_channel_is_told(open_session):
    """`unsubscribed` with the reason."""
    app, api = open_session
    gone = app.channel("gone")
    with Talk(api) as talk:
        sub = talk.say(action="subscribe", channel="gone")["sub"]
        gone.send({"x": 1})
        del app.channels["gone"]
        told = talk.until(lambda each: each.get("type") == "unsubscribed")
    assert told[0]["data"][0]["x"] == 1
    assert (told[-1]["sub"], told[-1]["reason"]) == (sub, "deleted")


def test_the_routine_of_a_job_is_told_to_who_asks_with_type(open_session):
    """Beside its events, with the name of the task."""
    app, api = open_session
    before = app.events.position
    job = app.submit("fetch")
    job.wait(60)
    with Talk(api) as talk:
        reply = talk.say(type="subscribe", job_id=job.id, after=before)
        assert reply["type"] == "subscribed"
        told = talk.until(lambda each: each.get("type") == "routine_end")
    assert [each["type"] for each in told] == [
        "job_submitted",
        "job_started",
        "routine_start",
        "job_ended",
        "routine_end",
    ]
    assert (told[-1]["routine_id"], told[-1]["status"]) == ("fetch", "success")


@pytest.mark.parametrize(
    ("path", "types"),
    [("monitor", ["job_ended", "routine_end"]), ("debug", ["routine_end"])],
)
def test_a_job_is_monitored_at_a_path_of_its_own(open_session, path, types):
    """From the start of the connection; a debugger is told of routines alone."""
    app, api = open_session
    gate = threading.Event()
    app.task(name=f"gated-{path}")(lambda: gate.wait(60))
    job = app.submit(f"gated-{path}")
    assert eventually(lambda: job.status == "run")
    with Talk(api, f"/api/ws/jobs/{job.id}/{path}") as talk:
        assert talk.next()["type"] == "subscribed"
        gate.set()
        told = talk.until(lambda each: each.get("type") == "routine_end")
    assert [each["type"] for each in told] == types


@pytest.mark.parametrize("path", ["/ws/jobs/nope/monitor", "/ws/flows/nope/monitor"])
def test_nothing_that_could_be_monitored_ends_the_connection(open_session, path):
    """An error, and 1008."""
    with Talk(open_session[1], path) as talk:
        code, _ = talk.end()
        assert code == 1008
        assert [each["code"] for each in talk.unasked] == ["NOT_FOUND"]


# -- what is not understood

NESTED = '{"action": "ping", "id": ' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "BAD_MESSAGE"),
        ("nonsense", "BAD_MESSAGE"),
        ("[1]", "BAD_MESSAGE"),
        ("{}", "BAD_MESSAGE"),
        (NESTED, "BAD_MESSAGE"),
        ('{"action": "bogus"}', "UNKNOWN_ACTION"),
        ('{"action": ["ping"]}', "UNKNOWN_ACTION"),
        ('{"action": "ping", "id": {"a": 1}}', "VALIDATION_ERROR"),
        ('{"action": "ping", "extra": 1}', "VALIDATION_ERROR"),
        ('{"action": "subscribe"}', "VALIDATION_ERROR"),
        ('{"action": "subscribe", "channel": "a", "topic": "jobs"}', "VALIDATION_ERROR"),
        ('{"action": "subscribe", "channel": 5}', "VALIDATION_ERROR"),
        ('{"action": "subscribe", "channel": "prices", "mode": "some"}', "VALIDATION_ERROR"),
        ('{"action": "subscribe", "topic": "bogus"}', "VALIDATION_ERROR"),
        ('{"action": "subscribe", "channel": "nope"}', "NOT_FOUND"),
        ('{"action": "subscribe", "job_id": "nope"}', "NOT_FOUND"),
        ('{"action": "subscribe", "flow_id": "nope"}', "NOT_FOUND"),
        ('{"action": "unsubscribe", "channel": "prices"}', "NOT_FOUND"),
        ('{"action": "unsubscribe", "sub": "99"}', "NOT_FOUND"),
        ('{"action": "unsubscribe"}', "VALIDATION_ERROR"),
        ('{"action": "send", "channel": "prices"}', "VALIDATION_ERROR"),
        ('{"action": "send", "channel": "prices", "data": "text"}', "VALIDATION_ERROR"),
        ('{"action": "command"}', "VALIDATION_ERROR"),
        ('{"action": "command", "command": "ping", "timeout": "long"}', "VALIDATION_ERROR"),
    ],
)
def test_a_message_that_is_wrong_has_one_reply_and_ends_nothing(open_session, text, code):
    """An error with its code, and the connection goes on."""
    with Talk(open_session[1]) as talk:
        talk.socket.send(text)
        told = talk.hear()
        assert (told["type"], told["code"], told["temporary"]) == ("error", code, False)
        assert talk.say(action="ping", id="still") == {"type": "pong", "id": "still"}
        assert talk.unasked == []


def test_a_message_in_pieces_is_one(open_session):
    """Fragments are put together."""
    with Talk(open_session[1]) as talk:
        talk.socket.send(iter(['{"action": ', '"ping", ', '"id": "x"}']))
        assert talk.reply("x")["type"] == "pong"


def test_bytes_and_what_is_too_big_end_the_connection(open_session):
    """1003 and 1009."""
    with Talk(open_session[1]) as talk:
        talk.socket.send(b"{}")
        assert talk.end()[0] == 1003
    with Talk(open_session[1]) as talk:
        talk.socket.send("x" * (2 << 20))
        assert talk.end()[0] == 1009


def test_ten_thousand_subscriptions_are_refused_at_a_bound(open_session):
    """The first thousand stand; the rest have an error each, and no more is held."""
    with Talk(open_session[1]) as talk:
        for number in range(1_100):
            talk.socket.send(
                json.dumps({"action": "subscribe", "topic": f"task:{number}", "id": number})
            )
        types = [talk.reply(number)["type"] for number in range(1_100)]
    assert types == ["subscribed"] * 1_000 + ["error"] * 100


def test_a_plain_request_is_told_what_it_is(open_session):
    """426, with the header that says so."""
    status, headers, body = ask(open_session[1], "GET", "/ws")
    assert (status, headers["Upgrade"], body["error"]) == (426, "websocket", "UPGRADE_REQUIRED")


def test_another_version_is_refused_in_http(open_session):
    """Before the connection is given away."""
    headers = {**UPGRADE, "Sec-WebSocket-Version": "8"}
    assert ask(open_session[1], "GET", "/ws", headers)[0] in {400, 426}


def test_an_upgrade_of_a_used_connection_with_a_frame_behind_it(open_session):
    """In pieces, after other requests; what came behind the request is not lost."""
    _, api = open_session
    opened = socket.create_connection(("127.0.0.1", api.port), 60)
    head = (
        b"GET /tasks/fetch HTTP/1.1\r\nHost: localhost\r\n\r\n"
        b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    text = b'{"action": "ping", "id": "early"}'
    masked = bytes(byte ^ b"abcd"[place % 4] for place, byte in enumerate(text))
    opened.sendall(head + bytes([0x81, 0x80 | len(text)]) + b"abcd" + masked)
    data = b""
    while b"early" not in data:
        data += opened.recv(65536)
    assert data.index(b'"name":"fetch"') < data.index(b"101 Switching") < data.index(b"pong")
    opened.close()


def test_an_upgrade_elsewhere_is_an_ordinary_request(open_session):
    """It is answered, and what follows it is not taken for a request."""
    _, api = open_session
    opened = socket.create_connection(("127.0.0.1", api.port), 60)
    one = b"GET /tasks/fetch HTTP/1.1\r\nHost: localhost\r\n"
    opened.sendall(one + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n" + one + b"\r\n")
    data = b""
    while more := opened.recv(65536):
        data += more
    assert data.count(b"HTTP/1.1 200") == 1
    opened.close()


def test_a_reader_that_reads_nothing_delays_nobody_and_is_told_of_its_gap(open_session):
    """Others have their events meanwhile; it finds one gap for what it has missed."""
    app, api = open_session
    wide = app.channel("wide", history=20)
    with Talk(api, max_queue=1) as slow, Talk(api) as other:
        slow.say(action="subscribe", channel="wide")
        other.say(action="subscribe", channel="wide", mode="latest")
        for number in range(1_000):
            wide.send({"x": number, "pad": "y" * 30_000})
        other.until(lambda each: "data" in each and each["data"][-1]["x"] == 999)
        told = slow.until(lambda each: "data" in each and each["data"][-1]["x"] == 999)
    seen = [record["x"] for each in told if "data" in each for record in each["data"]]
    gaps = [each for each in told if each.get("type") == "gap"]
    assert gaps
    assert {each["reason"] for each in gaps} == {"overflow"}
    assert seen == sorted(set(seen))
    assert len(seen) < 1_000
    del app.channels["wide"]


def test_a_reader_that_wants_all_or_nothing_is_closed_when_it_is_too_slow(open_session):
    """1013."""
    app, api = open_session
    strict = app.channel("strict", history=5)
    with Talk(api, max_queue=1) as slow:
        slow.say(action="subscribe", channel="strict", overflow="close")
        for number in range(1_000):
            strict.send({"x": number, "pad": "y" * 30_000})
        assert slow.end()[0] == 1013
    del app.channels["strict"]


# -- who may


def test_a_key_may_come_in_each_of_its_ways(guarded):
    """Header, address of the handshake, ticket, and first message."""
    _, api = guarded
    ticket = ask(api, "POST", "/events/tickets", key("reader"))[2]["ticket"]
    ways = [
        ("/ws", {"headers": key("reader")}),
        (f"/ws?api_key={READER}", {}),
        (f"/ws?ticket={ticket}", {}),
    ]
    for path, options in ways:
        with Talk(api, path, **options) as talk:
            assert talk.say(action="subscribe", topic="jobs")["type"] == "subscribed"
    with Talk(api) as talk:
        assert talk.say(action="auth", api_key=READER)["type"] == "ack"
        assert talk.say(action="subscribe", topic="jobs")["type"] == "subscribed"


def test_who_says_nothing_is_sent_away_and_so_is_who_says_something_else_first(guarded):
    """1008, after the handshake."""
    _, api = guarded
    with Talk(api) as talk:
        assert talk.end()[0] == 1008
    with Talk(api) as talk:
        assert talk.say(action="subscribe", topic="jobs")["code"] == "FORBIDDEN"
        assert talk.end()[0] == 1008


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/ws", {"X-API-Key": "wrong-" + "w" * 20}),
        ("/ws?api_key=wrong-wwwwwwwwwwwwwwwwwwww", {}),
        ("/ws?ticket=nonsense", {}),
        ("/ws", {**key("reader"), "Origin": "https://evil.example"}),
    ],
)
def test_a_bad_key_and_a_stranger_s_page_are_sent_away_where_they_can_read_it(
    guarded, path, headers
):
    """1008, after the handshake."""
    with Talk(guarded[1], path, headers=headers) as talk:
        assert talk.end()[0] == 1008


def test_a_wrong_key_in_the_first_message_ends_the_connection(guarded):
    """An error, and 1008."""
    with Talk(guarded[1]) as talk:
        told = talk.say(action="auth", api_key="wrong-" + "w" * 20)
        assert told["code"] == "FORBIDDEN"
        assert talk.end()[0] == 1008


def test_a_page_of_this_machine_is_let_in(guarded):
    """Its origin is no stranger's."""
    headers = {**key("reader"), "Origin": "http://localhost:3000"}
    with Talk(guarded[1], headers=headers) as talk:
        assert talk.say(action="ping")["type"] == "pong"


def test_a_forged_host_is_refused_in_http(guarded):
    """A name under which the API is not known may be a rebound one."""
    headers = {**UPGRADE, **key("reader"), "Host": "evil.example"}
    assert ask(guarded[1], "GET", "/ws", headers)[0] == 403


def test_scopes_are_those_of_the_key(guarded):
    """Who may only run follows nothing."""
    with Talk(guarded[1], headers=key("runner")) as talk:
        assert talk.say(action="subscribe", topic="jobs")["code"] == "INSUFFICIENT_SCOPE"


def test_a_key_for_some_tasks_sees_theirs_alone_and_no_channel(guarded):
    """Event by event; channels it is not for do not exist."""
    app, api = guarded
    if "secret" not in app.tasks:
        app.task(name="secret")(lambda: 2)
    with Talk(api, headers=key("fetcher")) as talk, Stream(api, headers=key("fetcher")) as stream:
        talk.say(action="subscribe", topic="jobs")
        hidden = app.submit("secret")
        hidden.wait(30)
        app.channels["prices"].send({"x": 1})
        job = app.submit("fetch")
        assert {each["task"] for each in talk.until(ended)} == {"fetch"}
        assert {each.get("task") for each in stream.events(ended)} == {"fetch"}
        assert talk.say(action="subscribe", channel="prices")["code"] == "NOT_FOUND"
        assert talk.say(action="subscribe", job_id=hidden.id)["code"] == "NOT_FOUND"
        assert talk.say(action="subscribe", job_id=job.id)["type"] == "subscribed"


def test_a_revoked_key_ends_the_connection(guarded):
    """1008, while it is open."""
    _, api = guarded
    body = json.dumps({"name": "short", "scopes": ["read"]})
    made = ask(api, "POST", "/keys", key("admin"), body)[2]["key"]
    with Talk(api, headers={"X-API-Key": made}) as talk:
        assert talk.say(action="subscribe", topic="jobs")["type"] == "subscribed"
        assert ask(api, "DELETE", "/keys/short", key("admin"))[0] == 204
        assert talk.end()[0] == 1008


def test_authenticate_of_one_s_own_is_asked_for_sockets_too():
    """In a Flask context; what it refuses is 1008."""

    class Own(FlaskAPI):
        def authenticate(self):
            if request.headers.get("X-User") != "ada":
                abort(401)

    app = Session()
    api = Own(port=0, session=app)
    with app:
        api.wait_ready(60)
        with Talk(api, headers={"X-User": "ada"}) as talk:
            assert talk.say(action="ping")["type"] == "pong"
        with Talk(api) as talk:
            assert talk.end()[0] == 1008


def test_no_key_stands_in_any_log(guarded, caplog):
    """Whatever the level."""
    caplog.set_level(logging.DEBUG)
    with Talk(
        guarded[1], f"/ws?api_key={READER}", logger=logging.getLogger("quiet.client")
    ) as talk:
        talk.say(action="auth", api_key=READER)
    told = [each.getMessage() for each in caplog.records if not each.name.startswith("quiet")]
    assert not any(READER in text for text in told)


def test_a_limit_of_requests_holds_for_messages():
    """An error that says when to try again."""
    with running(rate_limit={"read": "3/minute"}) as (_, api), Talk(api) as talk:
        replies = [talk.say(action="subscribe", topic="jobs") for _ in range(6)]
    refused = [each for each in replies if each["type"] == "error"]
    assert refused
    assert all(each["code"] == "TOO_MANY_REQUESTS" and each["temporary"] for each in refused)
    assert all(each["retry_after"] > 0 for each in refused)


# -- the end


def test_a_clean_stop_says_goodbye_to_a_hundred_within_a_second():
    """1001, and no thread is left."""
    before = threads_named("redengine-live")
    with running() as (_, api):
        talks = [Talk(api) for _ in range(100)]
        began = time.monotonic()
        api._serving.stop()
        took = time.monotonic() - began
        assert {talk.end()[0] for talk in talks} == {1001}
    assert took < 1.0
    assert threads_named("redengine-live") == before


def test_beyond_the_limit_a_socket_is_503():
    """As a stream is."""
    with running(max_connections=2) as (_, api), Talk(api), Talk(api):
        with pytest.raises(InvalidStatus, match="503"):
            Talk(api)
        assert ask(api, "GET", "/health")[0] == 200


def test_without_the_package_s_server_it_is_501():
    """As under another WSGI server."""
    app = Session()
    client = FlaskAPI(port=0, session=app).app.test_client()
    answer = client.get("/ws", headers=UPGRADE)
    assert (answer.status_code, answer.json["error"]) == (501, "NOT_IMPLEMENTED")


# -- sending and calling


def test_a_command_is_called_and_answered(open_session):
    """With what it returns; what it raises is an error; and others are heard meanwhile."""
    app, api = open_session
    gate = threading.Event()
    app.command("slow", replace=True)(lambda: gate.wait(60))
    app.command("double", replace=True)(lambda body: body * 2)
    with Talk(api) as talk:
        assert talk.say(action="command", command="ping")["result"] == {"code": 0}
        assert talk.say(action="command", command="double", body=[1])["result"] == [1, 1]
        assert talk.say(action="command", command="nope")["code"] == "NOT_FOUND"
        late = talk.say(action="command", command="slow", timeout=0.05)
        assert (late["code"], late["temporary"]) == ("TIMEOUT", True)
        talk.socket.send(json.dumps({"action": "command", "command": "slow", "id": "s"}))
        assert talk.say(action="ping", id="meanwhile")["type"] == "pong"
        gate.set()
        assert talk.reply("s")["result"] is True


def test_a_key_calls_what_its_scopes_and_patterns_allow(guarded):
    """`run`, and the names that it is for."""
    _, api = guarded
    with Talk(api, headers=key("runner")) as talk:
        assert talk.say(action="command", command="ping")["type"] == "ack"
    with Talk(api, headers=key("reader")) as talk:
        assert talk.say(action="command", command="ping")["code"] == "INSUFFICIENT_SCOPE"


def test_records_are_sent_all_or_none_and_readonly_is_told(open_session):
    """The reply has them as everybody sees them; a bad one names its place, and nothing is sent."""
    app, api = open_session
    typed = {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}}
    channel = app.channel("typed", schema=typed)
    app.channel("fixed", readonly=True)
    with Talk(api) as talk:
        reply = talk.say(action="send", channel="typed", data=[{"x": 1}, {"x": 2}])
        assert [each["x"] for each in reply["records"]] == [1, 2]
        assert channel.last()["x"] == 2
        records = [{"x": number} for number in range(1_000)]
        records[700] = {"y": 1}
        wrong = talk.say(action="send", channel="typed", data=records)
        assert wrong["code"] == "VALIDATION_ERROR"
        assert "700" in json.dumps(wrong["details"])
        assert channel.last()["x"] == 2
        assert talk.say(action="send", channel="nope", data={"x": 1})["code"] == "NOT_FOUND"
        assert talk.say(action="send", channel="fixed", data={"x": 1})["code"] == "READ_ONLY"
        assert talk.say(action="send", channel="typed", data=[])["code"] == "VALIDATION_ERROR"
    for name in ("typed", "fixed"):
        del app.channels[name]


def test_sends_of_one_caller_keep_their_order(open_session):
    """Each is done before the next is heard."""
    app, api = open_session
    channel = app.channel("ordered", history=500)
    before = app.events.position
    with Talk(api) as talk:
        for number in range(200):
            message = {"action": "send", "channel": "ordered", "data": {"n": number}, "id": number}
            talk.socket.send(json.dumps(message))
        assert [talk.reply(number)["type"] for number in range(200)] == ["ack"] * 200
    found = channel.next(before, timeout=0, limit=500)
    assert [each["n"] for each in found] == list(range(200))
    del app.channels["ordered"]


def test_a_channel_that_is_not_for_the_api_is_not_told(open_session):
    """Neither by its name nor among all, also where that is said while it is followed."""
    app, api = open_session
    app.channel("inner", api=False)
    turned = app.channel("turned")
    with Talk(api) as talk, Stream(api) as stream:
        assert talk.say(action="subscribe", channel="inner")["code"] == "FORBIDDEN"
        assert talk.say(action="subscribe", channel="turned")["type"] == "subscribed"
        app.channels["inner"].send({"x": 1})
        turned.send({"x": 2})
        assert talk.next()["data"][0]["x"] == 2
        turned.update(api=["last"])
        turned.send({"x": 3})
        job = app.submit("fetch")
        told = stream.events(lambda each: each["type"] == "job_ended" and each["job_id"] == job.id)
        records = [each["record"]["x"] for each in told if each["type"] == "channel_record"]
        assert set(records) <= {2}
        assert talk.say(action="ping")["type"] == "pong"
        assert talk.unasked == []
    assert ask(api, "GET", "/events?topics=channel:inner")[0] == 403
    for name in ("inner", "turned"):
        del app.channels[name]
