"""Dry runs: what would come of changes."""

from datetime import datetime
from types import SimpleNamespace

import pytest

from redengine.simulation import dry_run
from redengine.simulation import forecast as forecasts
from redengine.store.queries.reader import Reader
from redengine.tasks import CodeTask, FuncTask
from redengine.testing import ManualSession

RUNS = []


def run():
    """A function of the script."""
    RUNS.append(1)


def step(resource, action, name, **values):
    return SimpleNamespace(resource=resource, action=action, name=name, values=values)


def at(*texts):
    return tuple(datetime.fromisoformat(f"{text}+00:00") for text in texts)


@pytest.fixture
def app():
    """A session with a chain of two tasks."""
    app = ManualSession(parameters={"day": "today"})
    CodeTask("1", name="fetch", start_cond="daily at 07:00", session=app)
    CodeTask("1", name="report", start_cond="after task 'fetch'", session=app)
    return app


def test_the_next_starts_are_told_before_and_after(app):
    """A task that is changed, and one that follows it, are told of; the session is left alone."""
    before = app.tasks["fetch"].definition()
    found = app.dry_run([step("task", "change", "fetch", start_cond="weekly on Monday")], 2)
    assert found.before["fetch"] == at("2026-01-01 07:00", "2026-01-02 07:00")
    assert found.after["fetch"] == at("2026-01-05 00:00", "2026-01-12 00:00")
    assert found.after["report"] == found.after["fetch"]
    assert app.tasks["fetch"].definition() == before
    assert app.state == "initialised"


def test_a_task_that_is_not_there_yet_is_foretold(app):
    """A new task has its next starts, and no earlier ones."""
    found = app.dry_run([step("task", "create", "new", code="1", start_cond="every 1 hour")], 2)
    assert found.after["new"] == at("2026-01-01 00:00", "2026-01-01 01:00")
    assert "new" not in found.before
    assert "new" not in app.tasks


def test_a_removed_task_starts_no_more(app):
    """Who waits for it is told of as well, with the reason."""
    found = app.dry_run([step("task", "delete", "fetch")], 1)
    assert found.before["report"] == at("2026-01-01 07:00")
    assert found.after["report"] == ()
    assert "it waits for task:fetch" in found.reasons["report"]


def test_a_busy_task_does_not_hide_a_rare_one(app):
    """Once a task's starts are known it is left out, so others are seen far ahead."""
    CodeTask("1", name="tick", start_cond="every 1 s", session=app)
    steps = [
        step("task", "change", "tick", priority=1),
        step("task", "change", "fetch", start_cond="monthly on 3rd"),
    ]
    found = app.dry_run(steps, 3)
    assert found.after["tick"] == at(*(f"2026-01-01 00:00:0{n}" for n in range(3)))
    assert found.after["fetch"] == at("2026-01-03 00:00", "2026-02-03 00:00", "2026-03-03 00:00")


def test_nobody_looks_ahead_for_ever(app, monkeypatch):
    """After so many starts the rest is left open, and the answer says so."""
    monkeypatch.setattr(dry_run, "MOST_STARTS", 50)
    CodeTask("1", name="tick", start_cond="every 1 s", session=app)
    change = step("task", "change", "report", start_cond="daily at 07:00 & after task 'tick'")
    found = app.dry_run([change], 1)
    assert found.after["report"] == ()
    assert "looked ahead only until 2026-01-01 00:00" in found.reasons["report"]


def test_a_change_of_zone_moves_all_wall_clock_times(app):
    """Every task that starts otherwise is told of."""
    found = app.dry_run([step("config", "change", "timezone", value="Europe/Helsinki")], 1)
    assert found.after["fetch"] == at("2026-01-01 05:00")
    assert found.settings["timezone"] == "Europe/Helsinki"


def test_a_parameter_moves_those_who_read_it(app):
    """A task whose condition reads the parameter is told of."""
    CodeTask("1", name="p", start_cond="hourly & param 'day' is 'x'", session=app)
    found = app.dry_run([step("parameter", "change", "day", value="x")], 1)
    assert (found.before["p"], found.after["p"]) == ((), at("2026-01-01 00:00"))
    assert app.parameters["day"] == "today"


