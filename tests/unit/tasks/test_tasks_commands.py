"""What commands and code take as parameters, and what they return."""

import signal
import sys

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.client import Client
from redengine.exceptions import InvalidInput, JobFailed
from redengine.parameters import Arg, SecretArg
from redengine.tasks import CodeTask, CommandFailed, CommandTask
from redengine.testing import ManualSession

WAIT_S = 60


@pytest.fixture
def app():
    """A running session."""
    with Session() as made:
        yield made


def python(source):
    """A command that runs Python source, with what follows as its arguments."""
    return [sys.executable, "-c", source]


PRINTS = python("import sys; print(*sys.argv[1:])")


@pytest.mark.parametrize("execution", ["thread", "process"])
def test_a_command_returns_what_it_printed(app, execution):
    """As text, with its line ends; what it writes to stderr is output of the job alone."""
    source = "import sys; print('one'); print('two', file=sys.stderr); print('three')"
    CommandTask(python(source), name="ls", session=app, execution=execution)
    job = app.submit("ls")
    assert job.result(WAIT_S) == "one\nthree\n"
    assert sorted(job.output()) == ["one", "three", "two"]
    assert app.returns["ls"] == "one\nthree\n"


def test_a_long_output_returns_its_end(app):
    """The last 64 KiB, without a character cut in two."""
    CommandTask(python("print('é' * 50_000 + 'end')"), name="long", session=app)
    text = app.submit("long").result(WAIT_S)
    assert len(text.encode()) <= 64 * 1024
    assert text.endswith("éend\n")
    assert set(text) == set("éend\n")


def test_what_a_command_prints_of_a_secret_is_masked(app):
    """In what it returns as in its output."""
    app.parameters["token"] = SecretArg("s3cr3t-token")
    CommandTask(python("print('got s3cr3t-token')"), name="leak", session=app)
    assert app.submit("leak").result(WAIT_S) == "got *****\n"


@pytest.mark.parametrize("execution", ["thread", "process"])
def test_a_failing_command_tells_its_exit_code_and_errors(app, execution):
    """They stand in the job's error; there is no result."""
    source = "import sys; print('so far'); sys.exit('no such host')"
    CommandTask(python(source), name="fails", execution=execution, session=app)
    job = app.submit("fails")
    with pytest.raises(JobFailed, match=r"ended with exit code 1: no such host"):
        job.result(WAIT_S)
    assert job.exception().exit_code == 1


@pytest.mark.parametrize("execution", ["thread", "process"])
def test_the_job_of_a_command_has_its_exit_code(app, execution):
    """0 where it succeeded, and negative where a signal ended it."""
    sources = {
        "good": ("pass", 0),
        "bad": ("import sys; sys.exit(7)", 7),
        "ended": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -9),
    }
    for name, (source, code) in sources.items():
        CommandTask(python(source), name=name, session=app, execution=execution)
        job = app.submit(name)
        assert job.exit_code is None
        assert job.wait(WAIT_S)
        assert (job.exit_code, job.snapshot()["exit_code"]) == (code, code)


def test_a_job_without_a_commands_end_has_no_exit_code(app):
    """One whose command could not be started, and one that is no command."""
    CommandTask(["/no/such/program"], name="none", session=app)
    app.task(name="function")(raised_in_a_function)
    jobs = [app.submit("none"), app.submit("function")]
    assert all(each.wait(WAIT_S) for each in jobs)
    assert [each.exit_code for each in jobs] == [None] * 2


@pytest.mark.parametrize("execution", ["thread", "process"])
@pytest.mark.parametrize(
    ("start", "code"),
    [("pass", -signal.SIGTERM), ("signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))", 5)],
)
def test_a_terminated_command_has_the_exit_code_that_it_ended_with(app, execution, start, code):
    """The signal's number, negative; or what it said itself once it was asked to end."""
    source = f"import signal, sys, time; {start}; print('begun', flush=True); time.sleep(600)"
    CommandTask(python(source), name="long", session=app, execution=execution)
    job = app.submit("long")
    assert app.wait_for_output(job.id, 0, WAIT_S)
    job.terminate()
    assert job.wait(WAIT_S)
    assert (job.status, job.exit_code) == ("terminate", code)


def raised_in_a_function():
    raise CommandFailed("ls", 3, "")


def test_each_attempt_has_its_exit_code(app, tmp_path):
    """The one of the latest stands in the job."""
    source = f"import pathlib, sys; pathlib.Path({str(tmp_path / 'x')!r}).open('x')"
    CommandTask(
        python(f"try: {source}\nexcept FileExistsError: sys.exit(0)\nsys.exit(4)"),
        name="twice",
        retries=1,
        backoff="0 s",
        session=app,
    )
    job = app.submit("twice")
    assert job.wait(WAIT_S)
    assert (job.attempt, job.status, job.exit_code) == (2, "success", 0)


