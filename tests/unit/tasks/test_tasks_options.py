"""The options of tasks."""

from datetime import timedelta

import pytest

from redengine.exceptions import AlreadyExists, InvalidInput, UnknownName
from redengine.tasks import OPTIONS, Backoff, CodeTask, CommandTask, FuncTask


def test_an_unknown_option_is_answered_with_the_nearest(session):
    """A misspelt option is an error that names it."""
    with pytest.raises(UnknownName, match="did you mean 'retries'"):
        FuncTask(lambda: None, name="job", retris=3, session=session)
    assert len(session.tasks) == 0


@pytest.mark.parametrize(
    ("option", "bad"),
    [
        ("priority", "high"),
        ("priority", True),
        ("retries", -1),
        ("timeout", "soon"),
        ("timeout", 0),
        ("max_instances", 0),
        ("missed", "sometimes"),
        ("disabled", "yes"),
        ("tags", "nightly"),
        ("tags", [""]),
        ("parameters", [1]),
        ("backoff", {"base": -1}),
        ("start_cond", 5),
        ("start_cond", "evry 10 s"),
        ("name", ""),
        ("name", "x" * 300),
        ("name", "two\nlines"),
        ("on_crash", "ignore"),
        ("execution", 7),
        ("timezone", "Europe/Helsinky"),
        ("timezone", "UTC+2"),
        ("timezone", 2),
        ("jitter", "soon"),
        ("jitter", 0),
        ("grace", -1),
        ("grace", True),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_its_name(session, option, bad):
    """The error's fields name the option; no task is made."""
    options = {"name": "job", option: bad}
    with pytest.raises(InvalidInput) as caught:
        FuncTask(lambda: None, session=session, **options)

    assert option in "".join(caught.value.fields) or "condition" in caught.value.fields
    assert len(session.tasks) == 0


def test_all_reasons_are_told_at_once(session):
    """Two bad options are two reasons in one error."""
    with pytest.raises(InvalidInput) as caught:
        FuncTask(lambda: None, name="job", retries=-1, priority="x", session=session)

    assert set(caught.value.fields) == {"retries", "priority"}


def test_an_update_is_all_or_nothing(session):
    """One bad value leaves the good ones unset."""
    task = FuncTask(lambda: None, name="job", session=session)
    with pytest.raises(InvalidInput):
        task.update({"priority": 5, "retries": -1})

    assert (task.priority, task.retries) == (0, 0)


def test_options_are_attributes(session):
    """Reading gives the canonical value, assigning validates."""
    task = FuncTask(lambda: None, name="job", timeout="10 min", session=session)
    assert task.timeout == timedelta(minutes=10)

    task.timeout = 5
    task.tags = ["a", "b"]
    assert (task.timeout, task.tags) == (timedelta(seconds=5), ("a", "b"))
    with pytest.raises(InvalidInput):
        task.timeout = "never again"


def test_every_option_has_a_default_that_it_accepts(session):
    """A task's own values can be given to another one."""
    first = FuncTask(lambda: None, name="first", session=session)
    values = {name: getattr(first, name) for name in OPTIONS}
    second = FuncTask(lambda: None, name="second", session=session, **values)

    assert {name: getattr(second, name) for name in OPTIONS} == values


@pytest.mark.parametrize(
    ("on_exists", "names", "description"),
    [
        ("replace", ["job"], "new"),
        ("ignore", ["job"], "old"),
        ("rename", ["job", "job-1"], "old"),
    ],
)
def test_a_taken_name_is_dealt_with_as_asked(session, on_exists, names, description):
    """replace, ignore and rename do what they say."""
    FuncTask(lambda: None, name="job", description="old", session=session)
    FuncTask(lambda: None, name="job", description="new", session=session, on_exists=on_exists)

    assert session.tasks.names() == names
    assert session.tasks["job"].description == description


def test_a_taken_name_is_an_error_by_default(session):
    """The existing task is untouched."""
    first = FuncTask(lambda: None, name="job", session=session)
    with pytest.raises(AlreadyExists, match="on_exists"):
        FuncTask(lambda: None, name="job", session=session)

    assert session.tasks["job"] is first


def test_a_replaced_task_keeps_its_history(session):
    """A daily task that ran today does not run again because it was defined anew."""
    session.task("daily", name="job")(lambda: None)
    session.advance("1 hour")
    session.task("daily", name="job", on_exists="replace")(lambda: None)
    session.advance("1 hour")

    assert len(session.runs("job")) == 1
    assert session.tasks["job"].status == "success"


def test_backoff_doubles_up_to_its_maximum():
    """base, base * factor, …, maximum."""
    backoff = Backoff(base=1, factor=2, maximum=5, jitter=0)

    assert [backoff.delay(n).total_seconds() for n in (1, 2, 3, 4, 500)] == [1, 2, 4, 5, 5]


def test_jitter_spreads_the_waits():
    """A tenth of jitter stays within a tenth."""
    waits = {Backoff(base=100, jitter=0.1).delay(1).total_seconds() for _ in range(50)}

    assert len(waits) > 1
    assert all(90 <= wait <= 110 for wait in waits)


def test_tasks_have_a_repr_of_one_line(session):
    """A repr shows the kind, the name and the condition, and no address."""
    tasks = [
        FuncTask(lambda: None, name="f", start_cond="daily", session=session),
        CommandTask("true", name="c", session=session),
        CodeTask("x = 1", name="p", session=session),
    ]

    assert [repr(task) for task in tasks] == [
        "FuncTask('f', start_cond='daily')",
        "CommandTask('c')",
        "CodeTask('p')",
    ]
