"""What a task's code raises to end its job as `inaction` or `terminate`."""

import pytest

from redengine import Session, TaskInaction, TaskTermination
from redengine.exceptions import JobSkipped, JobTerminated
from redengine.parameters import FuncArg
from redengine.tasks import CodeTask

WAIT_S = 60


def nothing():
    raise TaskInaction("nothing to do")


def stop():
    raise TaskTermination("the market is closed")


async def nothing_later():
    raise TaskInaction("nothing to do")


async def stop_later():
    raise TaskTermination("the market is closed")


@pytest.mark.parametrize("execution", ["thread", "process", "async"])
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_task_says_how_its_job_ends(execution, kind):
    """In each runtime: `inaction` and `terminate` with the reason, not tried again, no failure."""
    idle, stopping = (nothing, stop) if kind == "def" else (nothing_later, stop_later)
    with Session(execution=execution) as app:
        app.task(idle, name="idle", retries=3)
        app.task(stopping, name="stopping", retries=3)
        skipped, ended = app.submit("idle"), app.submit("stopping")
        with pytest.raises(JobSkipped, match="did nothing: nothing to do"):
            skipped.result(WAIT_S)
        with pytest.raises(JobTerminated, match="the market is closed"):
            ended.result(WAIT_S)
        assert (skipped.status, skipped.attempt) == ("inaction", 1)
        assert (ended.status, ended.attempt) == ("terminate", 1)
        assert skipped.reason == "nothing to do"
        [record] = app.logs(task_name="idle", action="inaction")
        assert (record["reason"], record["job_id"]) == ("nothing to do", skipped.id)
        assert app["idle"].last_inaction == skipped.ended_at
        assert app["idle"].last_fail is None


def test_the_main_thread_and_code_know_them_too(session):
    """Virtual time takes the same path, for the main runtime and for a CodeTask."""
    session.task("every 1 hour", execution="main", func=nothing)
    CodeTask(
        "from redengine import TaskTermination\nraise TaskTermination",
        name="code",
        start_cond="every 1 hour",
        session=session,
    )
    session.task("every 1 hour", name="argument")(_takes_nothing)
    session.advance("1 min")
    assert [each.status for each in session] == ["inaction", "terminate", "inaction"]
    assert session["code"].jobs()[0].reason == "the task ended itself"


def _takes_nothing(rows=FuncArg(nothing)):
    return rows


@pytest.mark.parametrize("func", [nothing, stop])
def test_a_run_that_says_so_is_the_work_of_its_period(session, func):
    """A daily task that had nothing to do, or ended itself, starts again the next day."""
    session.task("daily", name="daily")(func)
    session.advance("36 hours")
    assert [at.day for at in session.runs("daily")] == [1, 2]
