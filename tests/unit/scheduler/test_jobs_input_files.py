"""A job's input files are verified before its code starts, in the place where it runs."""

import hashlib
import threading
from pathlib import Path

import pytest

from redengine import Session
from redengine.exceptions import InputFileError, InvalidInput, JobFailed
from redengine.tasks import CodeTask
from redengine.testing import ManualSession

WAIT_S = 30
CONTENT = b"a,b\n1,2\n"


@pytest.fixture
def app():
    """A running session in real time, stopped after the test."""
    with Session(config={"termination_grace": "1 s", "shutdown_timeout": "0 s"}) as session:
        yield session


@pytest.fixture
def data(tmp_path):
    """A file as a parameter names it."""
    path = tmp_path / "data.csv"
    path.write_bytes(CONTENT)
    return {"path": str(path), "checksum": f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"}


def spoil(data):
    Path(data["path"]).write_bytes(CONTENT + b"3,4\n")


def echo(data, more=None):
    return data


async def echo_on_the_loop(data, more=None):
    return data


EXECUTIONS = [
    ("thread", echo),
    ("process", echo),
    ("main", echo),
    ("async", echo_on_the_loop),
]


@pytest.mark.parametrize(("execution", "func"), EXECUTIONS)
def test_the_function_gets_the_parameter_as_it_was_given(app, data, execution, func):
    """A file that is the one that was meant changes nothing."""
    app.task(name="job", execution=execution)(func)
    assert app.submit("job", data=data, more=[data]).result(WAIT_S) == data


@pytest.mark.parametrize(("execution", "func"), EXECUTIONS)
def test_a_file_that_was_changed_fails_the_job_before_its_code(app, data, execution, func):
    """The error has both sums and the path; the code has not run."""
    meant = data["checksum"]
    spoil(data)
    executed = []
    app.hook("task_execute")(lambda job: executed.append(job.id))
    app.task(name="job", execution=execution)(func)
    job = app.submit("job", data={"nested": [data]})

    with pytest.raises(JobFailed) as caught:
        job.result(WAIT_S)
    error = caught.value.__cause__
    assert isinstance(error, InputFileError)
    assert error.field == "parameters.data.nested.0"
    for part in (meant, error.actual, data["path"]):
        assert part in job.error
    assert executed == []


def test_a_missing_file_fails_the_job(app, data):
    """As does one in the task's own parameters, for code as well."""
    data["path"] += ".none"
    CodeTask("result = 1", name="job", parameters={"data": data}, session=app)
    with pytest.raises(JobFailed, match="does not exist"):
        app.submit("job").result(WAIT_S)


def test_a_malformed_checksum_is_refused_at_submission(app, data):
    """Nothing is stored; a task's own parameters are refused when it is made."""
    app.task(name="job")(echo)
    data["checksum"] = "md5:0"
    with pytest.raises(InvalidInput) as caught:
        app.submit("job", data=data)
    assert list(caught.value.fields) == ["parameters.data.checksum"]
    assert len(app.jobs) == 0
    assert app.tasks["job"].jobs() == []
    with pytest.raises(InvalidInput, match=r"parameters\.data\.checksum"):
        app.task(name="other", parameters={"data": data})(echo)
    with pytest.raises(InvalidInput, match=r"parameters\.data\.checksum"):
        app.tasks["job"].parameters = {"data": data}


def test_a_mismatch_is_retried_as_any_failure(data):
    """Once the file is right, the next attempt runs."""
    with ManualSession() as session:
        session.task(name="job", retries=1, backoff="1 minute")(echo)
        session.start(block=False)
        spoil(data)
        job = session.submit("job", data=data)
        session.advance("10 s")
        assert (job.status, job.attempt) == ("queued", 2)
        Path(data["path"]).write_bytes(CONTENT)
        session.advance("2 minutes")

        assert (job.status, job.result(0)) == ("success", data)


def test_a_stored_submission_is_verified_when_it_is_taken_up(tmp_path, data):
    """Also after a restart of the session."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    with ManualSession(store=url) as first:
        first.task(name="job")(echo)
        first.start(block=False)
        job_id = first.submit_task(
            first.tasks["job"], {"data": data}, options={"run_at": "2026-01-01T05:00"}
        ).id
    spoil(data)
    with ManualSession(start="2026-01-01T01:00", store=url) as second:
        second.task(name="job")(echo)
        second.advance("1 day")
        job = second.job(job_id)

        assert job.status == "fail"
        assert data["checksum"] in job.error


def test_neither_the_engine_nor_the_lock_waits_for_a_file(app, data, monkeypatch):
    """While one is read, others start and end; and the reading can be ended."""
    reading, release = threading.Event(), threading.Event()

    def verify(_file, checkpoint):
        reading.set()
        release.wait()
        checkpoint()

    monkeypatch.setattr("redengine.parameters.files.InputFile.verify", verify)
    app.task(name="job")(echo)
    job = app.submit("job", data=data)
    assert reading.wait(WAIT_S)
    app.task(name="other")(lambda: 7)
    assert app.submit("other").result(WAIT_S) == 7
    job.terminate("enough")
    release.set()
    assert job.wait(WAIT_S)

    assert (job.status, job.reason, job.abandoned) == ("terminate", "enough", False)
