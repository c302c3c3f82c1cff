"""The life of a session: states, hooks, configuration, health, runs by hand, the default one."""

import asyncio
import threading
import time
from itertools import pairwise

import pytest

from redengine import Session
from redengine import session as default
from redengine.exceptions import (
    Conflict,
    InvalidInput,
    NotFound,
    SessionStateError,
    StoreError,
    UnknownName,
)
from redengine.runtimes import current_job
from redengine.scheduler.config import SETTINGS
from redengine.scheduler.hooks import HOOKS
from redengine.tasks import FuncTask
from redengine.testing import ManualSession


def test_a_session_goes_through_its_states():
    """Initialised → running → paused → running → stopped."""
    session = ManualSession()
    states = [session.state]
    for step in (
        lambda: session.start(block=False),
        session.pause,
        session.resume,
        session.shut_down,
    ):
        step()
        states.append(session.state)

    assert states == ["initialised", "running", "paused", "running", "stopped"]


def test_what_the_state_forbids_is_named():
    """Starting twice, pausing or submitting before the start are errors that say the state."""
    with ManualSession() as session:
        session.task(name="job")(lambda: None)
        for forbidden in (session.pause, session.resume, session.restart):
            with pytest.raises(SessionStateError, match="initialised"):
                forbidden()
        with pytest.raises(SessionStateError, match="start it before"):
            session.submit("job")
        session.start(block=False)
        with pytest.raises(SessionStateError, match="running"):
            session.start(block=False)


def test_pause_lets_running_jobs_end_and_hand_started_ones_run():
    """Only the conditions are held."""
    with ManualSession(durations={"job": "30 s"}) as session:
        session.task("every 1 minute", name="job")(lambda: None)
        session.advance("10 s")
        session.pause()
        session.advance("5 minutes")
        assert len(session.runs("job")) == 1
        assert session.tasks["job"].status == "success"

        session.submit("job")
        session.advance("1 minute")
        assert len(session.runs("job")) == 2


def test_every_hook_is_called(session):
    """task_init, task_execute, scheduler_startup, scheduler_cycle, job_end, scheduler_shutdown."""
    called = []
    for name in HOOKS:
        session.hook(name)(lambda _thing, name=name: called.append(name))
    session.task("daily", name="job")(lambda: None)
    session.advance("1 s")
    session.shut_down()

    assert set(called) == set(HOOKS)
    assert called[0] == "task_init"
    assert called[-1] == "scheduler_shutdown"


def test_a_hook_that_raises_is_ignored(session, caplog):
    """It is logged, and the job succeeds."""
    session.hook("job_end")(lambda _job: 1 / 0)
    session.task("daily", name="job")(lambda: None)
    session.advance("1 s")

    assert session.tasks["job"].status == "success"
    assert "job_end hook" in caplog.text


def test_an_unknown_hook_is_answered_with_the_nearest(session):
    """The error names the one that exists."""
    with pytest.raises(UnknownName, match="scheduler_startup"):
        session.hook("scheduler_start")


@pytest.mark.parametrize(
    ("key", "bad"),
    [
        ("max_threads", 0),
        ("max_threads", "many"),
        ("timezone", "Europe/Helsinky"),
        ("timeout", "soon"),
        ("task_pre_exist", "maybe"),
        ("shut_cond", "evry 10 s"),
        ("instant_shutdown", "yes"),
        ("execution", ""),
        ("restarting", 1),
        ("no_such_key", 1),
    ],
)
def test_a_config_value_that_does_not_fit_changes_nothing(session, key, bad):
    """Neither it nor what was given beside it."""
    before = session.config.snapshot()
    with pytest.raises(InvalidInput, match=key):
        session.config.update({"task_priority": 3, key: bad})

    assert session.config.snapshot() == before


def test_the_ancestors_config_keys_are_accepted():
    """Old spellings map to the new keys; what has no meaning here is warned of."""
    with pytest.warns(UserWarning, match="does not poll"):
        session = ManualSession(
            config={"task_execution": "main", "max_process_count": 3, "cycle_sleep": 0.1}
        )

    assert (session.config.execution, session.config.max_processes) == ("main", 3)
    assert set(session.config) == set(SETTINGS)


def test_run_runs_tasks_once_and_waits():
    """Without a started session too; the condition is obeyed only if asked."""
    with ManualSession() as session:
        ran = []
        session.task("always false", name="never")(lambda: ran.append("never"))
        session.task("daily", name="daily")(lambda: ran.append("daily"))
        session.start(block=False)
        with pytest.raises(NotFound, match="did you mean 'daily'"):
            session.run("dialy")


def test_run_starts_a_session_for_the_asked_tasks_alone():
    """It is stopped again afterwards."""
    session = Session()
    ran = []
    session.task("every 1 second", name="other")(lambda: ran.append("other"))
    session.task(name="job")(lambda: ran.append("job") or 7)
    session.task("always false", name="never")(lambda: ran.append("never"))

    (job,) = session.run("job", timeout=60)
    assert (job.result(), ran, session.state) == (7, ["job"], "stopped")
    assert session.run("never", obey_cond=True, timeout=60) == []
    assert len(session.run("never", timeout=60)) == 1
    session.shut_down()


