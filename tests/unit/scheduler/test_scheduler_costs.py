"""What the scheduler's own work costs, in what it evaluates and looks at; never in time."""

import pytest

from redengine import Session
from redengine.exceptions import ImpossibleCondition
from redengine.scheduler import dependencies
from redengine.tasks import FuncTask


def nothing():
    """What the tasks would do."""


@pytest.fixture
def app():
    with Session() as app:
        app.shut_down()
        yield app


@pytest.fixture
def asked(monkeypatch):
    """The tasks whose required links are asked for while a task is registered."""
    asked, required = [], dependencies._required

    def counted(task):
        asked.append(task.name)
        return required(task)

    monkeypatch.setattr(dependencies, "_required", counted)
    return asked


def chain(app, length):
    """Tasks of which each starts after the one before it."""
    FuncTask(nothing, name="0", start_cond="daily", session=app)
    for number in range(1, length):
        condition = f"after task '{number - 1}'"
        FuncTask(nothing, name=str(number), start_cond=condition, session=app)


def test_a_task_at_the_end_of_a_chain_is_registered_without_a_walk_along_it(app, asked):
    """No task waits for the new name, so no link can lead back to it."""
    chain(app, 50)

    assert asked == [str(number) for number in range(50)]


def test_a_task_that_another_one_awaits_is_checked_against_its_ancestors(app, asked):
    """A waiting task may be an ancestor; each ancestor is asked once, whatever its links."""
    FuncTask(nothing, name="late", start_cond="after task 'new'", session=app)
    chain(app, 5)
    asked.clear()
    FuncTask(nothing, name="new", start_cond="after tasks '4', '3', '2'", session=app)

    assert sorted(asked) == ["0", "1", "2", "3", "4", "new", "new"]


def test_a_cycle_is_refused_whatever_closes_it(app):
    """A new task, a changed one, a replaced one, and a task that waits for itself."""
    FuncTask(nothing, name="first", start_cond="after task 'last'", session=app)
    FuncTask(nothing, name="second", start_cond="after task 'first'", session=app)
    with pytest.raises(ImpossibleCondition, match="'last' → 'second' → 'first' → 'last'"):
        FuncTask(nothing, name="last", start_cond="after task 'second'", session=app)

    FuncTask(nothing, name="last", start_cond="daily", session=app)
    with pytest.raises(ImpossibleCondition, match="'last' → 'second' → 'first' → 'last'"):
        app.tasks["last"].start_cond = "after task 'second'"
    with pytest.raises(ImpossibleCondition, match="'last' → 'second' → 'first' → 'last'"):
        FuncTask(
            nothing,
            name="last",
            start_cond="after task 'second'",
            on_exists="replace",
            session=app,
        )
    with pytest.raises(ImpossibleCondition, match="'own' → 'own'"):
        FuncTask(nothing, name="own", start_cond="after task 'own'", session=app)
