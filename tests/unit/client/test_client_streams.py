"""Following events and channels: resumed by position, carried in several ways, and never silent."""

import asyncio
import json
import random

import httpx
import pytest
from client_stubs import NO_SUCH_PATH, Stub, answer, refusal

import redengine.client._generated.streams as sync_streams
import redengine.client.aio.streams as async_streams
from redengine.client import AsyncClient, Client
from redengine.client.streams import Backoff, Block, BlockParser, Lost, Unusable, closing
from redengine.exceptions import InvalidInput, NotFound, PositionGone, RemoteError, Unreachable

FLAVOURS = pytest.mark.parametrize("flavour", ["client", "async_client"])
STREAM = {"Content-Type": "text/event-stream"}
MISSING = refusal(*NO_SUCH_PATH)
ELSEWHERE = refusal("NOT_IMPLEMENTED", 501)


def event(seq, epoch="e", **data):
    """An event as the session tells it."""
    told = {"type": "job_started", "position": f"{epoch}:{seq}", "seq": seq}
    return {**told, "timestamp": "2026-01-01T00:00:00Z", "job_id": f"j{seq}", "task": "t", **data}


def block(told):
    """An event as a block of Server-Sent Events."""
    text = json.dumps(told, ensure_ascii=False)
    return f"id: {told['position']}\nevent: {told['type']}\ndata: {text}\n\n"


def stream(position, *told):
    """A stream that begins at a position, tells some events, and ends."""
    text = f"retry: 2000\nid: {position}\n\n: still here\n\n" + "".join(map(block, told))
    return httpx.Response(200, headers=STREAM, content=text.encode())


def polled(position, *told):
    """The answer to a long poll."""
    return answer({"events": list(told), "position": position})


def taken(following, count):
    """So many of what is followed, in either flavour; it is closed then."""

    async def take():
        async with following:
            return [await anext(following) for _ in range(count)]

    if hasattr(following, "__anext__"):
        return asyncio.run(take())
    with following:
        return [next(following) for _ in range(count)]


def failure(following):
    """The error that the next step raises."""
    with pytest.raises(Exception) as caught:
        taken(following, 1)
    return caught.value


def positions(events):
    return [each.position for each in events]


@FLAVOURS
def test_a_stream_goes_on_where_it_broke(waits, flavour):
    """The second request asks for what is behind the last event."""
    stub = Stub(stream("e:2", event(3), event(4)), stream("e:4", event(5)))
    events = getattr(stub, flavour)().events(["jobs", "task:t"])
    assert positions(taken(events, 3)) == ["e:3", "e:4", "e:5"]
    assert stub.lines == [
        "GET /events?topics=jobs&topics=task%3At",
        "GET /events?topics=jobs&topics=task%3At&after=e%3A4",
    ]
    assert [each.headers["Accept"] for each in stub.requests] == ["text/event-stream"] * 2
    assert len(waits) == 1


@FLAVOURS
def test_a_stream_that_broke_before_its_first_event_goes_on_from_its_beginning(waits, flavour):
    """The position at which it began is in its first block."""
    stub = Stub(stream("e:2"), stream("e:2", event(3)))
    assert positions(taken(getattr(stub, flavour)().events(), 1)) == ["e:3"]
    assert stub.lines[1] == "GET /events?after=e%3A2"


@FLAVOURS
def test_what_is_told_twice_is_given_once(waits, flavour):
    """Also where a server begins too early."""
    stub = Stub(stream("e:2", event(3)), stream("e:2", event(3), event(4)))
    assert positions(taken(getattr(stub, flavour)().events(), 2)) == ["e:3", "e:4"]


@FLAVOURS
def test_a_gap_of_the_session_is_given(waits, flavour):
    """It stands for what is missing, and the stream goes on behind it."""
    gap = {**event(9), "type": "gap", "topic": "jobs", "from": "e:4", "to": "e:9"}
    stub = Stub(stream("e:4", {**gap, "reason": "evicted"}, event(10)))
    first, second = taken(getattr(stub, flavour)().events("jobs", after="e:4"), 2)
    assert (first.is_gap, first["from"], first["to"]) == (True, "e:4", "e:9")
    assert (second.is_gap, second.position) == (False, "e:10")


