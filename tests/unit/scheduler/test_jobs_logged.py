"""What becomes of jobs is told to the program's `logging`, on the logger `redengine.jobs`."""

import logging
import os
import subprocess
import sys
import threading

import pytest

from redengine import Session
from redengine.parameters import SecretArg
from redengine.scheduler.recording.joblog import LOGGER
from redengine.testing import ManualSession


class Kept(logging.Handler):
    """Keeps records; `call` is what else it does with each."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.records = []
        self.call = None

    def emit(self, record):
        self.records.append(record)
        if self.call is not None:
            self.call(record)

    def told(self, *names):
        return [tuple(getattr(record, name) for name in names) for record in self.records]


@pytest.fixture
def kept():
    """A handler on the jobs' logger, which takes all levels."""
    handler, level = Kept(), LOGGER.level
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.DEBUG)
    yield handler
    LOGGER.removeHandler(handler)
    LOGGER.setLevel(level)


def fail():
    message = "my bug"
    raise ValueError(message)


def test_a_failure_is_an_error_with_its_traceback(session, kept):
    """One line of level ERROR names the task and the job, and holds the traceback."""
    session.task("every 1 hour", name="broken")(fail)
    session.advance("1 min")
    starts, failed = kept.records
    assert (starts.levelname, starts.action, starts.task) == ("INFO", "run", "broken")
    assert (failed.levelname, failed.action, failed.task) == ("ERROR", "fail", "broken")
    assert failed.job_id == starts.job_id == session.tasks["broken"].jobs()[0].id
    text = logging.Formatter().format(failed)
    assert "my bug" in failed.getMessage()
    assert text.count("Traceback") == 1
    assert "in fail" in text
    assert failed.exc_info[0] is ValueError


def test_a_retried_attempt_is_a_warning_and_the_last_one_an_error(session, kept):
    """Two warnings that say what follows, then one error."""
    session.task("every 1 hour", name="broken", retries=2, backoff="1 s")(fail)
    session.advance("1 min")
    ends = [each for each in kept.told("levelname", "action") if each[1] != "run"]
    assert ends == [("WARNING", "fail"), ("WARNING", "fail"), ("ERROR", "fail")]
    assert "attempt 1 of 3, next in" in kept.records[1].getMessage()


def test_starts_and_ends_are_told_at_level_info(session, kept):
    """A success is two lines, without a traceback."""
    session.task("every 1 hour", name="fetch")(lambda: 1)
    session.advance("1 min")
    assert kept.told("levelname", "action") == [("INFO", "run"), ("INFO", "success")]


def test_a_skipped_start_is_told(kept):
    """An overlap is a warning with the action inaction and the job that holds the slot."""
    with ManualSession(durations={"slow": "90 s"}) as session:
        session.task("cron * * * * *", name="slow")(lambda: None)
        session.advance("70 s")
        [skip] = [each for each in kept.records if each.action == "inaction"]
        assert (skip.levelname, skip.task, skip.reason) == ("WARNING", "slow", "overlap")
        assert "holds the slot" in skip.getMessage()


def test_a_time_out_is_an_error(kept):
    """A job that ran out of time without further attempts ends as an ERROR line."""
    with ManualSession(durations={"slow": "90 s"}) as session:
        session.task("every 1 hour", name="slow", timeout="10 s")(lambda: None)
        session.advance("1 min")
        assert kept.told("levelname", "action")[-1] == ("ERROR", "terminate")
        assert kept.records[-1].reason == "timeout"


def test_a_job_that_cannot_start_its_function_is_told(session, kept):
    """A missing argument is a failure as any other."""
    session.task("every 1 hour", name="needs")(lambda x: x)
    session.advance("1 min")
    assert kept.told("levelname", "action")[-1] == ("ERROR", "fail")
    assert "x" in kept.records[-1].getMessage()


def test_missing_arguments_can_be_silenced(session, kept):
    """With `silence_task_prerun` the failure is recorded, and not told to the Python log."""
    session.config.silence_task_prerun = True
    session.task("every 1 hour", name="needs")(lambda x: x)
    session.advance("1 min")
    assert kept.told("action") == [("run",)]
    assert [each["action"] for each in session.logs(task_name="needs")] == ["fail", "run"]


