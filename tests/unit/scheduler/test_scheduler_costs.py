"""What the scheduler's own work costs, in what it evaluates and looks at; never in time."""

from datetime import UTC, datetime, timedelta

import pytest

from redengine import Session
from redengine.exceptions import ImpossibleCondition
from redengine.scheduler import checks as dependencies
from redengine.scheduler.engine import engine
from redengine.scheduler.engine.agenda import MANY, Agenda
from redengine.tasks import FuncTask
from redengine.testing import ManualSession

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CROWD = 5 * MANY


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


class Item:
    wake = None


@pytest.fixture
def manual():
    with ManualSession(start="2026-03-01T12:00") as session:
        yield session


def looked_at(session):
    """The names of the tasks at which the engine looks from now on, in that order."""
    names, look = [], session._engine.look_at_task

    def noted(task, *args):
        names.append(task.name)
        look(task, *args)

    session._engine.look_at_task = noted
    return names


@pytest.mark.parametrize(
    ("crowd", "soon"),
    [
        ("daily at 03:00", "every 10 s"),
        ("cron 0 3 * * *", "daily between 11:00 and 13:00"),
        ("daily between 03:00 and 04:00", "daily between 11:00 and 13:00"),
        ("after task 'none'", "every 10 s"),
    ],
)
def test_a_start_looks_first_at_what_is_to_start(manual, crowd, soon):
    """However many tasks wait beside it and were made before it; at each task once."""
    for number in range(CROWD):
        FuncTask(nothing, name=f"waits-{number}", start_cond=crowd, session=manual)
    FuncTask(nothing, name="soon", start_cond=soon, session=manual)
    names = looked_at(manual)
    manual.advance("0 s")

    assert names[0] == "soon"
    assert set(names) == {"soon", *(f"waits-{number}" for number in range(CROWD))}
    assert sum(name != "soon" for name in names) == CROWD
    assert len(manual.runs("soon")) == 1


def test_what_is_due_is_looked_at_before_the_crowd_that_a_change_touches(manual):
    """A parameter that very many conditions read does not make what is due late."""
    for number in range(CROWD):
        condition = f"param 'mode' is '{number}' & daily"
        FuncTask(nothing, name=f"reads-{number}", start_cond=condition, session=manual)
    FuncTask(nothing, name="tick", start_cond="every 10 s", session=manual)
    manual.advance("15 s")
    names, engine = looked_at(manual), manual._engine
    with manual._core.lock:
        manual._core.publish("parameter:mode")
        manual._core.agenda.put(manual.tasks["tick"], manual._core.clock.now())
    engine.step()

    assert "tick" in names[:3]
    assert len(names) > CROWD


def test_a_sweep_goes_on_beside_what_is_touched_again_and_again(manual):
    """What is looked at all the time keeps nobody else from being looked at."""
    for number in range(CROWD):
        FuncTask(nothing, name=f"waits-{number}", start_cond="daily at 03:00", session=manual)
    busy = FuncTask(nothing, name="busy", start_cond="daily at 04:00", session=manual)
    names, look = [], manual._engine.look_at_task

    def touching(task, *args):
        names.append(task.name)
        look(task, *args)
        if len(set(names)) <= CROWD:
            manual._core.touch(busy)

    manual._engine.look_at_task = touching
    manual.advance("0 s")

    assert set(names) == {"busy", *(f"waits-{number}" for number in range(CROWD))}
    assert len(names) < 5 * CROWD


def test_nothing_counts_as_attended_to_before_a_sweep_has_ended(manual):
    """A session that ends in the midst of it gives what was missed its chance later."""
    FuncTask(nothing, name="waits", start_cond="daily at 03:00", session=manual)
    manual.advance("0 s")
    manual.pause()
    manual.advance("1 hour")
    engine, seen = manual._engine, []
    look_at_some = engine._look_at_some

    def noted(now):
        seen.append(engine.attended_until)
        return look_at_some(now)

    engine._look_at_some = noted
    manual.resume()
    engine.step()

    assert seen
    assert set(seen) == {NOON}
    assert engine.attended_until == NOON + timedelta(hours=1)


def test_what_is_swept_keeps_since_when_nobody_has_looked_at_it():
    """Whichever way it is looked at in the end: as touched, as due, or in its turn."""
    agenda, later = Agenda(lambda: NOON + timedelta(hours=1)), NOON + timedelta(minutes=1)
    touched, published, due, swept, gone = (Item() for _ in range(5))
    agenda.sweep([touched, published, due, swept, gone], NOON)
    agenda.subscribe(published, ["topic"])
    agenda.touch(touched)
    agenda.publish("topic")
    agenda.put(due, later)
    agenda.forget(gone)

    assert agenda.touched == {touched: NOON, published: NOON}
    assert agenda.pop_due(later) == (NOON, due)
    assert agenda.pop_swept() == (NOON, swept, False)
    assert agenda.pop_swept() is None


def test_very_much_that_is_touched_is_swept():
    """Each as of when it was touched; little is not."""
    agenda, items = Agenda(lambda: NOON + timedelta(hours=1)), [Item() for _ in range(MANY + 1)]
    for number, item in enumerate(items[:-1]):
        agenda.touch(item, NOON + timedelta(seconds=number))
    agenda.sweep_touched()
    assert not agenda.is_sweeping

    agenda.touch(items[-1], NOON)
    agenda.sweep_touched()
    assert agenda.pop_swept() == (NOON, items[0], False)
    assert agenda.pop_swept() == (NOON + timedelta(seconds=1), items[1], False)
    assert not agenda.touched


@pytest.fixture
def ways_given(monkeypatch, manual):
    """How many jobs have been handed over when the engine gives way, each time it does."""
    manual.advance("0 s")
    given, handed = [], manual._core.runtimes["thread"]
    monkeypatch.setattr(engine, "give_way", lambda: given.append(handed.load()["queued"]))
    return given


def test_the_first_of_a_burst_begin_before_the_rest_is_decided_on(manual, ways_given):
    """The engine gives way once, when the first few have been handed over."""
    for number in range(4 * engine.BATCH):
        FuncTask(nothing, name=f"burst-{number}", start_cond="every 10 s", session=manual)
    manual._engine.step(gives_way=True)

    assert ways_given == [engine.BATCH]


def test_the_engine_gives_way_to_nobody_where_nothing_starts(manual, ways_given):
    """Neither for looks that start nothing, nor where jobs run in the thread that steps it."""
    for number in range(4 * engine.BATCH):
        FuncTask(nothing, name=f"waits-{number}", start_cond="daily at 03:00", session=manual)
    manual._engine.step(gives_way=True)
    for number in range(4 * engine.BATCH):
        FuncTask(nothing, name=f"burst-{number}", start_cond="every 10 s", session=manual)
    manual._engine.step()

    assert ways_given == []