def test_what_does_not_fit_is_told_by_place_and_field(app):
    """All errors come at once, each with the change and the field that it tells of."""
    steps = [
        step("task", "change", "fetch", start_cond="cron 0 0 30 2 *"),
        step("task", "create", "a", code="1", execution="gpu"),
        step("config", "change", "max_threads", value=-1),
        step("task", "create", "b", code="(", retries=-1),
        step("runtime", "create", "r", kind="thread", size=-1),
    ]
    found = {(place, name): reason for place, name, reason in app.dry_run(steps).errors}
    told = {(0, "start_cond"), (1, "execution"), (2, ""), (3, "code"), (3, "retries"), (4, "size")}
    assert set(found) >= told
    assert "no such day" in found[0, "start_cond"]


def test_a_runtime_that_is_needed_cannot_be_removed(app):
    """The task or the configuration that names it is told."""
    app.runtime("gpu", kind="thread", size=1)
    app.tasks["fetch"].execution = "gpu"
    ((place, name, reason),) = app.dry_run([step("runtime", "delete", "gpu")]).errors
    assert (place, name) == (0, "")
    assert "task 'fetch' runs in it" in reason
    moved = step("task", "change", "fetch", execution="thread")
    assert app.dry_run([moved, step("runtime", "delete", "gpu")]).errors == ()
    (error,) = app.dry_run([step("config", "change", "execution", value="nowhere")]).errors
    assert "there is no runtime 'nowhere'" in error[2]


def test_tasks_that_change_places_do_not_wait_for_each_other_on_the_way(app):
    """The order puts a task after those that it waits for, so that a chain can be turned round."""
    steps = [
        step("task", "change", "fetch", start_cond="after task 'report'"),
        step("task", "change", "report", start_cond="daily"),
    ]
    found = app.dry_run(steps, 1)
    assert found.errors == ()
    assert found.order == (1, 0)
    (error,) = app.dry_run(steps[:1], 1).errors
    assert "waits for the next" in error[2]


def test_users_code_is_not_run(app):
    """A dry run runs no task and polls no condition of the user."""
    asked = []

    @app.condition(every="1 s")
    def ready():
        asked.append(1)
        return True

    FuncTask(run, name="mine", start_cond=ready(), session=app)
    change = step("task", "change", "mine", priority=1)
    other = step("task", "create", "imported", func=f"{__name__}:run", start_cond="daily")
    found = app.dry_run([change, other], 2)
    assert found.after["mine"] == ()
    assert "code of the user" in found.reasons["mine"]
    assert len(found.after["imported"]) == 2
    assert (asked, RUNS) == ([], [])
    assert run.__redengine_task__ == "mine"


def test_doubts_are_told_and_not_warned_of(app):
    """What a new condition may not mean is in the answer."""
    change = step("task", "change", "fetch", start_cond="time of day between 10:00 and 11:00")
    found = app.dry_run([change], 1)
    assert "goes on holding" in found.doubts["fetch"][0]


def test_a_dry_run_asks_the_store_a_bounded_number_of_times(session, monkeypatch):
    """Both simulators, before and after, share one statement for 300 tasks that have run."""
    for number in range(300):
        session.task(f"daily at {number % 2:02d}:30", name=f"t{number}")(lambda: None)
    session.advance("3 hours")
    asked = []
    rows = Reader._rows

    def counted(reader, statement):
        asked.append(statement)
        return rows(reader, statement)

    monkeypatch.setattr(Reader, "_rows", counted)
    found = session.dry_run([step("task", "change", "t7", start_cond="daily at 05:00")], 1)
    assert (found.before["t7"], found.after["t7"]) == (
        at("2026-01-02 01:30"),
        at("2026-01-01 05:00"),
    )
    assert len(asked) == 1


def test_a_dry_run_that_looks_too_often_says_how_far_it_went(app, monkeypatch):
    """Where the starts asked for lie beyond many looks at conditions."""
    monkeypatch.setattr(forecasts, "MOST_LOOKS", 20)
    found = app.dry_run([step("task", "change", "fetch", start_cond="daily")], 1000)
    assert "looked ahead only until" in found.reasons["fetch"]
    assert "very many looks" in found.reasons["fetch"]
    assert 0 < len(found.after["fetch"]) < 1000
