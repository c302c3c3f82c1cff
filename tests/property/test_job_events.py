"""Whatever is told to the job machine, in whatever order, it does what a small model does."""

from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

from redengine.scheduler.jobs.machine import (
    TABLE,
    Event,
    IllegalTransition,
    RetryNote,
    state_of,
)
from redengine.testing import ManualSession

SAME = None
WAITS, RUNS = ("queued", "held"), ("run", "paused")
RULES = [
    ((*WAITS, *RUNS), "recovered", SAME),
    ((*WAITS, *RUNS), "withdrawn", "cancel"),
    ((*WAITS, *RUNS), "store_rejected", "inaction"),
    (WAITS, "parked", SAME),
    (RUNS, "parked", "queued"),
    (WAITS, "expired", "inaction"),
    (WAITS, "dropped", "inaction"),
    (WAITS, "deferred", SAME),
    (["queued"], "submitted", SAME),
    (["queued"], "admitted", SAME),
    (["queued"], "began", "run"),
    (["queued"], "paused", "held"),
    (["held"], "resumed", "queued"),
    (["run"], "paused", "paused"),
    (["paused"], "resumed", "run"),
    (RUNS, "retried", "queued"),
    (RUNS, "succeeded", "success"),
    (RUNS, "failed", "fail"),
    (RUNS, "terminated", "terminate"),
    (RUNS, "crashed", "crash"),
    (RUNS, "lost", "crash"),
    (RUNS, "did_nothing", "inaction"),
]
"""In which states an event can happen, and to which state it leads."""


def expected(state, event):
    """The next state by the rules; None where the event cannot happen."""
    for states, name, after in RULES:
        if name == event and state in states:
            return state if after is SAME else after
    return None


def test_the_table_says_what_the_rules_say():
    """Every state and event, those that cannot happen too."""
    states = {state for state, _ in TABLE} | {row.state for row in TABLE.values()}
    for state in states:
        for event in Event:
            row = TABLE.get((state, event))
            assert (None if row is None else row.state) == expected(state, event.value)


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(st.sampled_from(sorted(Event)), max_size=30))
def test_a_sequence_of_events_goes_as_the_model_goes(events):
    """Legal ones are taken, illegal ones raise; what is kept of the job stays consistent."""
    session = ManualSession(config={"max_threads": 1})
    task = session.task(name="work", max_instances=5, func=lambda: None)
    with session:
        session.advance(0)
        core, machine = session._core, session._control.machine
        with core.lock:
            session.runtimes["thread"].reserve(object())  # nothing begins by itself
            job = session._starts.start(task, "run")
            state, is_away = "queued", False
            for event in events:
                after = expected(state, event.value)
                if after == "run" and event is Event.BEGAN and job.execution is None:
                    continue  # no attempt was made that could begin
                try:
                    machine.apply(job, event, note=RetryNote("fail", "again"))
                except IllegalTransition:
                    assert after is None
                else:
                    assert after is not None
                    state = after
                    is_away = (is_away and event not in {Event.SUBMITTED, Event.RECOVERED}) or (
                        event is Event.PARKED or job.has_ended
                    )
                assert state_of(job) == state
                assert job.is_held == (state == "held")
                assert job.has_ended == (job.ended_at is not None)
                assert (core.jobs.get(job.id) is None) == is_away
                assert task.active.slots <= len(task.active)
            if not is_away:
                machine.apply(job, Event.WITHDRAWN)
