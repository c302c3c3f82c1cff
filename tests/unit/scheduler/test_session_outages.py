"""A session whose store cannot be written: what it goes on with, refuses, and makes good."""

import errno
import logging
import os
import signal
import subprocess
import threading
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

import pytest
from sqlalchemy import event

from redengine import Session
from redengine.exceptions import Conflict, StoreError
from redengine.query import parse_query
from redengine.store import JOB_FIELDS, Commit
from redengine.store.errors import Outage

WAIT_S = 30
QUICK = {"store_timeout": "100 ms", "shutdown_timeout": "0 s", "termination_grace": "1 s"}


class Switch:
    """Lets a session's store be out of reach, and back."""

    def __init__(self, app):
        self._app = app
        self._writer = app.store._writer
        self._write_batch = self._writer._write_batch
        self._is_off = False
        self.failed = threading.Event()
        self._writer._write_batch = self._try

    def _try(self, commits):
        if self._is_off:
            self.failed.set()
            raise Outage("the cable is out; put it back")
        self._write_batch(commits)

    @contextmanager
    def off(self):
        """An outage for the length of the block; what was written before is committed."""
        self._app.store.flush(WAIT_S)
        self._is_off = True
        self.failed.clear()
        try:
            yield
        finally:
            self._is_off = False


@pytest.fixture
def app(tmp_path):
    """A running session on a file."""
    with Session(store=f"sqlite:///{tmp_path}/jobs.db", config=QUICK) as app:
        yield app


@pytest.fixture
def switch(app):
    """Takes the session's store away."""
    return Switch(app)


def worker(app, **options):
    """A task that notes the numbers it was called with."""
    ran = []

    @app.task(name="work", max_instances=100, **options)
    def work(number):
        ran.append(number)
        return number

    return ran


def recover(app):
    """Wait until all is written and the writer has taken note of it."""
    for _ in range(2):
        app.store.flush(WAIT_S)


def rows(app):
    recover(app)
    with app.store._database.reading() as connection:
        sql = "SELECT job_id, status FROM redengine_jobs"
        return dict(map(tuple, connection.exec_driver_sql(sql).all()))


# -- submissions


def test_a_submission_that_cannot_be_stored_is_taken_back(app, switch):
    """After a bounded wait it is refused with what to do; it does not run later, and has no row."""
    ran = worker(app)
    with switch.off():
        with pytest.raises(StoreError) as caught:
            app.submit("work", number=1, job_id="mine")
        assert len(app.jobs) == 0
    assert "the cable is out; put it back" in str(caught.value)
    assert "the job was taken back: submit it again when /health says" in str(caught.value)
    assert rows(app) == {}
    assert app.submit("work", number=2, job_id="mine").result(WAIT_S) == 2
    assert ran == [2]
    (record,) = app.logs(action="inaction")
    assert (record["job_id"], record["reason"]) == ("mine", "store")
    assert "the cable is out" in record["message"]


def test_a_queued_submission_is_taken_back_too(app, switch):
    """One that waits for a thread does not get it any more."""
    ran = worker(app)
    go_on, begun = threading.Event(), threading.Event()
    app.config.max_threads = 1
    app.task(name="blocker")(lambda: (begun.set(), go_on.wait(WAIT_S)))
    blocker = app.submit("blocker")
    assert begun.wait(WAIT_S)
    with switch.off(), pytest.raises(StoreError):
        app.submit("work", number=1)
    recover(app)
    go_on.set()
    blocker.result(WAIT_S)
    assert app.submit("work", number=2).result(WAIT_S) == 2
    assert ran == [2]
    assert list(rows(app).values()) == ["success", "success"]


def test_a_short_outage_is_ridden_out(app, switch):
    """A submission waits for the store; once it is stored it is acknowledged, and runs once."""
    ran = worker(app)
    app.config.store_timeout = WAIT_S
    jobs = []
    with switch.off():
        thread = threading.Thread(target=lambda: jobs.append(app.submit("work", number=1)))
        thread.start()
        assert switch.failed.wait(WAIT_S)
        assert jobs == []
    thread.join(WAIT_S)
    assert jobs[0].result(WAIT_S) == 1
    assert rows(app) == {jobs[0].id: "success"}
    assert ran == [1]