@FLAVOURS
@pytest.mark.parametrize(("oldest", "reason"), [("f:3", "restart"), ("e:7", "evicted")])
def test_a_position_that_is_gone_is_told_by_a_gap(waits, flavour, oldest, reason):
    """It is no error: the gap names it, and the oldest position from which nothing is missing."""
    epoch = oldest[0]
    details = {"position": "e:2", "reason": "of another session", "latest": f"{epoch}:9"}
    gone = refusal("CURSOR_TOO_OLD", 410, details={**details, "oldest": oldest})
    stub = Stub(stream("e:1", event(2)), gone, stream(oldest, event(8, epoch)))
    events = taken(getattr(stub, flavour)().events(after="e:1"), 3)
    assert [each.type for each in events] == ["job_started", "gap", "job_started"]
    gap = events[1]
    assert (gap["from"], gap["to"], gap["reason"]) == ("e:2", oldest, reason)
    assert gap.timestamp is None
    assert stub.lines[2] == f"GET /events?after={oldest.replace(':', '%3A')}"


@FLAVOURS
def test_a_position_of_the_future_is_an_error(waits, flavour):
    """Nothing is missing before it, so that there is no gap to tell of."""
    details = {"position": "e:9", "reason": "of the future", "latest": "e:2", "oldest": "e:0"}
    stub = Stub(refusal("CURSOR_TOO_OLD", 410, details=details))
    error = failure(getattr(stub, flavour)().events(after="e:9"))
    assert (type(error), error.latest) == (PositionGone, "e:2")
    assert len(stub.requests) == 1


@FLAVOURS
@pytest.mark.parametrize("refused", [MISSING, ELSEWHERE, answer({"a": "page"})])
def test_where_no_stream_is_served_the_events_are_polled(waits, flavour, refused):
    """The first poll asks where the stream stands, so that nothing is lost while it waits."""
    stub = Stub(refused, polled("e:2"), polled("e:4", event(3), event(4)), polled("e:4"),
                polled("e:5", event(5)))  # fmt: skip
    events = getattr(stub, flavour)().events("jobs")
    assert positions(taken(events, 3)) == ["e:3", "e:4", "e:5"]
    asked = [httpx.URL(f"http://api{line.partition(' ')[2]}").params for line in stub.lines]
    assert [each.get("after") for each in asked] == [None, None, "e:2", "e:4", "e:4"]
    assert [each.get("timeout") for each in asked] == [None, "0", "20", "20", "20"]
    assert asked[2]["mode"] == "poll"
    assert waits == []


@FLAVOURS
def test_a_session_without_events_is_an_error(waits, flavour):
    """Neither way exists: the answer says so."""
    error = failure(getattr(Stub(MISSING), flavour)().events())
    assert isinstance(error, NotFound)


@FLAVOURS
def test_a_refusal_is_raised(waits, flavour):
    """A topic that does not exist is not asked for again."""
    stub = Stub(refusal("VALIDATION_ERROR", 400, details={"fields": {"topics": "no"}}))
    error = failure(getattr(stub, flavour)().events("jbos"))
    assert (type(error), error.fields) == (InvalidInput, {"topics": "no"})
    assert len(stub.requests) == 1


@FLAVOURS
def test_a_busy_session_says_when_to_come_back(waits, flavour):
    """The wait is at least what it asked for."""
    busy = refusal("TOO_MANY_WAITING", 503, details={"most": 3}, **{"Retry-After": "7"})
    stub = Stub(stream("e:0", event(1)), busy, stream("e:1", event(2)))
    assert positions(taken(getattr(stub, flavour)().events(), 2)) == ["e:1", "e:2"]
    assert 7 <= waits[1] <= 8


@FLAVOURS
def test_a_session_that_was_never_there_is_given_up(waits, flavour):
    """As any request is; after that many attempts."""
    stub = Stub(httpx.ConnectError("refused"))
    error = failure(getattr(stub, flavour)(retries=2).events())
    assert isinstance(error, Unreachable)
    assert len(stub.requests) == 3


@FLAVOURS
def test_a_session_that_was_there_is_waited_for(waits, flavour):
    """However long it takes; the waits grow."""
    away = [httpx.ConnectError("refused")] * 40
    stub = Stub(stream("e:0", event(1)), *away, stream("e:1", event(2)))
    assert positions(taken(getattr(stub, flavour)(retries=0).events(), 2)) == ["e:1", "e:2"]
    assert len(waits) == 41
    assert max(waits) <= 30