def test_a_crash_is_an_error(kept):
    """A worker process that dies is told with the action crash."""
    with Session() as app:
        app.task(os._exit, name="dies", execution="process", parameters={"status": 3})
        job = app.submit("dies")
        assert job.wait(60)
    assert kept.told("levelname", "action", "task")[-1] == ("ERROR", "crash", "dies")


def test_a_secret_is_in_no_line(session, kept):
    """Neither the text nor the exception of a line holds the value of a secret parameter."""
    session.parameters["token"] = SecretArg("s3cr3t-token")

    @session.task("every 1 hour")
    def send(token):
        raise ValueError(token)

    session.advance("1 min")
    failed = kept.records[-1]
    assert failed.action == "fail"
    assert "s3cr3t-token" not in logging.Formatter().format(failed)
    assert failed.exc_info is None


def test_a_handler_runs_without_the_lock_and_may_ask_the_session(kept):
    """Handlers of a real session use it from other threads while they handle a line."""
    asked = []
    with Session() as app:
        kept.call = lambda _record: asked.append(_elsewhere(lambda: app.tasks["tick"].status))
        app.task("cron * * * * * *", name="tick", max_instances=1)(lambda: None)
        assert app.submit("tick").wait(30)
        app.tasks["tick"].disabled = True
    assert asked
    assert None not in asked


def _elsewhere(ask):
    """What a function answers in another thread, which a lock held here would stop."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(ask()))
    thread.start()
    thread.join(30)
    return answers[0] if answers else None


@pytest.mark.parametrize("error", [OSError, SystemExit])
def test_an_exception_of_a_handler_or_a_hook_harms_nothing(kept, capsys, error):
    """Jobs run and end, and the session stops, whatever either raises."""

    def refuse(_given):
        message = "the log server is away"
        raise error(message)

    kept.call = refuse
    with Session() as app:
        app.hook("job_end")(refuse)
        app.task(name="broken")(fail)
        job = app.submit("broken")
        assert job.wait(30)
        assert job.status == "fail"
    assert app.state == "stopped"
    assert "the log server is away" in capsys.readouterr().err


def test_a_blocked_handler_does_not_stop_the_engine(kept):
    """While a handler of a skip's line waits, other tasks go on starting."""
    free, blocked, ran = threading.Event(), threading.Event(), threading.Event()

    def wait_at_skips(record):
        if record.action == "inaction":
            blocked.set()
            free.wait(60)

    kept.call = wait_at_skips
    LOGGER.setLevel(logging.WARNING)
    stay = threading.Event()
    with Session() as app:
        app.task("cron * * * * * *", name="long")(lambda: stay.wait(60) and None)
        try:
            assert blocked.wait(30)
            app.task("every 1 hour", name="other")(ran.set)
            assert ran.wait(30)
        finally:
            free.set()
            stay.set()


def test_a_line_is_no_output_of_the_job_that_submits(session, kept):
    """The line about a job that another one submits is not captured as the latter's output."""
    session.task(name="inner")(lambda: None)

    @session.task("every 1 hour")
    def outer():
        session.submit("inner")

    session.advance("1 min")
    assert ("inner", "success") in kept.told("task", "action")
    assert session.tasks["outer"].jobs()[0].output() == []


SCRIPT = """
import logging, sys
if len(sys.argv) > 1:
    logging.basicConfig(level=logging.INFO)
from redengine import Session
app = Session()
@app.task(retries=1, backoff="0.01 s")
def broken():
    raise ValueError("my bug")
with app:
    app.submit(broken).wait(30)
"""


def _run(*arguments):
    command = [sys.executable, "-c", SCRIPT, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == ""
    return done.stderr


def test_nothing_is_printed_where_nobody_configured_logging():
    """A script without a logging configuration prints nothing about its failing jobs."""
    assert _run() == ""


def test_each_line_is_printed_once_where_logging_is_configured():
    """With `logging.basicConfig` there is one line each for starts, the retry and the failure."""
    told = _run("configured")
    assert told.count("Traceback") == 2
    assert [told.count(f"{level}:redengine.jobs:") for level in ("INFO", "WARNING", "ERROR")] == [
        2,
        1,
        1,
    ]
