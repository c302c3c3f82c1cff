"""Jobs that are submitted to a durable session: what is committed, and when."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from redengine import Session
from redengine.exceptions import AlreadyExists, StoreError
from redengine.store import JobEntry, OutputEntry, Store, housekeeping


@pytest.fixture
def session(tmp_path):
    session = Session(store=f"sqlite:///{tmp_path / 'jobs.db'}", config={"max_threads": 1})
    yield session
    session.shut_down(timeout=1)


@pytest.fixture
def commits(monkeypatch):
    """The batches that were committed, each as the statuses of the jobs in it."""
    found = []
    write = housekeeping.write_batch

    def note(database, commits):
        write(database, commits)
        statuses = [
            entry.status for each in commits for entry in each.entries if hasattr(entry, "status")
        ]
        if statuses:
            found.append(statuses)

    monkeypatch.setattr(housekeeping, "write_batch", note)
    return found


def test_a_job_with_a_free_place_and_its_start_are_one_commit(session, commits):
    """The row and the start of a job that runs at once are committed together, before its code."""
    seen = []
    session.task(name="job")(lambda: seen.extend(list(commits)))
    session.start(block=False)
    job = session.submit("job")

    job.result(timeout=60)
    assert seen == [["queued", "run"]]


def test_a_job_that_waits_begins_with_a_commit_of_its_own(session, commits):
    """Without a free place the job is queued, and its start is committed when it comes."""
    gate = threading.Event()
    session.task(name="long", max_instances=5)(lambda: gate.wait(60))
    session.start(block=False)
    first, second = session.submit("long"), session.submit("long")
    assert (first.status, second.status) == ("run", "queued")
    gate.set()
    second.result(timeout=60)
    assert any("run" in statuses for statuses in commits[1:])


def test_a_job_that_is_terminated_while_its_row_is_committed_does_not_run(session, monkeypatch):
    """Its code never starts, and it ends as terminated."""
    ran = []
    session.task(name="job")(lambda: ran.append(1))
    session.start(block=False)
    write = housekeeping.write_batch

    def interfere(database, commits):
        for job in list(session.jobs):
            if job.status == "run":
                job.terminate("changed my mind")
        write(database, commits)

    monkeypatch.setattr(housekeeping, "write_batch", interfere)
    job = session.submit("job")
    monkeypatch.setattr(housekeeping, "write_batch", write)

    assert job.wait(60)
    assert (job.status, ran) == ("terminate", [])


def test_a_job_that_the_store_refuses_leaves_its_place_to_others(session, monkeypatch):
    """The caller gets the store's error, the job has not run, and the next one does."""
    ran = []
    session.task(name="job")(lambda: ran.append(1))
    session.start(block=False)
    write = housekeeping.write_batch

    def refuse(database, commits):
        del database
        for commit in commits:
            commit.error, commit.done = StoreError(session.store.url, "no"), True

    monkeypatch.setattr(housekeeping, "write_batch", refuse)
    with pytest.raises(StoreError):
        session.submit("job", job_id="refused")
    assert not list(session.jobs)
    monkeypatch.setattr(housekeeping, "write_batch", write)

    session.submit("job").result(timeout=60)
    assert ran == [1]


def test_listing_jobs_again_writes_nothing(session, monkeypatch):
    """The rows of active jobs are written for a list only if they changed since the last one."""
    gate = threading.Event()
    session.task(name="long", max_instances=5)(lambda: gate.wait(60))
    session.start(block=False)
    jobs = [session.submit("long") for _ in range(3)]
    assert len(session.jobs.of("long")) == 3
    written = []
    write = session.store.write
    monkeypatch.setattr(
        session.store, "write", lambda *given, **how: written.extend(given) or write(*given, **how)
    )
    assert {job.status for job in session.jobs.of("long")} == {"run", "queued"}
    assert written == []
    gate.set()
    for job in jobs:
        job.result(timeout=60)


def test_an_attempt_after_a_crash_goes_on_with_the_output(tmp_path):
    """Lines are numbered on over a restart, so that none takes the place of another."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with Store.open(url) as store:
        store.write(
            JobEntry("j", "job", "run", "api", at, started_at=at),
            OutputEntry("j", 1, at, "stdout", "one"),
            OutputEntry("j", 2, at, "stdout", "two"),
        )
    session = Session(store=url)
    session.task(name="job", retries=1, backoff=0, on_crash="retry")(lambda: print("three"))
    with session:
        assert session.job("j").wait(60)
    with Store.open(url) as store:
        lines = store.output("j")
    assert [(line["seq"], line["text"]) for line in lines] == [(1, "one"), (2, "two"), (3, "three")]


def test_an_id_with_other_options_is_another_job(session):
    """The same id with the same options is the same job; labels do not count."""
    session.task(name="job")(lambda: 1)
    session.start(block=False)
    task = session.tasks["job"]
    first, is_new = session.accept_job(task, {}, job_id="j", options={"priority": 1})
    again, is_again_new = session.accept_job(
        task, {}, job_id="j", options={"priority": 1, "labels": {"try": "2"}}
    )
    assert (is_new, is_again_new, again.id) == (True, False, first.id)
    for options in ({}, {"priority": 2}, {"priority": 1, "retries": 0}):
        with pytest.raises(AlreadyExists):
            session.accept_job(task, {}, job_id="j", options=options)


def test_a_repeat_after_the_deadline_finds_its_job(session):
    """Who got no answer may ask again, although the deadline has passed meanwhile."""
    session.task(name="job")(lambda: 1)
    session.start(block=False)
    task = session.tasks["job"]
    soon = {"deadline": (datetime.now(UTC) + timedelta(seconds=0.3)).isoformat()}
    job, _ = session.accept_job(task, {}, job_id="j", options=soon)
    job.wait(60)
    threading.Event().wait(0.35)
    assert session.accept_job(task, {}, job_id="j", options=soon)[1] is False
