"""Followers of channels: everything in order, or a gap; woken at once, and told of the end."""

import asyncio
import threading

import pytest

from redengine import Session
from redengine.exceptions import InvalidInput, NotFound, PositionGone
from redengine.scheduler.events import Events
from redengine.testing import ManualSession


@pytest.fixture
def app():
    app = Session()
    app.start(block=False)
    yield app
    app.shut_down()


@pytest.fixture
def session():
    with ManualSession() as session:
        yield session


def start_of(session):
    return f"{session.events.epoch}:0"


def test_next_in_a_tight_loop_sees_all_of_200_ticks(app):
    """Asked behind the last position, whatever the speed of sender and reader."""
    channel = app.channel("ticks")
    position, seen = channel.position, []

    def read():
        nonlocal position
        while len(seen) < 200:
            found = channel.next(after=position, timeout=30)
            seen.extend(record["n"] for record in found)
            position = found[-1].position

    reading = threading.Thread(target=read)
    reading.start()
    for number in range(200):
        channel.send({"n": number})
    reading.join(60)
    assert seen == list(range(200))


def test_next_without_a_position_waits_for_what_comes(app):
    """What was sent before is not given; nothing in the time is an empty list."""
    channel = app.channel("ticks")
    channel.send({"n": 0})
    assert channel.next(timeout=0) == []
    assert channel.next(timeout=0.01) == []
    found, is_waiting = [], threading.Event()

    def read():
        is_waiting.set()
        found.extend(channel.next(timeout=30))

    reading = threading.Thread(target=read)
    reading.start()
    assert is_waiting.wait(30)
    while reading.is_alive():  # it may not wait yet
        channel.send({"n": 1})
        reading.join(0.01)
    assert found[0]["n"] == 1


def test_next_gives_as_many_as_asked_for_and_goes_on(session):
    """The position of the last one is where to go on, also by key."""
    channel = session.channel("ticks", keyby="k")
    channel.send([{"k": number % 2, "n": number} for number in range(10)])
    first = channel.next(after=start_of(session), limit=3)
    assert [record["n"] for record in first] == [0, 1, 2]
    assert [each["n"] for each in channel.next(after=first[-1].position)] == [3, 4, 5, 6, 7, 8, 9]
    odd = channel.next(after=start_of(session), key=1, limit=2)
    assert [record["n"] for record in odd] == [1, 3]
    for limit in (0, 1_001, True, "3"):
        with pytest.raises(InvalidInput, match="limit"):
            channel.next(limit=limit)
    with pytest.raises(InvalidInput, match="timeout"):
        channel.next(timeout="soon")
    with pytest.raises(InvalidInput, match="after"):
        channel.next(after="7")


def test_a_position_of_another_session_of_the_future_or_too_old_is_gone(session):
    """With the oldest one behind which all is kept."""
    channel = session.channel("few", history=3)
    sent = channel.send([{"n": number} for number in range(5)])
    oldest = sent[1].position
    future = f"{session.events.epoch}:9999"
    for position in (f"{Events().epoch}:0", future, sent[0].position):
        with pytest.raises(PositionGone) as caught:
            channel.next(after=position, timeout=0)
        assert caught.value.code == "CURSOR_TOO_OLD"
        assert caught.value.details()["oldest"] == oldest
    assert channel.next(after=oldest) == sent[2:]


def test_a_follower_raises_at_a_gap_and_goes_on_behind_it(session):
    """Or has it told, and goes on at once."""
    channel = session.channel("few", history=2)
    sent = channel.send([{"n": number} for number in range(4)])
    stream = channel.follow(after=start_of(session))
    with pytest.raises(PositionGone, match="are kept no longer"):
        next(stream)
    assert list(stream) == sent[2:]
    gaps = []
    told = channel.follow(after=start_of(session), on_gap=gaps.append)
    assert list(told) == sent[2:]
    assert [gap.position for gap in gaps] == [f"{session.events.epoch}:1"]
    assert channel.snapshot()["drops"] == 2


def test_a_channel_evicts_nothing_of_others_and_others_nothing_of_it(session):
    """Each has its own history."""
    fast, slow = session.channel("fast", history=5), session.channel("slow", history=5)
    [only] = slow.send({"n": 0})
    fast.send([{"n": number} for number in range(1_000)])
    assert slow.next(after=start_of(session)) == [only]
    session.parameters["p"] = 1
    kinds = [event.type for event in session.events.follow(["parameters"], start_of(session))]
    assert kinds == ["parameter_changed"]


