"""Runtimes of a running session: what is made, resized, the default, and removed."""

import threading

import pytest

from redengine import Session
from redengine.exceptions import AlreadyExists, Conflict, InvalidInput, NotFound
from redengine.parameters import TerminationFlag
from redengine.testing import ManualSession

WAIT_S = 20


@pytest.fixture
def busy():
    """A running session on a virtual clock with a runtime and a task whose jobs take an hour."""
    with ManualSession(durations={"train": "1 hour"}) as session:
        session.runtime("gpu", size=1)
        session.task(name="train", execution="gpu", max_instances=10)(lambda: None)
        session.start(block=False)
        yield session


def test_a_runtimes_object_tells_its_load(busy):
    """Kind, size, what runs and waits, what is free, and the tasks that run there."""
    jobs = [busy.submit("train") for _ in range(3)]
    busy.advance("1 s")
    found = busy.runtimes.snapshot("gpu")
    facts = ("kind", "size", "thread_pool_size", "running", "queued", "available", "status")
    assert [found[name] for name in facts] == ["thread", 1, 1, 1, 2, 0, "open"]
    assert (found["tasks"], found["is_default"], found["is_builtin"]) == (["train"], False, False)
    assert busy.runtimes.snapshot("thread")["is_builtin"]
    assert [each["runtime_id"] for each in busy.runtimes.snapshots()] == list(busy.runtimes)
    assert "service" not in busy.runtimes
    assert jobs[0].status == "run"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "a/b"}, "runtime_id"),
        ({"name": " "}, "runtime_id"),
        ({"kind": "threads"}, "kind"),
        ({"size": -1}, "size"),
        ({"size": 1001}, "size"),
        ({"is_default": 1}, "is_default"),
    ],
)
def test_a_runtime_that_cannot_be_is_refused(session, values, field):
    """By the field, and nothing is made."""
    before = list(session.runtimes)
    with pytest.raises(InvalidInput) as caught:
        session.runtimes.create(**{"name": "a", **values})
    assert list(caught.value.fields) == [field]
    assert list(session.runtimes) == before


def test_a_taken_name_is_refused(session):
    """Also that of the runtime which is not listed."""
    for name in ("thread", "service"):
        with pytest.raises(AlreadyExists):
            session.runtime(name)


def test_the_size_of_a_builtin_runtime_is_configuration(session):
    """Resizing it changes the key, so that both always agree."""
    session.runtimes.resize("thread", 3)
    assert (session.config.max_threads, session.runtimes["thread"].size) == (3, 3)
    for name, size in (("thread", 0), ("main", 2), ("process", 1001)):
        with pytest.raises(InvalidInput) as caught:
            session.runtimes.resize(name, size)
        assert list(caught.value.fields) == ["size"]


def test_the_default_must_exist(session):
    """A configured runtime that does not exist is refused with the nearest, and nothing changes."""
    session.runtime("gpu")
    with pytest.raises(InvalidInput, match="did you mean 'gpu'"):
        session.config.update({"execution": "gpus", "max_threads": 2})
    assert session.config.execution == "thread"
    assert session.config.max_threads != 2
    session.config.execution = "gpu"
    assert session.runtimes.snapshot("gpu")["is_default"]
    with pytest.raises(NotFound, match="'gpu'"):
        session.runtimes.make_default("gpuu")


def test_a_configured_default_may_be_made_after_the_session():
    """The constructor cannot know what the script makes next."""
    with ManualSession(config={"execution": "gpu"}) as session:
        session.runtime("gpu", kind="process")
        task = session.tasks[session.task(name="job")(lambda: None)]
        assert task.snapshot()["execution"] == "gpu"


@pytest.mark.parametrize("name", ["thread", "process", "async", "main"])
@pytest.mark.parametrize("force", [True, False])
def test_a_builtin_runtime_cannot_be_removed(session, name, force):
    """Not by force either: others fall back to it."""
    with pytest.raises(Conflict, match="every session has"):
        session.runtimes.remove(name, force=force)


def test_what_needs_a_runtime_is_in_the_way_of_its_removal(busy):
    """The default, tasks, jobs: each with what it is, and nothing changes."""
    with pytest.raises(Conflict, match="task 'train'") as caught:
        busy.runtimes.remove("gpu")
    assert caught.value.facts["tasks"] == ["train"]
    job = busy.submit("train")
    busy.tasks["train"].execution = "thread"
    with pytest.raises(Conflict, match="1 active job") as caught:
        busy.runtimes.remove("gpu")
    assert caught.value.facts["jobs"] == [job.id]
    busy.runtimes.make_default("gpu")
    with pytest.raises(Conflict, match="is the default"):
        busy.runtimes.remove("gpu")
    assert busy.runtimes.snapshot("gpu")["status"] == "open"


def test_an_idle_runtime_is_removed_at_once(session):
    """Its name is free again."""
    session.runtime("gpu")
    session.runtimes.remove("gpu")
    with pytest.raises(NotFound, match="gpu"):
        session.runtimes.snapshot("gpu")
    assert session.runtime("gpu", size=2).size == 2