def test_a_long_outage_refuses_at_once(app, switch):
    """Once an outage has lasted longer than a submission waits, nothing is made any more."""
    ran = worker(app)
    with switch.off():
        with pytest.raises(StoreError, match="was taken back"):
            app.submit("work", number=1)
        started = app._starts.count
        while app.store.outage_s < 0.1:  # it is counted from the first failure
            continue
        for _ in range(2):
            with pytest.raises(StoreError, match="cannot be written now: the cable is out"):
                app.submit("work", number=2)
        assert app._starts.count == started
    assert rows(app) == {}
    assert ran == []


def test_a_job_that_is_taken_back_gives_its_limit_back(app, switch):
    """Those that waited for what it held have their turn."""
    ran = worker(app, limits={"printer": 1})
    with switch.off(), pytest.raises(StoreError, match="was taken back"):
        app.submit("work", number=1)
    recover(app)
    assert app.submit("work", number=2).result(WAIT_S) == 2
    assert ran == [2]


# -- what is under way


def test_a_start_waits_for_the_store(app, switch):
    """What a condition starts in an outage begins when it is stored, once, and late."""
    ran = threading.Event()
    runs = []
    with switch.off():
        app.task("every 1 hour", name="job")(lambda: (runs.append(1), ran.set()))
        assert switch.failed.wait(WAIT_S)
        assert not ran.is_set()
        assert app.health()[1]["checks"]["engine"]["ok"]
    assert ran.wait(WAIT_S)
    app.tasks["job"].jobs()
    assert runs == [1]


def test_what_ends_in_an_outage_is_taken_however_much_waits(app, switch, caplog):
    """The ends of stored jobs are not lost where records are, which is said once."""
    begun, go_on = threading.Barrier(4), threading.Event()

    @app.task(name="job", max_instances=3)
    def job():
        begun.wait(WAIT_S)
        go_on.wait(WAIT_S)
        print("a line")

    submitted = [app.submit("job") for _ in range(3)]
    begun.wait(WAIT_S)
    with switch.off():
        app.store._writer._most_pending = 0
        go_on.set()
        assert all(job.wait(WAIT_S) for job in submitted)
    app.store._writer._most_pending = 1000
    assert rows(app) == {job.id: "success" for job in submitted}
    assert len(app.logs(task_name="job", action="success")) == 3
    assert all(job.output() == [] for job in submitted)
    told = [record.message for record in caplog.records if "are being lost" in record.message]
    assert len(told) == 1


# -- a full disk


class LimitedPages:
    """SQLite's own limit on the size of a database."""

    def __init__(self, folder):
        self.url = f"sqlite:///{folder}/jobs.db"

    @staticmethod
    def _limit(raw, _record):
        raw.execute("PRAGMA max_page_count = 1")  # as many as there are

    def fill(self, app):
        database = app.store._database
        event.listen(database.engine, "connect", self._limit)
        with app.store._writer.exclusive():
            database._drop_writing()
            database.engine.dispose()

    def free(self, app):
        event.remove(app.store._database.engine, "connect", self._limit)

    def close(self):
        """Nothing is left."""


