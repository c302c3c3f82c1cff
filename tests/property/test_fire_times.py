"""Whatever touches, stalls, pauses and clocks do: each fire time has one job, or is on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from thoroughness import examples

from redengine.conditions import Cron
from redengine.conditions.context import CalendarContext
from redengine.testing import ManualSession

START = datetime(2026, 3, 2, 0, 0, 30, tzinfo=UTC)
NAME = "job"
CRONS = (
    "*/3 * * * *",
    "*/7 * * * *",
    "0 * * * *",
    "13,14,59 */2 * * *",
    "H/7 * * * *",
    "H */3 2W,3 * *",
)

_spans = st.integers(0, 3 * 3600).map(lambda seconds: timedelta(seconds=seconds))
_short = st.integers(0, 200_000).map(lambda ms: timedelta(milliseconds=ms))
_waits = st.one_of(
    st.tuples(st.just("advance"), _spans),
    st.tuples(st.just("stall"), st.one_of(_short, _spans)),
    st.tuples(st.just("forward"), _spans),
)
_touches = st.tuples(
    st.sampled_from(
        ("pause", "resume", "touch", "parameter", "disable", "enable", "settings", "hold_later")
    ),
    st.none(),
)
_backs = st.tuples(st.just("back"), st.one_of(_spans, st.just(timedelta(days=400))))


class Run:
    """A session with one cron task, to which drawn things happen.

    Args:
        expression: its fire times.
        policy: what becomes of those that are missed.
        seconds: how long its jobs take.
        options: more of the task's options.
    """

    def __init__(self, expression, policy, seconds, options):
        self.condition = Cron(expression)
        self.session = ManualSession(start=START, durations={NAME: seconds})
        self.session.task(self.condition, name=NAME, missed=policy, **options)(lambda: None)
        self.task = self.session.tasks[NAME]
        self.session.start(block=False)
        self.numbers = 0

    def do(self, action, span):
        session, task = self.session, self.task
        if action == "advance":
            session.advance(span)
        elif action == "stall":
            session._clock.advance(span)
        elif action in {"forward", "back"}:
            session.step_clock(span if action == "forward" else -span)
        elif action == "touch":
            session._core.touch(task)
        elif action == "parameter":
            self.numbers += 1
            session.parameters["number"] = self.numbers
        elif action in {"disable", "enable"}:
            task.disabled = action == "disable"
        elif action == "settings":
            task.update({"max_instances": 1, "start_cond": str(self.condition)})
        elif action == "hold_later":
            at = session.now + timedelta(days=900)
            session.submit_task(task, {}, options={"run_at": at})
        elif session.state != {"pause": "paused", "resume": "running"}[action]:
            getattr(session, action)()

    def finish(self):
        """Let all that still waits have its chance, at an instant that is no fire time."""
        self.do("enable", None)
        self.do("resume", None)
        self.session.advance("3 hours")

    def ran(self):
        page = self.session.logs(action="run", limit=10_000)
        ids = [record["job_id"] for record in page]
        return [due for each in ids if (due := self.session.job(each).due_at) is not None]

    def rows(self):
        return [
            (
                datetime.fromisoformat(each["skipped"]["first"]),
                datetime.fromisoformat(each["skipped"]["last"]),
                each["skipped"]["count"],
            )
            for each in self.session.logs(action="inaction", limit=10_000)
            if each["skipped"]
        ]

    def given_up(self):
        """The fire times of jobs that were to begin too late."""
        jobs = self.session.jobs.of(NAME, 10_000)
        return {job.due_at for job in jobs if job.reason == "grace"}

    def fire_times(self, until):
        context = CalendarContext(START, UTC, NAME)
        return list(self.condition.nominal_times(context, START, until))


runs = st.builds(
    Run,
    st.sampled_from(CRONS),
    st.sampled_from(("once", "all", "skip")),
    st.sampled_from((0, 1, 45, 200, 4000)),
    st.fixed_dictionaries(
        {}, optional={"jitter": st.sampled_from(("2 s", "50 s")), "grace": st.just("20 min")}
    ),
)
_settings = settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@_settings
@given(runs, st.lists(st.one_of(_waits, _touches), min_size=1, max_size=6))
def test_each_fire_time_has_one_job_or_is_on_record(run, actions):
    """Where the clock never goes back, jobs and records together are the fire times."""
    with run.session:
        for action, span in actions:
            run.do(action, span)
        run.finish()
        ran = set(run.ran())
        assert len(ran) == len(run.ran())
        expected = run.fire_times(run.session.now.astimezone(UTC))
        if len(expected) > 4000:
            return  # more than the log in memory and `missed="all"` keep apart
        told = set()
        for first, last, number in run.rows():
            row = {each for each in expected if first <= each <= last} - ran
            assert len(row) == number
            assert not row & told
            told |= row
        told |= run.given_up()
        waiting = {
            job.due_at for job in run.session._core.jobs.values() if job.due_at is not None
        } | set(run.task.history.occurrences.misfires)
        event(f"skipped: {len(told) > 0}, waiting: {len(waiting) > 0}")
        assert set(expected) == ran | told | waiting


@_settings
@given(runs, st.lists(st.one_of(_waits, _touches, _backs), min_size=1, max_size=6))
def test_no_fire_time_has_two_jobs(run, actions):
    """Nor does anything that is due stay on the agenda."""
    with run.session:
        for action, span in actions:
            run.do(action, span)
        run.finish()
        ran = run.ran()
        assert len(set(ran)) == len(ran)
        assert run.session.health()[1]["checks"]["lag"]["ok"]
        assert run.task.next_run is not None