def test_by_force_tasks_and_waiting_jobs_move_and_running_ones_end(busy):
    """No accepted job is lost: what waited runs in the default runtime."""
    running, *waiting = [busy.submit("train") for _ in range(3)]
    held = busy.submit("train")
    later = busy.submit_task(busy.tasks["train"], {}, options={"run_at": "2030-01-01"})
    busy.advance("1 s")
    held.pause()
    removed = busy.runtimes.remove("gpu", force=True)

    assert removed.tasks == ["train"]
    assert removed.ended == [running.id]
    assert set(removed.moved) == {job.id for job in (*waiting, held, later)}
    assert (running.status, running.reason) == ("terminate", "runtime 'gpu' was removed")
    assert {job.runtime for job in (*waiting, held, later)} == {"thread"}
    assert busy.tasks["train"].execution is None
    assert busy.tasks["train"].snapshot()["execution"] == "thread"
    busy.advance("2 hours")
    assert [job.status for job in waiting] == ["success", "success"]
    held.resume()
    busy.advance("2 hours")
    assert held.status == "success"


def test_a_removed_default_leaves_the_one_of_threads(busy):
    """Tasks that do not say otherwise go there."""
    busy.runtimes.make_default("gpu")
    job = busy.task(name="plain")(lambda: 1)
    assert busy.runtimes.remove("gpu", force=True).default == "thread"
    assert busy.config.execution == "thread"
    assert busy.submit(job).runtime == "thread"


def test_a_retry_goes_where_its_task_runs_now(session):
    """An attempt whose runtime has gone meanwhile is made in the task's own."""
    session.runtime("gpu")

    def fail():
        message = "not yet"
        raise ValueError(message)

    session.task(name="job", execution="gpu", retries=1, backoff=60)(fail)
    session.start(block=False)
    job = session.submit("job")
    session.advance("1 s")
    assert (job.status, job.attempt) == ("queued", 2)
    removed = session.runtimes.remove("gpu", force=True)
    assert removed.moved == [job.id]
    session.advance("2 minutes")
    assert (job.status, job.runtime) == ("fail", "thread")


def test_a_runtime_drains_while_its_last_job_ends():
    """It takes no job, tells that it is draining, and is gone when the job has ended."""
    started, release = threading.Event(), threading.Event()

    def stubborn():
        started.set()
        release.wait(WAIT_S)

    with Session(config={"termination_grace": "20 s"}) as session:
        session.runtime("gpu", size=1)
        session.task(name="train", execution="gpu", max_instances=3)(stubborn)
        running, waiting = session.submit("train"), session.submit("train")
        assert started.wait(WAIT_S)
        session.runtimes.remove("gpu", force=True, wait=False)

        assert session.runtimes.snapshot("gpu")["status"] == "draining"
        assert (running.status, waiting.runtime) == ("run", "thread")
        for again in (
            lambda: session.runtimes.remove("gpu", force=True),
            lambda: session.runtime("gpu"),
            lambda: session.runtimes.make_default("gpu"),
        ):
            with pytest.raises(Conflict):
                again()
        with pytest.raises(NotFound):
            session.task(name="late", execution="gpu")(stubborn)
        with pytest.raises(InvalidInput, match="runtime"):
            session.submit_task(session.tasks["train"], {}, options={"runtime": "gpu"})
        release.set()
        assert waiting.wait(WAIT_S)
        assert running.wait(WAIT_S)
        assert running.status == "success"  # it did not look, and came to its end in time
        join_removals()
        assert "gpu" not in session.runtimes


def join_removals():
    """Wait for the threads that let runtimes drain."""
    for thread in threading.enumerate():
        if thread.name.startswith("redengine-remove-"):
            thread.join(WAIT_S)


def test_what_waits_for_nothing_but_a_flag_ends_within_the_grace():
    """A forced removal that is waited for returns when the job has stopped."""
    started = threading.Event()

    def polite(flag=TerminationFlag()):
        started.set()
        flag.wait(WAIT_S)

    with Session() as session:
        session.runtime("gpu")
        session.task(name="train", execution="gpu")(polite)
        job = session.submit("train")
        assert started.wait(WAIT_S)
        removed = session.runtimes.remove("gpu", force=True)
        assert job.wait(WAIT_S)
        assert (job.status, removed.ended) == ("terminate", [job.id])
        assert "gpu" not in session.runtimes


def pid():
    import os

    return os.getpid()


def test_worker_processes_are_kept_warm_and_replaced():
    """One process runs job after job, until as many as configured; a change holds at once."""
    with Session(config={"max_processes": 1, "max_jobs_per_process": 3}) as session:
        session.task(name="job", execution="process")(pid)
        first = [session.submit("job").result(WAIT_S) for _ in range(3)]
        fourth = session.submit("job").result(WAIT_S)
        assert len(set(first)) == 1
        assert fourth != first[0]
        session.config.max_jobs_per_process = 1
        session.submit("job").result(WAIT_S)
        assert session.submit("job").result(WAIT_S) != fourth
        session.runtime("gpu", kind="process")
        assert session.runtimes.snapshot("gpu")["recycle_after"] == 1
        assert session.runtimes.snapshot("process")["recycle_after"] == 1


def test_a_forecast_knows_the_runtimes_and_the_default(session):
    """Also where the default is one that the script has made."""
    session.runtime("gpu", kind="process", size=2)
    session.config.execution = "gpu"
    session.task("daily", name="job")(lambda: None)
    session.start(block=False)
    assert session.forecast("2 days").of("job")
