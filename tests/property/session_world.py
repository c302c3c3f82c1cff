"""A session on a file, over virtual time, that is driven at random; and what must hold of it."""

import shutil
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redengine.scheduler.jobs.job import ENDED
from redengine.store.errors import Outage
from redengine.testing import ManualSession

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=3)
"""Everything that starts by itself does so within it, once all is at rest."""
MOST_DAYS = 5
"""How long a backlog may take to be worked off."""
DURATIONS = {
    "slow": "10 minutes",
    "failing": "1 minute",
    "endless": "30 days",
    "limited": "7 minutes",
    "limited_too": "3 minutes",
    "once": "4 minutes",
    "all": "4 minutes",
    "skip": "1 minute",
    "scarce": "11 minutes",
    "temp": "8 minutes",
}
BY_HAND = {
    "quick": {},
    "slow": {"timeout": "25 minutes"},
    "failing": {"retries": 2, "backoff": 120},
    "endless": {"timeout": "20 minutes", "retries": 1, "backoff": 60},
    "limited": {"limits": {"db": 1}},
    "limited_too": {"limits": {"db": 1}, "priority": 5},
}
"""Tasks that are only ever submitted, with the options that make their jobs' ways long."""
BY_CLOCK = {
    "once": ({0, 10, 20, 30, 40, 50}, {"missed": "once"}),
    "all": ({5, 35}, {"missed": "all"}),
    "skip": ({20}, {"missed": "skip", "grace": "30 min"}),
    "scarce": ({15, 45}, {"missed": "once", "limits": {"db": 1}}),
    "temp": ({1, 21, 41}, {"missed": "all", "jitter": "5 min"}),
}
"""Tasks started by cron: the minutes of their nominal times, and their options."""
ZONED = {"all": " in Australia/Sydney", "skip": " in America/New_York"}
"""Zones that cron tasks name; their offsets are whole hours, so that the minutes are the same."""
GRID = timedelta(minutes=25)
RARELY = {
    "every": "every 15 minutes",
    "grid": "every 25 minutes starting 2026-01-01T00:00Z",
    "after": "after task 'all'",
}
LIMITED = {"limited", "limited_too", "scarce"}
ALL_TASKS = (*BY_HAND, *BY_CLOCK, *RARELY)


@dataclass
class Run:
    """One start of a task's code."""

    task: str
    job_id: str
    attempt: int
    due_at: datetime | None
    trigger: str