@FLAVOURS
def test_a_stream_that_is_held_back_on_the_way_is_left_for_polls(waits, flavour):
    """A proxy that collects answers never lets a stream begin."""
    stub = Stub(httpx.ReadTimeout("nothing came"), polled("e:2"), polled("e:3", event(3)))
    assert positions(taken(getattr(stub, flavour)().events(), 1)) == ["e:3"]


@pytest.mark.parametrize("topics", ["", [], [3], [""]])
def test_topics_are_checked(topics):
    """Before anything is asked for."""
    with pytest.raises(InvalidInput, match="topics: expected topics such as 'jobs'"):
        Stub(MISSING).client().events(topics)


@pytest.mark.parametrize("after", ["17", "e:", ":1", "e:x", 17])
def test_a_position_is_checked(after):
    """A number alone is none."""
    with pytest.raises(InvalidInput, match="after: expected a position such as"):
        Stub(MISSING).client().events(after=after)


def test_a_list_tells_where_to_follow():
    """Its answer has the position before it was read; the pages behind do not move it."""
    page = answer([{"job_id": "a"}], **{"X-Event-Position": "e:5", "Link": '<?x=1>; rel="next"'})
    stub = Stub(page, answer([{"job_id": "b"}], **{"X-Event-Position": "e:9"}))
    listing = stub.client().jobs.list()
    assert listing.position is None
    assert [job.id for job in listing] == ["a", "b"]
    assert listing.position == "e:5"


def test_the_position_now():
    """A poll that waits for nothing tells it."""
    stub = Stub(polled("e:5"))
    assert stub.client().position() == "e:5"
    assert stub.lines == ["GET /events?mode=poll&timeout=0"]


# -- blocks


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blocks_are_read_however_the_bytes_come(size, end):
    """Lines end in three ways, a text may have every other separator, and comments are nothing."""
    lines = ["retry: 2000", "id: e:1", "", ": still here", "", "id: e:2", "data: a\u2028\x85b",
             "data:c", "other: x", "", ""]  # fmt: skip
    content = end.join(lines).encode() + (b"x" if end == "\r" else b"")
    parser = BlockParser()
    found = [
        each
        for start in range(0, len(content), size)
        for each in parser.feed(content[start : start + size])
    ]
    assert found == [Block("e:1", None), Block("e:2", "a\u2028\x85b\nc")]


# -- waits


def test_waits_are_random_below_a_bound_that_doubles(monkeypatch):
    """Up to the longest; what the server asks for comes on top; success begins again."""
    monkeypatch.setattr(random, "uniform", lambda low, high: (low, high)[1])
    backoff = Backoff(first_s=1.0, longest_s=5.0)
    assert [backoff.wait_s() for _ in range(5)] == [1, 2, 4, 5, 5]
    assert backoff.wait_s(10.0) == 15
    backoff.reset()
    assert backoff.wait_s() == 1


def test_a_connection_that_lasts_begins_the_waits_again(monkeypatch):
    """One that is closed at once does not, so that nobody comes back a hundred times a second."""
    now = [100.0]
    monkeypatch.setattr("redengine.client.streams.time.monotonic", lambda: now[0])
    monkeypatch.setattr(random, "uniform", lambda low, high: (low, high)[1])
    backoff = Backoff(first_s=1.0)
    for expected, lasts_s in ((1, 0.1), (2, 0.1), (1, 60.0)):
        backoff.opened()
        now[0] += lasts_s
        assert backoff.wait_s() == expected


# -- WebSockets


class FakeSockets:
    """What opens WebSockets, each of which gives some frames and then fails.

    Args:
        scripts: for each connection an exception, or its frames and an exception at the end.
    """

    def __init__(self, monkeypatch, *scripts):
        self.scripts = list(scripts)
        self.sent = []
        monkeypatch.setattr(sync_streams, "connect", self.connect)
        monkeypatch.setattr(async_streams, "async_connect", self.async_connect)

    def opened(self):
        script = self.scripts.pop(0)
        if isinstance(script, Exception):
            raise script
        frames = list(script)

        def receive():
            told = frames.pop(0)
            if isinstance(told, Exception):
                raise told
            return json.dumps(told)

        return receive

    def connect(self, settings, path):
        assert path == "/api/v1/ws"
        return FakeSocket(self.sent, self.opened())

    async def async_connect(self, settings, path):
        return AsyncFakeSocket(self.sent, self.opened())


