"""A whole session driven at random: no work is lost, doubled, stuck or skipped in silence."""

import signal
import sys
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from session_world import BY_CLOCK, BY_HAND, World, check, check_end, check_rest

from redengine.exceptions import RedengineError

MINUTES = st.sampled_from([0, 1, 1, 5, 5, 12, 45, 200])
STEPS_MIN = st.sampled_from([-9 * 24 * 60, -150, -10, -1, 0.025, 1, 10, 180, 2 * 24 * 60])
ACTIONS = st.sampled_from(["pause", "resume", "cancel", "terminate"])


def running():
    return precondition(lambda self: self.world.is_running)


class OutOfTime(BaseException):
    """The time limit of the test came; Hypothesis does not take it for a failure to shrink."""


def is_timer_set():
    """Whether the timer runs that ends the test at its time limit."""
    return signal.getitimer(signal.ITIMER_REAL)[0] > 0


class SessionMachine(RuleBasedStateMachine):
    """Everything that people, programs and the world do to a session."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name))
        self.number = 0
        self.has_time_limit = is_timer_set()

    def teardown(self):
        """See that everything ends, unless a step has failed: what it left says nothing."""
        try:
            if sys.exception() is None:
                check_end(self.world)
        finally:
            with suppress(Exception):
                self.world.shut_down()
            self.folder.cleanup()
            self.heed_time_limit()

    def heed_time_limit(self):
        """Go no further after the time limit of the test.

        It breaks into whatever runs, which is left half done, and may take it for the
        failure of a job and go on.
        """
        if self.has_time_limit and not is_timer_set():
            raise OutOfTime("the time limit of the test came; this says nothing of the session")

    def some_job(self, index):
        jobs = list(self.world.session.jobs)
        return jobs[index % len(jobs)] if jobs else None

    # -- what people ask for

    @running()
    @rule(
        task=st.sampled_from([*BY_HAND, *BY_HAND, "every", "once"]),
        run_at_min=st.none() | st.none() | st.integers(1, 60),
        deadline_min=st.none() | st.none() | st.integers(1, 60),
        has_id=st.booleans(),
    )
    def submit(self, task, run_at_min, deadline_min, has_id):
        session = self.world.session
        named = {"run_at": run_at_min, "deadline": deadline_min}
        options = {
            name: session.now + timedelta(minutes=value)
            for name, value in named.items()
            if value is not None
        }
        self.number += 1
        job_id = f"mine-{self.number}" if has_id else None
        try:
            job = session.submit_task(session.tasks[task], {}, options=options, job_id=job_id)
        except RedengineError:
            assert self.world.is_out, "refused without an outage"
            return
        self.world.acknowledged.add(job.id)
        self.world.handles[job.id] = job

    @running()
    @rule(
        index=st.integers(0, 50), action=st.sampled_from(["pause", "resume", "cancel", "terminate"])
    )
    def act(self, index, action):
        job = self.some_job(index)
        if job is not None and action in job.allowed_actions:
            getattr(job, action)()

    @running()
    @rule(name=st.sampled_from(sorted(BY_CLOCK)))
    def disable_or_enable(self, name):
        if name not in self.world.known:
            return
        task = self.world.session.tasks[name]
        task.disabled = not task.disabled
        self.world.disabled ^= {name}

    @running()
    @rule(size=st.integers(1, 4))
    def resize(self, size):
        self.world.size = size
        self.world.widest = max(self.world.widest, size)
        self.world.session.config.max_threads = size

    @running()
    @rule(is_replaced=st.booleans())
    def replace_or_delete(self, is_replaced):
        world = self.world
        world.passed["temp"].clear()
        world.made_at["temp"] = world.now
        if "temp" not in world.known:
            world.known.add("temp")
            world.make("temp")
        elif is_replaced:
            world.make("temp", on_exists="replace")
        else:
            with suppress(RedengineError):
                world.session.tasks["temp"].delete(force=True)
                world.known.discard("temp")
                world.disabled.discard("temp")

    @running()
    @rule()
    def pause_or_resume(self):
        session = self.world.session
        if session.state == "running":
            session.pause()
        else:
            session.resume()
            self.world.quiet_since = self.world.now

    # -- what happens

    @running()
    @rule(minutes=MINUTES)
    def advance(self, minutes):
        self.world.advance(timedelta(minutes=minutes))
        check_rest(self.world)

    @running()
    @rule(minutes=st.sampled_from([0.05, 0.5, 3, 11, 70]))
    def stall(self, minutes):
        self.world.stall(timedelta(minutes=minutes))

    @running()
    @rule(minutes=STEPS_MIN)
    def step_clock(self, minutes):
        self.world.step_clock(timedelta(minutes=minutes))

    @running()
    @rule()
    def outage_begins_or_ends(self):
        if not self.world.is_out:
            self.world.session.store.flush(10)
        self.world.is_out = not self.world.is_out
        self.world.quiet_since = self.world.now

    @running()
    @rule(away_min=st.sampled_from([0, 1, 30, 300]), is_killed=st.booleans())
    def restart(self, away_min, is_killed):
        world = self.world
        world.stopped_at = world.kill() if is_killed else world.shut_down()
        world.start_again(world.stopped_at, timedelta(minutes=away_min))

    @invariant()
    def all_holds(self):
        self.heed_time_limit()
        check(self.world)


def run(examples, steps):
    run_state_machine_as_test(
        SessionMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nothing_is_lost_doubled_stuck_or_silent():
    """Whatever happens, jobs, tasks, places, limits and rows agree, and everything ends."""
    run(examples=10, steps=20)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_is_lost_doubled_stuck_or_silent_in_ten_thousand_steps():
    """The same in 10,000 steps."""
    run(examples=250, steps=40)


@pytest.mark.parametrize("is_swallowed", [False, True])
@pytest.mark.parametrize("place", ["check", "check_end"])
def test_the_time_limit_is_not_taken_for_a_broken_invariant(monkeypatch, place, is_swallowed):
    """What it interrupts is left half done, in a step as well as at the end."""
    left_s = [60.0]

    def interrupted(world):
        world.acknowledged.add("half submitted")
        left_s[:] = [0.0]
        if not is_swallowed:
            pytest.fail("Timeout (>600.0s) from pytest-timeout.")

    monkeypatch.setattr(signal, "getitimer", lambda _which: (left_s[0], 0.0))
    monkeypatch.setattr(sys.modules[__name__], place, interrupted)
    with pytest.raises(OutOfTime):
        run(examples=1, steps=1)


def test_a_late_start_that_has_not_begun_outlives_a_kill():
    """The later fire times of the same stall are stored; the one that was handed over is, too."""
    state = SessionMachine()
    state.advance(minutes=0)
    state.stall(minutes=70)
    state.act(action="pause", index=39)
    state.resize(size=4)
    state.outage_begins_or_ends()
    state.restart(away_min=300, is_killed=True)
    state.teardown()


def test_a_skip_that_lies_ahead_after_a_restart_hides_nothing_missed_before_it():
    """The clock was put back while the session was down: what passes until it is told."""
    state = SessionMachine()
    state.restart(away_min=30, is_killed=True)
    state.step_clock(minutes=-150)
    state.restart(away_min=1, is_killed=True)
    state.step_clock(minutes=2880)
    state.all_holds()
    state.teardown()
