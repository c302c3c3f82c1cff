"""The reactive engine starts what a brute-force evaluator starts, and at the same instants."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, event, example, given, settings
from hypothesis import strategies as st
from strategies import (
    ME,
    MINUTE_LONG,
    PARAMETERS,
    TASKS,
    TRANSITIONS,
    VALUES,
    FakeWorld,
    Record,
    conditions,
)
from thoroughness import examples

from redengine.conditions import Has, parse
from redengine.conditions.calendar.wall_clock import HOUR
from redengine.exceptions import ImpossibleCondition
from redengine.scheduler.checks import SuspiciousCondition
from redengine.testing import ManualSession

NAMES = (ME, *TASKS)
MINUTES = 20 * 60


class BruteForce:
    """Asks every condition at every minute; knows nothing of `until`, topics or an agenda."""

    def __init__(self, plan):
        self.plan = plan
        self.orders = count(1)
        self.parameters = {}
        self.records = {name: Record(created=plan.start) for name in NAMES}
        self.running = {}
        self.starts = {name: [] for name in NAMES}

    def run(self):
        for minute in range(MINUTES + 1):
            now = self.plan.start + minute * MINUTE_LONG
            self.end_jobs(now)
            self.change_parameters(minute, now)
            while self.start_jobs(now):
                self.end_jobs(now)
        return self.starts

    def end_jobs(self, now):
        ends = sorted((at, name) for name, at in self.running.items() if at <= now)
        for _, name in ends:
            del self.running[name]
            record = self.records[name]
            record.running_since = None
            succeeded = self.plan.outcome(name, len(self.starts[name]) - 1)
            record.note("success" if succeeded else "fail", next(self.orders), now)
            record.failures = 0 if succeeded else record.failures + 1

    def change_parameters(self, minute, now):
        """Change what the plan says; those who read it are decided on before.

        The jobs that end and the times that come at an instant come before a change in it,
        as a change is made by a call, which comes later than what the call finds. So it
        never takes away a fire time or the end of a job. Before the start nothing is decided on.
        """
        change = self.plan.changes.get(minute, {})
        if change and minute > 0:
            self.start_jobs(now, [name for name in NAMES if self.plan.reads(name, change)])
        self.parameters.update(change)

    def start_jobs(self, now, names=NAMES):
        """One round: all conditions are asked, then what is to start starts."""
        chosen = [name for name in names if name not in self.running and self.decides(name, now)]
        for name in chosen:
            self.start(name, now)
        return chosen

    def start(self, name, now):
        self.records[name].note("run", next(self.orders), now)
        self.records[name].running_since = now
        self.running[name] = now + self.plan.durations[name] * MINUTE_LONG
        self.starts[name].append(now)

    def decides(self, name, now):
        context = FakeWorld(
            now=now,
            zone=self.plan.zone,
            task=name,
            scheduler_started=self.plan.start,
            records=self.records,
            parameters=self.parameters,
        )
        condition, record = self.plan.conditions[name], self.records[name]
        if not condition.holds(context):
            return False
        occurrence = condition.due(context) or now
        if record.last_due is not None and occurrence <= record.last_due:
            return False
        record.last_due = occurrence
        return True


class Plan:
    """One drawn situation: conditions, durations, outcomes, changes of parameters."""

    def __init__(self, zone, start, conditions, durations, outcomes, changes):
        self.zone = ZoneInfo(zone)
        self.start = start
        self.conditions = conditions
        self.durations = durations
        self.outcomes = outcomes
        self.changes = changes

    def outcome(self, name, number):
        told = self.outcomes[name]
        return told[number % len(told)]

    def reads(self, name, parameters):
        topics = {f"parameter:{parameter}" for parameter in parameters}
        return not topics.isdisjoint(self.conditions[name].reads())

    def __repr__(self):
        lines = [f"{self.zone} from {self.start:%Y-%m-%d %H:%M} UTC, changes {self.changes}"]
        lines += [
            f"  {name}: {self.conditions[name]}  ({self.durations[name]} min, "
            f"{self.outcomes[name]})"
            for name in NAMES
        ]
        return "\n".join(lines)


def reactive(plan):
    """The starts of the real scheduler over virtual time."""
    session = ManualSession(
        start=plan.start,
        timezone=str(plan.zone),
        durations={name: plan.durations[name] * 60 for name in NAMES},
    )
    for name in ("bank", "shop"):  # the other one knows them as Monday to Friday
        session.calendar(name, dates=["1999-12-31"])
    numbers = {name: count() for name in NAMES}

    def body(name):
        def run():
            if not plan.outcome(name, next(numbers[name])):
                raise ValueError(name)

        return run

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SuspiciousCondition)
        for name in NAMES:
            session.task(plan.conditions[name], name=name)(body(name))
    for minute in sorted(plan.changes):
        before = plan.start + minute * MINUTE_LONG - timedelta(microseconds=1)
        if minute > 0:
            session.advance_to(before)
            session._clock.move_to(plan.start + minute * MINUTE_LONG)
            session._manual_environment.settle(session._core)
        session.parameters.update(plan.changes[minute])
    session.advance_to(plan.start + MINUTES * MINUTE_LONG)
    return {name: list(session._runs.get(name, ())) for name in NAMES}


def beyond_brute_force(condition):
    """It ticks by the minute and writes no inaction records.

    So it cannot see a window of one second, nor count inactions.
    """
    for leaf in condition.leaves():
        window = getattr(leaf, "window", None)
        if window is not None and window.unit is HOUR and window.kind == "on":
            return True
        if isinstance(leaf, Has) and leaf.word == "inacted":
            return True
    return False


@st.composite
def changes(draw, start, durations):
    """Up to three changes of parameters, often as jobs end or an hour begins."""
    ends = [times * minutes for minutes in durations.values() for times in range(1, 5)]
    hours = range(60 - start.minute, MINUTES, 60)
    minutes = st.integers(0, MINUTES) | st.sampled_from(ends) | st.sampled_from(hours)
    change = st.dictionaries(st.sampled_from(PARAMETERS), st.sampled_from(VALUES), min_size=1)
    return draw(st.dictionaries(minutes, change, max_size=3))


@st.composite
def plans(draw):
    """Three tasks with random conditions near a change of the zone's offset."""
    zone, transition = draw(st.sampled_from(TRANSITIONS))
    start = transition - draw(st.integers(0, MINUTES)) * MINUTE_LONG
    chosen = {name: draw(conditions) for name in NAMES}
    assume(not any(map(beyond_brute_force, chosen.values())))
    durations = {name: draw(st.integers(1, 90)) for name in NAMES}
    return Plan(
        zone,
        start,
        chosen,
        durations,
        {name: draw(st.lists(st.booleans(), min_size=1, max_size=4)) for name in NAMES},
        draw(changes(start, durations)),
    )


