"""Events of a session: what is published, in which order, and what followers are given of it."""

import asyncio
import threading
from datetime import timedelta

import pytest

from redengine import Session
from redengine.exceptions import BlocksEventLoop, Conflict, InvalidInput, PositionGone
from redengine.scheduler.events import GAP, JOB_STARTED, KINDS, TASK_CHANGED, TOPICS, Events
from redengine.testing import ManualSession


@pytest.fixture
def session():
    with ManualSession(durations={"slow": "10 minutes"}) as session:
        yield session


def seen(session, *topics, after=None):
    """What a follower is given that reads all there is."""
    start = after or f"{session.events.epoch}:0"
    return list(session.events.follow(list(topics) or None, after=start))


def types(events):
    return [event.type for event in events]


def test_a_job_tells_of_its_submission_start_progress_and_end(session):
    """In order, each with the job's id and task; its data are those of the table."""

    @session.task()
    def work():
        from redengine import current_job

        current_job().progress(1, 2, "half")

    session.advance(0)
    before = session.events.position
    job = session.submit("work")
    session.advance(1)
    events = seen(session, "jobs", after=before)
    assert types(events) == ["job_submitted", "job_started", "job_progress", "job_ended"]
    assert {event.job_id for event in events} == {job.id}
    assert {event.task for event in events} == {"work"}
    for event in events:
        assert tuple(event.data) == KINDS[event.type].fields
        assert event.timestamp.tzinfo is not None
    assert events[0].data["trigger"] == "run"
    assert (events[2].data["progress"]["done"], events[2].data["progress"]["total"]) == (1, 2)
    assert (events[3].data["status"], events[3].data["attempt"]) == ("success", 1)
    assert events[3].snapshot()["job_id"] == job.id
    assert events[3].snapshot()["seq"] == events[3].seq


def test_retries_pauses_and_withdrawals_are_told(session):
    """A retry names the attempt that ended, its error and when the next one is due."""
    session.task(name="fails", retries=1, backoff=60)(lambda: 1 / 0)
    session.task(name="slow")(lambda: None)
    session.advance(0)
    before = session.events.position
    job = session.submit("fails")
    session.advance(90)
    slow = session.submit("slow")
    session.advance(1)
    slow.pause()
    slow.resume()
    slow.terminate("enough")
    session.advance(1)
    events = seen(session, f"job:{job.id}", after=before)
    assert types(events) == [
        "job_submitted", "job_started", "job_retried", "job_started", "job_ended",
    ]  # fmt: skip
    retried = events[2].data
    assert (retried["attempt"], retried["status"]) == (1, "fail")
    assert "ZeroDivisionError" in retried["error"]
    assert retried["run_at"] == retried["run_at"]
    assert [event.data["attempt"] for event in events if event.type == "job_started"] == [1, 2]
    others = seen(session, "task:slow", after=before)
    assert types(others) == [
        "job_submitted", "job_started", "job_paused", "job_resumed", "job_ended",
    ]  # fmt: skip
    assert others[2].data["has_begun"] is True
    assert (others[4].data["status"], others[4].data["reason"]) == ("terminate", "enough")


def test_a_held_job_that_is_withdrawn_has_not_begun(session):
    """A pause before the begin says so, and the end is a cancel."""
    session.task(name="work")(lambda: None)
    session.advance(0)
    job = session.submit("work")
    job.pause()
    job.cancel()
    events = seen(session, f"job:{job.id}")
    assert types(events) == ["job_submitted", "job_paused", "job_ended"]
    assert events[1].data["has_begun"] is False
    assert events[2].data["status"] == "cancel"


def test_tasks_tell_of_their_life(session):
    """Made, replaced, changed, disabled, enabled by hand and by the clock, and deleted."""
    session.advance(0)
    before = session.events.position
    session.task(name="work")(lambda: None)
    session.task(name="work", on_exists="replace")(lambda: None)
    task = session.tasks["work"]
    task.update({"priority": 3})
    task.disable("waiting for the vendor", until=session.now + timedelta(hours=1))
    session.advance("2 hours")
    task.disabled = True
    task.disabled = False
    task.delete()
    events = seen(session, "tasks", after=before)
    assert types(events) == [
        "task_created", "task_created", "task_changed", "task_disabled", "task_enabled",
        "task_disabled", "task_enabled", "task_deleted",
    ]  # fmt: skip
    assert [event.data["is_replaced"] for event in events[:2]] == [False, True]
    assert events[2].data["options"] == ("priority",)
    assert events[3].data["reason"] == "waiting for the vendor"
    assert {event.task for event in events} == {"work"}


