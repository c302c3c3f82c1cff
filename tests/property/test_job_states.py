"""Whatever is done to jobs, they go the ways that the design allows, and no other."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from thoroughness import examples

from redengine.exceptions import Conflict, NotFound
from redengine.scheduler.jobs.job import ENDED, Job
from redengine.testing import ManualSession

RAN = {"success", "fail", "terminate", "crash"}
WAYS = {
    "queued": {"run", "paused", "cancel", "inaction"},
    "run": {"paused", "queued", *RAN},
    "paused": {"run", "queued", "cancel", "inaction", *RAN},
}
"""From each status to which others; an attempt that is retried goes back to the queue."""
ACTIONS = {
    "queued": {"pause", "cancel", "terminate"},
    "held": {"resume", "cancel", "terminate"},
    "run": {"pause", "terminate"},
    "paused": {"resume", "terminate"},
    "ended": {"delete"},
}
SIZE = 2
DURATIONS = {"slow": "10 minutes", "endless": "30 days", "failing": "1 minute"}


@contextmanager
def watched(taken):
    """Note every change of a job's status, also those that do not last."""
    slot = Job.status

    def change(job, status):
        before = _status_of(slot, job)
        if before is not None and before != status:
            taken.append((job, before, status))
        slot.__set__(job, status)

    Job.status = property(slot.__get__, change)
    try:
        yield
    finally:
        Job.status = slot


def _status_of(slot, job):
    try:
        return slot.__get__(job)
    except AttributeError:
        return None


class JobStates(RuleBasedStateMachine):
    """Drives a session over virtual time."""

    jobs = Bundle("jobs")

    def __init__(self):
        super().__init__()
        self.taken = []
        self.all = []
        self.deleted = set()
        self.watching = watched(self.taken)
        self.watching.__enter__()
        self.session = ManualSession(durations=DURATIONS, config={"max_threads": SIZE})

    @initialize()
    def start(self):
        def fail():
            raise ValueError("again")

        for name, options in {
            "quick": {},
            "slow": {"timeout": "25 minutes"},
            "endless": {"timeout": "20 minutes", "retries": 1, "backoff": 60},
            "failing": {"retries": 2, "backoff": 120},
        }.items():
            func = fail if name == "failing" else lambda: None
            self.session.task(name=name, max_instances=1000, **options)(func)
        self.session.start(block=False)

    def teardown(self):
        self.session.shut_down()
        self.watching.__exit__(None, None, None)
        self.only_allowed_ways_were_taken()
        assert all(job.has_ended for job in self.all)

    @rule(
        target=jobs,
        task=st.sampled_from(["quick", "slow", "endless", "failing"]),
        deadline_min=st.none() | st.integers(1, 60),
        run_at_min=st.none() | st.integers(1, 60),
    )
    def submit(self, task, deadline_min, run_at_min):
        now = self.session.now
        options = {
            name: now + timedelta(minutes=minutes)
            for name, minutes in (("deadline", deadline_min), ("run_at", run_at_min))
            if minutes is not None
        }
        job = self.session.submit_task(self.session.tasks[task], {}, options=options)
        assert job.status == "queued"
        self.all.append(job)
        return job

    @rule(target=jobs, job=jobs)
    def submit_again(self, job):
        if job.id in self.deleted:
            return multiple()
        again = self.session.submit(job.task, job_id=job.id)
        assert (again.id, again.status) == (job.id, job.status)
        return multiple()

    @rule(job=jobs, action=st.sampled_from(["pause", "resume", "cancel", "terminate"]))
    def act(self, job, action):
        allowed = self.allowed(job)
        before, number = job.status, len(self.taken)
        if action in allowed:
            getattr(job, action)()
            assert self.taken[number:]
            return
        with pytest.raises(Conflict) as caught:
            getattr(job, action)()
        assert job.status == before
        assert not self.taken[number:]
        assert caught.value.facts["status"] == before
        assert set(caught.value.facts["allowed_actions"]) == allowed
        assert f"'{before}'" in str(caught.value)
        assert job.id in str(caught.value)

    @rule(job=jobs)
    def delete(self, job):
        if job.id in self.deleted:
            with pytest.raises(NotFound):
                self.session.delete_job(job.id)
        elif job.has_ended:
            self.session.delete_job(job.id)
            self.deleted.add(job.id)
        else:
            with pytest.raises(Conflict) as caught:
                self.session.delete_job(job.id)
            assert set(caught.value.facts["allowed_actions"]) == self.allowed(job)

    @rule(minutes=st.sampled_from([0, 1, 1, 5, 15, 60]))
    def advance(self, minutes):
        self.session.advance(timedelta(minutes=minutes))

    def allowed(self, job):
        if job.status in ENDED:
            return ACTIONS["ended"]
        return ACTIONS["held" if job.status == "paused" and job.is_held else job.status]

    @invariant()
    def only_allowed_ways_were_taken(self):
        real = set(map(id, self.all))
        for job, before, after in self.taken:
            if id(job) in real:  # others are made from the rows of the store
                assert after in WAYS.get(before, set()), f"{job.task}: {before} to {after}"
        self.taken.clear()

    @invariant()
    def what_is_told_of_a_job_fits_together(self):
        active = {job.id for job in self.session.jobs}
        for job in self.all:
            assert job.has_ended == (job.ended_at is not None) == job.wait(0)
            assert (job.id in active) is not job.has_ended
            assert set(job.allowed_actions) == self.allowed(job)
            if job.status in {"run", *RAN}:
                assert job.started_at is not None
            if job.status == "paused" and not job.is_held:
                assert job.timeout_at is None
            if not job.has_ended and job.deadline is not None:
                assert self.session.now <= job.deadline
            if job.id not in self.deleted:
                assert self.session.job(job.id).status == job.status

    @invariant()
    def no_more_run_than_there_are_places(self):
        running = [
            job
            for job in self.session.jobs
            if job.status == "run" or (job.status == "paused" and not job.is_held)
        ]
        assert len(running) <= SIZE


def test_jobs_go_the_allowed_ways_only():
    """A forbidden action raises Conflict with state and allowed actions, and changes nothing."""
    run_state_machine_as_test(
        JobStates,
        settings=settings(max_examples=examples(100), stateful_step_count=25, deadline=None),
    )


def test_the_ways_are_those_of_the_jobs_own_words():
    """Every status is known to the table, and an ended job has no way on."""
    assert set(WAYS) | ENDED == set().union(*WAYS.values()) | {"queued"}
    assert ENDED.isdisjoint(WAYS)
