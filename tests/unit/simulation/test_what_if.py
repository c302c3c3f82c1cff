"""What if: which starts a change would add, move, remove or let collide; nothing is changed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

from redengine import Session
from redengine.exceptions import AlreadyExists, Conflict, InvalidInput, NotFound
from redengine.simulation import whatif
from redengine.simulation.simulator import Simulator
from redengine.testing import ManualSession

CONDITIONS = (
    "daily at 07:00",
    "daily at 08:00",
    "hourly",
    "every 3 hours",
    "weekly on Monday at 07:00",
    "cron 30 */6 * * *",
    "after task 'first'",
    "daily at 09:00 & param 'mode' is 'fast'",
)


def nothing():
    """A task's function."""


def instants(starts):
    """Starts as short texts."""
    return [f"{each.task} {each.at:%d %H:%M}" for each in starts]


@pytest.fixture
def app():
    """A session with a chain of two tasks, and one that reads a parameter."""
    app = ManualSession(parameters={"mode": "slow"})
    app.task("daily at 07:00", name="fetch")(nothing)
    app.task("after task 'fetch'", name="report")(nothing)
    app.task("daily at 09:00 & param 'mode' is 'fast'", name="quick")(nothing)
    return app


def test_a_start_that_moves_takes_those_that_follow_with_it(app):
    """Both are told as moved, with the times from which they move; each day of the week."""
    found = app.what_if(lambda app: app.tasks["fetch"].update({"start_cond": "daily at 08:00"}))
    assert instants(found.moved)[:3] == ["fetch 01 08:00", "report 01 08:00", "fetch 02 08:00"]
    assert [each.moved_from.hour for each in found.moved] == [7] * 14
    assert (found.added, found.removed, found.cut, len(found.moved)) == ((), (), None, 14)
    assert found.until == datetime(2026, 1, 8, tzinfo=UTC)


def test_a_task_that_is_made_adds_its_starts(app):
    """They are those of the next 7 days, and the task is not there."""
    data = {"name": "new", "command": "true", "start_cond": "daily at 06:00"}
    found = app.what_if(lambda app: app.create_task(data))
    assert instants(found.added) == [f"new {day:02d} 06:00" for day in range(1, 8)]
    assert "new" not in app.tasks


def test_a_task_that_goes_removes_its_starts_and_those_that_wait_for_it(app):
    """The tasks after it start no more."""
    found = app.what_if(lambda app: app.tasks["fetch"].delete())
    assert {each.task for each in found.removed} == {"fetch", "report"}
    assert len(found.removed) == 14
    assert "fetch" in app.tasks


def test_a_parameter_lets_those_start_that_read_it(app):
    """Tasks that do not read it are left out."""
    found = app.what_if(lambda app: app.parameters.update({"mode": "fast"}))
    assert instants(found.added) == [f"quick {day:02d} 09:00" for day in range(1, 8)]
    assert app.parameters["mode"] == "slow"


def test_a_calendar_moves_those_that_read_it(app):
    """A day that is closed removes the starts of that day."""
    app.calendar("shop", dates=["2026-01-02"])
    app.task("daily at 07:00 on business days of 'shop'", name="open")(nothing)
    found = app.what_if(lambda app: app.calendars.create("shop", {"dates": ["2026-01-07"]}))
    assert instants(found.added) == ["open 02 07:00"]
    assert instants(found.removed) == ["open 07 07:00"]
    assert app.calendars["shop"] is not None


def test_another_zone_moves_all_that_is_told_by_wall_clocks(app):
    """And so what follows."""
    found = app.what_if(lambda app: app.config.update({"timezone": "Europe/Helsinki"}))
    assert {each.task for each in found.moved} == {"fetch", "report"}
    assert {each.at.hour for each in found.moved} == {5}


def test_a_task_that_is_disabled_starts_no_more_until_it_is_enabled(app):
    """Starts before the instant at which it is enabled by itself are removed, others stay."""
    change = {"disabled": {"until": "2026-01-04T00:00", "reason": "holidays"}}
    found = app.what_if(lambda app: app.tasks["fetch"].update(change))
    assert instants(found.removed)[::2] == [f"fetch {day:02d} 07:00" for day in range(1, 4)]