def test_a_skipped_nominal_time_is_told(session):
    """With the time, the reason, and the job that was in the way."""
    session.task("every 5 minutes", name="slow")(lambda: None)
    session.task("cron */4 * * * *", name="tight", disabled=True)(lambda: None)
    session.advance("30 minutes")
    skips = [event for event in seen(session, "task:tight") if event.type == "task_skipped"]
    assert skips
    data = skips[0].data
    assert (data["reason"], data["count"], data["first"]) == ("disabled", 1, data["last"])
    assert data["message"]


def test_parameters_config_state_and_runtimes_are_told(session):
    """Names and keys without values, which may be secret."""
    session.advance(0)
    before = session.events.position
    session.parameters["token"] = "hush"
    session.config.max_threads = 7
    session.runtimes.create("extra", "thread", 2)
    session.runtimes.resize("extra", 3)
    session.runtimes.remove("extra")
    session.pause()
    session.resume()
    events = seen(session, after=before)
    assert types(events) == [
        "parameter_changed", "runtime_changed", "config_changed", "runtime_created",
        "runtime_changed", "runtime_changed", "runtime_removed", "session_state", "session_state",
    ]  # fmt: skip
    assert events[0].data == {"names": ("token",)}
    assert events[2].data == {"keys": ("max_threads",)}
    assert events[3].data == {"runtime": "extra", "kind": "thread", "size": 2}
    assert [events[place].data["status"] for place in (4, 5)] == ["open", "draining"]
    assert events[-1].data == {"state": "running", "before": "paused"}
    assert "hush" not in repr(events)


def test_positions_grow_and_a_follower_resumes_behind_one(session):
    """What came after a position is given once and in order, whatever was read before."""
    session.advance(0)
    before = session.events.position
    for number in range(5):
        session.parameters[f"p{number}"] = number
    first = session.events.follow(["parameters"], after=before)
    two = [next(first), next(first)]
    rest = seen(session, "parameters", after=first.position)
    told = [event.data["names"][0] for event in (*two, *rest)]
    assert told == [f"p{number}" for number in range(5)]
    numbers = [event.seq for event in (*two, *rest)]
    assert numbers == sorted(set(numbers))
    assert rest[-1].position == session.events.position


@pytest.mark.parametrize(
    ("topics", "hint"),
    [
        (["job"], "did you mean 'jobs'"),
        ("jobs", "expected a list of topics"),
        (["task:"], "expected jobs, "),
        ([7], "got 7 in it"),
        ([], "got none"),
    ],
)
def test_a_topic_that_does_not_exist_is_refused(session, topics, hint):
    """The error names the topics there are, and the nearest."""
    with pytest.raises(InvalidInput, match="topics") as caught:
        session.events.follow(topics)
    assert hint in str(caught.value)


def test_a_position_of_the_future_or_of_another_session_is_gone(session):
    """Both would end in silence, and so are refused with the latest position."""
    events = session.events
    for position in (f"{events.epoch}:999999", f"{Events().epoch}:0"):
        with pytest.raises(PositionGone) as caught:
            events.follow(after=position)
        assert caught.value.details()["latest"] == events.position
    for position in ("7", ":7", f"{events.epoch}:", f"{events.epoch}:-1", f"{events.epoch}:²"):
        with pytest.raises(InvalidInput, match="expected a position such as"):
            events.follow(after=position)


def test_what_is_kept_no_longer_is_one_gap_of_its_topic(session):
    """The gap names the topic and the numbers; other topics are whole."""
    now = session.now
    events = Events(kept=3)
    events.is_virtual = True
    for number in range(5):
        events.publish(JOB_STARTED, now, f"j{number}", "work", 1, "thread")
        events.publish(TASK_CHANGED, now, f"t{number}", ())
    found = list(events.follow(["jobs"], after=f"{events.epoch}:0"))
    assert types(found) == ["gap", *["job_started"] * 3]
    data = found[0].data
    assert (data["topic"], data["reason"]) == ("jobs", "evicted")
    assert (data["from"], data["to"]) == (f"{events.epoch}:1", f"{events.epoch}:3")
    assert tuple(data) == GAP.fields
    both = list(events.follow(["jobs", "tasks"], after=f"{events.epoch}:0"))
    numbers = [event.seq for event in both]
    assert numbers == sorted(numbers)
    assert [event.data["topic"] for event in both if event.type == "gap"] == ["jobs", "tasks"]
    assert not [event for event in events.follow(after=f"{events.epoch}:4") if event.type == "gap"]