def test_health_tells_of_the_engine_store_and_runtimes(session):
    """Well while it runs, unwell when it does not."""
    assert session.health()[0] is False
    session.start(block=False)
    is_well, facts = session.health()

    assert is_well
    checks = {"engine", "lag", "store", "runtimes", "queue", "conditions", "clock"}
    assert set(facts["checks"]) == checks


def test_the_default_session_is_the_first_one_made():
    """The module's `session` stands for it, also when it was imported before."""
    first = Session(name="first")
    Session(name="second")

    assert default.name == "first"
    assert isinstance(default, Session)
    FuncTask(lambda: None, name="joined")
    assert "joined" in first.tasks
    first.shut_down()


def test_the_default_session_is_made_on_first_use():
    """A task without a session makes one."""
    FuncTask(lambda: None, name="joined")

    assert default.tasks.names() == ["joined"]
    default.shut_down()


def test_a_deleted_task_that_runs_needs_force():
    """It is refused with the job's id; forced, the job is terminated."""
    with ManualSession(durations={"job": "1 hour"}) as session:
        task = session.tasks[session.task("daily", name="job")(lambda: None)]
        session.advance("1 minute")
        (job,) = task.active
        with pytest.raises(Conflict, match=job.id):
            task.delete()
        assert "job" in session.tasks

        task.delete(force=True)
        session.advance("1 s")
        assert "job" not in session.tasks
        assert job.status == "terminate"


def until_stopped(begun=None):
    """Run until it is asked to stop."""
    if begun is not None:
        begun.release()
    stopped = threading.Event()
    current_job().on_stop(stopped.set)
    assert stopped.wait(30)
    current_job().checkpoint()


async def until_cancelled():
    """Wait until it is cancelled."""
    await asyncio.Event().wait()


def test_a_forced_delete_ends_what_runs_and_withdraws_what_waits():
    """The jobs and their records stay, the name is free, and who waits for its place gets it."""
    begun = threading.Semaphore(0)
    with Session(config={"max_threads": 2}) as session:
        session.task(name="job", max_instances=10)(lambda: until_stopped(begun))
        session.task(name="other")(lambda: 1)
        task = session.tasks["job"]
        jobs = [session.submit("job") for _ in range(4)]
        other = session.submit("other")
        assert begun.acquire(timeout=60)
        assert begun.acquire(timeout=60)
        with pytest.raises(Conflict, match="4 active jobs"):
            task.delete()
        assert {job.status for job in jobs} == {"run", "queued"}

        task.delete(force=True)
        with pytest.raises(NotFound):
            task.delete(force=True)
        with pytest.raises(NotFound):
            session.submit("job")
        assert all(job.wait(60) for job in jobs)
        assert [job.status for job in jobs] == ["terminate"] * 2 + ["cancel"] * 2
        assert {job.reason for job in jobs} == {"its task was deleted"}
        assert other.result(60) == 1
        assert session.job(jobs[0].id).status == "terminate"

        session.task(name="job")(lambda: "new")
        assert session.submit("job").result(60) == "new"


@pytest.mark.parametrize(
    ("execution", "function"),
    [("thread", until_stopped), ("process", until_stopped), ("async", until_cancelled)],
)
def test_a_forced_delete_ends_a_job_wherever_it_runs(execution, function):
    """It is terminated, and gives back its place."""
    with Session() as session:
        begun = threading.Event()
        session.hook("task_execute")(lambda _job: begun.set())
        session.task(name="job", execution=execution)(function)
        job = session.submit("job")
        assert begun.wait(30)
        session.tasks["job"].delete(force=True)
        assert job.wait(30)
        assert job.status == "terminate"
        assert job.reason == "its task was deleted"


def test_named_runtimes_hold_their_size():
    """A runtime of size 1 runs one job at a time; an unknown one is named."""
    with ManualSession(durations={"a": "10 s", "b": "10 s"}) as session:
        session.runtime("gpu", kind="process", size=1)
        for name in ("a", "b"):
            session.task("daily", name=name, execution="gpu")(lambda: None)
        session.advance("15 s")
        assert sorted(f"{session.runs(name)[0]:%S}" for name in ("a", "b")) == ["00", "10"]
        with pytest.raises(NotFound, match="did you mean 'gpu'"):
            session.task("daily", name="c", execution="gpus")(lambda: None)
        with pytest.raises(Conflict):
            session.runtime("gpu")
        with pytest.raises(InvalidInput, match="kind"):
            session.runtime("other", kind="prozess")


def test_a_reused_job_id_gives_the_same_job(session):
    """The same content: the first job; other content: a conflict."""
    session.task(name="job")(lambda x: x)
    session.start(block=False)
    first = session.submit("job", job_id="mine", x=1)

    assert session.submit("job", job_id="mine", x=1) is first
    with pytest.raises(Conflict, match="mine"):
        session.submit("job", job_id="mine", x=2)
    session.advance("1 s")
    assert session.submit("job", job_id="mine", x=1).result() == 1
    assert len(session.runs("job")) == 1