class SmallDisk:
    """A file system of two megabytes, filled to the brim."""

    def __init__(self, folder):
        self._folder = folder / "small"
        self._folder.mkdir()
        self._ballast = self._folder / "ballast"
        command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(self._folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
        self.url = f"sqlite:///{self._folder}/jobs.db"

    def fill(self, _app):
        """Write until nothing fits any more: the session writes to the same disk meanwhile."""
        page = b"x" * os.statvfs(self._folder).f_frsize
        with self._ballast.open("wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(page)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def free(self, _app):
        self._ballast.unlink()

    def close(self):
        subprocess.run(["umount", str(self._folder)], check=True, capture_output=True)


@pytest.fixture(params=[LimitedPages, SmallDisk])
def disk(request, tmp_path):
    """A disk that can be filled."""
    disk = request.param(Path(tmp_path))
    yield disk
    disk.close()


def submit_until_full(app, acknowledged):
    """Submit jobs until one is refused; the refusal."""
    for number in range(1000):
        try:
            job = app.submit("work", number=[number, "x" * 10_000])
        except StoreError as error:
            return error
        acknowledged.append(job.id)
    raise AssertionError("the disk does not fill")


def test_a_full_disk_is_ridden_out(disk, caplog):
    """The session goes on and says what to do; with space again nothing acknowledged is lost."""
    acknowledged = []
    ticked = threading.Event()
    with Session(store=disk.url, config=QUICK) as app:
        ran = worker(app)
        app.task("every 20 ms", name="tick")(ticked.set)
        first = app.submit("work", number=[-1])
        first.result(WAIT_S)
        acknowledged.append(first.id)
        recover(app)
        disk.fill(app)
        refusal = submit_until_full(app, acknowledged)
        assert "free some space on its disk" in str(refusal)
        is_well, evidence = app.health()
        assert not is_well
        assert evidence["checks"]["engine"]["ok"]
        assert "free some space on its disk" in evidence["checks"]["store"]["message"]
        with pytest.raises(StoreError):
            app.submit("work", number=[-2])
        assert app.logs(limit=1)  # it can still be read

        disk.free(app)
        recover(app)
        assert app.health()[0]
        ticked.clear()
        assert ticked.wait(WAIT_S)
        acknowledged.append(app.submit("work", number=[-3]).id)
        for job_id in acknowledged:
            app.jobs[job_id].wait(WAIT_S)
        kept = rows(app)
    assert {kept[job_id] for job_id in acknowledged} == {"success"}
    assert len(ran) == len(acknowledged)
    told = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert len([line for line in told if "cannot be written:" in line]) == 1, told
    assert len([line for line in told if "can be written again" in line]) == 1, told


def test_a_job_that_ends_in_an_outage_is_told_as_ended(app, switch):
    """By its id, in its task's list and among all jobs, although its row cannot be written."""
    released = threading.Event()
    app.task(name="work")(lambda: released.wait(WAIT_S))
    job = app.submit("work")
    with switch.off():
        released.set()
        assert job.result(WAIT_S) is True
        again = app.job(job.id)
        assert (again.status, again.wait(WAIT_S), again.result(WAIT_S)) == ("success", True, True)
        assert [each.status for each in app.tasks["work"].jobs()] == ["success"]
        running, every = (query_of(items) for items in ([("status", "run")], []))
        page = app.jobs.query(every)
        assert [row["status"] for row in page.items] == ["success"]
        assert app.jobs.query(running).total == 0
        assert job.id in app.jobs
    assert rows(app) == {job.id: "success"}
    assert app.job(job.id).status == "success"


def query_of(items):
    return parse_query(items, JOB_FIELDS, zone=UTC, default_limit=10, max_limit=10)


def test_a_repeated_id_waits_for_its_own_job(app, switch, monkeypatch):
    """What the store refuses of another job is no answer to it."""
    released = threading.Event()
    app.task(name="work", max_instances=9)(lambda: released.wait(WAIT_S))
    job = app.submit("work", job_id="mine")
    with app._core.lock:
        app._core.recorder.latest = Refused()
    assert app.submit("work", job_id="mine") is job
    released.set()


class Refused:
    """The receipt for another job, which must not start."""

    done = True
    error = Conflict("task 'other' has a job for 07:00 already")

    def wait(self, timeout=None):
        raise self.error


def test_an_interrupted_submission_is_settled_by_the_store(app, switch):
    """Ctrl-C while it waits: the job runs once the store has it, and its place comes free."""
    ran = worker(app)
    app.config.max_threads = 1
    with switch.off():
        app.config.store_timeout = "30 s"
        main = threading.main_thread().ident
        threading.Timer(0.2, lambda: signal.pthread_kill(main, signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            app.submit("work", number=1)
        (job,) = app.jobs
    assert job.wait(WAIT_S)
    assert app.submit("work", number=2).result(WAIT_S) == 2
    assert ran == [1, 2]


def test_an_interrupted_submission_that_the_store_refuses_is_taken_back(app, monkeypatch):
    """Its place comes free as well, and nobody is told of a job that is not stored."""
    ran = worker(app)
    app.config.max_threads = 1
    monkeypatch.setattr(Commit, "wait", interrupted)
    writer = app.store._writer
    write_batch = writer._write_batch

    def refuse(commits):
        for commit in commits:
            commit.done, commit.error = True, StoreError("sqlite:///jobs.db", "cannot keep it")

    monkeypatch.setattr(writer, "_write_batch", refuse)
    with pytest.raises(KeyboardInterrupt):
        app.submit("work", number=1)
    recover(app)
    monkeypatch.undo()
    writer._write_batch = write_batch
    assert app.submit("work", number=2).result(WAIT_S) == 2
    assert ran == [2]


def interrupted(_commit, _timeout=None):
    raise KeyboardInterrupt
