"""What reaches a task's function, and what never leaves the session."""

import logging

from redengine.parameters import Arg, FuncArg, Return, SecretArg, Session, Task, TerminationFlag


def job_of(session, func, name="job", **options):
    session.task("daily", name=name, **options)(func)
    session.advance("1 s")
    return session.tasks[name].jobs()[0]


def test_parameters_are_injected_by_name_and_by_argument(session):
    """The session's, the task's and a function's values arrive."""
    seen = {}
    session.parameters.update({"day": "today", "root": "/data"})

    def work(day, place=Arg("root"), own=None, made=FuncArg(lambda root: root + "/x")):
        seen.update(day=day, place=place, own=own, made=made)

    assert job_of(session, work, parameters={"own": 1}).status == "success"
    assert seen == {"day": "today", "place": "/data", "own": 1, "made": "/data/x"}


def test_a_missing_argument_fails_the_job_by_name(session):
    """The error names the argument and the task; nothing else is harmed."""

    def work(wanted): ...

    job = job_of(session, work)
    assert job.status == "fail"
    assert "wanted" in job.error
    assert "'job'" in job.error


def test_returns_reach_later_tasks(session):
    """Also values that have no JSON form."""
    value = object()
    seen = []
    session.task("every 1 minute", name="fetch")(lambda: value)
    session.task("after task 'fetch'", name="report")(
        lambda data=Return("fetch"): seen.append(data)
    )
    session.advance("30 s")

    assert seen == [value]
    assert session.returns.snapshot()["fetch"]["type"] == "object"


def test_task_session_and_flag_can_be_asked_for(session):
    """The task gets itself, its session, and a flag that is not set."""
    seen = []

    def work(task=Task(), other=Task("other"), app=Session(), flag=TerminationFlag()):
        seen.extend((task.name, other.name, app is session, flag.is_set()))

    session.task(name="other")(lambda: None)
    job_of(session, work)
    assert seen == ["job", "other", True, False]


def test_a_secret_shows_nowhere(session, caplog):
    """Not in the error, the traceback, the output, the log, the snapshots or the explanation."""
    session.parameters["token"] = SecretArg("hunter2hunter2")

    def work(token=SecretArg("token")):
        print("using", token)
        logging.getLogger("task").warning("with %s", token)
        raise ValueError(f"rejected {token}")

    job = job_of(session, work)
    shown = [
        job.error,
        *job.output(),
        str(session.logs()),
        str(session.snapshot()),
        str(session.why("job")),
        str(session.tasks["job"].snapshot()),
        repr(session.parameters),
        str(job.snapshot()),
    ]

    assert "rejected *****" in job.error
    assert any("using *****" in line for line in job.output())
    assert not [text for text in shown if "hunter2" in text]


def test_a_name_in_a_signature_makes_the_parameter_secret(session):
    """A plain value set later under that name is masked as well."""
    session.task(name="job")(lambda key=SecretArg("api_key"): None)
    session.parameters["api_key"] = "plain value"

    assert session.parameters.snapshot() == {"api_key": "*****"}


def test_job_parameters_come_before_the_tasks(session):
    """A hand-started job's own parameters win, for that job alone."""
    seen = []

    def work(x):
        seen.append(x)

    session.task(name="job", parameters={"x": "task"})(work)
    session.advance("1 s")
    session.submit("job", x="job")
    session.submit("job")
    session.advance("1 s")

    assert seen == ["job", "task"]
