"""The client follows a real session: over a port, in the same process, and over a restart."""

import asyncio
import threading
from contextlib import contextmanager

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.client import AsyncClient, Client


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
        thread.join(60)
        assert not thread.is_alive()
