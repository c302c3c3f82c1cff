"""Whatever is sent, and however channels come and go, a follower sees it or is told."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from redengine.scheduler.events import CHANNEL, TASK_CHANGED, Events, record_kind

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["send", "send", "send", "delete", "keep", "expire", "read", "resume"]),
        st.sampled_from(["a", "b"]),
        st.integers(1, 4),
    ),
    max_size=50,
)


class Channels:
    """Channels as the registry makes them, and what has been sent to them."""

    def __init__(self):
        self.events = Events(kept=200)
        self.events.is_virtual = True
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.rings = {}
        self.published = {}

    def make(self, name):
        self.rings[name] = self.events.add_topic(CHANNEL + name, 3)
        self.events.publish(TASK_CHANGED, self.now, name, ())  # as a channel's making is told

    def delete(self, name):
        self.events.publish(TASK_CHANGED, self.now, name, ())
        self.events.remove_topic(CHANNEL + name, self.now)
        del self.rings[name]

    def do(self, action, name, number):
        self.now += timedelta(seconds=1)
        if name not in self.rings:
            self.make(name)
        if action == "send":
            things = [{} for _ in range(number)]
            self.events.publish_each(record_kind(name), self.now, things, _number)
            self.published |= {each["n"]: CHANNEL + name for each in things}
        elif action == "delete":
            self.delete(name)
        elif action == "keep":
            self.events.keep(self.rings[name], number)
        elif action == "expire":
            self.events.drop_until(self.rings[name], self.now - timedelta(seconds=number))

    def within(self, gap):
        """The records that a gap stands for."""
        first, last = (int(gap.data[key].split(":")[1]) for key in ("from", "to"))
        return [
            seq
            for seq, topic in self.published.items()
            if topic == gap.data["topic"] and first <= seq <= last
        ]


def _number(thing, seq):
    thing["n"] = seq


@given(STEPS)
def test_one_who_follows_all_sees_every_record_once_or_in_a_gap(steps):
    """Also those of channels that were made and deleted between two looks."""
    channels = Channels()
    events, seen, missing = channels.events, [], set()
    stream = events.follow(after=events.position)

    def note(event):
        if event.type == "gap":
            lost = channels.within(event)
            assert lost
            missing.update(lost)
        elif event.type == "channel_record":
            assert event.topic == channels.published[event.seq]
            seen.append(event.seq)

    for action, name, number in steps:
        if action == "read":
            for event in stream:
                note(event)
        elif action == "resume":
            event = stream.next(0)
            if event is not None:
                note(event)
            stream = events.follow(after=stream.position)
        else:
            channels.do(action, name, number)
    for event in stream:
        note(event)
    assert seen == sorted(set(seen))
    assert {*seen, *missing} == set(channels.published)


@given(STEPS)
def test_a_follower_of_one_channel_misses_nothing_without_a_word(steps):
    """Until the channel is deleted, which is the last that it is told."""
    channels = Channels()
    channels.make("a")
    stream, told = channels.events.follow(["channel:a"]), []
    for action, _, number in steps:
        if action == "read":
            told += list(stream)
        elif action not in {"delete", "resume"}:
            channels.do(action, "a", number)
    channels.delete("a")
    told += list(stream)
    assert (told[-1].type, list(stream)) == ("unsubscribed", [])
    known = []
    for event in told[:-1]:
        known += channels.within(event) if event.type == "gap" else [event.seq]
    assert known == list(channels.published)