class FakeSocket:
    def __init__(self, sent, receive):
        self.sent = sent
        self.receive = receive

    def send(self, text):
        self.sent.append(json.loads(text))

    def close(self):
        pass


class AsyncFakeSocket(FakeSocket):
    def __init__(self, sent, receive):
        super().__init__(sent, receive)

        async def receive_async():
            return receive()

        self.receive = receive_async

    async def send(self, text):
        super().send(text)

    async def close(self):
        pass


@pytest.fixture(params=["client", "async_client"])
def client(request):
    """A client of either flavour that has WebSockets beside its stub."""
    stub = Stub(MISSING)
    made = getattr(stub, request.param)()
    made._connection.has_sockets = True
    made.stub = stub
    return made


def subscribed(position, **more):
    return {"type": "subscribed", "id": 1, "sub": "1", "position": position, **more}


@pytest.mark.parametrize("code", [1001, 1006, 1012, 1013])
def test_a_socket_that_breaks_is_opened_again(waits, monkeypatch, client, code):
    """Behind the last event, after those close codes that say that it is worth it."""
    lost = Lost(closing(code, ""))
    sockets = FakeSockets(
        monkeypatch,
        [subscribed("e:2"), {**event(3), "sub": "1"}, lost],
        Lost(closing(1006, "")),
        [subscribed("e:3", recovered=True), {**event(4), "sub": "1"}],
    )
    assert positions(taken(client.events("task:t"), 2)) == ["e:3", "e:4"]
    assert sockets.sent == [
        {"action": "subscribe", "id": 1, "topic": "task:t"},
        {"action": "subscribe", "id": 1, "topic": "task:t", "after": "e:3"},
    ]
    assert len(waits) == 2
    assert client.stub.requests == []


@pytest.mark.parametrize("code", [1003, 1008, 1009])
def test_a_socket_that_is_closed_for_good_is_not_opened_again(waits, monkeypatch, client, code):
    """The error has the code and the reason."""
    FakeSockets(monkeypatch, [subscribed("e:2"), closing(code, "the key is revoked")])
    error = failure(client.events("jobs"))
    assert isinstance(error, RemoteError)
    assert error.code == "STREAM_CLOSED"
    assert str(error) == f"the session closed the stream with {code}: the key is revoked"
    assert waits == []


def test_a_subscription_that_is_refused_is_an_error(waits, monkeypatch, client):
    """Of the class that it was raised as."""
    told = {"type": "error", "id": 1, "code": "NOT_FOUND", "message": "no task 'x'", "temporary":
            False, "details": {"kind": "task", "name": "x", "suggestion": None}}  # fmt: skip
    FakeSockets(monkeypatch, [told])
    error = failure(client.events("task:x"))
    assert (type(error), error.name) == (NotFound, "x")


def test_a_subscription_that_is_refused_for_now_is_asked_for_again(waits, monkeypatch, client):
    """After the time that the session says."""
    busy = {"type": "error", "id": 1, "code": "TOO_MANY_REQUESTS", "message": "slowly"}
    FakeSockets(
        monkeypatch,
        [{**busy, "temporary": True, "retry_after": 3}],
        [subscribed("e:2"), event(3)],
    )
    assert positions(taken(client.events("jobs"), 1)) == ["e:3"]
    assert 3 <= waits[0] <= 3.5


def test_without_websockets_there_are_streams(waits, monkeypatch, client):
    """The next way is taken at once, and stays."""
    FakeSockets(monkeypatch, Unusable(RemoteError("no such thing")))
    client.stub.answers = [stream("e:2", event(3)), stream("e:3", event(4))]
    events = client.events("jobs")
    assert positions(taken(events, 2)) == ["e:3", "e:4"]
    assert [line.partition("?")[0] for line in client.stub.lines] == ["GET /events"] * 2


def test_several_topics_in_one_order_are_a_stream(waits, monkeypatch, client):
    """A WebSocket has a subscription for each, and nobody keeps those in one order."""
    FakeSockets(monkeypatch)
    client.stub.answers = [stream("e:2", event(3))]
    assert positions(taken(client.events(["jobs", "tasks"]), 1)) == ["e:3"]