def test_a_task_that_is_to_run_once_starts_now(app):
    """A start that is asked for is one more, with what follows it."""
    found = app.what_if(lambda app: app.tasks["fetch"].update({"force_run": True}))
    assert instants(found.added) == ["fetch 01 00:00", "report 01 00:00"]


def test_what_has_no_effect_on_starts_changes_none(app):
    """A change of another option is told with nothing."""
    found = app.what_if(lambda app: app.tasks["fetch"].update({"retries": 3}))
    assert (found.added, found.moved, found.removed, found.colliding) == ((), (), (), ())


def test_starts_collide_where_the_earlier_job_usually_still_runs():
    """The usual duration decides; each is told once, with the reason."""
    app = ManualSession(durations={"slow": "90 minutes"})
    app.task("daily at 01:00", name="slow")(nothing)
    app.advance("1 day")
    found = app.what_if(lambda app: app.tasks["slow"].update({"start_cond": "cron 0 * * * *"}))
    assert {each.reason for each in found.colliding} == {"overlap"}
    assert instants(found.colliding)[:3] == ["slow 02 01:00", "slow 02 03:00", "slow 02 05:00"]
    assert "1 of 1 instances active" in found.colliding[0].message


def test_starts_collide_where_a_named_limit_is_full():
    """A task that shares a limit with another one, which is not changed, waits for it."""
    app = ManualSession(durations={"first": "2 hours"})
    app.task("daily at 01:00", name="first", limits={"database": 1})(nothing)
    app.task("daily at 05:00", name="second", limits={"database": 1})(nothing)
    app.advance("1 day")
    found = app.what_if(lambda app: app.tasks["second"].update({"start_cond": "daily at 02:00"}))
    assert instants(found.colliding)[0] == "second 02 02:00"
    assert found.colliding[0].reason == "limit"
    assert "it waits 1 hour for its limits 'database'" in found.colliding[0].message
    assert instants(found.moved)[0] == "second 02 03:00"


def test_starts_collide_where_the_rate_holds_them_up(app):
    """One that the rate delays is told at the time at which it would start without it."""
    found = app.what_if(lambda app: app.tasks["fetch"].update({"rate": "1/36 h"}))
    assert instants(found.colliding)[0] == "fetch 02 07:00"
    assert (found.colliding[0].reason, found.colliding[0].message) == (
        "limit",
        "it waits 12 hours for its rate",
    )


def test_a_start_that_its_jitter_delays_does_not_collide(app):
    """It moves by the jitter, which is no obstacle."""
    found = app.what_if(lambda app: app.tasks["fetch"].update({"jitter": "10 min"}))
    assert len(found.moved) == 14
    assert found.colliding == ()


def test_what_a_session_refuses_is_refused_with_the_same_error(app):
    """Nothing is foretold of what cannot be."""
    with pytest.raises(NotFound, match="no task 'ftch'; did you mean 'fetch'"):
        app.what_if(lambda app: app.tasks["ftch"].update({"retries": 3}))
    with pytest.raises(InvalidInput, match="retries: expected a whole number"):
        app.what_if(lambda app: app.tasks["fetch"].update({"retries": "x"}))
    with pytest.raises(AlreadyExists):
        app.what_if(lambda app: app.create_task({"name": "fetch", "command": "true"}))


def test_a_task_with_active_jobs_is_not_removed_without_force(app):
    """The error names the job as the session's own would."""
    app.advance("1 minute")
    job = app.submit("fetch")
    with pytest.raises(Conflict, match=job.id):
        app.what_if(lambda app: app.tasks["fetch"].delete())
    assert app.what_if(lambda app: app.tasks["fetch"].delete(force=True)).removed


def test_a_search_is_cut_after_so_many_looks(app):
    """A task that starts each second is told as far as was looked, and the cut says how far."""
    data = {"name": "busy", "command": "true", "start_cond": "every 1 s"}
    found = app.what_if(lambda app: app.create_task(data))
    assert found.cut < found.until
    assert whatif.MOST_STEPS <= len(found.added) < whatif.MOST_STEPS + 10
    assert found.added[-1].at <= found.cut