def test_the_event_stream_has_records_beside_other_events_in_order(session):
    """By the channel's topic, or with all topics, the channels' lives included."""
    before = session.events.position
    channel = session.channel("prices")
    [first] = channel.send({"x": 1})
    session.parameters["p"] = 1
    [second] = channel.send({"x": 2})
    found = list(session.events.follow(["channel:prices", "parameters"], after=before))
    assert [event.type for event in found] == [
        "channel_record", "parameter_changed", "channel_record",
    ]  # fmt: skip
    assert found[0].topic == "channel:prices"
    assert found[0].data == {"channel": "prices", "record": first}
    assert found[2].position == second.position
    everything = session.events.follow(after=before)
    assert [event.type for event in everything] == [
        "channel_created", "channel_record", "parameter_changed", "channel_record",
    ]  # fmt: skip
    session.channel("later").send({"y": 1})
    assert [event.type for event in everything] == ["channel_created", "channel_record"]
    with pytest.raises(NotFound, match="did you mean 'prices'"):
        session.events.follow(["channel:price"])


def test_a_follower_of_a_deleted_channel_reads_what_is_left_and_its_end(session):
    """Its loop ends; one that follows other topics too goes on with these."""
    channel = session.channel("gone")
    alone, both = channel.follow(), session.events.follow(["channel:gone", "parameters"])
    assert channel.snapshot()["subscribers"] == 2
    [record] = channel.send({"x": 1})
    del session.channels["gone"]
    session.parameters["p"] = 1
    assert list(alone) == [record]
    assert alone.is_ended
    found = list(both)
    assert [event.type for event in found] == [
        "channel_record", "unsubscribed", "parameter_changed",
    ]  # fmt: skip
    assert found[1].data == {"topic": "channel:gone", "reason": "deleted"}
    again = session.channel("gone")
    again.send({"x": 2})
    assert list(both) == []
    assert list(alone) == []
    with pytest.raises(PositionGone):  # what was before it is no record of this one
        again.next(after=start_of(session))


def test_one_who_follows_all_is_told_what_a_deleted_channel_takes_with_it(session):
    """Records that it has read are no gap; those that it has not are one, named with the topic."""
    session.channel("seen").send({"x": 1})
    stream = session.events.follow(after=start_of(session))
    list(stream)
    session.channel("unseen").send([{"x": 1}, {"x": 2}])
    last = session.events.position
    del session.channels["unseen"], session.channels["seen"]
    session.channel("seen").send({"x": 3})
    found = list(stream)
    assert [event.type for event in found] == [
        "gap", "channel_created", "channel_deleted", "channel_deleted",
        "channel_created", "channel_record",
    ]  # fmt: skip
    gap = found[0].data
    assert (gap["topic"], gap["to"], gap["reason"]) == ("channel:unseen", last, "deleted")


def test_a_waiting_follower_is_told_that_its_channel_is_deleted(app):
    """It does not wait for ever: next raises, a loop ends."""
    channel = app.channel("gone")
    raised, is_waiting = [], threading.Event()

    def read():
        is_waiting.set()
        try:
            channel.next(timeout=60)
        except NotFound as error:
            raised.append(error)

    reading = threading.Thread(target=read)
    reading.start()
    assert is_waiting.wait(30)
    del app.channels["gone"]
    reading.join(30)
    assert not reading.is_alive()
    assert len(raised) == 1
    assert not app.events._waiting


def test_one_who_waits_for_a_channel_is_not_woken_by_others(app):
    """Cost follows what changes: each topic has its own list of those who wait."""
    app.channel("quiet")
    loud = app.channel("loud")
    woken = []
    stream = app.events.follow(["channel:quiet"])
    assert stream.when_new(lambda: woken.append("quiet"))
    loud.send({"x": 1})
    assert woken == []
    app.channels["quiet"].send({"x": 1})
    assert woken == ["quiet"]
    assert not stream.when_new(lambda: woken.append("again"))
    stream.close()
    assert stream.next(0) is None
    assert app.channels["quiet"].snapshot()["subscribers"] == 0


def test_an_event_loop_follows_without_being_blocked(app):
    """`async for` and `await channel.next_async()`."""
    channel = app.channel("ticks")

    async def follow():
        stream = channel.follow(timeout=30)
        waiting = asyncio.ensure_future(channel.next_async(timeout=30))
        await asyncio.sleep(0)
        channel.send([{"n": number} for number in range(3)])
        found = []
        async for record in stream:
            found.append(record["n"])
            if len(found) == 3:
                break
        return found, [record["n"] for record in await waiting]

    assert asyncio.run(follow()) == ([0, 1, 2], [0, 1, 2])


def test_followers_end_with_the_session():
    """A loop without a time-out comes to its end when the session has stopped."""
    app = Session()
    channel = app.channel("ticks")
    app.start(block=False)
    found = []
    stream = channel.follow()
    following = threading.Thread(target=lambda: found.extend(stream))
    following.start()
    channel.send({"n": 1})
    app.shut_down()
    following.join(30)
    assert not following.is_alive()
    assert [record["n"] for record in found] == [1]