# -- channels


def record(seq, **data):
    return {"id": f"r{seq}", "seq": seq, "timestamp": "2026-01-01T00:00:00Z", **data}


def test_records_of_a_channel_are_given_one_by_one(waits, monkeypatch, client):
    """A frame has several; after a break it goes on behind the last one that was given."""
    sockets = FakeSockets(
        monkeypatch,
        [
            subscribed("e:2"),
            {"channel": "prices", "data": [record(3), record(5)], "sub": "1", "seq": 5},
            Lost(closing(1006, "")),
        ],
        [
            subscribed("e:5"),
            {"channel": "prices", "data": [record(6, x=1)], "sub": "1", "seq": 6},
        ],
    )
    records = taken(client.channels["prices"].follow(key=("a", 1)), 3)
    assert [each.id for each in records] == ["r3", "r5", "r6"]
    assert records[2]["x"] == 1
    assert sockets.sent == [
        {"action": "subscribe", "id": 1, "channel": "prices", "key": ["a", 1]},
        {"action": "subscribe", "id": 1, "channel": "prices", "key": ["a", 1], "after": "e:5"},
    ]


def channel_event(seq):
    return event(seq, type="channel_record", channel="prices", record=record(seq))


@FLAVOURS
def test_records_come_over_a_stream_of_events(waits, flavour):
    """Where there are no WebSockets; the end of the channel is the end of the loop."""
    gone = event(4, type="unsubscribed", reason="deleted")
    stub = Stub(stream("e:2", channel_event(3), channel_event(4), gone))
    records = getattr(stub, flavour)().channels["prices"].follow()

    async def read():
        return [each async for each in records]

    found = asyncio.run(read()) if flavour == "async_client" else list(records)
    assert [each.id for each in found] == ["r3", "r4"]
    assert stub.lines == ["GET /events?topics=channel%3Aprices"]


@FLAVOURS
def test_a_channel_that_is_deleted_while_its_follower_is_away_is_the_end(waits, flavour):
    """One that was never there is an error."""
    gone = refusal("NOT_FOUND", 404, details={"kind": "channel", "name": "prices"})

    def read(stub):
        records = getattr(stub, flavour)().channels["prices"].follow()

        async def read_async():
            return [each.id async for each in records]

        if flavour == "async_client":
            return asyncio.run(read_async())
        return [each.id for each in records]

    assert read(Stub(stream("e:2", channel_event(3)), gone)) == ["r3"]
    with pytest.raises(NotFound):
        read(Stub(gone))


@FLAVOURS
def test_records_of_a_key_are_polled(waits, flavour):
    """A stream of events knows no keys."""
    stub = Stub(
        polled("e:2"), answer([record(4)]), httpx.Response(204), answer([record(7)])
    )  # fmt: skip
    records = taken(getattr(stub, flavour)().channels["prices"].follow(key="a/b"), 2)
    assert [each.seq for each in records] == [4, 7]
    assert [line.partition("&timeout")[0] for line in stub.lines[1:]] == [
        "GET /channels/prices/next/a%2Fb?after=e%3A2",
        "GET /channels/prices/next/a%2Fb?after=e%3A4",
        "GET /channels/prices/next/a%2Fb?after=e%3A4",
    ]


@FLAVOURS
def test_missing_records_raise_and_the_next_step_goes_on(waits, flavour):
    """As in the session; with `on_gap` the loop goes on by itself."""
    gap = event(
        9, type="gap", topic="channel:prices", reason="evicted", **{"from": "e:4", "to": "e:9"}
    )
    told = stream("e:4", gap, channel_event(10))
    records = getattr(Stub(told), flavour)().channels["prices"].follow(after="e:4")

    async def read():
        with pytest.raises(PositionGone, match="records from e:4 to e:9 are missing"):
            await anext(records)
        return await anext(records)

    if flavour == "async_client":
        assert asyncio.run(read()).seq == 10
    else:
        with pytest.raises(PositionGone, match="records from e:4 to e:9 are missing"):
            next(records)
        assert next(records).seq == 10
    gaps = []
    following = getattr(Stub(told), flavour)().channels["prices"].follow("e:4", on_gap=gaps.append)
    assert taken(following, 1)[0].seq == 10
    assert [(each.position, each.latest) for each in gaps] == [("e:4", "e:9")]