def test_an_engine_that_has_died_is_told_of_by_health(monkeypatch):
    """What no guard can hold is loud: the session is unwell and says what to do."""
    session = Session()
    died = threading.Event()

    def fatal(**_):
        died.set()
        raise SystemExit

    monkeypatch.setattr(session._engine, "step", fatal)
    session.start(block=False)
    assert died.wait(60)
    session._lifecycle._thread.join(60)
    is_well, facts = session.health()
    session.shut_down()

    assert not is_well
    assert "restart" in facts["checks"]["engine"]["message"]


def test_a_failing_look_does_not_end_the_engine(monkeypatch, caplog):
    """It is logged, and the next look is made."""
    session = Session()
    looks = []
    seen = threading.Event()
    step = session._engine.step

    def shaky(*, gives_way=False):
        looks.append(1)
        if len(looks) == 1:
            raise ValueError("once")
        step(gives_way=gives_way)
        seen.set()

    monkeypatch.setattr(session._engine, "step", shaky)
    session.start(block=False)
    with session._core.lock:
        session._core.wake_engine()
    session.task("every 1 hour", name="job")(lambda: None)
    assert seen.wait(60)
    session.shut_down()

    assert "the scheduler goes on" in caplog.text


def test_looks_that_all_fail_keep_no_core_busy(monkeypatch, caplog):
    """Each waits longer than the one before, and a shut-down ends the waiting."""
    session = Session()
    tries = []
    enough = threading.Event()

    def broken(*, gives_way=False):
        tries.append(time.monotonic())
        if len(tries) == 4:
            enough.set()
        raise ValueError("always")

    monkeypatch.setattr(session._engine, "step", broken)
    session.start(block=False)
    assert enough.wait(30)
    session.shut_down()

    waits = [later - earlier for earlier, later in pairwise(tries[:4])]
    assert all(wait >= least for wait, least in zip(waits, (0.05, 0.1, 0.2), strict=True))
    assert caplog.text.count("the scheduler goes on") == len(tries)


def test_records_that_the_store_does_not_take_stop_no_job(session, monkeypatch, caplog):
    """An outage beyond the store's patience is logged once; jobs end as they do."""
    session.task("every 1 minute", name="job")(lambda: 7)
    session.advance("1 s")

    def refuse(*_entries, **_):
        raise StoreError("sqlite://", "too many entries wait")

    monkeypatch.setattr(session.store, "write", refuse)
    session.advance("3 minutes")
    monkeypatch.undo()

    assert len(session.runs("job")) == 4
    assert session.tasks["job"].status == "success"
    assert caplog.text.count("records are being lost") == 1


def test_a_condition_may_submit_jobs():
    """It is checked outside the lock: what it submits runs, and its own verdict counts."""
    with Session() as session:
        session.task(name="work")(lambda number: number)
        submitted = []

        @session.condition(every="10 ms")
        def has_work():
            if not submitted:
                submitted.append(session.submit("work", number=7, job_id="from-a-condition"))
            return submitted[0].status == "success"

        done = threading.Event()
        session.task(has_work(), name="after")(done.set)
        assert done.wait(60)
        assert session.job("from-a-condition").result(60) == 7
        assert len(submitted) == 1


def test_a_condition_may_submit_jobs_over_virtual_time():
    """There it is checked in the thread that advances the time."""
    with ManualSession() as session:
        session.task(name="work")(lambda: None)

        @session.condition(every="1 min")
        def submits():
            session.submit("work")
            return False

        session.task(submits(), name="never")(lambda: None)
        session.advance("3 min 30 s")
        assert len(session.runs("work")) == 4
        assert {job.status for job in session.tasks["work"].jobs()} == {"success"}
        assert session.runs("never") == []


def test_a_condition_that_submits_its_own_task_is_no_deadlock():
    """The job waits like any other; the condition is checked again."""
    with Session() as session:
        begun = threading.Semaphore(0)

        @session.condition(every="10 ms")
        def mine():
            if not session.tasks["self"].jobs():
                session.submit("self")
            return False

        session.task(mine(), name="self")(begun.release)
        assert begun.acquire(timeout=60)
        assert [job.trigger for job in session.tasks["self"].jobs()] == ["run"]


class Letting(FuncTask):
    """A task that notes when it lets go of what it holds."""

    def tear_down(self):
        told.append("lets go")
        super().tear_down()


told = []
"""What a task that lets go has told, in order."""


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_task_that_is_deleted_by_force_lets_go_once_its_jobs_have_ended(number):
    """Those that have not begun as well as the one that runs."""
    told.clear()
    begun = threading.Event()

    def work():
        begun.set()
        try:
            until_stopped()
        finally:
            told.append("ends")

    with Session(config={"max_threads": 1}) as session:
        task = Letting(work, name="job", max_instances=5, execution="thread", session=session)
        jobs = [session.submit("job") for _ in range(number)]
        assert not jobs or begun.wait(60)
        task.delete(force=True)
        assert all(job.wait(60) for job in jobs)
        deadline = time.monotonic() + 60
        while "lets go" not in told and time.monotonic() < deadline:
            time.sleep(0.01)
    assert told == ["ends"] * bool(jobs) + ["lets go"]
