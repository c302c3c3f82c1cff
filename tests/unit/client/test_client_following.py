"""The client follows a real session: over a port, in the same process, and over a restart."""

import asyncio
import threading
from contextlib import contextmanager

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.client import AsyncClient, Client
from redengine.exceptions import PositionGone


@contextmanager
def running(port=0):
    """A session with its API and a task `fetch`, running until the block ends."""
    session = Session()
    session.task(name="fetch")(lambda: None)
    api = FlaskAPI(port=port, session=session)
    session.start(block=False)
    try:
        api.wait_ready(60)
        yield session, api
    finally:
        session.shut_down()


def run(session, count):
    """Run so many jobs of the task; their ids."""
    jobs = [session.submit("fetch") for _ in range(count)]
    for job in jobs:
        job.result(timeout=60)
    return [job.id for job in jobs]


def ended(events, count):
    """The ids of so many jobs whose ends are told."""
    found = []
    for each in events:
        assert not each.is_gap
        if each.type == "job_ended":
            found.append(each.job_id)
        if len(found) == count:
            return found
    return None


@pytest.mark.parametrize("place", ["port", "process"])
@pytest.mark.parametrize("topics", ["jobs", ["jobs", "tasks"], None])
def test_everything_behind_a_position_is_told(place, topics):
    """What a list told is known; what happened since comes from its position on."""
    with running() as (session, api):
        address = {"url": api.url} if place == "port" else {"app": session}
        with Client(**address) as client:
            listing = client.jobs.list()
            assert list(listing) == []
            ids = run(session, 3)
            with client.events(topics, after=listing.position) as events:
                assert sorted(ended(events, 3)) == sorted(ids)
                assert events.carried_by in ({"sse", "websocket"} if place == "port" else {"poll"})
                assert events.position == client.position()


def test_what_happens_while_it_is_followed_is_told_on_an_event_loop():
    """The async client has its events as they happen."""
    with running() as (session, api):

        async def follow():
            async with AsyncClient(api.url) as client:
                position = await client.position()
                async with client.events("task:fetch", after=position) as events:
                    ids = await asyncio.to_thread(run, session, 2)
                    found = set()
                    while found < set(ids):
                        event = await anext(events)
                        found |= {event.job_id} if event.type == "job_ended" else set()
                    return ids, found

        ids, found = asyncio.run(follow())
        assert set(ids) == found


def test_a_restart_is_told_by_a_gap_and_followed_over():
    """The stream comes back to the session that stands at the same place."""
    with running() as (session, api), Client(api.url) as client:
        events = client.events(["jobs"], after=client.position())
        before = run(session, 1)
        assert ended(events, 1) == before
        port = api.port
        session.shut_down()
        with running(port) as (second, _):
            after = run(second, 1)
            seen = []
            while not seen or seen[-1].type != "job_ended":
                seen.append(next(events))
            assert [each.type for each in seen].count("gap") == 1
            gap = seen[0]
            assert (gap.is_gap, gap["reason"]) == (True, "restart")
            assert seen[-1].job_id == after[0]
        events.close()


def test_closing_the_client_ends_what_is_followed():
    """A thread that waits for the next event goes on."""
    with running() as (_, api):
        client = Client(api.url)
        events = client.events()
        ids = []
        thread = threading.Thread(target=lambda: ids.extend(each.type for each in events))
        thread.start()
        while events.position is None:
            pass
        client.close()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def with_channel():
    """A running session with a channel `prices`, whose key is `sym`."""
    with running() as (session, api):
        yield session.channel("prices", keyby=("sym", "at"), history=50), api


def record(number, sym="A", at=1):
    return {"sym": sym, "at": at, "number": number}


def test_records_are_sent_read_and_followed():
    """Over HTTP as in the session; nothing is lost between `next` and `next`."""
    with with_channel() as (channel, api), Client(api.url) as client:
        prices = client.channels["prices"]
        begin = channel.position
        sent = prices.send([record(1), record(2, "B/x", 2)])
        assert [each["number"] for each in sent] == [1, 2]
        assert prices.last(("B/x", 2)) == sent[1]
        assert prices.last(("Z", 2)) is None
        assert prices.lookup(sent[0].id) == sent[0]
        assert [each["number"] for each in prices.state()] == [1, 2]
        query = {"filters": [{"attr": "number", "by": {"value": 1, "where": ">"}}]}
        assert prices.state(query) == [sent[1]]
        assert prices.next(begin) == sent
        assert prices.next(channel.position, timeout=0) == []
        with prices.follow(begin) as records:
            assert [next(records), next(records)] == sent
        with prices.follow(begin, key=("B/x", 2)) as records:
            assert next(records) == sent[1]
        assert prices.get().records == 2
        assert prices.update(history=60).history == 60


def test_channels_are_made_and_removed():
    """Those who follow one that is deleted are at the end."""
    with running() as (session, api), Client(api.url) as client:
        made = client.channels.create("quotes", keyby=["sym"], lookup=0)
        assert [each.name for each in client.channels.list()] == ["quotes"]
        position = client.position()
        made.send({"sym": "A"})
        records = made.follow(position)
        assert next(records)["sym"] == "A"
        made.delete()
        assert list(records) == []
        assert "quotes" not in session.channels


def test_two_hundred_records_are_all_seen_by_an_async_follower():
    """However fast they are sent, by a thread."""
    with with_channel() as (channel, api):

        def send():
            for number in range(200):
                channel.send(record(number))

        async def follow():
            async with (
                AsyncClient(api.url) as client,
                client.channels["prices"].follow(channel.position) as records,
            ):
                thread = threading.Thread(target=send)
                thread.start()
                seen, gaps = [], []
                while not seen or seen[-1] != 199:
                    try:
                        seen.append((await anext(records))["number"])
                    except PositionGone as gone:
                        gaps.append(gone)
                thread.join(60)
                return seen, gaps

        seen, gaps = asyncio.run(follow())
        assert seen == sorted(set(seen))
        assert gaps or seen == list(range(200))
