"""FuncTask, CommandTask and CodeTask, and tasks from data."""

import pytest

from redengine.exceptions import InvalidInput, UnknownName
from redengine.tasks import CodeTask, CommandFailed, CommandTask, FuncTask


def finished(session, task):
    """The task's latest job, after the condition has started it."""
    session.advance("1 s")
    return task.jobs()[0]


def result(session, task):
    return session.returns[task.name] if finished(session, task).status == "success" else None


def test_a_decorated_function_stays_a_function(session):
    """The decorator gives the function back, and the function stands for its task."""

    @session.task("daily", name="other name")
    def fetch():
        return 42

    assert fetch() == 42
    assert session.tasks[fetch].name == "other name"


def test_functask_decorates_with_and_without_a_session(session):
    """`@FuncTask(…)` makes a task when it is applied."""

    @FuncTask(start_cond="daily", session=session)
    def fetch():
        return 1

    assert fetch() == 1
    assert result(session, session.tasks["fetch"]) == 1


def test_a_function_is_loaded_from_its_file_and_again_when_it_changes(session, tmp_path):
    """The file is read at the first run, and after a change."""
    path = tmp_path / "jobs.py"
    task = FuncTask(
        func_name="work", path=path, start_cond="every 1 second", retries=0, session=session
    )
    assert finished(session, task).status == "fail"

    path.write_text("def work(): return 'first'\n")
    assert result(session, task) == "first"
    path.write_text("def work(): return 'second one'\n")
    assert result(session, task) == "second one"


def test_a_file_without_the_function_fails_the_job_by_name(session, tmp_path):
    """The error names the file and the function."""
    path = tmp_path / "jobs.py"
    path.write_text("x = 1\n")
    task = FuncTask(func_name="work", path=path, start_cond="daily", session=session)

    job = finished(session, task)
    assert job.status == "fail"
    assert "work" in job.error
    assert "jobs.py" in job.error


def test_a_command_gives_its_output(session):
    """What it prints is the job's output, and what it prints to stdout its return value."""
    command = ["sh", "-c", "echo out; echo err >&2"]
    job = finished(session, CommandTask(command, name="c", start_cond="daily", session=session))

    assert job.status == "success"
    assert sorted(job.output()) == ["err", "out"]
    assert session.returns["c"] == "out\n"


def test_a_command_that_fails_tells_its_exit_code_and_last_words(session):
    """The error has both."""
    command = "echo cannot do it >&2; exit 3"
    task = CommandTask(command, shell=True, name="c", start_cond="daily", session=session)
    job = finished(session, task)

    assert job.status == "fail"
    assert "exit code 3: cannot do it" in job.error
    assert issubclass(CommandFailed, Exception)


def test_parameters_become_options_of_the_command(session):
    """`--name value`, quoted where a shell reads them."""
    for name, options in (("plain", {}), ("shell", {"shell": True})):
        task = CommandTask(
            "echo",
            name=name,
            start_cond="daily",
            parameters={"day": "a b"},
            session=session,
            **options,
        )
        assert finished(session, task).output() == ["--day a b"]


def test_a_command_runs_where_and_with_what_it_is_told(session, tmp_path):
    """Cwd and env are taken over."""
    task = CommandTask(
        "pwd; echo $COLOUR",
        shell=True,
        cwd=tmp_path,
        env={"COLOUR": "red"},
        name="c",
        start_cond="daily",
        session=session,
    )

    assert finished(session, task).output() == [str(tmp_path), "red"]


def test_a_missing_program_fails_the_job_by_name(session):
    """The error names the program."""
    task = CommandTask("no-such-program-here", name="c", start_cond="daily", session=session)

    assert "no-such-program-here" in finished(session, task).error


def test_code_runs_with_parameters_and_returns_its_result(session):
    """The variable `result` is the return value."""
    task = CodeTask(
        "result = number * 2\nprint('twice', number)",
        name="double",
        start_cond="daily",
        parameters={"number": 21},
        session=session,
    )

    assert result(session, task) == 42
    assert task.jobs()[0].output() == ["twice 21"]


@pytest.mark.parametrize("code", ["", "   ", "def broken(:", 5, None])
def test_code_that_is_not_python_is_refused(session, code):
    """The error names the field."""
    with pytest.raises(InvalidInput, match="code"):
        CodeTask(code, name="c", session=session)


@pytest.mark.parametrize("command", ["", [], ["ls", 3], 5, "echo 'unclosed"])
def test_a_command_that_is_none_is_refused(session, command):
    """The error names the field."""
    with pytest.raises(InvalidInput, match="command"):
        CommandTask(command, name="c", session=session)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"class": "CodeTask", "code": "print(1)"}, "CodeTask"),
        ({"code": "print(1)"}, "CodeTask"),
        ({"command": ["true"]}, "CommandTask"),
        ({"func": "json:dumps"}, "FuncTask"),
        ({"func": "work", "path": "jobs.py"}, "FuncTask"),
    ],
)
def test_a_task_is_made_from_data(session, data, kind):
    """The class is named, or told by the fields."""
    task = session.create_task({"name": "job", "start_cond": "daily", **data})

    assert task.kind == kind
    assert session.tasks["job"] is task


def test_a_task_can_be_made_again_from_its_own_object(session):
    """What the snapshot says of a task is enough to make it again."""
    first = session.create_task(
        {
            "name": "job",
            "code": "print(1)",
            "start_cond": "daily after 07:00 & after task 'fetch'",
            "retries": 2,
            "timeout": "10 min",
            "tags": ["a"],
            "backoff": 3,
            "parameters": {"x": [1, 2]},
        }
    )
    snapshot = first.snapshot()
    from redengine.tasks.spec import STATE_FIELDS

    data = {key: value for key, value in snapshot.items() if key not in STATE_FIELDS}
    second = session.create_task(data, on_exists="replace")

    assert second.snapshot() == snapshot


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({}, "class"),
        ({"class": "CodTask"}, "CodTask"),
        ({"class": "CodeTask"}, "code"),
        ({"code": "x", "command": "ls"}, "code"),
        ({"code": "x", "colour": 1}, "colour"),
        ({"code": "x", "status": "run"}, "status"),
        ({"func": "nowhere:nothing"}, "nowhere"),
        ({"func": "json"}, "module:function"),
        ({"func": "json:JSONDecodeErrors"}, "json"),
    ],
)
def test_data_that_makes_no_task_is_refused_by_field(session, data, named):
    """The error names what does not fit; nothing is made."""
    with pytest.raises((InvalidInput, UnknownName), match=named):
        session.create_task({"name": "job", **data})
    assert len(session.tasks) == 0