def test_a_topic_with_many_events_takes_nothing_from_the_others(session):
    """Progress, above all, evicts neither starts nor changes of tasks."""
    session.task(name="work")(lambda: None)
    before = session.events.position
    session.parameters["first"] = 1
    for number in range(1_500):
        session.events.publish(KINDS["job_progress"], session.now, "j", "work", 1, number)
    assert types(seen(session, "parameters", after=before)) == ["parameter_changed"]
    assert "gap" in types(seen(session, "progress", after=before))


def test_a_slow_follower_is_told_of_the_overflow_and_delays_nobody():
    """A follower that has read up to now and then falls behind gets one gap, then the latest."""
    events = Events(kept=4)
    events.is_virtual = True
    now = ManualSession().now
    slow = events.follow(["tasks"])
    assert slow.next(0) is None
    for number in range(10):
        events.publish(TASK_CHANGED, now, f"t{number}", ())
    found = list(slow)
    assert types(found) == ["gap", *["task_changed"] * 4]
    assert found[0].data["reason"] == "overflow"
    assert [event.task for event in found[1:]] == ["t6", "t7", "t8", "t9"]
    assert slow.position == events.position


def test_a_waiting_follower_is_woken_and_ends_with_the_session():
    """It gets what happens while it waits, the last state included, and then its loop ends."""
    app = Session()
    app.task(name="work")(lambda: None)
    app.start(block=False)
    found, is_waiting = [], threading.Event()
    stream = app.events.follow(["task:work", "session"])

    def follow():
        is_waiting.set()
        found.extend(stream)

    following = threading.Thread(target=follow)
    following.start()
    assert is_waiting.wait(30)
    assert app.submit("work").wait(30)
    app.shut_down()
    following.join(30)
    assert not following.is_alive()
    assert types(found)[:3] == ["job_submitted", "job_started", "job_ended"]
    assert found[-1].data == {"state": "stopped", "before": "stopping"}
    assert not app.events._waiting


def test_a_loop_ends_when_nothing_comes_in_the_time():
    """A time-out of 0 reads what is there; a short one comes to its end by itself."""
    app = Session()
    app.start(block=False)
    assert list(app.events.follow(timeout=0)) == []
    assert list(app.events.follow(["tasks"], timeout=0.01)) == []
    assert not app.events._waiting
    app.shut_down()


def test_an_event_loop_awaits_events_and_is_not_blocked():
    """`async for` gives them; a plain loop is refused on the loop's thread."""
    app = Session()
    app.task(name="work")(lambda: None)
    app.start(block=False)

    async def follow():
        stream = app.events.follow(["task:work"], timeout=30)
        with pytest.raises(BlocksEventLoop):
            next(stream)
        app.submit("work")
        found = []
        async for event in stream:
            found.append(event.type)
            if event.type == "job_ended":
                return found
        return None

    assert asyncio.run(follow()) == ["job_submitted", "job_started", "job_ended"]
    app.shut_down()


def test_waiting_in_a_hook_that_the_scheduler_calls_is_refused():
    """The scheduler would stand still: the hook is told to follow in a thread of its own."""
    app = Session()
    caught, is_over = [], threading.Event()

    @app.task("every 1 hour")
    def work():
        pass

    @app.hook("scheduler_cycle")
    def follow(session):
        try:
            session.events.follow(["runtimes"]).next(30)
        except Conflict as error:
            caught.append(str(error))
        is_over.set()

    app.start(block=False)
    assert is_over.wait(30)
    app.shut_down()
    assert caught
    assert "in a thread of your own" in caught[0]


def test_publishing_in_the_midst_of_publishing_does_not_hang():
    """A signal's handler may come at any place of the main thread."""
    events, now = Events(), ManualSession().now
    with events._lock:
        events.publish(TASK_CHANGED, now, "work", ())
    assert events.position.endswith(":1")


def test_every_type_belongs_to_a_topic_that_can_be_followed():
    """The table has no event that nobody can ask for, and no two of one name."""
    rings = {ring for _, rings in TOPICS.values() for ring in rings}
    assert {kind.topic for kind in KINDS.values()} == {*rings, "channel:<name>"}
    assert all(kind.type == name for name, kind in KINDS.items())


def test_the_end_of_a_channel_is_told_to_those_who_listen_to_all(session):
    """What carries events to others looks at once, and not with the next event."""
    session.channel("prices")
    following, found = session.events.follow(["channel:prices"]), []
    session.events.listen(lambda: found.append(following.next(0)))
    del session.channels["prices"]
    assert types(filter(None, found)) == ["unsubscribed"]
    following.close()
