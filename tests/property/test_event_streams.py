"""Whatever is published, and however it is followed, a follower sees all of it or is told."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from redengine.scheduler.events import JOB_PROGRESS, JOB_STARTED, TASK_CHANGED, Events

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = {
    "jobs": (JOB_STARTED, ("j", "work", 1, "thread")),
    "progress": (JOB_PROGRESS, ("j", "work", 1, {})),
    "tasks": (TASK_CHANGED, ("work", ())),
}
STEPS = st.lists(st.sampled_from([*KINDS, "read", "resume"]), max_size=60)


@given(STEPS, st.integers(1, 8), st.sets(st.sampled_from(["tasks", "progress"]), min_size=1))
def test_every_event_is_seen_once_in_order_or_stands_in_a_gap(steps, kept, topics):
    """Reading now and then, and resuming by position, loses nothing without a word."""
    events = Events(kept=kept)
    events.is_virtual = True
    published, seen, missing = {}, [], set()
    stream = events.follow(sorted(topics), after=events.position)

    def take():
        for event in stream:
            if event.type == "gap":
                first, last = (int(event.data[key].split(":")[1]) for key in ("from", "to"))
                lost = {
                    seq
                    for seq, topic in published.items()
                    if topic == event.data["topic"] and first <= seq <= last
                }
                assert lost
                missing.update(lost)
            else:
                seen.append(event.seq)

    for step in steps:
        if step == "read":
            take()
        elif step == "resume":
            event = stream.next(0)
            if event is not None and event.type != "gap":
                seen.append(event.seq)
            elif event is not None:
                first, last = (int(event.data[key].split(":")[1]) for key in ("from", "to"))
                missing.update(
                    seq
                    for seq, topic in published.items()
                    if topic == event.data["topic"] and first <= seq <= last
                )
            stream = events.follow(sorted(topics), after=stream.position)
        else:
            kind, values = KINDS[step]
            events.publish(kind, NOW, *values)
            published[int(events.position.split(":")[1])] = step
    take()
    assert seen == sorted(set(seen))
    assert missing.isdisjoint(seen)
    wanted = {seq for seq, topic in published.items() if topic in topics}
    assert set(seen) | missing == wanted