@dataclass
class World:
    """The session of today, and what is known of all sessions that there were on its file.

    Attributes:
        folder: where the files are.
        size: places in the thread runtime.
        generation: which session of the row it is; code of an earlier one counts no more.
        runs: every start of code.
        acknowledged: ids of jobs whose submission returned, and that were not deleted.
        handles: the handles of jobs submitted to the present session.
        passed: for each cron task, the spans of wall time that went by while it existed.
        known: the tasks that exist; only `temp` comes and goes.
    """

    folder: Path
    size: int = 2
    generation: int = 0
    runs: list[Run] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    handles: dict[str, object] = field(default_factory=dict)
    passed: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    known: set[str] = field(default_factory=lambda: set(ALL_TASKS))
    disabled: set[str] = field(default_factory=set)
    made_at: dict[str, datetime] = field(default_factory=dict)
    session: ManualSession = None
    is_out: bool = False
    widest: int = 0
    stopped_at: datetime = START

    def __post_init__(self):
        self.passed = {name: [] for name in BY_CLOCK}
        self.open(START)

    # -- sessions on the file

    @property
    def now(self):
        return self.session.now.astimezone(UTC)

    @property
    def is_running(self):
        return self.session.state in {"running", "paused"}

    @property
    def file(self):
        return self.folder / f"jobs-{self.generation}.db"

    def open(self, at):
        """Make a session as a script would, and start it."""
        self.session = ManualSession(
            start=at,
            durations=DURATIONS,
            store=f"sqlite:///{self.file}",
            config={"max_threads": self.size, "termination_grace": "1 s"},
        )
        self.widest = self.size
        generation = self.generation
        self.session.hook("task_execute")(lambda job: self.note(generation, job))
        for name in sorted(self.known):
            self.make(name)
        writer = self.session.store._writer
        write_batch = writer._write_batch

        def guarded(commits):
            if self.is_out and generation == self.generation:
                raise Outage("the cable is out")
            write_batch(commits)

        writer._write_batch = guarded
        self.session.advance(0)
        self.session.store.flush(10)
        self.quiet_since = self.seen = self.now

    def make(self, name, **options):
        def fail():
            raise ValueError("again")

        func = fail if name == "failing" else lambda: None
        if name in BY_HAND:
            self.session.task(name=name, max_instances=1000, **BY_HAND[name], **options)(func)
            return
        condition = RARELY.get(name)
        if condition is None:
            minutes, fixed = BY_CLOCK[name]
            condition = f"cron {','.join(map(str, sorted(minutes)))} * * * *{ZONED.get(name, '')}"
            options |= fixed
        options["disabled"] = name in self.disabled
        self.session.task(condition, name=name, **options)(func)

    def note(self, generation, job):
        if generation == self.generation:
            self.runs.append(Run(job.task, job.id, job.attempt, job.due_at, job.trigger))

    def shut_down(self):
        at = self.now
        self.is_out = False
        self.session.shut_down()
        self.session.store.close()
        self.handles.clear()
        return at

    def kill(self):
        """Leave the session as SIGKILL does: only what is committed stays."""
        if not self.is_out:
            self.session.store.flush(10)  # as the writer's thread does within milliseconds
        at, before = self.now, self.file
        killed = self.session
        self.generation += 1
        for suffix in ("", "-wal"):
            if Path(f"{before}{suffix}").exists():
                shutil.copy(f"{before}{suffix}", f"{self.file}{suffix}")
        self.handles.clear()
        killed.shut_down()
        killed.store.close()
        return at

    def start_again(self, at, away):
        """A later session on the file, after a while."""
        self.is_out = False
        self.note_passed(self.seen, at + away)
        self.open(at + away)

    # -- time

    def advance(self, by):
        before = self.now
        self.note_passed(self.seen, before)
        self.session.advance(by)
        self.note_passed(before, self.now)
        self.seen = self.now

    def step_clock(self, by):
        self.session.step_clock(by)
        self.quiet_since = self.now

    def stall(self, by):
        """Let time pass in which the process does not run."""
        self.session._clock.advance(by)
        self.quiet_since = self.now

    def note_passed(self, before, after):
        """The engine sees the wall clock at two instants; what lies between has gone by."""
        if after > before:
            for name in BY_CLOCK:
                since = max(before, self.made_at.get(name, before))
                if name in self.known and since < after:
                    self.passed[name].append((since, after))

    # -- what happened to nominal times

    def nominal_times(self, name, before, after):
        """The nominal times of a cron task in (before, after]."""
        minutes = BY_CLOCK[name][0]
        at = before.replace(second=0, microsecond=0)
        while (at := at + MINUTE) <= after:
            if at.minute in minutes:
                yield at

    def owed(self, name, until):
        """The nominal times up to an instant that have to be accounted for."""
        return {
            at
            for before, after in self.passed[name]
            for at in self.nominal_times(name, before, min(after, until))
        }

    def accounted(self, name):
        """The nominal times that were started, or are on record as skipped."""
        done = {run.due_at for run in self.runs if run.task == name and run.due_at}
        done |= {job.due_at for job in self.session.jobs.of(name, 10_000) if job.due_at}
        for record in self.session.logs(task_name=name, action="inaction", limit=10_000):
            skipped = record.get("skipped")
            if skipped:
                first, last = _instant(skipped["first"]), _instant(skipped["last"])
                span = set(self.nominal_times(name, first - MINUTE, last))
                assert skipped["count"] <= len(span), record
                done |= span
        return done


def _instant(value):
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


# -- what must hold at any time


def check(world):
    """Every invariant over jobs, tasks, places, limits and the store."""
    check_jobs(world)
    check_places(world)
    check_tasks(world)
    check_runs(world)
    if not world.is_out:
        check_store(world)


def check_jobs(world):
    session = world.session
    active = {job.id: job for job in session.jobs}
    for job_id, handle in world.handles.items():
        assert handle.has_ended == (handle.status in ENDED) == (handle.ended_at is not None)
        assert handle.wait(0) == handle.has_ended
        if handle.status == "queued" and not world.is_running:
            continue
        assert (job_id in active) is not handle.has_ended, f"{handle.task} {handle.status}"
    for job_id in world.acknowledged:
        assert session.jobs.find(job_id) is not None, f"acknowledged and gone: {job_id}"


def running(world, tasks=ALL_TASKS):
    """The active jobs whose code runs or is suspended."""
    return [
        job
        for job in world.session.jobs
        if job.task in tasks
        and (job.status == "run" or (job.status == "paused" and not job.is_held))
    ]


def check_places(world):
    assert len(running(world)) <= world.widest
    assert len(running(world, LIMITED)) <= 1
    if world.is_running:
        assert world.session.runtimes["thread"].running == len(running(world))