def test_an_exit_code_is_remembered_and_told_over_http(tmp_path):
    """By another session on the same store, in Python, JSON and the client."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    codes = {"good": 0, "bad": 7}
    with Session(store=url) as app:
        ids = {}
        for name, code in codes.items():
            CommandTask(python(f"import sys; sys.exit({code})"), name=name, session=app)
            job = app.submit(name)
            assert job.wait(WAIT_S)
            ids[name] = job.id
    with ManualSession(store=url) as app, Client(app=(api := FlaskAPI(session=app))) as client:
        for name, job_id in ids.items():
            told = client.jobs.get(job_id)
            assert app.job(job_id).exit_code == codes[name]
            assert (told.exit_code, told.data["exit_code"]) == (codes[name], codes[name])
        assert [job.exit_code for job in client.jobs.list()] == [7, 0]
        for filters in ({"exit_code": 7}, {"exit_code$min": 1}, {"exit_code$not": 0}):
            answer = api.app.test_client().get("/jobs", query_string=filters)
            assert [job["task"] for job in answer.json] == ["bad"]


def test_undeclared_parameters_of_a_command_are_refused(app):
    """The error names the form to write; nothing runs."""
    CommandTask(PRINTS, name="copy", options=["day"], session=app)
    with pytest.raises(InvalidInput, match=r'options=\["checkpoint-action"\]') as refused:
        app.submit("copy", **{"checkpoint-action": "exec=sh"})
    assert list(refused.value.fields) == ["checkpoint-action"]
    assert app.tasks["copy"].jobs() == []
    assert app.submit("copy", day="2026-01-01").result(WAIT_S) == "--day 2026-01-01\n"


def test_the_tasks_own_parameters_are_declared(app):
    """A job may give them another value."""
    CommandTask(PRINTS, name="copy", parameters={"day": "today"}, argform="short", session=app)
    assert app.submit("copy").result(WAIT_S) == "-day today\n"
    assert app.submit("copy", day="later").result(WAIT_S) == "-day later\n"


def test_options_may_be_a_schema(app):
    """Types, allowed values and needed ones are checked, and shown as the task's schema."""
    schema = {
        "properties": {"rows": {"type": "integer"}, "mode": {"enum": ["fast", "slow"]}},
        "required": ["rows"],
    }
    task = CommandTask(PRINTS, name="copy", options=schema, session=app)
    with pytest.raises(InvalidInput) as refused:
        app.submit("copy", rows=True, mode="quick", other=1)
    assert set(refused.value.fields) == {"rows", "mode", "other"}
    with pytest.raises(InvalidInput, match="rows: is needed"):
        app.submit("copy", mode="fast")
    assert app.submit("copy", rows=3, mode="slow").result(WAIT_S) == "--rows 3 --mode slow\n"
    assert task.parameter_schema()["properties"]["rows"] == {"type": "integer"}
    assert task.parameter_schema()["additionalProperties"] is False


@pytest.mark.parametrize("shell", [False, True])
@pytest.mark.parametrize("value", ["--verbose", "-v", "-", "-5 $HOME"])
def test_a_value_that_begins_with_a_dash_stays_a_value(app, value, shell):
    """It is tied to its option, so that no program takes it for one of its own."""
    parse = "import argparse as a; p = a.ArgumentParser(); p.add_argument('--day'); "
    flags = "p.add_argument('-v', '--verbose', action='store_true'); print(p.parse_args())"
    command = python(parse + flags)
    CommandTask(command, name="copy", options=["day"], shell=shell, session=app)
    printed = app.submit("copy", day=value).result(WAIT_S)
    assert printed == f"Namespace(day={value!r}, verbose=False)\n"


def test_short_options_take_no_value_that_looks_like_one(app):
    """Nothing ties a value to a short option: it is refused, given or from a parameter."""
    app.parameters["mode"] = "-v"
    CommandTask(PRINTS, name="copy", options=["day", "n"], argform="short", session=app)
    with pytest.raises(InvalidInput, match=r"day: '--exec=sh' begins with '-'.*--day='--exec=sh'"):
        app.submit("copy", day="--exec=sh")
    assert app.tasks["copy"].jobs() == []
    assert app.submit("copy", n=-5).result(WAIT_S) == "-n -5\n"
    app.tasks["copy"].update({"parameters": {"day": Arg("mode")}})
    job = app.submit("copy")
    assert job.wait(WAIT_S)
    assert (job.status, "begins with '-'" in job.error) == ("fail", True)


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ("day", "options"),
        (["--day"], "options"),
        ([""], "options"),
        (["a b"], "options"),
        ([1], "options"),
        ({}, r"options\.properties"),
        ({"properties": {"day": {"pattern": "x"}}}, r"options\.properties\.day"),
        ({"properties": {"day": {"type": "object"}}}, r"options\.properties\.day\.type"),
        ({"properties": {}, "required": ["day"]}, r"options\.required"),
    ],
)
def test_odd_options_are_refused(session, options, place):
    """The place is named; a keyword that is not checked is not taken."""
    with pytest.raises(InvalidInput, match=place):
        CommandTask("ls", options=options, session=session)


def test_the_code_of_a_task_may_call_its_result_return_value(session):
    """`result` comes first where both are there."""
    CodeTask("return_value = 1", name="one", start_cond="every 1 hour", session=session)
    CodeTask("return_value = 1; result = 2", name="two", start_cond="every 1 hour", session=session)
    session.advance("1 min")
    assert (session.returns["one"], session.returns["two"]) == (1, 2)


def test_code_takes_no_names_with_a_meaning_of_their_own(session):
    """`__builtins__` and its like: in a job, in the task's options, and in a change of them."""
    task = CodeTask("result = len('abc')", name="code", session=session)
    session.advance("1 s")
    bad = {"__builtins__": {}}
    with pytest.raises(InvalidInput, match=r"parameters\.__builtins__"):
        session.submit("code", **bad)
    with pytest.raises(InvalidInput, match=r"parameters\.__builtins__"):
        task.parameters = bad
    with pytest.raises(InvalidInput, match=r"parameters\.__builtins__"):
        CodeTask("1", name="other", parameters=bad, session=session)
    assert "other" not in session.tasks
    session.submit("code", _x=1, x__=2)


def test_the_description_is_the_first_line_of_the_docstring(session):
    """Unless the task says another; also for a decorated function."""

    def documented():
        """Fetch the rows.

        From afar.
        """

    session.task(documented)
    session.task(documented, name="other", description="mine")
    session.task(name="plain")(lambda: None)
    assert [each.description for each in session] == ["Fetch the rows.", "mine", None]
    assert session["documented"].snapshot()["description"] == "Fetch the rows."