# -- a world that breaks


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_lost_and_nothing_doubled_whatever_breaks(waits, seed):
    """Connections break between any two bytes, sessions start anew, and buffers run over."""
    world = World(random.Random(seed))
    with Client("http://api", transport=httpx.MockTransport(world), retries=100) as client:
        events = client.events(after="e0:0")
        seen = []
        while not seen or seen[-1].position != world.last:
            seen.append(next(events))
        assert world.is_told_by(seen)


@pytest.mark.parametrize("seed", range(10))
def test_the_same_on_an_event_loop(waits, seed):
    """Of the async client."""
    world = World(random.Random(seed))

    async def follow():
        transport = httpx.MockTransport(world)
        async with AsyncClient("http://api", transport=transport, retries=100) as client:
            events, seen = client.events(after="e0:0"), []
            while not seen or seen[-1].position != world.last:
                seen.append(await anext(events))
            return seen

    assert world.is_told_by(asyncio.run(follow()))


class World:
    """A session that publishes while it is asked, keeps a few events, and breaks connections."""

    KEPT = 8

    def __init__(self, chance):
        self.chance = chance
        self.epoch = 0
        self.events = []
        self.told = []
        self.left = chance.randint(10, 60)
        self.polls_only = chance.random() < 0.3

    @property
    def last(self):
        """The position of the last event that there will be; None before it is published."""
        return self.told[-1]["position"] if not self.left and self.told else None

    @property
    def latest(self):
        return f"e{self.epoch}:{len(self.events)}"

    def publish(self):
        for _ in range(min(self.left, self.chance.randint(0, 12))):
            made = event(len(self.events) + 1, f"e{self.epoch}")
            self.events.append(made)
            self.told.append(made)
            self.left -= 1
        if self.left and self.chance.random() < 0.1:
            self.epoch += 1
            self.events = []

    def __call__(self, request):
        before = self.chance.random()
        if before < 0.15:
            raise httpx.ConnectError("refused")
        self.publish()
        query = request.url.params
        after = query.get("after", self.latest)
        epoch, _, seq = after.partition(":")
        if epoch != f"e{self.epoch}":
            details = {"position": after, "reason": "of another session", "latest": self.latest}
            return refusal("CURSOR_TOO_OLD", 410, details={**details, "oldest": self.latest})
        told = self.behind(int(seq))
        if query.get("mode") == "poll":
            if before < 0.3:
                raise httpx.ReadError("broken")
            return polled(told[-1]["position"] if told else after, *told)
        if self.polls_only:
            return refusal("NOT_IMPLEMENTED", 501)
        content = stream(after, *told).content
        cut = self.chance.randint(0, len(content)) if before < 0.6 else len(content)
        return httpx.Response(200, headers=STREAM, content=content[:cut])

    def behind(self, seq):
        oldest = max(0, len(self.events) - self.KEPT)
        told = self.events[max(seq, oldest) :]
        if seq >= oldest:
            return told
        ends = {"from": f"e{self.epoch}:{seq}", "to": f"e{self.epoch}:{oldest}"}
        return [event(oldest, f"e{self.epoch}", type="gap", reason="evicted", **ends), *told]

    def is_told_by(self, seen):
        """Whether everything was seen in order, or stands behind the beginning of a gap."""
        wanted = [each["position"] for each in self.told]
        have = [each.position for each in seen if not each.is_gap]
        gaps = [each for each in seen if each.is_gap]
        missing = [each for each in wanted if each not in set(have)]
        return (
            have == [each for each in wanted if each in set(have)]
            and all(any(self.covers(gap, each) for gap in gaps) for each in missing)
            and (bool(gaps) or not missing)
        )

    @staticmethod
    def covers(gap, position):
        (first_epoch, first), (last_epoch, last) = (gap[end].split(":") for end in ("from", "to"))
        epoch, seq = position.split(":")
        begins_before = epoch > first_epoch or (epoch == first_epoch and int(seq) > int(first))
        ends_behind = epoch < last_epoch or (epoch == last_epoch and int(seq) <= int(last))
        return begins_before and ends_behind