def test_both_simulations_end_where_the_first_is_cut(app):
    """What lies beyond the cut is neither added nor removed."""
    app.task("every 1 s", name="busy")(nothing)
    found = app.what_if(lambda app: app.tasks["busy"].update({"start_cond": "every 2 s"}))
    assert found.cut is not None
    assert {each.task for each in found.removed} == {"busy"}
    assert (found.added, found.moved) == ((), ())
    assert max(each.at for each in found.removed) <= found.cut


def test_a_change_among_many_tasks_costs_what_the_change_touches(monkeypatch):
    """Of 1,000 tasks only the one that is changed is simulated, before and after."""
    app = ManualSession()
    for number in range(1_000):
        app.task(f"daily at {number % 24:02d}:30", name=f"t{number}")(nothing)
    looks = []
    advance = Simulator.advance

    def counted(simulator, until, is_enough):
        advance(simulator, until, is_enough)
        looks.append(simulator.looks)

    monkeypatch.setattr(Simulator, "advance", counted)
    found = app.what_if(lambda app: app.tasks["t7"].update({"start_cond": "hourly"}))
    assert len(found.added) > 100
    assert looks[0] < 50
    assert looks[1] < 250


def test_a_task_that_reads_code_of_the_user_is_not_foretold(app):
    """The reason is told; nothing is guessed."""

    @app.condition(name="ready")
    def ready():
        return True

    found = app.what_if(lambda app: app.tasks["fetch"].update({"start_cond": "daily & ready()"}))
    assert "code of the user" in found.unpredictable["fetch"]
    assert "code of the user" in found.unpredictable["report"]
    assert (found.added, found.moved, found.removed) == ((), (), ())


def test_nothing_starts_while_the_session_is_paused(app):
    """The reason is told in place of starts that would not come."""
    app.advance("1 minute")
    app.pause()
    found = app.what_if(lambda app: app.tasks["fetch"].update({"start_cond": "hourly"}))
    assert "paused" in found.unpredictable["fetch"]
    assert found.added == ()


def test_no_hook_is_called_and_nothing_is_recorded(app):
    """The session has no more log records than before, and none of its hooks hears of it."""
    heard = []
    app.hook("task_init")(lambda *_: heard.append("init"))
    app.hook("task_execute")(lambda *_: heard.append("execute"))
    app.advance("1 minute")
    before, version = app.logs(), app.tasks_version
    app.what_if(lambda app: app.create_task({"name": "x", "command": "true"}))
    app.what_if(lambda app: app.tasks["fetch"].update({"start_cond": "hourly"}))
    assert heard == []
    assert (app.logs(), app.tasks_version) == (before, version)


def week(session):
    """The starts of the coming week, by task."""
    starts = session.forecast("7 days").starts
    return sorted((start.task, start.at) for start in starts)


@settings(max_examples=examples(40), deadline=None)
@given(st.sampled_from(CONDITIONS), st.sampled_from(CONDITIONS), st.integers(0, 40))
def test_what_is_told_is_what_comes_of_the_change(before, after, hours):
    """The starts before, with what is added, moved and removed, are those after the change."""
    app = ManualSession(parameters={"mode": "fast"})
    app.task("daily at 06:00", name="first")(nothing)
    app.task(before, name="second")(nothing)
    app.task("after task 'second'", name="third")(nothing)
    app.advance(timedelta(hours=hours, minutes=1))
    told = app.what_if(lambda app: app.tasks["second"].update({"start_cond": after}))
    expected = set(week(app))
    expected -= {(each.task, each.at) for each in told.removed}
    expected -= {(each.task, each.moved_from) for each in told.moved}
    expected |= {(each.task, each.at) for each in (*told.added, *told.moved)}
    app.tasks["second"].update({"start_cond": after})
    assert sorted(expected) == week(app)


def test_a_session_that_was_not_started_is_foretold_as_if_it_were_now():
    """A session in real time as well; its clock is not touched."""
    app = Session()
    app.create_task({"name": "fetch", "command": "true", "start_cond": "every 1 day"})
    found = app.what_if(lambda app: app.tasks["fetch"].update({"start_cond": "every 2 days"}))
    assert len(found.removed) == 4
    assert app.state == "initialised"
    app.close()