def check(plan):
    try:
        found = reactive(plan)
    except ImpossibleCondition:
        assume(False)
    expected = BruteForce(plan).run()
    event(f"starts: {min(sum(map(len, expected.values())), 5)}")
    shown = {
        name: ([f"{at:%d %H:%M:%S.%f}" for at in found[name]], [f"{at:%d %H:%M}" for at in starts])
        for name, starts in expected.items()
        if found[name] != starts
    }
    assert not shown, f"{plan}\n(reactive, brute force): {shown}"


def planned(changes, durations=(1, 1, 1), **texts):
    """A plan written by hand: conditions as texts, and jobs that succeed after some minutes."""
    return Plan(
        "America/New_York",
        datetime(2026, 3, 8, 7, tzinfo=UTC),
        {name: parse(texts.get(name, "hourly")) for name in NAMES},
        dict(zip(NAMES, durations, strict=True)),
        dict.fromkeys(NAMES, (True,)),
        changes,
    )


A_JOB_ENDS_AS_A_PARAMETER_COMES = planned({3: {"mode": "prod"}}, me="~param 'mode' exists")
A_TIME_COMES_AS_A_PARAMETER_DOES = planned(
    {60: {"mode": "prod"}}, me="cron 0 * * * * & ~param 'mode' exists"
)
TWO_PARAMETERS_COME_AS_A_JOB_ENDS = planned(
    {3: {"mode": "prod", "env": "test"}},
    me="~param 'mode' exists & ~param 'env' exists",
    report="~param 'mode' exists & ~task 'fetch' is running",
    fetch="~param 'mode' exists",
)
A_FIRE_TIME_AND_AN_END_COME_WHILE_IT_RUNS = planned(
    {}, (40, 30, 1), me="after task 'fetch' | hourly at 00:00", fetch="every 30 minutes"
)


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@example(A_JOB_ENDS_AS_A_PARAMETER_COMES)
@example(A_TIME_COMES_AS_A_PARAMETER_DOES)
@example(TWO_PARAMETERS_COME_AS_A_JOB_ENDS)
@example(A_FIRE_TIME_AND_AN_END_COME_WHILE_IT_RUNS)
@given(plans())
def test_the_engine_starts_what_brute_force_starts(plan):
    """Random condition trees, histories, parameter changes and DST zones."""
    check(plan)


@pytest.mark.slow
@settings(
    max_examples=1500,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(plans())
def test_the_engine_starts_what_brute_force_starts_at_length(plan):
    """The same, for minutes of machine time rather than seconds."""
    check(plan)