def check_tasks(world):
    for task in world.session.tasks:
        own = [job for job in world.session.jobs if job.task == task.name]
        assert task.is_running == any(
            job.status in {"run", "paused"} and not job.is_held for job in own
        ), task.name


def check_runs(world):
    """No attempt twice, and no nominal time twice."""
    attempts = Counter((run.job_id, run.attempt) for run in world.runs)
    assert max(attempts.values(), default=0) <= 1, attempts.most_common(1)
    first = Counter(
        (run.task, run.due_at)
        for run in world.runs
        if run.attempt == 1 and run.trigger == "condition" and run.due_at is not None
    )
    assert max(first.values(), default=0) <= 1, first.most_common(1)


def check_store(world):
    """The rows say what the handles say."""
    store = world.session.store
    active = {job.id: job for job in world.session.jobs}
    if world.is_running:
        store.flush(10)
        for state in ("queued", "run", "paused"):
            for row in store.jobs_in_state(state):
                assert row["job_id"] in active, f"row says {state}: {row['task']} {row['job_id']}"
                assert active[row["job_id"]].status == state
    for job_id, handle in world.handles.items():
        if job_id in world.acknowledged and handle.has_ended:
            assert world.session.jobs.find(job_id).status == handle.status


# -- what must hold once all has come to rest at an instant


def check_rest(world):
    """Whatever waits, waits for something."""
    if not world.is_running or world.is_out:
        return
    free = world.size - len(running(world))
    for job in world.session.jobs:
        if job.status != "queued" or (job.run_at is not None and job.run_at > world.now):
            continue
        is_limited = job.task in LIMITED and bool(running(world, LIMITED))
        assert free <= 0 or is_limited, f"{job.task} {job.id} waits for nothing"
    if world.session.state == "running" and world.now - world.quiet_since > timedelta(minutes=16):
        check_interval(world)


def check_interval(world):
    """Nothing but a job of its own that may begin keeps an interval from starting.

    One that is counted from an instant is due at its own times alone.
    """
    busy = [
        job
        for job in world.session.jobs
        if job.task == "every" and not job.is_held and job.run_at is None
    ]
    due = [run.due_at for run in world.runs if run.task == "every" and run.trigger == "condition"]
    if not busy:
        assert due, "'every' never started"
        assert world.now - due[-1] < timedelta(minutes=15), f"'every' stands still since {due[-1]}"
    for run in world.runs:
        if run.task == "grid" and run.trigger == "condition":
            aside = (run.due_at - START) % GRID  # another chance is due an instant later
            assert aside < timedelta(milliseconds=1), f"'grid' was due at {run.due_at}"


# -- what must hold at the end


@contextmanager
def brought_to_rest(world):
    """Let all that is held go on, and a day pass twice."""
    if not world.is_running:
        world.start_again(world.stopped_at, timedelta(0))
    world.is_out = False
    if world.session.state == "paused":
        world.session.resume()
    for name in sorted(world.disabled):
        world.session.tasks[name].disabled = False
    world.disabled.clear()
    world.advance(timedelta(minutes=1))
    for job in list(world.session.jobs):
        if job.status == "paused":
            job.resume()
        if job.run_at is not None and job.run_at > world.now + timedelta(days=1):
            job.cancel()  # asked for before the clock was put back
    yield
    world.advance(timedelta(days=2))


def silent_skips(world, until):
    """Some nominal times of which nothing is known, by task."""
    missing = {
        name: sorted(world.owed(name, until) - world.accounted(name))[:3]
        for name in BY_CLOCK
        if name in world.known
    }
    return {name: times for name, times in missing.items() if times}


def check_end(world):
    """All that was asked for has ended, every nominal time is accounted for, life goes on."""
    with brought_to_rest(world):
        settled = world.now
    check(world)
    check_rest(world)
    for job_id in world.acknowledged:
        job = world.session.jobs.find(job_id)
        assert job.has_ended, f"{job.task} is {job.status} for ever"
        if job.status == "fail":
            assert job.attempt == job.retries + 1, f"{job.task} was not tried again"
    for _ in range(MOST_DAYS):
        silent = silent_skips(world, settled)
        if not silent:
            break
        world.advance(timedelta(days=1))
    assert not silent, f"skipped in silence: {silent}"
    for name in ("every", "grid", "after", *(name for name in BY_CLOCK if name in world.known)):
        latest = world.session.tasks[name].last_run
        assert latest is not None, f"'{name}' never ran"
        assert world.now - latest < LONGEST_REST, f"'{name}' stands still since {latest}"
